/** The exchanges that ccxt 4.5.84 does not have, and what they are held to instead. */
export const oracles: Readonly<Record<string, string>> = {
  bitmart: 'signatures of the exchange’s own SDK, and the laws of test/property',
  bitmex: 'golden vectors of its documents and of pybotters, in test/vectors',
  'coinbase-prime': 'its documents, which show no signature, and the laws of test/property',
}
