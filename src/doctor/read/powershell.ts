import { utf8 } from '../../crypto/encoding.js'
import { type Draft, emptyDraft, headerOf, VARIABLE } from '../capture.js'
import { behindAnswer } from './http.js'

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '0': '\0',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
}

type Word = string | ReadonlyMap<string, Word>
type Names = ReadonlyMap<string, string>

// `$name`, `${name}`, `$($name)`, `$env:name`.
const NAME = /^\$(?:\(\$|\{)?((?:env:|script:|global:)?\w{1,64})[)}]?/i
const DEEP = 8

/** The words of a PowerShell line (about_Quoting_Rules); a hash table is one of them. */
class Words {
  readonly #text: string
  readonly #unread: Draft['unread']
  readonly #names: Names
  // Values that name other variables, each of them twice, would double with every one.
  #room = MOST_SET
  #at = 0

  constructor(text: string, unread: Draft['unread'], names: Names = new Map()) {
    this.#text = text
    this.#unread = unread
    this.#names = names
  }

  /** The value of a variable that was set to a text; what is behind it is read next. */
  #known(from: number): string | undefined {
    const found = NAME.exec(this.#text.slice(from, from + 80))
    const value = this.#names.get(found?.[1]?.toLowerCase() ?? '')
    if (found === null || value === undefined || value.length > this.#room) return undefined
    this.#room -= value.length
    this.#at = from + found[0].length
    return value
  }

  #blank(breaks: boolean): void {
    // Every blank that ends a word, or a form feed would be a word without end: the line would never be over.
    const found = (breaks ? /^(?:[\s;]|`[ \t]*\r?\n)*/ : /^(?:[^\S\r\n]|`[ \t]*\r?\n)*/).exec(
      this.#text.slice(this.#at),
    )
    this.#at += found?.[0].length ?? 0
  }

