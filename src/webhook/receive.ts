import {
  assertInteger,
  assertOptions,
  fail,
  isCountersignError,
  kindOf,
  type OptionNames,
  VERDICT_STATUS,
  type VerdictCode,
} from '../errors.js'
import type { HttpRequest } from '../message/message.js'
import type { Webhook, WebhookSpec } from '../schemes/webhook/webhook.js'
import type { Clock } from '../sources/sources.js'
import { assertParts, CLOCK, type Part, timeOf } from '../support/asked.js'
import { logWeaknesses } from '../support/weak-scheme.js'
import type { DeliveryStore } from './deliveries.js'
import { prove, proveNow, UNMATCHED } from './prove.js'
import { type Memory, remember } from './remember.js'
import { fromFetch, fromParts, isFetch, type WebhookRequest } from './request.js'
import type { WebhookRefused, WebhookVerdict } from './verdict.js'

/** Options of {@link receiveWebhook}. */
export interface ReceiveOptions {
  /** Where deliveries are remembered. Without it a delivery that comes again is not recognised. */
  readonly deliveries?: DeliveryStore
  /** For how long. Default three days, which is how long most senders try. */
  readonly rememberMs?: number
  /**
   * How long your handler may take: then call `settle()` of the verdict when it is done, and `release()` when it failed. Meanwhile
   * another attempt is refused with DELIVERY_IN_FLIGHT (503), so that its sender keeps the event until it is known to be handled. A
   * delivery that is neither settled nor released in that time counts anew, because its process has died. Absent: a delivery
   * counts as handled at once. Behind middleware, which settles by itself, default five minutes.
   */
  readonly handleMs?: number
  /** How long the store may take before the answer is STORE_UNAVAILABLE, so that the sender tries again. Default 1000. */
  readonly storeTimeoutMs?: number
  /** Default 1 MiB. */
  readonly maxBodyBytes?: number
  /** Default: the system's. */
  readonly clock?: Pick<Clock, 'now'>
}

/** The names of {@link ReceiveOptions}. */
export const RECEIVE_OPTIONS: OptionNames<ReceiveOptions> = {
  deliveries: 1,
  rememberMs: 1,
  handleMs: 1,
  storeTimeoutMs: 1,
  maxBodyBytes: 1,
  clock: 1,
}
/** What these options are called elsewhere. */
export const RECEIVE_HINTS: Readonly<Record<string, string>> = {
  replay: 'deliveries',
  store: 'deliveries',
  hosts: 'authorities',
  toleranceMs: 'the option of the webhook, such as stripe({ toleranceMs })',
}
const DELIVERIES: Part = ['deliveries', 'a store of deliveries, such as memoryDeliveries()', 'claim', 'release']
const THREE_DAYS_MS = 259_200_000
const MIB = 1_048_576

/**
 * Judges a delivery: signature by any of the current secrets, time, and whether it was delivered before. Never rejects for what a
 * message holds.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `BODY_CONSUMED` where something has read the body
 *   before: mount the receiver before body parsers.
 * @example
 * ```ts
 * import { memoryDeliveries, receiveWebhook } from 'countersign/webhook'
 * import { stripe } from 'countersign/webhook/stripe'
 *
 * const webhook = stripe({ secret: 'whsec_5f0c9d6d1b9f4a0f8d7b6a5c4e3f2a1b' })
 * const deliveries = memoryDeliveries()
 *
 * export async function POST(request: Request) {
 *   const verdict = await receiveWebhook(webhook, request, { deliveries })
 *   if (!verdict.ok) return new Response(null, { status: verdict.status })
 *   if (!verdict.duplicate) console.log(verdict.json())
 *   return new Response(null, { status: 200 })
 * }
 * ```
 */
export async function receiveWebhook(
  webhook: Webhook,
  request: Request | WebhookRequest,
  options: ReceiveOptions = {},
): Promise<WebhookVerdict> {
  assertWebhook('receiveWebhook', webhook)
  logWeaknesses(webhook)
  assertOptions('receiveWebhook', options, RECEIVE_OPTIONS, RECEIVE_HINTS)
  const memory = memoryOf('receiveWebhook', options)
  const { maxBodyBytes = MIB, clock = Date } = options
  assertInteger('maxBodyBytes', maxBodyBytes, 0, Number.MAX_SAFE_INTEGER, 'receiveWebhook: ')
  const nowMs = timeOf(clock)
  let message: HttpRequest | undefined
  try {
    message = isFetch(request) ? await fromFetch(request, maxBodyBytes) : fromParts(request)
    if (((message.body as Uint8Array | null)?.length ?? 0) > maxBodyBytes)
      fail('BODY_TOO_LARGE', `the body must have at most ${maxBodyBytes} bytes`)
    const proven = await prove(webhook, message, nowMs)
    return proven === undefined ? NOT_MATCHING : await remember(proven, webhook, memory, nowMs)
  } catch (error) {
    const refusal = refusalOf(error)
    return refusal.code === 'AUTH_MISSING' && message !== undefined && webhook.spec.question !== undefined
      ? await asked(refusal, webhook.spec.question, message)
      : refusal
  }
}

