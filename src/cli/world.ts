import type { Readable } from 'node:stream'
import { type Hidden, jsonText, withoutHidden } from './screen.js'
import { usage } from './usage.js'

/** Where text goes. */
export interface Out {
  write(text: string | Uint8Array): unknown
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

/** What the command sees of the process it runs in: everything that a test replaces. */
export interface ProcessParts {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: Readable & { readonly isTTY?: boolean | undefined }
  readonly stdout: Out
  readonly stderr: Out
}

/** The process, and the secrets that this call has read: nothing that is printed holds one. */
export interface World extends ProcessParts {
  readonly hidden: Hidden[]
}

/** A text for the screen, without the secrets of this call. */
export const hide = ({ hidden }: World, text: string): string => withoutHidden(hidden, text)

/** Values of options, as the parser leaves them. */
export type Options = Readonly<Record<string, string | boolean | readonly string[] | undefined>>

/** One call of one command. */
export interface Call {
  readonly world: World
  readonly args: readonly (string | readonly string[] | undefined)[]
  readonly options: Options
  /** True where `--json` was given: one document on standard output, and nothing else there. */
  readonly json: boolean
  /** Colours for standard output; they change nothing where there are none. */
  readonly paint: Paint
}

/** What a command's module exports. */
export interface Command {
  /** @returns the exit code. */
  run(call: Call): Promise<number>
}

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 } as const
export type Paint = (colour: keyof typeof CODES, text: string) => string

/** Colours, where the output is a terminal and NO_COLOR is not set (https://no-color.org). */
export function paintFor(out: Out, env: World['env']): Paint {
  const plain = out.isTTY !== true || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb'
  return plain ? (_colour, text) => text : (colour, text) => `\x1b[${CODES[colour]}m${text}\x1b[0m`
}

export const textOf = (options: Options, name: string): string | undefined => {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}
export const flagOf = (options: Options, name: string): boolean => options[name] === true
export const listOf = (options: Options, name: string): readonly string[] => {
  const value = options[name]
  return Array.isArray(value) ? (value as readonly string[]) : []
}
/** The one argument at a place. */
export const argOf = ({ args }: Call, at: number): string => {
  const value = args[at]
  return typeof value === 'string' ? value : ''
}

/** How this program is called again: one that `npx` found is not in the path of the shell. */
export const programName = ({ env }: World): string =>
  env['npm_command'] === 'exec' ? 'npx countersign' : 'countersign'

/** Prints the result: text for people, or the document that `--json` asks for. No secret that was read is in either. */
export function print({ world, json }: Call, text: string, document: unknown): void {
  world.stdout.write(json ? `${jsonText(document, world.hidden, 2)}\n` : hide(world, text))
}

/** Longest message that is read from standard input or a file, in bytes. */
export const MOST_BYTES: number = 64 * 1_048_576

/** Everything that a stream holds; `what` names it. What never ends is refused like what is too long. */
export async function readAll(
  stream: Readable,
  what = 'standard input',
  most: number = MOST_BYTES,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array)
    length += bytes.length
    if (length > most)
      usage(`${what} must have at most ${most >= 1_048_576 ? `${most / 1_048_576} MiB` : `${most} bytes`}`)
    chunks.push(bytes)
  }
  return new Uint8Array(Buffer.concat(chunks))
}
