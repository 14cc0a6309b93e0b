import { base64, utf8 } from '../../crypto/encoding.js'
import type { SigningKey } from '../../crypto/key.js'
import { randomNonce } from '../../crypto/random.js'
import { CountersignError } from '../../errors.js'
import { type HttpRequest, httpRequest } from '../../message/message.js'
import { type SignScheme, signPrepared } from '../../schemes/scheme.js'

/** A request before it is signed. */
export interface Plain {
  readonly method: string
  readonly url: string
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: Uint8Array | null
}

/** The text that is signed, in parts that an attack may change before it is signed. */
export interface Base {
  /** Each covered component as it is written, `"@method"`, with its value. */
  readonly lines: ReadonlyArray<readonly [id: string, value: string]>
  /** What follows the list of components: `;created=…;keyid="…"`. */
  readonly params: string
}

/** What may be otherwise about a request that is rightly signed. */
export interface Change {
  readonly plain?: Partial<Plain>
  readonly nowMs?: number
  /** Changes the base before it is signed. */
  readonly base?: (base: Base) => Base
  /** Fields in place of those that were made, such as another digest. */
  readonly fields?: (fields: readonly string[]) => readonly string[]
  /** Signs in place of the key. */
  readonly sign?: (base: string) => Uint8Array | Promise<Uint8Array>
}

/** Makes requests that are signed by the key, with or without a change. */
export type Craft = (change?: Change) => Promise<HttpRequest>

const LINE = /^("(?:[^"\\]|\\.)*"[^:]*): (.*)$/s

function baseOf(text: string): Base {
  const rows = text.split('\n')
  const last = rows.pop() ?? ''
  const input = last.slice('"@signature-params": '.length)
  return {
    lines: rows.map((row) => {
      const [, id = row, value = ''] = LINE.exec(row) ?? []
      return [id, value] as const
    }),
    params: input.slice(input.indexOf(')') + 1),
  }
}

const inputOf = ({ lines, params }: Base): string => `(${lines.map(([id]) => id).join(' ')})${params}`

/** The base as text, as RFC 9421 2.5 writes it. */
const textOf = (base: Base): string =>
  [...base.lines.map(([id, value]) => `${id}: ${value}`), `"@signature-params": ${inputOf(base)}`].join('\n')

/** Fields without one, by its name in any case. */
export const without = (fields: readonly string[], name: string): readonly string[] =>
  fields.filter((_, at) => fields[at - (at % 2)]?.toLowerCase() !== name)

/**
 * A maker of signed requests.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for a scheme whose base is no text.
 */
export function crafter(plain: Plain, scheme: SignScheme, key: SigningKey, label: string): Craft {
  return async ({ plain: other, nowMs = Date.now(), base: edit, fields: replace, sign } = {}) => {
    const { method, url, headers, body } = { ...plain, ...other }
    const unsigned = httpRequest({ method, url, headers, body })
    const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs, nonce: randomNonce() }
    const prepared = scheme.prepare(unsigned, context)
    const signed = await signPrepared(prepared, key)
    if (edit === undefined && replace === undefined && sign === undefined) return signed
    if (typeof prepared.base !== 'string')
      throw new CountersignError('ARGUMENT_INVALID', 'probe: the scheme must sign a text, got one that signs bytes')
    // Signed again by hand: the library would refuse to write most of this.
    const made = without(without(signed.fields, 'signature-input'), 'signature')
    const fields = replace?.(made) ?? made
    const base = (edit ?? ((same: Base) => same))(withDigest(baseOf(prepared.base), fields))
    const signature = await (sign ?? ((text: string) => key.sign(text)))(textOf(base))
    const own = ['Signature-Input', `${label}=${inputOf(base)}`, 'Signature', `${label}=:${base64(signature)}:`]
    return { ...signed, fields: [...fields, ...own] }
  }
}

/** The digest that is covered is the one that is sent. */
function withDigest(base: Base, fields: readonly string[]): Base {
  const at = fields.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === 'content-digest')
  const lines = base.lines.map(([id, value]): readonly [string, string] =>
    id === '"content-digest"' && at !== -1 ? [id, fields[at + 1] as string] : [id, value],
  )
  return { ...base, lines }
}

/** What is written otherwise than the request states, without signing it again. */
export interface Tampering {
  readonly method?: string
  readonly target?: string
  readonly host?: string
  readonly body?: Uint8Array | null
  /** Changes the field lines, name and value in turn. */
  readonly fields?: (fields: readonly string[]) => readonly string[]
  /** Lines as they are, before the end of the head. */
  readonly lines?: readonly string[]
  /** Framing in place of `Content-Length`. */
  readonly framing?: readonly string[]
}

/** A request as bytes, with nothing checked. */
export function bytesOf(request: HttpRequest, tampering: Tampering = {}): Uint8Array {
  const { method = request.method, target = request.target, host = request.authority } = tampering
  const body = tampering.body === undefined ? (request.body as Uint8Array | null) : tampering.body
  const fields = tampering.fields?.(request.fields) ?? request.fields
  const framing = tampering.framing ?? (body === null ? [] : [`Content-Length: ${body.length}`])
  const head = [
    `${method} ${target} HTTP/1.1`,
    `Host: ${host}`,
    ...fields.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${fields[at + 1]}`] : [])),
    ...(tampering.lines ?? []),
    ...framing,
    'Connection: close',
  ]
  const start = latin1(`${head.join('\r\n')}\r\n\r\n`)
  const bytes = new Uint8Array(start.length + (body?.length ?? 0))
  bytes.set(start)
  bytes.set(body ?? new Uint8Array(), start.length)
  return bytes
}

/** One byte for one character, where there is one. */
const latin1 = (text: string): Uint8Array =>
  /^[\0-\xff]*$/.test(text) ? Uint8Array.from(text, (one) => one.charCodeAt(0)) : utf8(text)
