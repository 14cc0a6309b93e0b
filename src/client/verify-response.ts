import { isKeyId, type VerifyingKey } from '../crypto/key.js'
import {
  assertInteger,
  assertOptions,
  fail,
  isConclusive,
  isCountersignError,
  kindOf,
  mustBe,
  type OptionNames,
  VERDICT_STATUS,
  type VerdictCode,
} from '../errors.js'
import { matchesDigests } from '../message/content-digest.js'
import { hasField } from '../message/fields.js'
import { fetchedResponse } from '../message/from-fetch.js'
import type { HttpRequest, HttpResponse } from '../message/message.js'
import { coverLess, TEXT } from '../schemes/rfc9421/options.js'
import { isNamed } from '../schemes/scheme/coverage-met.js'
import { responseCoverageProblem } from '../schemes/scheme/coverage-words.js'
import type { Coverage, UntrustedSignature, VerifyScheme } from '../schemes/scheme.js'
import { type Clock, systemClock } from '../sources/sources.js'
import { assertParts, assertUnit, CLOCK, timeOf } from '../support/asked.js'
import { readBody } from '../support/body.js'
import type { ResponseCheck } from './fetch/options.js'

/** Where a client finds the keys of its servers: a list, a `Map`, or anything with `get`. `undefined` means unknown. */
export type ResponseKeys =
  | readonly VerifyingKey[]
  | { get(keyId: string): VerifyingKey | undefined | Promise<VerifyingKey | undefined> }

/** Options of {@link createResponseVerifier}. */
export interface ResponseVerifierOptions {
  /** How answers are signed: `rfc9421Verifier()`. */
  readonly scheme: VerifyScheme
  /** The server's verifying keys: a list, or a source that is asked for each key id. */
  readonly keys: ResponseKeys
  /**
   * What the signature must cover besides the status, method, authority, path and query of the request, and the body where
   * there is one: `request:signature` binds it to this very request and not to one like it, `field:etag` covers a field. With
   * {@link coverLess} it is the whole list.
   */
  readonly require?: readonly Coverage[]
  /** Confirms that `require` is meant to be all that is demanded, less than the list above. The body is demanded still. */
  readonly [coverLess]?: true
  /** Which of several signatures is judged. Default: there must be one. */
  readonly select?: { readonly label?: string; readonly tag?: string }
  /** Default 300 000. */
  readonly maxAgeMs?: number
  /** Default 5 000. */
  readonly maxFutureMs?: number
  /** Default: this machine's. */
  readonly clock?: Clock
  /** Largest body that is read into memory. Default 16 MiB. */
  readonly maxBodyBytes?: number
}

/** The one answer about a response: signed as demanded, or not and why. */
export type ResponseVerdict =
  | {
      /** True for a response whose signature has been proven. */
      readonly ok: true
      /** The key that signed. */
      readonly keyId: string
      /** The label of the signature, such as `sig1`. */
      readonly label: string
      /** The tag of the signature, where it has one. */
      readonly tag: string | undefined
      /** When it was made, in milliseconds since the epoch. */
      readonly createdMs: number
      /** Everything that is proven; trust nothing else of the response. */
      readonly covered: readonly string[]
      /** The raw body, digest checked. */
      readonly body: Uint8Array | null
    }
  | {
      /** False for a response that nothing is proven about. */
      readonly ok: false
      /** Why, as a word for programs. */
      readonly code: VerdictCode
      /** Whether the response is wrong; false where it could not be judged, because the key source failed. */
      readonly conclusive: boolean
      /** Why, for a log. */
      readonly detail: string
    }

/** Judges responses. */
export interface ResponseVerifier extends ResponseCheck {
  /** Never rejects: whatever happens is a verdict. The response must name the request it answers. */
  verify(response: HttpResponse): Promise<ResponseVerdict>
}

const BOUND: readonly Coverage[] = [
  'status',
  'request:@method',
  'request:@authority',
  'request:@path',
  'request:@query',
]

const refuse: (code: VerdictCode, detail: string) => never = fail

const KNOWN: OptionNames<ResponseVerifierOptions> = {
  scheme: 2,
  keys: 2,
  require: 1,
  select: 1,
  maxAgeMs: 1,
  maxFutureMs: 1,
  clock: 1,
  maxBodyBytes: 1,
}
const invalid = (text: string): never => fail('CONFIG_INVALID', `createResponseVerifier: ${text}`)

