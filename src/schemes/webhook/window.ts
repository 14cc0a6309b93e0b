import { fail } from '../../errors.js'
import type { WebhookWindow } from './webhook.js'

/** What senders are given that document no window of their own. */
export const DEFAULT_MS = 300_000

/** Refuses a time outside of the window. @throws {CountersignError} `TIMESTAMP_EXPIRED`, `TIMESTAMP_FUTURE`. */
export function assertInWindow(createdMs: number, nowMs: number, { pastMs, futureMs }: WebhookWindow): void {
  const age = nowMs - createdMs
  // Written so that NaN is refused.
  if (!(age <= pastMs)) fail('TIMESTAMP_EXPIRED', `the time is more than ${pastMs} ms old`)
  if (!(age >= -futureMs)) fail('TIMESTAMP_FUTURE', `the time is more than ${futureMs} ms ahead`)
}
