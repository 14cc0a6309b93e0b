import { utf8Decode } from '../../src/crypto/encoding.js'
import type { HttpRequest } from '../../src/message/message.js'
import { splitTarget } from '../../src/message/target.js'
import type { Coverage, UntrustedSignature } from '../../src/schemes/scheme.js'

/** RFC 9110 5.5 and RFC 9421 2.1: a fold is one space, and white space at the ends is not part of a value. */
const value = (text: string): string => text.replace(/[ \t]*\r?\n[ \t]+/g, ' ').trim()

/** RFC 9110 4.2.3: a host has no case, and the port of its scheme may be left out. */
const host = (request: HttpRequest): string => value(request.authority).toLowerCase()
const authority = (request: HttpRequest): string =>
  host(request).replace(request.scheme === 'https' ? /:(?:443)?$/ : /:(?:80)?$/, '')

const bytesOf = ({ body }: HttpRequest): string => Buffer.from((body as Uint8Array | null) ?? []).toString('latin1')

/** The values of each field, in order. RFC 9110 5.1: names have no case, the order of different fields means nothing. */
function fieldsOf({ fields }: HttpRequest): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (let at = 0; at < fields.length; at += 2) {
    const name = (fields[at] as string).toLowerCase()
    const values = found.get(name) ?? []
    values.push(value(fields[at + 1] as string))
    found.set(name, values)
  }
  return found
}

// RFC 9110 5.3: lines of one field mean what they mean joined by commas, so that an empty line before "," is one behind it.
const sameLines = (a: readonly string[] | undefined, b: readonly string[] | undefined): boolean =>
  a === undefined || b === undefined ? a === b : [',', ', '].some((comma) => a.join(comma) === b.join(comma))

/** Which parts of two requests mean different things. Nothing, where one is only another spelling of the other. */
export function differences(a: HttpRequest, b: HttpRequest): readonly Coverage[] {
  const [x, y] = [splitTarget(a.target), splitTarget(b.target)]
  const [before, after] = [fieldsOf(a), fieldsOf(b)]
  const names = [...new Set([...before.keys(), ...after.keys()])]
  const parts: ReadonlyArray<readonly [Coverage, boolean]> = [
    ['method', a.method === b.method],
    ['scheme', a.scheme === b.scheme],
    ['authority', host(a) === host(b) || authority(a) === authority(b)],
    ['path', x.path === y.path],
    // RFC 9421 2.2.7: an absent query is an empty one.
    ['query', (x.query || '?') === (y.query || '?')],
    ['body', bytesOf(a) === bytesOf(b)],
    ['query-parameters', sameCharacters(x.query, y.query)],
    // Where parts are signed without a mark between them, characters can move from the path into the parameters.
    [
      'parameters',
      sameCharacters(x.query + bytesOf(a), y.query + bytesOf(b)) ||
        sameCharacters(a.target + bytesOf(a), b.target + bytesOf(b)),
    ],
    ...names.map((name): [Coverage, boolean] => [`field:${name}`, sameLines(before.get(name), after.get(name))]),
  ]
  return parts.filter(([, same]) => !same).map(([part]) => part)
}

// Most changes are elsewhere, and then the texts are the same, so that their characters need not be sorted.
const sameCharacters = (a: string, b: string): boolean => a === b || remembered(a) === characters(b)

/** Those of the requests as they were signed, which are asked for again and again. */
const known = new Map<string, string>()

function remembered(text: string): string {
  const found = known.get(text) ?? characters(text)
  if (known.size >= 4_096) known.clear()
  known.set(text, found)
  return found
}

/** The letters and digits of parameters, whatever their order, spelling and place: another value has others. */
const characters = (text: string): string =>
  [
    ...decoded(text)
      .replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
      // A signature in hexadecimal digits among them has no case where its scheme says so.
      .replace(/[0-9a-f]{40,}/gi, (digits) => digits.toLowerCase()),
  ]
    .filter((one) => /[\p{L}\p{N}]/u.test(one))
    .sort()
    .join('')

// RFC 8259 6: `1`, `1.0` and `1e0` are one number.
function decoded(text: string): string {
  const bytes = text
    .replace(/(:-?\d+)(?:\.0+)?(?:e\+?0+)?(?=[,}\]])/gi, '$1')
    // Those of a target that was written without encoding; a body stands here byte by byte.
    .replace(/[^\0-\xff]/gu, (one) => Buffer.from(one).toString('latin1'))
    .replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
  return utf8Decode(Buffer.from(bytes, 'latin1')) ?? bytes
}

/** All that a verifier goes by besides the text that was signed, once a signature fits. A claimed algorithm can only veto. */
export function reading(one: UntrustedSignature): string {
  const { label, tag, keyId, createdMs, expiresMs, nonce } = one
  return JSON.stringify([label, tag, keyId, createdMs, expiresMs, nonce])
}
