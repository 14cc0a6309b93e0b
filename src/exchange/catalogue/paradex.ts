import { expirationOf, loginBase, readLogin } from '../families/paradex-login.js'
import { starkSignature } from '../families/paradex-messages.js'
import { type ExchangeFactory, keyPairTokenExchange } from '../signer/exchange-factory.js'
import type { EnvironmentOption } from '../spec/credentials.js'
import { seconds } from '../spec/times.js'

/**
 * Paradex: the login. A key of the account (`starkKey` with `account`), or a subkey, signs `POST /v1/auth`, whose answer is a
 * token for everything else: `Authorization: Bearer …`. Orders carry a signature of their own, see `paradexOrders`. Nothing of the
 * request is signed, only that the account's owner wanted to log in at this time.
 *
 * The socket (`signer.login()`) is shown the token.
 *
 * Checked against the official client (paradex-py 0.6.2) on 2026-11-29.
 *
 * @see {@link https://docs.paradex.trade/api/general-information/authentication | Paradex, authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { paradex } from 'countersign/exchange/paradex'
 * import { type StarknetModule, starkKey } from 'countersign/exchange/wallet'
 *
 * // import * as starknet from '@scure/starknet'
 * declare const starknet: StarknetModule
 * declare const env: { PARADEX_KEY: string; PARADEX_ACCOUNT: string }
 * const key = starkKey({ privateKey: env.PARADEX_KEY, account: env.PARADEX_ACCOUNT, starknet })
 * const login = createSignedFetch(paradex({ key, environment: 'testnet' }))
 * export const token = async () => (await (await login('/v1/auth', { method: 'POST' })).json()).jwt_token
 * ```
 */
export const paradex: ExchangeFactory<EnvironmentOption<'testnet'>> = /* @__PURE__ */ keyPairTokenExchange({
  id: 'paradex',
  name: 'Paradex',
  docs: 'https://docs.paradex.trade/api/general-information/authentication',
  origins: ['https://api.prod.paradex.trade'],
  socketUrl: 'wss://ws.api.prod.paradex.trade/v1',
  environments: {
    testnet: {
      origins: ['https://api.testnet.paradex.trade'],
      socketUrl: 'wss://ws.api.testnet.paradex.trade/v1',
      constants: { chain: 'testnet' },
    },
  },
  keys: { 'ecdsa-stark': starkSignature },
  time: seconds,
  headers: [
    ['PARADEX-STARKNET-ACCOUNT', 'key'],
    ['PARADEX-STARKNET-SIGNATURE', 'sign'],
    ['PARADEX-TIMESTAMP', 'time'],
    ['PARADEX-SIGNATURE-EXPIRATION', expirationOf, /^(?<expires>[1-9]\d{9})$/],
  ],
  base: loginBase,
  covers: [],
  read: readLogin,
  token: {
    method: 'POST',
    path: '/v1/auth',
    token: 'jwt_token',
    template: { jsonrpc: '2.0', method: 'auth', params: { bearer: '$token' }, id: 0 },
    lifeMs: 300_000,
  },
})
