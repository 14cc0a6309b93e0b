import { secp256k1 } from '@noble/curves/secp256k1.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { elsewhere, refused, same, subject, write } from './case.mjs'

// Wallets: typed data and MessagePack by hand, as far as these requests need them.

const KEY = new Uint8Array(32).fill(7)
const MAIN = new Uint8Array(32).fill(9)
const text = (value) => new TextEncoder().encode(value)
const join = (...parts) => new Uint8Array(parts.flatMap((part) => [...part]))
const hex = (bytes) => Buffer.from(bytes).toString('hex')
const addressOf = (key) => `0x${hex(keccak_256(secp256k1.getPublicKey(key, false).subarray(1)).subarray(12))}`
export const ADDRESS = addressOf(KEY)
const hashed = (value) => keccak_256(text(value))
const word = (value) => Buffer.from(BigInt(value).toString(16).padStart(64, '0'), 'hex')

export function signed(digest, key = KEY) {
  const made = secp256k1.sign(digest, key, { prehash: false, format: 'recovered' })
  return join(made.subarray(1), [27 + made[0]])
}
const domain = (name, chainId, contract = true) =>
  keccak_256(
    join(
      hashed(`EIP712Domain(string name,string version,uint256 chainId${contract ? ',address verifyingContract' : ''})`),
      ...[hashed(name), hashed('1'), word(chainId), ...(contract ? [word(0)] : [])],
    ),
  )
const digestOf = (separator, struct) => keccak_256(join([0x19, 0x01], separator, struct))

function pack(value) {
  if (typeof value === 'boolean') return [value ? 0xc3 : 0xc2]
  if (typeof value === 'number') return value < 128 ? [value] : [0xcd, value >> 8, value & 255]
  if (typeof value === 'string') return [0xa0 | value.length, ...text(value)]
  if (Array.isArray(value)) return [0x90 | value.length, ...value.flatMap(pack)]
  const members = Object.entries(value)
  return [0x80 | members.length, ...members.flatMap(([name, one]) => [...pack(name), ...pack(one)])]
}

export const NONCE = 1_700_000_000_123
const u64 = (value) => word(value).subarray(24)
export const connection = (action, { vault = [0], expires = [], nonce = NONCE } = {}) =>
  keccak_256(join(pack(action), u64(nonce), vault, expires))
export const agent = (id, { source = 'a', chainId = 1337 } = {}) =>
  digestOf(
    domain('Exchange', chainId),
    keccak_256(join(hashed('Agent(string source,bytes32 connectionId)'), hashed(source), id)),
  )
export const members = (bytes) => ({
  r: `0x${hex(bytes.subarray(0, 32))}`,
  s: `0x${hex(bytes.subarray(32, 64))}`,
  v: bytes[64],
})

export const action = (over = {}) => ({
  type: 'order',
  orders: [{ a: 4, b: true, p: '1670.1', s: '0.5', r: false, t: { limit: { tif: 'Gtc' } }, ...over }],
  grouping: 'na',
})
const hyperliquid = (name, source, about, expected, digest, { body = {}, options = {} } = {}) =>
  write(
    `hyperliquid-${name}`,
    'hyperliquid',
    source,
    about,
    expected,
    {
      method: 'POST',
      url: 'https://api.hyperliquid.xyz/exchange',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ action: action(), nonce: NONCE, signature: members(signed(digest)), ...body }),
    },
    { publicKey: ADDRESS, ...options },
  )
