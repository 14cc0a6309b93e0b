import { CountersignError, fail, isCountersignError, kindOf } from '../../errors.js'
import { abortable, unref } from '../../support/deadline.js'
import type { TransportOption } from '../fetch/options.js'
import type { InsecureOption } from '../fetch/origins.js'
import { makeSocket, type SocketClass } from './class.js'
import { type Connection, connectionOf, type SocketMessage } from './connection.js'
import { type PreparedLogin, prepareLogin, type SocketLogin, socketUrl } from './login.js'

/** Where and how to log in. */
export interface SocketLoginOptions extends InsecureOption, TransportOption {
  /** The URL of the socket; a function where it is in the answer with the token (KuCoin). */
  readonly url: string | ((answer: unknown) => string)
  /**
   * Signs a login, for every connection anew: a login that is messages only is made when the socket is open, any other
   * right before. A {@link CountersignError} it throws ends everything, because trying again would not help.
   */
  login(challenge?: string): SocketLogin | Promise<SocketLogin>
  /** Where the exchange has a text of its own signed (Kraken Futures): what asks for it, and where it stands in a message. */
  readonly challenge?: { readonly ask: string; read(message: SocketMessage): string | undefined }
  /** True for the message that confirms the login. What it throws ends everything. Default: sending it is enough. */
  loggedIn?(message: SocketMessage): boolean
  /** Every message, those that belong to the login too. */
  onMessage(message: SocketMessage): void
  /** Default: the global one. */
  readonly WebSocket?: SocketClass
  /** How long connecting and logging in may take together. Default 10 000. */
  readonly loginTimeoutMs?: number
}

/** How old a login may be that was made before it was known to be messages only. No exchange takes one for less than 5 s. */
const FRESH_MS = 1_000

/** Connects and logs in, until the signal aborts. */
export interface LogIn {
  connect(life: AbortSignal): Promise<Connection>
  /** Sends the login once more, signed anew. */
  renew(connection: Connection, life: AbortSignal): Promise<void>
  /** True for an error that another attempt would meet again. */
  isFinal(error: unknown): boolean
}

/**
 * The part of a socket that knows how to log in.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a URL or a class that cannot be used.
 */
export function logIn(options: SocketLoginOptions & { readonly loginTimeoutMs: number }): LogIn {
  const { url, challenge, loggedIn, onMessage, loginTimeoutMs } = options
  const { WebSocket: Class = globalThis.WebSocket as SocketClass | undefined } = options
  if (typeof Class !== 'function')
    fail(
      'CONFIG_INVALID',
      `"WebSocket" must be a class, such as that of "ws" or "undici", got ${kindOf(Class)}${Class === undefined ? ': this runtime has none' : ''}`,
    )
  if (typeof url === 'string') socketUrl(url, undefined, options)
  const final = new WeakSet<object>()
  const addresses = new WeakMap<Connection, string>()
  // Known after the first time: then nothing is signed before the socket is open.
  let messagesOnly = challenge !== undefined

  /** The caller's functions decide what a message means. */
  const judged =
    <T>(judge: (message: SocketMessage) => T | undefined) =>
    (message: SocketMessage): T | undefined => {
      try {
        return judge(message)
      } catch (error) {
        final.add(Object(error))
        throw error
      }
    }

  const confirmed = async (connection: Connection): Promise<unknown> =>
    loggedIn === undefined ? undefined : connection.next(judged((message) => saidYes(loggedIn(message)) || undefined))

  const say = async (
    connection: Connection,
    login: SocketLogin,
    at: string,
    signal: AbortSignal,
    confirmation?: Promise<unknown>,
  ): Promise<void> => {
    assertLogin(login)
    login.assertSocket?.(at)
    for (const message of login.messages) connection.send(message)
    await abortable(Promise.race([confirmation ?? confirmed(connection), lost(connection)]), signal)
  }

  const greet = async (connection: Connection, signal: AbortSignal): Promise<SocketLogin> => {
    if (challenge === undefined) return options.login()
    const { ask, read } = challenge
    connection.send(ask)
    const text = await abortable(Promise.race([connection.next(judged(read)), lost(connection)]), signal)
    return options.login(text)
  }

  const prepared = async (made: SocketLogin | Promise<SocketLogin>, signal: AbortSignal): Promise<PreparedLogin> => {
    const login: unknown = await abortable(Promise.resolve(made), signal)
    assertLogin(login)
    return prepareLogin(login, options, signal)
  }

  const connect = async (signal: AbortSignal): Promise<Connection> => {
    signal.throwIfAborted()
    const madeAtMs = Date.now()
    const before = messagesOnly ? undefined : await prepared(options.login(), signal)
    messagesOnly = before === undefined || !before.bound
    const bound = before?.bound === true ? before.login : undefined
    const at = socketUrl(typeof url === 'string' ? url : url(before?.answer), bound?.query, options)
    before?.login.assertSocket?.(at)
    const connection = connectionOf(makeSocket(Class, at, bound?.headers), onMessage)
    addresses.set(connection, at)
    // Where the connection itself is the login (KuCoin), its confirmation may come along with the upgrade's answer.
    const confirmation = bound && confirmed(connection)
    confirmation?.catch(() => {})
    try {
      await abortable(Promise.race([connection.opened, lost(connection)]), signal)
      const ageMs = Date.now() - madeAtMs
      const fresh = ageMs >= 0 && ageMs < FRESH_MS ? before?.login : undefined
      await say(
        connection,
        bound ?? fresh ?? (await abortable(greet(connection, signal), signal)),
        at,
        signal,
        confirmation,
      )
    } catch (error) {
      connection.drop(true)
      throw error
    }
    return connection
  }

  const renew = async (connection: Connection, signal: AbortSignal): Promise<void> =>
    say(
      connection,
      (await prepared(greet(connection, signal), signal)).login,
      addresses.get(connection) as string,
      signal,
    )

  return {
    connect: (life) => within(life, loginTimeoutMs, connect),
    renew: (connection, life) => within(life, loginTimeoutMs, (signal) => renew(connection, signal)),
    isFinal: (error) => final.has(Object(error)) || (isCountersignError(error) && error.code !== 'EXCHANGE_REFUSED'),
  }
}

