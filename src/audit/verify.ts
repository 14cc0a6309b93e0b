import type { Secret } from '../crypto/secret.js'
import { assertOptions, mustBe, type OptionKind, type OptionNames } from '../errors.js'
import type { AuditEvent } from '../server/audit-event.js'
import { FLAG } from '../support/option-kinds.js'
import { CHAIN_KEY, chainHasher, isHead } from './chain.js'
import { auditLine, parseAuditLine } from './event.js'

/**
 * - `altered` a line is not the one that was written, or the one before it is not
 * - `missing` events were taken out before this line
 * - `reordered` a line stands in another place than it was written to, or twice
 * - `truncated start` a chain begins in the middle: what came before is gone, or is in an older file
 * - `cut tail` a head that was remembered is nowhere
 * - `foreign` a line that belongs to no chain
 */
export type ChainProblem = 'altered' | 'missing' | 'reordered' | 'truncated start' | 'cut tail' | 'foreign'

/** One chain that was read: its process, its first and last number, and how it ended. */
export interface ChainSummary {
  /** The process that wrote the chain, where it has a name. */
  readonly instance: string | undefined
  /** The id of the chain. */
  readonly chain: string
  /** The number of its first event that was read. */
  readonly firstSeq: number
  /** The number of its last event that was read. */
  readonly lastSeq: number
  /** Keep it somewhere else: given as `expectedHead` later, it shows that nothing before it was cut off. */
  readonly head: string
  /** True where the log was closed in order; otherwise its process runs, was killed, or its last events are gone. */
  readonly closed: boolean
}

/** The result of {@link verifyAuditChain}: whether the chains are whole, and the first place where one is not. */
export interface ChainReport {
  /** True where nothing is missing and nothing was changed. */
  readonly ok: boolean
  /** Lines read until the end or the first broken place. */
  readonly lines: number
  /** What was found of each chain. */
  readonly chains: readonly ChainSummary[]
  /** The first broken place; line 0 is none in particular. */
  readonly broken?: { readonly line: number; readonly problem: ChainProblem; readonly detail: string }
}

/** Options of {@link verifyAuditChain}: the key of the chain, and heads that must be in it. */
export interface VerifyChainOptions {
  /** The key of a keyed chain. */
  readonly key?: Uint8Array | Secret | undefined
  /** Heads that were kept elsewhere; each must be there. */
  readonly expectedHead?: string | readonly string[] | undefined
  /** Old files were deleted on purpose: chains may begin in the middle. */
  readonly allowTruncatedStart?: boolean
}

interface Seen {
  readonly instance: string | undefined
  readonly firstSeq: number
  lastSeq: number
  head: string
  closed: boolean
}

// Each restart begins a chain.
const MOST_CHAINS = 100_000
const MOST_HEADS = 100_000
const LOOK_AHEAD = 10_000

const HEADS: OptionKind = [
  (value) => typeof value === 'string' || (Array.isArray(value) && value.every((one) => typeof one === 'string')),
  'a head or a list of them',
]
const KNOWN: OptionNames<VerifyChainOptions> = { key: CHAIN_KEY, expectedHead: HEADS, allowTruncatedStart: FLAG }

/**
 * Checks chains of audit events, of any number of processes in one stream: every event is the one that was written, and in its
 * chain none is missing. Between chains no order is promised. Reads each line once and keeps none.
 *
 * What it cannot find out: whether the end of a chain was cut off (unless `expectedHead` or the anchor of a later chain remembers
 * it), whether a whole chain is gone, and, without a key, whether everything was computed anew.
 *
 * @param lines lines without line ends, oldest first (`readAuditLines`), or events that were kept in a database
 * @throws {CountersignError} `KEY_WEAK` for a key of less than 32 bytes.
 * @example
 * ```ts
 * import { verifyAuditChain } from 'countersign/keyring'
 * import { readAuditLines } from 'countersign/keyring/audit-file'
 *
 * const report = await verifyAuditChain(readAuditLines('/var/log/api/audit.jsonl'))
 * if (!report.ok) console.error(`line ${report.broken?.line}: ${report.broken?.problem}`)
 * ```
 */
