import { type FileHandle, open } from 'node:fs/promises'
import { CountersignError, mustBe, type OptionKind } from '../errors.js'
import type { AuditEvent } from '../server/audit-event.js'
import { isHead } from './chain.js'
import { LONGEST_LINE, parseAuditLine } from './event.js'

/** Options of readers of audit files: how much is read, and from when on. */
export interface ReadAuditOptions {
  /** The most bytes to read; older files are left out where it is more. Default 4 GiB. */
  readonly maxBytes?: number
  /**
   * Only events from this time on, in milliseconds since the epoch, and a day before it: what was written earlier is not read. Events
   * of several processes may stand in the wrong order for a while.
   */
  readonly sinceMs?: number
}

/** Events of files, oldest first, each time anew. */
export interface AuditFileReader extends AsyncIterable<AuditEvent> {
  /** Lines of the last reading that were no events; they are passed over. */
  readonly corrupt: number
  /** Older files that were left out of the last reading. */
  readonly skipped: number
}

const MOST_FILES = 1_000
const CHUNK = 65_536
const DEFAULT_MAX_BYTES = 4 * 2 ** 30

/** What names a file. */
export const PATH: OptionKind = [(value) => typeof value === 'string' && value !== '', 'the path of a file']

interface Opened {
  readonly handle: FileHandle
  readonly size: number
}

/** The error of the file system as one of the library; the original is its cause. */
export const unavailable = (path: string, cause: unknown): CountersignError =>
  new CountersignError(
    'STORE_UNAVAILABLE',
    `"${path}" must be a file that can be read and written, got ${(cause as NodeJS.ErrnoException).code ?? 'an error'}`,
    { cause },
  )

/**
 * Opens a log and its rotated files, newest first: a rotation meanwhile then shows a file twice, which is seen, and hides none.
 * Returned oldest first.
 */
async function openAll(
  path: string,
  maxBytes: number = DEFAULT_MAX_BYTES,
): Promise<{ readonly files: Opened[]; readonly skipped: number }> {
  const files: Opened[] = []
  const seen = new Set<string>()
  let [total, skipped] = [0, 0]
  for (let i = 0; i < MOST_FILES; i++) {
    let handle: FileHandle
    try {
      handle = await open(i === 0 ? path : `${path}.${i}`, 'r')
    } catch (cause) {
      // Right after a rotation there is no current file.
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
        if (i === 0) continue
        break
      }
      await closeAll(files)
      throw unavailable(path, cause)
    }
    const { dev, ino, size } = await handle.stat({ bigint: true })
    const known = seen.has(`${dev} ${ino}`)
    seen.add(`${dev} ${ino}`)
    const fits = total + Number(size) <= maxBytes
    if (known || skipped > 0 || !fits) {
      await handle.close()
      if (!known) skipped++
      continue
    }
    total += Number(size)
    files.push({ handle, size: Number(size) })
  }
  return { files: files.reverse(), skipped }
}

const closeAll = async (files: readonly Opened[]): Promise<void> => {
  for (const { handle } of files) await handle.close().catch(() => {})
}

/**
 * The lines of a file up to the size it had. A line that is too long is cut, and so parses as none. An empty one is no line: a
 * writer that opens the file while another one's line is half visible ends that line once more.
 */
async function* linesOf({ handle, size, from = 0 }: Opened & { readonly from?: number }): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const buffer = Buffer.alloc(CHUNK)
  let rest = ''
  for (let at = from; at < size; ) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(CHUNK, size - at), at)
    if (bytesRead === 0) break
    at += bytesRead
    const pieces = decoder.decode(buffer.subarray(0, bytesRead), { stream: true }).split('\n')
    rest = joined(rest, pieces.shift() as string)
    for (const piece of pieces) {
      if (rest !== '') yield rest
      rest = joined('', piece)
    }
  }
  rest = joined(rest, decoder.decode())
  if (rest !== '') yield rest
}

/** Two characters past the longest line are enough to see that it is too long. */
const joined = (rest: string, piece: string): string =>
  rest.length > LONGEST_LINE ? rest : (rest + piece).slice(0, LONGEST_LINE + 2)

/**
 * The lines of a log and its rotated files (`path`, `path.1` …), oldest first, without line ends: what `verifyAuditChain` takes.
 * Each file is read up to the size it had when reading began.
 *
 * @throws {CountersignError} `STORE_UNAVAILABLE` for a file that is there and cannot be read.
 * @example
 * ```ts
 * import { readAuditLines } from 'countersign/keyring/audit-file'
 *
 * for await (const line of readAuditLines('/var/log/api/audit.jsonl')) console.log(line.length)
 * ```
 */
export async function* readAuditLines(path: string, options: ReadAuditOptions = {}): AsyncGenerator<string> {
  yield* linesOfAll((await openAll(path, options.maxBytes)).files, path, options.sinceMs)
}

/** So much later may an event stand in the log than one that is younger. */
const DISORDER_MS = 86_400_000

