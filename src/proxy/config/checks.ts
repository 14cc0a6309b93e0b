import { CountersignError, integerRange, isCountersignError, isInteger, kindOf, nearest } from '../../errors.js'
import type { JsoncDocument, Path } from './jsonc.js'

/** Gathers what is wrong with a configuration, so that all of it is said at once. */
export interface Checks {
  readonly failed: boolean
  /** Notes a problem at a place. */
  wrong(path: Path, text: string): void
  /** An object of known names; unknown ones are problems. */
  members(path: Path, value: unknown, known: readonly string[]): Readonly<Record<string, unknown>> | undefined
  list(path: Path, value: unknown): readonly unknown[]
  text(path: Path, value: unknown, says: string, pattern?: RegExp): string | undefined
  /** Where a secret is kept. What is no place may be the secret itself, so it is not repeated. */
  place(path: Path, value: unknown): string | undefined
  integer(path: Path, value: unknown, from: number, to: number): number | undefined
  flag(path: Path, value: unknown): boolean | undefined
  /** The result of some work whose error is a problem of this place. */
  attempt<T>(path: Path, work: () => T | Promise<T>): Promise<T | undefined>
  /** @throws {CountersignError} `CONFIG_INVALID` with every problem, each with its line. */
  end(): void
}

export const PLACE: RegExp = /^(?:env|file|vault|exec):./s
const named = (path: Path): string =>
  path.map((part, at) => (typeof part === 'number' ? `[${part}]` : at === 0 ? part : `.${part}`)).join('')

export function checksOf(document: JsoncDocument, file: string): Checks {
  const found: Array<{ readonly line: number; readonly text: string }> = []
  const wrong: Checks['wrong'] = (path, text) => {
    found.push({ line: document.lineOf(path), text: path.length === 0 ? text : `"${named(path)}" ${text}` })
  }
  for (const [path, line] of document.twice)
    found.push({ line, text: `"${named(path)}" must stand once, it is there twice` })
  /** A value that is there must be so; undefined where it is absent or wrong. */
  const fits = <T>(path: Path, value: unknown, says: string, test: (value: unknown) => boolean): T | undefined => {
    if (value === undefined) return undefined
    if (test(value)) return value as T
    wrong(path, `must be ${says}, got ${typeof value === 'number' ? value : kindOf(value)}`)
    return undefined
  }
  return {
    get failed() {
      return found.length > 0
    },
    wrong,
    members: (path, value, known) => {
      const members = fits<Record<string, unknown>>(path, value, 'an object', (one) => isMembers(one))
      for (const name of Object.keys(members ?? {})) {
        if (known.includes(name)) continue
        const near = nearest(name, known)
        const shown = JSON.stringify(name.slice(0, 64))
        found.push({
          line: document.lineOf([...path, name]),
          text: `unknown name ${shown}${path.length === 0 ? '' : ` in "${named(path)}"`}; ${near === undefined ? `known: ${known.join(', ')}` : `did you mean "${near}"?`}`,
        })
      }
      return members
    },
    list: (path, value) => fits<unknown[]>(path, value, 'a list', Array.isArray) ?? [],
    text: (path, value, says, pattern = /./s) =>
      fits(path, value, says, (one) => typeof one === 'string' && pattern.test(one)),
    place: (path, value) =>
      fits(
        path,
        value,
        'where the secret is kept (env:NAME, file:PATH, vault:FILE#NAME or exec:COMMAND), never the secret itself',
        (one) => typeof one === 'string' && PLACE.test(one),
      ),
    integer: (path, value, from, to) => fits(path, value, integerRange(from, to), (one) => isInteger(one, from, to)),
    flag: (path, value) => fits(path, value, 'true or false', (one) => typeof one === 'boolean'),
    attempt: async (path, work) => {
      try {
        return await work()
      } catch (error) {
        // Texts of this package hold no secret; those of others might.
        if (!isCountersignError(error)) wrong(path, 'cannot be used')
        else {
          const inner = innerProblem(error.message, path, document.value)
          if (inner === undefined) wrong(path, `cannot be used: ${error.message.replace(WHERE, '')}`)
          else wrong(...inner)
        }
        return undefined
      }
    },
    end: () => {
      if (found.length === 0) return
      const lines = [...found].sort((a, b) => a.line - b.line).map(({ line, text }) => `${file}:${line}: ${text}`)
      throw new CountersignError('CONFIG_INVALID', lines.join('\n'))
    },
  }
}

/** Which function found a problem, and in which of its targets: the path of the file shows where. */
const WHERE = /^(?:[a-z]\w*: )?(?:targets\[\d+\]: )?/i
const MEMBER = /^"([A-Za-z]\w*(?:\[\d+\]|\.\w+)*)" (.+)$/s

/** An option that is a symbol in code, and has a name in a file. */
const IN_CODE = /\[\w+\]: true \(("\w+") in a file, [^)]*\)/

/** A problem of a member as one of its own place, so that no text stands around another. */
function innerProblem(message: string, path: Path, whole: unknown): [path: Path, text: string] | undefined {
  const [, name = '', text] = MEMBER.exec(message.replace(WHERE, '')) ?? []
  if (text === undefined) return undefined
  const parts = (name.match(/\w+/g) ?? []).map((part) => (/^\d+$/.test(part) ? Number(part) : part))
  const said = text.replace(IN_CODE, '$1: true')
  if (parts[0] === path.at(-1)) return [[...path.slice(0, -1), ...parts], said]
  let here = whole
  for (const part of path) here = Object(here)[part]
  return isMembers(here) ? [[...path, ...parts], said] : undefined
}

const isMembers = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)
