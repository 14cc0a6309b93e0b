import { webBotAuth, webBotAuthVerifier } from '../../../src/agents/index.js'
import { ed25519PrivateKey } from '../../../src/crypto/index.js'
import { jwkThumbprint } from '../../../src/crypto/thumbprint.js'
import { arbitraryRequest } from '../../property/rfc9421-messages.js'
import type { SchemeRow } from './row.js'

const key = ed25519PrivateKey({ keyId: 'agent', seed: new Uint8Array(32).fill(6) })
const ID = `https://bot.example/.well-known/http-message-signatures-directory#${jwkThumbprint(key)}`
const { verifyingKey } = key

/** Agents of the web: the verifier names a key by the pair of its directory and its thumbprint. */
export const AGENT_SCHEMES: readonly SchemeRow[] = (['ietf-00', 'ietf-01', 'legacy'] as const).map((draft) => {
  const { scheme, key: named } = webBotAuth({ key, agent: 'https://bot.example', draft })
  return {
    name: `rfc9421 as Web Bot Auth, ${draft}`,
    of: ['webBotAuth', 'webBotAuthVerifier'],
    signer: { scheme, key: named },
    verifyingKey: {
      keyId: ID,
      algorithm: 'ed25519',
      verify: (base, signature) => verifyingKey.verify(base, signature),
    },
    verifier: webBotAuthVerifier(),
    arbitraryMessage: arbitraryRequest,
    runs: 30,
  }
})
