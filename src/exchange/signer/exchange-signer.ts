import { fail } from '../../errors.js'
import type { Credentials, SharedSecrets } from '../spec/credentials.js'
import { exchangeScheme } from '../spec/sign.js'
import type { ExchangeSigner, Login, SignOptions } from '../spec/signer-types.js'
import type { AccountReaders, ExchangeSpec, MessageArgs } from '../spec/spec.js'
import { signingAccount } from './account.js'
import { assertSignOptions } from './assert-request.js'
import { FETCH_INIT, requestBuilder } from './build-request.js'
import type { messageSigner } from './messages.js'
import type { Chosen } from './options.js'
import { requestSigner } from './requests.js'
import type { tokenLogin } from './tokens.js'

/** What not every exchange has: shared secrets, and what it signs for its socket: messages, or the request for a token. */
export interface SignerParts {
  readonly secrets?: SharedSecrets
  /** For an exchange that states none of its own. */
  readonly readers?: AccountReaders
  readonly messages?: typeof messageSigner
  readonly tokens?: typeof tokenLogin
}

/** An exchange with the key of one account. @throws {CountersignError} as the exchange's factory. */
export function exchangeSigner(chosen: Chosen, credentials: Credentials, given: SignerParts): ExchangeSigner {
  const { spec } = chosen
  const parts = signingAccount(chosen, credentials, given)
  const { key, account, home, clock, nonces, isClockError } = parts
  const sign = requestSigner(parts)
  const messages = given.messages?.(parts)
  /** The login, with where it may be said. */
  const placed = (one: Login): Login => Object.defineProperty(one, 'assertSocket', { value: home.assertSocket })
  const fetchToken = spec.token && given.tokens?.(parts, spec.token, sign, placed)
  const loginOf = (args: MessageArgs, when: SignOptions | undefined): Login | Promise<Login> => {
    const one = spec.messages?.['login']
    if (one !== undefined && messages !== undefined) return messages.login(one, args, when)
    return fetchToken === undefined
      ? fail('CONFIG_INVALID', `${spec.name} has no login on a socket`)
      : fetchToken(args, when)
  }
  const signer = {
    spec,
    environment: chosen.environment,
    key,
    scheme: home.bound(exchangeScheme(spec, account)),
    // Where bare paths go is no option of a client, which may be given the rest as its own.
    service: Object.defineProperties(
      {
        origins: home.origins,
        clock,
        ...(nonces && { nonces }),
        buildRequest: requestBuilder(spec, home.baseUrl),
        fetchInit: FETCH_INIT,
        isClockError,
      },
      {
        baseUrl: { value: home.baseUrl },
        assertOwn: { value: home.assertOwn },
        assertSocket: { value: home.assertSocket },
      },
    ),
    sign,
    login: (args: MessageArgs = {}, when?: SignOptions) => {
      assertSignOptions('login', when)
      const made = loginOf(args, when)
      return made instanceof Promise ? made.then(placed) : placed(made)
    },
    socketUrl: () => socketUrlOf(spec, credentials),
    signMessage: (name: string, args: MessageArgs = {}, when?: SignOptions) => {
      assertSignOptions('signMessage', when)
      return messages === undefined
        ? fail('CONFIG_INVALID', `"${name}" must be a message of ${spec.name}, which has none`)
        : messages.signMessage(name, args, when)
    },
  }
  // The account's secrets are in closures; what is printed or copied of a signer shows none.
  return Object.defineProperty(signer, 'options', { value: account.options }) as ExchangeSigner
}

/** The one socket of every login in this environment. @throws {CountersignError} `CONFIG_INVALID` where it is not known. */
function socketUrlOf({ name, socketUrl, origins }: ExchangeSpec, { origin, baseUrl }: Credentials): string {
  if (socketUrl !== undefined && baseUrl === undefined && (origin === undefined || origins.includes(origin)))
    return socketUrl
  return fail(
    'CONFIG_INVALID',
    socketUrl === undefined
      ? `${name} has no one socket for every login: state its URL, as its page names it`
      : `the socket beside ${origin === undefined ? '"baseUrl"' : '"origin"'} is not known: state its URL`,
  )
}
