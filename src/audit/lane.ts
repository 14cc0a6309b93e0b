import { CountersignError } from '../errors.js'
import type { AuditEvent } from '../server/audit-event.js'
import { deadline, unref } from '../support/deadline.js'
import { auditLine, RANKS, rankOf } from './event.js'
import { boundedQueue } from './queue.js'

/** Events on their way out, oldest first. The same object comes again where a write failed. */
export interface AuditBatch {
  /** The events, oldest first. */
  readonly events: readonly AuditEvent[]
  /** The events as lines of ASCII JSON, without line ends; made on first use. */
  readonly lines: readonly string[]
}

/** Where events go. One write at a time; throwing means "try the same batch again". */
export interface AuditOutput {
  /** For messages; default its place in the list. */
  readonly name?: string
  /**
   * Writes a batch; the log waits for the promise that it returns. A rejected one is tried again.
   *
   * @param signal aborted when the time for this batch is over; the batch then comes again
   */
  write(batch: AuditBatch, signal: AbortSignal): unknown
  /** Makes what was written last, for example on a disk. */
  flush?(): unknown
  /** Called once, when the log is closed. */
  close?(): unknown
  /** The written events, oldest first, where they can be read back. Those before `sinceMs` need not be among them. */
  read?(options?: ReadSince): AsyncIterable<AuditEvent>
}

/** From when on events are read. */
export interface ReadSince {
  /** Milliseconds since the epoch; default: all there are. Older ones may come nevertheless. */
  readonly sinceMs?: number
}

/** An event with its line, which all outputs share. */
export interface Written {
  readonly event: AuditEvent
  line: string | undefined
}

export interface LaneOptions {
  readonly name: string
  readonly maxQueue: number
  readonly timeoutMs: number
  readonly retries: number
  readonly onLost: (count: number, name: string) => void
  readonly onError: (error: unknown) => void
}

/** Delivery queue of one sink. A failing sink does not affect the others. */
export interface Lane {
  readonly name: string
  readonly output: AuditOutput
  /** How many events are waiting or being written. */
  readonly waiting: number
  offer(events: readonly Written[]): void
  /** Resolves to true when everything offered is written or lost, to false after `timeoutMs`. */
  settle(): Promise<boolean>
  /** Calls a member of the output, also bounded. */
  finish(member: 'flush' | 'close'): Promise<void>
}

const MOST_AT_ONCE = 1_000
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000

const batchOf = (written: readonly Written[]): AuditBatch => {
  let lines: readonly string[] | undefined
  return {
    events: written.map(({ event }) => event),
    get lines() {
      lines ??= written.map((one) => (one.line ??= auditLine(one.event)))
      return lines
    },
  }
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    unref(setTimeout(resolve, milliseconds))
  })

/** The result of a call, unless it takes too long. */
async function within<T>(call: (signal: AbortSignal) => T, name: string, timeoutMs: number): Promise<Awaited<T>> {
  const controller = new AbortController()
  return await deadline(call(controller.signal), timeoutMs, () => {
    const error = new CountersignError('STORE_UNAVAILABLE', `audit sink "${name}" was not done within ${timeoutMs} ms`)
    controller.abort(error)
    return error
  })
}

export function openLane(output: AuditOutput, options: LaneOptions): Lane {
  const { name, timeoutMs, retries, onLost, onError } = options
  const queue = boundedQueue<Written>(options.maxQueue, RANKS)
  let running: Promise<void> | undefined
  let inHand = 0
  let reported = 0

  const deliver = async (batch: AuditBatch): Promise<void> => {
    for (let attempt = 0; attempt <= retries; attempt++) {
      try {
        await within((signal) => output.write(batch, signal), name, timeoutMs)
        return
      } catch (error) {
        onError(error)
        if (attempt < retries) await pause(Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS))
      }
    }
    onLost(batch.events.length, name)
  }

  const run = async (): Promise<void> => {
    while (queue.size > 0) {
      const written = queue.take(MOST_AT_ONCE)
      inHand = written.length
      await deliver(batchOf(written))
      inHand = 0
      if (queue.dropped > reported) {
        const lost = queue.dropped - reported
        reported = queue.dropped
        onLost(lost, name)
      }
    }
    running = undefined
  }

  const settle = async (): Promise<boolean> => {
    if (running === undefined) return true
    return within(() => running, name, timeoutMs).then(
      () => true,
      (error) => {
        onError(error)
        return false
      },
    )
  }

  return {
    name,
    output,
    get waiting() {
      return queue.size + inHand
    },
    offer: (events) => {
      for (const one of events) queue.push(one, rankOf(one.event))
      running ??= run()
    },
    settle,
    finish: async (member) => {
      if (output[member] === undefined) return
      await within(() => output[member]?.(), name, timeoutMs).catch(onError)
    },
  }
}
