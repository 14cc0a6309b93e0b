import { base64, base64Decode } from '../../../crypto/encoding.js'
import type { SigningKey, SyncVerifyingKey } from '../../../crypto/key.js'
import { assertInteger, assertOptions, fail, mustBe, type OptionNames } from '../../../errors.js'
import { type HttpMessage, type HttpRequest, isRequest, withFields } from '../../../message/message.js'
import { TEXT } from '../../../support/option-kinds.js'
import { bodyBytes } from '../../scheme/signed-bytes.js'
import { type Prepared, type SignContext, type Signer, signatureText } from '../../scheme.js'
import { authParams, credentialsOf } from '../auth-params.js'
import { assertSigningKey, assertUnsignedRequest, PLAIN } from '../signing.js'
import { secondsOf } from '../times.js'
import { type HawkParts, hawkBase, payloadHash } from './base.js'

/** Options of {@link hawk}. */
export interface HawkOptions<K extends SigningKey = SigningKey> {
  /** The shared secret, `hmac-sha256`. */
  readonly key: K
  /** Text of the application that is signed besides: `ext`. */
  readonly ext?: string
  /** The application that the credentials were issued to (Oz). */
  readonly app?: string
  /** The application that delegated, beside `app`. */
  readonly dlg?: string
  /**
   * Signs a hash of the body. Default `true`: without one the body can be changed on the way. With `always` also where there is
   * no body, which some servers demand (mohawk).
   */
  readonly payload?: boolean | 'always'
}

const PAYLOAD = [
  (value: unknown) => typeof value === 'boolean' || value === 'always',
  'true, false or "always"',
] as const
const KNOWN: OptionNames<HawkOptions> = { key: 2, ext: TEXT, app: TEXT, dlg: TEXT, payload: PAYLOAD }
const HINTS = { credentials: 'key: hmacKey({ keyId, algorithm, secret })', hash: 'payload' }

const WHERE = 'hawk'
const TIME = (seconds: string): string => `hawk.1.ts\n${seconds}\n`

/**
 * Hawk, with the payload hash, `ext`, `app` and `dlg`. The same signer signs answers (`Server-Authorization`) for
 * `createResponseSigner`. Where a server answers with its time under a MAC, requests are signed with that time from then on.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant; signing throws `MESSAGE_MALFORMED`.
 * @see {@link https://github.com/mozilla/hawk/blob/main/API.md | Hawk}
 * @example
 * ```ts
 * import { createSignedFetch, hmacKey, randomBytes } from 'countersign'
 * import { hawk } from 'countersign/legacy/hawk'
 *
 * const key = hmacKey({ keyId: 'dh37fgj492je', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * const signedFetch = createSignedFetch(hawk({ key }), { origins: ['https://api.example.com'] })
 * ```
 */
export function hawk<K extends SigningKey>(options: HawkOptions<K>): Signer<K> {
  assertOptions(WHERE, options, KNOWN, HINTS)
  const { key, ext, app, dlg, payload = true } = options
  assertSigningKey(WHERE, key, ['hmac-sha256'])
  for (const [name, value] of Object.entries({ ext, app, dlg }))
    if (value !== undefined && !PLAIN.test(value))
      fail('CONFIG_INVALID', `hawk: "${name}" must be visible ASCII without quotes and backslashes`)
  if (dlg !== undefined && app === undefined) fail('CONFIG_INVALID', 'hawk: "dlg" needs "app"')
  let offsetMs = 0

  const prepare = <M extends HttpMessage>(message: M, context: SignContext): Prepared<M> => {
    if (!isRequest(message)) return prepareAnswer(message, ext, payload !== false)
    assertUnsignedRequest(WHERE, message, 'authorization')
    const body = bodyBytes(WHERE, message)
    const hash = payload === 'always' || (payload && message.body !== null) ? payloadHash(message, body) : undefined
    const ts = String(Math.floor((context.nowMs + offsetMs) / 1000))
    const { nonce } = context
    const base = hawkBase('header', message, { ts, nonce, hash, ext, app, dlg })
    return {
      base,
      encoding: 'base64',
      attach: (signature) => {
        const mac = signatureText(signature, base64)
        const members = { id: context.keyId, ts, nonce, hash, ext, mac, app, dlg }
        return withFields(message, [...message.fields, 'Authorization', `Hawk ${written(members)}`])
      },
      trace: () => ({ scheme: WHERE, base, covered: coveredBy(hash) }),
    }
  }

  return {
    scheme: { id: WHERE, prepare },
    key,
    learn: ({ status, headers }, request) => {
      const stated = headers.get('www-authenticate')
      if (status !== 401 || stated === null || !/^hawk /i.test(stated)) return false
      const serverMs = serverTime(key, stated)
      const oursMs = signedTime(request)
      if (serverMs === undefined || oursMs === undefined || Math.abs(serverMs - oursMs) < 1_000) return false
      // What the request was signed with, and with it the offset that was in use.
      offsetMs += serverMs - oursMs
      return true
    },
  }
}

