import { isKeyAlgorithm } from '../../crypto/algorithm.js'
import { assertKeyId, type SigningKey } from '../../crypto/key.js'
import { assertOptions, fail, invalid, kindOf, type OptionNames } from '../../errors.js'
import { LIST, MEMBERS } from '../../support/option-kinds.js'
import type { Weakness } from '../scheme/weaknesses.js'
import type { Signer } from '../scheme.js'
import { compiled, isPart } from './compiled.js'
import type { AcceptedLack, HeaderNames, HeaderPart, HeaderScheme, HeaderSchemeOptions } from './header-scheme.js'
import { headerSigner } from './sign.js'
import { headerVerifier } from './verify.js'

export type { AcceptedLack, HeaderNames, HeaderPart, HeaderScheme, HeaderSchemeOptions } from './header-scheme.js'

const KNOWN: OptionNames<HeaderSchemeOptions> = {
  id: 2,
  headers: [MEMBERS, 2],
  base: [LIST, 2],
  separator: 1,
  timestamp: 1,
  encoding: 1,
  prefix: 1,
  algorithms: LIST,
  accept: LIST,
}
const HINTS = {
  name: 'id',
  fields: 'headers',
  parts: 'base',
  algorithm: 'algorithms',
  unit: 'timestamp',
  join: 'separator',
}
const HEADERS: OptionNames<HeaderNames> = { key: 2, timestamp: 2, nonce: 1, signature: 2, bodyDigest: 1 }
const HEADER_HINTS = { keyId: 'key', apiKey: 'key', time: 'timestamp', digest: 'bodyDigest', sig: 'signature' }
const ID = /^[a-z][a-z0-9-]{0,63}$/
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,64}$/
const PREFIX = /^[!-~]{0,32}$/
const UNITS = ['s', 'ms', 'date']
const ENCODINGS = ['hex', 'base64', 'base64url']

/** What the text must hold, what it is called where it does not, and the weakness that then is given. */
const NEEDED: ReadonlyArray<readonly [AcceptedLack, why: string, (base: readonly HeaderPart[]) => boolean]> = [
  [
    'no-nonce',
    'hold "nonce": without it the same request cannot be sent twice, and a copy cannot be distinguished from it',
    (base) => base.includes('nonce'),
  ],
  ['no-method', 'hold "method": a GET could be sent as a DELETE', (base) => base.includes('method')],
  [
    'no-url',
    'hold "target", or "path" and "query": the signature would fit any other address',
    (base) => base.includes('target') || (base.includes('path') && base.includes('query')),
  ],
  [
    'no-body',
    'hold "body" or "body-sha256": the body could be exchanged',
    (base) => base.some((part) => part.startsWith('body')),
  ],
]
const LACKS: readonly AcceptedLack[] = [...NEEDED.map(([lack]) => lack), 'no-separator']

const WHERE = 'defineHeaderScheme'

/**
 * A signature scheme in a few headers, as most services have one of their own: key id, time, nonce and an HMAC over method, path, time
 * and body. Both sides come from one description, so they cannot disagree, and what usually goes wrong is refused when it is
 * described: parts that run together, a time or a nonce that is not signed, a body that is not bound.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a description that is not safe, with the words to accept it nevertheless.
 * @example
 * ```ts
 * import { createSignedFetch, hmacKey, Secret } from 'countersign'
 * import { defineHeaderScheme } from 'countersign/header-scheme'
 *
 * export const acme = defineHeaderScheme({
 *   id: 'acme',
 *   headers: { key: 'X-Acme-Key', timestamp: 'X-Acme-Time', nonce: 'X-Acme-Nonce', signature: 'X-Acme-Signature' },
 *   base: ['timestamp', 'nonce', 'method', 'target', 'body-sha256'],
 * })
 *
 * const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: Secret.fromText('thirty-two characters of a secret') })
 * export const acmeFetch = createSignedFetch(acme.signer({ key }), { origins: ['https://api.acme.example'] })
 * ```
 */
