import { Argument, Option, Command as Parser } from 'commander'
import type { CommandRow, OptionRow } from './command-row.js'
import { COMMANDS } from './commands.js'
import { usage } from './usage.js'
import { VERSION } from './version.js'
import { type Options, paintFor, type World } from './world.js'

/** What the command line asked for. */
export interface Ended {
  code: number
  /** Help, or the version, where it is to be a document. */
  shown?: string
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

function optionOf({ flags, text, choices, fallback, many }: OptionRow): Option {
  const option = new Option(flags, text)
  if (choices !== undefined) option.choices(choices)
  if (fallback !== undefined) option.default(fallback)
  if (many === true) option.argParser(collect)
  else if (option.required) once(option)
  return option
}

/** Of an option that is given twice one value would be left out silently. */
function once(option: Option): void {
  const parse = option.parseArg as ((value: string, before: unknown) => unknown) | undefined
  let stated = false
  option.argParser((value: string, before: unknown) => {
    if (stated) usage(`${option.long} must be given once`)
    stated = true
    return parse === undefined ? value : parse(value, before)
  })
}

/** Refuses what would be ignored: an option beside, or without, another. */
function assertTogether(rows: readonly OptionRow[], command: Parser): void {
  const given = new Set(
    command.options
      .filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli')
      .map(({ long }) => long),
  )
  for (const { flags, needs = [], without = [] } of rows) {
    const long = /--[\w-]+/.exec(flags)?.[0] ?? flags
    if (!given.has(long)) continue
    const other = without.find((name) => given.has(name))
    if (other !== undefined) usage(`${long} must be left out beside ${other}`)
    if (needs.length > 0 && !needs.some((name) => given.has(name))) usage(`${long} needs ${needs.join(' or ')}`)
  }
}

/** The parser of the whole command line. It prints nothing but to the world it is given, and ends no process. */
export function programOf(world: World, ended: Ended, json: boolean): Parser {
  const program = new Parser('countersign')
    .description('Sign, send and verify HTTP requests, and look after the keys.')
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        if (json) ended.shown = `${ended.shown ?? ''}${text}`
        else world.stdout.write(text)
      },
      // Said once, with the exit code, by the one who called.
      writeErr: () => {},
      getOutHasColors: () => false,
    })
    .helpCommand('help [command]', 'what a command takes')
    .addHelpText('after', '\nExit codes: 0 done, 1 refused, 2 usage, 3 not decided. Every page: docs/cli.md')
  const parents = new Map<string, Parser>([['', program]])
  for (const row of COMMANDS) add(row, parentOf(row, parents), { world, ended, json })
  return program
}

const GROUPS: Readonly<Record<string, string>> = {
  keys: 'a keyring: issue, list, rotate, revoke … the keys of a service',
  'keys audit': 'the audit trail of a keyring',
}

function parentOf({ name }: CommandRow, parents: Map<string, Parser>): Parser {
  const words = name.split(' ').slice(0, -1)
  let path = ''
  for (const word of words) {
    const above = parents.get(path) as Parser
    path = path === '' ? word : `${path} ${word}`
    if (!parents.has(path)) parents.set(path, above.command(word).description(GROUPS[path] ?? ''))
  }
  return parents.get(path) as Parser
}

function add(
  row: CommandRow,
  parent: Parser,
  { world, ended, json }: { world: World; ended: Ended; json: boolean },
): void {
  const command = parent.command(row.name.split(' ').at(-1) as string).description(row.text)
  for (const [spelling, text] of row.args) command.addArgument(new Argument(spelling, text))
  for (const option of row.options) command.addOption(optionOf(option))
  command.addOption(new Option('--json', 'print one JSON document'))
  command.action(async (...given: unknown[]) => {
    const options = given.at(-2) as Options
    assertTogether(row.options, command)
    const module = await row.load()
    ended.code = await module.run({
      world,
      args: given.slice(0, -2) as (string | readonly string[] | undefined)[],
      options,
      json,
      paint: paintFor(world.stdout, world.env),
    })
  })
}

/** What completes the others, for the help: it is no row of the table, because it has to know the table. */
export function addComplete(program: Parser): void {
  program
    .command('complete')
    .argument('[shell]')
    .description('print the script with which bash, zsh or fish complete this command')
}

/** Every option that is known, as it is spelt. */
export function knownOptions(): ReadonlySet<string> {
  return new Set(COMMANDS.flatMap(({ options }) => options.flatMap(({ flags }) => flags.match(/--?[\w-]+/g) ?? [])))
}

// What people type for a command that has another name, and is not nearly spelt like it.
const COMMANDS_ELSEWHERE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '': {
    ...{ curl: 'request', send: 'request', http: 'request', get: 'request', post: 'request' },
    ...{ generate: 'keygen', genkey: 'keygen', check: 'doctor', diagnose: 'explain', why: 'explain', debug: 'explain' },
    ...{ key: 'keys', keyring: 'keys', serve: 'keys serve', ui: 'inspect', page: 'inspect' },
    ...{ completion: 'complete', completions: 'complete' },
  },
  keys: {
    ...{ create: 'issue', new: 'issue', add: 'issue', make: 'issue', generate: 'issue' },
    ...{ show: 'describe', get: 'describe', info: 'describe', inspect: 'describe', view: 'describe' },
    ...{ delete: 'revoke', remove: 'revoke', rm: 'revoke', ls: 'list', leaked: 'compromise', leak: 'compromise' },
    ...{
      verify: 'audit verify',
      extend: 'renew',
      reseal: 'rewrap',
      console: 'serve --console',
      page: 'serve --console',
    },
  },
}

/** The command that is meant by a word of other programs, behind `keys` or nothing. */
export function commandElsewhere(group: string, word: string): string | undefined {
  const known = COMMANDS_ELSEWHERE[group] ?? {}
  return Object.hasOwn(known, word) ? known[word] : undefined
}

/** What to write in place of an option that other programs have. */
export function optionElsewhere(argv: readonly string[], spelling: string): string | undefined {
  const line = argv.join(' ')
  const row = COMMANDS.find(({ name }) => line === name || line.startsWith(`${name} `))
  const option = row?.options.find(({ elsewhere }) => elsewhere?.includes(spelling))
  return option === undefined ? row?.elsewhere?.[spelling] : `Did you mean ${option.flags}?`
}
