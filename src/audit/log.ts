import { hashText } from '#backend/hash'
import { randomNonce } from '../crypto/random.js'
import { assertOptions, mustBe, type OptionKind, type OptionNames } from '../errors.js'
import type { AuditEvent, AuditSink } from '../server/audit-event.js'
import type { Clock } from '../sources/monotonic-clock.js'
import { unref } from '../support/deadline.js'
import { defined } from '../support/defined.js'
import { ignoreErrors } from '../support/ignore-errors.js'
import { CLOCK, FLAG, FUNCTION, MEMBERS, milliseconds, whole, within } from '../support/option-kinds.js'
import { type AuditChainOptions, CHAIN_NAMES, createChain } from './chain.js'
import { type AuditEntry, eventOf, RANKS, rankOf } from './event.js'
import { type IncidentReport, incident } from './incident.js'
import { type AuditOutput, openLane, type ReadSince, type Written } from './lane.js'
import { boundedQueue } from './queue.js'

/** Of a log that lost events. */
export interface AuditLoss {
  /** Since the last report. */
  readonly count: number
  /** The sink that could not take them; `undefined` where the queue of the log was full. */
  readonly sink: string | undefined
}

/** Options of {@link createAuditLog}: where events go, and how they are chained and queued. */
export interface AuditLogOptions {
  /** Where events go: functions that take a list of events, or outputs such as `fileSink`, `lineSink`, `memoryAuditLog`. */
  readonly sinks: ReadonlyArray<AuditOutput | ((events: readonly AuditEvent[]) => unknown)>
  /** Makes each event hold the hash of the one before; see {@link verifyAuditChain}. */
  readonly chain?: boolean | AuditChainOptions
  /** `ok`: the share of accepted requests that are kept, 0 to 1. Refusals and events of keys always are. */
  readonly sample?: { readonly ok: number; readonly random?: () => number }
  /** The most events that wait, in the log and before each sink. Default 10 000. */
  readonly maxQueue?: number
  /** Called with lost events, at most once per batch. They are also a separate event, `audit.dropped`. */
  readonly onDrop?: (loss: AuditLoss) => void
  /** Called with what sinks throw. Default: `console.error`. */
  readonly onError?: (error: unknown) => void
  /** Names this process in its events. Default: a random name. */
  readonly instance?: string
  /** How long events wait for others to go with. Default 50. */
  readonly delayMs?: number
  /** How long a sink may take for a batch of up to 1 000. Default 5 000. */
  readonly timeoutMs?: number
  /** How often a batch is tried again, at growing intervals. Default 5. */
  readonly retries?: number
  /** Also hash bodies and nonces, which costs some microseconds a request. Default `false`. */
  readonly digests?: boolean
  /** A rotated key's use is reported once in this time for each address and agent. Default 60 000; 0 reports every use. */
  readonly stragglerEveryMs?: number
  /** Default: this machine's. */
  readonly clock?: Clock
}

/** An audit log. It is also the `audit` of `createKeyring`. */
export interface AuditLog {
  /** The `audit` of `createVerifier`. */
  readonly sink: AuditSink
  /** Writes an event of a key. Never throws, never waits. */
  record(entry: AuditEntry): void
  /** Resolves when all recorded events are with the sinks, or lost. */
  flush(): Promise<void>
  /** Flushes, ends the chain, closes the sinks. What comes later is lost, and counted. */
  close(): Promise<void>
  /** How many events were lost so far, for one sink or all. */
  readonly dropped: number
  /** The hash of the last event, where there is a chain. */
  readonly head: string | undefined
  /** The written events, oldest first, from the first sink that can be read. */
  readonly read?: (options?: ReadSince) => AsyncIterable<AuditEvent>
  /** {@link incident} over what was written. */
  readonly incident?: (keyId: string, sinceMs: number) => Promise<IncidentReport>
}

/** The first 8 bytes of a SHA-256: enough to find equals, too little to be the thing itself. */
const fingerprint = (data: Uint8Array | string): string => hashText('sha256', data, 'hex').slice(0, 16)

const MOST_STRAGGLERS = 1_000
const STALLED_MS = 20

