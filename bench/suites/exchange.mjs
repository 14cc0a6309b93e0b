import { createPrivateKey, sign as cryptoSign } from 'node:crypto'
import { handBinance, handBinanceEd25519, handBybit, handGate, handKraken, handOkx } from '../floors/exchange.mjs'
import { atOneMoment, exchangeOf } from '../lib/exchanges.mjs'
import { library } from '../lib/library.mjs'
import { MASK } from '../lib/messages.mjs'
import { accounts, endpoints, orders } from '../lib/orders.mjs'
import { interleaved, ratio } from '../lib/rounds.mjs'
import { commonSignature, commonSigner, lastSent } from '../peers/binance-common.mjs'
import { ccxtSigner } from '../peers/ccxt.mjs'
import { sieblyBinance, sieblyBybit, sieblyOkx } from '../peers/siebly.mjs'

const { exportPrivateKey, generateKeyPair } = await library('countersign')
const { requireSync } = await library('countersign/crypto')

const IN_FLIGHT = 32

/** The same URL, headers and body: names of headers in one case, in one order. */
const sameRequest = (a, b) => {
  const lines = ({ headers }) => Object.entries(headers).map(([name, value]) => `${name.toLowerCase()}: ${value}`)
  return a.url === b.url && (a.body ?? '') === (b.body ?? '') && String(lines(a).sort()) === String(lines(b).sort())
}

/** An exchange, with an order by hand and one by ccxt. */
async function orderOf(name, hand, { account = accounts[name], keys, theirs = account } = {}) {
  const exchange = await exchangeOf(name, keys)
  const { path } = endpoints[name]
  const params = orders[name]
  const byHand = hand(account)
  const ccxt = ccxtSigner(name, theirs)
  return {
    ours: (i) => exchange.sign(i & MASK),
    hand: (i) => byHand(path, params[i & MASK]),
    ccxt: (i) => ccxt(params[i & MASK]),
    by: (sign) => (i) => sign(path, params[i & MASK]),
    accepts: exchange.accepts,
  }
}

const inFlight = (op) => (i) => Promise.all(Array.from({ length: IN_FLIGHT }, (_, k) => op(i + k)))
const each = (name) => (round) => round[name] / IN_FLIGHT / round.ours

async function binanceHmac() {
  const it = await orderOf('binance', handBinance)
  const common = it.by(commonSigner(accounts.binance))
  const siebly = it.by(sieblyBinance(accounts.binance))
  const signatureOnly = commonSignature(accounts.binance)
  const contestants = {
    hand: it.hand,
    ours: it.ours,
    ccxt: it.ccxt,
    commonSignature: (i) => signatureOnly(orders.binance[i & MASK]),
    common,
    siebly,
    sieblyInFlight: inFlight(siebly),
  }
  const row = (name, what, value, more = {}) => ({ name: `exchange/binance/hmac/${name}`, what, value, ...more })
  const least = (name, what, value, bar, goal) => row(name, what, value, { least: true, bar, goal })
  return {
    title: 'A Binance order, HMAC',
    check: async () => {
      await common(7)
      return (
        atOneMoment(() => sameRequest(it.ours(7), it.hand(7))) &&
        [it.ccxt(7), await siebly(7), lastSent()].every((one) =>
          it.accepts({ ...one, headers: { 'X-MBX-APIKEY': accounts.binance.apiKey } }),
        )
      )
    },
    measure: (options) => interleaved(contestants, options),
    rows: [
      row('by-hand', 'Binance order, HMAC / by hand', ratio('ours', 'hand'), { bar: 0.8, goal: 0.65 }),
      least('ccxt', 'ccxt / Binance order', ratio('ccxt', 'ours'), 6, 9),
      least('binance-common', '@binance/common until it sends / Binance order', ratio('common', 'ours'), 3, 4),
      least('binance', 'binance until it sends, one after the other / Binance order', ratio('siebly', 'ours'), 60, 100),
      least(
        'binance-in-flight',
        `binance until it sends, ${IN_FLIGHT} in flight / Binance order`,
        each('sieblyInFlight'),
        20,
      ),
      row(
        'binance-common-signature',
        '@binance/common, the signature alone / by hand',
        ratio('commonSignature', 'hand'),
      ),
      row('ccxt-by-hand', 'ccxt / by hand', ratio('ccxt', 'hand')),
    ],
  }
}

