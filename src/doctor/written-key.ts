import { base64, base64Decode, base64url } from '../crypto/encoding.js'
import { base58Decode } from '../crypto/format/base58.js'
import type { Jwk } from '../crypto/format/jwk.js'
import { bareBytes } from '../crypto/format/key-bytes.js'
import type { VerifyingKey } from '../crypto/key.js'
import { jwkThumbprint } from '../crypto/thumbprint.js'
import type { Finding } from './diagnosis.js'
import { proven } from './finding.js'

/** Public keys in the forms in which services and directories show them, beside PEM. */

// RFC 8032 5.1.5.
const ED25519_BYTES = 32

/** Ed25519's 32 bytes in base64, hexadecimal or base58; which of the two a text of 43 characters is, the service decides. */
export function barePublicKey(text: string, isBase58First = false): object | undefined {
  const bare = text.trim().replace(/^ed25519:/, '')
  const readers = [(one: string) => bareBytes(one)?.bytes, base58Decode]
  const bytes = (isBase58First || bare !== text.trim() ? readers.reverse() : readers)
    .map((read) => read(bare))
    .find((one) => one?.length === ED25519_BYTES)
  return bytes === undefined ? undefined : { kty: 'OKP', crv: 'Ed25519', x: base64url(bytes) }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

function parsed(key: string | object): unknown {
  if (typeof key !== 'string' || !/^\s*[[{]/.test(key)) return key
  try {
    return JSON.parse(key)
  } catch {
    return key
  }
}

/** The keys of a set: a JWK Set (RFC 7517 5), or the bare list of it. */
function setOf(key: string | object): readonly object[] | undefined {
  const value = parsed(key)
  const keys = Array.isArray(value) ? value : (value as { readonly keys?: unknown } | undefined)?.keys
  return Array.isArray(keys) ? keys.filter(isObject) : undefined
}

function namedSo(jwk: object, keyId: string): boolean {
  if ((jwk as { readonly kid?: unknown }).kid === keyId) return true
  try {
    return jwkThumbprint(jwk as Jwk) === keyId
  } catch {
    return false
  }
}

/** The key that a certificate is for, in base64, which is read as PEM is; of a chain that of the leaf, which stands first. */
function ofCertificate(text: string): string | undefined {
  const body = /-----BEGIN CERTIFICATE-----([\w+/=\s\\]{1,32768})-----END/.exec(text)?.[1]
  const bytes = body === undefined ? undefined : base64Decode(body.replace(/\s|\\[nr]/g, ''))
  if (bytes === undefined) return undefined
  /** Where the contents of the value at a place begin and end (X.690 8.1). */
  const contents = (at: number): readonly [from: number, to: number] => {
    const first = bytes[at + 1] ?? 0
    const count = first > 0x7f ? first & 0x7f : 0
    const length = count === 0 ? first : bytes.subarray(at + 2, at + 2 + count).reduce((sum, one) => sum * 256 + one, 0)
    return [at + 2 + count, at + 2 + count + length]
  }
  // RFC 5280 4.1: the certificate, what is signed of it, its version where it is there; then five values before the key.
  let [at] = contents(contents(0)[0])
  for (let skipped = bytes[at] === VERSION ? -1 : 0; skipped < BEFORE_KEY; skipped++) at = contents(at)[1]
  const key = bytes.subarray(at, contents(at)[1])
  return key.length === 0 ? undefined : base64(key)
}

const VERSION = 0xa0
const BEFORE_KEY = 5

/**
 * The key that a text or set stands for: a JWK as JSON, the one of a set that the key id names, that of a certificate, or the
 * bytes of Ed25519.
 */
export function writtenKey(key: string | object, keyId: string, isBase58First?: boolean): string | object | undefined {
  const set = setOf(key)
  if (set !== undefined) return set.find((one) => namedSo(one, keyId)) ?? (set.length === 1 ? set[0] : undefined)
  const value = parsed(key)
  return typeof value === 'string'
    ? (ofCertificate(value) ?? barePublicKey(value, isBase58First))
    : isObject(value) && value !== key
      ? value
      : undefined
}

const FORM: Finding = /* @__PURE__ */ proven(
  'public-key-form',
  'The public key is none: a placeholder, another value of the service (a token or secret), or cut off.',
  'It cannot be read as PEM, as a JWK, or as the service shows its keys.',
  'Copy the public key itself: the page of the service names it so, beside the token and the id. As PEM it keeps its line breaks.',
)

const NOT_IN_SET: Finding = /* @__PURE__ */ proven(
  'key-id-unknown',
  'No key of the set has the key id of the signature: verifiers look the key up by that id.',
  'Neither "kid" nor the thumbprint of any of them is the key id that the request names.',
  'Publish the key that signs, by the id that it signs with; or name the key of the set in the request.',
)

/** What is said of a key that cannot be read. */
export const unreadKey = (key: string | object): Finding => ((setOf(key)?.length ?? 0) > 1 ? NOT_IN_SET : FORM)

/** A key id that is the thumbprint of another key than the one whose signature it is. */
export function thumbprintFindings(key: VerifyingKey | undefined, keyId: string): readonly Finding[] {
  // One that is none at all is said to be so.
  if (key === undefined || !/^[A-Za-z0-9_-]{43}$/.test(keyId)) return []
  let thumbprint: string
  try {
    thumbprint = jwkThumbprint(key)
  } catch {
    return []
  }
  return thumbprint === keyId
    ? []
    : [
        proven(
          'key-id-other',
          'The key id is not the thumbprint of the key that has signed, so that verifiers find no such key.',
          `The signature fits the key that was given here, whose thumbprint is "${thumbprint}".`,
          'RFC 7638 3: SHA-256 of the required members alone, in the order of their names and without spaces ({"crv":…,"kty":…,"x":…}), in base64url.',
        ),
      ]
}
