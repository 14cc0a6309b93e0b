import { isKeyId } from '../../crypto/key.js'
import { isInteger } from '../../errors.js'
import type { FileLockOptions } from '../../support/node/file-lock.js'
import type { KeyUsage, StoredKey } from '../record/key-record.js'
import type { RevocationMarks } from '../record/revocation-marks.js'
import { parseStoredKey, parseUsage } from '../record/stored-key.js'
import { FileCache, jsonOf, linesOf } from './file-cache.js'
import { changeFile, guarded } from './file-change.js'

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
  if (!isInteger(seq, 0)) return undefined

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
  if (record === undefined || !isInteger(seq, 1)) return undefined
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

export type FileUsage = ReadonlyMap<string, KeyUsage>

export function usageBody(usage: FileUsage): string {
  let body = ''
  for (const [id, one] of usage) body += `${JSON.stringify([id, one])}\n`
  return body
}

/** The content of a body, or `undefined`: every line is the very one that would be written, and no id comes twice. */
export function parseUsages(body: string): FileUsage | undefined {
  const usage = new Map<string, KeyUsage>()
  const lines = linesOf(body)
  for (const line of lines ?? []) {
    const read = jsonOf(line)
    const [id, value] = Array.isArray(read) ? read : []
    const one = parseUsage(value)
    if (!isKeyId(id) || one === undefined || usage.has(id) || JSON.stringify([id, one]) !== line) return undefined
    usage.set(id, one)
  }
  return lines && usage
}

type Marks = ReadonlyMap<string, number>

/** Marks in a file: one line per id, with the time of its revocation. */
export interface FileRevocations extends RevocationMarks {
  marked(ids: readonly string[]): Marks
  mark(revoked: Marks): void
}

function marksBody(marks: Marks): string {
  let body = ''
  for (const entry of marks) body += `${JSON.stringify(entry)}\n`
  return body
}

/** The content of a body, or `undefined`: every line is the very one that would be written, and no id comes twice. */
function parseMarks(body: string): Marks | undefined {
  const marks = new Map<string, number>()
  const lines = linesOf(body)
  for (const line of lines ?? []) {
    const read = jsonOf(line)
    const [id, atMs] = Array.isArray(read) ? read : []
    if (!isKeyId(id) || !Number.isSafeInteger(atMs) || marks.has(id) || JSON.stringify([id, atMs]) !== line)
      return undefined
    marks.set(id, atMs)
  }
  return lines && marks
}

/** Marks in the file of that very path; the path has been resolved. */
export function revocationsAt(path: string, lock: Required<FileLockOptions>, maxBytes: number): FileRevocations {
  const cache = new FileCache<Marks>({ path, maxBytes, title: 'revoked', parse: parseMarks, print: marksBody })
  const read = (): Marks => guarded(path, () => cache.read()) ?? new Map()
  return {
    marked: (ids) => {
      const marks = read()
      return new Map(ids.flatMap((id) => (marks.has(id) ? [[id, marks.get(id) as number] as const] : [])))
    },
    mark: (revoked) => {
      const marks = read()
      if ([...revoked.keys()].every((id) => marks.has(id))) return
      // The first time stands.
      changeFile(path, lock, cache, (held) => new Map([...revoked, ...(held ?? [])]))
    },
  }
}
