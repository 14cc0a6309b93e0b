import { base64, base64Decode, base64url, base64urlDecode, utf8, utf8Decode } from '../../../crypto/encoding.js'
import type { SigningKey } from '../../../crypto/key.js'
import { assertOptions, fail, type OptionNames } from '../../../errors.js'
import { hasField } from '../../../message/fields.js'
import { type HttpMessage, type HttpRequest, isRequest } from '../../../message/message.js'
import { TEXT, whole } from '../../../support/option-kinds.js'
import { type Prepared, type SignContext, type Signer, schemeDemands, signatureText } from '../../scheme.js'
import type { OlderScheme } from '../older-scheme.js'
import { assertNoOptions, assertSigningKey, PLAIN } from '../signing.js'
import { secondsOf } from '../times.js'
import { untrusted } from '../untrusted.js'
import { hawkBase } from './base.js'

/** Options of {@link hawkBewit}. */
export interface HawkBewitOptions<K extends SigningKey = SigningKey> {
  /** The shared secret, `hmac-sha256`. */
  readonly key: K
  /** How long the URL is good. */
  readonly ttlMs: number
  /** Text of the application that is signed besides. */
  readonly ext?: string
}

const KNOWN: OptionNames<HawkBewitOptions> = {
  key: 2,
  ttlMs: [whole(1_000, 86_400_000, ', in milliseconds'), 2],
  ext: TEXT,
}
const HINTS = { ttlSec: 'ttlMs', expiresInMs: 'ttlMs' }
const ID = 'hawk-bewit'

// Behind everything else: elsewhere the parameter could be moved without a change of what is signed.
const BEWIT = /^([^?]*)\?bewit=([^&]*)$|^([^?]*\?.*)&bewit=([^&]*)$/s
const ANY_BEWIT = /[?&]bewit(?:=|&|$)/

/** The bewit of a target and the target without it; `undefined` where there is none. @throws {CountersignError} `AUTH_DUPLICATE`, `AUTH_MALFORMED`. */
export function bewitOf(target: string): { readonly rest: string; readonly text: string } | undefined {
  if (!ANY_BEWIT.test(target)) return undefined
  const found = BEWIT.exec(target)
  if (found === null) fail('AUTH_MALFORMED', '"bewit" must be the last parameter of the query')
  const [rest, text] = [found[1] ?? found[3], found[2] ?? found[4]] as [string, string]
  return ANY_BEWIT.test(rest) ? fail('AUTH_DUPLICATE', '"bewit" is repeated') : { rest, text }
}

/**
 * A URL that may be read for a while without credentials: Hawk's bewit, for GET (and HEAD) alone. Sign a request of
 * `httpRequest()` and take its target.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; signing throws `MESSAGE_MALFORMED` for anything but a GET without a body.
 * @example
 * ```ts
 * import { hmacKey, httpRequest, randomBytes, signRequestSync } from 'countersign'
 * import { hawkBewit } from 'countersign/legacy/hawk'
 *
 * const key = hmacKey({ keyId: 'dh37fgj492je', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * const { target } = signRequestSync(httpRequest({ url: 'https://api.example.com/report' }), hawkBewit({ key, ttlMs: 300_000 }))
 * ```
 */
