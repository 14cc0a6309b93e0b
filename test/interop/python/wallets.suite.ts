import * as starknet from '@scure/starknet'
import { expect } from 'vitest'
import { dydx } from '../../../src/exchange/catalogue/dydx.js'
import { edgex } from '../../../src/exchange/catalogue/edgex.js'
import { polymarketL1 } from '../../../src/exchange/catalogue/polymarket-l1.js'
import { paradexBase } from '../../../src/exchange/families/paradex-messages.js'
import { exchangeVerifier } from '../../../src/exchange/index.js'
import { type EdgexStruct, edgexOrders } from '../../../src/exchange/orders/edgex.js'
import { extendedPayments } from '../../../src/exchange/orders/extended-payments.js'
import { grvtOrders } from '../../../src/exchange/orders/grvt.js'
import { type NadoCall, nadoOrders } from '../../../src/exchange/orders/nado.js'
import { type ParadexOrder, paradexOrders } from '../../../src/exchange/orders/paradex.js'
import {
  type PolymarketExchange,
  type PolymarketOrder,
  polymarketOrders,
} from '../../../src/exchange/orders/polymarket.js'
import { readTwoNumbers } from '../../../src/exchange/spec/two-numbers.js'
import { cosmosKey, starkKey, walletKey } from '../../../src/exchange/wallet/index.js'
import { httpRequest } from '../../../src/message/message.js'
import { clientTest } from './wallet-client.js'

interface ExtendedRow {
  readonly kind: 'transfer' | 'withdrawal'
  readonly environment: 'live' | 'testnet'
  readonly payment: never
  readonly r: string
  readonly s: string
}

clientTest<{ privateKey: string; position: number; rows: readonly ExtendedRow[] }>(
  'extended',
  'transfers and withdrawals have the signatures of the official client',
  ({ privateKey, position, rows }) => {
    const key = starkKey({ privateKey, starknet })
    expect(rows.length).toBe(200)
    let same = 0
    for (const { kind, environment, payment, r, s } of rows) {
      const { sign, verify } = extendedPayments({ key, position, environment })[kind]
      const signed = sign(payment)
      if (signed.signature.r === r && signed.signature.s === s) same++
      for (const one of [signed, { ...signed, signature: { r, s } }])
        expect(verify(one as never, key.verifyingKey), JSON.stringify(payment)).toBe(true)
    }
    // Where the first number drawn gives none in StarkWare's range, the two libraries draw the next one in other ways.
    expect(same).toBeGreaterThan(190)
  },
)

interface GrvtRow {
  readonly kind: 'order' | 'transfer' | 'withdrawal'
  readonly environment: 'live' | 'testnet'
  readonly signed: { readonly signature: Readonly<Record<string, unknown>> }
}

clientTest<{ privateKey: string; instruments: never; rows: readonly GrvtRow[] }>(
  'grvt',
  'orders, transfers and withdrawals have the signatures of the official SDK',
  ({ privateKey, instruments, rows }) => {
    const key = walletKey({ privateKey })
    expect(rows.length).toBe(200)
    for (const { kind, environment, signed } of rows) {
      const { r, s, v, signer, ...unsigned } = signed.signature
      const own = grvtOrders({ key, environment, instruments })[kind]
      // What the SDK leaves out of the request, as this package would be passed it.
      const { order_id, state, ...asked } = signed as typeof signed & { order_id?: unknown; state?: unknown }
      const made = own.sign({ ...asked, signature: unsigned } as never) as unknown as GrvtRow['signed']
      expect(made.signature, JSON.stringify(signed)).toMatchObject({ r, s, v })
      expect(own.signerOf(asked as never)).toBe(String(signer).toLowerCase())
    }
  },
)

interface NadoRow {
  readonly call: NadoCall | 'place_order'
  readonly product: number
  readonly message: Readonly<Record<string, never>>
  readonly signature: string
}

clientTest<{ privateKey: string; chainId: number; endpoint: string; rows: readonly NadoRow[] }>(
  'nado',
  'every call has the signature of the official SDK',
  ({ privateKey, chainId, endpoint, rows }) => {
    const own = nadoOrders({ key: walletKey({ privateKey }), chainId, endpoint })
    for (const { call, product, message, signature } of rows) {
      const made =
        call === 'place_order'
          ? own.place_order.sign({ product_id: product, order: message as never })
          : own[call].sign({ tx: message })
      expect(made.signature, JSON.stringify({ call, message })).toBe(signature)
    }
    expect(new Set(rows.map(({ call }) => call))).toEqual(new Set(Object.keys(own)))
  },
)

interface EdgexStructRow {
  readonly struct: EdgexStruct
  readonly message: Readonly<Record<string, unknown>>
  readonly signature: string
}
interface EdgexRequest {
  readonly method: string
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  readonly time: number
  readonly headers: Readonly<Record<string, string>>
}

