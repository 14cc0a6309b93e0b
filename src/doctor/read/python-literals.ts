import { type Draft, EXPRESSION, TEMPLATE } from '../capture.js'
import { asWritten, isOption, lengthAt } from './expressions.js'
import { NONE } from './literals.js'
import { PythonFloat, pythonJson } from './python-texts.js'

type Members = Record<string, unknown>

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0', '\n': '' }
const WORDS: Readonly<Record<string, unknown>> = { True: true, False: false, None: null }
const DEEP = 32

/** What was assigned to a name, and what of it is not known. */
export interface Assigned {
  readonly value: unknown
  readonly unread: Draft['unread']
}

/** A reader of the values that Python writes: texts, numbers, dicts and lists, names that were assigned before, `json.dumps(…)`. */
export class PythonLiterals {
  readonly text: string
  readonly known: ReadonlyMap<string, Assigned>
  readonly unread: Draft['unread']
  at: number

  constructor(text: string, at: number, known: ReadonlyMap<string, Assigned>, unread: Draft['unread']) {
    this.text = text
    this.at = at
    this.known = known
    this.unread = unread
  }

  /** The value of a name, whose unknown parts are those of what it is put into. */
  #of(name: string): unknown {
    const { value, unread = [] } = this.known.get(name) ?? {}
    this.unread.push(...unread.filter((one) => !this.unread.includes(one)))
    return value
  }

  #match(pattern: RegExp): string | undefined {
    const found = pattern.exec(this.text.slice(this.at, this.at + 4_096))?.[0]
    if (found !== undefined) this.at += found.length
    return found
  }

  #blank(): void {
    while (this.#match(/^(?:\s|\\\n)+|^#[^\n]*/) !== undefined);
  }

  #eat(mark: string): boolean {
    this.#blank()
    if (!this.text.startsWith(mark, this.at)) return false
    this.at += mark.length
    return true
  }

  /** One value; {@link NONE} for an expression whose value is not known, which is skipped and named. */
  value(where: string, depth = 0): unknown {
    this.#blank()
    const from = this.at
    const value = this.#sum(where, depth)
    if (value === NONE) return this.#unknown(where, from)
    this.#match(/^\.encode\s*\([^)]*\)/)
    // Behind a value that is whole stands a comma or the end of what it is in.
    this.#match(/^[ \t]+/)
    return this.at >= this.text.length || /[,)\]}:\n#=]/.test(this.text[this.at] as string)
      ? value
      : this.#unknown(where, from)
  }

  /** Texts that are joined with "+". */
  #sum(where: string, depth: number): unknown {
    let out = this.#one(where, depth)
    while (typeof out === 'string' && this.#match(/^[ \t]*\+(?!=)/) !== undefined) {
      const next = this.#one(where, depth)
      out = typeof next === 'string' ? out + next : NONE
    }
    return out
  }

  #one(where: string, depth: number): unknown {
    this.#blank()
    if (/^[rbufRBUF]{0,2}["']/.test(this.text.slice(this.at, this.at + 3)))
      return this.#formatted(this.#texts(where), where, depth)
    if (depth < DEEP && this.#eat('{')) return this.#members(where, depth)
    if (depth < DEEP && this.#eat('[')) return this.#list(where, ']', depth)
    if (depth < DEEP && this.#eat('(')) return this.#list(where, ')', depth)
    const number = this.#match(/^-?\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.])/)
    if (number !== undefined) return /\.0$/.test(number) ? new PythonFloat(number) : Number(number.replaceAll('_', ''))
    if (depth < DEEP && this.#match(/^json\.dumps\s*\(/) !== undefined) return this.#dumps(where, depth)
    if (depth < DEEP && this.#match(/^dict\s*\(/) !== undefined) return this.arguments([], depth)
    if (depth < DEEP && this.#match(/^str\s*\(/) !== undefined) return this.#asText(where, depth)
    const word = this.#match(/^[A-Za-z_]\w*(?=\.encode\()|^[A-Za-z_]\w*(?![\w.([])/)
    if (word === undefined) return NONE
    if (Object.hasOwn(WORDS, word)) return WORDS[word]
    return this.known.has(word) ? this.#of(word) : NONE
  }

  /** Texts that stand behind each other are one. */
  #texts(where: string): string {
    let out = ''
    for (;;) {
      const prefix = this.#match(/^[ \t\r\n]*[rbufRBUF]{0,2}(?=["'])/)
      if (prefix === undefined) return out
      const text = this.#text(/r/i.test(prefix))
      out += /f/i.test(prefix) ? this.#filled(text, where) : text
    }
  }

  /** A text behind which its values stand: `"…{}…".format(…)` and `"…%s…" % (…)`. */
  #formatted(text: string, where: string, depth: number): unknown {
    if (depth >= DEEP) return text
    if (this.#match(/^\.format\s*\(/) !== undefined) {
      const given = this.arguments(['0', '1', '2', '3', '4', '5', '6', '7'], depth)
      let next = 0
      return filledWith(text, /\{\{|\}\}|\{(\w*)\}/g, (name) => given[name === '' ? next++ : name])
    }
    if (this.#match(/^[ \t]*%(?=[ \t]*[("'A-Za-z_])/) === undefined) return text
    const value = this.#one(where, depth + 1)
    const values = Array.isArray(value) ? value : [value]
    return filledWith(text, /%%|%([sd])/g, () => values.shift())
  }

  /** A text with what was assigned before in its braces. */
  #filled(text: string, where: string): string {
    let unknown = false
    const filled = text.replace(/\{\{|\}\}|\{([^{}]{0,256})\}/g, (all, name: string | undefined) => {
      if (name === undefined) return all[0] as string
      const value = this.#of(name)
      if (typeof value === 'string' || typeof value === 'number') return String(value)
      unknown = true
      return all
    })
    if (unknown) this.unread.push({ part: where, problem: TEMPLATE })
    return filled
  }

  #text(raw: boolean): string {
    const quote = this.#match(/^(?:"""|'''|"|')/) as string
    let out = ''
    while (this.at < this.text.length && !this.text.startsWith(quote, this.at)) {
      const char = this.text[this.at++] as string
      if (char !== '\\' || raw) {
        out += char
        continue
      }
      const code = this.#match(/^(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|U[0-9a-fA-F]{8})/)
      const next = code === undefined ? (this.text[this.at++] ?? '') : ''
      out += code === undefined ? (ESCAPES[next] ?? (/["'\\]/.test(next) ? next : `\\${next}`)) : character(code)
    }
    this.at += quote.length
    return out
  }

  #members(where: string, depth: number): Members {
    const out: Members = { __proto__: null as never }
    while (this.at < this.text.length && !this.#eat('}')) {
      const name = this.value(where, depth + 1)
      const isNamed = this.#eat(':')
      const from = this.at
      const value = isNamed ? this.value(`${where}.${String(name)}`, depth + 1) : NONE
      if (typeof name === 'string' || typeof name === 'number') {
        if (value !== NONE) out[name] = value
        else if (isNamed && !isOption(String(name))) out[name] = asWritten(this.text.slice(from, this.at))
      }
      this.#eat(',')
    }
    return out
  }

  #list(where: string, end: string, depth: number): unknown {
    const out: unknown[] = []
    let commas = 0
    while (this.at < this.text.length && !this.#eat(end)) {
      this.#blank()
      const from = this.at
      const value = this.value(where, depth + 1)
      out.push(value === NONE ? asWritten(this.text.slice(from, this.at)) : value)
      if (this.#eat(',')) commas++
    }
    // Brackets around one value are no tuple.
    return end === ')' && commas === 0 && out.length === 1 ? out[0] : out
  }

  /** The arguments of a call, behind its bracket; those without a name by their places. */
  arguments(places: readonly string[], depth = 0): Members {
    const out: Members = { __proto__: null as never }
    for (let place = 0; this.at < this.text.length && !this.#eat(')'); ) {
      this.#blank()
      const name = this.#match(/^[A-Za-z_]\w*\s*=(?!=)/)?.replace(/\s*=$/, '')
      const value = this.value(name ?? places[place] ?? 'argument', depth + 1)
      if (value !== NONE) out[name ?? places[place] ?? ''] = value
      if (name === undefined) place++
      this.#eat(',')
    }
    return out
  }

  #asText(where: string, depth: number): unknown {
    const { value } = this.arguments(['value'], depth)
    if (value instanceof PythonFloat) return value.text
    return where !== '' && (typeof value === 'string' || typeof value === 'number') ? String(value) : NONE
  }

  #dumps(where: string, depth: number): unknown {
    const { value, separators, ensure_ascii: ascii } = this.arguments(['value'], depth)
    if (value === undefined) return NONE
    const [comma = ', ', colon = ': '] = Array.isArray(separators) ? separators.map(String) : []
    return where === '' ? NONE : pythonJson(value, comma, colon, ascii !== false)
  }

  /** Over an expression, up to the comma or bracket behind it. */
  #unknown(where: string, from: number): typeof NONE {
    let depth = 0
    for (; this.at < this.text.length; this.at += lengthAt(this.text, this.at)) {
      const char = this.text[this.at] as string
      if (/[([{]/.test(char)) depth++
      else if (/[)\]}]/.test(char) && depth-- === 0) break
      else if (/[,\n]/.test(char) && depth === 0) break
    }
    if (this.at === from) this.at++
    this.unread.push({ part: where, problem: EXPRESSION })
    return NONE
  }
}

/** A text with values in its marks; a mark that is written twice stands for itself. */
function filledWith(text: string, marks: RegExp, read: (name: string) => unknown): unknown {
  let isKnown = true
  const filled = text.replace(marks, (all, name: string | undefined) => {
    if (name === undefined) return all[0] as string
    const value = read(name)
    if (typeof value !== 'string' && typeof value !== 'number') isKnown = false
    return String(value)
  })
  return isKnown ? filled : NONE
}

function character(code: string): string {
  const point = Number.parseInt(code.slice(1), 16)
  return point > 0x10ffff ? '\ufffd' : String.fromCodePoint(point)
}