/** Anything else than true or false, such as the promise of an async function, would count as a login that nothing confirmed. */
function saidYes(answer: unknown): boolean {
  if (typeof answer === 'boolean') return answer
  if (answer instanceof Promise) answer.catch(() => {})
  fail(
    'CONFIG_INVALID',
    `"loggedIn" must return true or false, got ${answer instanceof Promise ? 'a promise' : kindOf(answer)}`,
  )
}

/** What `login` answered. @throws {CountersignError} `CONFIG_INVALID` for what no socket can send; a further attempt would fail as well. */
function assertLogin(login: unknown): asserts login is SocketLogin {
  const { messages } = Object(login) as Partial<SocketLogin>
  if (Array.isArray(messages) && messages.every((one) => typeof one === 'string')) return
  const { url } = Object(login) as { url?: unknown }
  fail(
    'CONFIG_INVALID',
    `"login" must return what signer.login() returns, with "messages", a list of texts, got ${
      typeof login === 'function'
        ? 'a function: call it'
        : typeof url === 'string'
          ? 'a signed request: that of sign() is for HTTP'
          : kindOf(login)
    }`,
  )
}

/** Rejects when a connection ends before it is of use. */
const lost = async (connection: Connection): Promise<never> => {
  const { code, reason } = await connection.over
  const cause = connection.failure
  const what = cause instanceof Error && cause.message !== '' ? cause.message : reason
  fail(
    'EXCHANGE_REFUSED',
    `the socket was closed before the login was done (${code ?? 'no code'}${what && `, ${what}`})`,
    cause === undefined ? {} : { cause },
  )
}

/** A job that has so much time. */
async function within<T>(life: AbortSignal, limitMs: number, job: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const turn = new AbortController()
  const stop = (): void => turn.abort(life.reason)
  life.addEventListener('abort', stop)
  if (life.aborted) stop()
  const late = (): void =>
    turn.abort(new CountersignError('EXCHANGE_REFUSED', `the login was not done within ${limitMs} ms`))
  const timer = setTimeout(late, limitMs)
  unref(timer)
  try {
    return await job(turn.signal)
  } finally {
    clearTimeout(timer)
    life.removeEventListener('abort', stop)
  }
}
