import { sha256Text } from '#backend/sha256'
import { fail } from '../errors.js'
import { isIdSigned } from '../schemes/webhook/ids.js'
import type { Webhook } from '../schemes/webhook/webhook.js'
import type { Clock } from '../sources/sources.js'
import { deadline, isPromise } from '../support/deadline.js'
import type { DeliveryAnswer, DeliveryClaim, DeliveryStore } from './deliveries.js'
import type { Proven } from './prove.js'
import type { WebhookAccepted } from './verdict.js'

/** Where and for how long deliveries are remembered. */
export interface Memory {
  readonly deliveries: DeliveryStore | undefined
  readonly rememberMs: number
  readonly storeTimeoutMs: number
  /** How long a handler may take; `undefined` where a claim counts as handled. */
  readonly handleMs: number | undefined
  readonly clock: Pick<Clock, 'now'>
}

/**
 * The verdict, with whether the delivery was there before.
 *
 * @throws {CountersignError} `DELIVERY_IN_FLIGHT` where an earlier attempt is still being handled, `STORE_UNAVAILABLE` where the store
 *   fails, takes too long, or answers with something else.
 */
export async function remember(
  { verdict, text }: Proven,
  { id, spec, window }: Webhook,
  { deliveries, rememberMs, handleMs, storeTimeoutMs, clock }: Memory,
  nowMs: number,
): Promise<WebhookAccepted> {
  if (deliveries === undefined) return verdict
  const { deliveryId } = verdict
  const names = [
    // An id that is not signed can be exchanged: then what is signed stands for the delivery as well. It is asked first, so that a copy
    // under other ids adds nothing to the store, which would forget the deliveries before it, and claims no id of another delivery.
    ...(deliveryId !== undefined && isIdSigned(spec) ? [] : [`${id}#${sha256Text(text.whole(), 'base64url')}`]),
    ...(deliveryId === undefined ? [] : [`${id}:${deliveryId}`]),
  ]
  // At least for as long as its time is taken: forgotten before, it would be new again.
  const untilMs = Math.max(nowMs + rememberMs, (verdict.createdMs ?? 0) + (window?.pastMs ?? 0) + 1)
  const lease = handleMs === undefined || deliveries.settle === undefined ? {} : { handledByMs: nowMs + handleMs }
  const own: string[] = []
  // Once: a second time it would be the claim of the next attempt. So it would be when the time to handle it is over.
  const ending = once(async (how: 'settle' | 'release') => {
    const at = clock.now()
    if (how === 'settle') await Promise.all(own.map((id) => deliveries.settle?.({ id, nowMs: at, untilMs })))
    else if (!(at >= (lease.handledByMs ?? Number.POSITIVE_INFINITY)))
      await Promise.all(own.map((id) => deliveries.release(id)))
  })
  const release = (): Promise<void> => ending('release')
  let answer: DeliveryAnswer | undefined
  try {
    for (const name of names) {
      answer = await claimed(deliveries, { id: name, nowMs, untilMs, ...lease }, storeTimeoutMs)
      if (answer !== true) break
      own.push(name)
    }
  } catch {
    // Half of a claim would make the next attempt a duplicate of a delivery that no handler has seen.
    await deadline(release(), storeTimeoutMs).catch(() => {})
    fail('STORE_UNAVAILABLE', 'the store of deliveries could not be asked')
  }
  if (answer === 'in-flight') {
    await deadline(release(), storeTimeoutMs).catch(() => {})
    fail('DELIVERY_IN_FLIGHT', 'an earlier attempt of this delivery is still being handled')
  }
  return Object.assign(verdict, { duplicate: answer === false, settle: () => ending('settle'), release })
}

/** The first call counts; the others get its promise. */
function once<T>(run: (argument: T) => Promise<void>): (argument: T) => Promise<void> {
  let first: Promise<void> | undefined
  return (argument) => {
    first ??= run(argument)
    return first
  }
}

async function claimed(store: DeliveryStore, claim: DeliveryClaim, timeoutMs: number): Promise<DeliveryAnswer> {
  const answer = store.claim(claim)
  if (!isPromise(answer)) return answered(answer)
  let isLate = false
  // A claim that is made after the refusal would make the next attempt a duplicate, too.
  answer.then((made) => (isLate && made === true ? store.release(claim.id) : undefined)).catch(() => {})
  return answered(
    await deadline(answer, timeoutMs, () => {
      isLate = true
    }),
  )
}

/** Another answer would read as a duplicate, and the event be lost. */
const answered = (answer: unknown): DeliveryAnswer =>
  typeof answer === 'boolean' || answer === 'in-flight'
    ? answer
    : fail('STORE_UNAVAILABLE', 'the store answered with no boolean')
