import { fail } from '../../errors.js'
import type { HttpRequest } from '../../message/message.js'
import { onlyLine } from '../scheme/only-line.js'
import { BASE64, type Codec } from './codecs.js'
import type { FoundSignatures, SignaturePlace } from './webhook.js'

/** More signatures than any sender makes while it rotates; each costs a verification per secret. */
export const MAX_SIGNATURES = 8

/**
 * The one line of a field as HTTP hands it over, without white space around it; `undefined` without one. More is not cut off: what a
 * parser leaves there would be a second spelling.
 *
 * @throws {CountersignError} `AUTH_DUPLICATE` for two: which of them counts is undefined.
 */
export const oneLine = ({ fields }: HttpRequest, lower: string): string | undefined =>
  onlyLine(fields, lower, 'AUTH_DUPLICATE')

/** The bytes of one signature. @throws {CountersignError} `SIGNATURE_MALFORMED` for every spelling but the one. */
export function signatureBytes(
  text: string,
  codec: Pick<Codec, 'name' | 'decode'>,
  where: string,
  from?: number,
  to?: number,
): Uint8Array {
  const bytes = codec.decode(text, from, to)
  return bytes?.length ? bytes : fail('SIGNATURE_MALFORMED', `${where} must hold a signature in ${codec.name}`)
}

/** The bytes of one signature behind a fixed prefix. @throws {CountersignError} `SIGNATURE_MALFORMED`. */
export function prefixedSignature(
  text: string,
  prefix: string,
  codec: Pick<Codec, 'name' | 'decode'>,
  where: string,
): Uint8Array {
  if (!text.startsWith(prefix)) fail('SIGNATURE_MALFORMED', `${where} must start with "${prefix}"`)
  return signatureBytes(text, codec, where, prefix.length)
}

/** A field that holds nothing but one signature, behind a fixed prefix where the sender writes one. */
export function inField(
  field: string,
  codec: Codec,
  { prefix = '' }: { readonly prefix?: string } = {},
): SignaturePlace {
  const lower = field.toLowerCase()
  return {
    codec,
    read: (request) => {
      const text = oneLine(request, lower)
      return text === undefined ? undefined : { signatures: [prefixedSignature(text, prefix, codec, lower)] }
    },
    write: ([signature]) => [field, prefix + (signature as string)],
  }
}

/** How the pairs of a field are written. */
export interface PairsForm {
  /** The name of the pair that holds the time. */
  readonly time: string
  /** The name of the pairs that hold signatures. */
  readonly signature: string
  /** Between pairs when it is written; white space around one is ignored when it is read. */
  readonly separator: ',' | ', ' | ';'
  /** True where other pairs are part of the form and carry nothing that counts. */
  readonly others?: boolean
}

/** A field of pairs, `t=…,v1=…`: the time once, and a signature for each current secret. */
export function inPairs(field: string, codec: Codec, form: PairsForm): SignaturePlace {
  const lower = field.toLowerCase()
  return {
    codec,
    read: (request) => {
      const text = oneLine(request, lower)
      return text === undefined ? undefined : readPairs(text, codec, form, lower)
    },
    write: (signatures, { time: at }) => [
      field,
      [`${form.time}=${at}`, ...signatures.map((one) => `${form.signature}=${one}`)].join(form.separator),
    ],
  }
}

/** What a text of pairs holds. @throws {CountersignError} a verdict code for what is broken. */
export function readPairs(
  text: string,
  codec: Pick<Codec, 'name' | 'decode'>,
  { time, signature, separator, others = false }: PairsForm,
  where: string,
): FoundSignatures & { readonly time: string } {
  const malformed = (): never =>
    fail('AUTH_MALFORMED', `${where} must be pairs such as ${time}=…${separator}${signature}=…`)
  const mark = separator.trim()
  let at: string | undefined
  const signatures: Uint8Array[] = []
  for (let start = 0, end = 0; end < text.length; start = end + 1) {
    end = text.indexOf(mark, start)
    if (end < 0) end = text.length
    while (text[start] === ' ') start++
    const equals = text.indexOf('=', start)
    const name = text.slice(start, equals)
    if (equals < 0 || equals >= end) malformed()
    if (name === time) {
      if (at !== undefined) fail('AUTH_DUPLICATE', `${where} has "${time}" twice`)
      at = text.slice(equals + 1, end)
    } else if (name === signature) {
      if (signatures.length === MAX_SIGNATURES) fail('AUTH_TOO_LARGE', `${where} has too many signatures`)
      signatures.push(signatureBytes(text, codec, where, equals + 1, end))
    } else if (!others) malformed()
  }
  return at !== undefined && signatures.length > 0 ? { signatures, time: at } : malformed()
}

/** A field of signatures with versions, `v1,… v1a,…`: those of one version count. */
export function inVersions(field: string, version: string): SignaturePlace {
  const lower = field.toLowerCase()
  const mark = `${version},`
  return {
    codec: BASE64,
    read: (request) => {
      const text = oneLine(request, lower)
      if (text === undefined) return undefined
      const signatures: Uint8Array[] = []
      let count = 0
      for (let start = 0, end = 0; start <= text.length; start = end + 1) {
        if (++count > 2 * MAX_SIGNATURES) fail('AUTH_TOO_LARGE', `${lower} has too many signatures`)
        end = text.indexOf(' ', start)
        if (end < 0) end = text.length
        if (text.startsWith(mark, start)) {
          signatures.push(signatureBytes(text, BASE64, lower, start + mark.length, end))
          continue
        }
        const comma = text.indexOf(',', start)
        if (comma <= start || comma >= end)
          fail('AUTH_MALFORMED', `${lower} must be a list such as "${version},…", separated by one space`)
      }
      if (signatures.length > MAX_SIGNATURES) fail('AUTH_TOO_LARGE', `${lower} has too many signatures`)
      if (signatures.length === 0) fail('AUTH_MALFORMED', `${lower} has no signature of version "${version}"`)
      return { signatures }
    },
    write: (signatures) => [field, signatures.map((one) => mark + one).join(' ')],
  }
}