export function hawkBewit<K extends SigningKey>(options: HawkBewitOptions<K>): Signer<K> {
  assertOptions('hawkBewit', options, KNOWN, HINTS)
  const { key, ttlMs, ext = '' } = options
  assertSigningKey('hawkBewit', key, ['hmac-sha256'])
  if (ttlMs === undefined) fail('CONFIG_INVALID', 'hawkBewit: "ttlMs" must state how long the URL is good')
  if (ext !== '' && !PLAIN.test(ext))
    fail('CONFIG_INVALID', 'hawkBewit: "ext" must be visible ASCII without backslashes')
  const prepare = <M extends HttpMessage>(message: M, { keyId, nowMs }: SignContext): Prepared<M> => {
    if (!isRequest(message) || message.method !== 'GET' || message.body !== null)
      fail('MESSAGE_MALFORMED', 'hawkBewit: the message must be a GET without a body')
    if (bewitOf(message.target) !== undefined || hasField(message.fields, 'authorization'))
      fail('MESSAGE_MALFORMED', 'hawkBewit: the request is signed already')
    const exp = String(Math.floor((nowMs + ttlMs) / 1000))
    const base = hawkBase('bewit', message, { ts: exp, nonce: '', ext })
    return {
      base,
      encoding: 'base64',
      attach: (signature) => {
        const bewit = base64url(utf8([keyId, exp, signatureText(signature, base64), ext].join('\\')))
        const { target } = message
        return {
          ...message,
          target: `${target}${target.includes('?') ? '&' : '?'}bewit=${bewit}`,
        } as HttpRequest as HttpMessage as M
      },
      trace: () => ({ scheme: ID, base, covered: ['exp', 'resource', 'host', 'port', 'ext'] }),
    }
  }
  return { scheme: { id: ID, prepare }, key }
}

/**
 * The verifying side of {@link hawkBewit}. A URL may be opened as often as it is good: the policy has to state that with
 * `perScheme: { 'hawk-bewit': { untimed: noReplayProtection } }`, or name a store that takes each URL once.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for any option.
 * @example
 * ```ts
 * import { hawkBewitVerifier } from 'countersign/legacy/hawk'
 * import { createVerifier, memoryReplayStore, noReplayProtection, staticKeys, strictPolicy } from 'countersign/server'
 *
 * const verifier = createVerifier({
 *   schemes: [hawkBewitVerifier()],
 *   keys: staticKeys([]),
 *   policy: strictPolicy({
 *     authorities: ['api.example.com'],
 *     perScheme: { 'hawk-bewit': { untimed: noReplayProtection } },
 *   }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export function hawkBewitVerifier(options: Readonly<Record<string, never>> = {}): OlderScheme {
  assertNoOptions('hawkBewitVerifier', options)
  return {
    id: ID,
    weaknesses: ['no-nonce'],
    demands: schemeDemands({
      require: ['method', 'authority', 'path', 'query'],
      requireWithBody: ['body'],
      requireNonce: false,
      algorithms: ['hmac-sha256'],
      untimed: true,
      maxLifetimeMs: 86_400_000,
    }),
    parse: (message) => {
      const found = isRequest(message) ? bewitOf(message.target) : undefined
      if (found === undefined || !isRequest(message)) return []
      if (hasField(message.fields, 'authorization')) fail('AUTH_DUPLICATE', 'the request has credentials besides')
      if (message.method !== 'GET' && message.method !== 'HEAD')
        fail('AUTH_MALFORMED', 'a bewit is for GET and HEAD alone')
      // Clients for Python write the padding, others leave it out.
      const bytes = base64urlDecode(found.text.length % 4 === 0 ? found.text.replace(/={1,2}$/, '') : found.text)
      const parts = (bytes && utf8Decode(bytes))?.split('\\') ?? []
      const [id, exp, mac, ext] = parts as [string, string, string, string]
      if (parts.length !== 4 || id === '') fail('AUTH_MALFORMED', 'a bewit must be id, end, MAC and ext in base64url')
      const read = { ...message, method: 'GET', target: found.rest }
      return [
        untrusted({
          keyId: id,
          expiresMs: secondsOf('the end of a bewit', exp),
          covered: ['exp', 'resource', 'host', 'port', 'ext'],
          covers: ['method', 'authority', 'path', 'query'],
          signature: base64Decode(mac) ?? fail('SIGNATURE_MALFORMED', 'the MAC must be canonical base64'),
          base: () => hawkBase('bewit', read, { ts: exp, nonce: '', ext }),
        }),
      ]
    },
  }
}
