/** Sockets that are logged in, again after every loss: `countersign/client/websocket`. */
import { CountersignError, kindOf } from '../../errors.js'
import { abortable, pause } from '../../support/deadline.js'
import type { Closed, Connection } from './connection.js'
import { logIn } from './log-in.js'
import { assertSocketOptions, type ExchangeSocket, type ExchangeSocketOptions } from './options.js'

export type { SocketClass, SocketLike } from './class.js'
export type { Closed, SocketMessage } from './connection.js'
export type { SocketLoginOptions } from './log-in.js'
export type { SocketLogin } from './login.js'
export type { ExchangeSocket, ExchangeSocketOptions, SocketEnd } from './options.js'

const MAX_WAITING = 1_000

/**
 * A WebSocket of an exchange that logs in on every connection with a new signature, sends what waited, and comes back after
 * a loss. Until when an exchange takes a login (`expiresAtMs`) needs no watching: each is used at once.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be right. `ready` rejects with what made an attempt fail.
 *   `closed` rejects with what `login` or `loggedIn` threw, with `CONFIG_INVALID` where the socket's class cannot carry the
 *   login, and with the last error where attempts are bounded.
 * @example
 * ```ts
 * import { openExchangeSocket } from 'countersign/client/websocket'
 * import { okx } from 'countersign/exchange/okx'
 *
 * const signer = okx({ apiKey: 'key', secret: 'secret', passphrase: 'phrase' })
 * export const open = () =>
 *   openExchangeSocket({
 *     url: 'wss://ws.okx.com:8443/ws/v5/private',
 *     login: () => signer.login(),
 *     loggedIn: (message) => {
 *       const { event, msg } = JSON.parse(String(message))
 *       if (event === 'error') throw new Error(msg)
 *       return event === 'login'
 *     },
 *     onOpen: ({ send }) => send('{"op":"subscribe","args":[{"channel":"orders","instType":"ANY"}]}'),
 *     onMessage: (message) => console.log(message),
 *   })
 * ```
 */
export function openExchangeSocket(options: ExchangeSocketOptions): ExchangeSocket {
  assertSocketOptions(options)
  const { onOpen, onClose, renewMs, signal, loginTimeoutMs = 10_000 } = options
  const { attempts = Number.POSITIVE_INFINITY, minMs = 500, maxMs = 30_000 } = options.reconnect ?? {}
  const life = new AbortController()
  const waiting: string[] = []
  let current: Connection | undefined
  let goodbye: Parameters<ExchangeSocket['close']> = []
  let turn = nextTurn()
  let reached = false
  // Where nothing of it was ever looked at, a failure for good goes to the console.
  let watched = onClose !== undefined

  const socket: ExchangeSocket = {
    get isReady() {
      return current !== undefined
    },
    get ready() {
      watched = true
      return turn.promise
    },
    send: (message) => {
      if (typeof message !== 'string')
        throw invalid(`a message must be text, got ${kindOf(message)}: write it with JSON.stringify()`)
      if (current !== undefined) return current.send(message)
      if (life.signal.aborted) throw invalid('the socket is closed for good; open another one')
      if (waiting.length >= MAX_WAITING) throw invalid(`${MAX_WAITING} messages wait for a login already`)
      waiting.push(message)
    },
    close: (...how) => {
      goodbye = how
      life.abort()
    },
    get closed() {
      watched = true
      return closed
    },
  }

  const login = logIn({ ...options, loginTimeoutMs })

  /** One connection, from its login to its end. */
  const attempt = async (): Promise<Closed> => {
    const connection = await login.connect(life.signal)
    let renewal: ReturnType<typeof setInterval> | undefined
    try {
      current = connection
      reached = true
      turn.resolve()
      onOpen?.(socket)
      for (const message of waiting.splice(0)) connection.send(message)
      const failed = new Promise<never>((_, reject) => {
        if (renewMs !== undefined)
          renewal = setInterval(() => login.renew(connection, life.signal).catch(reject), renewMs)
      })
      return await abortable(Promise.race([connection.over, failed]), life.signal)
    } finally {
      turn = nextTurn()
      current = undefined
      clearInterval(renewal)
      connection.drop(false, ...goodbye)
    }
  }

  const run = async (): Promise<void> => {
    for (let failures = 0; ; ) {
      const since = performance.now()
      let end: Closed = { code: undefined, reason: '' }
      let error: unknown
      reached = false
      try {
        end = await attempt()
      } catch (thrown) {
        error = thrown
      }
      if (life.signal.aborted) return
      failures = performance.now() - since >= maxMs ? 1 : failures + 1
      const last = failures > attempts || login.isFinal(error)
      const retryMs = last ? undefined : Math.min(maxMs, minMs * 2 ** (failures - 1)) * (0.5 + Math.random() / 2)
      const reason =
        error ?? new CountersignError('EXCHANGE_REFUSED', `the socket was closed (${end.code ?? 'no code'})`)
      if (last || !reached) turn.reject(reason)
      if (!last && !reached) turn = nextTurn()
      onClose?.({ ...end, error, retryMs })
      if (retryMs === undefined) throw reason
      // Holds the process: a socket that is about to come back has work to do.
      await pause(retryMs, life.signal).catch(() => {})
      if (life.signal.aborted) return
    }
  }

  const stop = (): void => life.abort()
  if (signal?.aborted) stop()
  signal?.addEventListener('abort', stop)
  const closed = run().finally(() => {
    life.abort()
    // Of no effect where it was rejected already.
    turn.reject(signal?.aborted ? signal.reason : invalid('the socket was closed before it was logged in'))
    signal?.removeEventListener('abort', stop)
  })
  closed.catch((error: unknown) => {
    if (!watched) report(error)
  })
  return socket
}

/** Whether the attempt under way comes to a login. */
interface Turn {
  readonly promise: Promise<void>
  resolve(): void
  reject(reason: unknown): void
}

function nextTurn(): Turn {
  let [resolve, reject]: [() => void, (reason: unknown) => void] = [() => {}, () => {}]
  const promise = new Promise<void>((...both) => {
    ;[resolve, reject] = both
  })
  // A bot that only listens must not end because a host was away for a second.
  promise.catch(() => {})
  return { promise, resolve, reject }
}

/** A socket that gave up must not look like a quiet one: where no listener reports it, the console does. */
const report = (error: unknown): void => console.error('openExchangeSocket gave up:', error)

const invalid = (text: string): CountersignError => new CountersignError('CONFIG_INVALID', text)
