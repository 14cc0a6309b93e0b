/** Audit logs in files, for Node: `countersign/keyring/audit-file`. */
import { renameSync, rmSync, statSync } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { assertOptions, fail, isCountersignError, mustBe, type OptionNames } from '../errors.js'
import type { AuditEvent } from '../server/audit-event.js'
import { withFileLock } from '../support/node/file-lock.js'
import { FLAG, whole } from '../support/option-kinds.js'
import { PATH, readAuditFiles, unavailable } from './file-read.js'
import type { AuditBatch, AuditOutput, ReadSince } from './lane.js'

export {
  type AuditFileReader,
  auditHead,
  type ReadAuditOptions,
  readAuditFiles,
  readAuditLines,
} from './file-read.js'

/** Options of {@link fileSink}: where the files are, and how large and how many they become. */
export interface FileSinkOptions {
  /** The current file; full ones stand beside it with a number behind their name. */
  readonly path: string
  /** A file that would grow past it becomes `path.1`, that one `path.2` … Default 64 MiB. */
  readonly maxBytes?: number
  /** How many files there may be, with the current one; the oldest is deleted. Default 10. */
  readonly maxFiles?: number
  /** `flush` and `close` wait until the disk has it. Default `true`. */
  readonly fsync?: boolean
}

/** A sink that can be read back. */
export interface FileSink extends AuditOutput {
  flush(): Promise<void>
  /** Writes what is waiting, and closes the file. */
  close(): Promise<void>
  read(options?: ReadSince): AsyncIterable<AuditEvent>
}

interface Current {
  readonly handle: FileHandle
  readonly dev: bigint
  readonly ino: bigint
  /** True where the last line has no end: its writer was cut off. */
  torn: boolean
}

// One write each, so that lines of two processes never mix.
const CHUNK = 262_144
const NEWLINE = 0x0a

const KNOWN: OptionNames<FileSinkOptions> = {
  path: [PATH, 2],
  maxBytes: whole(1_024),
  maxFiles: whole(1, 1_000),
  fsync: FLAG,
}

/**
 * Appends events to a file, one JSON line each, and rotates it. The file is made readable by its owner only. Several processes may
 * write to one path: lines stay whole, and each notices when another one, or `logrotate`, has moved the file away.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options out of range. Writing fails with `STORE_UNAVAILABLE`; the log then
 *   tries again.
 * @example
 * ```ts
 * import { createAuditLog } from 'countersign/keyring'
 * import { fileSink } from 'countersign/keyring/audit-file'
 *
 * const log = createAuditLog({
 *   sinks: [fileSink({ path: '/var/log/api/audit.jsonl', maxBytes: 256 * 2 ** 20, maxFiles: 20 })],
 * })
 * ```
 */
export function fileSink(options: FileSinkOptions): FileSink {
  assertOptions('fileSink', options, KNOWN)
  const { path, maxBytes = 64 * 2 ** 20, maxFiles = 10, fsync = true } = options
  mustBe(path !== undefined, 'path', PATH[1], path)
  let current: Current | undefined
  /** Everything on this file happens one after the other, also what a caller no longer waits for. */
  let turn: Promise<unknown> = Promise.resolve()
  let inHand: { readonly batch: AuditBatch; readonly done: Promise<void> } | undefined
  const written = new WeakMap<AuditBatch, number>()

  const inTurn = <T>(job: () => Promise<T>): Promise<T> => {
    const done = turn.then(job, job).catch((cause: unknown) => {
      throw isCountersignError(cause) ? cause : unavailable(path, cause)
    })
    turn = done.catch(() => {})
    return done
  }

  const letGo = async (): Promise<void> => {
    const { handle } = current ?? {}
    current = undefined
    await handle?.close()
  }

  /** The file under the path, with room for so many bytes where there is any file that has it. */
  const ready = async (bytes: number): Promise<Current> => {
    for (let attempt = 0; attempt < 3; attempt++) {
      const found = await stat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined
        throw error
      })
      if (current !== undefined && (found?.ino !== current.ino || found.dev !== current.dev)) await letGo()
      current ??= await openFile(path)
      const size = found?.size ?? 0n
      if (size === 0n || Number(size) + bytes <= maxBytes || !rotate(path, current, maxFiles)) return current
      await letGo()
    }
    current ??= await openFile(path)
    return current
  }

  const append = async (batch: AuditBatch): Promise<void> => {
    const { lines } = batch
    for (let next = written.get(batch) ?? 0; next < lines.length; ) {
      let [end, length] = [next, 0]
      // The first one fits always.
      do length += (lines[end++] as string).length + 1
      while (end < lines.length && length + (lines[end] as string).length < Math.min(CHUNK, maxBytes))
      const file = await ready(length)
      // Lines are ASCII.
      const bytes = Buffer.from(`${file.torn ? '\n' : ''}${lines.slice(next, end).join('\n')}\n`, 'latin1')
      const { bytesWritten } = await file.handle.write(bytes)
      if (bytesWritten === bytes.length) next = end
      else {
        // A full disk: what is whole is not written again, and half a line gets its end.
        next += bytes.toString('latin1', file.torn ? 1 : 0, bytesWritten).split('\n').length - 1
      }
      if (bytesWritten > 0) file.torn = bytes[bytesWritten - 1] !== NEWLINE
      written.set(batch, next)
      if (bytesWritten === 0) fail('STORE_UNAVAILABLE', `"${path}" takes no more bytes`)
    }
  }

  const sync = async (): Promise<void> => {
    if (fsync) await current?.handle.datasync()
  }

  return {
    name: 'file',
    write: (batch) => {
      // The log asks again for what takes too long; it is still on its way then.
      if (inHand?.batch === batch) return inHand.done
      const done = inTurn(() => append(batch)).finally(() => {
        inHand = undefined
      })
      inHand = { batch, done }
      return done
    },
    flush: () => inTurn(sync),
    close: () =>
      inTurn(async () => {
        try {
          await sync()
        } finally {
          await letGo()
        }
      }),
    read: (since) => readAuditFiles(path, since),
  }
}

async function openFile(path: string): Promise<Current> {
  const handle = await open(path, 'a+', 0o600)
  try {
    const found = await handle.stat({ bigint: true })
    if (!found.isFile()) fail('STORE_UNAVAILABLE', `"${path}" must be a regular file`)
    const last = Buffer.alloc(1, NEWLINE)
    if (found.size > 0n) await handle.read(last, 0, 1, Number(found.size) - 1)
    return { handle, dev: found.dev, ino: found.ino, torn: last[0] !== NEWLINE }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/**
 * Moves the files on by one. Several processes may do that at once: under a lock, the one that finds the path already moved
 * leaves it. Who does not get the lock at once writes on; nothing waits for a rotation.
 */
function rotate(path: string, { ino, dev }: Current, maxFiles: number): boolean {
  try {
    withFileLock(`${path}.lock`, { waitMs: 1 }, () => {
      const found = statSync(path, { bigint: true, throwIfNoEntry: false })
      if (found?.ino !== ino || found.dev !== dev) return
      const nameOf = (i: number): string => (i === 0 ? path : `${path}.${i}`)
      rmSync(nameOf(maxFiles - 1), { force: true })
      for (let i = maxFiles - 2; i >= 0; i--) {
        if (statSync(nameOf(i), { throwIfNoEntry: false }) !== undefined) renameSync(nameOf(i), nameOf(i + 1))
      }
    })
    return true
  } catch (error) {
    if (isCountersignError(error, 'STORE_UNAVAILABLE')) return false
    throw error
  }
}
