import { exchangeVerifier } from '../../../src/exchange/index.js'
import { allSamples } from '../../exchange/samples.js'
import { signedOf, requestOf as unsigned } from '../../exchange/signed.js'
import { bytesOf, refusing, requestOf, type Target } from '../target.js'

const first = new Map(allSamples.map((sample) => [sample.exchange.spec.id, sample] as const).reverse())

/** The same of every exchange, once each. */
export const targets: readonly Target[] = [...first].map(([id, sample]) => {
  const scheme = exchangeVerifier(sample.exchange)
  return {
    name: `exchange-${id}`,
    run: (bytes: Uint8Array) => refusing(() => scheme.parse(requestOf(bytes))),
    seeds: () => [bytesOf(signedOf(sample, unsigned(sample, 'POST', { a: '1' }, { b: '2' })).final)],
  }
})
