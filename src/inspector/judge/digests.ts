import { hash } from '#backend/hash'
import { base64, equalBytes } from '../../crypto/encoding.js'
import { isCountersignError } from '../../errors.js'
import type { HttpRequest } from '../../message/message.js'
import type { UntrustedSignature } from '../../schemes/scheme.js'
import type { Finding } from './types.js'

/** Digests that the signature covers, against the body that is there. */
export function digestFindings(body: HttpRequest['body'], signature: UntrustedSignature): readonly Finding[] {
  const bytes = body instanceof Uint8Array ? body : new Uint8Array()
  try {
    return signature.bodyDigests.flatMap((stated) => {
      const made = hash(stated.hash, bytes)
      return equalBytes(made, stated.digest) ? [] : [finding(stated.hash, base64(stated.digest), base64(made))]
    })
  } catch (error) {
    if (!isCountersignError(error)) throw error
    return []
  }
}

const finding = (name: string, stated: string, made: string): Finding => ({
  id: 'digest-mismatch',
  certainty: 'proven',
  cause: 'The digest is of other bytes than the body that was sent.',
  evidence: `The request states ${name} ${stated}, its body has ${made}.`,
  fix: 'Make the digest of the bytes that are sent, after everything that serialises or compresses them.',
})
