import { constants, type Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import process from 'node:process'
import { Secret } from '../../crypto/secret.js'
import { fail } from '../../errors.js'
import { exposureOf } from '../../support/node/private-file.js'
import { MAX_SECRET_BYTES, type Provider } from './provider.js'

/** `file:path`. */
export const fromFile: Provider = async (path, { clean }) => {
  const bytes = await readRegularFile(path, MAX_SECRET_BYTES, assertPrivate)
  const secret = clean(`"${path}"`, bytes)
  return secret.length > 0
    ? new Secret(secret)
    : fail('SECRET_UNAVAILABLE', `"${path}" must hold a secret, it is empty`)
}

/** Refuses a file that another user can read, change or owns. */
export function assertPrivate(path: string, facts: Stats): void {
  const exposure = exposureOf(facts)
  if (exposure !== undefined) fail('SECRET_UNAVAILABLE', `"${path}" ${exposure}`)
}

/**
 * The bytes of a regular file of bounded size. What is checked is the open file, not the name: a link may lead anywhere, and
 * may lead elsewhere a moment later.
 *
 * @throws {CountersignError} `SECRET_UNAVAILABLE` with the path and what was expected; never the contents.
 */
export async function readRegularFile(
  path: string,
  maxBytes: number,
  check: (path: string, facts: Stats) => void = () => {},
): Promise<Uint8Array> {
  if (typeof path !== 'string' || path === '' || path.startsWith('//') || path.includes('\0'))
    fail('ARGUMENT_INVALID', '"file:" must be followed by a path, not a URL')
  let file: FileHandle
  try {
    // Without O_NONBLOCK, opening a pipe waits for its writer. Windows has neither.
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    return unreadable(path, error)
  }
  try {
    const facts = await file.stat()
    if (!facts.isFile()) fail('SECRET_UNAVAILABLE', `"${path}" must be a regular file`)
    check(path, facts)
    // One more than allowed: a file may grow after it was looked at.
    const bytes = new Uint8Array(Math.min(facts.size, maxBytes) + 1)
    let length = 0
    for (;;) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length, length)
      length += bytesRead
      if (bytesRead === 0 || length === bytes.length) break
    }
    if (length > maxBytes) fail('SECRET_UNAVAILABLE', `"${path}" must have at most ${maxBytes} bytes`)
    if (length === bytes.length) fail('SECRET_UNAVAILABLE', `"${path}" grew while it was read`)
    return bytes.subarray(0, length)
  } catch (error) {
    if (!/^E[A-Z]+$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error
    return unreadable(path, error)
  } finally {
    await file.close()
  }
}

const WHY: Readonly<Record<string, string>> = {
  EACCES: 'this user may not read it',
  ENOTDIR: 'a part of the path is no folder',
}

/** A relative path is often right, and read from another folder: a service starts where its manager starts it. */
function unreadable(path: string, error: unknown): never {
  const { code = '' } = error as NodeJS.ErrnoException
  const why =
    code !== 'ENOENT' ? WHY[code] : `there is no such file${isAbsolute(path) ? '' : `, seen from ${process.cwd()}`}`
  return fail('SECRET_UNAVAILABLE', `"${path}" is not readable: got ${code}${why === undefined ? '' : `: ${why}`}`)
}
