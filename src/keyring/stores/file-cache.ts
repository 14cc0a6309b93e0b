import { type BigIntStats, closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { hashText } from '#backend/hash'
import { fail } from '../../errors.js'
import type { FileLock } from '../../support/node/file-lock.js'
import { replaceFile } from '../../support/node/private-file.js'

import { assertPrivate } from './file-private.js'

/** A kind of file, and how it is read and written. */
export interface FileKind<T> {
  readonly path: string
  readonly maxBytes: number
  readonly title: string
  /** `undefined` for a body that no store wrote. `before` is what the file held last. */
  parse(body: string, before: T | undefined): T | undefined
  print(value: T): string
}

/** The content of the file when it was read last. */
interface Seen<T> {
  readonly value: T
  readonly head: string
  readonly stat: BigIntStats
  /** False while the file may be replaced within the same tick of the file system's clock, and look the same. */
  settled: boolean
}

// FAT keeps two seconds, and Linux a few milliseconds. Until that has passed, the checksum is looked at as well.
const TICK_MS = 2_100

/**
 * A file in memory, for as long as the file is the same. Looking costs one `stat`: another process's change is seen by the
 * next call.
 */
export class FileCache<T> {
  readonly #kind: FileKind<T>
  #seen: Seen<T> | undefined
  /** Once there, a file that is not there is no empty store. */
  #wasThere = false

  constructor(kind: FileKind<T>) {
    this.#kind = kind
  }

  /** The content of the file; `undefined` where there is none yet. A file that was there and is gone is an error. */
  read(): T | undefined {
    const { path } = this.#kind
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
    const seen = this.#seen
    if (stat === undefined) {
      if (!this.#wasThere) return undefined
      fail('STORE_CORRUPTED', `"${path}" is gone`)
    }
    if (seen !== undefined && isSame(seen.stat, stat) && (seen.settled || this.#settle(seen))) return seen.value
    return this.#load()
  }

  /** Puts another value in the file's place. Only under the lock. `false` where the lock was lost. */
  write(value: T, { token, isMine }: FileLock): boolean {
    const { path, maxBytes, title } = this.#kind
    const body = this.#kind.print(value)
    const head = headOf(title, body)
    const bytes = Buffer.from(head + body)
    if (bytes.length > maxBytes)
      fail(
        'CONFIG_INVALID',
        `"${path}" must have at most ${maxBytes} bytes ("maxBytes"), would have ${bytes.length}: a database fits better`,
      )
    const seen = this.#seen
    this.#seen = undefined
    if (!replaceFile(path, tempOf(path, token), bytes, isMine)) {
      this.#seen = seen
      return false
    }
    this.#wasThere = true
    this.#seen = { value, head, stat: statSync(path, { bigint: true }), settled: false }
    return true
  }

  #load(): T {
    const { path, maxBytes, title } = this.#kind
    // Not before a stat: opening a pipe waits for a writer.
    if (!statSync(path).isFile()) fail('CONFIG_INVALID', `"${path}" must be a regular file`)
    this.#wasThere = true
    const file = openSync(path, 'r')
    try {
      const stat = fstatSync(file, { bigint: true })
      assertPrivate(path, stat)
      if (stat.size > maxBytes)
        fail('CONFIG_INVALID', `"${path}" must have at most ${maxBytes} bytes ("maxBytes"), has ${stat.size}`)
      const settled = isSettled(stat)
      const text = readFileSync(file, 'utf8')
      const body = bodyOf(title, text)
      const value = body === undefined ? undefined : this.#kind.parse(body, this.#seen?.value)
      if (body === undefined || value === undefined)
        fail('STORE_CORRUPTED', `"${path}" is not what a store wrote; it is left as it is`)
      this.#seen = { value, head: headOf(title, body), stat, settled }
      return value
    } finally {
      closeSync(file)
    }
  }

  /** Whether the file still has the checksum it had. */
  #settle(seen: Seen<T>): boolean {
    const file = openSync(this.#kind.path, 'r')
    try {
      const stat = fstatSync(file, { bigint: true })
      const settled = isSettled(stat)
      const bytes = Buffer.alloc(seen.head.length)
      const head = bytes.toString('latin1', 0, readSync(file, bytes, 0, bytes.length, 0))
      if (!isSame(seen.stat, stat) || head !== seen.head) return false
      seen.settled = settled
      return true
    } finally {
      closeSync(file)
    }
  }
}

export const tempOf = (path: string, token: string): string => `${path}.${token}.tmp`

const isSame = (a: BigIntStats, b: BigIntStats): boolean =>
  a.ino === b.ino &&
  a.dev === b.dev &&
  a.size === b.size &&
  a.mtimeNs === b.mtimeNs &&
  a.ctimeNs === b.ctimeNs &&
  a.mode === b.mode

const isSettled = ({ mtimeMs, ctimeMs }: BigIntStats): boolean =>
  Date.now() - Number(mtimeMs > ctimeMs ? mtimeMs : ctimeMs) > TICK_MS

/** SHA-256 in base64, and what is in front of it. */
export const headOf = (title: string, body: string): string =>
  `countersign ${title} 1 ${hashText('sha256', body, 'base64')}\n`

/**
 * The body of a file whose first line names its format, version and checksum; `undefined` for a file that is torn, edited or
 * something else. The checksum finds accidents: who can write the file can also write a checksum. Secrets are sealed to
 * their record, and only the owner may write the file.
 */
export function bodyOf(title: string, text: string): string | undefined {
  const end = text.indexOf('\n') + 1
  const body = text.slice(end)
  return text.slice(0, end) === headOf(title, body) ? body : undefined
}

/** Whole lines; `undefined` where the last one is cut. */
export function linesOf(body: string): string[] | undefined {
  const lines = body.split('\n')
  return lines.pop() === '' ? lines : undefined
}

/** The JSON value of a line; `undefined` for none. */
export function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
