import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { basename } from 'node:path'
import type { Readable } from 'node:stream'
import { Secret } from '../../crypto/secret.js'
import { CountersignError, fail } from '../../errors.js'
import { joinBytes } from '../../support/bytes.js'
import { MAX_SECRET_BYTES, type Provider, type SecretContext } from './provider.js'

/**
 * The words of a command. White space separates them. `'…'` is taken as it is; `"…"` knows `\"` and `\\`. What a shell would
 * act on is refused outside of quotes, and `$` and the backquote inside `"…"` as well: no shell runs, so it could not mean
 * what it looks like.
 *
 * @returns `undefined` for a text that has no such words
 */
export function splitWords(text: string): readonly string[] | undefined {
  const words: string[] = []
  let word: string | undefined
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string
    if (character === ' ' || character === '\t') {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (character === "'" || character === '"') {
      const quoted = character === "'" ? literal(text, i) : escaped(text, i)
      if (quoted === undefined) return undefined
      word = (word ?? '') + quoted.text
      i = quoted.end
    } else if (SPECIAL.test(character)) return undefined
    else word = (word ?? '') + character
  }
  if (word !== undefined) words.push(word)
  return words.length > 0 && words[0] !== '' ? words : undefined
}

interface Quoted {
  readonly text: string
  /** Where its last quote is. */
  readonly end: number
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const CONTROL = /[\0-\x1f\x7f]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const SPECIAL = /[\0-\x1f\x7f\\$`|&;<>()]/

function literal(text: string, start: number): Quoted | undefined {
  const end = text.indexOf("'", start + 1)
  const inside = text.slice(start + 1, end)
  return end === -1 || CONTROL.test(inside) ? undefined : { text: inside, end }
}

function escaped(text: string, start: number): Quoted | undefined {
  let inside = ''
  for (let i = start + 1; i < text.length; i++) {
    const character = text[i] as string
    if (character === '"') return { text: inside, end: i }
    if (character === '\\') {
      const next = text[++i]
      if (next !== '"' && next !== '\\') return undefined
      inside += next
    } else if (character === '$' || character === '`' || CONTROL.test(character)) return undefined
    else inside += character
  }
  return undefined
}

/** `exec:command …`. */
export const fromProgram: Provider = async (command, context) => {
  const words =
    splitWords(command) ??
    fail(
      'ARGUMENT_INVALID',
      '"exec:" must be followed by a program and its arguments; no shell runs, so quote what one would act on',
    )
  const [file, ...args] = words as [string, ...string[]]
  const output = await outputOf(file, args, context)
  const secret = context.clean(`what "${basename(file)}" prints`, output)
  return secret.length > 0 ? new Secret(secret) : fail('SECRET_UNAVAILABLE', `"${basename(file)}" printed nothing`)
}

/** What a program prints. None of it goes into an error: neither stdout nor stderr, which may quote the secret. */
function outputOf(
  file: string,
  args: readonly string[],
  { env, timeoutMs }: Pick<SecretContext, 'env' | 'timeoutMs'>,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let child: ChildProcessByStdio<null, Readable, null> | undefined
    const chunks: Uint8Array[] = []
    let length = 0
    const stop = (got: string): void => {
      clearTimeout(timer)
      // A program that it has started may hold the pipe open.
      child?.stdout.destroy()
      child?.kill('SIGKILL')
      reject(new CountersignError('SECRET_UNAVAILABLE', `"${basename(file)}" printed no secret: ${got}`))
    }
    const timer = setTimeout(() => stop(`it took longer than ${timeoutMs} ms`), timeoutMs)
    try {
      // Without a standard input, what would ask for a password fails at once instead of waiting.
      child = spawn(file, args, { env, shell: false, stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true })
    } catch (error) {
      return stop(startFailure(error))
    }
    // The error holds the arguments, so it is no cause of another.
    child.on('error', (error) => stop(startFailure(error)))
    child.stdout.on('error', () => stop('its output cannot be read'))
    child.stdout.on('data', (chunk: Uint8Array) => {
      length += chunk.length
      if (length > MAX_SECRET_BYTES) stop(`it printed more than ${MAX_SECRET_BYTES} bytes`)
      else chunks.push(chunk)
    })
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      if (code !== 0) stop(code === null ? `it was ended by ${signal}` : `it ended with code ${code}`)
      else resolve(joinBytes(chunks))
    })
  })
}

const startFailure = (error: unknown): string => `it cannot be started (${(error as NodeJS.ErrnoException).code})`
