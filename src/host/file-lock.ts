import { closeSync, fstatSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { randomNonce } from '../crypto/random.js'
import { CountersignError } from '../errors.js'

/** How long to wait for a lock, and when it counts as left behind. */
export interface FileLockOptions {
  /** How long a call may block for the lock. Default 5 000. */
  readonly waitMs?: number
  /** After this long a lock is taken from whoever holds it, alive or not; holding one takes milliseconds. Default 10 000. */
  readonly staleMs?: number
}

/** A lock that is held. */
export interface FileLock {
  /** Different for every lock. */
  readonly token: string
  /** False where it was taken away, because its holder stood still for so long. */
  isMine(): boolean
}

const MAX_BYTES = 512
const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | undefined)?.code

/** Blocks this thread. Locks are held for milliseconds, and whoever asks wants an answer, not a promise. */
const sleep = (milliseconds: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}

/** The text of a lock file; '' where there is none, or its holder has not written it yet. */
function holderOf(path: string): { readonly text: string; readonly ageMs: number } | undefined {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
  try {
    const bytes = Buffer.alloc(MAX_BYTES)
    const text = bytes.toString('utf8', 0, readSync(file, bytes, 0, MAX_BYTES, 0))
    return { text, ageMs: Date.now() - fstatSync(file).mtimeMs }
  } finally {
    closeSync(file)
  }
}

/** A process id says nothing about another machine's or container's processes; there only age counts. */
function isGone(text: string): boolean {
  const [, pid, host] = /^(\d{1,10}) (\S+) [\w-]{22}\n$/.exec(text) ?? []
  if (pid === undefined || host !== hostname()) return false
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return codeOf(error) === 'ESRCH'
  }
}

/** Creates the file, unless it is there: O_EXCL, which no two processes win. */
function create(path: string, text: string): boolean {
  let file: number
  try {
    file = openSync(path, 'wx', 0o600)
  } catch (error) {
    // Windows says EPERM while a deleted file is still open somewhere.
    if (codeOf(error) === 'EEXIST' || (codeOf(error) === 'EPERM' && process.platform === 'win32')) return false
    throw error
  }
  try {
    writeSync(file, text)
  } finally {
    closeSync(file)
  }
  return true
}

/**
 * Takes a lock away that was left behind. Several may see that at once, and the second must not remove what the first has
 * put in its place: so there is a lock for removing, too, and under it the holder is looked at again.
 */
function clear(path: string, seen: string, staleMs: number, onStale: (token: string) => void): boolean {
  const guard = `${path}.clear`
  if (!create(guard, '')) {
    const age = ageOf(guard)
    if (age !== undefined && age > staleMs) rmSync(guard, { force: true })
    return false
  }
  try {
    if (holderOf(path)?.text !== seen) return false
    rmSync(path, { force: true })
    const [, token] = / ([\w-]{22})\n$/.exec(seen) ?? []
    if (token !== undefined) onStale(token)
    return true
  } finally {
    rmSync(guard, { force: true })
  }
}

function ageOf(path: string): number | undefined {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat && Date.now() - stat.mtimeMs
}

/**
 * Does a job while no other process does one under the same path.
 *
 * @param onStale called with the token of a lock that was left behind, before anything else happens
 * @throws {CountersignError} `STORE_UNAVAILABLE` where the lock is not free in time; and what the job throws.
 */
export function withFileLock<T>(
  path: string,
  { waitMs = 5_000, staleMs = 10_000 }: FileLockOptions,
  job: (lock: FileLock) => T,
  onStale: (token: string) => void = () => {},
): T {
  const token = randomNonce()
  const text = `${process.pid} ${hostname()} ${token}\n`
  const until = performance.now() + waitMs
  while (!create(path, text)) {
    const holder = holderOf(path)
    const left = holder !== undefined && (holder.ageMs > staleMs || isGone(holder.text))
    if (left && clear(path, holder.text, staleMs, onStale)) continue
    if (performance.now() > until)
      throw new CountersignError('STORE_UNAVAILABLE', `"${path}" expected to be free within ${waitMs} ms, it is held`)
    // Not all at the same moment again.
    sleep(1 + Math.random() * 5)
  }
  const isMine = (): boolean => holderOf(path)?.text === text
  try {
    return job({ token, isMine })
  } finally {
    if (isMine()) rmSync(path, { force: true })
  }
}