/** The refusal of a request without a signature, with the answer where it is a question for the URL. */
async function asked(
  refusal: WebhookRefused,
  question: NonNullable<WebhookSpec['question']>,
  message: HttpRequest,
): Promise<WebhookRefused> {
  try {
    const answer = await question(message)
    if (answer === undefined) return refusal
    return { ...refusal, detail: 'the request is a question of the sender, not a delivery: send "answer"', answer }
  } catch (error) {
    return refusalOf(error)
  }
}

/**
 * {@link receiveWebhook} at once, for a body that is in memory and keys that answer at once: without a memory of deliveries, and
 * without answers to what is no delivery.
 *
 * @throws {CountersignError} `KEY_ASYNC` for a key that must be awaited, `CONFIG_INVALID` for what cannot be meant.
 * @example
 * ```ts
 * import { verifyWebhook } from 'countersign/webhook'
 * import { github } from 'countersign/webhook/github'
 *
 * const webhook = github({ secret: 'a-secret-of-this-repository' })
 * export const isGenuine = (headers: Record<string, string>, body: Uint8Array) =>
 *   verifyWebhook(webhook, { headers, body }).ok
 * ```
 */
export function verifyWebhook(
  webhook: Webhook,
  request: WebhookRequest,
  options: Pick<ReceiveOptions, 'clock'> = NO_OPTIONS,
): WebhookVerdict {
  assertWebhook('verifyWebhook', webhook)
  logWeaknesses(webhook)
  // Stryker disable next-line ConditionalExpression: it only saves the checks
  if (options !== NO_OPTIONS) {
    assertOptions('verifyWebhook', options, { clock: 1 }, RECEIVE_HINTS)
    assertParts('verifyWebhook', options, CLOCK)
  }
  const { clock = Date } = options
  try {
    return proveNow(webhook, fromParts(request), timeOf(clock))?.verdict ?? NOT_MATCHING
  } catch (error) {
    return refusalOf(error)
  }
}

/** A verdict code is an answer; anything else is a mistake of the program. */
function refusalOf(error: unknown): WebhookRefused {
  if (!isCountersignError(error) || !Object.hasOwn(VERDICT_STATUS, error.code)) throw error
  return refused(error.code as VerdictCode, error.message)
}

function refused(code: VerdictCode, detail: string): WebhookRefused {
  const status = VERDICT_STATUS[code]
  return { ok: false, code, status, detail, conclusive: status < 500 }
}

const NO_OPTIONS = {}

// Made once: what unknown senders post costs no more than it must.
const NOT_MATCHING: WebhookRefused = /* @__PURE__ */ refused('SIGNATURE_INVALID', UNMATCHED)

/** The part of the options that is about the memory, checked. */
export function memoryOf(where: string, options: ReceiveOptions): Memory {
  const { deliveries, rememberMs = THREE_DAYS_MS, handleMs, storeTimeoutMs = 1_000, clock = Date } = options
  assertParts(where, options, DELIVERIES, CLOCK)
  assertInteger('rememberMs', rememberMs, 1_000, Number.MAX_SAFE_INTEGER, `${where}: `)
  assertInteger('storeTimeoutMs', storeTimeoutMs, 1, 600_000, `${where}: `)
  if (handleMs !== undefined) assertInteger('handleMs', handleMs, 1_000, 86_400_000, `${where}: `)
  return { deliveries, rememberMs, handleMs, storeTimeoutMs, clock }
}

export function assertWebhook(where: string, webhook: Webhook): void {
  if (typeof webhook?.spec?.base !== 'function' || !Array.isArray(webhook.keys))
    fail(
      'CONFIG_INVALID',
      `${where}: the first argument must be a webhook, such as stripe({ secret }), got ${kindOf(webhook)}`,
    )
}
