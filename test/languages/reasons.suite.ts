import { expect, test } from 'vitest'
import { coverLess, rfc9421, rfc9421Signer } from '../../src/schemes/rfc9421/index.js'
import { isThere, PEERS, type Peer, SAMPLES } from './peers.js'
import { deliver, startPeer, wireOf } from './programs.js'
import { signingKey } from './server.js'

// A verifier that refuses does not say why. That the reason is the one which is stated: without it, it accepts.

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

test.runIf(isThere(commonFate))('common-fate accepts the parameters in its own order', async () => {
  const { port, stop } = await startPeer(commonFate)
  const key = await signingKey('ed25519')
  const inItsOrder = (text: string): string =>
    text.replace(/;(created=\d+);(nonce="[^"]*");(keyid="[^"]*");(tag="[^"]*")/, ';$3;$4;$2;$1')
  const signer = rfc9421Signer({
    key: { ...key, keyId: 'ed25519', algorithm: 'ed25519', sign: (base) => key.sign(inItsOrder(String(base))) },
    ...commonFate.preset,
    [coverLess]: true,
  })
  const wire = await wireOf(signer, sample, `127.0.0.1:${port}`)
  expect(await deliver(port, wire)).not.toBe('ok')
  expect(await deliver(port, { ...wire, lines: wire.lines.map(inItsOrder) })).toBe('ok')
  stop()
})
