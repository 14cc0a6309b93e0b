import type { SocketLoginOptions } from './log-in.js'
import type { Closed } from './socket-connection.js'

/** Why a connection ended. */
export interface SocketEnd extends Closed {
  /** What failed on this side, such as a login that was refused. */
  readonly error: unknown
  /** Milliseconds until the next attempt; `undefined` where there is none. */
  readonly retryMs: number | undefined
}

/** A socket that `openVenueSocket` keeps open. */
export interface VenueSocket {
  /** True while logged in. */
  readonly ready: boolean
  /**
   * Sends now, or as soon as the login is done: what waits is sent once, in order, also on the next connection. Ask
   * {@link VenueSocket.ready} before an order that must not be late.
   *
   * @throws {CountersignError} `CONFIG_INVALID` when a thousand messages wait, or the socket is closed for good.
   */
  send(message: string): void
  /** Ends it for good. */
  close(code?: number, reason?: string): void
  /** Resolves when it was closed by you; rejects with the reason when it gave up. */
  readonly closed: Promise<void>
}

/** Options of `openVenueSocket`. */
export interface VenueSocketOptions extends SocketLoginOptions {
  /** After every login, before what waited is sent: subscribe here. */
  onOpen?(socket: VenueSocket): void
  /** After every loss of a connection, and after every attempt that failed. */
  onClose?(end: SocketEnd): void
  /** Attempts in a row (default without end), the first pause (500) and the longest (30 000); pauses double, with jitter. */
  readonly reconnect?: { readonly attempts?: number; readonly minMs?: number; readonly maxMs?: number }
  /** For venues that end a session while the socket stays open: log in again so often. Default: never. */
  readonly renewMs?: number
  readonly signal?: AbortSignal
}
