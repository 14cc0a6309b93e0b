import { assertOptions, mustBe, type OptionNames } from '../errors.js'
import { whole } from '../support/option-kinds.js'
import type { IncidentPart, IncidentReport, IncidentUse } from './incident.js'

/** Options of the printed incident report. */
export interface PrintIncidentOptions {
  /** Rows of each table. Default 50. */
  readonly maxRows?: number
}

const WIDEST = 60
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const NOT_PRINTABLE = /[\0-\x1f\x7f-\xa0\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]/g

/** The text of a client for a screen: one line, nothing that moves the cursor or turns the writing round. */
const shown = (text: string | undefined): string => {
  const plain = (text ?? '-').replace(NOT_PRINTABLE, '?')
  return plain.length > WIDEST ? `${plain.slice(0, WIDEST - 1)}…` : plain
}

const outcomesOf = ({ outcomes }: IncidentUse): string =>
  Object.entries(outcomes)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 8)
    .map(([name, count]) => `${shown(name)} ${count}`)
    .join(', ')

function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string[] {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
}

const timesOf = ({ first, last, count }: IncidentUse): string[] => [shown(first), shown(last), String(count)]

function partLines(title: string, part: IncidentPart, maxRows: number): string[] {
  const { total, groups, networks, more } = part
  if (total === undefined) return [`${title}: none`]
  const rows = groups
    .slice(0, maxRows)
    .map((group) => [
      ...timesOf(group),
      shown(group.clientIp),
      shown(group.userAgent),
      shown(group.route),
      outcomesOf(group),
    ])
  const hidden = groups.length - rows.length
  return [
    `${title}: ${total.count}, ${shown(total.first)} to ${shown(total.last)} (${outcomesOf(total)})`,
    ...table(['first', 'last', 'count', 'address', 'user agent', 'route', 'outcomes'], rows),
    ...(hidden > 0 ? [`  … and ${hidden} more rows`] : []),
    ...(more === undefined ? [] : [`  … and ${more.count} requests in too many different ways to tell apart`]),
    `  networks: ${networks
      .slice(0, maxRows)
      .map(({ network, count }) => `${shown(network)} (${count})`)
      .join(', ')}${networks.length > maxRows ? ` … and ${networks.length - maxRows} more` : ''}`,
  ]
}

const KNOWN: OptionNames<PrintIncidentOptions> = { maxRows: whole(0) }

/**
 * A report as text for people: a table of each kind of use.
 *
 * @example
 * ```ts
 * import { type IncidentReport, printIncident } from 'countersign/keyring'
 *
 * declare const report: IncidentReport
 * console.log(printIncident(report, { maxRows: 20 }))
 * ```
 */
export function printIncident(report: IncidentReport, options: PrintIncidentOptions = {}): string {
  assertOptions('printIncident', options, KNOWN)
  mustBe(Array.isArray(report?.changes), 'report', 'what incidentReport() returns', report)
  const { maxRows = 50 } = options
  const { keyId, since, until, proven, claimed, changes, corrupt, lost, sampled } = report
  const changed = changes
    .slice(0, maxRows)
    .map(({ time, event, actor, clientIp: ip, reason, detail }) => [
      ...[shown(time), shown(event), shown(actor), shown(ip)],
      shown(reason ?? detail),
    ])
  return [
    `Key ${shown(keyId)} since ${since}${until === undefined ? '' : ` until ${until}`}`,
    ...(corrupt > 0 ? [`Not complete: ${corrupt} lines could not be read.`] : []),
    ...(lost > 0 ? [`Not complete: the log lost ${lost} events in that time.`] : []),
    ...(sampled ? ['Not complete: only a share of the accepted requests was kept.'] : []),
    '',
    ...partLines('Used (the signature was valid)', proven, maxRows),
    '',
    ...partLines('Only claimed (can be sent without the key)', claimed, maxRows),
    '',
    ...(changes.length === 0
      ? ['Changes of the key: none']
      : [`Changes of the key: ${changes.length}`, ...table(['time', 'event', 'by', 'address', 'reason'], changed)]),
    '',
  ].join('\n')
}
