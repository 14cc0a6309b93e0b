import { randomNonce } from '../../crypto/random.js'
import { fail, type OptionKind } from '../../errors.js'
import { unref } from '../../support/deadline.js'
import { whole } from '../../support/option-kinds.js'
import { type BusMessage, busText, parseBusText } from '../cache/key-bus.js'

/** Options of the listener for one subscriber. */
export interface ListenerOptions {
  readonly onMessage: (message: BusMessage) => void
  readonly onState: (connected: boolean) => void
  /** Puts a text on the channel, from where it has to come back. */
  readonly send: (text: string) => Promise<unknown>
  readonly heartbeatMs: number
  /** The connection looks alive and nothing comes through. */
  readonly onSilence?: () => void
}

/** The receiving side of one subscriber. */
export interface Listener {
  /** A text came off the channel. */
  receive(text: unknown): void
  up(): void
  down(): void
  stop(): void
}

/**
 * Parses what arrives, reports each change of state once, and notices silence: a network that drops packets
 * and a server that stands still close no connection. Every `heartbeatMs` a separate beat goes out, and has to be back
 * before the next one. Other listeners take it for garbage.
 */
export function listener({ onMessage, onState, send, heartbeatMs, onSilence }: ListenerOptions): Listener {
  const beat = `countersign beat ${randomNonce()}`
  let state: boolean | undefined
  let stopped = false
  let awaited = false
  const setConnected = (connected: boolean): void => {
    if (stopped || state === connected) return
    state = connected
    onState(connected)
  }
  const timer = setInterval(() => {
    if (awaited && state === true) {
      setConnected(false)
      onSilence?.()
    }
    awaited = true
    // One that does not go out does not come back.
    send(beat).catch(() => {})
  }, heartbeatMs)
  // Listening alone keeps no process alive; browsers and workers have plain numbers for timers.
  unref(timer)
  return {
    receive: (text) => {
      if (stopped) return
      if (text === beat) {
        awaited = false
        setConnected(true)
        return
      }
      const message = parseBusText(text)
      if (message !== undefined) onMessage(message)
    },
    up: () => {
      awaited = false
      setConnected(true)
    },
    down: () => setConnected(false),
    stop: () => {
      stopped = true
      clearInterval(timer)
    },
  }
}

/**
 * A message as text that the other side will take.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for what is no message.
 */
export function checkedText(message: BusMessage): string {
  const text = busText(message)
  if (parseBusText(text) === undefined)
    fail('ARGUMENT_INVALID', '"message" must be a message of a key bus, got something else')
  return text
}

/** How long a bus may wait: 10 ms to 10 minutes. */
export const SPAN: OptionKind = /* @__PURE__ */ whole(10, 600_000, ', in milliseconds')
