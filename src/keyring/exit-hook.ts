/** Writes what is still in memory before a process of Node ends: `countersign/keyring/exit-hook`. */
import process from 'node:process'
import { assertOptions, mustBe, type OptionNames } from '../errors.js'
import { deadline } from '../support/deadline.js'
import { FUNCTION, LIST, milliseconds } from '../support/option-kinds.js'

/** Something that holds what is not written yet: a usage tracker, an audit log, a keyring. */
export interface Flushable {
  /** Writes what is waiting. */
  flush?(): Promise<unknown> | unknown
  /** Writes what is waiting, and ends. */
  close?(): Promise<unknown> | unknown
}

/** Options of the exit hook: which signals, and how long the end waits. */
export interface ExitHookOptions {
  /** Which signals are waited for. Default SIGTERM and SIGINT. */
  readonly signals?: readonly ('SIGTERM' | 'SIGINT' | 'SIGHUP')[]
  /** The longest the end waits. Default 5 000. */
  readonly timeoutMs?: number
  /** Default: `console.error`. */
  readonly onError?: (error: unknown) => void
}

const KNOWN: OptionNames<ExitHookOptions> = { signals: LIST, timeoutMs: milliseconds(1, 600_000), onError: FUNCTION }

/**
 * Closes each of them, in order, on SIGTERM, on SIGINT, and when nothing is left to do. Without another listener of the signal,
 * the process ends by it as it would have; a server that shuts down by itself goes on, and what it does after that is not
 * waited for.
 *
 * @returns how to stop listening
 * @throws {CountersignError} `CONFIG_INVALID` for something that can neither be closed nor flushed.
 * @example
 * ```ts
 * import { createAuditLog, memoryAuditLog } from 'countersign/keyring'
 * import { flushOnExit } from 'countersign/keyring/exit-hook'
 *
 * const log = createAuditLog({ sinks: [memoryAuditLog()] })
 * const stop = flushOnExit([log])
 * ```
 */
export function flushOnExit(parts: readonly Flushable[], options: ExitHookOptions = {}): () => void {
  assertOptions('flushOnExit', options, KNOWN)
  const { signals = ['SIGTERM', 'SIGINT'], timeoutMs = 5_000, onError = console.error } = options
  const ends = (part: Flushable): boolean => typeof (part?.close ?? part?.flush) === 'function'
  mustBe(Array.isArray(parts) && parts.every(ends), 'parts', 'a list of what has flush() or close()', parts)
  let done: Promise<void> | undefined

  const closeAll = async (): Promise<void> => {
    for (const part of parts) {
      try {
        await (part.close === undefined ? part.flush?.() : part.close())
      } catch (error) {
        onError(error)
      }
    }
  }
  const finish = (): Promise<void> => {
    // Its timer also keeps the process there: what is flushed may only have timers that do not.
    done ??= deadline(closeAll(), timeoutMs).catch(() => {})
    return done
  }
  const onSignal = async (signal: NodeJS.Signals): Promise<void> => {
    await finish()
    const others = process.listenerCount(signal) > (process.listeners(signal).includes(onSignal) ? 1 : 0)
    stop()
    if (!others) process.kill(process.pid, signal)
  }
  const onIdle = (): void => {
    void finish()
  }
  const stop = (): void => {
    for (const signal of signals) process.removeListener(signal, onSignal)
    process.removeListener('beforeExit', onIdle)
  }
  for (const signal of signals) process.on(signal, onSignal)
  process.once('beforeExit', onIdle)
  return stop
}
