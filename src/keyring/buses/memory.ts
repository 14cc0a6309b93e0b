import type { BusMessage, KeyBus } from '../cache/key-bus.js'
import { parseBusText } from '../cache/key-bus.js'
import { checkedText } from './listener.js'

/** A bus within one process, which can be cut to see what happens then. */
export interface MemoryBus extends KeyBus {
  /** From now on messages are lost, also those on their way. */
  cut(): void
  /** Ends the break: messages arrive again. */
  mend(): void
}

/**
 * A bus for the nodes of one process, and for tests. Messages arrive after the current step, as text that was parsed again:
 * what works here works between processes.
 *
 * @example
 * ```ts
 * import { memoryBus } from 'countersign/keyring'
 *
 * const bus = memoryBus()
 * await bus.subscribe(
 *   (message) => console.log(message.type),
 *   (connected) => console.log(connected),
 * )
 * bus.cut()
 * ```
 */
export function memoryBus(): MemoryBus {
  const subscribers = new Set<Parameters<KeyBus['subscribe']>>()
  let connected = true
  const turn = (state: boolean): void => {
    if (connected === state) return
    connected = state
    for (const [, onState] of subscribers) onState(state)
  }
  return {
    publish: (message) => {
      const text = checkedText(message)
      if (!connected) return
      queueMicrotask(() => {
        if (!connected) return
        for (const [onMessage] of [...subscribers]) onMessage(parseBusText(text) as BusMessage)
      })
    },
    subscribe: (...subscriber) => {
      subscribers.add(subscriber)
      subscriber[1](connected)
      return () => {
        subscribers.delete(subscriber)
      }
    },
    cut: () => turn(false),
    mend: () => turn(true),
  }
}
