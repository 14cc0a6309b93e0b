const escaped = (text: string): string =>
  JSON.stringify(text).replace(/[\u007f-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** A number that stands in a program with a fraction of zero (1.0), which JavaScript would write without it. */
export class PythonFloat {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** A value as Python's json.dumps writes it: a space behind "," and ":", everything but ASCII as \\uXXXX. */
export function pythonJson(value: unknown, comma = ', ', colon = ': ', ascii = true): string {
  if (value instanceof PythonFloat) return value.text
  if (typeof value === 'string') return ascii ? escaped(value) : JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((one) => pythonJson(one, comma, colon, ascii)).join(comma)}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const write = (text: string): string => (ascii ? escaped(text) : JSON.stringify(text))
  return `{${Object.entries(value)
    .map(([name, one]) => `${write(name)}${colon}${pythonJson(one, comma, colon, ascii)}`)
    .join(comma)}}`
}

const quoted = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%20/g, '+')

const textOf = (value: unknown): string =>
  value instanceof PythonFloat
    ? value.text
    : value === true
      ? 'True'
      : value === false
        ? 'False'
        : // A dictionary within one has no text of its own.
          typeof value === 'object' && value !== null
          ? JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? String(one) : one))
          : String(value)

/** Pairs as Python's urlencode writes them (quote_plus); a list is its values one by one, and None is left out, as requests does. */
export const formText = (pairs: ReadonlyArray<readonly [string, unknown]>): string =>
  pairs
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one) => [name, one] as const))
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${quoted(name)}=${quoted(textOf(value))}`)
    .join('&')
