/** Sockets that are logged in, again after every loss: `countersign/client/websocket`. */
import { CountersignError } from '../errors.js'
import { pause, until } from './abort.js'
import { logIn } from './log-in.js'
import type { Closed, Connection } from './socket-connection.js'
import type { VenueSocket, VenueSocketOptions } from './socket-options.js'

export type { SocketLoginOptions } from './log-in.js'
export type { SocketClass, SocketLike } from './socket-class.js'
export type { Closed, SocketMessage } from './socket-connection.js'
export type { SocketLogin } from './socket-login.js'
export type { SocketEnd, VenueSocket, VenueSocketOptions } from './socket-options.js'

const MAX_WAITING = 1_000
// The longest pause that timers know.
const MAX_TIMER_MS = 2_147_483_647

/**
 * A WebSocket of an exchange that logs in on every connection with a new signature, sends what waited, and comes back after
 * a loss. Until when a venue takes a login (`expiresAtMs`) needs no watching: each is used at once.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be right. `closed` rejects with what `login` or
 *   `loggedIn` threw, with `CONFIG_INVALID` where the socket's class cannot carry the login, and with the last error where
 *   attempts are bounded.
 * @example
 * ```ts
 * import { openVenueSocket } from 'countersign/client/websocket'
 * import { okx } from 'countersign/exchange/okx'
 *
 * const signer = okx({ apiKey: 'key', secret: 'secret', passphrase: 'phrase' })
 * export const open = () =>
 *   openVenueSocket({
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
export function openVenueSocket(options: VenueSocketOptions): VenueSocket {
  const { onOpen, onClose, renewMs, signal, loginTimeoutMs = 10_000 } = options
  const { attempts = Number.POSITIVE_INFINITY, minMs = 500, maxMs = 30_000 } = options.reconnect ?? {}
  for (const [name, value] of Object.entries({ minMs, maxMs, loginTimeoutMs, renewMs: renewMs ?? 1 }))
    if (!(value >= 1 && value <= MAX_TIMER_MS)) throw invalid(`"${name}" expected 1 to ${MAX_TIMER_MS} milliseconds`)
  if (!(attempts >= 0 && minMs <= maxMs)) throw invalid('"reconnect" expected attempts from 0, and minMs up to maxMs')
  const life = new AbortController()
  const waiting: string[] = []
  let current: Connection | undefined
  let goodbye: Parameters<VenueSocket['close']> = []

  const socket: VenueSocket = {
    get ready() {
      return current !== undefined
    },
    send: (message) => {
      if (current !== undefined) return current.send(message)
      if (life.signal.aborted) throw invalid('a message expected a socket that was not closed for good')
      if (waiting.length >= MAX_WAITING) throw invalid(`at most ${MAX_WAITING} messages expected to wait for a login`)
      waiting.push(message)
    },
    close: (...how) => {
      goodbye = how
      life.abort()
    },
    get closed() {
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
      onOpen?.(socket)
      for (const message of waiting.splice(0)) connection.send(message)
      const failed = new Promise<never>((_, reject) => {
        if (renewMs !== undefined)
          renewal = setInterval(() => login.renew(connection, life.signal).catch(reject), renewMs)
      })
      return await until(life.signal, Promise.race([connection.over, failed]))
    } finally {
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
      try {
        end = await attempt()
      } catch (thrown) {
        error = thrown
      }
      if (life.signal.aborted) return
      failures = performance.now() - since >= maxMs ? 1 : failures + 1
      const last = failures > attempts || login.isFinal(error)
      const retryMs = last ? undefined : Math.min(maxMs, minMs * 2 ** (failures - 1)) * (0.5 + Math.random() / 2)
      onClose?.({ ...end, error, retryMs })
      if (retryMs === undefined)
        throw (
          error ?? new CountersignError('VENUE_REFUSED', `the socket expected to stay open, got closed (${end.code})`)
        )
      // Holds the process: whoever waits to come back has work to do.
      await pause(retryMs, life.signal).catch(() => {})
      if (life.signal.aborted) return
    }
  }

  const stop = (): void => life.abort()
  if (signal?.aborted) stop()
  signal?.addEventListener('abort', stop)
  const closed = run().finally(() => {
    life.abort()
    signal?.removeEventListener('abort', stop)
  })
  closed.catch(() => {})
  return socket
}

const invalid = (text: string): CountersignError => new CountersignError('CONFIG_INVALID', text)