/** The time of the first whole line behind a place of a file, and where that line begins. */
async function timeAt(
  { handle, size }: Opened,
  from: number,
): Promise<{ readonly at: number; readonly time: string } | undefined> {
  const buffer = Buffer.alloc(Math.min(2 * LONGEST_LINE, size - from))
  // What is not filled holds no line end.
  await handle.read(buffer, { position: from })
  let start = from === 0 ? 0 : buffer.indexOf(10) + 1
  if (from > 0 && start === 0) return undefined
  for (let end = buffer.indexOf(10, start); end !== -1; end = buffer.indexOf(10, start)) {
    const time = parseAuditLine(buffer.toString('utf8', start, end))?.time
    if (time) return { at: from + start, time }
    start = end + 1
  }
  return undefined
}

/** Where a file is to be read from so that nothing of a time and after it is missed: halving, as its lines are in order of time. */
async function placeOf(file: Opened, since: string): Promise<number> {
  let [low, high] = [0, file.size]
  while (high - low > CHUNK) {
    const middle = low + Math.floor((high - low) / 2)
    const found = await timeAt(file, middle)
    // Where there is no time to be seen, more is read rather than less.
    if (found !== undefined && found.at < high && found.time < since) low = found.at
    else high = middle
  }
  return low
}

/** The files that hold a time and what came after it, the first of them from its place on. */
async function filesSince(files: readonly Opened[], sinceMs: number): Promise<readonly (Opened & { from: number })[]> {
  const since = new Date(Math.max(0, sinceMs - DISORDER_MS)).toISOString()
  const kept: (Opened & { from: number })[] = []
  for (const file of files.toReversed()) {
    const first = await timeAt(file, 0)
    const isOlder = first !== undefined && first.time < since
    kept.unshift({ ...file, from: isOlder ? await placeOf(file, since) : 0 })
    if (isOlder) break
  }
  return kept
}

async function* linesOfAll(files: readonly Opened[], path: string, sinceMs?: number): AsyncGenerator<string> {
  try {
    const wanted = sinceMs === undefined ? files : await filesSince(files, sinceMs)
    for (const file of wanted) yield* linesOf(file)
  } catch (cause) {
    throw unavailable(path, cause)
  } finally {
    await closeAll(files)
  }
}

/**
 * The events of a log and its rotated files, oldest first: what `incident` takes. Lines that are no events are counted.
 *
 * @throws {CountersignError} `STORE_UNAVAILABLE`, while reading, for a file that is there and cannot be read.
 * @example
 * ```ts
 * import { incident } from 'countersign/keyring'
 * import { readAuditFiles } from 'countersign/keyring/audit-file'
 *
 * const since = Date.now() - 7 * 86_400_000
 * const report = await incident(readAuditFiles('/var/log/api/audit.jsonl'), 'acmek_live_3fQm1Zx9TtYwK8bLr0Vu', since)
 * ```
 */
export function readAuditFiles(path: string, options: ReadAuditOptions = {}): AuditFileReader {
  let [corrupt, skipped] = [0, 0]
  return {
    get corrupt() {
      return corrupt
    },
    get skipped() {
      return skipped
    },
    async *[Symbol.asyncIterator]() {
      corrupt = 0
      const opened = await openAll(path, options.maxBytes)
      skipped = opened.skipped
      for await (const line of linesOfAll(opened.files, path, options.sinceMs)) {
        const event = parseAuditLine(line)
        if (event === undefined) corrupt++
        else yield event
      }
    },
  }
}

/**
 * The hash of the last chained event of a log: the `anchor` of the next chain, or the `expectedHead` of a later check when it is
 * kept elsewhere. `undefined` where there is none.
 *
 * @throws {CountersignError} `STORE_UNAVAILABLE` for a file that is there and cannot be read, `CONFIG_INVALID` for what is no path.
 * @example
 * ```ts
 * import { createAuditLog } from 'countersign/keyring'
 * import { auditHead, fileSink } from 'countersign/keyring/audit-file'
 *
 * const path = '/var/log/api/audit.jsonl'
 * const log = createAuditLog({ sinks: [fileSink({ path })], chain: { anchor: await auditHead(path) } })
 * ```
 */
export async function auditHead(path: string): Promise<string | undefined> {
  mustBe(PATH[0](path), 'path', PATH[1], path, 'CONFIG_INVALID', 'auditHead: ')
  const { files } = await openAll(path, Number.POSITIVE_INFINITY)
  try {
    for (const { handle, size } of files.reverse()) {
      const from = Math.max(0, size - 4 * LONGEST_LINE)
      const bytes = Buffer.alloc(size - from)
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, from)
      const lines = bytes.toString('latin1', 0, bytesRead).split('\n')
      for (const line of lines.reverse()) {
        const hash = parseAuditLine(line)?.hash
        if (isHead(hash)) return hash
      }
    }
    return undefined
  } catch (cause) {
    throw unavailable(path, cause)
  } finally {
    await closeAll(files)
  }
}
