import { expect, test } from 'vitest'
import { keccak256, SECP256K1_ORDER } from '../../../src/crypto/backend/secp256k1.js'
import { hex, hexDecode } from '../../../src/crypto/encoding.js'
import { ecdsaSignatureDer } from '../../../src/crypto/format/ecdsa-signature.js'
import { type Diagnosis, diagnose } from '../../../src/doctor/index.js'
import { hyperliquid } from '../../../src/exchange/catalogue/hyperliquid.js'
import { walletKey } from '../../../src/exchange/wallet/index.js'
import { personalMessageBase } from '../../../src/exchange/wallet/personal-message.js'
import { typedDataBase } from '../../../src/exchange/wallet/typed-data.js'

const key = walletKey({ privateKey: '01'.repeat(32) })
const NOW = 1_795_852_800_000
const ADDRESS = key.address.toLowerCase()

/** The typed data of Polymarket's login, written down by hand. */
const login = (domain: object = {}, message: object = {}) => ({
  domain: { name: 'ClobAuthDomain', version: '1', chainId: 137, ...domain },
  types: {
    ClobAuth: [
      { name: 'address', type: 'address' },
      { name: 'timestamp', type: 'string' },
      { name: 'nonce', type: 'uint256' },
      { name: 'message', type: 'string' },
    ],
  },
  primaryType: 'ClobAuth',
  message: {
    address: ADDRESS,
    timestamp: String(NOW / 1000),
    nonce: '0',
    message: 'This message attests that I control the given wallet',
    ...message,
  },
})

const text = (bytes: Uint8Array): string => `0x${hex(bytes)}`
const withV = (v: number, bytes: Uint8Array): Uint8Array => bytes.with(64, v)

/** The other s of the same signature. */
function high(bytes: Uint8Array): Uint8Array {
  const s = SECP256K1_ORDER - BigInt(text(bytes.subarray(32, 64)))
  const out = new Uint8Array(bytes)
  out.set(hexDecode(s.toString(16).padStart(64, '0')) as Uint8Array, 32)
  return withV(55 - (bytes[64] as number), out)
}

const signed = (typed: object): Uint8Array => key.sign(typedDataBase(typed as never))
const right = signed(login())
const digest = keccak256(typedDataBase(login() as never))

const WRITTEN: ReadonlyArray<readonly [mistake: string, signature: string, causes: RegExp]> = [
  ['v 0 or 1', text(withV((right[64] as number) - 27, right)), /wallet-v/],
  ['v of a transaction', text(withV((right[64] as number) - 27 + 37, right)), /wallet-v/],
  ['no v', text(right.subarray(0, 64)), /wallet-v/],
  ['the other v', text(withV(55 - (right[64] as number), right)), /wallet-recovery-bit/],
  ['a high s', text(high(right)), /wallet-high-s/],
  ['DER', text(ecdsaSignatureDer(right.subarray(0, 64))), /signature-form/],
  ['base64', Buffer.from(right).toString('base64'), /signature-form/],
  ['cut off', text(right.subarray(0, 60)), /signature-form/],
  ['personal_sign', text(key.sign(personalMessageBase(digest))), /wallet-personal-sign/],
  ['hashed twice', text(key.sign(digest)), /wallet-hashed-twice/],
  ['without 19 01', text(key.sign(typedDataBase(login() as never).subarray(2))), /wallet-no-prefix/],
  ['the chain of a testnet', text(signed(login({ chainId: 80002 }))), /wallet-chain-id/],
  ['the chain of Ethereum', text(signed(login({ chainId: 1 }))), /wallet-chain-id/],
  ['the chain of Base', text(signed(login({ chainId: 8453 }))), /wallet-chain-id/],
  ['the domain of orders', text(signed(login({ name: 'Polymarket CTF Exchange' }))), /wallet-domain-name/],
  ['the domain in small letters', text(signed(login({ name: 'clobauthdomain' }))), /wallet-domain-name/],
  ['the domain with spaces', text(signed(login({ name: 'Clob Auth Domain' }))), /wallet-domain-name/],
  ['another version', text(signed(login({ version: '2' }))), /wallet-domain-version/],
  ['a contract of zeros', text(signed(login({ verifyingContract: `0x${'0'.repeat(40)}` }))), /wallet-domain-added/],
  ['milliseconds', text(signed(login({}, { timestamp: String(NOW) }))), /wallet-other-value/],
  ['another nonce', text(signed(login({}, { nonce: '1' }))), /wallet-other-value/],
]

const firstOf = ({ findings }: Diagnosis): string => findings[0]?.id ?? ''

test.each(WRITTEN)('the doctor names the cause at Polymarket: %s', async (_, signature, causes) => {
  const headers = [
    ['POLY_ADDRESS', ADDRESS],
    ['POLY_SIGNATURE', signature],
    ['POLY_TIMESTAMP', String(NOW / 1000)],
    ['POLY_NONCE', '0'],
  ]
  const request = { method: 'POST', url: 'https://clob.polymarket.com/auth/api-key', headers }
  expect(firstOf(await diagnose(request, { nowMs: NOW }))).toMatch(causes)
})

const order = (over: object = {}) => ({
  type: 'order',
  orders: [{ a: 4, b: true, p: '1670.1', s: '0.5', r: false, t: { limit: { tif: 'Gtc' } }, ...over }],
  grouping: 'na',
})
const NONCE = NOW + 123
const VAULT = `0x${'aB'.repeat(20)}`

type Body = Readonly<Record<string, unknown>>
const sign = (json: Body, testnet = false): Body => {
  const exchange = testnet ? hyperliquid({ key, environment: 'testnet' }) : hyperliquid({ key })
  return JSON.parse(exchange.sign({ method: 'POST', path: '/exchange', json }).body as string) as Body
}

/** What is signed, and what of it is sent otherwise. */
const SENT: ReadonlyArray<readonly [mistake: string, made: () => Body, causes: RegExp]> = [
  ['the source of the testnet', () => sign({ action: order() }, true), /hyperliquid-network/],
  ['the vault left out', () => ({ ...sign({ action: order() }), vaultAddress: VAULT }), /hyperliquid-vault/],
  ['the end left out', () => ({ ...sign({ action: order() }), expiresAfter: NONCE + 5_000 }), /hyperliquid-expiry/],
  ['v 0 or 1', () => bit(sign({ action: order() })), /wallet-v/],
]

function bit(body: Body): Body {
  const { v, ...rest } = body['signature'] as { readonly v: number }
  return { ...body, signature: { ...rest, v: v - 27 } }
}

test.each(SENT)('the doctor names the cause at Hyperliquid: %s', async (_, made, causes) => {
  const request = {
    method: 'POST',
    url: 'https://api.hyperliquid.xyz/exchange',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(made()),
  }
  expect(firstOf(await diagnose(request, { publicKey: key.address, budgetMs: 20_000 }))).toMatch(causes)
})
