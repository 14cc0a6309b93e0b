import fc from 'fast-check'
import type { HttpMessage, HttpRequest, HttpResponse } from '../../src/message/message.js'

const oneOf = (characters: string, min: number, max: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...characters), minLength: min, maxLength: max })

const PATH = "abcXYZ019-._~!$&'()*+,;=:@%/"

const method: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'patch', 'M-SEARCH'),
  oneOf("ABCxyz019!#$%&'*+-.^_`|~", 1, 12),
)
const authority: fc.Arbitrary<string> = fc.constantFrom(
  'api.example.com',
  'API.Example.com',
  'api.example.com:443',
  'api.example.com:80',
  'api.example.com:8443',
  'xn--bcher-kva.example',
  '192.0.2.1:8080',
  '[2001:DB8::1]',
  '[2001:db8::443]:443',
)
const target: fc.Arbitrary<string> = fc
  .tuple(oneOf(PATH, 0, 20), fc.option(oneOf(`${PATH}?`, 0, 30), { nil: undefined }))
  .map(([path, query]) => `/${path}${query === undefined ? '' : `?${query}`}`)

/** A field value of printable ASCII, with white space wherever HTTP lets it stand. */
export const fieldValue: fc.Arbitrary<string> = fc.oneof(
  oneOf('ab Z9,;="\t:/()\\', 0, 20),
  fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)), maxLength: 30 }),
  fc.constantFrom('', ' ', 'application/json', 'text/plain; charset=utf-8', 'Tue, 20 Apr 2021 02:07:55 GMT'),
)

/** Names of the fields that arbitrary messages carry, in lower case. */
export const FIELD_NAMES = ['content-type', 'x-a', 'x-b', 'accept', 'date', 'constructor', '__proto__'] as const

// Few names in several spellings, so that duplicates are common.
const fieldName = fc.constantFrom(
  'Content-Type',
  'content-type',
  'X-A',
  'x-a',
  'X-B',
  'Accept',
  'Date',
  'constructor',
  '__proto__',
)

export const fieldLines: fc.Arbitrary<string[]> = fc
  .array(fc.tuple(fieldName, fieldValue), { maxLength: 6 })
  .map((pairs) => pairs.flat())

const body: fc.Arbitrary<Uint8Array | null> = fc.oneof(
  fc.constant(null),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => new Uint8Array(bytes)),
)

export const arbitraryRequest: fc.Arbitrary<HttpRequest> = fc.record({
  method,
  scheme: fc.constantFrom('https', 'http'),
  authority,
  target,
  fields: fieldLines,
  body,
})

export const arbitraryResponse: fc.Arbitrary<HttpResponse> = fc
  .record({
    status: fc.integer({ min: 200, max: 599 }),
    fields: fieldLines,
    body,
    request: fc.option(arbitraryRequest),
  })
  .map(({ request, ...rest }) => (request === null ? rest : { ...rest, request }))

export const arbitraryMessage: fc.Arbitrary<HttpMessage> = fc.oneof(
  { arbitrary: arbitraryRequest, weight: 3 },
  { arbitrary: arbitraryResponse, weight: 1 },
)
