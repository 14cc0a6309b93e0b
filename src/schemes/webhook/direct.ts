import { isHmacSha256 } from '#backend/hmac-once'
import { utf8 } from '../../crypto/encoding.js'
import type { Bytes } from '../../crypto/key.js'
import { fail } from '../../errors.js'
import { WHOLE_SECONDS } from '../scheme/times.js'
import type { Codec } from './codecs.js'
import { GITHUB_PREFIX, NOT_GITHUB, NOT_SLACK, NOT_STRIPE, SLACK_PREFIX, STRIPE_PAIRS, slackHead } from './forms.js'
import { prefixedSignature, readPairs } from './places.js'
import type { SecretForm } from './secrets.js'
import { assertInWindow, DEFAULT_MS } from './window.js'

/*
 * One check for one sender, for a worker that counts bytes: it throws, or the delivery is genuine. Two fields of a name are read as one
 * text, joined, which is refused.
 */

/**
 * Where header fields are read: `request.headers` of Fetch, or the plain object that `req.headers` of Node and of Express is, with names
 * in lower case. Both join several fields of a name by a comma and a space.
 */
export type ReadableHeaders =
  | {
      /** The value of a field; several lines of it joined by a comma and a space. */
      get(name: string): string | null
    }
  | Readonly<Record<string, string | readonly string[] | undefined>>

/** The secret as the sender shows it: 16 or more characters on one line; several while it is rotated. */
export type DirectSecret = string | readonly string[]

// A line in place of `hexDecode`, which is written for speed.
const HEX: Pick<Codec, 'name' | 'decode'> = {
  name: 'hex',
  decode: (text, ...part) => {
    const digits = text.slice(...part)
    return /^([\da-f]{2})+$/.test(digits)
      ? Uint8Array.from(digits.match(/../g) as string[], (two) => Number(`0x${two}`))
      : undefined
  },
}
const SECRET = /^\S.{14,}\S$/
const WINDOW = { pastMs: DEFAULT_MS, futureMs: DEFAULT_MS }

function fieldOf(headers: ReadableHeaders, name: string): string {
  // First as in a plain object, in which `get` is what a header of that name says.
  const given = headers as { get?(name: string): unknown } & Record<string, unknown>
  const text = given?.[name] || given?.get?.(name)
  return typeof text === 'string' ? text : fail('AUTH_MISSING', `"headers" must be with ${name}`)
}

/** Whole seconds in a field, near the time. */
function assertNear(time: string, nowMs: number): void {
  // Seconds are in 1970, where every delivery is of the future.
  if (!(Number.isFinite(nowMs) && nowMs > 1e11)) fail('CONFIG_INVALID', '"nowMs" must be milliseconds')
  if (!WHOLE_SECONDS.test(time)) fail('TIMESTAMP_MALFORMED', 'the time must be whole seconds in digits')
  assertInWindow(Number(time) * 1_000, nowMs, WINDOW)
}

/** All of them are looked at: one that is none must not show only once another one is taken away, or a delivery is signed. */
function secretsOf(secret: DirectSecret, [begins, says]: NonNullable<SecretForm['not']>): readonly string[] {
  // No secret at all is one that is none.
  return [secret?.length ? secret : 0].flat().map((one) => {
    // Not what has a text, as everything does: that of a promise whose await is missing is one that everyone can sign with.
    if (!(typeof one === 'string' && SECRET.test(one))) fail('KEY_WEAK', '"secret" must be 16+ characters on one line')
    if (begins.test(one)) fail('CONFIG_INVALID', `"secret" must be ${says}`)
    return one
  })
}

/** @throws {CountersignError} `SIGNATURE_INVALID` where no secret has made one of the signatures. */
function prove(secrets: readonly string[], signatures: readonly Uint8Array[], body: Bytes, head = ''): void {
  if (!(body instanceof Uint8Array || typeof body === 'string'))
    fail('CONFIG_INVALID', '"body" must be raw text or bytes')
  if (!secrets.some((one) => signatures.some((signature) => isHmacSha256(signature, utf8(one), head, body))))
    fail('SIGNATURE_INVALID', 'no secret made the signature')
}

