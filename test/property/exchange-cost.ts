import { utf8, utf8Decode } from '../../src/crypto/encoding.js'
import type { HttpRequest } from '../../src/message/message.js'
import { splitTarget } from '../../src/message/target.js'

/** Text of about `size` characters that some reader could take too long for. */
export type Shape = (size: number) => string

const times =
  (unit: string): Shape =>
  (size) =>
    unit.repeat(Math.ceil(size / unit.length))
const counted =
  (unit: (index: number) => string, joint: string): Shape =>
  (size) =>
    Array.from({ length: Math.ceil(size / unit(1_000).length) }, (_, at) => unit(at)).join(joint)

/** For a query or a form. */
export const PAIR_SHAPES: Readonly<Record<string, Shape>> = {
  'a bare percent sign in each pair': times('%&'),
  'invalid UTF-8 in each pair': times('%FF%FE=%C0&'),
  'empty pairs': times('&'),
  'one name in every pair': times('a=1&'),
  'many names': counted((at) => `n${at}=${at}`, '&'),
  'encoded names and values': times('%61%62=%E4%BA%BA&'),
  'one long encoded value': (size) => `a=${times('%F0%9F%98%80')(size)}`,
  'one long encoded name': times('%25'),
  'equals signs': times('='),
  'plus signs': times('+'),
}

/** Members of a JSON object, without its braces. */
export const MEMBER_SHAPES: Readonly<Record<string, Shape>> = {
  'lists in lists': (size) => `"a":${'['.repeat(size / 2)}${']'.repeat(size / 2)}`,
  'objects in objects': (size) => `"a":${'{"a":'.repeat(size / 6)}1${'}'.repeat(size / 6)}`,
  'many members': counted((at) => `"n${at}":${at}`, ','),
  'one name many times': counted(() => '"a":1', ','),
  'one name inside, many times': (size) => `"a":{${counted(() => '"a":1', ',')(size)}}`,
  'a long list': (size) => `"a":[${counted((at) => String(at), ',')(size)}]`,
  'a list of objects': (size) => `"a":[${counted((at) => `{"b":"${at}"}`, ',')(size)}]`,
  'a long number': (size) => `"a":1${times('0')(size)}`,
  'a long fraction': (size) => `"a":0.${times('12')(size)}`,
  'unicode escapes': (size) => `"a":"${times('\\u0061\\ud83d\\ude00')(size)}"`,
  'escaped backslashes': (size) => `"a":"${times('\\\\')(size)}"`,
  'escaped names': counted((at) => `"\\u006e${at}":1`, ','),
  'a long name': (size) => `"${times('abc')(size)}":1`,
  'white space': (size) => `"a"${times(' \n')(size)}:1`,
  'braces in a text': (size) => `"a":"${times('{[,:]}')(size)}"`,
  'a text without an end': (size) => `"a":"${times('a\\"')(size)}`,
}

/** For a field that carries authentication. */
export const FIELD_SHAPES: Readonly<Record<string, Shape>> = {
  digits: times('1'),
  letters: times('a'),
  colons: times('1:'),
  commas: times('id=1,'),
  'points and base64': times('eyJh.'),
  spaces: times(' '),
  'base64 of braces': times('W3t7'),
}

const textOf = ({ body }: HttpRequest): string => utf8Decode((body as Uint8Array | null) ?? new Uint8Array()) ?? ''

export const withPairs = (request: HttpRequest, text: string): HttpRequest => {
  const { path, query } = splitTarget(request.target)
  return { ...request, target: `${path}?${text}${query === '' ? '' : `&${query.slice(1)}`}` }
}

export const withForm = (request: HttpRequest, text: string): HttpRequest => {
  const had = textOf(request)
  return { ...request, body: utf8(had === '' || had.startsWith('{') ? text : `${text}&${had}`) }
}

export const withMembers = (request: HttpRequest, text: string): HttpRequest => {
  const had = textOf(request)
  return { ...request, body: utf8(had.startsWith('{') ? `{${text},${had.slice(1)}` : `{${text}}`) }
}

/** The fields that only the signed request has, each once in that shape. */
export const withField = (request: HttpRequest, at: number, text: string): HttpRequest => ({
  ...request,
  fields: request.fields.map((one, index) => (index === at ? text : one)),
})
