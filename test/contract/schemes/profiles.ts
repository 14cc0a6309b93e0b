import { ed25519PrivateKey } from '../../../src/crypto/index.js'
import { httpRequest } from '../../../src/message/message.js'
import { gnap, gnapRotation, gnapRotationVerifier, gnapVerifier } from '../../../src/schemes/rfc9421/profiles/index.js'
import { signPreparedSync } from '../../../src/schemes/scheme.js'
import { arbitraryRequest } from '../../property/rfc9421-messages.js'
import { HOST, type SchemeRow } from './row.js'

const key = ed25519PrivateKey({ keyId: 'agent-1', seed: new Uint8Array(32).fill(5) })
const old = ed25519PrivateKey({ keyId: 'agent-0', seed: new Uint8Array(32).fill(6) })

const ed25519 = { verifyingKey: key.verifyingKey, arbitraryMessage: arbitraryRequest, runs: 20 } as const

/** What the old key has signed, for the new one to sign over. */
const rotated = (message: ReturnType<typeof httpRequest>) =>
  signPreparedSync(
    gnap({ key: old }).scheme.prepare(message, {
      keyId: old.keyId,
      algorithm: old.algorithm,
      nowMs: 1_790_000_000_000,
      nonce: 'nonce-0123456789abcdef',
    }),
    old,
  )

/** The profiles of RFC 9421. */
export const PROFILE_SCHEMES: readonly SchemeRow[] = [
  { name: 'gnap', of: ['gnap', 'gnapVerifier'], signer: gnap({ key }), verifier: gnapVerifier(), ...ed25519 },
  {
    name: 'gnap, the new key over the old one',
    of: ['gnapRotation', 'gnapRotationVerifier'],
    signer: gnapRotation({ key }),
    verifier: gnapRotationVerifier(),
    ...ed25519,
    arbitraryMessage: arbitraryRequest.map(rotated),
    request: rotated(httpRequest({ url: `http://${HOST}/token/1` })),
  },
]
