import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isChecked } from '../../../src/exchange/check-key/check-key.js'
import type { Exchange } from '../../../src/exchange/index.js'
import { EXCHANGE_ANSWERS } from '../../../src/testing/exchanges/all.js'
import { allSamples } from '../../exchange/samples.js'

/** What an exchange of wallets or chains is to have, and how to see whether it has it. */
const COLUMNS = {
  requests: ({ spec }: Exchange) => spec.base !== undefined,
  sockets: ({ spec }: Exchange) => spec.messages !== undefined || spec.token !== undefined,
  // Of the request itself: what is signed inside is the matter of `orders`.
  verifying: ({ spec }: Exchange) => spec.covers.length > 0,
  environments: ({ spec }: Exchange) => spec.environments !== undefined,
  mock: ({ spec }: Exchange) => EXCHANGE_ANSWERS[spec.id] !== undefined,
  checkKey: ({ spec }: Exchange) => isChecked(spec),
  example: ({ spec }: Exchange) => existsSync(join('docs', 'examples', `${spec.id}.mjs`)),
  orders: ({ spec }: Exchange) => existsSync(join('src', 'exchange', 'orders', `${spec.id}.ts`)),
} as const

type Reasons = Readonly<Partial<Record<keyof typeof COLUMNS, string>>>

const WITHIN = 'the request is the order: its signature is made with it'
const SHOWN = 'requests show a secret or a session, and nothing of them is signed'

/** Why a cell is empty. */
const REASONS: Readonly<Record<string, Reasons>> = {
  hyperliquid: {},
  dydx: { sockets: 'the socket of the indexer is public', checkKey: 'authenticators are read from another node' },
  paradex: { verifying: 'the login is verified by itself: method, path and body are constants of what is signed' },
  nado: { checkKey: 'linked_signer shows whose signer an address is, not what it may do' },
  aster: { checkKey: 'no official page shows the answer of GET /fapi/v3/agent', orders: WITHIN },
  pacifica: { checkKey: 'only the account itself may list its agents, and no page shows the answer', orders: WITHIN },
  edgex: {
    environments: 'the official SDK names the hosts of no test network',
    checkKey: 'no official read shows what an API key may do',
  },
  grvt: { verifying: SHOWN, checkKey: 'no official read shows what an API key may do' },
  extended: { verifying: SHOWN, checkKey: 'no official read shows what an API key may do' },
  polymarket: {
    sockets: 'its user channel is shown the secret',
    environments: 'the test network is a chain id of the order, and no host of the API',
  },
  'polymarket-l1': {
    sockets: 'a login that makes an API key, over HTTP alone',
    verifying: 'nothing of the request is signed: the message is a constant with a time',
    environments: 'the test network is its option chainId',
    mock: 'its one refusal is that of Polymarket, where the example runs',
    checkKey: 'Polymarket’s, with the API key that it makes',
    example: 'that of Polymarket',
    orders: 'those of Polymarket',
  },
  robinhood: {
    sockets: 'the exchange has no socket',
    environments: 'the exchange has no test network',
    checkKey: 'no official read shows what an API key may do',
    orders: WITHIN,
  },
}

const exchanges = new Map(allSamples.map(({ exchange }) => [exchange.spec.id, exchange]))
/** Algorithms that only wallets and chains have. */
const OF_WALLETS = /^ecdsa-(?:secp256k1|stark)/

describe('every exchange of wallets', () => {
  test('is a row: those with such keys, and those whose orders are signed apart', () => {
    const keys = [...exchanges.values()].filter(({ spec }) =>
      Object.keys(spec.keys).some((one) => OF_WALLETS.test(one)),
    )
    const orders = readdirSync(join('src', 'exchange', 'orders')).map((file) => file.replace(/\.ts$/, ''))
    const known = [...keys.map(({ spec }) => spec.id), ...orders.filter((id) => exchanges.has(id))]
    expect(known.filter((id) => REASONS[id] === undefined)).toEqual([])
    expect(Object.keys(REASONS).filter((id) => !exchanges.has(id))).toEqual([])
  })

  test.each(Object.keys(REASONS))('%s has each part, or a reason', (id) => {
    const exchange = exchanges.get(id) as Exchange
    const reasons = REASONS[id] as Reasons
    const cells = Object.entries(COLUMNS).map(([name, has]) => [name, has(exchange), reasons[name as 'mock']] as const)
    expect(cells.filter(([, has, reason]) => !has && reason === undefined).map(([name]) => name)).toEqual([])
    // A reason for what is there is one that was forgotten.
    expect(cells.filter(([, has, reason]) => has && reason !== undefined).map(([name]) => name)).toEqual([])
  })
})
