import { expect, test } from 'vitest'
import type { SigningKey } from '../../src/crypto/index.js'
import { coverLess, rfc9421, rfc9421Signer } from '../../src/schemes/rfc9421/index.js'
import { isThere, PEERS, type Peer, SAMPLES } from './peers.js'
import { deliver, startPeer, wireOf } from './programs.js'
import { signingKey } from './server.js'

// The reason of a refusal is the one that is given: without it the same library accepts.

const sample = SAMPLES[0]
const peerOf = (part: string): Peer => PEERS.find(({ name }) => name.includes(part)) as Peer
const [lto, commonFate] = [peerOf('@ltonetwork'), peerOf('common-fate')]

test.runIf(isThere(lto))('@ltonetwork accepts a host without a port', async () => {
  const { port, stop } = await startPeer(lto)
  const signer = rfc9421({ key: await signingKey('ed25519') })
  expect(await deliver(port, await wireOf(signer, sample, `api.example.com:${port}`))).not.toBe('ok')
  expect(await deliver(port, await wireOf(signer, sample, 'api.example.com'))).toBe('ok')
  stop()
})

test.runIf(isThere(commonFate))('common-fate writes the parameters in its own order before it verifies', async () => {
  const { port, stop } = await startPeer(commonFate)
  const key = await signingKey('ed25519')
  const inItsOrder = (text: string): string =>
    text.replace(/;(created=\d+);(nonce="[^"]*");(keyid="[^"]*");(tag="[^"]*")/, ';$3;$4;$2;$1')
  const other: SigningKey = {
    ...key,
    keyId: 'ed25519',
    algorithm: 'ed25519',
    sign: (base) => key.sign(inItsOrder(String(base))),
  }
  const verdictOf = async (one: SigningKey): Promise<string> => {
    const signer = rfc9421Signer({ key: one, ...commonFate.preset, [coverLess]: true })
    return deliver(port, await wireOf(signer, sample, `127.0.0.1:${port}`))
  }
  expect(await verdictOf(key)).not.toBe('ok')
  expect(await verdictOf(other)).toBe('ok')
  stop()
})
