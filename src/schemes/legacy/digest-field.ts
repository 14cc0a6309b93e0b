import { hashBase64 } from '#backend/hash'
import { base64Decode } from '../../crypto/encoding.js'
import { fail } from '../../errors.js'
import { combinedValue, type FieldLines, hasField, trimOws } from '../../message/fields.js'
import { type HttpMessage, isStream } from '../../message/message.js'
import type { BodyDigest } from '../scheme.js'

/*
 * The Digest field of RFC 3230, with the SHA-2 names that RFC 5843 registers: `SHA-256=base64`. RFC 9530 replaced it; the
 * schemes of this folder bind the body with nothing else.
 */

const ALGORITHMS: ReadonlyMap<string, { readonly hash: BodyDigest['hash']; readonly bytes: number }> =
  /* @__PURE__ */ new Map([
    ['sha-256', { hash: 'sha256', bytes: 32 }] as const,
    ['sha-512', { hash: 'sha512', bytes: 64 }] as const,
  ])
const INSTANCE = /^([A-Za-z0-9-]{1,32})=([A-Za-z0-9+/]*={0,2})$/

/**
 * The digests of a `Digest` field that count: SHA-256 and SHA-512. Others (MD5, SHA) prove nothing and are left out.
 *
 * @throws {CountersignError} `DIGEST_MISSING` where none of them counts; `AUTH_MALFORMED` for anything but a list of digests in
 *   canonical base64, and for an algorithm that is named twice.
 */
export function fieldDigests(fields: FieldLines): readonly BodyDigest[] {
  const value = combinedValue(fields, 'digest')
  if (value === undefined) fail('DIGEST_MISSING', 'the message has no Digest field')
  const out = new Map<string, BodyDigest>()
  const seen = new Set<string>()
  for (const part of value.split(',')) {
    const [, named, text] = (INSTANCE.exec(trimOws(part)) ?? malformed()) as unknown as [string, string, string]
    const name = named.toLowerCase()
    if (seen.has(name)) malformed()
    seen.add(name)
    const known = ALGORITHMS.get(name)
    if (known === undefined) continue
    const digest = base64Decode(text)
    if (digest?.length !== known.bytes) fail('AUTH_MALFORMED', `the ${name} digest must have ${known.bytes} bytes`)
    out.set(name, { hash: known.hash, digest })
  }
  if (out.size === 0) fail('DIGEST_MISSING', 'Digest names no algorithm that counts: SHA-256 or SHA-512')
  return [...out.values()]
}

const malformed = (): never =>
  fail('AUTH_MALFORMED', 'Digest must be a list such as SHA-256=base64, each algorithm once')

/**
 * The `Digest` line that a message needs besides its fields: for its body, where it has one and no digest yet.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED` for a stream, whose digest cannot be known.
 */
export function digestLine({ body, fields }: HttpMessage): readonly string[] {
  if (body === null || hasField(fields, 'digest')) return []
  if (isStream(body)) fail('MESSAGE_MALFORMED', 'a stream needs a Digest field of its own')
  return ['Digest', `SHA-256=${hashBase64('sha256', body)}`]
}
