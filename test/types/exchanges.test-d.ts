import type { HmacKey, SigningKey } from 'countersign'
import type { SyncPrivateKey } from 'countersign/crypto'
import type { Exchange, ExchangeFactory, ExchangeSigner } from 'countersign/exchange'
import { backpack } from 'countersign/exchange/backpack'
import { binance } from 'countersign/exchange/binance'
import { bybit } from 'countersign/exchange/bybit'
import { kraken } from 'countersign/exchange/kraken'
import { kucoin } from 'countersign/exchange/kucoin'
import { okx } from 'countersign/exchange/okx'
import { polymarket } from 'countersign/exchange/polymarket'

// This file is compiled and never run.
interface Setup {
  apiKey: string
  secret: string
}
declare const setup: Setup
declare const key: SyncPrivateKey
declare const remote: SigningKey
declare const env: { KEY: string; SECRET: string | undefined }
declare const any: ExchangeFactory

export const fromAnInterface: ExchangeSigner<HmacKey> = kraken(setup)
export const withItsOwnOptions: ExchangeSigner<HmacKey> = polymarket({ ...setup, passphrase: 'p', address: '0x1' })
export const fromAKey: ExchangeSigner<SyncPrivateKey> = okx({ key, passphrase: 'p' })
export const fromARemoteKey: ExchangeSigner<SigningKey> = binance({ key: remote })
export const withoutAKey: Exchange = okx()
export const aVariant: Exchange = kucoin({ variant: 'v3' })
export const anEnvironment: Exchange = okx({ environment: 'demo' })
export const itsOptions: Exchange = backpack({ instructions: { 'GET /a': 'b' } })
export const asAnyFactory: ExchangeFactory = okx
export const ofAnyFactory: ExchangeSigner<HmacKey> = any({ ...setup, passphrase: 'p', whatever: 1 })
export const live: ExchangeSigner<HmacKey> = kraken({ ...setup, environment: 'live' })
export const demo: ExchangeSigner<HmacKey> = okx({ ...setup, passphrase: 'p', environment: 'demo' })
export const elsewhere: ExchangeSigner<HmacKey> = binance({ ...setup, baseUrl: 'https://proxy.example/binance' })

export const nested = fromAnInterface.sign({
  path: '/',
  params: { a: [1, 'b'], c: { d: [{ e: null, f: undefined }] } },
})
// @ts-expect-error a date has no text that all agree on
fromAnInterface.sign({ path: '/', params: { a: new Date() } })
// @ts-expect-error nor has one in a list
fromAnInterface.sign({ path: '/', params: { a: [new Date()] } })
// @ts-expect-error a function is no parameter
fromAnInterface.sign({ path: '/', params: { a: () => 1 } })
// @ts-expect-error a symbol is none
fromAnInterface.sign({ path: '/', params: { a: Symbol('a') } })
// @ts-expect-error a map is none
fromAnInterface.sign({ path: '/', params: new Map([['a', new Map()]]) })
// @ts-expect-error null is none
fromAnInterface.sign({ path: '/', params: { a: null } })
// @ts-expect-error an API key alone signs nothing
okx({ apiKey: 'key' })
// @ts-expect-error an exchange without a key does not sign
okx().sign({ path: '/' })
// @ts-expect-error OKX has a passphrase
okx({ apiKey: 'key', secret: 'secret' })
// @ts-expect-error OKX has a passphrase, whatever the key
okx({ key })
// @ts-expect-error Binance has none
binance({ apiKey: 'key', secret: 'secret', passphrase: 'p' })
// @ts-expect-error a test network is an environment
binance({ apiKey: 'key', secret: 'secret', testnet: true })
// @ts-expect-error the same with a key
binance({ key, sandbox: true })
// @ts-expect-error a misspelt option
binance({ apiKey: 'key', secret: 'secret', recvwindow: 5000 })
// @ts-expect-error OKX has no receive window
okx({ apiKey: 'key', secret: 'secret', passphrase: 'p', recvWindow: 5000 })
// @ts-expect-error OKX signs no nonce
okx({ apiKey: 'key', secret: 'secret', passphrase: 'p', nonces: { next: () => '1' } })
// @ts-expect-error a variant by a name that it does not have
kucoin({ apiKey: 'key', secret: 'secret', passphrase: 'p', variant: 'nope' })
// @ts-expect-error Bybit has no variants
bybit({ apiKey: 'key', secret: 'secret', variant: 'v5' })
// @ts-expect-error an environment that OKX does not have
okx({ apiKey: 'key', secret: 'secret', passphrase: 'p', environment: 'testnet' })
// @ts-expect-error Kraken has the live one only
kraken({ ...setup, environment: 'testnet' })
// @ts-expect-error the same without a key
okx({ environment: 'testnet' })
// @ts-expect-error Polymarket's requests show an address
polymarket({ ...setup, passphrase: 'p' })
// @ts-expect-error a variable of the environment may not be set: test/docs reads what the compiler says about it
binance({ apiKey: env.KEY, secret: env.SECRET })
// @ts-expect-error a login takes credentials by the same rules
okx.login({ apiKey: 'key', secret: 'secret' })
