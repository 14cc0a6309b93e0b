import { assertBytes } from '../crypto/encoding.js'
import type { SyncSigningKey } from '../crypto/key.js'
import { assertOptions, fail, type KnownOptions, kindOf, type OptionNames } from '../errors.js'
import type { HttpRequest } from '../message/message.js'
import type { Service, Signer } from '../schemes/scheme.js'
import { type Clock, type Nonces, RANDOM, systemClock } from '../sources/sources.js'
import { assertParts, CLOCK, NONCES, timeOf } from '../support/asked.js'

/** Where time and nonce of a signature come from. */
export interface SignRequestOptions {
  /** Default: the service's, or this machine's clock. */
  readonly clock?: Clock
  /** Default: the service's, or random ones. */
  readonly nonces?: Nonces
}

/** Members of a signer's service: it may be spread before other options. */
export const SERVICE: OptionNames<Partial<Service>> = {
  origins: 1,
  clock: 1,
  nonces: 1,
  buildRequest: 1,
  fetchInit: 1,
  isClockError: 1,
  assertOwn: 1,
  assertSocket: 1,
}

const OPTIONS: OptionNames<SignRequestOptions> = { clock: 1, nonces: 1 }
// A signer's service may be passed on as it is.
const KNOWN: KnownOptions = /* @__PURE__ */ Object.assign({}, OPTIONS, SERVICE)
const REQUEST: OptionNames<HttpRequest> = {
  ...{ method: 2, scheme: 2, authority: 2, target: 2, fields: 2, trailers: 1, body: 2 },
}
// The parts of httpRequest(), which makes a request of them.
const REQUEST_HINTS: Readonly<Record<string, string>> = {
  verb: 'method',
  url: 'httpRequest({ url })',
  headers: '"fields", or httpRequest({ url, headers })',
  path: 'target',
}

/**
 * The request with its signature. What is returned is what must be sent, byte for byte; sending again means signing again.
 *
 * @throws {CountersignError} what the scheme throws for a request it cannot sign (`COMPONENT_MISSING`, `MESSAGE_MALFORMED`
 *   …), `ARGUMENT_INVALID` for a clock or key that answers nonsense, `NONCE_EXHAUSTED`; and whatever the key rejects with.
 * @example
 * ```ts
 * import { hmacKey, httpRequest, randomBytes, rfc9421, signRequest } from 'countersign'
 *
 * const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * const request = httpRequest({ method: 'POST', url: 'https://api.example.com/v1/orders', body: '{"qty":1}' })
 * const signed = await signRequest(request, rfc9421({ key }))
 * ```
 */
export async function signRequest(
  request: HttpRequest,
  signer: Signer,
  options: SignRequestOptions = NONE,
): Promise<HttpRequest> {
  checked('signRequest', request, signer, options)
  return signWith(request, signer, options)
}

/** What is meant where options are left out: nothing in it has to be checked. */
const NONE: SignRequestOptions = {}

/** Costs next to nothing where all is well: a client signs often. */
function checked(where: string, request: HttpRequest, signer: Signer, options: SignRequestOptions): void {
  if (typeof request === 'object')
    for (const name in request)
      if (!Object.hasOwn(REQUEST, name)) assertOptions(where, request, REQUEST, REQUEST_HINTS, 'ARGUMENT_INVALID')
  if (typeof request?.target !== 'string' || !Array.isArray(request.fields))
    fail(
      'ARGUMENT_INVALID',
      `${where}: the request must be one of httpRequest() or fromFetchRequest(), got ${kindOf(request)}`,
    )
  if (typeof signer?.scheme?.prepare !== 'function') assertSigner(where, signer)
  if (options === NONE) return
  assertOptions(where, options, KNOWN)
  assertParts(where, options, CLOCK, NONCES)
}

/**
 * {@link signRequest} without a promise, for keys that answer at once. Any other key does not compile here.
 *
 * @throws {CountersignError} as {@link signRequest}, and `KEY_ASYNC` when a key answers with a promise after all.
 * @example
 * ```ts
 * import { hmacKey, httpRequest, randomBytes, rfc9421, signRequestSync } from 'countersign'
 *
 * const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * const signed = signRequestSync(httpRequest({ url: 'https://api.example.com/v1/balance' }), rfc9421({ key }))
 * ```
 */
export function signRequestSync(
  request: HttpRequest,
  signer: Signer<SyncSigningKey>,
  options: SignRequestOptions = NONE,
): HttpRequest {
  checked('signRequestSync', request, signer, options)
  const signed = signWith(request, signer, options)
  if (!(signed instanceof Promise)) return signed
  signed.catch(() => {})
  fail('KEY_ASYNC', 'the key must answer at once, got a promise: use signRequest')
}

/** Signs at once where the key does, and waits only where it does not. */
export function signWith(
  request: HttpRequest,
  { scheme, key, service }: Signer,
  { clock = service?.clock ?? systemClock, nonces = service?.nonces ?? RANDOM }: SignRequestOptions,
): HttpRequest | Promise<HttpRequest> {
  service?.assertOwn?.(request)
  const { keyId, algorithm } = key
  const prepared = scheme.prepare(request, { keyId, algorithm, nowMs: timeOf(clock), nonce: nonces.next(keyId) })
  const { signText } = key as SyncSigningKey
  // Called as a method: a key may be an instance of the caller's class.
  if (signText) return prepared.attach(signText.call(key, prepared.base, prepared.encoding))
  const signature = key.sign(prepared.base)
  if (signature instanceof Uint8Array) return prepared.attach(signature)
  return Promise.resolve(signature).then((bytes: unknown) => {
    assertBytes(bytes, 'signature')
    return prepared.attach(bytes)
  })
}

/**
 * Refuses what cannot sign, in the words of what was passed: a factory that was not called, an exchange without credentials.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 */
export function assertSigner(where: string, signer: unknown): asserts signer is Signer {
  const { scheme, spec } = Object(signer) as Partial<Signer> & { readonly spec?: { readonly name?: unknown } }
  // The key itself is not asked for: that of a keyset may not have come into use.
  if (typeof scheme?.prepare === 'function' && 'key' in Object(signer)) return
  const name = typeof spec?.name === 'string' ? spec.name : undefined
  fail(
    'CONFIG_INVALID',
    name !== undefined && typeof signer === 'object'
      ? `${where}: ${name} has no credentials to sign with: state "apiKey" and "secret", or "key"`
      : `${where}: "signer" must be a signer, such as rfc9421({ key }) or binance({ apiKey, secret }), got ${
          typeof signer === 'function' ? 'a function: call it with credentials first' : kindOf(signer)
        }`,
  )
}
