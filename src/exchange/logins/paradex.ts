import { base64urlDecode, hex, utf8Decode } from '../../crypto/encoding.js'
import type { SigningKey } from '../../crypto/key.js'
import { fail, mustBe, type OptionNames } from '../../errors.js'
import { oneOf, TEXT } from '../../support/option-kinds.js'
import {
  assertAccount,
  PARADEX_CHAINS,
  type ParadexEnvironment,
  paradexBase,
  starkSignature,
} from '../families/paradex-messages.js'
import { type ExchangeLogin, noSession, socketOrigin } from '../families/session-login.js'
import { isObject, readJson } from '../spec/json-text.js'
import type { ExchangeSigner } from '../spec/signer-types.js'
import { addressBytes } from '../wallet/address.js'
import { assertOrderOptions, keyFrom } from '../wallet/order-options.js'
import { type Signed, signedWith } from '../wallet/signed-order.js'

/** What the official client assumes of a token that does not state its end. */
const LIFE_MS = 240_000
const TOKEN = /^[A-Za-z0-9_-]{1,4096}(?:\.[A-Za-z0-9_-]{1,4096}){2}$/

/** For how long, by the server's clock. */
function lifeOf(token: string): number {
  const claims = readJson(utf8Decode(base64urlDecode(token.split('.')[1] ?? '') ?? new Uint8Array()) ?? '')
  const { exp, iat } = Object(claims) as { readonly exp?: unknown; readonly iat?: unknown }
  const seconds = typeof exp === 'number' && typeof iat === 'number' ? exp - iat : Number.NaN
  return seconds > 0 && seconds <= 86_400 ? seconds * 1000 : LIFE_MS
}

/**
 * Paradex's login: what the signer of `paradex` signs opens a session of some minutes, which a token stands for. Pass it to
 * `sessionSigner`, which shows the token with every request and fetches another before it ends. What is signed inside an order is
 * `paradexOrders`.
 *
 * Checked against the official client (paradex-py 0.8.2) on 2026-11-29.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for anything but a signer of Paradex.
 * @see {@link https://docs.paradex.trade/api/general-information/authentication | Paradex, authentication}
 * @example
 * ```ts
 * import { createSignedFetch, sessionSigner } from 'countersign/client'
 * import { paradexLogin } from 'countersign/exchange/logins/paradex'
 * import { paradex } from 'countersign/exchange/paradex'
 * import type { StarkKey } from 'countersign/exchange/wallet'
 *
 * declare const key: StarkKey
 * const session = sessionSigner(paradexLogin(paradex({ key, environment: 'testnet' })))
 * const paradexFetch = createSignedFetch(session)
 * export const positions = () => paradexFetch('/v1/positions')
 * ```
 */
export function paradexLogin(signer: ExchangeSigner<SigningKey>): ExchangeLogin {
  mustBe(
    signer?.spec?.id === 'paradex' && typeof signer.sign === 'function' && 'service' in signer,
    'signer',
    'one of Paradex, paradex({ key })',
    signer,
    'CONFIG_INVALID',
    'paradexLogin: ',
  )
  const { spec, service } = signer
  return {
    name: spec.name,
    service,
    request: () => signer.sign({ method: 'POST', path: '/v1/auth' }),
    open: ({ body }) => {
      const token = isObject(body) ? body['jwt_token'] : undefined
      if (typeof token !== 'string' || !TOKEN.test(token)) return noSession(spec.name, 'a token')
      return {
        fields: { Authorization: `Bearer ${token}` },
        lifeMs: lifeOf(token),
        messages: [JSON.stringify({ jsonrpc: '2.0', method: 'auth', params: { bearer: token }, id: 0 })],
      }
    },
    assertSocket: (url) => {
      // Beside a proxy of the caller's the socket is expected there.
      const home = service.baseUrl === spec.origins[0] ? signer.socketUrl() : service.baseUrl.replace(/^http/, 'ws')
      const own = socketOrigin(home)
      if (own === '' || socketOrigin(url) !== own)
        fail('ORIGIN_REFUSED', `the socket must be at ${own}, without credentials`)
    },
  }
}

/** Options of {@link paradexOnboarding}. */
export interface ParadexOnboardingOptions<K extends SigningKey = SigningKey> {
  /** `starkKey` with `account`. Subkeys cannot. */
  readonly key: K & { readonly publicKey: string }
  /** The account on Ethereum that the key was derived from. */
  readonly ethereumAccount: string
  /** Default `live`: real money. */
  readonly environment?: ParadexEnvironment
}

/** The request that makes an account known to Paradex. */
export interface ParadexOnboardingRequest {
  /** Method of the request. */
  readonly method: 'POST'
  /** Path of the request. */
  readonly path: '/v1/onboarding'
  /** Fields of the request, with the signature. */
  readonly headers: Readonly<Record<string, string>>
  /** Body of the request, as it is sent. */
  readonly body: string
}

const ENVIRONMENTS = Object.keys(PARADEX_CHAINS)
const KNOWN: OptionNames<ParadexOnboardingOptions> = {
  key: [keyFrom('starkKey'), 2],
  ethereumAccount: [TEXT, 2],
  environment: oneOf(...ENVIRONMENTS),
}

/**
 * What an account signs once, before its first login: `POST /v1/onboarding`. The signature states no time and is the same each time:
 * it proves the key and nothing else. Send the request with plain `fetch` to the host of the environment.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be right, `ARGUMENT_INVALID` for what is no address.
 * @example
 * ```ts
 * import { paradexOnboarding } from 'countersign/exchange/logins/paradex'
 * import type { StarkKey } from 'countersign/exchange/wallet'
 *
 * declare const key: StarkKey
 * const ethereumAccount = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
 * const { path, ...init } = paradexOnboarding({ key, ethereumAccount, environment: 'testnet' })
 * export const onboard = () => fetch(`https://api.testnet.paradex.trade${path}`, init)
 * ```
 */
export function paradexOnboarding<K extends SigningKey>(
  options: ParadexOnboardingOptions<K>,
): Signed<K, ParadexOnboardingRequest> {
  assertOrderOptions('paradexOnboarding', options, KNOWN, ENVIRONMENTS)
  const { key, ethereumAccount, environment = 'live' } = options
  assertAccount(key)
  addressBytes(ethereumAccount, 'ethereumAccount')
  if (!/^0x[0-9a-f]{1,64}$/.test(String(key.publicKey)))
    fail('CONFIG_INVALID', '"key" must have its "publicKey", as that of starkKey()')
  const base = paradexBase(environment, key.keyId, 'Constant', { action: 'Onboarding' })
  return signedWith(key, base, (signature) => ({
    method: 'POST',
    path: '/v1/onboarding',
    headers: {
      'content-type': 'application/json',
      'PARADEX-ETHEREUM-ACCOUNT': ethereumAccount,
      'PARADEX-STARKNET-ACCOUNT': key.keyId,
      'PARADEX-STARKNET-SIGNATURE': (starkSignature.finish as (text: string) => string)(hex(signature)),
    },
    body: JSON.stringify({ public_key: key.publicKey }),
  })) as Signed<K, ParadexOnboardingRequest>
}