export function defineHeaderScheme(options: HeaderSchemeOptions): HeaderScheme {
  assertOptions(WHERE, options, KNOWN, HINTS)
  const { id, headers, base, separator = '\n', timestamp = 'ms', encoding = 'hex', prefix = '' } = options ?? {}
  const { algorithms = ['hmac-sha256'], accept = [] } = options
  if (typeof id !== 'string' || !ID.test(id))
    invalid(WHERE, `"id" must be 1 to 64 of a-z0-9-, starting with a letter, got ${kindOf(id)}`)
  assertOptions(`${WHERE}: headers`, headers, HEADERS, HEADER_HINTS)
  const names = Object.entries(headers).filter(([, name]) => name !== undefined) as ReadonlyArray<
    readonly [string, string]
  >
  for (const name of ['key', 'timestamp', 'signature'] as const)
    if (headers[name] === undefined) invalid(WHERE, `"headers" must name a header for "${name}"`)
  for (const [part, name] of names)
    if (typeof name !== 'string' || !TOKEN.test(name))
      invalid(WHERE, `"headers.${part}" must be the name of a header, got ${kindOf(name)}`)
  if (new Set(names.map(([, name]) => name.toLowerCase())).size !== names.length)
    invalid(WHERE, '"headers" must be different headers')
  if (!Array.isArray(base)) return invalid(WHERE, `"base" must be a list of parts, got ${kindOf(base)}`)
  const unknown = base.findIndex((part) => !isPart(part))
  if (unknown !== -1)
    invalid(
      WHERE,
      `"base[${unknown}]" must be a part such as "method", "target" or "field:x-name", got ${kindOf(base[unknown])}`,
    )
  if (new Set(base).size !== base.length) invalid(WHERE, '"base" must hold each part once')
  if (!UNITS.includes(timestamp))
    invalid(WHERE, `"timestamp" must be one of ${UNITS.join(', ')}, got ${kindOf(timestamp)}`)
  if (!ENCODINGS.includes(encoding))
    invalid(WHERE, `"encoding" must be one of ${ENCODINGS.join(', ')}, got ${kindOf(encoding)}`)
  if (typeof prefix !== 'string' || !PREFIX.test(prefix))
    invalid(WHERE, `"prefix" must be at most 32 visible characters, got ${kindOf(prefix)}`)
  if (algorithms.length === 0 || !algorithms.every(isKeyAlgorithm))
    invalid(WHERE, '"algorithms" must name supported algorithms')
  const odd = accept.find((lack) => !LACKS.includes(lack))
  if (odd !== undefined) invalid(WHERE, `"accept" must name what is lacking (${LACKS.join(', ')}), got ${kindOf(odd)}`)
  const needs = (lack: AcceptedLack, text: string): void => {
    if (!accept.includes(lack))
      invalid(WHERE, `${text}; where an existing service is like that, state accept: ['${lack}']`)
  }
  if (!base.includes('timestamp'))
    invalid(WHERE, '"base" must hold "timestamp": a time that is not signed bounds nothing')
  for (const [lack, why, holds] of NEEDED) if (!holds(base)) needs(lack, `"base" must ${why}`)
  if (base.includes('nonce') !== (headers.nonce !== undefined))
    invalid(WHERE, '"nonce" must stand in "headers" and in "base", or in neither')
  const hashed = base.find((part) => part.startsWith('body-'))
  if (headers.bodyDigest !== undefined && hashed === undefined)
    invalid(WHERE, '"headers.bodyDigest" must come with "body-sha256" or "body-sha256-base64" in "base"')
  assertSeparated(base, separator, needs)
  const weaknesses: readonly Weakness[] = accept.filter(
    (lack): lack is AcceptedLack & Weakness => lack !== 'no-nonce' && lack !== 'no-method',
  )
  const plan = compiled({ id, headers, base, separator, timestamp, encoding, prefix, algorithms })
  const own = {
    ...options,
    headers: Object.freeze({ ...headers }),
    base: Object.freeze([...base]),
    algorithms: Object.freeze([...algorithms]),
  }
  return Object.freeze({
    id,
    description: Object.freeze(own),
    weaknesses,
    signer: <K extends SigningKey>(given: { readonly key: K }): Signer<K> => {
      assertOptions(`${id}.signer`, given, { key: 1 }, { signingKey: 'key', secret: 'key: hmacKey()' })
      const { key } = given
      if (typeof key?.sign !== 'function')
        fail('CONFIG_INVALID', `"key" must be a signing key, such as hmacKey(), got ${kindOf(key)}`)
      assertKeyId(key.keyId)
      if (!algorithms.includes(key.algorithm))
        fail('CONFIG_INVALID', `"key" must be of ${algorithms.join(' or ')} for "${id}", got ${key.algorithm}`)
      return { scheme: headerSigner(plan), key }
    },
    verifier: () => headerVerifier(plan),
  })
}

/** Two different requests must never have one text. */
function assertSeparated(
  base: readonly HeaderPart[],
  separator: unknown,
  needs: (lack: AcceptedLack, text: string) => void,
): void {
  if (typeof separator !== 'string' || separator.length > 8)
    invalid(WHERE, `"separator" must be a short text, got ${kindOf(separator)}`)
  const body = base.indexOf('body')
  if (body !== -1 && body !== base.length - 1)
    invalid(WHERE, '"body" must be the last part of "base", or "body-sha256": it can hold anything')
  // A line feed is in no method, target or field. Whatever else a part may hold could stand for the separator.
  if (separator === '')
    needs('no-separator', '"separator" must not be empty: a byte could move from one part to the next')
  else if (separator !== '\n' && base.some((part) => HOLDS_ANYTHING.test(part)))
    needs(
      'no-separator',
      '"separator" must be a line feed where fields, paths or queries are signed: another text could be a part of them',
    )
}

const HOLDS_ANYTHING = /^(?:field:|path$|query$|target$)/
