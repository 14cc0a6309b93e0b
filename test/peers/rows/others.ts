// Envelopes, tokens, JSON bodies and asymmetric keys.

import { del, get, post, put } from '../cases.js'
import { ED25519, ed25519Key, importedKey, P256_PEM, RSA_PEM } from '../keys.js'
import type { Row } from '../row.js'

const account = { apiKey: 'key-1', secret: 'secret-1' }
const CLAIMS = 'the claims of the token stand in another order'
const CDP = 'organizations/1/apiKeys/1'
const upbit = [get('private', 'orders/closed'), post('private', 'orders'), del('private', 'order')]
const advanced = [get(['v3', 'private'], 'brokerage/accounts'), post(['v3', 'private'], 'brokerage/orders')]
const orderly: Omit<Row, 'name'> = {
  exchange: 'orderly',
  ccxt: 'woofipro',
  account: ed25519Key(`ed25519:${ED25519.publicBase58}`),
  theirs: { secret: ED25519.seedBase58, accountId: '0x01' },
  options: { accountId: '0x01' },
  unproven: ['orderly-account-id'],
  calls: [
    get(['v1', 'private'], 'orders'),
    post(['v1', 'private'], 'order'),
    put(['v1', 'private'], 'order'),
    del(['v1', 'private'], 'order'),
  ],
}
const backpack: Omit<Row, 'name'> = {
  exchange: 'backpack',
  ccxt: 'backpack',
  account: ed25519Key(ED25519.publicBase64),
  theirs: { secret: ED25519.seedBase64 },
  proves: ['body'],
  calls: [get('private', 'api/v1/capital'), post('private', 'api/v1/order'), del('private', 'api/v1/order')],
}

export const rows: readonly Row[] = [
  {
    name: 'coinbase ES256',
    exchange: 'coinbase',
    variant: 'cloud',
    differs: CLAIMS,
    ccxt: 'coinbase',
    account: await importedKey('ecdsa-p256-sha256', CDP),
    theirs: { secret: P256_PEM },
    randomised: true,
    calls: advanced,
  },
  {
    name: 'coinbase EdDSA',
    exchange: 'coinbase',
    variant: 'cdp-sdk',
    differs: CLAIMS,
    ccxt: 'coinbase',
    account: ed25519Key(CDP),
    theirs: { secret: ED25519.pairBase64 },
    calls: advanced,
  },
  {
    name: 'cryptocom',
    exchange: 'crypto-com',
    ccxt: 'cryptocom',
    account,
    calls: [post(['v1', 'private'], 'private/create-order')],
  },
  {
    name: 'gemini',
    exchange: 'gemini',
    ccxt: 'gemini',
    differs: 'ccxt writes the nonce as text, this package as a number',
    account: { apiKey: 'account-1', secret: 'secret-1' },
    calls: [post('private', 'v1/order/new')],
  },
  { name: 'upbit', exchange: 'upbit', ccxt: 'upbit', account, calls: upbit },
  { name: 'upbit HS256', exchange: 'upbit', variant: 'hs256', ccxt: 'upbit', account, calls: upbit },
  {
    name: 'bithumb',
    exchange: 'bithumb',
    ccxt: 'bithumb',
    account,
    calls: [get('private', 'v1/orders'), post('private', 'v2/orders'), del('private', 'v2/order')],
  },
  { name: 'bithumb 1', exchange: 'bithumb-v1', ccxt: 'bithumb', account, calls: [post('private', 'info/account')] },
  {
    name: 'whitebit',
    exchange: 'whitebit',
    ccxt: 'whitebit',
    added: ['request'],
    account,
    calls: [post(['v4', 'private'], 'order/new')],
  },
  {
    name: 'p2b',
    exchange: 'p2b',
    ccxt: 'p2b',
    added: ['request'],
    differs: 'ccxt puts path and nonce behind the parameters, this package before them',
    account,
    calls: [post('private', 'order/new')],
  },
  {
    name: 'independentreserve',
    exchange: 'independent-reserve',
    ccxt: 'independentreserve',
    account,
    proves: ['body'],
    calls: [post('private', 'GetOpenOrders')],
  },
  { ...backpack, name: 'backpack' },
  { ...backpack, name: 'backpack encoded', variant: 'encoded' },
  { ...orderly, name: 'orderly' },
  { ...orderly, name: 'orderly raw', variant: 'raw' },
  {
    name: 'revolut X',
    exchange: 'revolut-x',
    ccxt: 'revolutx',
    account: ed25519Key('key-2'),
    theirs: { privateKey: ED25519.pem },
    unmarked: true,
    calls: [get('private', '1.0/orders/active'), post('private', '1.0/orders'), del('private', '1.0/orders')],
  },
  {
    name: 'kalshi',
    exchange: 'kalshi',
    ccxt: 'prediction.kalshi',
    account: await importedKey('rsa-pss-sha256', 'key-3'),
    theirs: { privateKey: RSA_PEM },
    randomised: true,
    calls: [get(['kalshi', 'private'], 'portfolio/orders'), post(['kalshi', 'private'], 'portfolio/orders')],
  },
]
