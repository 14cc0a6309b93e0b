/** The exchanges that ccxt 4.5.84 does not have, and what they are held to instead. */
export const oracles: Readonly<Record<string, string>> = {
  bitmart: 'signatures of the exchange’s own SDK, and the laws of test/property',
  bitmex: 'golden vectors of its documents and of pybotters, in test/vectors',
  'coinbase-prime': 'its documents, which show no signature, and the laws of test/property',
  edgex: 'the official SDK’s functions, in test/vectors',
}

/** Those that ccxt has and signs in its unified calls alone, which ask for markets first: what they are held to instead. */
export const otherOracles: Readonly<Record<string, string>> = {
  aster: 'the documented key and address, a signature by another implementation, viem and ethers for what is signed',
  dydx: 'transactions of the official client, in test/vectors and chains.suite.ts',
  extended: 'the field that the official client shows; its orders are in test/vectors',
  hyperliquid: 'the official SDK (test/interop/python) and the client that most bots use (wallet.suite.ts)',
  nado: 'its SDK’s structs signed by another implementation, in test/vectors',
  paradex: 'hashes and signatures of the official client, in test/vectors',
  pacifica: 'the signatures of ccxt’s own calls (pacifica.suite.ts), and a vector by the recipe of its pages',
  'polymarket-l1': 'the official client’s own signature, in test/vectors',
  robinhood: 'the official example, in test/vectors',
}
