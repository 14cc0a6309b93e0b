import { utf8 } from '../../crypto/encoding.js'
import { type Draft, emptyDraft } from '../capture.js'
import { isMembers } from './har.js'

type Members = Readonly<Record<string, unknown>>

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', '0': '\0' }
const NONE: unique symbol = Symbol()

/** A reader of the values that a call may be written with: texts, numbers, objects and lists, `JSON.stringify(…)` of one. */
class Literals {
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
    if (word !== undefined) {
      this.at += word.length
      return word === 'undefined' ? undefined : JSON.parse(word)
    }
    const call = /^JSON\.stringify\s*\(/.exec(this.text.slice(this.at))?.[0]
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
        this.unread.push({ part: where, problem: 'a variable stands in the text; its value is not known' })
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
      const value = this.eat(':') ? this.value(inside, depth + 1) : this.unknown(inside)
      if (value !== NONE) out[name] = value
      this.eat(',')
    }
    return out
  }

  private list(where: string, depth: number): readonly unknown[] {
    this.at++
    const out: unknown[] = []
    while (this.at < this.text.length && !this.eat(']')) {
      const value = this.value(where, depth + 1)
      if (value !== NONE) out.push(value)
      this.eat(',')
    }
    return out
  }

  private unknown(where: string): typeof NONE {
    this.unread.push({ part: where, problem: 'an expression stands there; its value is not known' })
    return NONE
  }

  /** Over an expression, up to the comma or bracket behind it. */
  private skip(where: string): typeof NONE {
    let depth = 0
    const from = this.at
    for (; this.at < this.text.length; this.at++) {
      const char = this.text[this.at] as string
      if (/[([{]/.test(char)) depth++
      else if (/[)\]}]/.test(char) && depth-- === 0) break
      else if (char === ',' && depth === 0) break
    }
    if (this.at === from) this.at++
    return this.unknown(where)
  }
}

/** A call of fetch as the developer tools copy it: `fetch("https://…", { … })`. */
export function readFetch(text: string): Draft {
  const draft = emptyDraft()
  const literals = new Literals(text, text.indexOf('(') + 1, draft.unread)
  const url = literals.value('url')
  const init = literals.eat(',') ? literals.value('init') : {}
  return fromParts(draft, typeof url === 'string' ? { url, ...Object(init) } : Object(init))
}

function headerPairs(value: unknown, draft: Draft): Array<readonly [string, string]> {
  if (value === undefined || value === null) return []
  const entries: ReadonlyArray<readonly unknown[]> =
    typeof (value as { entries?: unknown }).entries === 'function' && !Array.isArray(value)
      ? [...(value as Iterable<readonly unknown[]>)]
      : Array.isArray(value)
        ? value.map((one) => (isMembers(one) ? [one['name'], one['value']] : Array.isArray(one) ? one : []))
        : Object.entries(value)
  const out: Array<readonly [string, string]> = []
  for (const [name, text] of entries)
    for (const one of Array.isArray(text) ? text : [text])
      if (typeof name === 'string' && (typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean'))
        out.push([name, String(one)])
      else draft.unread.push({ part: `header ${String(name)}`, problem: 'its value is no text; it is left out' })
  return out
}

/** An object with the parts of a request, by the names that fetch, axios and this package use. */
export function fromParts(draft: Draft, parts: Members): Draft {
  const { method, url, headers, body, data, response, refusal } = parts
  draft.url = typeof url === 'string' || url instanceof URL ? String(url) : ''
  draft.headers = headerPairs(headers ?? parts['fields'], draft)
  const content = body ?? data
  if (typeof content === 'string') draft.body = content === '' ? undefined : utf8(content)
  else if (content instanceof Uint8Array) draft.body = content
  else if (content instanceof URLSearchParams) draft.body = utf8(content.toString())
  else if (isMembers(content) || Array.isArray(content)) {
    draft.body = utf8(JSON.stringify(content))
    draft.unread.push({
      part: 'body',
      problem: 'it is an object, not the text that was sent; JSON without spaces is assumed',
    })
  } else if (content !== undefined && content !== null)
    draft.unread.push({ part: 'body', problem: 'it is neither text nor bytes; it is left out' })
  draft.method =
    typeof method === 'string' && method !== '' ? method.toUpperCase() : draft.body === undefined ? 'GET' : 'POST'
  if (typeof method === 'string' && method !== draft.method && !/^patch$/i.test(method))
    draft.unread.push({ part: 'method', problem: 'it is sent in capitals, as fetch and every HTTP client does' })
  const answer = refusal ?? response
  if (isMembers(answer)) {
    const status = Number(answer['status'])
    const text = answer['body'] ?? answer['data'] ?? ''
    draft.refusal = {
      ...(Number.isInteger(status) && { status }),
      headers: headerPairs(answer['headers'], draft),
      body: typeof text === 'string' ? text : JSON.stringify(text),
    }
  }
  return draft
}