const assertNumber = (name: string, value: unknown, from: number, to: number): void =>
  assertInteger(name, value, from, to, 'createResponseVerifier: ')

/** All that a signature must cover: what is given is demanded besides, unless the options state that it is the whole list. */
function demanded({ scheme, require, [coverLess]: less }: ResponseVerifierOptions): readonly Coverage[] {
  // What a profile states of its responses stands in place of the default.
  const bound = scheme.demands?.requireOfResponse ?? BOUND
  if (less !== undefined && less !== true) invalid(`[coverLess] must be true, got ${kindOf(less)}`)
  if (require === undefined) return less === undefined ? bound : invalid('[coverLess] needs "require", the whole list')
  if (!Array.isArray(require)) invalid(`"require" must be an array, got ${kindOf(require)}`)
  if (require.length === 0)
    invalid('"require" must name what is demanded besides; for less, [coverLess] needs "require", the whole list')
  for (const [at, fact] of require.entries()) {
    const problem = responseCoverageProblem(fact)
    if (problem !== undefined) invalid(`"require[${at}]" ${problem}`)
  }
  return [...new Set(less === true ? require : [...bound, ...require])]
}

const SELECT: OptionNames<NonNullable<ResponseVerifierOptions['select']>> = { label: TEXT, tag: TEXT }

/**
 * A verifier for signed responses: one signature, of a known key, fresh, bound to the request, and a body that has the
 * signed digest. Give it to `createSignedFetch` as `response`, and nothing unproven is returned.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be safe. `check` rejects with `RESPONSE_UNVERIFIED`.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-2.4 | RFC 9421 2.4}
 * @example
 * ```ts
 * import { generateKeyPair, hmacKey, randomBytes, rfc9421 } from 'countersign'
 * import { createResponseVerifier, createSignedFetch } from 'countersign/client'
 * import { rfc9421Verifier } from 'countersign/rfc9421'
 *
 * const { verifyingKey } = await generateKeyPair('ed25519', { keyId: 'exchange-2026' })
 * const signedFetch = createSignedFetch(
 *   rfc9421({ key: hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) }) }),
 *   {
 *     origins: ['https://api.example.com'],
 *     response: createResponseVerifier({ scheme: rfc9421Verifier(), keys: [verifyingKey] }),
 *   },
 * )
 * ```
 */
