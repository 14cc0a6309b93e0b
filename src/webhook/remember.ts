import { sha256Text } from '#backend/sha256'
import { fail } from '../errors.js'
import { isIdSigned } from '../schemes/webhook/ids.js'
import type { Webhook } from '../schemes/webhook/webhook.js'
import { deadline, isPromise } from '../support/deadline.js'
import type { DeliveryClaim, DeliveryStore } from './deliveries.js'
import type { Proven } from './prove.js'
import type { WebhookAccepted } from './verdict.js'

/** Where and for how long deliveries are remembered. */
export interface Memory {
  readonly deliveries: DeliveryStore | undefined
  readonly rememberMs: number
  readonly storeTimeoutMs: number
}

/**
 * The verdict, with whether the delivery was there before.
 *
 * @throws {CountersignError} `STORE_UNAVAILABLE` where the store fails, takes too long, or answers with no boolean.
 */
export async function remember(
  { verdict, text }: Proven,
  { id, spec, window }: Webhook,
  { deliveries, rememberMs, storeTimeoutMs }: Memory,
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
  const own: string[] = []
  let released: Promise<void> | undefined
  const releaseAll = async (): Promise<void> => {
    await Promise.all(own.map((name) => deliveries.release(name)))
  }
  // Once: a second time it would be the claim of the next attempt.
  const release = (): Promise<void> => {
    released ??= releaseAll()
    return released
  }
  try {
    for (const name of names) {
      if (!(await claimed(deliveries, { id: name, nowMs, untilMs }, storeTimeoutMs))) break
      own.push(name)
    }
  } catch {
    // Half of a claim would make the next attempt a duplicate of a delivery that no handler has seen.
    await deadline(release(), storeTimeoutMs).catch(() => {})
    fail('STORE_UNAVAILABLE', 'the store of deliveries could not be asked')
  }
  return Object.assign(verdict, { duplicate: own.length < names.length, release })
}

async function claimed(store: DeliveryStore, claim: DeliveryClaim, timeoutMs: number): Promise<boolean> {
  const answer = store.claim(claim)
  if (!isPromise(answer)) return answered(answer)
  let isLate = false
  // A claim that is made after the refusal would make the next attempt a duplicate, too.
  answer.then((made) => (isLate && made ? store.release(claim.id) : undefined)).catch(() => {})
  return answered(
    await deadline(answer, timeoutMs, () => {
      isLate = true
    }),
  )
}

/** Another answer than a boolean would read as a duplicate, and the event be lost. */
const answered = (answer: unknown): boolean =>
  typeof answer === 'boolean' ? answer : fail('STORE_UNAVAILABLE', 'the store answered with no boolean')
