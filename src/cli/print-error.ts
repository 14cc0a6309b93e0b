import { existsSync, lstatSync } from 'node:fs'
import { dirname } from 'node:path'
import { isCountersignError } from '../errors.js'
import { withoutSecrets } from '../support/log-text.js'
import { EXIT, exitOf } from './exit-codes.js'
import { harmless, jsonText } from './screen.js'
import { UnreachableError, UsageError } from './usage.js'
import { hide, paintFor, type World } from './world.js'

/** Names of errors of the operating system, which are facts for the user and no bugs. */
const SYSTEM = /^E[A-Z0-9]{2,}$/

interface Said {
  readonly message: string
  readonly code?: string
  readonly page?: string
  readonly exit: number
}

/** What to say about an error, and what to end with. Only what is a bug of this program has a stack. */
function saidOf(error: unknown): Said {
  if (isCountersignError(error)) {
    const { code, message } = error
    return { message, code, page: `docs/errors.md#${code.toLowerCase()}`, exit: exitOf(code) }
  }
  if (error instanceof UsageError) return { message: error.message, exit: EXIT.usage }
  if (error instanceof UnreachableError) return { message: error.message, exit: EXIT.undecided }
  const { code, path, address, port, message } = Object(error) as Readonly<Record<string, unknown>>
  if (typeof code === 'string' && SYSTEM.test(code)) {
    const where = typeof path === 'string' ? path : typeof address === 'string' ? `${address}:${port}` : ''
    const says = (typeof path === 'string' ? missingPart(code, path) : undefined) ?? SAYS[code] ?? code
    return { message: `${where}${where === '' ? '' : ': '}${says}`, exit: EXIT.usage }
  }
  return { message: `a fault of this program: ${String(message ?? error)}`, exit: EXIT.undecided }
}

const SAYS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'this user may not do that',
  EEXIST: 'the file is there already',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is no folder',
  EADDRINUSE: 'the address is in use: stop what listens there, or state another port',
}

/** More exactly what is not there: a name can be taken by a link that leads to nothing, and a file can lack its folder. */
function missingPart(code: string, path: string): string | undefined {
  if (!/^E(?:NOENT|EXIST)$/.test(code) || existsSync(path)) return undefined
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink())
    return 'it is a link to a file that is not there: remove it, or name the file itself'
  const folder = dirname(path)
  return existsSync(folder) ? undefined : `there is no folder ${folder}`
}

/** Prints an error and returns the exit code. With `--json` it is a document on standard error. */
export function printError(world: World, error: unknown, json: boolean): number {
  const { stderr, env } = world
  const { message: text, code, page, exit } = saidOf(error)
  const message = hide(world, withoutSecrets(text))
  const paint = paintFor(stderr, env)
  stderr.write(
    json
      ? `${jsonText({ error: { message, ...(code && { code, page }) }, exit }, world.hidden)}\n`
      : `${paint('red', 'countersign:')} ${harmless(message)}\n${code === undefined ? '' : `${paint('dim', `${code}, see ${page}`)}\n`}`,
  )
  return exit
}