clientTest<{
  privateKey: string
  chainId: number
  contract: string
  structs: readonly EdgexStructRow[]
  requests: readonly EdgexRequest[]
}>(
  'edgex',
  'structs and requests have the signatures of the official SDK',
  ({ privateKey, chainId, contract, structs, requests }) => {
    const key = walletKey({ privateKey })
    const own = edgexOrders({ key, chainId, contract })
    for (const { struct, message, signature } of structs) {
      expect(own.sign(struct, message), JSON.stringify(message)).toBe(signature)
      expect(own.signerOf(struct, message, signature)).toBe(key.keyId)
    }
    const signer = edgex({ apiKey: 'key-1', secret: 'secret-1', passphrase: 'phrase-1' })
    for (const { method, path, params, time, headers } of requests) {
      const made = signer.sign({ method, path, params }, { clock: { now: () => time } })
      expect(made.headers, JSON.stringify(params)).toMatchObject(headers)
    }
  },
)

interface PolymarketRow {
  readonly exchange: PolymarketExchange
  readonly chainId: 137 | 80002
  readonly order: PolymarketOrder & { readonly signature: string; readonly expiration: string }
}
interface Login {
  readonly chainId: 137 | 80002
  readonly time: number
  readonly nonce: number
  readonly signature: string
}

clientTest<{ privateKey: string; orders: readonly PolymarketRow[]; logins: readonly Login[] }>(
  'polymarket',
  'orders of all four kinds of account, and logins, have the signatures of the official client',
  ({ privateKey, orders, logins }) => {
    const key = walletKey({ privateKey })
    for (const { exchange, chainId, order } of orders) {
      const { signature, expiration, ...unsigned } = order
      const made = polymarketOrders({ key, exchange, chainId }).sign(unsigned)
      expect(made.signature, JSON.stringify(order)).toBe(signature)
    }
    for (const { chainId, time, nonce, signature } of logins) {
      const signer = polymarketL1({ key, chainId, keyNonce: nonce })
      const made = signer.sign({ path: '/auth/derive-api-key' }, { clock: { now: () => time * 1000 } })
      expect(made.headers['POLY_SIGNATURE']).toBe(signature)
    }
  },
)

interface DydxRow {
  readonly chain: string
  readonly accountNumber: number
  readonly sequence: string
  readonly authenticators: readonly number[] | null
  readonly message: { readonly '@type': string }
  readonly tx: string
}

const WITHDRAWAL = '/dydxprotocol.sending.MsgWithdrawFromSubaccount'

clientTest<{ privateKey: string; rows: readonly DydxRow[] }>(
  'dydx',
  'transactions are those of the official Python client, to the byte',
  ({ privateKey, rows }) => {
    const key = cosmosKey({ privateKey })
    expect(rows.length).toBe(200)
    for (const { chain, accountNumber, sequence, authenticators, message, tx } of rows) {
      const signer = dydx({
        ...{ key, accountNumber, nonces: { next: () => sequence } },
        ...(chain === 'dydx-testnet-4' && { environment: 'testnet' as const }),
        ...(authenticators !== null && { authenticators }),
      })
      const json = { messages: [message], memo: 'Client Example' }
      const { body } = signer.sign({ method: 'POST', path: '/', json })
      // protobuf leaves the order of fields open: the official clients write those of a withdrawal in two ways, ours is JavaScript's.
      if (message['@type'] !== WITHDRAWAL)
        expect(JSON.parse(body as string).params.tx, JSON.stringify(message)).toBe(tx)
      const received = { jsonrpc: '2.0', id: 1, method: 'broadcast_tx_sync', params: { tx } }
      const [found] = exchangeVerifier(
        dydx({ accountNumber, environment: signer.environment as never, authenticators: () => authenticators ?? [] }),
      ).parse(httpRequest({ method: 'POST', url: 'https://node.example/', body: JSON.stringify(received) }))
      expect(key.verifyingKey.verify(found?.base ?? '', found?.signature ?? new Uint8Array()), tx).toBe(true)
    }
  },
)

/** What a login signs. */
const requestAt = (time: number): Readonly<Record<string, string>> => ({
  ...{ method: 'POST', path: '/v1/auth', body: '' },
  timestamp: String(time),
  expiration: String(time + 86_400),
})

interface ParadexRow {
  readonly kind: 'order' | 'login' | 'onboarding'
  readonly environment: 'live' | 'testnet'
  readonly order: ParadexOrder
  readonly time: number
  readonly signature: string
}

clientTest<{ privateKey: string; publicKey: string; account: string; rows: readonly ParadexRow[] }>(
  'paradex',
  'orders, logins and onboardings have the signatures of the official client',
  ({ privateKey, publicKey, account, rows }) => {
    const key = starkKey({ privateKey, account, starknet })
    expect(key.publicKey).toBe(publicKey)
    expect(rows.length).toBe(60)
    for (const { kind, environment, order, time, signature } of rows) {
      const base =
        kind === 'order'
          ? paradexOrders({ key, environment }).base(order)
          : kind === 'login'
            ? paradexBase(environment, key.account, 'Request', requestAt(time))
            : paradexBase(environment, key.account, 'Constant', { action: 'Onboarding' })
      // The client draws other numbers, so that its signatures are others, and no less those of the key.
      const bytes = readTwoNumbers(signature) ?? new Uint8Array()
      expect(key.verifyingKey.verify(base, bytes), JSON.stringify({ kind, order })).toBe(true)
    }
  },
)
