import { deadline, unref } from '../../support/deadline.js'
import type { Listener } from './listener.js'

type EventCallback = (...args: unknown[]) => void

/** A connected `pg.Client` that is used for nothing else. */
export interface PostgresConnection {
  /** Runs a statement. */
  query(text: string): Promise<unknown>
  /** Listens to what the connection tells. */
  on(event: 'notification' | 'end' | 'error', listener: EventCallback): unknown
  /** Closes the connection. */
  end(): Promise<unknown>
}

/** Options of {@link stayConnected}. */
export interface StayOptions {
  readonly connect: () => Promise<PostgresConnection>
  /** Checked: it becomes part of a statement. */
  readonly channel: string
  readonly timeoutMs: number
  readonly listener: Listener
}

/** PGlite's way to listen, as a connection: what breaks it is seen by its silence. */
export const connectionOf =
  (
    listen: (channel: string, callback: (payload: string) => void) => Promise<() => Promise<unknown>>,
    channel: string,
  ): (() => Promise<PostgresConnection>) =>
  async () => {
    let notified: EventCallback = () => {}
    let unlisten = async (): Promise<unknown> => undefined
    return {
      on: (event, listener) => {
        if (event === 'notification') notified = listener
      },
      query: async () => {
        unlisten = await listen(channel, (payload) => notified({ channel, payload }))
      },
      end: () => unlisten(),
    }
  }

const FIRST_WAIT_MS = 100
const LONGEST_WAIT_MS = 5_000

/** Listens on one connection after the other, until it is stopped. */
export function stayConnected({ connect, channel, timeoutMs, listener }: StayOptions): {
  /** When the first attempt is over, one way or the other. */
  readonly settled: Promise<void>
  /** Gives up the connection, which looks alive and is not. */
  renew(): void
  stop(): Promise<void>
} {
  let current: PostgresConnection | undefined
  let stopped = false
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  // A broken one cannot be ended in order.
  const end = (connection: PostgresConnection): Promise<unknown> =>
    deadline((async () => connection.end())(), timeoutMs).catch(() => {})

  const lost = (connection: PostgresConnection | undefined): void => {
    if (stopped || connection !== current) return
    current = undefined
    listener.down()
    if (connection !== undefined) void end(connection)
    // Nodes that lost the same server do not return in one moment.
    const wait = Math.min(FIRST_WAIT_MS * 2 ** failures++, LONGEST_WAIT_MS) * (0.8 + Math.random() * 0.4)
    timer = setTimeout(() => void attempt(), wait)
    unref(timer)
  }

  const attempt = async (): Promise<void> => {
    let connection: PostgresConnection | undefined
    const opening = (async () => connect())()
    try {
      connection = await deadline(opening, timeoutMs)
    } catch {
      // One that comes too late is not left open.
      opening.then(end, () => {})
      lost(undefined)
      return
    }
    if (stopped) {
      await end(connection)
      return
    }
    const mine = connection
    current = mine
    mine.on('notification', (message) => {
      const { channel: on, payload } = message as { readonly channel?: unknown; readonly payload?: unknown }
      if (current === mine && on === channel) listener.receive(payload)
    })
    mine.on('error', () => lost(mine))
    mine.on('end', () => lost(mine))
    try {
      await deadline((async () => mine.query(`LISTEN "${channel}"`))(), timeoutMs)
      if (current !== mine || stopped) return
      failures = 0
      listener.up()
    } catch {
      lost(mine)
    }
  }

  return {
    settled: attempt(),
    renew: () => {
      if (current !== undefined) lost(current)
    },
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      const last = current
      current = undefined
      if (last !== undefined) await end(last)
    },
  }
}