const SDK = 'hyperliquid-dex/hyperliquid-python-sdk/issues'
const order = action().orders[0]
hyperliquid(
  'key-order',
  `${SDK}/54`,
  same,
  'hyperliquid-key-order',
  agent(connection({ grouping: 'na', orders: [order], type: 'order' })),
)
hyperliquid(
  'trailing-zero',
  `${SDK}/133`,
  same,
  'hyperliquid-number-text',
  agent(connection(action({ p: '1670.10' }))),
  { body: { action: action({ p: '1670.10' }) } },
)
hyperliquid(
  'network',
  'nomeida/hyperliquid/issues/10',
  same,
  'hyperliquid-network',
  agent(connection(action()), { source: 'b' }),
)
hyperliquid('chain-id', `${SDK}/54`, subject, 'wallet-chain-id', agent(connection(action()), { chainId: 42161 }))
hyperliquid(
  'expiry-mark',
  `${SDK}/54`,
  subject,
  'hyperliquid-expiry',
  agent(connection(action(), { expires: join([1], u64(NONCE + 5000)) })),
  { body: { expiresAfter: NONCE + 5000 } },
)
hyperliquid(
  'nonce-seconds',
  `${SDK}/54`,
  subject,
  'hyperliquid-nonce',
  agent(connection(action(), { nonce: 1_700_000_000 })),
)
hyperliquid('hash-signed', `${SDK}/54`, subject, 'hyperliquid-hash-signed', connection(action()))
const answer = (address) => `{"status":"err","response":"L1 error: User or API Wallet ${address} does not exist."}`
hyperliquid('not-approved', 'ccxt/ccxt/issues/22896', refused, 'wallet-not-approved', agent(connection(action())), {
  options: { refusal: answer(ADDRESS) },
})
hyperliquid(
  'random-address',
  'hyperliquid-dex/hyperliquid-rust-sdk/issues/150',
  refused,
  'wallet-recovered',
  agent(connection({ grouping: 'na', orders: [order], type: 'order' })),
  { options: { publicKey: undefined, refusal: answer('0x8c3ae6e7de0e0684fbfd0bf58c89c272773e5887') } },
)

const ASTER = 'asterdex/api-docs/issues/126'
const MSG = `symbol=ASTERUSDT&side=BUY&type=LIMIT&quantity=20&price=0.5&user=${addressOf(MAIN)}&nonce=1700000000123456&signer=${ADDRESS}`
const message = (msg, chainId = 1666) =>
  digestOf(domain('AsterSignTransaction', chainId), keccak_256(join(hashed('Message(string msg)'), hashed(msg))))
const personal = (bytes) => keccak_256(join(text(`\x19Ethereum Signed Message:\n${bytes.length}`), bytes))
const aster = (name, expected, digest, key = KEY) =>
  write(
    `aster-${name}`,
    'aster',
    ASTER,
    elsewhere,
    expected,
    `curl -X POST 'https://fapi.asterdex.com/fapi/v3/order' -H 'Content-Type: application/x-www-form-urlencoded' --data '${MSG}&signature=0x${hex(signed(digest, key))}'`,
    {},
  )
aster('main-wallet', 'aster-signed-by-user', message(MSG), MAIN)
aster('without-user', 'aster-left-out', message(MSG.replace(/&user=[^&]*/, '')))
aster('chain', 'wallet-chain-id', message(MSG, 56))

const polymarket = (name, expected, digest) =>
  write(
    `polymarket-l1-${name}`,
    'polymarket-l1',
    'Polymarket/py-clob-client/issues/288',
    subject,
    expected,
    {
      log: {
        entries: [
          {
            request: {
              method: 'GET',
              url: 'https://clob.polymarket.com/auth/derive-api-key',
              headers: Object.entries({
                POLY_ADDRESS: ADDRESS,
                POLY_SIGNATURE: `0x${hex(signed(digest))}`,
                POLY_TIMESTAMP: '1700000000',
                POLY_NONCE: '0',
              }).map(([header, value]) => ({ name: header, value })),
            },
            response: { status: 401, headers: [], content: { text: '{"error":"Invalid L1 Request headers"}' } },
          },
        ],
      },
    },
    {},
  )
const clob = (chainId = 137) =>
  digestOf(
    domain('ClobAuthDomain', chainId, false),
    keccak_256(
      join(
        hashed('ClobAuth(address address,string timestamp,uint256 nonce,string message)'),
        ...[word(ADDRESS), hashed('1700000000'), word(0)],
        hashed('This message attests that I control the given wallet'),
      ),
    ),
  )
polymarket('chain', 'wallet-chain-id', clob(80002))
polymarket('personal-sign', 'wallet-personal-sign', personal(clob()))
