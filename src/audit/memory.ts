import { assertOptions } from '../errors.js'
import type { AuditEvent } from '../server/audit-event.js'
import { whole } from '../support/option-kinds.js'
import type { AuditBatch, AuditOutput } from './lane.js'

/** The last events, in memory. */
export interface MemoryAuditLog extends AuditOutput {
  /** How many events it holds. */
  readonly size: number
  read(): AsyncIterable<AuditEvent>
}

/**
 * Keeps the last events in memory: for tests, for small services, and beside a file to answer {@link incident} at once.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a `maxEvents` that is not 1 to 1 000 000. Default 10 000.
 * @example
 * ```ts
 * import { createAuditLog, incident, memoryAuditLog } from 'countersign/keyring'
 *
 * const recent = memoryAuditLog({ maxEvents: 100_000 })
 * const log = createAuditLog({ sinks: [recent] })
 * const report = await incident(recent, 'acmek_live_3fQm1Zx9TtYwK8bLr0Vu', Date.now() - 86_400_000)
 * ```
 */
export function memoryAuditLog(options: { readonly maxEvents?: number } = {}): MemoryAuditLog {
  assertOptions('memoryAuditLog', options, { maxEvents: whole(1, 1_000_000) })
  const { maxEvents = 10_000 } = options
  const ring: AuditEvent[] = []
  let next = 0
  return {
    name: 'memory',
    get size() {
      return ring.length
    },
    write: ({ events }) => {
      for (const event of events) {
        ring[next] = event
        next = (next + 1) % maxEvents
      }
    },
    // A copy: events may come during a read.
    read: () => iterate(ring.length < maxEvents ? ring.slice() : [...ring.slice(next), ...ring.slice(0, next)]),
  }
}

async function* iterate(events: readonly AuditEvent[]): AsyncGenerator<AuditEvent> {
  yield* events
}

/**
 * A sink that hands lines, each with its line end, to a function: `console`, a stream, a socket.
 *
 * @example
 * ```ts
 * import { createAuditLog, lineSink } from 'countersign/keyring'
 *
 * const log = createAuditLog({ sinks: [lineSink((line) => console.log(line.trimEnd()))] })
 * ```
 */
export function lineSink(write: (line: string) => unknown, name = 'lines'): AuditOutput {
  // How far a batch came: after a failure it comes again, and no line is to be there twice.
  const written = new WeakMap<AuditBatch, number>()
  return {
    name,
    write: async (batch) => {
      for (let i = written.get(batch) ?? 0; i < batch.lines.length; i++) {
        await write(`${batch.lines[i]}\n`)
        written.set(batch, i + 1)
      }
    },
  }
}
