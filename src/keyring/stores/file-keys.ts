import type { StoredKey } from '../record/key-record.js'
import { parseStoredKey } from '../record/stored-key.js'
import { jsonOf, linesOf } from './file-frame.js'

/** One record of the file, with the line it stands in. */
export interface FileEntry {
  readonly id: string
  /** The number of its last change. */
  readonly seq: number
  readonly record: StoredKey
  readonly line: string
}

/** The whole file. Entries are in the order of their ids. */
export interface FileKeys {
  /** Names the numbering of changes: another file counts on its own. */
  readonly epoch: string
  readonly seq: number
  readonly entries: readonly FileEntry[]
  readonly byId: ReadonlyMap<string, FileEntry>
}

export const entryOf = (seq: number, record: StoredKey, text: string): FileEntry => ({
  id: record.id,
  seq,
  record,
  line: `[${seq},${text}]`,
})

export const keysOf = (epoch: string, seq: number, entries: readonly FileEntry[]): FileKeys => ({
  epoch,
  seq,
  entries,
  byId: new Map(entries.map((entry) => [entry.id, entry])),
})

const firstLine = ({ epoch, seq, entries }: Pick<FileKeys, 'epoch' | 'seq' | 'entries'>): string =>
  JSON.stringify({ epoch, seq, records: entries.length })

export function keysBody(keys: FileKeys): string {
  let body = `${firstLine(keys)}\n`
  for (const { line } of keys.entries) body += `${line}\n`
  return body
}

/**
 * The content of a body, or `undefined`. Every line must be the very one that would be written: ids ascend, changes are numbered
 * below the counter and each once. Lines that are as they were in `before` are not read again.
 */
export function parseKeys(body: string, before: FileKeys | undefined): FileKeys | undefined {
  const lines = linesOf(body)
  const first = lines?.shift()
  if (lines === undefined || first === undefined) return undefined
  const { epoch, seq } = (jsonOf(first) ?? {}) as { epoch?: unknown; seq?: unknown }
  if (typeof epoch !== 'string' || !/^[\w-]{22}$/.test(epoch)) return undefined
  if (!Number.isSafeInteger(seq) || (seq as number) < 0) return undefined

  const entries: FileEntry[] = []
  const numbers = new Set<number>()
  const old = before?.entries ?? []
  let at = 0
  let lastId = ''
  for (const line of lines) {
    const known = old[at]?.line === line ? old[at] : undefined
    const entry = known ?? parseEntry(line)
    if (entry === undefined || !(entry.id > lastId) || entry.seq > (seq as number)) return undefined
    while (at < old.length && (old[at] as FileEntry).id <= entry.id) at++
    lastId = entry.id
    numbers.add(entry.seq)
    entries.push(entry)
  }
  const keys = keysOf(epoch, seq as number, entries)
  return numbers.size === entries.length && firstLine(keys) === first ? keys : undefined
}

function parseEntry(line: string): FileEntry | undefined {
  const read = jsonOf(line)
  const [seq, value] = Array.isArray(read) ? read : []
  const record = parseStoredKey(value)
  if (record === undefined || !Number.isSafeInteger(seq) || seq < 1) return undefined
  // Written anew, and not the text that was read: a piece of a text keeps all of it in memory.
  const entry = entryOf(seq, record, JSON.stringify(record))
  return entry.line === line ? entry : undefined
}

/** Where an id stands, or would. */
export function placeOf(entries: readonly FileEntry[], id: string): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((entries[middle] as FileEntry).id < id) low = middle + 1
    else high = middle
  }
  return low
}
