import { CommanderError } from 'commander'
import { nearAlgorithm } from '../crypto/algorithm.js'
import { nearest } from '../errors.js'
import { EXIT } from './exit-codes.js'
import { refuseSecrets } from './guard.js'
import { printError } from './print-error.js'
import { addComplete, commandElsewhere, type Ended, knownOptions, optionElsewhere, programOf } from './program.js'
import { jsonText } from './screen.js'
import { UsageError } from './usage.js'
import type { ProcessParts, World } from './world.js'

const QUIET = new Set(['commander.helpDisplayed', 'commander.help', 'commander.version'])

/** The words without `--json`, which every command takes and which may stand anywhere before `--`. */
function withoutJson(argv: readonly string[]): readonly [words: readonly string[], json: boolean] {
  const end = argv.indexOf('--')
  const [before, behind] = end === -1 ? [argv, []] : [argv.slice(0, end), argv.slice(end)]
  const words = before.filter((word) => word !== '--json')
  return [[...words, ...behind], words.length < before.length]
}

const documentOf = (code: string, shown: string): object =>
  code === 'commander.version' ? { version: shown.trimEnd() } : { help: shown }

/** Runs one command line; the exit code. */
export async function run(parts: ProcessParts): Promise<number> {
  const completing = parts.argv[0] === 'complete' && parts.argv[1] === '--'
  const [argv, json] = completing ? [parts.argv, false] : withoutJson(parts.argv)
  const world: World = { ...parts, argv, hidden: [] }
  const ended: Ended = { code: EXIT.ok }
  try {
    if (!completing) refuseSecrets(argv, knownOptions())
    const program = programOf(world, ended, json)
    // What completes the others has to know them all, so it is none of them.
    if (argv[0] !== 'complete' || argv[1] === '--help') addComplete(program)
    else if ((await import('./complete.js')).addCompletion(program, world, json)) return EXIT.ok
    await program.parseAsync(argv, { from: 'user' })
    return ended.code
  } catch (error) {
    if (!(error instanceof CommanderError)) return printError(world, error, json)
    if (QUIET.has(error.code) && error.exitCode === 0) {
      if (ended.shown !== undefined) world.stdout.write(`${jsonText(documentOf(error.code, ended.shown), [])}\n`)
      return EXIT.ok
    }
    return printError(world, new UsageError(textOf(error, argv)), json)
  }
}

/** A value that is none of the choices; it may be a secret in the wrong place, and is not repeated. */
const CHOICE = /^error: option '.*?(--[\w-]+)[^']*' argument '(.*)' is invalid\. Allowed choices are (.*)\.$/s

/** What the parser says, in the form of every other text of this command. */
function textOf({ message }: CommanderError, argv: readonly string[]): string {
  const unknown = /^error: (unknown option '(-[\w-]+)')/.exec(message)
  const known = unknown && optionElsewhere(argv, unknown[2] as string)
  if (known) return `${unknown[1]}\n(${known})`
  const [command, word = ''] = /^error: unknown command '([a-z-]+)'/.exec(message) ?? []
  const meant = command && commandElsewhere(argv[0] === 'keys' ? 'keys' : '', word)
  if (meant) return `${command.replace(/^error: /, '')}\n(Did you mean ${meant}?)`
  const [, option = '', value = '', choices = ''] = CHOICE.exec(message) ?? []
  if (option !== '') {
    const near = (option === '--algorithm' ? nearAlgorithm : nearest)(value, choices.split(', '))
    return `${option} must be one of ${choices}${near === undefined ? '' : `; did you mean ${near}?`}`
  }
  if (message !== '(outputHelp)') return message.replace(/^error: /, '')
  if (argv[0] === 'help') return `there is no command ${JSON.stringify(argv[1])}: countersign --help`
  const words = argv.filter((word) => /^[a-z]+$/.test(word)).slice(0, 2)
  return `a command is missing: ${['countersign', ...words, '--help'].join(' ')}`
}
