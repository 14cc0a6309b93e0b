import { readInput, readText } from './input.js'
import { secretOf } from './secrets.js'
import { usage } from './usage.js'
import { MOST_BYTES, type Options, type World } from './world.js'

/** A value of JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** What the words behind the URL say, in the manner of HTTPie. */
export interface Items {
  readonly headers: ReadonlyArray<readonly [string, string]>
  /** `name==value` */
  readonly query: ReadonlyArray<readonly [string, string]>
  /** `name=value` and `name:=json`, in their order. */
  readonly fields: ReadonlyArray<readonly [string, Json]>
  /** `@file` */
  readonly body: Uint8Array | undefined
}

/** The longest first: `:=@` begins with `:=`, and that with `:`. */
const SEPARATORS = [':=@', '=@', ':=', '==', ':@', ':', '='] as const
type Separator = (typeof SEPARATORS)[number]

/** Header fields whose value is a secret: it must not stand on the command line. */
const SECRET_FIELD =
  /^(?:proxy-)?authorization$|^cookie$|(?:^|-)(?:secret|token|password|passwd|passphrase|credentials?|api-key|private-key)(?:-|$)/i

/** Members of a body and parameters of a query that are secrets wherever they occur. `token` alone is also a currency. */
const SECRET_MEMBER =
  /^(?:password|passwd|passphrase|mnemonic|(?:api|client|shared)_?secret|(?:secret|private)_?key|(?:access|refresh|id)_?token)$/i

/** Made of the URL and the body: another value would be sent beside what was signed, or in place of it. */
const MADE =
  /^(?:host|content-length|content-digest|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|proxy-connection|signature|signature-input)$/i
const PLACE = /^(?:env|file|vault|exec):|^prompt$/

/** What is no field of HTTP is said here, in one way for every scheme: RFC 9110 5.5. */
function assertField(name: string, value: string): void {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name))
    usage('the name of a header field must be a token: letters, digits, -')
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value))
    usage(`${name} must be one line of Latin-1 text, got a value with a line break, control or wide character`)
}

/** Where a word is divided: at the first separator that no backslash stands before. */
function divided(word: string): readonly [name: string, separator: Separator, value: string] | undefined {
  let name = ''
  for (let at = 0; at < word.length; at++) {
    if (word[at] === '\\' && /[\\:=@]/.test(word[at + 1] ?? '')) {
      name += word[++at]
      continue
    }
    const found = SEPARATORS.find((separator) => word.startsWith(separator, at))
    if (found !== undefined) return [name, found, word.slice(at + found.length)]
    name += word[at]
  }
  return undefined
}

const json = (name: string, text: string): Json => {
  try {
    return JSON.parse(text) as Json
  } catch {
    return usage(`${name}:= must be followed by JSON, such as ${name}:=5 or ${name}:='["a"]'; for text write ${name}=`)
  }
}

/** A header field's value from where it is kept: a file, or a place for secrets. */
async function kept(world: World, name: string, place: string, options: Options): Promise<string> {
  if (PLACE.test(place)) return (await secretOf(world, `${name}:@`, place, options)).revealText()
  if (SECRET_FIELD.test(name)) return (await secretOf(world, `${name}:@`, `file:${place}`, options)).revealText()
  return (await readText(place)).replace(/\r?\n$/, '')
}

/** A member's value from where it is kept: a place for secrets, or a file as it is. */
async function keptMember(world: World, name: string, place: string, options: Options): Promise<string> {
  if (PLACE.test(place)) return (await secretOf(world, `${name}=@`, place, options)).revealText()
  if (SECRET_MEMBER.test(name)) return (await secretOf(world, `${name}=@`, `file:${place}`, options)).revealText()
  return readText(place, MOST_BYTES)
}

/** A secret in the query of the URL itself: it stands on the command line, and in the log of every server. */
export function assertNoSecretIn(url: string): void {
  for (const pair of (url.split('#', 1)[0] ?? '').split('?').slice(1).join('?').split('&')) {
    const [name = ''] = pair.split('=', 1)
    if (pair.includes('=') && SECRET_MEMBER.test(name)) openly(name, '=', 'in the URL')
  }
}

const openly = (name: string, separator: string, where: string): never =>
  usage(
    `${name}: its value must not stand ${where}. Write ${name}${separator}@env:NAME, ${name}${separator}@file:PATH or ${name}${separator}@prompt`,
  )

/** The fields as one object. A name that is given twice would lose its first value. */
export function objectOf(fields: Items['fields']): Record<string, Json> {
  const object = Object.fromEntries(fields)
  const twice = fields.find(([name], at) => fields.findIndex(([other]) => other === name) !== at)
  if (twice !== undefined) usage(`the field ${twice[0]} is there twice: for a list write ${twice[0]}:='["a","b"]'`)
  return object
}

/**
 * Reads the words behind the URL.
 *
 * @throws {UsageError}
 */
export async function readItems(world: World, words: readonly string[], options: Options): Promise<Items> {
  const headers: Array<readonly [string, string]> = []
  const query: Array<readonly [string, string]> = []
  const fields: Array<readonly [string, Json]> = []
  let body: Uint8Array | undefined
  for (const word of words) {
    if (/^[{[]/.test(word))
      usage('a body of JSON is not one word: write field=value and field:=json, or @file for all of it')
    if (word.startsWith('@')) {
      if (body !== undefined) usage('there can be one @file')
      body = await readInput(word.slice(1) || usage('@ must be followed by the path of a file'))
      continue
    }
    const [name, separator, value] =
      divided(word) ??
      usage('an item must be Name:value, field=value, field:=json, name==value or @file, got another text')
    if (name === '') usage(`an item must have a name before "${separator}"`)
    if (separator.startsWith(':') && !separator.startsWith(':=') && MADE.test(name))
      usage(`${name} is made of the URL and the body: leave it out`)
    if ((separator === '=' || separator === ':=' || separator === '==') && SECRET_MEMBER.test(name))
      openly(name, '=', 'on the command line')
    if (separator === ':') {
      if (SECRET_FIELD.test(name)) openly(name, ':', 'on the command line')
      headers.push([name, value.trim()])
    } else if (separator === ':@') headers.push([name, await kept(world, name, value, options)])
    else if (separator === '==') query.push([name, value])
    else if (separator === '=') fields.push([name, value])
    else if (separator === ':=') fields.push([name, json(name, value)])
    else {
      const text = await keptMember(world, name, value, options)
      fields.push([name, separator === '=@' ? text : json(name, text)])
    }
  }
  for (const [name, value] of headers) assertField(name, value)
  if (body !== undefined && fields.length > 0) usage('@file is the whole body: leave the fields out')
  return { headers, query, fields, body }
}
