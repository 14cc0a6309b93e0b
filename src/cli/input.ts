import { createReadStream, existsSync } from 'node:fs'
import { utf8Decode } from '../crypto/encoding.js'
import { usage } from './usage.js'
import { argOf, type Call, MOST_BYTES, readAll } from './world.js'

/** Longest key, certificate or value of a field that is read from a file, in bytes. */
const MOST_TEXT_BYTES = 1_048_576

/** Options for secrets take `file:PATH`, and those for other files the path: people write one for the other. */
const pathOf = (text: string): string => (text.startsWith('file:') && !existsSync(text) ? text.slice(5) : text)

/**
 * A file of bounded length. It may be a pipe, as `<(…)` of a shell is; a device that never ends is refused as too long.
 *
 * @throws {UsageError} for a longer one, and the error of the file system.
 */
export const readInput = (path: string, most: number = MOST_BYTES): Promise<Uint8Array> =>
  readAll(createReadStream(pathOf(path)), path, most)

/** A file as text: a key, a header field. */
export async function readText(path: string, most: number = MOST_TEXT_BYTES): Promise<string> {
  return utf8Decode(await readInput(path, most)) ?? usage(`${path} must be text in UTF-8`)
}

/** The file that is named, or standard input. */
export async function inputOf(call: Call): Promise<Uint8Array> {
  const path = argOf(call, 0)
  if (path !== '' && path !== '-') {
    const bytes = await readInput(path)
    return bytes.length === 0 ? usage(`${path} is empty`) : bytes
  }
  const { stdin, stderr } = call.world
  if (stdin.isTTY === true) stderr.write('reading from the terminal; end with Ctrl-D\n')
  const bytes = await readAll(stdin)
  return bytes.length === 0 ? usage('standard input is empty: pipe a message into this command') : bytes
}
