const MOST = 64
const MOST_READ = 4_096

// A text with its quotes. Only one in backticks goes on over the end of a line.
const TEXT = /"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`|\\[\s\S]/y

/** How far a text goes that begins at a place in a program; 1 where none does. What stands in it is no bracket and no comma. */
export function lengthAt(program: string, at: number): number {
  const char = program[at] as string
  if (!/["'`\\]/.test(char)) return 1
  TEXT.lastIndex = 0
  return TEXT.exec(program.slice(at, at + MOST_READ))?.[0].length ?? 1
}

/**
 * An expression up to its first text, which may be a secret, as may all that is left of one that was cut: behind it nothing is shown.
 * A long run with digits in it may be one without quotes.
 */
export const withoutTexts = (expression: string): string =>
  expression.replace(/["'`][\s\S]*$/, '…').replace(/(?=[A-Za-z_+/=-]{0,64}\d)[\w+/=-]{16,}/g, '…')

/**
 * An expression of a program as a value: that of the field or parameter was sent, and the program alone knows it. It is written as a
 * template of JavaScript, so that nothing takes it for the value itself.
 */
export const asWritten = (expression: string): string =>
  `\${${withoutTexts(expression.slice(0, MOST_READ))
    .replace(/[\s{}]+/g, ' ')
    .trim()
    .slice(0, MOST)}}`

/** Options of a call, of which each is read as what it is: none of them is a value among others. */
export const isOption = (name: string): boolean =>
  /^(?:headers|params|data|json|body|content|url|baseURL|method)$/.test(name)
