import { clobAuth, keyNonceOf, readAddress } from '../families/polymarket-auth.js'
import { walletSignature } from '../families/wallet-signature.js'
import { type ExchangeFactory, keyPairRestExchange } from '../signer/exchange-factory.js'
import type { LiveOnly } from '../spec/credentials.js'
import { seconds } from '../spec/times.js'

/**
 * Polymarket's order book (CLOB), level 1: a wallet makes or finds its API key with `POST /auth/api-key` and
 * `GET /auth/derive-api-key`; everything else is signed with that key, see `polymarket`. `keyNonce` tells several keys of one
 * wallet apart (default 0). Nothing of the request is signed, only that the wallet's owner wanted to log in at this time.
 *
 * Checked against the official client (clob-client-v2 1.1.0) on 2026-11-28.
 *
 * @see {@link https://docs.polymarket.com/developers/CLOB/authentication | Polymarket CLOB, authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { polymarketL1 } from 'countersign/exchange/polymarket-l1'
 * import { walletKey } from 'countersign/exchange/wallet'
 *
 * declare const privateKey: string
 * const login = createSignedFetch(polymarketL1({ key: walletKey({ privateKey }) }))
 * export const apiKey = () => login('/auth/derive-api-key')
 * ```
 */
export const polymarketL1: ExchangeFactory<
  LiveOnly & {
    /** Distinguishes several API keys of one wallet. Default 0. */
    readonly keyNonce?: number | undefined
    /** Default 137, Polygon; 80002 is its test network. */
    readonly chainId?: 137 | 80002 | undefined
  }
> = /* @__PURE__ */ keyPairRestExchange({
  id: 'polymarket-l1',
  name: 'Polymarket level 1',
  docs: 'https://docs.polymarket.com/developers/CLOB/authentication',
  origins: ['https://clob.polymarket.com'],
  options: ['keyNonce', 'chainId'],
  keys: { 'ecdsa-secp256k1-keccak256': walletSignature },
  time: seconds,
  headers: [
    ['POLY_ADDRESS', 'key'],
    ['POLY_SIGNATURE', 'sign'],
    ['POLY_TIMESTAMP', 'time'],
    ['POLY_NONCE', keyNonceOf, /^(?<nonce>\d{1,78})$/],
  ],
  base: clobAuth,
  covers: [],
  read: readAddress,
})
