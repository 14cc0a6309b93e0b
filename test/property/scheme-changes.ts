import { utf8 } from '../../src/crypto/encoding.js'
import type { Bytes } from '../../src/crypto/index.js'
import { isCountersignError } from '../../src/errors.js'
import { matchesDigests } from '../../src/message/content-digest.js'
import { type HttpMessage, type HttpRequest, isRequest } from '../../src/message/message.js'
import { splitTarget } from '../../src/message/target.js'
import type { Coverage, UntrustedSignature, VerifyScheme } from '../../src/schemes/scheme.js'

const bytesOf = (base: Bytes): Uint8Array => (typeof base === 'string' ? utf8(base) : base)
/** A base as something that can be compared. */
export const hexOf = (base: Bytes): string =>
  Array.from(bytesOf(base), (byte) => byte.toString(16).padStart(2, '0')).join('')

/** Whether the digests that a signature binds are those of the body; without any, there is nothing to fit. */
export function digestsFit(found: UntrustedSignature, { body }: HttpMessage): boolean {
  const { bodyDigests } = found
  return bodyDigests.length === 0 || matchesDigests(bodyDigests, body as Uint8Array | null)
}

/** The signature with the base as a server completes it that knows the passphrase inside. */
export function withPassphrase(found: UntrustedSignature, passphrase: string | undefined): UntrustedSignature {
  const { passphrase: proof } = found
  return passphrase === undefined || proof === undefined || !('base' in proof)
    ? found
    : Object.create(found, { base: { get: () => proof.base(passphrase) } })
}

/** True for two messages that differ in the case of letters only. */
export const sameLetters = (a: HttpMessage, b: HttpMessage): boolean => lowered(a) === lowered(b)

const lowered = ({ body, ...rest }: HttpMessage): string =>
  (JSON.stringify(rest) + (body === null ? '' : new TextDecoder('latin1').decode(body as Uint8Array))).toLowerCase()

/** Whether the changed message would pass for the one that was signed. */
export function stillTheSame(
  verifier: VerifyScheme,
  changed: HttpMessage,
  original: UntrustedSignature,
  passphrase?: string,
): boolean {
  try {
    return verifier.parse(changed).some((received) => {
      const one = withPassphrase(received, passphrase)
      return (
        one.label === original.label &&
        // Another key has not made this signature.
        one.keyId === original.keyId &&
        hexOf(one.base) === hexOf(original.base) &&
        // The signature may stand in what was changed; then it is another one.
        hexOf(one.signature) === hexOf(original.signature) &&
        digestsFit(one, changed)
      )
    })
  } catch (error) {
    if (!isCountersignError(error)) throw error
    return false
  }
}

/** The message with one character of a covered fact replaced, `undefined` where there is nothing to replace. */
export function change(message: HttpMessage, fact: Coverage, at: number, char: string): HttpMessage | undefined {
  if (fact.startsWith('field:')) {
    const lower = fact.slice(6)
    const lines = message.fields.flatMap((one, index) =>
      index % 2 === 0 && one.toLowerCase() === lower ? [index + 1] : [],
    )
    const line = lines[at % Math.max(1, lines.length)]
    if (line === undefined) return undefined
    const value = replaced(message.fields[line] as string, at, char) ?? char
    return { ...message, fields: message.fields.map((one, index) => (index === line ? value : one)) }
  }
  if (fact === 'body') {
    const { body } = message
    if (!(body instanceof Uint8Array) || body.length === 0) return { ...message, body: new Uint8Array([at & 255]) }
    const other = body.slice()
    other[at % other.length] = (other[at % other.length] as number) ^ (1 << (at & 7))
    return { ...message, body: other }
  }
  if (!isRequest(message)) {
    if (fact === 'status') return { ...message, status: message.status === 200 ? 201 : 200 }
    if (!fact.startsWith('request:@') || message.request === undefined) return undefined
    const request = change(message.request, fact.slice(9) as Coverage, at, char) as HttpRequest | undefined
    return request && { ...message, request }
  }
  return changedRequest(message, fact, at, char)
}

function changedRequest(message: HttpRequest, fact: Coverage, at: number, char: string): HttpRequest | undefined {
  const { path, query } = splitTarget(message.target)
  if (fact === 'parameters') return changedParameters(message, at)
  if (fact === 'query-parameters') {
    const changed = changedParameters({ ...message, body: null }, at)
    return changed && { ...changed, body: message.body }
  }
  if (fact === 'scheme') return { ...message, scheme: message.scheme === 'https' ? 'http' : 'https' }
  if (fact === 'path') return { ...message, target: `/${replaced(path.slice(1), at, char) ?? char}${query}` }
  if (fact === 'query') return { ...message, target: `${path}?${replaced(query.slice(1), at, char) ?? char}` }
  if (fact !== 'method' && fact !== 'authority') return undefined
  const value = replaced(message[fact], at, char)
  return value === undefined ? undefined : { ...message, [fact]: value }
}

/** A letter or digit of a value in the query or the body replaced by one that means something else. */
function changedParameters(message: HttpRequest, at: number): HttpRequest | undefined {
  const { path, query } = splitTarget(message.target)
  const text = message.body instanceof Uint8Array ? new TextDecoder().decode(message.body) : ''
  const all = `${query}\n${text}`
  // A value of a pair, or a text of JSON, of letters only.
  const found = [...all.matchAll(/=([\w.%+-]*\w)(?=&|$)|:"([\w.-]*\w)"/gm)]
  const one = found[at % Math.max(1, found.length)]
  if (one === undefined) return undefined
  const index = one.index + one[0].length - (one[0].endsWith('"') ? 2 : 1)
  const other = all.slice(0, index) + (all[index] === 'q' ? 'r' : 'q') + all.slice(index + 1)
  const line = other.indexOf('\n')
  const body = other.slice(line + 1)
  return { ...message, target: path + other.slice(0, line), body: body === '' ? message.body : utf8(body) }
}

/** One character replaced by another one, which is not the same letter in another case. */
function replaced(text: string, at: number, char: string): string | undefined {
  if (text === '') return undefined
  const index = at % text.length
  const other = text[index]?.toLowerCase() === char ? (char === 'q' ? 'r' : 'q') : char
  return text.slice(0, index) + other + text.slice(index + 1)
}
