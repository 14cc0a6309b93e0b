import type { OptionHandler } from '@bomb.sh/tab'
import tab from '@bomb.sh/tab/commander'
import type { Command as Parser } from 'commander'
import { FAMILY_IDS } from '../doctor/families/ids.js'
import { EXCHANGES } from './exchanges.js'
import { jsonText } from './screen.js'
import { SCRIPTS } from './shell-scripts.js'
import { usage } from './usage.js'
import type { World } from './world.js'

/**
 * `complete SHELL` prints the script that a shell reads; that script asks `complete -- WORDS` at each press of Tab.
 *
 * @returns true where everything is done: nothing is left to be parsed.
 * @throws {UsageError} for another shell.
 */
export function addCompletion(
  program: Parser,
  { argv: [, shell = '', ...words], stdout }: World,
  json = false,
): boolean {
  if (shell !== '--') {
    const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined
    if (script === undefined) usage(`complete must be followed by ${Object.keys(SCRIPTS).join(', ')}`)
    stdout.write(json ? `${jsonText({ shell, script }, [])}\n` : script)
    return true
  }
  const completion = tab(program)
  const environments: OptionHandler = (complete) => {
    for (const name of EXCHANGES[exchangeIn(words)]?.environments ?? []) complete(name, '')
  }
  const names: OptionHandler = (complete) => {
    for (const name of Object.keys(EXCHANGES).sort()) complete(name, '')
  }
  for (const { options } of completion.commands.values()) {
    const exchange = options.get('exchange')
    if (exchange !== undefined) exchange.handler = names
    const env = options.get('env')
    if (env !== undefined) env.handler = environments
  }
  const scheme = completion.commands.get('explain')?.options.get('scheme')
  if (scheme !== undefined)
    scheme.handler = (complete) => {
      for (const name of ['rfc9421', ...Object.keys(EXCHANGES), ...FAMILY_IDS].sort()) complete(name, '')
    }
  completion.commands.get('complete')?.argument('shell', (complete) => {
    for (const name of Object.keys(SCRIPTS)) complete(name, '')
  })
  completion.commands.get('help')?.argument('command', (complete) => {
    for (const name of completion.commands.keys()) if (!/^$| /.test(name)) complete(name, '')
  })
  return false
}

/** The exchange that a line names so far; '' where there is none. */
function exchangeIn(words: readonly string[]): string {
  const at = words.findIndex((word) => word === '--exchange' || word === '-x')
  const joined = words.find((word) => word.startsWith('--exchange='))?.slice('--exchange='.length)
  const name = joined ?? words[at + 1] ?? ''
  return Object.hasOwn(EXCHANGES, name) ? name : ''
}
