/** Publishes changes to the other nodes through PostgreSQL: `countersign/keyring/postgres-bus`. */
import { assertOptions, fail, mustBe, type OptionNames } from '../../errors.js'
import { FUNCTION } from '../../support/option-kinds.js'
import type { BusMessage, KeyBus } from '../cache/key-bus.js'
import { ask, type PostgresQuery } from '../stores/postgres-query.js'
import { channelOf, DEFAULT_SCHEMA } from '../stores/postgres-schema.js'
import { checkedText, listener, SPAN } from './listener.js'
import { connectionOf, type PostgresConnection, stayConnected } from './postgres-connection.js'

export type { PostgresConnection } from './postgres-connection.js'

/** Options of {@link postgresBus}: how to publish, and one of two ways to listen. */
export interface PostgresBusOptions {
  /** Publishes: any connection, as the `query` of the store. */
  readonly query: PostgresQuery
  /** Makes a connected `pg.Client` of its own for listening, again each time the last one was lost. Not one of a pool. */
  readonly connect?: () => Promise<PostgresConnection>
  /** PGlite's `listen`, in place of `connect`. */
  readonly listen?: (channel: string, callback: (payload: string) => void) => Promise<() => Promise<unknown>>
  /** `channel` of a {@link postgresKeyStore}. Default: the one of its default schema, `countersign_keys`. */
  readonly channel?: string
  /** How often it makes sure that messages still come through. Default 5 000. */
  readonly heartbeatMs?: number
  /** After so long without an answer publishing fails, and a connection counts as lost. Default 2 000. */
  readonly timeoutMs?: number
}

/** PostgreSQL keeps 63 bytes of a name. */
const CHANNEL = /^[a-z_][a-z0-9_]{0,62}$/

const KNOWN: OptionNames<PostgresBusOptions> = {
  query: [FUNCTION, 2],
  connect: FUNCTION,
  listen: FUNCTION,
  channel: 1,
  heartbeatMs: SPAN,
  timeoutMs: SPAN,
}

/**
 * A bus over LISTEN and NOTIFY. Nothing is kept for who does not listen at that moment: after each return of the connection
 * the bus reports so, and its listener polls the store for what was missed. It connects again by itself, after 0.1 to 5 s.
 *
 * A pooler in transaction mode (PgBouncer) loses LISTEN: let `connect` go to the server itself.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for bad options. `publish` throws `STORE_UNAVAILABLE` where the database does not
 *   take the message in time, and `ARGUMENT_INVALID` for what is no message; `subscribe` reports `false` instead.
 * @example
 * ```ts
 * import type { PostgresQuery } from 'countersign/keyring/postgres'
 * import { postgresBus, type PostgresConnection } from 'countersign/keyring/postgres-bus'
 *
 * declare const query: PostgresQuery // (text, values) => pool.query(text, values)
 * declare const newClient: () => PostgresConnection & { connect(): Promise<unknown> } // () => new pg.Client(url)
 *
 * const bus = postgresBus({
 *   query,
 *   connect: async () => {
 *     const client = newClient()
 *     await client.connect()
 *     return client
 *   },
 * })
 * ```
 */
export function postgresBus(options: PostgresBusOptions): KeyBus {
  assertOptions('postgresBus', options, KNOWN)
  const {
    query,
    connect,
    listen,
    channel = channelOf(DEFAULT_SCHEMA),
    heartbeatMs = 5_000,
    timeoutMs = 2_000,
  } = options ?? {}
  mustBe(query !== undefined, 'query', 'a function', query)
  const open = connect ?? (listen && connectionOf(listen, channel))
  if (typeof open !== 'function' || (connect && listen))
    fail('CONFIG_INVALID', 'either "connect" or "listen" must be a function')
  mustBe(
    typeof channel === 'string' && CHANNEL.test(channel),
    'channel',
    '1 to 63 lower-case letters, digits and "_"',
    channel,
  )
  // At most 1 024 characters, which keeps it below the 8 000 bytes of a payload.
  const send = (text: string): Promise<unknown> => ask(query, 'SELECT pg_notify($1, $2)', [channel, text], timeoutMs)

  return {
    publish: async (message: BusMessage) => {
      await send(checkedText(message))
    },
    subscribe: async (onMessage, onState) => {
      const subscription = listener({ onMessage, onState, send, heartbeatMs, onSilence: () => connection.renew() })
      const connection = stayConnected({ connect: open, channel, timeoutMs, listener: subscription })
      await connection.settled
      return async () => {
        subscription.stop()
        await connection.stop()
      }
    },
  }
}
