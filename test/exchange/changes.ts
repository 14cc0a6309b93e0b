import { utf8, utf8Decode } from '../../src/crypto/encoding.js'
import { isCountersignError } from '../../src/errors.js'
import type { HttpRequest } from '../../src/message/message.js'
import { splitTarget } from '../../src/message/target.js'
import type { Coverage, UntrustedSignature, VerifyScheme } from '../../src/schemes/scheme.js'
import { digestsFit, hexOf, withPassphrase } from '../property/scheme-changes.js'
import { jsonChanges } from './json-changes.js'
import { pairChanges } from './pair-changes.js'

/** A received request that was changed, and how. */
export interface Change {
  readonly kind: string
  readonly request: HttpRequest
}

const KNOWN_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'GETX', 'XPOST', 'post']

/** The texts of a request between which characters can move. */
type Pieces = Readonly<Record<string, string>>

const bodyText = ({ body }: HttpRequest): string => utf8Decode((body as Uint8Array | null) ?? new Uint8Array()) ?? ''

function piecesOf(request: HttpRequest): Pieces {
  const { path, query } = splitTarget(request.target)
  const fields = request.fields.flatMap((name, at) =>
    at % 2 === 0 ? [[`field:${name.toLowerCase()}`, request.fields[at + 1] as string] as const] : [],
  )
  return { ...Object.fromEntries(fields), method: request.method, path, query: query.slice(1), body: bodyText(request) }
}

function fromPieces(request: HttpRequest, pieces: Pieces): HttpRequest {
  const { method = '', path = '', query = '', body = '' } = pieces
  const fields = request.fields.map((one, at) =>
    at % 2 === 0 ? one : (pieces[`field:${request.fields[at - 1]?.toLowerCase()}`] as string),
  )
  return {
    ...request,
    method,
    target: path + (query === '' ? '' : `?${query}`),
    body: body === '' ? null : utf8(body),
    fields,
  }
}

