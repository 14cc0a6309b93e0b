import {
  createVerifier,
  importVerifyingKey,
  memoryReplayStore,
  rfc9421Verifier,
  staticKeys,
  strictPolicy,
} from 'countersign/server'
import { PUBLIC_KEY } from './key.js'

const key = await importVerifyingKey(PUBLIC_KEY, { keyId: 'bot-1', algorithm: 'ed25519' })

export const verifier = createVerifier({
  schemes: [rfc9421Verifier()],
  keys: staticKeys([{ key, owner: 'alice' }]),
  policy: strictPolicy({ authorities: ['api.example.com'] }),
  replay: memoryReplayStore({ restartBarrier: false }),
})
export const options = { publicOrigin: 'https://api.example.com' }
