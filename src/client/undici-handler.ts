import type { Dispatcher } from 'undici'
import { CountersignError } from '../errors.js'

type Handler = Dispatcher.DispatchHandler
type Call<K extends keyof Handler> = Parameters<NonNullable<Handler[K]>>

/** What becomes of an answer that asks to wait. */
export interface Waiting {
  /** How long to wait before the request is sent again, `undefined` for an answer that is passed on. */
  waitFor(status: number, retryAfter: unknown): number | undefined
  /** Called when an answer that was kept back has ended. */
  again(waitMs: number): void
}

/**
 * The handler of one signed dispatch. It passes everything on, with two exceptions: it refuses a second start, because some
 * interceptor below is about to send this signature again, and it keeps back an answer that asks to wait. A class with one
 * method for each call, because it is made for every request.
 */
export class SignedHandler implements Handler {
  readonly #handler: Handler
  readonly #waiting: Waiting | undefined
  #isStarted = false
  #waitMs: number | undefined

  /** @param waiting Absent where the request cannot be sent again. */
  constructor(handler: Handler, waiting: Waiting | undefined) {
    this.#handler = handler
    this.#waiting = waiting
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: Call<'onRequestStart'>[1]): void {
    if (this.#isStarted) {
      controller.abort(
        new CountersignError(
          'CONFIG_INVALID',
          'a signature was about to be sent twice: compose signing first, then retry or redirect',
        ),
      )
      return
    }
    this.#isStarted = true
    this.#handler.onRequestStart?.(controller, context)
  }

  onRequestUpgrade(...call: Call<'onRequestUpgrade'>): void {
    this.#handler.onRequestUpgrade?.(...call)
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Call<'onResponseStart'>[2],
    text?: string,
  ): void {
    this.#waitMs = this.#waiting?.waitFor(status, headers['retry-after'])
    if (this.#waitMs === undefined) this.#handler.onResponseStart?.(controller, status, headers, text)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Call<'onResponseData'>[1]): void {
    if (this.#waitMs === undefined) this.#handler.onResponseData?.(controller, chunk)
  }

  onResponseEnd(controller: Dispatcher.DispatchController, trailers: Call<'onResponseEnd'>[1]): void {
    if (this.#waitMs === undefined) this.#handler.onResponseEnd?.(controller, trailers)
    else this.#waiting?.again(this.#waitMs)
  }

  onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    this.#handler.onResponseError?.(controller, error)
  }
}
