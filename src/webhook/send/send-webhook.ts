import { retryAfterMs } from '../../client/fetch/retry.js'
import { randomNonce } from '../../crypto/random.js'
import { isCountersignError } from '../../errors.js'
import { fieldLines, fieldValues } from '../../message/fields.js'
import type { HttpRequest } from '../../message/message.js'
import type { Webhook } from '../../schemes/webhook/webhook.js'
import { abortable, deadline, pause } from '../../support/deadline.js'
import { assertWebhook } from '../receive.js'
import { signWebhook } from '../sign-webhook.js'
import {
  assertToSend,
  type SendSettings,
  type SendWebhookOptions,
  sendSettings,
  type WebhookToSend,
} from './options.js'
import { assertReachable, type Target, targetOf } from './target.js'

export type { SendWebhookOptions, WebhookToSend } from './options.js'

/** One attempt: an answer, or why there was none. */
export interface SendAttempt {
  /** When it began, in milliseconds since the epoch. */
  readonly startedMs: number
  /** How long it took, in milliseconds. */
  readonly tookMs: number
  /** The status of the answer. */
  readonly status: number | undefined
  /** `timeout`, `network` or `refused` (the name leads to a private address); `undefined` where there was an answer. */
  readonly failure: 'timeout' | 'network' | 'refused' | undefined
  /** What was waited after it. */
  readonly pauseMs: number
}

/** How a delivery went. */
export interface SentWebhook {
  /** True where the receiver has answered with 2xx. */
  readonly delivered: boolean
  /** The id of the event: with it the delivery can be sent again later, and its receiver knows it. */
  readonly id: string
  /** Every attempt, the first one first. */
  readonly attempts: readonly SendAttempt[]
  /**
   * Why it was given up: `answered` with a status that will not change (a redirect, 4xx), no further `attempts`, the `deadline`
   * that comes before the next pause ends, or `refused` because the name leads to a private address.
   */
  readonly gaveUp: 'answered' | 'attempts' | 'deadline' | 'refused' | undefined
  /** When the receiver wants to be asked again, where its last answer holds it. */
  readonly retryAfterMs: number | undefined
}

/** Statuses that may be another at the next attempt; so may every 5xx. */
const PASSING: readonly number[] = [408, 425, 429]

const isPassing = (status: number): boolean => status >= 500 || PASSING.includes(status)

/**
 * Delivers a webhook: signs it anew for each attempt, with every secret of the webhook and the time of the attempt, under one
 * id, and tries again after 408, 425, 429, 5xx and where there is no answer. Redirects are not followed, answers are not read, and
 * only https to public addresses is sent to, unless given otherwise. For tries over hours keep the id and the body, and call it
 * again.
 *
 * @returns How it went; it does not reject for what a receiver or a network does.
 * @throws {CountersignError} `CONFIG_INVALID`; `ORIGIN_REFUSED` for a URL that is not sent to; what signing throws; the signal's
 *   reason.
 * @example
 * ```ts
 * import { sendWebhook } from 'countersign/webhook/send'
 * import { standardWebhooks } from 'countersign/webhook/standard'
 *
 * const webhook = standardWebhooks({ secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' })
 *
 * export async function notify(url: string, event: { id: string; type: string }) {
 *   const sent = await sendWebhook(webhook, { url, id: event.id, body: JSON.stringify(event) })
 *   if (!sent.delivered) console.error(`gave up: ${sent.gaveUp}`, sent.attempts)
 * }
 * ```
 */
