import { httpRequest } from '../../../src/message/message.js'
import type { AuditEvent } from '../../../src/server/audit-event.js'
import type { Accepted, Refused } from '../../../src/server/verdict.js'

export const NOW = 1_790_000_000_000
export const KEY_ID = 'acmek_live_3fQm1Zx9TtYwK8bLr0Vu'

/** An event of an accepted request. */
export const okEvent = (part: Partial<AuditEvent> = {}): AuditEvent => ({
  ...{ v: 1, time: new Date(NOW).toISOString(), event: 'auth.ok', outcome: 'ok', proven: true },
  ...{
    keyId: KEY_ID,
    clientIp: '203.0.113.9',
    userAgent: 'bot/1',
    method: 'GET',
    path: '/v1/orders',
    host: 'api.example.com',
  },
  ...part,
})

/** An event of a request that only named the key. */
export const failEvent = (part: Partial<AuditEvent> = {}): AuditEvent =>
  okEvent({ event: 'auth.fail', outcome: 'denied', proven: false, code: 'SIGNATURE_INVALID', ...part })

export const request = (ua = 'bot/1', body: Uint8Array | null = null) =>
  httpRequest({ method: 'POST', url: 'https://api.example.com/v1/orders?x=1', headers: { 'user-agent': ua }, body })

/** As much of a verdict as the audit trail and the usage tracker read. */
export const accepted = (clientIp: string | undefined = '203.0.113.9', ua = 'bot/1'): Accepted =>
  ({ ok: true, keyId: KEY_ID, clientIp, request: request(ua), nonce: 'n-1', scheme: 'rfc9421' }) as unknown as Accepted
export const refused = (clientIp: string | undefined = '198.51.100.1'): Refused =>
  ({ ok: false, code: 'KEY_REVOKED', status: 401, clientIp, request: request(), claimedKeyId: KEY_ID }) as Refused
