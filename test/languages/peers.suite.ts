import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SigningKey } from '../../src/crypto/index.js'
import { diagnose } from '../../src/doctor/index.js'
import { coverLess, rfc9421, rfc9421Signer } from '../../src/schemes/rfc9421/index.js'
import { compatible, compatibleVerifier } from '../../src/schemes/rfc9421/profiles/index.js'
import { rfc9421Verifier } from '../../src/schemes/rfc9421/verifier.js'
import { type Algorithm, isThere, PEERS, type Peer, SAMPLES, type Sample } from './peers.js'
import { deliver, keyText, type Started, sendByPeer, startPeer, wireOf } from './programs.js'
import { type Arrival, signingKey, startOurs } from './server.js'
import { faultOf, hold, writeSeen } from './verdicts.js'

const servers = { compatible: await startOurs(compatibleVerifier()), rfc9421: await startOurs(rfc9421Verifier()) }
afterAll(() => {
  writeSeen()
  for (const one of Object.values(servers)) one.close()
})

const verdictOf = ({ verdict }: Arrival): string => (verdict.ok ? 'ok' : `${verdict.code}: ${verdict.detail}`)

const MAKERS = {
  preset: (key: SigningKey, { preset }: Peer) =>
    preset === undefined ? rfc9421({ key }) : rfc9421Signer({ key, ...preset, [coverLess]: true }),
  compatible: (key: SigningKey) => compatible({ key }),
} as const

/** What the doctor finds in a request that was refused. */
async function findings({ method, target, lines }: Arrival, algorithm: Algorithm, { body }: Sample): Promise<string[]> {
  const headers = lines.flatMap((name, at) => (at % 2 === 0 ? [[name, lines[at + 1] as string] as const] : []))
  const host = headers.find(([name]) => name.toLowerCase() === 'host')?.[1]
  const capture = { method, url: `http://${host}${target}`, headers: Object.fromEntries(headers), body: body ?? '' }
  const key =
    algorithm === 'hmac-sha256'
      ? { secret: keyText('hmac-sha256.key') }
      : { publicKey: keyText(`${algorithm}.pub.pem`), algorithm }
  const { findings } = await diagnose(capture, { ...key, nowMs: Date.now(), budgetMs: 60_000 })
  return findings.filter(({ certainty }) => certainty === 'proven').map(({ id }) => id)
}

const signed = async (peer: Peer, preset: keyof typeof MAKERS, algorithm: Algorithm, sample: Sample, port: number) =>
  wireOf(MAKERS[preset](await signingKey(algorithm), peer), sample, `127.0.0.1:${port}`)

for (const peer of PEERS) {
  if (!isThere(peer)) console.error(`!!! ${peer.language} ${peer.name}: not executed, there is no ${peer.needs}`)
  describe.skipIf(!isThere(peer))(`${peer.language} ${peer.name}`, () => {
    let theirs: Started
    const ours = servers[peer.scheme ?? 'compatible']
    beforeAll(async () => {
      theirs = await startPeer(peer)
    })
    afterAll(() => theirs?.stop())

    describe.each(peer.algorithms)('%s', (algorithm) => {
      test.runIf(peer.directions.includes('signs')).each(SAMPLES)('they sign, we verify: $name', async (sample) => {
        const before = ours.arrivals.length
        const output = await sendByPeer(peer, algorithm, sample, `http://127.0.0.1:${ours.port}${sample.target}`)
        expect(ours.arrivals.length, output).toBe(before + 1)
        const arrival = ours.arrivals.at(-1) as Arrival
        expect(arrival.target).toBe(sample.target)
        hold(peer, 'signs', algorithm, sample, verdictOf(arrival))
        const fault = faultOf(peer, 'signs', algorithm, sample)
        if (fault?.finding !== undefined) expect(await findings(arrival, algorithm, sample)).toContain(fault.finding)
      })

      describe.each(['preset', 'compatible'] as const)('%s', (direction) => {
        test.each(SAMPLES)('we sign, they verify: $name', async (sample) => {
          const wire = await signed(peer, direction, algorithm, sample, theirs.port)
          hold(peer, direction, algorithm, sample, await deliver(theirs.port, wire))
        })
      })

      const changed = SAMPLES.find(({ name }) => name === 'POST') as Sample
      test.skipIf(faultOf(peer, 'compatible', algorithm, changed))('they refuse what was changed', async () => {
        const wire = await signed(peer, 'compatible', algorithm, changed, theirs.port)
        const body = (wire.body as Uint8Array).slice()
        body[7] = (body[7] as number) + 1
        const lines = wire.lines.map((one) => (one === `127.0.0.1:${theirs.port}` ? `localhost:${theirs.port}` : one))
        for (const change of [
          { method: 'PUT' },
          { target: '/orders?dry=0' },
          { target: '/order5?dry=1' },
          { lines },
          { body },
        ])
          expect(await deliver(theirs.port, { ...wire, ...change }), JSON.stringify(Object.keys(change))).not.toBe('ok')
      })
    })
  })
}