export async function sendWebhook(
  webhook: Webhook,
  delivery: WebhookToSend,
  options: SendWebhookOptions = {},
): Promise<SentWebhook> {
  assertWebhook('sendWebhook', webhook)
  assertToSend(delivery)
  const settings = sendSettings(options)
  const target = targetOf(delivery.url, settings)
  const { signal, clock } = settings
  const { id = randomNonce(), body } = delivery
  const headers = fieldLines(delivery.headers)
  const fields =
    fieldValues(headers, 'content-type').length > 0 ? headers : [...headers, 'content-type', 'application/json']
  const beganMs = performance.now()
  const leftMs = (): number => settings.deadlineMs - (performance.now() - beganMs)
  const attempts: SendAttempt[] = []
  for (let pauseMs = 0; ; ) {
    signal?.throwIfAborted()
    const startedMs = clock.now()
    const fromMs = performance.now()
    const toSign = { url: target.url, id, body, headers: fields }
    const message = await abortable(signWebhook(webhook, toSign, { clock }), signal)
    const { status, failure, askedMs } = await attempt(target, message, settings, leftMs())
    const gaveUp = reasonToStop(status, failure, attempts.length + 1, settings)
    pauseMs = Math.max(askedMs ?? 0, backoff(attempts.length, settings))
    const isOver = pauseMs >= leftMs()
    const tookMs = Math.round(performance.now() - fromMs)
    const ends = gaveUp !== undefined || isOver
    attempts.push({ startedMs, tookMs, status, failure, pauseMs: ends ? 0 : pauseMs })
    const delivered = gaveUp === 'delivered'
    if (ends)
      return {
        delivered,
        id,
        attempts,
        gaveUp: delivered ? undefined : (gaveUp ?? 'deadline'),
        retryAfterMs: delivered ? undefined : askedMs,
      }
    await pause(pauseMs, signal)
  }
}

function reasonToStop(
  status: number | undefined,
  failure: SendAttempt['failure'],
  made: number,
  { attempts }: SendSettings,
): 'delivered' | 'answered' | 'attempts' | 'refused' | undefined {
  if (failure === 'refused') return 'refused'
  if (status === undefined || isPassing(status)) return made >= attempts ? 'attempts' : undefined
  return status >= 200 && status <= 299 ? 'delivered' : 'answered'
}

/** 0.5 to 1 times the pause that doubles: many deliveries that fail together must not come back together. */
function backoff(before: number, { backoffMs, maxBackoffMs, jitter }: SendSettings): number {
  const part = Math.min(Math.max(Number(jitter()) || 0, 0), 1)
  return Math.round(Math.min(backoffMs * 2 ** before, maxBackoffMs) * (0.5 + part / 2))
}

interface Outcome extends Pick<SendAttempt, 'status' | 'failure'> {
  /** `Retry-After` of the answer. */
  readonly askedMs?: number | undefined
}

const LATE: unique symbol = Symbol('late')

/** One attempt, bounded in time whatever the fetch that is handed in does with its signal. */
async function attempt(target: Target, message: HttpRequest, settings: SendSettings, leftMs: number): Promise<Outcome> {
  const { timeoutMs, signal } = settings
  const controller = new AbortController()
  try {
    const response = await abortable(
      deadline(
        post(target, message, settings, controller.signal),
        Math.max(1, Math.min(timeoutMs, leftMs)),
        () => LATE,
      ),
      signal,
    )
    const { status, headers, type } = response
    // What a receiver answers is not wanted, and may be endless.
    response.body?.cancel().catch(() => {})
    // Where redirects are hidden from programs, their status is 0.
    return {
      status: type === 'opaqueredirect' ? 302 : status,
      failure: undefined,
      askedMs: retryAfterMs(headers.get('retry-after')),
    }
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason
    if (isCountersignError(error, 'ORIGIN_REFUSED')) return { status: undefined, failure: 'refused' }
    return { status: undefined, failure: error === LATE ? 'timeout' : 'network' }
  } finally {
    controller.abort()
  }
}

async function post(
  target: Target,
  { method, fields, body }: HttpRequest,
  settings: SendSettings,
  signal: AbortSignal,
): Promise<Response> {
  await assertReachable(target, settings)
  const headers: Array<[string, string]> = []
  for (let i = 0; i < fields.length; i += 2) headers.push([fields[i] as string, fields[i + 1] as string])
  return settings.fetch(target.url, {
    method,
    headers,
    body: body as Uint8Array<ArrayBuffer>,
    redirect: 'manual',
    signal,
  })
}