/** Characters moved from one piece to another, in both directions and with what could stand between them. */
function* moved(request: HttpRequest, movable: (piece: string) => boolean): Iterable<Change> {
  const pieces = piecesOf(request)
  const names = Object.keys(pieces).filter(movable)
  for (const from of names) {
    for (const to of names) {
      // What stands only in fields that are not the request itself says nothing about the request.
      if (from === to || (from.startsWith('field:') && to.startsWith('field:'))) continue
      const [source, target] = [pieces[from] as string, pieces[to] as string]
      const cuts = new Set([1, 2, source.length, source.indexOf('&') + 1, source.indexOf('&')])
      for (const cut of cuts) {
        if (cut < 1 || cut > source.length) continue
        const [head, tail] = [source.slice(0, cut), source.slice(-cut)]
        const variants: ReadonlyArray<readonly [string, string]> = [
          [source.slice(cut), target + head],
          [source.slice(0, -cut), tail + target],
          [source.slice(0, -cut), encodeURIComponent(tail) + target],
          [source.slice(cut), target + encodeURIComponent(head)],
          [source.slice(cut), `${target}&${head}`],
        ]
        for (const [left, right] of variants)
          yield {
            kind: `characters moved from ${from} to ${to}`,
            request: fromPieces(request, { ...pieces, [from]: left, [to]: right }),
          }
        const raw = tail.includes('%') ? safeDecode(tail) : tail
        if (raw !== tail)
          yield {
            kind: `characters moved from ${from} to ${to}, decoded`,
            request: fromPieces(request, { ...pieces, [from]: source.slice(0, -cut), [to]: raw + target }),
          }
      }
    }
  }
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function* pathChanges(path: string, paths: readonly string[]): Iterable<string> {
  yield* paths.filter((one) => one !== path)
  for (let at = 0; at < path.length; at++) {
    yield path.slice(0, at) + path.slice(at + 1)
    yield `${path.slice(0, at)}x${path.slice(at + 1)}`
    yield `${path.slice(0, at)}%${path.charCodeAt(at).toString(16)}${path.slice(at + 1)}`
    yield `${path.slice(0, at)}/${path.slice(at)}`
  }
  yield path.toUpperCase()
  yield `${path}/`
  yield `/derivatives${path}`
  yield path.replace(/^\/derivatives/, '')
}

function* fieldChanges(request: HttpRequest): Iterable<Change> {
  const { fields } = request
  const withFields = (kind: string, lines: readonly string[]): Change => ({
    kind,
    request: { ...request, fields: lines },
  })
  for (let at = 0; at < fields.length; at += 2) {
    const [name, value] = [fields[at] as string, fields[at + 1] as string]
    const lower = name.toLowerCase()
    const put = (text: string): readonly string[] => fields.map((one, index) => (index === at + 1 ? text : one))
    const swapped = value.replace(/[a-z0-9](?=[^a-z0-9]*$)/i, (one) => (one === '1' ? '2' : '1'))
    for (const text of [swapped, `${value}1`, value.slice(0, -1), value.slice(1), ` ${value}`, '', value.toUpperCase()])
      yield withFields(`field:${lower}`, put(text))
    yield withFields(`field:${lower}`, fields.toSpliced(at, 2))
    yield withFields(`field:${lower}`, [...fields, name, 'x'])
  }
}

/** Every change of a received request that an attacker between the two ends could try, in the same order each time. */
export function* changesOf(
  request: HttpRequest,
  paths: readonly string[] = [],
  movable: (piece: string) => boolean = () => true,
): Iterable<Change> {
  const pieces = piecesOf(request)
  const { path = '', query = '', body = '' } = pieces
  const put = (kind: string, more: Pieces): Change => ({ kind, request: fromPieces(request, { ...pieces, ...more }) })
  for (const method of KNOWN_METHODS) if (method !== request.method) yield put('method', { method })
  yield { kind: 'scheme', request: { ...request, scheme: request.scheme === 'https' ? 'http' : 'https' } }
  for (const authority of ['other.example', `${request.authority}:8443`, request.authority.slice(1)])
    yield { kind: 'authority', request: { ...request, authority } }
  for (const other of pathChanges(path, paths)) yield put('path', { path: other })
  for (const [kind, text] of pairChanges(query)) yield put(`query: ${kind}`, { query: text })
  if (/^\s*[{[]/.test(body)) {
    for (const [kind, text] of jsonChanges(body)) yield put(`JSON: ${kind}`, { body: text })
    yield put('query for JSON', {
      query: query === '' ? encodeURIComponent(body) : `${query}${encodeURIComponent(body)}`,
      body: '',
    })
  } else if (body !== '') {
    for (const [kind, text] of pairChanges(body)) yield put(`form: ${kind}`, { body: text })
    yield put('query for form', { query: query === '' ? body : `${query}&${body}`, body: '' })
    yield put('query before form', { query: query === '' ? body : `${query}${body}`, body: '' })
  } else {
    for (const text of ['{}', '{"a":1}', 'a=1', ' ', '[]']) yield put('a body', { body: text })
  }
  if (query !== '') {
    yield put('form for query', { query: '', body: body === '' ? query : `${query}&${body}` })
    yield put('JSON for query', {
      query: '',
      body: JSON.stringify(Object.fromEntries(query.split('&').map((one) => one.split('=').map(safeDecode)))),
    })
  }
  yield* fieldChanges(request)
  yield* moved(request, movable)
}

/** Which parts of the request two messages differ in; `field:x` where that field does. */
export function touched(a: HttpRequest, b: HttpRequest): readonly Coverage[] {
  const [x, y] = [splitTarget(a.target), splitTarget(b.target)]
  const values = ({ fields }: HttpRequest, name: string): string =>
    fields.flatMap((one, at) => (at % 2 === 0 && one.toLowerCase() === name ? [fields[at + 1]] : [])).join('\n')
  const names = new Set(
    [...a.fields, ...b.fields].filter(
      (_, at, all) => at % 2 === (at < a.fields.length ? 0 : a.fields.length % 2) && all,
    ),
  )
  return [
    ...(a.method === b.method ? [] : ['method' as const]),
    ...(a.scheme === b.scheme ? [] : ['scheme' as const]),
    // RFC 9110 4.2.3: a host has no case.
    ...(a.authority.toLowerCase() === b.authority.toLowerCase() ? [] : ['authority' as const]),
    ...(x.path === y.path ? [] : ['path' as const]),
    // RFC 9421 2.2.7: an absent query is an empty one.
    ...((x.query || '?') === (y.query || '?') ? [] : ['query' as const]),
    ...(bodyText(a) === bodyText(b) ? [] : ['body' as const]),
    ...[...names].flatMap((name) => {
      const lower = name.toLowerCase()
      return values(a, lower) === values(b, lower) ? [] : [`field:${lower}` as const]
    }),
  ]
}

const DAY_MS = 86_400_000

/** What the changed request counts as where the signature of the original still fits it; else `undefined`. */
export function stillVerifies(
  scheme: VerifyScheme,
  changed: HttpRequest,
  original: UntrustedSignature,
  passphrase?: string,
): UntrustedSignature | undefined {
  let found: UntrustedSignature | undefined
  try {
    found = scheme.parse(changed)[0]
    if (found === undefined) return undefined
    const one = withPassphrase(found, passphrase)
    const fits =
      one.keyId === original.keyId &&
      one.claimedAlgorithm === original.claimedAlgorithm &&
      hexOf(one.base) === hexOf(original.base) &&
      hexOf(one.signature) === hexOf(original.signature) &&
      JSON.stringify(one.passphrase) === JSON.stringify(found.passphrase) &&
      proofOf(one) === proofOf(original) &&
      // No window is longer.
      Math.abs((one.createdMs ?? 0) - (original.createdMs ?? 0)) < DAY_MS &&
      digestsFit(one, changed)
    return fits ? found : undefined
  } catch (error) {
    if (!isCountersignError(error)) throw error
    return undefined
  }
}

function proofOf({ passphrase: proof }: UntrustedSignature): string {
  if (proof === undefined || 'base' in proof) return ''
  return 'text' in proof ? proof.text : hexOf(proof.signature)
}