async function otherExchange(name, title, hand, peers = {}) {
  const it = await orderOf(name, hand)
  const others = Object.fromEntries(Object.entries(peers).map(([peer, make]) => [peer, it.by(make(accounts[name]))]))
  return {
    title: `A ${title} order`,
    check: async () => {
      const theirs = await Promise.all([it.ccxt, ...Object.values(others)].map((sign) => sign(7)))
      // Kraken's nonces never repeat.
      const same =
        name === 'kraken'
          ? it.accepts(it.ours(7)) && it.accepts(it.hand(7))
          : atOneMoment(() => sameRequest(it.ours(7), it.hand(7)))
      return same && theirs.every(it.accepts)
    },
    measure: (options) => interleaved({ hand: it.hand, ours: it.ours, ccxt: it.ccxt, ...others }, options),
    rows: [
      {
        name: `exchange/${name}/by-hand`,
        what: `${title} order / by hand`,
        value: ratio('ours', 'hand'),
        bar: 0.9,
        goal: 0.65,
      },
      {
        name: `exchange/${name}/ccxt`,
        what: `ccxt / ${title} order`,
        value: ratio('ccxt', 'ours'),
        least: true,
        bar: 4.5,
        goal: 6,
      },
      ...Object.keys(peers).map((peer) => ({
        name: `exchange/${name}/${peer}`,
        what: `${peer} until it sends / ${title} order`,
        value: ratio(peer, 'ours'),
      })),
    ],
  }
}

async function binanceEd25519() {
  const { signingKey, verifyingKey } = await generateKeyPair('ed25519', { keyId: accounts.binance.apiKey })
  const key = requireSync(signingKey)
  const pem = (await exportPrivateKey(key, 'pem')).trim()
  const keyObject = createPrivateKey(pem)
  const { apiKey } = accounts.binance
  const it = await orderOf('binance', handBinanceEd25519, {
    account: { apiKey, keyObject },
    keys: { key, verifyingKey },
    theirs: { apiKey, secret: pem },
  })
  const siebly = it.by(sieblyBinance({ apiKey, pem }))
  const common = it.by(commonSigner({ apiKey, pem }))
  const bases = Array.from({ length: 16 }, (_, i) => Buffer.from(it.ours(i).url.split('?')[1].split('&signature=')[0]))
  const raw = (i) => cryptoSign(null, bases[i & 15], keyObject)
  const headers = { 'X-MBX-APIKEY': apiKey }
  return {
    title: 'A Binance order, Ed25519',
    options: { batchMs: 6 },
    check: async () => {
      await common(7)
      return (
        atOneMoment(() => sameRequest(it.ours(7), it.hand(7))) &&
        [it.ccxt(7), await siebly(7), lastSent()].every((one) => it.accepts({ ...one, headers }))
      )
    },
    measure: (options) => interleaved({ raw, hand: it.hand, ours: it.ours, ccxt: it.ccxt, common, siebly }, options),
    rows: [
      {
        name: 'exchange/binance/ed25519/raw',
        what: 'Binance order, Ed25519 / raw crypto.sign',
        value: ratio('ours', 'raw'),
        bar: 1.15,
        goal: 1.08,
      },
      {
        name: 'exchange/binance/ed25519/by-hand',
        what: 'Binance order, Ed25519 / by hand with a KeyObject',
        value: ratio('ours', 'hand'),
      },
      {
        name: 'exchange/binance/ed25519/ccxt',
        what: 'ccxt / Binance order, Ed25519',
        value: ratio('ccxt', 'ours'),
        least: true,
        bar: 10,
      },
      {
        name: 'exchange/binance/ed25519/binance',
        what: 'binance until it sends / Binance order, Ed25519',
        value: ratio('siebly', 'ours'),
        least: true,
        bar: 15,
      },
      {
        name: 'exchange/binance/ed25519/binance-common',
        what: '@binance/common until it sends / Binance order, Ed25519',
        value: ratio('common', 'ours'),
      },
    ],
  }
}

export const groups = [
  await binanceHmac(),
  await otherExchange('okx', 'OKX', handOkx, { 'okx-api': sieblyOkx }),
  await otherExchange('bybit', 'Bybit', handBybit, { 'bybit-api': sieblyBybit }),
  await otherExchange('gate', 'Gate', handGate),
  await otherExchange('kraken', 'Kraken', handKraken),
  await binanceEd25519(),
]
