import { utf8, utf8Decode } from '../../../src/crypto/encoding.js'
import type { HttpRequest } from '../../../src/message/message.js'
import { splitTarget } from '../../../src/message/target.js'

/** A change of a request; `undefined` where it has no such part. */
export type Edit = (request: HttpRequest) => HttpRequest | undefined

/** The parameters of the messages of every source: those that a scheme adds stay where they are. */
const OURS = new Set([
  'symbol',
  'limit',
  'category',
  'note',
  'ids',
  'at',
  'side',
  'price',
  'quantity',
  'b',
  'a',
  'c',
  'd',
])

const bodyText = ({ body }: HttpRequest): string => (body instanceof Uint8Array ? (utf8Decode(body) ?? '') : '')
const isJson = (text: string): boolean => /^\s*[[{]/.test(text)

export const onQuery =
  (change: (query: string) => string | undefined): Edit =>
  (request) => {
    const { path, query } = splitTarget(request.target)
    if (query.length < 2) return undefined
    const changed = change(query.slice(1))
    return changed === undefined || changed === query.slice(1)
      ? undefined
      : { ...request, target: path + (changed === '' ? '' : `?${changed}`) }
  }

export const onPath =
  (change: (path: string) => string | undefined): Edit =>
  (request) => {
    const { path, query } = splitTarget(request.target)
    const changed = change(path)
    return changed === undefined || changed === path ? undefined : { ...request, target: changed + query }
  }

const withLength = (request: HttpRequest, body: Uint8Array | null): HttpRequest => ({
  ...request,
  body,
  fields: request.fields.map((one, at, all) =>
    at % 2 === 1 && (all[at - 1] as string).toLowerCase() === 'content-length' ? String(body?.length ?? 0) : one,
  ),
})

export const onBody =
  (change: (body: string) => string | Uint8Array | undefined): Edit =>
  (request) => {
    const text = bodyText(request)
    if (text === '') return undefined
    const changed = change(text)
    if (changed === undefined || changed === text) return undefined
    return withLength(request, changed === '' ? null : typeof changed === 'string' ? utf8(changed) : changed)
  }

export const onJson = (change: (value: Record<string, unknown>, text: string) => string | undefined): Edit =>
  onBody((text) => {
    if (!isJson(text)) return undefined
    const value = JSON.parse(text) as Record<string, unknown>
    return JSON.stringify(value) === text ? change(value, text) : undefined
  })

/** Query, or a form in the body. */
export const onPairs = (change: (pairs: string) => string | undefined): Edit => {
  const [query, form] = [onQuery(change), onBody((text) => (isJson(text) ? undefined : change(text)))]
  return (request) => query(request) ?? form(request)
}

const nameOf = (pair: string): string => pair.split('=')[0] as string

/** Puts the message's parameters in another order, each in a place that one of them had. */
export const reordered =
  (order: (pairs: readonly string[]) => readonly string[]) =>
  (text: string): string | undefined => {
    const pairs = text.split('&')
    const ours = pairs.filter((one) => OURS.has(nameOf(one)))
    if (ours.length < 2) return undefined
    const now = order(ours)
    let at = 0
    return pairs.map((one) => (OURS.has(nameOf(one)) ? (now[at++] as string) : one)).join('&')
  }

/** Changes the values of the message's parameters. */
export const valued =
  (change: (value: string) => string) =>
  (text: string): string =>
    text
      .split('&')
      .map((one) => (OURS.has(nameOf(one)) ? `${nameOf(one)}=${change(one.slice(nameOf(one).length + 1))}` : one))
      .join('&')

export const dropped =
  (name: string) =>
  (text: string): string | undefined => {
    const pairs = text.split('&')
    const left = pairs.filter((one) => nameOf(one) !== name)
    return left.length === pairs.length ? undefined : left.join('&')
  }

export const sortedPairs = (pairs: readonly string[]): readonly string[] => [...pairs].sort()

/** JSON with a space behind "," and ":", as Python writes it. */
export function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([name, one]) => `${JSON.stringify(name)}: ${spaced(one)}`)
      .join(', ')}}`
  return JSON.stringify(value)
}

export const sortedMembers = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sortedMembers)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, one]) => [name, sortedMembers(one)]),
        )
      : value

export const ascii = (text: string): string =>
  text.replace(/[^\0-\x7f]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Texts within the value of a JSON value. */
export const mapped = (value: unknown, leaf: (one: unknown) => unknown): unknown =>
  Array.isArray(value)
    ? value.map((one) => mapped(one, leaf))
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, mapped(one, leaf)]))
      : leaf(value)

export const onField =
  (field: string, change: (value: string) => string | undefined): Edit =>
  (request) => {
    const at = request.fields.findIndex((one, index) => index % 2 === 0 && one.toLowerCase() === field)
    if (at === -1) return undefined
    const changed = change(request.fields[at + 1] as string)
    return changed === undefined ? undefined : { ...request, fields: request.fields.with(at + 1, changed) }
  }
