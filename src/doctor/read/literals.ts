import { type Draft, EXPRESSION, TEMPLATE } from '../capture.js'
import { asWritten, isOption, lengthAt } from './expressions.js'

type Members = Readonly<Record<string, unknown>>

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', '0': '\0' }
/** Stands for an expression whose value is not known. */
export const NONE: unique symbol = Symbol()

/** A reader of the values that a call of JavaScript may be written with: texts, numbers, objects and lists, `JSON.stringify(…)`. */
const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['undefined', undefined],
])

export class Literals {
  readonly text: string
  readonly unread: Draft['unread']
  at: number

  constructor(text: string, at: number, unread: Draft['unread']) {
    this.text = text
    this.at = at
    this.unread = unread
  }

  blank(): void {
    const found = /^(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/.exec(this.text.slice(this.at))
    this.at += found?.[0].length ?? 0
  }

  eat(char: string): boolean {
    this.blank()
    if (!this.text.startsWith(char, this.at)) return false
    this.at += char.length
    return true
  }

  /** One value; {@link NONE} for an expression that is not one, which is skipped and named. */
  value(where: string, depth = 0): unknown {
    this.blank()
    const char = this.text[this.at] ?? ''
    if (/["'`]/.test(char)) return this.string(where)
    if (depth < 32 && char === '{') return this.object(where, depth)
    if (depth < 32 && char === '[') return this.list(where, depth)
    const word = /^(?:-?\d[\d.eE+-]*|true|false|null|undefined)/.exec(this.text.slice(this.at))?.[0]
    if (word !== undefined && !(/\d/.test(word) && Number.isNaN(Number(word)))) {
      this.at += word.length
      return WORDS.has(word) ? WORDS.get(word) : Number(word)
    }
    const call = depth < 32 ? /^JSON\.stringify\s*\(/.exec(this.text.slice(this.at))?.[0] : undefined
    if (call === undefined) return this.skip(where)
    this.at += call.length
    const inside = this.value(where, depth + 1)
    this.eat(')')
    return inside === NONE ? NONE : JSON.stringify(inside)
  }

  private string(where: string): unknown {
    const quote = this.text[this.at++] as string
    let out = ''
    while (this.at < this.text.length && this.text[this.at] !== quote) {
      const char = this.text[this.at++] as string
      if (quote === '`' && char === '$' && this.text[this.at] === '{') {
        this.unread.push({ part: where, problem: TEMPLATE })
        out += char
      } else if (char === '\\') {
        const code = /^(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|u\{([0-9a-fA-F]+)\})/.exec(
          this.text.slice(this.at, this.at + 10),
        )
        const next = this.text[this.at] as string
        out +=
          code === null
            ? (ESCAPES[next] ?? (next === '\n' ? '' : next))
            : String.fromCodePoint(Number.parseInt((code[1] ?? code[2] ?? code[3]) as string, 16))
        this.at += code === null ? 1 : code[0].length
      } else out += char
    }
    this.at++
    return out
  }

  private object(where: string, depth: number): Members {
    this.at++
    const out: Record<string, unknown> = { __proto__: null as never }
    while (this.at < this.text.length && !this.eat('}')) {
      this.blank()
      const bare = /^[\w$-]+/.exec(this.text.slice(this.at))?.[0]
      const name = bare ?? (/["'`]/.test(this.text[this.at] ?? '') ? String(this.string(where)) : undefined)
      if (name === undefined) {
        this.skip(where)
        this.eat(',')
        continue
      }
      if (bare !== undefined) this.at += bare.length
      const inside = `${where}.${name}`
      const isNamed = this.eat(':')
      const from = this.at
      const value = isNamed ? this.value(inside, depth + 1) : this.unknown(inside)
      if (value !== NONE) out[name] = value
      else if (!isOption(name)) out[name] = asWritten(isNamed ? this.text.slice(from, this.at) : name)
      this.eat(',')
    }
    return out
  }

  private list(where: string, depth: number): readonly unknown[] {
    this.at++
    const out: unknown[] = []
    while (this.at < this.text.length && !this.eat(']')) {
      this.blank()
      const from = this.at
      const value = this.value(where, depth + 1)
      if (from < this.text.length) out.push(value === NONE ? asWritten(this.text.slice(from, this.at)) : value)
      this.eat(',')
    }
    return out
  }

  private unknown(where: string): typeof NONE {
    this.unread.push({ part: where, problem: EXPRESSION })
    return NONE
  }

  /** Over an expression, up to the comma or bracket behind it. */
  private skip(where: string): typeof NONE {
    let depth = 0
    const from = this.at
    for (; this.at < this.text.length; this.at += lengthAt(this.text, this.at)) {
      const char = this.text[this.at] as string
      if (/[([{]/.test(char)) depth++
      else if (/[)\]}]/.test(char) && depth-- === 0) break
      else if (char === ',' && depth === 0) break
    }
    if (this.at === from) this.at++
    return this.unknown(where)
  }
}
