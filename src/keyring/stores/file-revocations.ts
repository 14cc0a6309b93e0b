import { isKeyId } from '../../crypto/key.js'
import type { FileLockOptions } from '../../support/node/file-lock.js'
import type { RevocationMarks } from '../change/revocation-marks.js'
import { FileCache } from './file-cache.js'
import { changeFile, guarded } from './file-change.js'
import { jsonOf, linesOf } from './file-frame.js'

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
