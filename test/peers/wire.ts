import type { ExchangeSpec } from '../../src/exchange/index.js'
import { type HttpRequest, httpRequest } from '../../src/message/message.js'
import type { CcxtRequest } from './ccxt.js'

/** The request of ccxt as `fetch` puts it on the wire. */
export function wireOf({ url, method, headers, body }: CcxtRequest): HttpRequest {
  // The URL as the platform writes it: ccxt leaves some characters for it to encode.
  const { href } = new URL(url)
  const lines = Object.entries(headers ?? {})
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, String(value)] as [string, string])
  // An empty body is none.
  return httpRequest({ method, url: href, headers: lines, ...(body === undefined || body === '' ? {} : { body }) })
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
const pairsWithout = (pairs: string, names: ReadonlySet<string>): string =>
  pairs
    .split('&')
    .filter((pair) => !names.has(decoded(pair.split('=', 1)[0] as string)))
    .join('&')

const textOf = ({ body }: HttpRequest): string => (body === null ? '' : new TextDecoder().decode(body as Uint8Array))

function jsonWithout(text: string, names: ReadonlySet<string>): string {
  const value = JSON.parse(text) as Readonly<Record<string, unknown>>
  if (Array.isArray(value)) return text
  const rest = Object.entries(value).filter(([name]) => !names.has(name))
  return rest.length === Object.keys(value).length ? text : JSON.stringify(Object.fromEntries(rest))
}

/** The request without anything that authenticates it: what a caller would hand to a signer. */
export function unsigned(
  request: HttpRequest,
  { headers = [], place }: ExchangeSpec,
  added: readonly string[] = [],
): HttpRequest {
  const lower = new Set(headers.map(([name]) => name.toLowerCase()))
  const fields = request.fields.filter((_, at) => !lower.has((request.fields[at & ~1] as string).toLowerCase()))
  if (place === undefined) return { ...request, fields }
  const names = new Set([
    ...added,
    ...place.list.map(([name]) => name),
    ...(place.sign === undefined ? [] : [place.sign]),
  ])
  const [path, query] = request.target.split('?', 2) as [string, string | undefined]
  const rest = query === undefined ? '' : pairsWithout(query, names)
  const text = textOf(request)
  const body = /^\s*[[{]/.test(text) ? jsonWithout(text, names) : pairsWithout(text, names)
  return {
    ...request,
    fields,
    target: rest === '' ? path : `${path}?${rest}`,
    body: body === '' ? null : new TextEncoder().encode(body),
  }
}

/** A request as one line, for people. */
export const shown = (request: HttpRequest): string =>
  `${request.method} ${request.scheme}://${request.authority}${request.target} ${JSON.stringify(request.fields)} ${textOf(request)}`

const sorted = (texts: readonly string[]): string => [...texts].sort().join('\n')

/** What an exchange receives of a request, apart from fields that authenticate nothing. */
export function received(request: HttpRequest, { headers = [] }: ExchangeSpec): string {
  const names = new Set(headers.map(([name]) => name.toLowerCase()))
  const lines: string[] = []
  for (let i = 0; i < request.fields.length; i += 2) {
    const name = (request.fields[i] as string).toLowerCase()
    if (names.has(name)) lines.push(`${name}: ${request.fields[i + 1]}`)
  }
  return `${request.method} ${request.target}\n${sorted(lines)}\n\n${textOf(request)}`
}

/** The same without regard to the order of pairs or members, and without the signature inside. */
export function anyOrder(request: HttpRequest, { place }: ExchangeSpec): string {
  const names = new Set(place?.sign === undefined ? [] : [place.sign])
  const [path, query = ''] = request.target.split('?', 2) as [string, string | undefined]
  const text = textOf(request)
  const body = text.startsWith('{')
    ? sorted(
        Object.entries(JSON.parse(text)).flatMap(([name, one]) =>
          names.has(name) ? [] : [`${name}:${JSON.stringify(one)}`],
        ),
      )
    : sorted(pairsWithout(text, names).split('&'))
  return `${request.method} ${path}\n${sorted(pairsWithout(query, names).split('&'))}\n\n${body}`
}
