import { EventEmitter } from 'node:events'
import type { Answering } from './listener.js'

/** What ends the work on a request: a signal of the platform, or {@link HangUp}. */
export type Ending = AbortSignal | HangUp

/**
 * The end of a client, in the form that undici takes besides an AbortSignal. One is made for every request, and a signal of the
 * platform with its listeners costs more than the signature.
 */
export class HangUp extends EventEmitter {
  aborted = false
  reason: unknown

  abort(reason: unknown): void {
    if (this.aborted) return
    this.aborted = true
    this.reason = reason
    this.emit('abort')
  }
}

/** The reason of an abort because the client hung up: not an error of anything. */
export const HANG_UP: unique symbol = Symbol('the client hung up')

/** Aborted when the client has gone before its answer was complete. */
export function abortOnHangUp(response: Answering): HangUp {
  const ending = new HangUp()
  response.on('error', () => {})
  response.once('close', () => {
    if (!response.writableFinished) ending.abort(HANG_UP)
  })
  return ending
}
