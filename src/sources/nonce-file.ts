/** Increasing nonces for several processes that share a key: `countersign/client/nonce-file`. */

import { readFileSync, rmSync } from 'node:fs'
import { isKeyId } from '../crypto/key.js'
import { assertOptions, fail, isCountersignError, type OptionNames } from '../errors.js'
import { type FileLockOptions, withFileLock } from '../support/node/file-lock.js'
import { replaceFile } from '../support/node/private-file.js'
import type { NonceStore } from './increasing-nonces.js'
import { type Marks, markOf, marksText, parseMarks } from './nonce-marks.js'

const KNOWN: OptionNames<FileLockOptions> = { waitMs: 1, staleMs: 1 }

/**
 * The highest nonce of each key in a file, for {@link increasingNonces} in any number of processes of one machine: no nonce
 * is handed out twice, and each process's increase. Every nonce takes the lock beside the file, is written and synced to
 * disk before it is returned, and so takes about as long as a disk needs for that.
 *
 * Two processes may still send in another order than they drew: at exchanges that have one (Kraken), a nonce window of the key
 * forgives that. The file is no secret, and readable by its owner only. A file that is not as this function writes it is
 * refused and left as it is; delete it only when the clock is right, because nonces then start from the clock.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for bad options. The store throws `CONFIG_INVALID` for a file of something else,
 *   `STORE_UNAVAILABLE` where the lock is not free in time or the file system refuses.
 * @example
 * ```ts
 * import { increasingNonces } from 'countersign/client'
 * import { fileNonceStore } from 'countersign/client/nonce-file'
 * import { kraken } from 'countersign/exchange/kraken'
 *
 * const nonces = increasingNonces({ unit: 'ms', store: fileNonceStore('/var/lib/bot/kraken.nonces') })
 * const signer = kraken({ apiKey: 'key', secret: 'c2VjcmV0IQ==', nonces })
 * ```
 */
export function fileNonceStore(path: string, options: FileLockOptions = {}): Required<NonceStore> {
  if (typeof path !== 'string' || path === '') fail('CONFIG_INVALID', '"path" must be the path of a file')
  assertOptions('fileNonceStore', options, KNOWN)
  const { waitMs = 5_000, staleMs = 10_000 } = options
  for (const [name, value] of Object.entries({ waitMs, staleMs }))
    if (!(value >= 1 && value <= 600_000)) fail('CONFIG_INVALID', `"${name}" must be 1 to 600000 milliseconds`)

  const tempOf = (token: string): string => `${path}.${token}.tmp`

  /** Changes the marks in one step. A holder that was suspended for so long that its lock was taken starts over. */
  const change = (step: (marks: Marks) => bigint): bigint => {
    for (;;) {
      const done = guarded(path, () =>
        withFileLock(
          `${path}.lock`,
          { waitMs, staleMs },
          (lock) => {
            const marks = read(path)
            const answer = step(marks)
            return replaceFile(path, tempOf(lock.token), marksText(marks), lock.isMine) ? answer : undefined
          },
          (token) => rmSync(tempOf(token), { force: true }),
        ),
      )
      if (done !== undefined) return done
    }
  }

  return {
    read: (keyId) => guarded(path, () => read(path).get(keyId)?.toString()),
    write: (keyId, mark) => {
      const wanted = asked(keyId, mark)
      change((marks) => raise(marks, keyId, (marks.get(keyId) ?? -1n) < wanted ? wanted : (marks.get(keyId) as bigint)))
    },
    advance: (keyId, atLeast) => {
      const wanted = asked(keyId, atLeast)
      return change((marks) => {
        const next = (marks.get(keyId) ?? -1n) + 1n
        return raise(marks, keyId, next > wanted ? next : wanted)
      }).toString()
    },
  }
}

function raise(marks: Marks, keyId: string, mark: bigint): bigint {
  marks.set(keyId, mark)
  return mark
}

function asked(keyId: string, text: string): bigint {
  const mark = markOf(text)
  if (mark !== undefined && isKeyId(keyId)) return mark
  fail('ARGUMENT_INVALID', '"keyId" must be a key id, and "nonce" decimal digits')
}

/** The file system's error is kept as the cause. */
function guarded<T>(path: string, act: () => T): T {
  try {
    return act()
  } catch (cause) {
    if (isCountersignError(cause)) throw cause
    const { code } = cause as NodeJS.ErrnoException
    fail('STORE_UNAVAILABLE', `"${path}" is not readable and writable: got ${code}`, {
      cause,
    })
  }
}

/** The marks of the file, of which there are none yet where it does not exist. */
function read(path: string): Marks {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map()
    throw error
  }
  return (
    parseMarks(text) ??
    fail(
      'CONFIG_INVALID',
      `"${path}" must be a file that fileNonceStore() wrote, got something else; it is left as it is`,
    )
  )
}
