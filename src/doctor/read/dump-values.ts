/** What stands between brackets in what programs print: members in their order, each with its name where it has one. */
export interface Group {
  /** The class or function before the bracket, as `Url` of `Url { … }`. */
  readonly name: string
  readonly entries: ReadonlyArray<readonly [name: string | undefined, value: Value]>
  /** Where it stands in the text, and what stands there. */
  readonly from: number
  readonly to: number
  readonly raw: string
}

/** A text that stood in quotes, a word without, or what stands between brackets. */
export type Value = Group | { readonly text: string; readonly bare: boolean }

export const isGroup = (value: Value | undefined): value is Group => value !== undefined && 'entries' in value

const CLOSING: Readonly<Record<string, string>> = { '{': '}', '[': ']', '(': ')' }
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', '0': '\0' }
const DEEP = 24
// `[name] => ` of PHP, `["name"]=>` of var_dump.
const PHP_NAME = /\[["']?([^\]"'\n]{0,128})["']?\]\s{0,8}=>[ \t]*/y
const NAME =
  /(?:"((?:[^"\\\n]|\\.){0,256})"|'((?:[^'\\\n]|\\.){0,256})'|:?([\w$.*@-]{1,128}))[ \t]{0,8}(?:=>|:(?!\/\/|:)|=(?!=)|to(?=[ \t]["']))\s{0,64}/y