const SINKS: OptionKind = [
  (value) => Array.isArray(value) && value.length >= 1 && value.length <= 16,
  'a list of 1 to 16 sinks',
]
const KNOWN: OptionNames<AuditLogOptions> = {
  sinks: [SINKS, 2],
  chain: [(value) => typeof value === 'boolean' || MEMBERS[0](value), 'true, false or an object'],
  sample: MEMBERS,
  maxQueue: whole(1, 1_000_000),
  onDrop: FUNCTION,
  onError: FUNCTION,
  instance: [
    (value) => typeof value === 'string' && /^[A-Za-z0-9._:@-]{1,64}$/.test(value),
    '1 to 64 letters, digits or ._:@-',
  ],
  delayMs: milliseconds(0, 60_000),
  timeoutMs: milliseconds(1, 600_000),
  retries: within(0, 100),
  digests: FLAG,
  stragglerEveryMs: milliseconds(0, 86_400_000),
  clock: CLOCK,
}
const KNOWN_SAMPLE: OptionNames<NonNullable<AuditLogOptions['sample']>> = { ok: [within(0, 1), 2], random: FUNCTION }

/**
 * An audit log: takes events at once, and hands them to its sinks in the background. A sink that fails, hangs or is slow loses
 * its own events only; a request never waits for one.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options out of range; `KEY_WEAK` for a chain key of less than 32 bytes.
 * @example
 * ```ts
 * import { createAuditLog } from 'countersign/keyring'
 * import { fileSink } from 'countersign/keyring/audit-file'
 *
 * const log = createAuditLog({
 *   sinks: [fileSink({ path: '/var/log/api/audit.jsonl' })],
 *   chain: true,
 *   instance: 'api-1',
 * })
 * // createVerifier({ audit: log.sink, … }), createKeyring({ audit: log, … })
 * await log.close()
 * ```
 */
