import { describe, expect, test } from 'vitest'
import { exchangeVerifier } from '../../src/exchange/index.js'
import { arbitraryRequest } from '../exchange/sample.js'
import { allSamples, exchangeFiles, sampleFiles } from '../exchange/samples.js'
import { schemeLaws } from './scheme-laws.js'

describe('the exchanges', () => {
  test('each has an account that the laws are tried with', () => {
    expect(sampleFiles).toEqual(exchangeFiles)
  })
})

// EXCHANGE=okx narrows it down while one is being written.
const only = process.env['EXCHANGE']

for (const sample of allSamples.filter(({ name }) => only === undefined || name.startsWith(only))) {
  const { name, exchange, signer, verifyingKey, arbitraryNonce, passphrase } = sample
  schemeLaws(name, {
    signer,
    verifyingKey,
    verifier: exchangeVerifier(exchange),
    arbitraryMessage: arbitraryRequest(sample),
    ...(arbitraryNonce === undefined ? {} : { arbitraryNonce }),
    ...(passphrase === undefined ? {} : { passphrase }),
    coversNothing: exchange.spec.covers.length === 0 || sample.refused !== undefined,
    // Many join query and body without a mark; what that leaves open is in their table.
    runsTogether: true,
    anyCase: Object.values(exchange.spec.keys).some((one) => one?.id === 'anyhex'),
    // An asymmetric signature takes a hundred times as long.
    runs: signer.key.algorithm.startsWith('hmac') ? 16 : 4,
  })
}
