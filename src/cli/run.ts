import { CommanderError } from 'commander'
import { EXIT } from './exit-codes.js'
import { refuseSecrets } from './guard.js'
import { printError } from './print-error.js'
import { type Ended, knownOptions, programOf } from './program.js'
import { UsageError } from './usage.js'
import type { ProcessParts, World } from './world.js'

const COMPLETE = 'print the script with which bash, zsh or fish complete this command'

const QUIET = new Set(['commander.helpDisplayed', 'commander.help', 'commander.version'])

/** Runs one command line; the exit code. */
export async function run(parts: ProcessParts): Promise<number> {
  const world: World = { ...parts, hidden: [] }
  const ended: Ended = { code: EXIT.ok }
  try {
    refuseSecrets(world.argv, knownOptions())
    const program = programOf(world, ended)
    // What completes the others has to know them all, so it is none of them.
    if (world.argv[0] !== 'complete' || world.argv[1] === '--help')
      program.command('complete').argument('[shell]').description(COMPLETE)
    else if ((await import('./complete.js')).addCompletion(program, world)) return EXIT.ok
    await program.parseAsync(world.argv, { from: 'user' })
    return ended.code
  } catch (error) {
    const json = world.argv.includes('--json')
    if (!(error instanceof CommanderError)) return printError(world, error, json)
    if (QUIET.has(error.code) && error.exitCode === 0) return EXIT.ok
    const text = error.message === '(outputHelp)' ? 'a command is missing: countersign --help' : error.message
    return printError(world, new UsageError(text.replace(/^error: /, '')), json)
  }
}
