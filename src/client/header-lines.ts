import { assertFieldLine, type FieldLines } from '../message/fields.js'

/** Field lines of the headers of Node's clients: an object whose values may be lists, pairs, or a flat list. */
export function headerLines(headers: unknown): FieldLines {
  const out: string[] = []
  if (headers === null || headers === undefined) return out
  if (Array.isArray(headers) && !Array.isArray(headers[0]))
    for (let i = 0; i < headers.length; i += 2) addLine(out, headers[i], headers[i + 1])
  else if (Symbol.iterator in (headers as object))
    for (const [name, value] of headers as Iterable<readonly [string, unknown]>) addLine(out, name, value)
  else for (const name of Object.keys(headers as object)) addLine(out, name, (headers as Record<string, unknown>)[name])
  return out
}

function addLine(out: string[], name: unknown, value: unknown): void {
  if (value === undefined || value === null) return
  if (Array.isArray(value)) {
    for (const one of value) addLine(out, name, one)
    return
  }
  const nameText = text(name)
  const valueText = text(value)
  assertFieldLine(nameText, valueText)
  out.push(nameText, valueText)
}

const text = (value: unknown): string =>
  typeof value === 'string' ? value : Buffer.isBuffer(value) ? value.toString('latin1') : String(value)
