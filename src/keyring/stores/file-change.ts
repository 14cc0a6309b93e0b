import { realpathSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { assertOptions, fail, isCountersignError, kindOf, type OptionNames } from '../../errors.js'
import { type FileLockOptions, withFileLock } from '../../support/node/file-lock.js'
import { milliseconds, whole } from '../../support/option-kinds.js'
import { type FileCache, tempOf } from './file-cache.js'

/** Options of a file of this keyring. */
export interface FileOptions extends FileLockOptions {
  /** How large a file may become; also what is read into memory at most. Default 64 MiB. */
  readonly maxBytes?: number
}

const MAX_BYTES = 64 * 1_048_576
const SPAN = milliseconds(1, 600_000)
const KNOWN: OptionNames<FileOptions> = { waitMs: SPAN, staleMs: SPAN, maxBytes: whole(4_096, 4 * MAX_BYTES) }

/** A path and options, checked and complete. */
export interface FilePlace {
  readonly path: string
  readonly lock: Required<FileLockOptions>
  readonly maxBytes: number
}

/** @throws {CountersignError} `CONFIG_INVALID` */
export function placeOfFile(where: string, path: unknown, options: FileOptions | undefined): FilePlace {
  assertOptions(where, options, KNOWN)
  if (typeof path !== 'string' || path === '' || path.includes('\0'))
    return fail(
      'CONFIG_INVALID',
      `${where}: "path" must be the path of a file, got ${kindOf(path)}${typeof Object(path).path === 'string' ? ': pass its "path" itself' : ''}`,
    )
  const { waitMs = 5_000, staleMs = 10_000, maxBytes = MAX_BYTES } = options ?? {}
  return { path: realPath(path), lock: { waitMs, staleMs }, maxBytes }
}

/** Two names of one file must lead to one lock. */
function realPath(path: string): string {
  for (const real of [() => realpathSync(path), () => join(realpathSync(dirname(path)), basename(path))]) {
    try {
      return real()
    } catch {
      // Not there yet. What is wrong with it is reported when it is used.
    }
  }
  return path
}

/** Changes a file in one step. A holder that was suspended for so long that its lock was taken starts over. */
export function changeFile<T>(
  path: string,
  lock: Required<FileLockOptions>,
  file: FileCache<T>,
  step: (held: T | undefined) => T,
): void {
  const tried = (): boolean =>
    withFileLock(
      `${path}.lock`,
      lock,
      (held) => file.write(step(file.read()), held),
      (token) => rmSync(tempOf(path, token), { force: true }),
    )
  for (let done = false; !done; ) done = guarded(path, tried)
}

/** The error of the file system as one of the library; the original is its cause. */
export function guarded<T>(path: string, act: () => T): T {
  try {
    return act()
  } catch (cause) {
    if (isCountersignError(cause)) throw cause
    const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? 'an unknown error'
    fail('STORE_UNAVAILABLE', `"${path}" cannot be read and written (${code})`, {
      cause,
    })
  }
}
