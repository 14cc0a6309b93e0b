import { hmacKey } from '../../../src/crypto/hmac-key.js'
import type { HmacKey } from '../../../src/crypto/key.js'
import { randomNonce } from '../../../src/crypto/random.js'
import { type HttpRequest, httpRequest } from '../../../src/message/message.js'
import { rfc9421 } from '../../../src/schemes/rfc9421/signer.js'
import { rfc9421Verifier } from '../../../src/schemes/rfc9421/verifier.js'
import { signPrepared } from '../../../src/schemes/scheme.js'
import type { AuditEvent } from '../../../src/server/audit-event.js'
import { staticKeys } from '../../../src/server/key-source.js'
import { strictPolicy } from '../../../src/server/policy/strict-policy.js'
import type { ReplayStore } from '../../../src/server/replay/replay-store.js'
import { createVerifier, type Verifier } from '../../../src/server/verifier.js'
import type { Clock } from '../../../src/sources/monotonic-clock.js'

export const hmac: HmacKey = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(7) })

/** A verifier of one key that notes what it tells the audit trail. */
export const verifierWith = (parts: { clock: Clock; replay: ReplayStore; events: AuditEvent[] }): Verifier =>
  createVerifier({
    schemes: [rfc9421Verifier()],
    keys: staticKeys([{ key: hmac }]),
    policy: strictPolicy({ authorities: ['api.example.com'] }),
    clock: parts.clock,
    replay: parts.replay,
    audit: (event) => void parts.events.push(event),
  })

/** A request, signed at that time. */
export async function signedBy(key: HmacKey, nowMs: number): Promise<HttpRequest> {
  const { keyId, algorithm } = key
  const request = httpRequest({ url: 'https://api.example.com/v1/orders' })
  return signPrepared(rfc9421({ key }).scheme.prepare(request, { keyId, algorithm, nowMs, nonce: randomNonce() }), key)
}
