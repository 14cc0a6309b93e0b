import { utf8Decode } from '../crypto/encoding.js'
import type { HttpRequest } from '../message/message.js'
import { type Answer, wireFields } from './transport.js'
import type { Paint } from './world.js'

// A server's text must not move the cursor, colour the screen or turn the writing round.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const CONTROL = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g
export const harmless = (text: string): string => text.replace(CONTROL, '\ufffd')

const head = (first: string, fields: readonly string[], paint: Paint): string => {
  const lines = [first]
  for (let i = 0; i < fields.length; i += 2)
    lines.push(`${paint('cyan', harmless(fields[i] ?? ''))}: ${harmless(fields[i + 1] ?? '')}`)
  return `${lines.join('\n')}\n\n`
}

export const requestHead = (request: HttpRequest, paint: Paint): string =>
  head(`${paint('bold', request.method)} ${request.target} HTTP/1.1`, wireFields(request), paint)

export function answerHead({ status, reason, version, fields }: Answer, paint: Paint): string {
  const colour = status < 300 ? 'green' : status < 400 ? 'yellow' : 'red'
  return head(`${version} ${paint(colour, `${status} ${harmless(reason)}`.trimEnd())}`, fields, paint)
}

// One token of JSON that was just written: a name, a text, or a word or number.
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** A body for people: JSON indented, other text as it is, bytes by their number. */
export function bodyText(body: Uint8Array, paint: Paint): string {
  if (body.length === 0) return ''
  const text = utf8Decode(body)
  if (text === undefined || text.includes('\0')) return `(${body.length} bytes that are no text)\n`
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    return `${harmless(text)}${text.endsWith('\n') ? '' : '\n'}`
  }
  // A number that a double cannot hold would be printed as another one: such a text stays as it came.
  const indented = exact(text) ? JSON.stringify(document, undefined, 2) : text
  return `${harmless(indented).replace(TOKEN, (token, string: string | undefined, colon: string | undefined) =>
    string === undefined
      ? paint('yellow', token)
      : colon === undefined
        ? paint('green', string)
        : `${paint('blue', string)}${colon}`,
  )}\n`
}

/** Whether every number of a JSON text is printed again as it stands there. */
function exact(text: string): boolean {
  const numbers = text.replace(/"(?:[^"\\]|\\.)*"/g, '').match(/-?\d[\d.eE+-]*/g) ?? []
  return numbers.every((number) => String(Number(number)) === number)
}
