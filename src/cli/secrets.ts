import { closeSync, openSync, readSync, statSync } from 'node:fs'
import process from 'node:process'
import { ReadStream } from 'node:tty'
import { loadSecret } from '../client/load-secret.js'
import { utf8Decode } from '../crypto/encoding.js'
import { Secret } from '../crypto/secret.js'
import { fail, nearest } from '../errors.js'
import { PLACES } from './guard.js'
import { UsageError, usage } from './usage.js'
import { type Options, textOf, type World } from './world.js'

const REFERENCE = /^(?:env|file|vault|exec):./s

/** The place that an option names. What is no place may be the secret itself, so it is not repeated. */
export function placeOf({ env }: World, option: string, value: string): string {
  if (value === 'prompt' || REFERENCE.test(value)) return value
  const hint = placeHint(option, value, env)
  return usage(`${option} must say where the secret is kept (${PLACES}), never the secret itself${hint}`)
}

/** A secret from where an option says that it is kept. From here on nothing that is printed holds it. */
export async function secretOf(world: World, option: string, value: string, options: Options): Promise<Secret> {
  const place = placeOf(world, option, value)
  const secret =
    place === 'prompt'
      ? await ask(world, `${option.replace(/^--/, '')}: `)
      : await loaded(world, option, place, options)
  const text = utf8Decode(secret.reveal())
  if (text !== undefined && text !== '') world.hidden.push({ text, shell: shellOf(option, place) })
  return secret
}

async function loaded(world: World, option: string, place: string, options: Options): Promise<Secret> {
  const vault = textOf(options, 'vaultPassphrase')
  if (place.startsWith('vault:') && vault === undefined)
    fail(
      'KEY_PASSPHRASE',
      '--vault-passphrase is missing: where the passphrase of the vault is kept (prompt, env:NAME)',
    )
  try {
    return await loadSecret(place, {
      env: world.env,
      ...(place.startsWith('vault:') &&
        vault !== undefined && { passphrase: await secretOf(world, '--vault-passphrase', vault, {}) }),
    })
  } catch (error) {
    // Closed to others it would still be the wrong half.
    if (holdsPublicKey(place)) usage(`${option} must be the private half of the pair: ${place} holds the public key`)
    throw error
  }
}

const PUBLIC_KEY = /^\s*-----BEGIN PUBLIC KEY/

function holdsPublicKey(place: string): boolean {
  const path = place.startsWith('file:') ? place.slice(5) : ''
  try {
    // Opening a pipe would wait, and a device may never end.
    if (!statSync(path).isFile()) return false
    const file = openSync(path, 'r')
    const head = Buffer.alloc(64)
    readSync(file, head)
    closeSync(file)
    return PUBLIC_KEY.test(head.toString('latin1'))
  } catch {
    return false
  }
}

/** How a shell reads the secret itself: its variable or file, and else a variable that is named after the option. */
function shellOf(option: string, place: string): string {
  const [, scheme = '', rest = ''] = /^(\w+):(.*)$/s.exec(place) ?? []
  // Any other name is none of a shell's, and would be read as more than a name.
  if (scheme === 'env' && /^[A-Za-z_]\w*$/.test(rest)) return `"$${rest}"`
  if (scheme === 'file') return `"$(cat '${rest.replace(/^-/, './-').replaceAll("'", `'\\''`)}')"`
  return `"$${option.replace(/\W+/g, '_').replace(/^_|_$/g, '').toUpperCase()}"`
}

/** As {@link secretOf}, `undefined` where the option was not given. */
export async function optionalSecret(
  world: World,
  options: Options,
  name: string,
  option: string,
): Promise<Secret | undefined> {
  const value = textOf(options, name)
  return value === undefined ? undefined : secretOf(world, option, value, options)
}

const ENTER = new Set(['\r', '\n', '\u0004'])
const BACK = new Set(['\u007f', '\b'])
const STOP = '\u0003'

/** Asks on the terminal, without showing what is typed. Standard input may be the message: the terminal itself is read. */
export async function ask(world: World, question: string): Promise<Secret> {
  const [answer] = await askAll(world, [question])
  return Secret.fromText(answer as string)
}

/** A new passphrase, typed twice: a key under one with a slip in it would be lost. */
export async function askTwice(world: World, question: string): Promise<Secret> {
  const [first, second] = await askAll(world, [`${question}: `, `${question}, once more: `])
  return first === second ? Secret.fromText(first as string) : usage('the two are not the same')
}

async function askAll(world: World, questions: readonly string[]): Promise<readonly string[]> {
  const terminal = terminalOf()
  const answers: string[] = []
  try {
    terminal.setRawMode(true)
    for (const question of questions) {
      world.stderr.write(question)
      const typed = await lineFrom(terminal)
      world.stderr.write('\n')
      answers.push(typed === '' ? usage('nothing was typed') : typed)
    }
    return answers
  } finally {
    terminal.setRawMode(false)
    terminal.destroy()
  }
}

/** What is typed until Enter, character by character: a pasted text comes in one piece. */
const lineFrom = (terminal: ReadStream): Promise<string> =>
  new Promise((resolve, reject) => {
    let typed = ''
    terminal.setEncoding('utf8')
    const done = (settle: () => void): void => {
      terminal.pause().removeAllListeners('data').removeAllListeners('end').removeAllListeners('error')
      settle()
    }
    terminal.on('error', (error) => done(() => reject(error)))
    terminal.on('end', () => done(() => resolve(typed)))
    terminal.on('data', (chunk) => {
      for (const character of String(chunk)) {
        if (character === STOP) return done(() => reject(new UsageError('stopped')))
        if (ENTER.has(character)) return done(() => resolve(typed))
        typed = BACK.has(character) ? [...typed].slice(0, -1).join('') : typed + character
      }
    })
    terminal.resume()
  })

function terminalOf(): ReadStream {
  try {
    return new ReadStream(openSync(process.platform === 'win32' ? '\\\\.\\CONIN$' : '/dev/tty', 'r'))
  } catch {
    return usage('there is no terminal to ask on: state env:NAME, file:PATH, vault:FILE#NAME or exec:COMMAND')
  }
}

const SCHEMES = ['env', 'file', 'vault', 'exec']
/** How a path begins or ends that cannot be taken for a secret: base64 begins with "/" as well, and never with "./". */
const PATH = /^(?:\.{1,2}|~)\/|\.(?:pem|key|secret|jwk|json|age|txt)$/i

/**
 * What was probably meant by a text that names no place of a secret, as the end of a sentence. It may be the secret itself, so it
 * is repeated only where a file or a variable has that very name.
 */
export function placeHint(option: string, value: string, env: Readonly<Record<string, string | undefined>>): string {
  if (isFile(value)) return `: write ${option} file:${value}`
  if (/^[A-Z][A-Z0-9_]*$/.test(value) && Object.hasOwn(env, value)) return `: write ${option} env:${value}`
  const scheme = /^([a-z]{2,8}):/i.exec(value)?.[1]
  const near = scheme === undefined ? undefined : nearest(scheme, SCHEMES)
  if (near !== undefined) return `: did you mean ${near}:?`
  return PATH.test(value) ? ': before the path of a file write file:' : ''
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}
