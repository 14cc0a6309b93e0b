/** The values that programs of many languages write: texts, names that were given a text before, and both put together. */

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0' }
// What is put around a text without a change to it: `new Uri("…")`, `[]byte("…")`, `URI.create("…")`, `Some("…")`.
const AROUND =
  /^(?:new\s+)?(?:&?[\w.]*(?:URI|Uri|URL|Url|StringEntity|HeaderValue|MediaType|MediaTypeHeaderValue|Encoding)(?:\.\w+)*|\[\]byte|bytes?|String|String\.from|str|Some|strings\.NewReader|bytes\.New(?:Buffer|BufferString|Reader))\s*\(/
const MOST_NAMES = 400
const DEEP = 8
// A text without an end is read to the end of the program, and may be asked for at every place in it.
const READINGS = 16

/** Reads values from a place on; `at` is behind what was read. */
export class ProgramValues {
  readonly text: string
  readonly #php: boolean
  readonly #hasPlaces: boolean
  readonly #names: Map<string, string>
  /** How many characters may still be read; a program that is none would take their square. */
  #left: number
  at = 0
  /** Where the value began that was read last. */
  from = 0

  constructor(text: string) {
    this.text = text
    this.#php = /<\?php|\$\w+\s*=|\bcurl_setopt/.test(text)
    this.#hasPlaces = text.includes('${')
    this.#left = READINGS * (text.length + 4_096)
    this.#names = new Map()
    this.#assigned()
  }

  /** Every name that a text is given to, in the order of the program. */
  #assigned(): void {
    const giving = /\b([A-Za-z_]\w*)\s*(?::\s*[\w<>?.[\]]{1,40}\s*)?(?::=|=(?![=>]))[ \t]*/g
    for (let count = 0; count < MOST_NAMES; count++) {
      const found = giving.exec(this.text)
      if (found === null) return
      const value = this.valueAt(found.index + found[0].length)
      if (value !== undefined) this.#names.set(found[1] as string, value)
    }
  }

  /** True where nothing more is read. */
  get isSpent(): boolean {
    return this.#left <= 0
  }

  match(pattern: RegExp): string | undefined {
    if (this.isSpent) return undefined
    const found = pattern.exec(this.text.slice(this.at, this.at + 512))?.[0]
    if (found === undefined) return undefined
    this.at += found.length
    this.#left -= found.length
    return found
  }

  valueAt(at: number): string | undefined {
    this.at = at
    return this.value()
  }

  /** A text; `undefined` where another expression stands. */
  value(depth = 0): string | undefined {
    if (depth === 0) this.from = this.at
    let out = this.#one(depth)
    if (out === undefined) return undefined
    for (;;) {
      const from = this.at
      // Texts behind each other (C, Python's parentheses) are none of what is read here.
      if (this.match(this.#php ? /^\s*\.(?!=)\s*/ : /^\s*\+(?!\+)\s*/) === undefined) return out
      const next = this.#one(depth)
      if (next === undefined) {
        this.at = from
        return undefined
      }
      out += next
    }
  }

  #one(depth: number): string | undefined {
    this.match(/^\s+/)
    const mark = this.match(/^(?:@"|\$"|r?#"|"""|~[sS]\(|["'`])/)
    if (mark !== undefined) return this.#text(mark)
    if (depth < DEEP && this.match(AROUND) !== undefined) {
      const inner = this.value(depth + 1)
      if (inner !== undefined) this.match(/^[^()"'\n]{0,64}\)/)
      return inner
    }
    const number = this.match(/^\d{1,20}(?:\.\d+)?(?![\w.])/)
    if (number !== undefined) return number
    const name = this.match(/^[&$]?[A-Za-z_]\w*(?![\w([])/)?.replace(/^[&$]/, '')
    return name === undefined ? undefined : this.#names.get(name)
  }

  #text(mark: string): string | undefined {
    const isSharp = mark.endsWith('#"')
    const isSigil = mark.startsWith('~')
    const end = isSharp ? '"#' : isSigil ? ')' : mark === '@"' || mark === '$"' ? '"' : mark
    const isRaw = isSharp || isSigil || mark === '@"' || (mark === '`' && !this.#hasPlaces)
    let out = ''
    for (; this.at < this.text.length && !this.isSpent; this.at++) {
      this.#left--
      if (this.text.startsWith(end, this.at)) {
        if (mark !== '@"' || this.text[this.at + 1] !== '"') {
          this.at += end.length
          return this.#filled(out, mark)
        }
        this.at++
      }
      const char = this.text[this.at] as string
      if (char !== '\\' || isRaw) out += char
      else {
        const next = this.text[++this.at] ?? ''
        out += this.#php && mark === "'" ? (/['\\]/.test(next) ? next : `\\${next}`) : this.#escaped(next)
      }
    }
    return undefined
  }

  #escaped(next: string): string {
    const code = next === 'u' ? /^u([0-9a-fA-F]{4})/.exec(this.text.slice(this.at, this.at + 5))?.[1] : undefined
    if (code === undefined) return ESCAPES[next] ?? next
    this.at += 4
    return String.fromCharCode(Number.parseInt(code, 16))
  }

  /** A text with the names in it: `${name}` of JavaScript, `{name}` of C# and `$name` of PHP. */
  #filled(text: string, mark: string): string | undefined {
    const inner =
      mark === '`'
        ? /\$\{\s*(\w+)\s*\}/g
        : mark === '$"'
          ? /\{(\w+)\}/g
          : this.#php && mark === '"'
            ? /\{?\$(\w+)\}?/g
            : undefined
    if (inner === undefined) return text
    let unknown = false
    const filled = text.replace(inner, (all, name: string) => {
      const value = this.#names.get(name)
      if (value === undefined) unknown = true
      return value ?? all
    })
    return unknown ? undefined : filled
  }
}