export async function verifyAuditChain(
  lines: AsyncIterable<string | AuditEvent> | Iterable<string | AuditEvent>,
  options: VerifyChainOptions = {},
): Promise<ChainReport> {
  assertOptions('verifyAuditChain', options, KNOWN)
  const { key, expectedHead = [], allowTruncatedStart = false } = options
  const isList = Symbol.asyncIterator in Object(lines) || Symbol.iterator in Object(lines)
  mustBe(isList && typeof lines !== 'string', 'lines', 'a list of lines, or what reads them one by one', lines)
  const hashOf = chainHasher(key)
  const chains = new Map<string, Seen>()
  const expected = new Set(typeof expectedHead === 'string' ? [expectedHead] : expectedHead)
  const heads = new Set<string>()
  let line = 0
  let gap: { readonly line: number; readonly chain: string; readonly seq: number } | undefined

  const report = (problem?: ChainProblem, detail = '', at = line): ChainReport => ({
    ok: problem === undefined,
    lines: line,
    chains: [...chains].map(([chain, seen]) => ({ chain, ...seen })),
    ...(problem !== undefined && { broken: { line: at, problem, detail } }),
  })
  const gone = (found: NonNullable<typeof gap>): ChainReport =>
    report('missing', `event ${found.seq} of its chain is not there`, found.line)

  for await (const given of lines) {
    line++
    const event = typeof given === 'string' ? exactEvent(given) : given
    if (gap !== undefined) {
      if (event?.chain === gap.chain && event.seq === gap.seq)
        return report('reordered', `event ${gap.seq} of its chain stands on line ${line}`, gap.line)
      if (line - gap.line > LOOK_AHEAD) return gone(gap)
      continue
    }
    if (event === undefined) return report('altered', 'the line is not as an event is written')
    const { chain, seq, prev, hash } = event
    if (hash === undefined && chain === undefined) return report('foreign', 'the event belongs to no chain')
    if (typeof chain !== 'string' || !Number.isSafeInteger(seq) || typeof prev !== 'string' || !isHead(hash))
      return report('altered', 'the event does not state its place in a chain')
    if (hashOf(prev, event) !== hash) return report('altered', 'the hash is not the one of the event')
    const seen = chains.get(chain)
    const place = seq as number
    if (seen === undefined) {
      if (chains.size >= MOST_CHAINS) return report('foreign', `more than ${MOST_CHAINS} chains`)
      if (place !== 1 && !allowTruncatedStart) return report('truncated start', `a chain begins with event ${place}`)
      if ((place === 1) !== (prev === '')) return report('altered', 'the event does not fit the start of a chain')
      const anchor = place === 1 ? event.data?.['anchor'] : undefined
      if (anchor !== undefined && !heads.has(String(anchor)) && !allowTruncatedStart)
        return report(chains.size === 0 ? 'truncated start' : 'missing', 'the chain before this one is not there')
      chains.set(chain, { instance: event.instance, firstSeq: place, lastSeq: place, head: hash, closed: false })
    } else {
      if (place <= seen.lastSeq) return report('reordered', `event ${place} of its chain comes after ${seen.lastSeq}`)
      if (place > seen.lastSeq + 1) {
        gap = { line, chain, seq: seen.lastSeq + 1 }
        continue
      }
      if (prev !== seen.head) return report('altered', 'the event before this one is not the one that was written')
      seen.lastSeq = place
      seen.head = hash
      seen.closed = event.event === 'audit.stop'
    }
    expected.delete(hash)
    heads.add(hash)
    if (heads.size > MOST_HEADS) heads.delete(heads.values().next().value as string)
  }
  if (gap !== undefined) return gone(gap)
  if (expected.size > 0) return report('cut tail', 'a head that was remembered is not there', 0)
  return report()
}

/** The event of a line that is written exactly as {@link auditLine} writes it: no second spelling of the same event. */
function exactEvent(line: string): AuditEvent | undefined {
  const event = parseAuditLine(line)
  return event !== undefined && auditLine(event) === line ? event : undefined
}
