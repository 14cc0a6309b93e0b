import type { SyncSigningKey } from '../../../../src/crypto/key.js'
import type { HttpRequest } from '../../../../src/message/message.js'
import { type Signer, signPreparedSync } from '../../../../src/schemes/scheme.js'
import { NOW } from '../legacy/judge.js'

/** The request signed at {@link NOW}. */
export function sign({ scheme, key }: Signer<SyncSigningKey>, request: HttpRequest): HttpRequest {
  const { keyId, algorithm } = key
  return signPreparedSync(scheme.prepare(request, { keyId, algorithm, nowMs: NOW, nonce: '' }), key)
}
