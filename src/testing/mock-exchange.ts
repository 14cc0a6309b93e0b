import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CountersignError } from '../errors.js'
import type { Exchange } from '../exchange/spec/signer-types.js'
import { exchangeVerifier } from '../exchange/verifier/verifier.js'
import { accountsOf, amountsOf, type MockAccount } from './accounts.js'
import type { ExchangeAnswers } from './answers.js'
import { bookOf } from './calls/book.js'
import { assertSkew, checked } from './check-options.js'
import { EXCHANGE_ANSWERS } from './exchanges/all.js'
import { TIME_RULE } from './general.js'
import type { Inside, MockRequest } from './inside.js'
import { nonceMemory } from './nonces.js'
import type { MockExchangeOptions } from './options.js'
import { serveRequest } from './serve.js'
import { openSockets } from './sockets.js'

/** A running mock. It does not keep the process alive. */
export interface MockExchange {
  /** `http://127.0.0.1:…`, for the `origin` of a signer. */
  readonly origin: string
  /** `ws://127.0.0.1:…` @throws {CountersignError} `CONFIG_INVALID` without the package `ws`. */
  readonly socketUrl: string
  /** What arrived, the oldest first; of more than 10 000, the latest. */
  readonly requests: readonly MockRequest[]
  /** The time of its clock. */
  now(): number
  /**
   * Sets its clock so far ahead of the real one, or behind it.
   *
   * @throws {CountersignError} `CONFIG_INVALID` for what is no number of milliseconds.
   */
  setSkewMs(skewMs: number): void
  /** Closes the port, and every connection to it. */
  close(): Promise<void>
  /** The same, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>
}

const MOST_REQUESTS = 10_000

/**
 * An exchange on this machine, for tests: HTTP and WebSocket on one port of 127.0.0.1. It verifies as the exchange does (signature,
 * time window, nonce, passphrase, address list, permissions of the key) and refuses with the exchange's statuses and bodies, so
 * that a client can be tested without an account. What it accepts it answers with what was asked for and an id. Of the exchanges
 * whose calls it knows it also refuses what the exchange would: see {@link MockExchangeOptions.strict}.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for unknown options, for accounts and routes that cannot be, and for what is no
 *   exchange; `KEY_MALFORMED`.
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { binance } from 'countersign/exchange/binance'
 * import { mockExchange } from 'countersign/testing'
 *
 * const account = { apiKey: 'bot-1', secret: 'a secret for tests' }
 * const mock = await mockExchange(binance(), { accounts: [account], skewMs: -3_000 })
 * const binanceFetch = createSignedFetch(binance({ ...account, baseUrl: mock.origin }))
 * const order = await binanceFetch('/api/v3/order', { method: 'POST', params: { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '1' } })
 * console.log(order.status, mock.requests.map(({ code }) => code)) // 200 [ 'TIMESTAMP_FUTURE', undefined ]
 * await mock.close()
 * ```
 */
export async function mockExchange(
  exchange: Pick<Exchange, 'spec' | 'options'>,
  options: MockExchangeOptions,
): Promise<MockExchange> {
  const { spec } = checked(exchange, options)
  const { accounts, clock = { now: Date.now }, routes = {}, publicRoutes = {}, maxBodyBytes = 1_048_576 } = options
  const { strict = true, prices = {} } = options
  let { skewMs = 0 } = options
  const now = (): number => clock.now() + skewMs
  const answers: ExchangeAnswers = { ...EXCHANGE_ANSWERS[spec.id], ...options.answers }
  for (const name of answers.needed ?? [])
    if (exchange.options?.[name] === undefined)
      throw new CountersignError(
        'CONFIG_INVALID',
        `mockExchange: the exchange must have "${name}", the one of the signer, which is signed and not sent`,
      )
  const known = accountsOf(spec, accounts, now())
  const holdings = new Map([...known].map(([keyId, { balances }]) => [keyId, balances]))
  const requests: MockRequest[] = []
  let ids = 0
  let port = 0
  const inside: Inside = {
    spec,
    scheme: exchangeVerifier(exchange),
    options: exchange.options ?? {},
    accounts: known,
    book:
      strict && answers.calls !== undefined ? bookOf(answers.calls, amountsOf('prices', prices), holdings) : undefined,
    nonces: nonceMemory(spec.nonce),
    window: { ...TIME_RULE, ...answers.window, ...options.window },
    nonceTime: answers.nonceTime && { ...answers.nonceTime, ...options.window },
    ends: strict ? answers.ends : undefined,
    answers,
    routes,
    publicRoutes,
    listener: options.onMessage,
    maxBodyBytes,
    secrets: secretsOf(accounts),
    tokens: new Map(),
    socketUrl: () => `ws://127.0.0.1:${port}`,
    log: (request) => {
      if (requests.push(request) > MOST_REQUESTS) requests.shift()
    },
    nextId: () => ++ids,
    now,
  }
  const server = createServer(
    (incoming, outgoing) => void serveRequest(inside, incoming, outgoing).catch(() => outgoing.destroy()),
  )
  // A test that forgets to close it ends all the same.
  server.unref().on('connection', (socket) => socket.unref())
  const sockets = await openSockets(server, inside)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  port = (server.address() as AddressInfo).port
  const close = async (): Promise<void> => {
    sockets?.close()
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeAllConnections()
    await closed
  }
  return {
    origin: `http://127.0.0.1:${port}`,
    get socketUrl() {
      if (sockets === undefined)
        throw new CountersignError('CONFIG_INVALID', 'a socket needs the package "ws" beside this one: install it')
      return inside.socketUrl()
    },
    requests,
    now,
    setSkewMs: (ms) => {
      assertSkew(ms)
      skewMs = ms
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** Whole texts only: a short passphrase may be part of any word. */
const secretsOf = (accounts: readonly MockAccount[]): ReadonlySet<string> =>
  new Set(
    accounts
      .flatMap((one) => [one.passphrase, 'secret' in one ? one.secret : undefined])
      .filter((text): text is string => typeof text === 'string' && text !== ''),
  )