/**
 * Throws unless GitHub has sent the delivery. No time is signed: remember `X-GitHub-Delivery` where one that comes again must not count.
 *
 * @param body as it came, before a parser has read it
 * @throws {CountersignError} `AUTH_MISSING`, `SIGNATURE_MALFORMED` (also for two fields) and `SIGNATURE_INVALID` for the delivery;
 *   `KEY_WEAK` and `CONFIG_INVALID` for the secret, `CONFIG_INVALID` for a body that is parsed and a time that is no number.
 * @see {@link https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries | GitHub: validating webhook deliveries}
 * @example
 * ```ts
 * import { verifyGithubWebhook } from 'countersign/webhook/direct'
 *
 * export default {
 *   async fetch(request: Request, env: { SECRET: string }) {
 *     const body = new Uint8Array(await request.arrayBuffer())
 *     verifyGithubWebhook(request.headers, body, env.SECRET)
 *     return new Response(null, { status: 204 })
 *   },
 * }
 * ```
 */
export function verifyGithubWebhook(headers: ReadableHeaders, body: Bytes, secret: DirectSecret): void {
  const name = 'x-hub-signature-256'
  prove(secretsOf(secret, NOT_GITHUB), [prefixedSignature(fieldOf(headers, name), GITHUB_PREFIX, HEX, name)], body)
}

/**
 * Throws unless Stripe has sent the delivery, at most five minutes before or after the time.
 *
 * @param body as it came, before a parser has read it
 * @param nowMs the time, such as `Date.now()`
 * @throws {CountersignError} as {@link verifyGithubWebhook}, and `AUTH_MALFORMED`, `AUTH_DUPLICATE`, `TIMESTAMP_MALFORMED`,
 *   `TIMESTAMP_EXPIRED` and `TIMESTAMP_FUTURE` for the delivery.
 * @see {@link https://docs.stripe.com/webhooks/signature | Stripe: verify webhook signatures}
 * @example
 * ```ts
 * import { verifyStripeWebhook } from 'countersign/webhook/direct'
 *
 * export const check = (headers: Headers, body: Uint8Array) =>
 *   verifyStripeWebhook(headers, body, 'whsec_5f0c9d6d1b9f4a0f8d7b6a5c4e3f2a1b', Date.now())
 * ```
 */
export function verifyStripeWebhook(headers: ReadableHeaders, body: Bytes, secret: DirectSecret, nowMs: number): void {
  const secrets = secretsOf(secret, NOT_STRIPE)
  const name = 'stripe-signature'
  // Two fields are joined by a comma and a space, and Stripe writes no space: here it makes an empty pair, which is refused.
  const text = fieldOf(headers, name).replace(' ', ',,')
  const { signatures, time } = readPairs(text, HEX, STRIPE_PAIRS, name)
  assertNear(time, nowMs)
  prove(secrets, signatures, body, `${time}.`)
}

/**
 * Throws unless Slack has sent the request, at most five minutes before or after the time.
 *
 * @param body as it came, before a parser has read it
 * @param nowMs the time, such as `Date.now()`
 * @throws {CountersignError} as {@link verifyGithubWebhook}, and `TIMESTAMP_MALFORMED`, `TIMESTAMP_EXPIRED` and `TIMESTAMP_FUTURE` for
 *   the request.
 * @see {@link https://docs.slack.dev/authentication/verifying-requests-from-slack | Slack: verifying requests}
 * @example
 * ```ts
 * import { verifySlackRequest } from 'countersign/webhook/direct'
 *
 * export const check = (headers: Headers, body: Uint8Array) =>
 *   verifySlackRequest(headers, body, '8f742231b10e8888abcd99yyyzzz85a5', Date.now())
 * ```
 */
export function verifySlackRequest(headers: ReadableHeaders, body: Bytes, secret: DirectSecret, nowMs: number): void {
  const secrets = secretsOf(secret, NOT_SLACK)
  const name = 'x-slack-signature'
  const signature = prefixedSignature(fieldOf(headers, name), SLACK_PREFIX, HEX, name)
  const time = fieldOf(headers, 'x-slack-request-timestamp')
  assertNear(time, nowMs)
  prove(secrets, [signature], body, slackHead(time))
}
