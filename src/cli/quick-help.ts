/** Narrower, and the parser has to break the lines. */
const COLUMNS = 80

/** The words of a command whose help is asked for: `sign --help`, `help keys issue`; `undefined` for anything else. */
export function askedFor(argv: readonly string[]): readonly string[] | undefined {
  const words =
    argv[0] === 'help'
      ? argv.slice(1)
      : argv.at(-1) === '--help' || argv.at(-1) === '-h'
        ? argv.slice(0, -1)
        : undefined
  // A word is part of the name of a file.
  return words?.every((word) => /^[a-z]+$/.test(word)) === true && words[0] !== 'help' ? words : undefined
}

/**
 * Help as it was printed when the command was built; `undefined` where none is asked for, or there is none, which the parser then
 * answers to.
 */
export function helpOf(argv: readonly string[], columns = COLUMNS): string | undefined {
  const words = askedFor(argv)
  if (words === undefined || columns < COLUMNS) return undefined
  const { readFileSync } = globalThis.process.getBuiltinModule('node:fs')
  try {
    return readFileSync(new URL(`cli/help/${['countersign', ...words].join('-')}.txt`, import.meta.url), 'utf8')
  } catch {
    return undefined
  }
}
