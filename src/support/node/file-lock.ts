import { closeSync, fstatSync, linkSync, openSync, readdirSync, readSync, rmSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fail } from '../../errors.js'

/** How long to wait for a lock, and when it counts as left behind. */
export interface FileLockOptions {
  /** How long a call may block for the lock. Default 5 000. */
  readonly waitMs?: number
  /** After this long a lock is taken from its holder, alive or not; holding one takes milliseconds. Default 10 000. */
  readonly staleMs?: number
}

/** A lock that is held. */
export interface FileLock {
  /** Different for every lock. */
  readonly token: string
  /** False where it was taken away, because its holder stood still for so long. */
  isMine(): boolean
}

interface Holder {
  readonly text: string
  readonly ageMs: number
}

const MAX_BYTES = 512
const HOLDER = /^(\d{1,10}) (\S+) ([\w-]{22})\n$/
const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | undefined)?.code

/** Blocks this thread. Locks are held for milliseconds, and the callers are synchronous. */
const sleep = (milliseconds: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}

/** The holder of a lock; `undefined` without one. */
function holderOf(path: string): Holder | undefined {
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

/** A process id proves nothing about another machine's or container's processes; there only age counts. */
function isGone({ text, ageMs }: Holder): boolean {
  const [, pid, host] = HOLDER.exec(text) ?? []
  if (pid === undefined || host !== hostname()) return false
  // A container starts again with the same name and the same process ids: what is older than this process is not its own.
  if (Number(pid) === process.pid) return ageMs > process.uptime() * 1_000 + 1_000
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return codeOf(error) === 'ESRCH'
  }
}

/** Writes a file that must not be there: O_EXCL. */
function writeNew(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    writeSync(file, text)
  } finally {
    closeSync(file)
  }
}

// FAT and some network file systems know no second name for a file. Windows says EPERM while a deleted file is still open.
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

/**
 * Creates a lock, unless it is there, which no two processes do at once. It appears with its text in it, as a second name of
 * `draft`: a process that is killed between creating and writing a file would leave one whose holder cannot be found dead.
 */
function create(path: string, draft: string, text: string): boolean {
  try {
    try {
      linkSync(draft, path)
    } catch (error) {
      if (!NO_LINKS.has(codeOf(error) ?? '')) throw error
      writeNew(path, text)
    }
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST' || (codeOf(error) === 'EPERM' && process.platform === 'win32')) return false
    throw error
  }
}

const isLeft = (holder: Holder, staleMs: number): boolean => holder.ageMs > staleMs || isGone(holder)
const tokenOf = (text: string): string | undefined => HOLDER.exec(text)?.[3]

/**
 * Takes a lock away that was left behind. Several may see that at once, and the second must not remove what the first has
 * put in its place: so each lock that is left has one lock for removing it, named by its token, and under that the holder is
 * looked at again. The remover may have been killed as well; its lock is taken away in the same manner.
 */
function clear(path: string, seen: string, draft: string, text: string, staleMs: number): boolean {
  const token = tokenOf(seen)
  const guard = token === undefined ? `${path}.clear` : `${path}.${token}.clear`
  if (!create(guard, draft, text)) {
    const clearing = holderOf(guard)
    if (clearing !== undefined && isLeft(clearing, staleMs)) clear(guard, clearing.text, draft, text, staleMs)
    return false
  }
  try {
    if (holderOf(path)?.text !== seen) return false
    rmSync(path, { force: true })
    return true
  } finally {
    rmSync(guard, { force: true })
  }
}

/** Paths this process has locked before. */
const known = new Set<string>()

/** Removes what those have left who were killed while they asked for the lock, or while they took one away. */
function sweep(path: string, draft: string, text: string): void {
  const prefix = `${basename(path)}.`
  for (const name of readdirSync(dirname(path))) {
    const [, kind] =
      (name.startsWith(prefix) && /^[\w-]{22}[\w.-]*\.(new|clear)$/.exec(name.slice(prefix.length))) || []
    if (kind === undefined) continue
    const left = join(dirname(path), name)
    const holder = holderOf(left)
    // One that was cut short names no holder; waiting for a lock takes ten minutes at most.
    if (holder === undefined || !isLeft(holder, HOUR)) continue
    if (kind === 'new') rmSync(left, { force: true })
    else clear(left, holder.text, draft, text, HOUR)
  }
}

const HOUR = 3_600_000

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
  const token = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url')
  const text = `${process.pid} ${hostname()} ${token}\n`
  const draft = `${path}.${token}.new`
  const until = performance.now() + waitMs
  let dirty = !known.has(path)
  let held = false
  const isMine = (): boolean => holderOf(path)?.text === text
  try {
    try {
      writeNew(draft, text)
      for (;;) {
        held = create(path, draft, text)
        if (held) break
        const holder = holderOf(path)
        if (holder !== undefined && isLeft(holder, staleMs)) {
          dirty = true
          // While the lock still stands: a process that is killed here leaves the rest to the next.
          const left = tokenOf(holder.text)
          if (left !== undefined) onStale(left)
          if (clear(path, holder.text, draft, text, staleMs)) continue
        }
        if (performance.now() > until) {
          fail('STORE_UNAVAILABLE', `"${path}" is still locked after ${waitMs} ms`)
        }
        // Not all at the same moment again.
        sleep(1 + Math.random() * 5)
      }
      known.add(path)
      if (dirty) sweep(path, draft, text)
    } finally {
      rmSync(draft, { force: true })
    }
    return job({ token, isMine })
  } finally {
    if (held && isMine()) rmSync(path, { force: true })
  }
}
