import { utf8Decode } from '../crypto/encoding.js'
import type { HttpRequest } from '../message/message.js'
import { harmless, oneLine } from './screen.js'
import { type Answer, wireFields } from './transport.js'
import type { Paint } from './world.js'

const head = (first: string, fields: readonly string[], paint: Paint): string => {
  const lines = [first]
  for (let i = 0; i < fields.length; i += 2)
    lines.push(`${paint('cyan', oneLine(fields[i] ?? ''))}: ${oneLine(fields[i + 1] ?? '')}`)
  return `${lines.join('\n')}\n\n`
}

export const requestHead = (request: HttpRequest, paint: Paint): string =>
  head(`${paint('bold', request.method)} ${request.target} HTTP/1.1`, wireFields(request), paint)

export function answerHead({ status, reason, version, fields }: Answer, paint: Paint): string {
  const colour = status < 300 ? 'green' : status < 400 ? 'yellow' : 'red'
  return head(`${version} ${paint(colour, `${status} ${oneLine(reason)}`.trimEnd())}`, fields, paint)
}

// One token of JSON that was just written: a name, a text, or a word or number.
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g
/** A loop in an expression costs stack with each turn: longer documents have no colours. */
const MOST_COLOURED = 65_536
/** Nested further, an indented document is mostly indentation: it grows with the square of the depth. */
const MOST_LEVELS = 100

/**
 * A document of JSON that is the same when it is printed again: a number that a double cannot hold would be printed as another one,
 * and of a name that is there twice one would be left.
 */
export function exactJson(text: string): { readonly value: unknown } | undefined {
  const bones = withoutTexts(text)
  let level = 0
  for (const character of bones) {
    if (character === '[' || character === '{') level++
    else if (character === ']' || character === '}') level--
    if (level > MOST_LEVELS) return undefined
  }
  const numbers = bones.match(/-?\d[\d.eE+-]*/g) ?? []
  if (!numbers.every((number) => String(Number(number)) === number)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    const names = bones.match(/"\s*:/g)?.length ?? 0
    return namesIn(value) === names ? { value } : undefined
  } catch {
    return undefined
  }
}

/** A text of JSON with every string in it empty. */
function withoutTexts(text: string): string {
  const parts: string[] = []
  let from = 0
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', from)) {
    let end = at + 1
    while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1
    parts.push(text.slice(from, at), '""')
    from = end + 1
  }
  return parts.join('') + text.slice(from)
}

/** How many members the objects of a document have. */
function namesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const own = Array.isArray(value) ? 0 : Object.keys(value).length
  return Object.values(value).reduce((sum: number, one) => sum + namesIn(one), own)
}

/** A body for people: JSON indented, other text as it is, bytes by their number. */
export function bodyText(body: Uint8Array, paint: Paint): string {
  if (body.length === 0) return ''
  const text = utf8Decode(body)
  if (text === undefined || text.includes('\0')) return `(${body.length} bytes that are no text)\n`
  const document = exactJson(text)
  if (document === undefined) return `${harmless(text)}${text.endsWith('\n') ? '' : '\n'}`
  const indented = harmless(JSON.stringify(document.value, undefined, 2))
  return indented.length > MOST_COLOURED ? `${indented}\n` : `${coloured(indented, paint)}\n`
}

const coloured = (indented: string, paint: Paint): string =>
  indented.replace(TOKEN, (token, string: string | undefined, colon: string | undefined) =>
    string === undefined
      ? paint('yellow', token)
      : colon === undefined
        ? paint('green', string)
        : `${paint('blue', string)}${colon}`,
  )
