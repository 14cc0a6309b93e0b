import type { HttpRequest } from '../../src/message/message.js'
import { PIECES } from '../parser-pieces.js'
import type { Draw } from './random.js'

/** A changed request, and which part of it was changed. */
export interface Mutation {
  readonly part: string
  readonly request: HttpRequest
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'get', 'GETX']
const HOSTS = ['other.example', '127.0.0.1', '[::1]:443']
/** One change of a text: a bit, a character put in, cut out, replaced or moved, another case, a piece of another request. */
export function editText(draw: Draw, text: string, other = ''): string {
  const at = draw.below(text.length + 1)
  const [before, after] = [text.slice(0, at), text.slice(at)]
  const first = after.slice(0, 1)
  return TEXT_EDITS[draw.below(TEXT_EDITS.length)]?.({ draw, before, first, rest: after.slice(1), other }) ?? text
}

interface Cut {
  readonly draw: Draw
  readonly before: string
  readonly first: string
  readonly rest: string
  readonly other: string
}

const flipped: (cut: Cut) => string = ({ draw, before, first, rest }) =>
  first === '' ? before : before + String.fromCharCode(first.charCodeAt(0) ^ (1 << draw.below(7))) + rest

// Twice for one bit, which is the change that a broken comparison is likeliest to overlook.
const TEXT_EDITS: ReadonlyArray<(cut: Cut) => string> = [
  flipped,
  flipped,
  ({ draw, before, first, rest }) => before + draw.pick(PIECES) + first + rest,
  ({ before, rest }) => before + rest,
  ({ draw, before, rest }) => before + draw.pick(PIECES) + rest,
  ({ draw, before, rest }) => before + rest.slice(draw.below(8)),
  ({ before, first, rest }) => before + rest.slice(0, 1) + first + rest.slice(1),
  ({ before, first, rest }) => before + first + first + rest,
  ({ before, first, rest }) =>
    before + (first === first.toLowerCase() ? first.toUpperCase() : first.toLowerCase()) + rest,
  ({ draw, before, first, rest, other }) =>
    before + other.slice(before.length, before.length + 1 + draw.below(8)) + first + rest,
  ({ before, other }) => before + other.slice(before.length),
]

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

/** The same of bytes. */
export const editBytes = (draw: Draw, bytes: Uint8Array, other: Uint8Array): Uint8Array =>
  new Uint8Array(Buffer.from(editText(draw, latin1(bytes), latin1(other)), 'latin1'))

type Edit = (draw: Draw, request: HttpRequest, other: HttpRequest, own: number) => HttpRequest

const lineOf = (draw: Draw, { fields }: HttpRequest, from: number): number => {
  const first = from < fields.length ? from : 0
  return first + 2 * draw.below((fields.length - first) / 2)
}

const editedLine = (draw: Draw, request: HttpRequest, other: HttpRequest, at: number): HttpRequest => ({
  ...request,
  fields: request.fields.with(at, editText(draw, request.fields[at] as string, other.fields[at] ?? '')),
})

const BODY: Uint8Array = new Uint8Array(0)
const BODIES: readonly Uint8Array[] = ['{"zz":"9"}', 'zz=9', ' ', '{}', '[]'].map(
  (text) => new Uint8Array(Buffer.from(text)),
)
const PAIRS = ['zz=9', 'zz', 'zz=', '=9', 'a=1']

/** One thing of a request changed. `own` is the place of the first line that its signer added. */
const EDITS: Readonly<Record<string, Edit>> = {
  method: (draw, request) => ({
    ...request,
    method: draw.below(2) === 0 ? draw.pick(METHODS) : editText(draw, request.method),
  }),
  scheme: (_, request) => ({ ...request, scheme: request.scheme === 'https' ? 'http' : 'https' }),
  host: (draw, request) => ({
    ...request,
    authority: draw.below(8) === 0 ? draw.pick(HOSTS) : editText(draw, request.authority),
  }),
  target: (draw, request, other) => ({ ...request, target: editText(draw, request.target, other.target) }),
  'a pair of the query more': (draw, request) => {
    const { target } = request
    const [more, end] = [draw.pick(PAIRS), target.includes('?') ? '&' : '?']
    return { ...request, target: draw.below(2) === 0 ? target + end + more : target.replace(/\?|$/, `?${more}&`) }
  },
  'pairs of the query': (draw, request) => {
    const [path = '', query = ''] = request.target.split(/\?(.*)/s)
    return { ...request, target: `${path}?${editedList(draw, query.split('&')).join('&')}` }
  },
  'a field': (draw, request, other) => editedLine(draw, request, other, lineOf(draw, request, 0) + 1),
  'the name of a field': (draw, request, other) => editedLine(draw, request, other, lineOf(draw, request, 0)),
  'a field of the signature': (draw, request, other, own) =>
    editedLine(draw, request, other, lineOf(draw, request, own) + 1),
  'a field of another request': (draw, request, other) => {
    const at = lineOf(draw, request, 0) + 1
    return { ...request, fields: request.fields.with(at, other.fields[at] ?? '') }
  },
  'lines of fields': (draw, request) => {
    const lines = request.fields.flatMap((name, at, all) => (at % 2 === 0 ? [[name, all[at + 1] as string]] : []))
    return { ...request, fields: editedList(draw, lines).flat() }
  },
  body: (draw, request, other) => ({
    ...request,
    body: editBytes(draw, (request.body as Uint8Array | null) ?? BODY, (other.body as Uint8Array | null) ?? BODY),
  }),
  'the whole body': (draw, request, other) => ({ ...request, body: draw.pick([null, other.body, ...BODIES]) }),
}

/** An item left out, doubled in front or behind, or exchanged with another one. */
function editedList<T>(draw: Draw, list: readonly T[]): readonly T[] {
  const [at, to] = [draw.below(list.length), draw.below(list.length)]
  const one = list[at] as T
  const kind = draw.below(4)
  if (kind === 0) return list.toSpliced(at, 1)
  if (kind === 1) return list.toSpliced(to, 0, one)
  if (kind === 2) return [...list, one]
  return list.with(at, list[to] as T).with(to, one)
}

// What most of a verifier's code reads is changed most often.
const WEIGHTS: Readonly<Record<string, number>> = { target: 3, 'a field': 2, 'a field of the signature': 5, body: 3 }
const PARTS: readonly string[] = Object.keys(EDITS).flatMap((part) => new Array<string>(WEIGHTS[part] ?? 1).fill(part))

/** One change, drawn. It may put in what was there before. */
export function mutation(draw: Draw, request: HttpRequest, other: HttpRequest, own: number): Mutation {
  const part = draw.pick(PARTS)
  const edit = EDITS[part] as Edit
  return {
    part,
    request: request.fields.length === 0 && /field/.test(part) ? request : edit(draw, request, other, own),
  }
}
