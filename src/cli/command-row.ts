import type { Command } from './world.js'

/** One option: how it is spelt, what it is, and more where it has more. */
export interface OptionRow {
  readonly flags: string
  readonly text: string
  readonly choices?: readonly string[]
  readonly fallback?: string
  /** May be given several times. */
  readonly many?: true
  /** What the same is called by other programs; an unknown option of that name is answered with this one. */
  readonly elsewhere?: readonly string[]
  /** Means something only beside one of these options, so it is refused without them. */
  readonly needs?: readonly string[]
  /** Would be ignored beside one of these options, so it is refused there. */
  readonly without?: readonly string[]
}

/** Where a server listens, as other servers spell it. */
export const LISTEN_ELSEWHERE = ['--port', '-p', '--host', '--hostname', '--bind', '--address', '--addr']

/** One command, as data: the parser, the help, the completion and the check of the documentation read it. */
export interface CommandRow {
  /** `sign`, or `keys issue`. */
  readonly name: string
  /** Arguments, as the parser spells them: `<method> [url]`. */
  readonly args: readonly (readonly [spelling: string, text: string])[]
  readonly text: string
  readonly options: readonly OptionRow[]
  /** Options of other programs for what is no option here, and what to write. */
  readonly elsewhere?: Readonly<Record<string, string>>
  /** Loaded when the command is called, so that `--help` costs nothing of it. */
  readonly load: () => Promise<Command>
}
