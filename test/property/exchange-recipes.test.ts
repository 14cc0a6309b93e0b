import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exchangeVerifier } from '../../src/exchange/index.js'
import type { HttpRequest } from '../../src/message/message.js'
import { staticKeys } from '../../src/server/key-source.js'
import type { PermanentNonceStore } from '../../src/server/policy/policy.js'
import { tradingPolicy } from '../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../src/server/replay/memory.js'
import { createVerifier, type Verifier } from '../../src/server/verifier.js'
import { arbitraryRequest, type ExchangeSample } from '../exchange/sample.js'
import { allSamples } from '../exchange/samples.js'
import { methodsOf, requestOf, SIGNED_MS, signedOf } from '../exchange/signed.js'
import { verdictCode } from '../expect-code.js'

// EXCHANGE=okx narrows it down.
const only = process.env['EXCHANGE']

/** What a table with a unique index does. */
function permanentStore(): PermanentNonceStore {
  const taken = new Set<string>()
  return { claim: (keyId, nonce) => !taken.has(`${keyId}\n${nonce}`) && taken.add(`${keyId}\n${nonce}`) !== undefined }
}

/** The verifier that docs/exchanges.md writes down for the exchange. */
function verifierFor(sample: ExchangeSample, untimed?: PermanentNonceStore): Verifier {
  const { exchange, verifyingKey } = sample
  const passphrase = sample.passphrase ?? (exchange.spec.passphrase === undefined ? undefined : 'phrase-1')
  const scheme = exchangeVerifier(exchange)
  const authorities = exchange.spec.origins.map((origin) => new URL(origin).host)
  return createVerifier({
    schemes: [scheme],
    keys: staticKeys([{ key: verifyingKey, ...(passphrase === undefined ? {} : { passphrase }) }]),
    policy: tradingPolicy({ authorities, ...(untimed && { perScheme: { [scheme.id]: { untimed } } }) }),
    replay: memoryReplayStore({ restartBarrier: false }),
    clock: { now: () => SIGNED_MS + 500 },
  })
}

const judge = async (verifier: Verifier, request: HttpRequest): Promise<string> => {
  const verdict = await verifier.verify(request)
  return verdictCode(verdict)
}

describe('what a signer makes passes the verifier that its page states, once', () => {
  for (const sample of allSamples.filter(({ name }) => only === undefined || name.startsWith(only))) {
    const { demands } = exchangeVerifier(sample.exchange)
    if (sample.exchange.spec.covers.length === 0) {
      test(`${sample.name}: nothing is signed, so no verifier is made`, () => {
        expect(() => verifierFor(sample)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
      })
      continue
    }
    if (demands.untimed === true)
      test(`${sample.name}: without a time, a verifier needs a store that remembers for ever`, () => {
        expect(() => verifierFor(sample)).toThrow(/untimed/)
      })
    test(`${sample.name} passes its verifier once`, { timeout: 60_000 }, async () => {
      const requests = [
        ...methodsOf(sample).map((method) => requestOf(sample, method, { symbol: 'A', note: 'a,b' }, { symbol: 'A' })),
        ...(fc.sample(arbitraryRequest(sample), { seed: 5, numRuns: 8 }) as HttpRequest[]),
      ]
      for (const message of requests) {
        const verifier = verifierFor(sample, demands.untimed === true ? permanentStore() : undefined)
        const { final } = signedOf(sample, message)
        const what = `${final.method} ${final.target}`
        expect(await judge(verifier, final), what).toBe(sample.refused ?? 'ok')
        if (sample.refused === undefined) expect(await judge(verifier, final), what).toBe('REPLAY')
      }
    })
  }
})
