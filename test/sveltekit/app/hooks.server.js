import {
  createVerifier,
  importVerifyingKey,
  memoryReplayStore,
  rfc9421Verifier,
  staticKeys,
  strictPolicy,
} from 'countersign/server'
import { signatureHandle } from 'countersign/server/sveltekit'
import { PUBLIC_KEY } from './key.js'

const key = await importVerifyingKey(PUBLIC_KEY, { keyId: 'bot-1', algorithm: 'ed25519' })

const verifier = createVerifier({
  schemes: [rfc9421Verifier()],
  keys: staticKeys([{ key, owner: 'alice' }]),
  policy: strictPolicy({ authorities: ['app.example.com'] }),
  replay: memoryReplayStore({ restartBarrier: false }),
})

export const handle = signatureHandle(verifier, {
  publicOrigin: 'https://app.example.com',
  only: ({ route }) => route?.id?.startsWith('/api/') === true,
})