const JOINED = /\s{0,64}\+\s{0,64}(?=["'`])/y
const MARKED = /(?:[bruf]{1,2}(?=["']))/iy
const BARE = /[^,\n{}()[\]"'`]*/y
const DUMPED = /(?:string|int|float|bool)\((\d*)\)\s?/y
const PRINTED = /(?:Array|[\w\\]{1,64} Object)\s*(?=\()/y
const MEMBER_OF_GO = /\s{0,8}([A-Z]\w{0,63}):/y
const PAIR_OF_GO = /([A-Za-z][\w-]{0,127}):(\[[^\]]{0,4096}\]|[^\s\]]*(?: (?![A-Za-z][\w-]{0,127}:)[^\s\]]*)*)/g

/**
 * Reads what programs print of their values: JavaScript's inspect, Python's repr, print_r and var_dump of PHP, Ruby's inspect,
 * Rust's Debug and maps of Go. It never fails: what is cut off ends with the text. Every character is read once.
 */
class Values {
  readonly #text: string
  #at: number

  constructor(text: string, at: number) {
    this.#text = text
    this.#at = at
  }

  get at(): number {
    return this.#at
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found === null) return undefined
    this.#at += found[0].length
    return found
  }

  #blank(): void {
    while (/[\s,;]/.test(this.#text[this.#at] ?? '')) this.#at++
  }

  /** A text in quotes, with those that are joined to it by `+`. */
  #quoted(): string | undefined {
    let out = this.#piece()
    while (out !== undefined && this.#match(JOINED) !== undefined) out += this.#piece() ?? ''
    return out
  }

  #piece(): string | undefined {
    const quote = this.#text[this.#at] as string
    let out = ''
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      const char = this.#text[at] as string
      if (char === quote) {
        this.#at = at + 1
        return out
      }
      if (char !== '\\') out += char
      else {
        const code = /^(?:u\{?([0-9a-fA-F]{1,6})\}?|x([0-9a-fA-F]{2}))/.exec(this.#text.slice(at + 1, at + 11))
        const next = this.#text[at + 1] ?? ''
        const point = code === null ? -1 : Number.parseInt((code[1] ?? code[2]) as string, 16)
        out += point === -1 || point > 0x10ffff ? (ESCAPES[next] ?? next) : String.fromCodePoint(point)
        at += code === null ? 1 : code[0].length
      }
    }
    return undefined
  }

  value(depth: number): Value {
    this.#match(MARKED)
    const from = this.#at
    const char = this.#text[from] ?? ''
    if (/["'`]/.test(char)) {
      const text = this.#quoted()
      if (text !== undefined) return { text, bare: false }
      this.#at++
    }
    const bare = (this.#match(BARE)?.[0] ?? '').trim()
    const next = this.#text[this.#at] ?? ''
    if (!Object.hasOwn(CLOSING, next)) {
      // A quote within a word goes with it.
      if (/["'`]/.test(next)) {
        this.#at++
        const rest = this.#match(/[^,\n})\]]*/y)?.[0] ?? ''
        return { text: `${bare}${next}${rest}`.trim(), bare: true }
      }
      return { text: bare, bare: true }
    }
    let group = /(?:^|\s)map$/.test(bare) ? this.#map(bare) : this.group(bare, depth + 1)
    // "Object [AxiosHeaders] {", "Map(2) {": the last one has the members.
    while (this.#match(/[ \t]{0,8}(?=\{)/y) !== undefined) group = this.group(bare, depth + 1)
    const [only] = group.entries
    // Some("…"), Headers({…}): as what is in it.
    return group.entries.length === 1 && only?.[0] === undefined && bare !== '' && this.#text[group.from] === '('
      ? (only as NonNullable<typeof only>)[1]
      : group
  }

  /** `map[Name:value Other:[value]]` of Go. */
  #map(name: string): Group {
    const from = this.#at
    let depth = 0
    let to = from
    for (; to < this.#text.length; to++) {
      const char = this.#text[to]
      if (char === '[') depth++
      else if (char === ']' && --depth === 0) break
    }
    this.#at = Math.min(to + 1, this.#text.length)
    const entries = [...this.#text.slice(from + 1, to).matchAll(PAIR_OF_GO)].map(
      ([, one = '', text = '']) => [one, { text: text.replace(/^\[(.*)\]$/s, '$1'), bare: true }] as const,
    )
    return { name, entries, from, to: this.#at, raw: this.#text.slice(from, this.#at) }
  }

  /** `{Method:GET URL:https://… Header:map[…]}` of Go. */
  #struct(name: string, from: number): Group {
    const entries: Array<readonly [string, Value]> = []
    for (let found = this.#match(MEMBER_OF_GO); found !== undefined; found = this.#match(MEMBER_OF_GO)) {
      const own = found[1] as string
      if (this.#text.startsWith('map[', this.#at)) {
        this.#at += 3
        entries.push([own, this.#map('map')])
      } else
        entries.push([
          own,
          {
            text:
              this.#match(/(?:\[[^\]]{0,2048}\]|\{[^}]{0,2048}\}|[^\s{}]*(?: (?![A-Z]\w{0,63}:)[^\s{}]*)*)/y)?.[0] ??
              '',
            bare: true,
          },
        ])
    }
    this.#match(/\s*\}/y)
    return { name, entries, from, to: this.#at, raw: this.#text.slice(from, this.#at) }
  }

  group(name: string, depth: number): Group {
    const from = this.#at
    if (this.#match(/\{(?=[A-Z]\w{0,63}:[^\s"'{[(]{1,4096} [A-Z]\w{0,63}:)/y) !== undefined)
      return this.#struct(name, from)
    const close = CLOSING[this.#text[from] as string] as string
    const entries: Array<readonly [string | undefined, Value]> = []
    this.#at++
    if (depth > DEEP) {
      const to = this.#skip(close)
      return { name, entries, from, to, raw: this.#text.slice(from, to) }
    }
    for (;;) {
      this.#blank()
      const start = this.#at
      if (start >= this.#text.length) break
      if (this.#text[start] === close) {
        this.#at++
        break
      }
      const php = this.#match(PHP_NAME)
      if (php !== undefined) entries.push([php[1], this.#ofPhp(depth)])
      else {
        const named = this.#match(NAME)
        entries.push([named && (named[1] ?? named[2] ?? named[3])?.replace(/\\(.)/g, '$1'), this.value(depth)])
      }
      if (this.#at === start) this.#at++
    }
    return { name, entries, from, to: this.#at, raw: this.#text.slice(from, this.#at) }
  }

  #ofPhp(depth: number): Value {
    this.#match(/\s{0,64}(?=(?:string|int|float|bool|array)\()/y)
    const counted = this.#match(DUMPED)
    if (counted !== undefined && this.#text[this.#at] === '"') {
      const text = this.#text.slice(this.#at + 1, this.#at + 1 + Number(counted[1] || 0))
      this.#at += text.length + 2
      return { text, bare: false }
    }
    if (this.#match(PRINTED) !== undefined || this.#match(/array\(\d+\)\s*(?=\{)/y) !== undefined)
      return this.group('', depth + 1)
    return { text: (this.#match(/[^\n]*/y)?.[0] ?? '').trim(), bare: true }
  }

  #skip(close: string): number {
    const open = this.#text[this.#at - 1]
    for (let left = 1; this.#at < this.#text.length && left > 0; this.#at++) {
      const char = this.#text[this.#at]
      if (char === open) left++
      else if (char === close) left--
    }
    return this.#at
  }
}

/** All that stands between brackets in a text, from left to right, without what is within others. */
export function groupsIn(text: string): readonly Group[] {
  const out: Group[] = []
  // Each word as a whole: three parts of one long word can be cut in thousands of ways.
  const opening = /((?:[\w$.]{1,64}(?![\w$.])[ \t]{0,4}|\([\d]{1,6}\)[ \t]?|\[[\w: ]{1,40}\][ \t]){0,3})[{[(]/g
  for (let found = opening.exec(text); found !== null; found = opening.exec(text)) {
    const at = found.index + found[0].length - 1
    const values = new Values(text, at)
    const name = (found[1] as string).trim()
    const value = /(?:^|\s)map$/.test(name) ? new Values(text, at - 3).value(0) : values.group(name, 0)
    if (!isGroup(value)) break
    out.push(value)
    opening.lastIndex = Math.max(value.to, at + 1)
  }
  return out
}

/** JSON of a value, without spaces. */
export function jsonOf(value: Value): string {
  if (!isGroup(value)) {
    const { text, bare } = value
    const word = bare
      ? ({ True: 'true', False: 'false', None: 'null', nil: 'null' } as Record<string, string>)[text]
      : undefined
    return (
      word ?? (bare && /^(?:true|false|null|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/i.test(text) ? text : JSON.stringify(text))
    )
  }
  const named = value.entries.some(([name]) => name !== undefined)
  return named
    ? `{${value.entries.map(([name = '', one]) => `${JSON.stringify(name)}:${jsonOf(one)}`).join(',')}}`
    : `[${value.entries.map(([, one]) => jsonOf(one)).join(',')}]`
}