/** The names that a Hawk MAC has no choice about. */
export const coveredBy = (hash: string | undefined): readonly string[] =>
  hash === undefined
    ? ['ts', 'nonce', 'method', 'resource', 'host', 'port', 'ext']
    : ['ts', 'nonce', 'method', 'resource', 'host', 'port', 'hash', 'ext']

const written = (members: Readonly<Record<string, string | undefined>>): string =>
  Object.entries(members)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}="${value}"`)
    .join(', ')

/** The signed request that an answer is bound to, from its credentials. */
export function askedParts(
  request: HttpRequest | undefined,
): { readonly id: string; readonly parts: HawkParts } | undefined {
  const text = request === undefined ? undefined : credentialsOf(request.fields, 'authorization', 'Hawk')
  if (text === undefined) return undefined
  const params = authParams('Authorization', text)
  const of = (name: string): string | undefined => params.get(name)
  return { id: of('id') ?? '', parts: { ts: of('ts') ?? '', nonce: of('nonce') ?? '', app: of('app'), dlg: of('dlg') } }
}

function prepareAnswer<M extends HttpMessage>(message: M, ext: string | undefined, payload: boolean): Prepared<M> {
  const { request } = message as { readonly request?: HttpRequest }
  const asked = askedParts(request)
  if (request === undefined || asked === undefined)
    fail('MESSAGE_MALFORMED', 'hawk: an answer is signed with the request it answers, which must be signed with Hawk')
  const hash = payload ? payloadHash(message, bodyBytes(WHERE, message)) : undefined
  const base = hawkBase('response', request, { ...asked.parts, hash, ext })
  return {
    base,
    encoding: 'base64',
    attach: (signature) => {
      const value = `Hawk ${written({ mac: signatureText(signature, base64), hash, ext })}`
      return withFields(message, [...message.fields, 'Server-Authorization', value])
    },
    trace: () => ({ scheme: WHERE, base, covered: coveredBy(hash) }),
  }
}

/**
 * The value of `WWW-Authenticate` that states the time of the server under a MAC, for a refusal whose cause was the time of the
 * request. It reveals that the key exists: only for keys whose ids are no secret.
 *
 * @example
 * ```ts
 * import { hmacKey, randomBytes } from 'countersign'
 * import { hawkServerTime } from 'countersign/legacy/hawk'
 *
 * const key = hmacKey({ keyId: 'dh37fgj492je', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * console.log(hawkServerTime(key, Date.now()))
 * ```
 */
export function hawkServerTime(key: { sign(base: string): Uint8Array }, nowMs: number): string {
  const where = 'hawkServerTime: '
  mustBe(typeof key?.sign === 'function', 'key', 'a signing key, such as hmacKey()', key, 'CONFIG_INVALID', where)
  assertInteger('nowMs', nowMs, 0, Number.MAX_SAFE_INTEGER, where)
  const ts = String(Math.floor(nowMs / 1000))
  return `Hawk ts="${ts}", tsm="${base64(key.sign(TIME(ts)))}", error="Stale timestamp"`
}

/** The time that a challenge states, where its MAC is that of the key. */
function serverTime(key: SigningKey & Partial<SyncVerifyingKey>, challenge: string): number | undefined {
  try {
    const params = authParams('WWW-Authenticate', challenge.slice(5))
    const ts = params.get('ts') ?? ''
    const tsm = base64Decode(params.get('tsm') ?? '')
    const seconds = secondsOf('"ts"', ts)
    return tsm !== undefined && key.verify?.(TIME(ts), tsm) === true ? seconds : undefined
  } catch {
    // A challenge that cannot be read states no time.
    return undefined
  }
}

function signedTime(request: HttpRequest): number | undefined {
  const ts = askedParts(request)?.parts.ts
  return ts === undefined ? undefined : secondsOf('"ts"', ts)
}
