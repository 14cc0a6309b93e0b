/** Signing for got: `countersign/client/got`. */
import { utf8 } from '../crypto/encoding.js'
import { fail, kindOf } from '../errors.js'
import type { HttpRequest } from '../message/message.js'
import type { Service, Signer } from '../schemes/scheme.js'
import { isSource, readSource } from './fetch/body.js'
import { destinationOf, urlOf } from './fetch/request.js'
import { headerLines } from './header-lines.js'
import { type HookSettings, hookSettings, type SigningHookOptions } from './hook-settings.js'

export type { SigningHookOptions } from './hook-settings.js'

type Headers = Record<string, string | string[] | undefined>

/** The part of got's options that the hook reads and sets. */
export interface GotRequest {
  /** Where the request goes. */
  url?: unknown
  /** Method of the request. */
  method: string
  /** Fields of the request; the signature is added to them. */
  headers: Headers
  /** The body as it is sent. */
  body?: unknown
  /** What the program keeps beside the request. */
  context: Record<string, unknown>
  /** Whether the answer is read as a stream. */
  readonly isStream?: boolean
}

/** A request before it was signed, and what signing has made of it. */
interface Signed {
  readonly before: Parts
  readonly after: Parts
}

interface Parts {
  readonly url: string
  readonly headers: Readonly<Headers>
  readonly body: unknown
}

/** got hands its context on to every attempt and redirect of a request. */
const SIGNED = 'countersign.signed'

/**
 * A `beforeRequest` hook of got that signs every attempt and every redirect anew, with its own time and nonce: the URL with its
 * query, the body's bytes (`json` and `form` are written by then) and the headers, cookies among them. Put it last: what a hook behind
 * it changes breaks the signature.
 *
 * got's errors have the code in `error.cause.code`: `ORIGIN_REFUSED` also for a redirect that leads away, `ARGUMENT_INVALID` for a
 * body whose bytes cannot be known, `BODY_TOO_LARGE`, and what signing throws.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be safe, and for nonces that must arrive in order.
 * @see {@link https://github.com/sindresorhus/got/blob/main/documentation/9-hooks.md | got, hooks}
 * @example
 * ```ts
 * import { hmacKey, randomBytes, rfc9421 } from 'countersign'
 * import { signHook } from 'countersign/client/got'
 *
 * const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * const sign = signHook(rfc9421({ key }), { origins: ['https://api.example.com'] })
 * // import got from 'got'
 * // const api = got.extend({ hooks: { beforeRequest: [sign] } })
 * export const hooks = { beforeRequest: [sign] }
 * ```
 */
export function signHook(
  signer: Signer & { readonly service: Service },
  options?: Partial<SigningHookOptions>,
): (options: GotRequest) => Promise<void>
export function signHook(signer: Signer, options: SigningHookOptions): (options: GotRequest) => Promise<void>
export function signHook(
  signer: Signer,
  options?: Partial<SigningHookOptions>,
): (options: GotRequest) => Promise<void> {
  const settings = hookSettings('signHook', signer, options)
  return async (got) => {
    const last = got.context[SIGNED] as Signed | undefined
    if (last !== undefined) undo(got, last)
    const before = partsOf(got)
    const request = outlineOf(got)
    settings.assertOwn(request)
    const bytes = await bytesOf(got, settings)
    const signed = await settings.sign({ ...request, body: bytes })
    apply(got, signed)
    // A stream cannot be read again, but its bytes can be sent again.
    const unsigned = isSource(before.body) ? { ...before, body: Buffer.from(bytes ?? []) } : before
    got.context = { ...got.context, [SIGNED]: { before: unsigned, after: partsOf(got) } satisfies Signed }
  }
}

const partsOf = ({ url, headers, body }: GotRequest): Parts => ({ url: String(url), headers: { ...headers }, body })

/** Takes back what the last signature has put in, and nothing that was changed since: a redirect brings a URL of its own. */
function undo(got: GotRequest, { before, after }: Signed): void {
  if (String(got.url) === after.url && before.url !== after.url) got.url = new URL(before.url)
  if (got.body !== undefined && got.body === after.body) got.body = before.body
  for (const [name, value] of Object.entries(after.headers)) {
    const own = before.headers[name]
    if (own === value || String(got.headers[name]) !== String(value)) continue
    if (own === undefined) Reflect.deleteProperty(got.headers, name)
    else got.headers[name] = own
  }
}

function outlineOf({ url, method, headers, isStream, body }: GotRequest): HttpRequest {
  if (!(url instanceof URL)) fail('ARGUMENT_INVALID', `signHook: "url" must be given, got ${kindOf(url)}`)
  if (isStream === true && body === undefined && !/^(?:GET|HEAD|DELETE|OPTIONS|TRACE)$/.test(method))
    fail('ARGUMENT_INVALID', 'signHook: the bytes that are written to a stream of got cannot be signed: pass "body"')
  const bare = new URL(url)
  // got has written them into Authorization.
  bare.username = ''
  bare.password = ''
  return { ...destinationOf(bare), method, fields: headerLines(headers), body: null }
}

async function bytesOf({ body }: GotRequest, { maxBodyBytes }: HookSettings): Promise<Uint8Array | null> {
  if (body === undefined || body === null) return null
  if (typeof body === 'string') return utf8(body)
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice()
  const source = typeof body === 'object' && Symbol.iterator in body ? piecesOf(body as Iterable<Uint8Array>) : body
  if (isSource(source)) return readSource(source, maxBodyBytes, undefined)
  fail('ARGUMENT_INVALID', `signHook: "body" must be text, bytes or a stream, got ${kindOf(body)}`)
}

async function* piecesOf(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  yield* pieces
}

/** Makes got send exactly this message. */
function apply(got: GotRequest, message: HttpRequest): void {
  const url = new URL(urlOf(message))
  if (destinationOf(url).target !== message.target)
    fail('MESSAGE_MALFORMED', 'signHook: the signed target holds characters that got would encode')
  if (String(url) !== String(got.url)) got.url = url
  const lines = new Map<string, string[]>()
  for (let i = 0; i < message.fields.length; i += 2) {
    const name = (message.fields[i] as string).toLowerCase()
    lines.set(name, [...(lines.get(name) ?? []), message.fields[i + 1] as string])
  }
  for (const [name, values] of lines) got.headers[name] = values.length === 1 ? (values[0] as string) : values
  const body = message.body as Uint8Array | null
  if (body === null) return
  got.body = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  // The length of what is sent, also of what was a stream.
  got.headers['content-length'] = String(body.length)
  delete got.headers['transfer-encoding']
}
