import { utf8Decode } from '../../crypto/encoding.js'
import type { FieldLines } from '../../message/fields.js'
import type { HttpRequest } from '../../message/message.js'
import type { UpstreamRequest } from '../upstream.js'

/**
 * Characters that a terminal obeys, and those that turn the direction of text (Unicode 9 chapter 23, UTR 36): an assistant's host
 * shows the text of an answer, often in a terminal. No JSON holds a raw one.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const OBEYED = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** A text of an answer with such characters written out: `\u001b`. */
export const shownText = (text: string): string =>
  text.replace(OBEYED, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Shorter ones would be found in texts that have nothing to do with them. */
const LEAST = 8

/**
 * What signing has added to a request: key, passphrase, token and signature. A service may repeat them in its answer, as an echo does
 * and many a message about a bad request.
 */
export function secretsOf(asked: HttpRequest, sent: UpstreamRequest): readonly string[] {
  const before = new Set([...valuesOf(asked.fields), ...pairsOf(asked.target), ...textPairs(asked.body)])
  const added = [...valuesOf(sent.fields), ...pairsOf(sent.target), ...textPairs(sent.body)]
  return [...new Set(added)].filter((one) => one.length >= LEAST && !before.has(one) && !PLAIN.test(one))
}

/** Times, numbers and media types are no secrets. */
const PLAIN = /^(?:\d+|[a-z]+\/[a-z0-9.+-]+(?:;.*)?)$/i

const NO_PROOF = /^(?:content-digest|content-type|content-length|host)$/i

function valuesOf(fields: FieldLines): readonly string[] {
  return fields.flatMap((value, at) => {
    if (at % 2 === 0 || NO_PROOF.test(fields[at - 1] as string)) return []
    // "Bearer …", and a signature without the dictionary around it.
    return [value, ...value.split(/[\s,;="':]+/).filter((part) => part.length >= 2 * LEAST)]
  })
}

const pairsOf = (target: string): readonly string[] => pairs(target.slice(target.indexOf('?') + 1))
const textPairs = (body: unknown): readonly string[] =>
  body instanceof Uint8Array && body.length < 65_536 ? pairs(utf8Decode(body) ?? '') : []

/** Values of a query or form, as they stand and decoded, and texts of JSON. */
const pairs = (text: string): readonly string[] =>
  [...text.matchAll(/=([^&"]+)|:\s*"([^"\\]+)"/g)].flatMap(([, pair, member]) => {
    const value = pair ?? member ?? ''
    return URL.canParse(`x:?${value}`) ? [value, new URLSearchParams(`a=${value}`).get('a') ?? value] : [value]
  })

/** A text without them, plain or as JSON and URLs write them. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const forms = secrets.flatMap((one) => [one, JSON.stringify(one).slice(1, -1), encodeURIComponent(one)])
  // The longest first, so that none is cut by a part of it.
  return [...new Set(forms)]
    .sort((a, b) => b.length - a.length)
    .reduce((rest, one) => rest.replaceAll(one, '[secret]'), text)
}
