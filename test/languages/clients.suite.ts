import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compatibleVerifier } from '../../src/schemes/rfc9421/profiles/index.js'
import { build, folderOf, start, templateOf } from '../clients/programs.js'
import { have, ROWS } from '../clients/rows.js'
import { isThere, PEERS, type Peer, SAMPLES, type Sample } from './peers.js'
import { deliver, KEYS, keyText, type Started, startPeer } from './programs.js'
import { type Arrival, startOurs } from './server.js'
import { hold, writeSeen } from './verdicts.js'

// Every client of clients/ before our verifier; what arrived there is then delivered to the libraries, byte by byte.

const ours = await startOurs(compatibleVerifier())
const peers = PEERS.filter((one) => isThere(one) && one.directions.includes('clients'))
const started: Array<Started & { readonly peer: Peer }> = []
beforeAll(async () => {
  for (const peer of peers) started.push({ ...(await startPeer(peer)), peer })
})
afterAll(() => {
  writeSeen()
  ours.close()
  for (const { stop } of started) stop()
})

for (const row of ROWS.filter(({ scheme }) => scheme === 'rfc9421')) {
  if (!have(row.needs)) console.error(`!!! clients/${row.language}: not executed, there is no ${row.needs}`)
  describe.skipIf(!have(row.needs))(`clients/${row.language}`, () => {
    beforeAll(() => build(row, folderOf(row), templateOf(row).files.rfc9421 ?? []), 900_000)

    describe.each(row.algorithms)('%s', (algorithm) => {
      const changed =
        algorithm === 'ed25519'
          ? { SIGNING_KEY_ID: algorithm, SIGNING_KEY_FILE: `${KEYS}ed25519.pem` }
          : { SIGNING_KEY_ID: algorithm, SIGNING_SECRET: keyText('hmac-sha256.key') }

      test.each(SAMPLES)('$name is accepted by us, and by the libraries', async (sample) => {
        const { method, target, body } = sample as Sample
        const before = ours.arrivals.length
        const args = [method, `http://127.0.0.1:${ours.port}${target}`, ...(body === undefined ? [] : [body])]
        const { output } = await start(row, algorithm, args, { changed })
        expect(ours.arrivals.length, output).toBe(before + 1)
        const arrival = ours.arrivals.at(-1) as Arrival
        expect(arrival.verdict.ok ? 'ok' : arrival.verdict.detail).toBe('ok')
        for (const { peer, port } of started) hold(peer, 'clients', algorithm, sample, await deliver(port, arrival))
      })
    })
  })
}
