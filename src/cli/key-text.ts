import type { KeyInfo } from '../keyring/record/key-view.js'
import { endsAtMs } from '../keyring/record/key-view.js'
import { shortDuration } from './durations.js'
import { oneLine } from './screen.js'
import { table } from './table.js'

const ends = (key: KeyInfo): number | undefined => endsAtMs(key as unknown as Parameters<typeof endsAtMs>[0])

/** In so long, or so long ago. */
function relative(moment: number | undefined, nowMs: number, never: string): string {
  if (moment === undefined) return never
  const distance = moment - nowMs
  return distance >= 0 ? `in ${shortDuration(distance)}` : `${shortDuration(-distance)} ago`
}

/** A page of keys as a table. */
export function keyTable(keys: readonly KeyInfo[], nowMs: number): string {
  if (keys.length === 0) return 'no keys\n'
  const rows = keys.map((key) => [
    key.id,
    key.state,
    key.owner,
    key.name ?? '',
    (key.scopes ?? []).join(' '),
    relative(ends(key), nowMs, 'never'),
    relative(key.usage?.lastUsedAtMs, nowMs, '-'),
  ])
  return table(['ID', 'STATE', 'OWNER', 'NAME', 'SCOPES', 'ENDS', 'USED'], rows)
}

/** Members of a record that are moments. */
const MOMENT = /AtMs$|UntilMs$|SinceMs$|BeforeMs$/
const DURATION = /(?:Idle|Every)Ms$/

function shown(name: string, value: unknown): string {
  if (typeof value === 'number' && MOMENT.test(name)) return new Date(value).toISOString()
  if (typeof value === 'number' && DURATION.test(name)) return shortDuration(value)
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join(', ')
  if (typeof value === 'object') return JSON.stringify(value)
  return String(value)
}

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (typeof value === 'object' && Object.keys(value).length === 0)

/** Everything that is known of a key, a line each. */
export function keyLines(key: KeyInfo): string {
  const { id, state, ...rest } = key
  const rows = Object.entries({ id, state, ...rest }).filter(([, value]) => !isEmpty(value))
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${oneLine(shown(name, value))}\n`).join('')
}