export function createResponseVerifier(options: ResponseVerifierOptions): ResponseVerifier {
  assertOptions('createResponseVerifier', options, KNOWN, { policy: 'require' })
  assertParts('createResponseVerifier', options, CLOCK)
  assertUnit('createResponseVerifier: ', options?.clock)
  const { scheme, keys, select, clock = systemClock } = options
  assertOptions('createResponseVerifier: select', select, SELECT)
  mustBe(typeof scheme?.parse === 'function', 'scheme', 'a verifying scheme, such as rfc9421Verifier()', scheme)
  mustBe('get' in Object(keys) || Array.isArray(keys), 'keys', 'a list of keys, or have "get"', keys)
  const { maxAgeMs = 300_000, maxFutureMs = 5_000, maxBodyBytes = 16_777_216 } = options
  const require = demanded(options)
  assertNumber('maxAgeMs', maxAgeMs, 1_000, 86_400_000)
  assertNumber('maxFutureMs', maxFutureMs, 0, maxAgeMs)
  assertNumber('maxBodyBytes', maxBodyBytes, 0, 2 ** 31)
  if (select && (select.label ?? select.tag) === undefined) invalid('"select" must name a label or tag')
  const find = (keyId: string): ReturnType<Extract<ResponseKeys, { get: unknown }>['get']> =>
    'get' in keys ? keys.get(keyId) : keys.find((key) => key.keyId === keyId)

  const pick = (response: HttpResponse): UntrustedSignature => {
    const found = scheme
      .parse(response, select)
      .filter(({ label, tag }) => label === (select?.label ?? label) && tag === (select?.tag ?? tag))
    if (found.length > 1) refuse('AUTH_DUPLICATE', 'the response carries several signatures')
    return found[0] ?? refuse('AUTH_MISSING', 'the response carries no such signature')
  }

  const assertFresh = ({ createdMs, expiresMs }: UntrustedSignature): number => {
    const nowMs = timeOf(clock)
    if (createdMs === undefined) return refuse('TIMESTAMP_MALFORMED', 'the signature has no time')
    if (!(createdMs <= nowMs + maxFutureMs)) refuse('TIMESTAMP_FUTURE', 'the signature is from the future')
    if (!(createdMs >= nowMs - maxAgeMs) || !(nowMs < (expiresMs ?? Number.MAX_VALUE)))
      refuse('TIMESTAMP_EXPIRED', 'the signature is too old')
    return createdMs
  }

  const judge = async (response: HttpResponse): Promise<Extract<ResponseVerdict, { ok: true }>> => {
    const inBase = scheme.readsBody === true
    const whole = inBase ? { ...response, body: await readBody(response.body, maxBodyBytes) } : response
    const signature = pick(whole)
    const { keyId, claimedAlgorithm, covers, label, tag, covered } = signature
    const body = await readBody(whole.body, maxBodyBytes)
    for (const fact of require) if (!isNamed(covers, fact)) refuse('COMPONENT_MISSING', `the ${fact} is not covered`)
    if (body !== null && body.length > 0 && !covers.has('body'))
      refuse(
        hasField(response.fields, 'content-digest') ? 'COMPONENT_MISSING' : 'DIGEST_MISSING',
        'the body is not covered',
      )
    const createdMs = assertFresh(signature)
    if (!isKeyId(keyId)) return refuse('AUTH_MALFORMED', 'the signature names no key')
    const key = await find(keyId)
    if (key === undefined || key.keyId !== keyId) return refuse('KEY_UNKNOWN', 'no such key')
    if ((claimedAlgorithm ?? key.algorithm) !== key.algorithm) refuse('ALG_MISMATCH', 'the key has another algorithm')
    if ((await key.verify(signature.base, signature.signature)) !== true)
      refuse('SIGNATURE_INVALID', 'the signature does not match')
    // A response to HEAD states the digest of a body that is not sent (RFC 9530 appendix B.2).
    const sent = response.request?.method !== 'HEAD' || (body !== null && body.length > 0)
    // Where the body is a part of what is signed, the base was made of it.
    const bound = covers.has('body') && !(inBase && signature.bodyDigests.length === 0)
    if (sent && bound && !matchesDigests(signature.bodyDigests, body))
      refuse('DIGEST_MISMATCH', 'the body is not the one that was signed')
    return { ok: true, keyId, label, tag, createdMs, covered, body }
  }

  const verify = async (response: HttpResponse): Promise<ResponseVerdict> => {
    try {
      return await judge(response)
    } catch (error) {
      if (!isCountersignError(error))
        return { ok: false, code: 'STORE_UNAVAILABLE', conclusive: false, detail: 'the key source failed' }
      const code = error.code in VERDICT_STATUS ? (error.code as VerdictCode) : 'AUTH_MALFORMED'
      return { ok: false, code, conclusive: isConclusive(code), detail: error.message }
    }
  }

  return {
    verify,
    check: async (response, request) => {
      const verdict = await verify(await received(response, request, maxBodyBytes))
      if (!verdict.ok) fail('RESPONSE_UNVERIFIED', `the response is refused: ${verdict.code}, ${verdict.detail}`)
      return proven(response, verdict.body)
    },
  }
}

async function received(response: Response, request: HttpRequest, capBytes: number): Promise<HttpResponse> {
  try {
    return await fetchedResponse(response, { request, capBytes })
  } catch (cause) {
    const why = isCountersignError(cause) ? cause.message : 'its body could not be read'
    fail('RESPONSE_UNVERIFIED', `the response is refused: ${why}`, { cause })
  }
}

/** A response that can still be read, with what a constructor cannot set. */
function proven(
  { status, statusText, headers, url, redirected, body: had }: Response,
  body: Uint8Array | null,
): Response {
  const made = new Response(had === null ? null : (body as BodyInit | null), { status, statusText, headers })
  return Object.defineProperties(made, { url: { value: url }, redirected: { value: redirected } })
}