export function createAuditLog(options: AuditLogOptions): AuditLog {
  assertOptions('createAuditLog', options, KNOWN)
  const { sinks, chain: chained = false, sample = { ok: 1 }, maxQueue = 10_000, digests = false } = options
  const { instance = randomNonce().slice(0, 8), delayMs = 50, timeoutMs = 5_000, retries = 5 } = options
  const { stragglerEveryMs = 60_000, clock = { now: Date.now }, onError = console.error, onDrop } = options
  mustBe(sinks !== undefined, 'sinks', SINKS[1], sinks)
  assertOptions('createAuditLog: "sample"', sample, KNOWN_SAMPLE)
  mustBe(sample.ok !== undefined, 'sample.ok', 'a number from 0 to 1', sample.ok)
  const { ok: share, random = Math.random } = sample
  if (typeof chained === 'object') assertOptions('createAuditLog: "chain"', chained, CHAIN_NAMES)
  const chain = chained === false ? undefined : createChain(chained === true ? {} : chained)

  const queue = boundedQueue<AuditEvent>(maxQueue, RANKS)
  const stragglers = new Map<string, number>()
  let [reported, lostInSinks, afterClose] = [0, 0, 0]
  let timer: unknown
  let closing: Promise<void> | undefined
  let closed = false

  const outputs = sinks.map((sink, i): AuditOutput => {
    if (typeof sink === 'function') return { name: sink.name || `sink ${i + 1}`, write: ({ events }) => sink(events) }
    mustBe(typeof sink?.write === 'function', `sinks[${i}]`, 'a function or an output with write()', sink)
    return sink
  })
  const lanes = outputs.map((output, i) =>
    openLane(output, {
      name: output.name ?? `sink ${i + 1}`,
      ...{ maxQueue, timeoutMs, retries },
      onLost: (count, name) => {
        lostInSinks += count
        lost(count, name)
      },
      onError: (error) => ignoreErrors(() => onError(error)),
    }),
  )

  const lost = (count: number, sink: string | undefined): void => {
    ignoreErrors(() => onDrop?.({ count, sink }))
    if (closed) return
    record({ event: 'audit.dropped', outcome: 'error', data: defined({ count, sink }) })
  }
  const push = (event: AuditEvent): void => {
    if (closed) {
      afterClose++
      return
    }
    queue.push(event, rankOf(event))
    schedule()
  }
  const record = (entry: AuditEntry): void => ignoreErrors(() => push(eventOf(entry, clock.now())))
  const stamped = (event: AuditEvent): Written => {
    const named: AuditEvent = {
      ...event,
      instance,
      ...(event.event === 'auth.ok' && share < 1 ? { sample: share } : undefined),
    }
    return { event: chain === undefined ? named : chain.link(named), line: undefined }
  }

  /** Hands over what waits. While no sink has time it stays in the queue: what is let go there leaves no hole in a chain. */
  const pump = (evenIfBusy: boolean): void => {
    const free = lanes.reduce((most, lane) => Math.max(most, maxQueue - lane.waiting), 0)
    if (!evenIfBusy && lanes.every(({ waiting }) => waiting > 0)) return
    const events = queue.take(evenIfBusy ? maxQueue : free).map(stamped)
    if (events.length > 0) for (const lane of lanes) lane.offer(events)
    if (queue.dropped === reported) return
    const count = queue.dropped - reported
    reported = queue.dropped
    lost(count, undefined)
  }
  const schedule = (waitMs = delayMs): void => {
    if (timer !== undefined || closed) return
    timer = setTimeout(() => {
      timer = undefined
      ignoreErrors(() => pump(false))
      // No sink had room.
      if (queue.size > 0) schedule(Math.max(delayMs, STALLED_MS))
    }, waitMs)
    unref(timer)
  }
  const drain = async (member: 'flush' | 'close'): Promise<void> => {
    let patient = lanes
    const settle = async (): Promise<void> => {
      const settled = await Promise.all(patient.map((lane) => lane.settle()))
      patient = patient.filter((_, i) => settled[i] === true)
    }
    await settle()
    // Twice: a loss is itself an event.
    for (let round = 0; round < 2 && queue.size > 0; round++) {
      pump(true)
      await settle()
    }
    await Promise.all(lanes.map((lane) => lane.finish(member)))
  }

  /** A rotated key in use, unless this address and agent were just reported. */
  const straggler = (event: AuditEvent, nowMs: number): void => {
    const who = `${event.keyId} ${event.clientIp} ${event.userAgent}`
    const before = stragglers.get(who)
    if (before !== undefined && nowMs - before < stragglerEveryMs) return
    stragglers.delete(who)
    if (stragglers.size >= MOST_STRAGGLERS) stragglers.delete(stragglers.keys().next().value as string)
    stragglers.set(who, nowMs)
    push({ ...event, event: 'key.used.rotating' })
  }

  const read = outputs.find((output) => output.read !== undefined)
  const readBack = (options?: ReadSince): AsyncIterable<AuditEvent> => (read as Required<AuditOutput>).read(options)
  const flush = (): Promise<void> => closing ?? drain('flush')

  if (chain !== undefined) record({ event: 'audit.start' })
  return {
    sink: (event, verdict, facts) => {
      if (event.replacedBy !== undefined && event.event === 'auth.ok') straggler(event, clock.now())
      if (event.event === 'auth.ok' && share < 1 && !(random() < share)) return
      if (!digests || verdict === undefined) return push(event)
      const { body } = verdict.request
      const nonce = facts?.signature?.nonce ?? (verdict.ok ? verdict.nonce : undefined)
      push({
        ...event,
        ...(body instanceof Uint8Array ? { bodySha256: fingerprint(body) } : undefined),
        ...(nonce === undefined ? undefined : { nonceHash: fingerprint(nonce) }),
      })
    },
    record,
    flush,
    close: () => {
      closing ??= (async () => {
        await drain('flush')
        if (chain !== undefined) record({ event: 'audit.stop' })
        closed = true
        await drain('close')
        clearTimeout(timer as number)
      })()
      return closing
    },
    get dropped() {
      return queue.dropped + lostInSinks + afterClose
    },
    get head() {
      return chain?.head
    },
    ...(read !== undefined && {
      read: readBack,
      incident: async (keyId: string, sinceMs: number) => {
        await flush()
        return incident(readBack(), keyId, sinceMs)
      },
    }),
  }
}
