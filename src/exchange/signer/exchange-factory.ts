import { fail } from '../../errors.js'
import { type Credentials, type ExchangeOptions, missingCredentials } from '../spec/credentials.js'
import { secretKeyOf } from '../spec/shared-secret.js'
import type { Exchange, ExchangeFactory, ExchangeSigner } from '../spec/signer-types.js'
import type { ExchangeRules, ExchangeSpec, ExchangeVariant } from '../spec/spec.js'
import { exchangeSigner, type SignerParts } from './exchange-signer.js'
import { messageSigner } from './messages.js'
import { choose, LIVE, ownOptions } from './options.js'
import { tokenLogin } from './tokens.js'

export type { ExchangeFactory } from '../spec/signer-types.js'

/** What one variant of an exchange does otherwise, by its name. */
type Variants = Readonly<Record<string, ExchangeVariant>>

/** The factory of an exchange, from data that is right: that of the catalogue is held to it by types and tests. */
export const exchangeFactory = <O = ExchangeOptions>(spec: ExchangeSpec, variants: Variants = {}): ExchangeFactory<O> =>
  factoryOf(spec, variants, { messages: messageSigner, secrets: secretKeyOf })

/** The same where the socket shows a token that a signed request fetches, in place of signed messages. */
export const tokenExchange = <O = ExchangeOptions>(spec: ExchangeSpec, variants: Variants = {}): ExchangeFactory<O> =>
  factoryOf(spec, variants, { tokens: tokenLogin, secrets: secretKeyOf })

/** The same where nothing is signed for a socket. */
export const restExchange = <O = ExchangeOptions>(spec: ExchangeSpec, variants: Variants = {}): ExchangeFactory<O> =>
  factoryOf(spec, variants, { secrets: secretKeyOf })

/** {@link exchangeFactory} where accounts are key pairs alone: no words for shared secrets come along. */
export const keyPairExchange = <O = ExchangeOptions>(spec: ExchangeSpec, variants: Variants = {}): ExchangeFactory<O> =>
  factoryOf(spec, variants, { messages: messageSigner })

/** {@link tokenExchange} of key pairs alone. */
export const keyPairTokenExchange = <O = ExchangeOptions>(
  spec: ExchangeSpec,
  variants: Variants = {},
): ExchangeFactory<O> => factoryOf(spec, variants, { tokens: tokenLogin })

/** {@link restExchange} of key pairs alone. */
export const keyPairRestExchange = <O = ExchangeOptions>(
  spec: ExchangeSpec,
  variants: Variants = {},
): ExchangeFactory<O> => factoryOf(spec, variants, {})

/** A factory with the parts that its exchange needs: a bundle has no others. */
export function factoryOf<O = ExchangeOptions>(
  spec: ExchangeSpec,
  variants: Variants,
  parts: SignerParts,
): ExchangeFactory<O> {
  const make = (options?: Partial<Credentials>): Exchange => {
    const chosen = choose(spec, variants, options ?? {})
    const given = Object(options)
    // Without an account it is the exchange alone. A member of an account that is there with no value got lost on its way.
    if (!(CREDENTIALS.some((name) => name in given) || OF_ACCOUNT.some((name) => given[name] !== undefined)))
      return withoutKey(chosen.spec, ownOptions(chosen.spec, options ?? {}))
    assertOpen(chosen.spec, given)
    return exchangeSigner(chosen, options as Credentials, parts)
  }
  const login = (credentials: Credentials, args?: Readonly<Record<string, unknown>>): unknown =>
    (make(credentials) as ExchangeSigner).login(args)
  return Object.assign(make, {
    login,
    variants: Object.keys(variants),
    environments: [LIVE, ...Object.keys(spec.environments ?? {})],
  }) as unknown as ExchangeFactory<O>
}

/** Orders to an exchange that is gone would go to the next owner of its name. */
function assertOpen({ name, end }: ExchangeSpec, { allowClosed }: { readonly allowClosed?: unknown }): void {
  if (end?.state === 'closed' && allowClosed !== true)
    fail('CONFIG_INVALID', `${name} ${end.detail}: nothing is signed for it, unless "allowClosed" is true`)
}

const CREDENTIALS = ['apiKey', 'secret', 'key']
const OF_ACCOUNT = ['passphrase', 'recvWindow', 'nonces', 'origin', 'baseUrl']

/** The exchange alone. What only a signer can do says so, where a program without types calls it. */
function withoutKey(spec: ExchangeSpec, options: Readonly<Record<string, unknown>>): Exchange {
  const refuse = (): never => fail('CONFIG_INVALID', missingCredentials(spec))
  return Object.defineProperties(
    { spec },
    // An option may hold a secret (a partner's key): there, and not printed.
    { options: { value: options }, sign: { value: refuse }, login: { value: refuse }, signMessage: { value: refuse } },
  )
}

/** An exchange whose rules stand apart, so that a bundle can have them alone. A spread where it is called would keep the rest. */
export const ruledExchange = <O = ExchangeOptions>(
  rules: ExchangeRules,
  rest: Omit<ExchangeSpec, keyof ExchangeRules>,
): ExchangeFactory<O> => exchangeFactory({ ...rules, ...rest })