  /** `undefined` at the end of the line. */
  next(): Word | undefined {
    this.#blank(false)
    if (this.#at >= this.#text.length || /[\r\n;|]/.test(this.#text[this.#at] as string)) return undefined
    return this.#text.startsWith('@{', this.#at) ? this.#table(0) : this.#word(/[\s;|]/)
  }

  #table(depth: number): Word {
    this.#at += 2
    const out = new Map<string, Word>()
    for (;;) {
      this.#blank(true)
      if (this.#at >= this.#text.length) return out
      if (this.#text[this.#at] === '}') {
        this.#at++
        return out
      }
      const name = this.#word(/[\s;=}]/)
      this.#blank(true)
      if (this.#text[this.#at] !== '=') {
        // No pair: nothing more of this table can be read.
        if (name === '') this.#at++
        continue
      }
      this.#at++
      this.#blank(true)
      if (depth < DEEP && this.#text.startsWith('@{', this.#at)) out.set(name, this.#table(depth + 1))
      else {
        const value = this.#word(/[\s;}]/)
        if (/^\$\w|^\(/.test(value)) this.#unread.push({ part: name, problem: VARIABLE })
        out.set(name, value)
      }
    }
  }

  #word(end: RegExp): string {
    let out = ''
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at] as string
      if (end.test(char)) break
      this.#at++
      if (char === "'") out += this.#single()
      else if (char === '"') out += this.#double()
      else if (char === '`') out += this.#text[this.#at++] ?? ''
      else out += (char === '$' ? this.#known(this.#at - 1) : undefined) ?? char
    }
    return out
  }

  #single(): string {
    let out = ''
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at++] as string
      if (char !== "'") out += char
      else if (this.#text[this.#at] === "'") out += this.#text[this.#at++]
      else break
    }
    return out
  }

  #double(): string {
    let out = ''
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at++] as string
      if (char === '`') {
        const next = this.#text[this.#at++] ?? ''
        out += ESCAPES[next] ?? next
      } else if (char === '"') {
        if (this.#text[this.#at] !== '"') break
        out += this.#text[this.#at++]
      } else {
        // "$([char]0x00e9)" is how the developer tools write what is not ASCII.
        const code = /^\(\[char\]0x([0-9a-fA-F]{1,4})\)/.exec(
          char === '$' ? this.#text.slice(this.#at, this.#at + 20) : '',
        )
        if (code !== null) {
          out += String.fromCharCode(Number.parseInt(code[1] as string, 16))
          this.#at += code[0].length
          continue
        }
        const known = char === '$' ? this.#known(this.#at - 1) : undefined
        if (known !== undefined) {
          out += known
          continue
        }
        if (char === '$' && /[\w({]/.test(this.#text[this.#at] ?? ''))
          this.#unread.push({ part: 'a text', problem: VARIABLE })
        out += char
      }
    }
    return out
  }
}

/** Every word of a line. */
export function powershellWords(text: string, unread: Draft['unread']): readonly string[] {
  const words = new Words(text, unread)
  const out: string[] = []
  for (let word = words.next(); word !== undefined; word = words.next())
    out.push(typeof word === 'string' ? word : '@{}')
  return out
}

type Take = (draft: Draft, value: Word) => void
const text =
  (take: (draft: Draft, value: string) => void): Take =>
  (draft, value) => {
    if (typeof value === 'string') take(draft, value)
  }

const TAKE: Readonly<Record<string, Take>> = {
  '-uri': text((draft, value) => {
    draft.url = value
  }),
  '-method': text((draft, value) => {
    draft.method = value.toUpperCase()
  }),
  '-headers': (draft, value) => {
    if (typeof value === 'string')
      draft.unread.push({ part: '-Headers', problem: 'they are a variable, which is not known' })
    else
      for (const [name, one] of value)
        if (typeof one === 'string' && !/^:|^(?:authority|method|path|scheme)$/i.test(name))
          draft.headers.push([name, one])
  },
  '-contenttype': text((draft, value) => void draft.headers.push(['Content-Type', value])),
  '-useragent': text((draft, value) => void draft.headers.push(['User-Agent', value])),
  '-body': (draft, value) => {
    if (typeof value !== 'string')
      draft.unread.push({
        part: '-Body',
        problem: 'a table is encoded as a form by PowerShell; capture the request itself',
      })
    else if (/^(?:\$|\()/.test(value) && !/^\$\{?\w*\s*[{[]/.test(value))
      draft.unread.push({ part: '-Body', problem: 'it is a variable, which is not known; the body is left out' })
    else draft.body = utf8(value)
  },
  '-websession': () => {},
  '-outfile': () => {},
  '-timeoutsec': () => {},
}

/** Variables that are a table or a separate text, in the places where the call names them. */
const withVariables = (text: string): string => {
  let count = 0
  return text.replace(/(?<=-(?:Headers|Body|Uri)\s{1,4})\$(\w{1,64})/gi, (all, name: string) => {
    if (count++ >= MOST_VARIABLES) return all
    const at = new RegExp(`\\$${name}\\s{0,8}=\\s{0,8}(?=@[{'"]|["'])`, 'i').exec(text)
    const start = at === null ? '' : text.slice(at.index + at[0].length)
    return (
      /^(?:@\{[^}]*\}|@'\r?\n[\s\S]*?\n'@|@"\r?\n[\s\S]*?\n"@|'(?:[^']|'')*'|"(?:[^"`]|`.)*")/.exec(start)?.[0] ?? all
    )
  })
}

const MOST_VARIABLES = 8

/** Every variable that a text is given to, in the order of the script; those of a block that was copied count as well. */
function namesIn(text: string): Names {
  const out = new Map<string, string>()
  for (const { 0: all, 1: name = '', index } of [
    ...text.matchAll(/^[ \t]*\$((?:env:)?\w{1,64})[ \t]*=[ \t]*(?=["'\d])/gim),
  ].slice(0, MOST_NAMES)) {
    const unread: Draft['unread'] = []
    const value = new Words(text.slice(index + all.length, index + all.length + MOST_TEXT), unread, out).next()
    if (typeof value === 'string' && unread.length === 0) out.set(name.toLowerCase(), value)
  }
  return out
}

/** `@params`: every option is a member of that table. */
function splatted(text: string, name: string, draft: Draft, names: Names): void {
  const at = new RegExp(`\\$${name}\\s{0,8}=\\s{0,8}(?=@\\{)`, 'i').exec(text)
  const table = at === null ? '' : new Words(text.slice(at.index + at[0].length), draft.unread, names).next()
  if (typeof table === 'object')
    for (const [option, value] of table) {
      const take = `-${option.toLowerCase()}`
      if (Object.hasOwn(TAKE, take)) TAKE[take]?.(draft, value)
    }
}

const MOST_NAMES = 64
const MOST_TEXT = 65_536
const MOST_SET = 262_144

/** A call of Invoke-WebRequest, as the developer tools copy it or as a script has it. */
export function readPowerShell(pasted: string): Draft {
  const draft = emptyDraft()
  const own = withVariables(behindAnswer(pasted, draft))
  const names = namesIn(own)
  const from = /(?:Invoke-(?:WebRequest|RestMethod)|\biwr|\birm)(?=\s)/i.exec(own)
  const words = new Words(own.slice((from?.index ?? 0) + (from?.[0].length ?? 0)), draft.unread, names)
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (typeof word !== 'string') continue
    const take = Object.hasOwn(TAKE, word.toLowerCase()) ? TAKE[word.toLowerCase()] : undefined
    // The name alone: a bracket behind it is none of it, and it becomes a part of a pattern.
    const table = /^@(\w{1,64})/.exec(word)?.[1]
    if (take !== undefined) take(draft, words.next() ?? '')
    else if (table !== undefined) splatted(own, table, draft, names)
    else if (!word.startsWith('-') && draft.url === '') draft.url = word
    // What follows an option that is not known may be its value, and a secret.
    else if (
      word.startsWith('-') &&
      !/^-(?:UseBasicParsing|SkipHttpErrorCheck|SkipCertificateCheck|Verbose)$/i.test(word)
    )
      draft.unread.push({ part: word.slice(0, 40), problem: 'this option is not known here; it is left out' })
  }
  draft.method ||= draft.body === undefined ? 'GET' : 'POST'
  // about_Invoke-WebRequest: a POST without a type is that of a form.
  if (draft.body !== undefined && headerOf(draft.headers, 'content-type') === undefined)
    draft.headers.push(['Content-Type', 'application/x-www-form-urlencoded'])
  return draft
}
