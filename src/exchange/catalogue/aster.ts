import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { asterBase, readAster, userOf } from '../families/aster-message.js'
import { walletSignature } from '../families/wallet-signature.js'
import { type ExchangeFactory, tokenExchange } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import { increasing } from '../signer/nonce-formats.js'
import type { EnvironmentOption, NoncesOption, VariantOption, WindowOption } from '../spec/credentials.js'
import { anyHex } from '../spec/outputs.js'
import { inQueryOrForm } from '../spec/places.js'
import { windowOf } from '../spec/receive-window.js'
import { milliseconds } from '../spec/times.js'

/**
 * Aster v3: spot and perpetual futures. The key is that of an API wallet (agent), which the account's main wallet approved; the
 * main wallet's address is given as `user`. What is signed is the query or form as it is sent, in a message of EIP-712. Neither
 * method nor path is signed. Approving an agent is signed by the main wallet, in another form, and not by this signer.
 *
 * `variant: 'v1'` is the older API with a shared secret, as Binance's; no new keys of it are given out since 2026-03-25.
 *
 * Checked against the official pages (asterdex/api-docs) on 2026-11-29.
 *
 * @see {@link https://github.com/asterdex/api-docs | Aster, API documentation}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { aster } from 'countersign/exchange/aster'
 * import { walletKey } from 'countersign/exchange/wallet'
 *
 * declare const agentKey: string
 * const signer = aster({ key: walletKey({ privateKey: agentKey }), user: '0x0000000000000000000000000000000000000001' })
 * const asterFetch = createSignedFetch(signer)
 * export const order = () =>
 *   asterFetch('/fapi/v3/order', {
 *     method: 'POST',
 *     params: { symbol: 'ASTERUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '20', price: '0.5' },
 *   })
 * ```
 */
export const aster: ExchangeFactory<
  WindowOption &
    NoncesOption &
    VariantOption<'v1'> &
    EnvironmentOption<'testnet'> & {
      /** The main wallet's address, where the agent's key signs. */
      readonly user?: string | undefined
    }
> = /* @__PURE__ */ tokenExchange(
  {
    id: 'aster',
    name: 'Aster',
    docs: 'https://github.com/asterdex/api-docs',
    origins: ['https://fapi.asterdex.com', 'https://sapi.asterdex.com', 'https://fapi3.asterdex.com'],
    environments: {
      testnet: {
        origins: ['https://fapi.asterdex-testnet.com', 'https://sapi.asterdex-testnet.com'],
        constants: { chain: 'testnet' },
      },
    },
    options: ['user'],
    keys: { 'ecdsa-secp256k1-keccak256': walletSignature },
    nonce: /* @__PURE__ */ increasing('us'),
    place: /* @__PURE__ */ inQueryOrForm(
      [
        ['user', userOf],
        ['nonce', 'nonce'],
        ['signer', 'key'],
      ],
      'signature',
    ),
    base: asterBase,
    covers: ['parameters'],
    onlyForms: true,
    params: { into: { GET: 'query', other: 'form' }, lists: 'json', objects: ['batchOrders'] },
    read: readAster,
    learningClock,
    clock: {
      path: '/fapi/v3/time',
      time: 'serverTime',
      error: /"code":\s*-1021\b/,
    },
    token: {
      method: 'POST',
      path: '/fapi/v3/listenKey',
      token: 'listenKey',
      query: '/ws/$token',
      lifeMs: 3_600_000,
    },
  },
  {
    v1: {
      options: undefined,
      keys: { 'hmac-sha256': anyHex },
      secretKey: checkedSha256Key,
      time: milliseconds,
      nonce: undefined,
      windowOf,
      window: { default: '', max: 60_000 },
      headers: [['X-MBX-APIKEY', 'key']],
      place: /* @__PURE__ */ inQueryOrForm(
        [
          ['recvWindow', 'window'],
          ['timestamp', 'time'],
        ],
        'signature',
      ),
      base: ({ query, body }) => query + body,
      params: { into: 'query', lists: 'json', objects: ['batchOrders'] },
      read: undefined,
    },
  },
)
