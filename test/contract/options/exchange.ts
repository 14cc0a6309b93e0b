import { binance } from '../../../src/exchange/catalogue/binance.js'
import { bitstamp, bitstampResponses } from '../../../src/exchange/catalogue/bitstamp.js'
import { kucoin } from '../../../src/exchange/catalogue/kucoin.js'
import { okx, okxRules } from '../../../src/exchange/catalogue/okx.js'
import { checkKey, defineExchange, exchangeScheme, staticSecretKey } from '../../../src/exchange/index.js'
import type { OptionsRoom } from './row.js'

// test/unit/exchange/environments.test.ts asks every factory.
const account = { apiKey: 'key', secret: 'secret' }
const signer = binance(account)
const rules = binance().spec

export const room: OptionsRoom = {
  rows: [
    {
      name: 'countersign/exchange/binance#binance',
      call: (extra) => binance({ ...account, ...extra }),
      misspelt: [
        ['testnet', 'environment: "testnet"'],
        ['demo', 'environment: "demo"'],
        ['sandbox', 'environment: "testnet"'],
        ['url', 'baseUrl'],
        ['baseURL', 'baseUrl'],
        ['recvwindow', 'recvWindow'],
        ['apiSecret', 'secret'],
        ['passphrase', 'Binance has no passphrase'],
      ],
    },
    {
      name: 'countersign/exchange/okx#okx',
      call: (extra) => okx({ ...account, passphrase: 'p', ...extra }),
      misspelt: [
        ['sandboxMode', 'environment: "demo"'],
        ['password', 'passphrase'],
        ['recvWindow', 'OKX has no receive window'],
      ],
    },
    {
      name: 'countersign/exchange/okx#okx without a key',
      call: (extra) => okx(extra),
      misspelt: [['variants', 'variant']],
    },
    {
      name: 'countersign/exchange/okx#okx.login',
      call: (extra) => okx.login({ ...account, passphrase: 'p', ...extra }),
      misspelt: [['testnet', 'environment: "demo"']],
    },
    {
      name: 'countersign/exchange/kucoin#kucoin: partner',
      call: (extra) =>
        kucoin({ ...account, passphrase: 'p', partner: { id: 'a', key: 'b', ...extra } }).sign({ path: '/' }),
      misspelt: [['names', 'name']],
    },
    {
      name: 'countersign/exchange#staticSecretKey',
      call: (extra) => staticSecretKey({ keyId: 'key', secret: new Uint8Array([65]), ...extra }),
      misspelt: [['secrets', 'secret']],
    },
    {
      name: 'countersign/exchange#exchangeScheme',
      call: (extra) => exchangeScheme(okxRules, { passphrase: 'p', ...extra }),
      misspelt: [['password', 'passphrase']],
    },
    {
      name: 'countersign/exchange#defineExchange().sign',
      call: (extra) => signer.sign({ path: '/api/v3/account', ...extra }),
      misspelt: [
        ['parms', 'params'],
        ['josn', 'json'],
      ],
    },
    {
      name: 'countersign/exchange#defineExchange().sign: when',
      call: (extra) => signer.sign({ path: '/api/v3/account' }, extra),
      misspelt: [['clocks', 'clock']],
    },
    {
      name: 'countersign/exchange#defineExchange().message: when',
      call: (extra) => signer.signMessage('call', { id: 1, method: 'time' }, extra),
      misspelt: [['nonce', 'nonces']],
    },
    {
      name: 'countersign/exchange#checkKey',
      call: (extra) =>
        checkKey(
          signer,
          async () => Response.json({ ipRestrict: true, createTime: 1, enableReading: true, enableWithdrawals: false }),
          extra,
        ),
      misspelt: [
        ['need', 'needs'],
        ['warnBefore', 'warnBeforeDays'],
      ],
    },
    {
      name: 'countersign/exchange#defineExchange',
      call: (extra) => defineExchange({ ...rules, ...extra }),
      misspelt: [
        ['cover', 'covers'],
        ['header', 'headers'],
      ],
    },
    {
      name: 'countersign/exchange#defineExchange: variants',
      call: (extra) => defineExchange(rules, { other: { ...rules, ...extra } }),
      misspelt: [['origin', 'origins']],
    },
    {
      name: 'countersign/exchange#defineExchange: clock',
      call: (extra) => defineExchange({ ...rules, clock: { error: /late/, ...extra } }),
      misspelt: [
        ['read', 'time'],
        ['times', 'time'],
      ],
    },
    {
      name: 'countersign/exchange#defineExchange: token',
      call: (extra) =>
        defineExchange({ ...rules, token: { method: 'GET', path: '/token', token: 'data.token', ...extra } }),
      misspelt: [['tokens', 'token']],
    },
    {
      name: 'countersign/exchange#defineExchange: params',
      call: (extra) => defineExchange({ ...rules, params: { into: 'query', ...extra } }),
      misspelt: [['list', 'lists']],
    },
    {
      name: 'countersign/exchange/bitstamp#bitstampResponses',
      call: (extra) => bitstampResponses(bitstamp(account), extra),
      misspelt: [['unsignedError', 'unsignedErrors']],
    },
  ],
  without: {
    'countersign/exchange#asText': 'a template',
    'countersign/exchange#callBody': 'a path and members',
    'countersign/exchange#eachWith': 'an argument, a mark and a placeholder',
    'countersign/exchange#exchangeVerifier': 'takes an exchange, and refuses anything else',
    'countersign/exchange#timestamp.expiresIn': 'a number and a form of time',
    'countersign/exchange#inForm': 'names and places',
    'countersign/exchange#inJson': 'names and places',
    'countersign/exchange#inQuery': 'names and places',
    'countersign/exchange#inQueryOrForm': 'names and places',
    'countersign/exchange#nonce.increasing': 'a unit',
    'countersign/exchange#readMessage': 'an exchange, a name and what was received',
    'countersign/exchange#readUpgrade': 'an exchange, a name and fields',
    'countersign/exchange#targetOf': 'a draft',
  },
}
