import { pathToFileURL } from 'node:url'
import { signL1Action } from '@nktkas/hyperliquid/signing'
import { createWalletClient, custom, hashTypedData } from 'viem'
import { privateKeyToAccount, toAccount } from 'viem/accounts'
import { polygon } from 'viem/chains'
import { library } from '../lib/library.mjs'
import { BENCH } from '../lib/paths.mjs'
import { interleaved, ratio } from '../lib/rounds.mjs'

// The curve that the library signs with.
const { secp256k1 } = await library('@noble/curves/secp256k1.js')
const { keccak_256: keccak } = await library('@noble/hashes/sha3.js')
const { hyperliquid } = await library('countersign/exchange/hyperliquid')
const { polymarketOrders } = await library('countersign/exchange/orders/polymarket')
const { walletKey } = await library('countersign/exchange/wallet')
// The official client's own builder of orders, which it does not export by itself.
const { ExchangeOrderBuilderV2 } = await import(
  pathToFileURL(`${BENCH}node_modules/@polymarket/clob-client-v2/dist/order-utils/exchangeOrderBuilderV2.js`).href
)

const PRIVATE_KEY = `0x${'0123456789'.repeat(6)}0123`
const SCALAR = Uint8Array.from(Buffer.from(PRIVATE_KEY.slice(2), 'hex'))
const NONCE = 1_700_000_000_123
const COUNT = 64
const key = walletKey({ privateKey: PRIVATE_KEY })
const account = privateKeyToAccount(PRIVATE_KEY)

// Everything but the curve: a wallet that hashes what it is given and answers always the same.
const SIGNATURE = new Uint8Array(65).fill(1)
SIGNATURE[64] = 27
const hashingKey = {
  ...key,
  sign: (base) => {
    keccak(base)
    return SIGNATURE
  },
}
const SIGNATURE_TEXT = `0x${Buffer.from(SIGNATURE).toString('hex')}`
const hashingAccount = toAccount({
  address: account.address,
  signMessage: async () => SIGNATURE_TEXT,
  signTransaction: async () => SIGNATURE_TEXT,
  signTypedData: async (typed) => {
    hashTypedData(typed)
    return SIGNATURE_TEXT
  },
})

// The bare curve, for what the whole may cost besides it.
const digests = Array.from({ length: COUNT }, (_, i) => keccak(new Uint8Array([i])))
const curve = (i) => secp256k1.sign(digests[i & 63], SCALAR, { prehash: false, format: 'recovered' })

const actions = Array.from({ length: COUNT }, (_, i) => ({
  type: 'order',
  orders: [{ a: i, b: true, p: `${1670 + i}.1`, s: `0.${i + 1}1`, r: false, t: { limit: { tif: 'Gtc' } } }],
  grouping: 'na',
}))
const at = { nonces: { next: () => String(NONCE) } }
const placed = (exchange) => (i) =>
  exchange.sign({ method: 'POST', path: '/exchange', json: { action: actions[i & 63] } }, at)
const nktkas = (wallet) => (i) => signL1Action({ wallet, action: actions[i & 63], nonce: NONCE })

const CONTRACT = '0xE111180000d2663C0091e4f400237545B87B996B'
const ZERO = `0x${'0'.repeat(64)}`
const orders = Array.from({ length: COUNT }, (_, i) => ({
  salt: 479_249_096_354,
  maker: account.address,
  signer: account.address,
  tokenId: `${71321045679252212594626385532706912750332728571942532289631379312455583992563n + BigInt(i)}`,
  makerAmount: '100000000',
  takerAmount: `${50_000_000 + i}`,
  side: 0,
  signatureType: 0,
  timestamp: String(NONCE),
  metadata: ZERO,
  builder: ZERO,
}))
const ordered = (signer) => (i) => signer.sign(orders[i & 63])
const official = (wallet) => {
  const client = createWalletClient({ account: wallet, chain: polygon, transport: custom({ request: async () => [] }) })
  const builder = new ExchangeOrderBuilderV2(CONTRACT, 137, client, () => '479249096354')
  return (i) => builder.buildSignedOrder({ ...orders[i & 63], side: 'BUY' })
}

const contests = {
  hyperliquid: {
    peer: '@nktkas/hyperliquid with viem',
    // Two texts are hashed and one of them is packed first; its client resolves another version of the curve than ours.
    bars: { curve: 1.4, peer: 0.85 },
    ours: [placed(hyperliquid({ key })), placed(hyperliquid({ key: hashingKey }))],
    theirs: [nktkas(account), nktkas(hashingAccount)],
    agree: (mine, theirs) => {
      const { r, s, v } = JSON.parse(mine.body).signature
      return BigInt(r) === BigInt(theirs.r) && BigInt(s) === BigInt(theirs.s) && v === theirs.v
    },
  },
  polymarket: {
    peer: 'the official client with viem',
    bars: { curve: 1.15, peer: 1 },
    ours: [
      ordered(polymarketOrders({ key, exchange: 'v2' })),
      ordered(polymarketOrders({ key: hashingKey, exchange: 'v2' })),
    ],
    theirs: [official(account), official(hashingAccount)],
    agree: (mine, theirs) => mine.signature === theirs.signature,
  },
}

export const groups = Object.entries(contests).map(([name, { peer, bars, ours, theirs, agree }]) => ({
  title: `an order of ${name}`,
  check: async () => {
    for (let i = 0; i < 8; i++) if (!agree(await ours[0](i), await theirs[0](i))) return false
    return true
  },
  measure: (options) =>
    interleaved(
      { curve, ours: ours[0], hashed: ours[1], peer: theirs[0], 'peer hashed': theirs[1] },
      { ...options, batchMs: Math.max(options.batchMs, 8) },
    ),
  rows: [
    {
      name: `wallet/${name}/hash`,
      what: `${peer} / an order, hashed and encoded without the curve`,
      value: ratio('peer hashed', 'hashed'),
      least: true,
      goal: 2.5,
      bar: 2,
    },
    {
      name: `wallet/${name}/curve`,
      what: 'an order, signed / the curve alone',
      value: ratio('ours', 'curve'),
      goal: 1.1,
      bar: bars.curve,
    },
    {
      name: `wallet/${name}/peer`,
      what: `${peer} / an order, signed`,
      value: ratio('peer', 'ours'),
      least: true,
      goal: 1.1,
      bar: bars.peer,
    },
  ],
}))
