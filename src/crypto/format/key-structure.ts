import { derReader, OID_EC, OID_RSA, TAG } from './der.js'
import { readAlgorithmIdentifier } from './pkcs8.js'

/** What some DER is, by its structure; the label above it is what people get wrong. */
export type KeyStructure =
  | { readonly form: 'certificate' }
  /** `label` is that of its PEM; `oid` says which family it is of. */
  | { readonly form: 'encrypted' | 'public'; readonly label: string }
  | { readonly form: 'private'; readonly label: string; readonly oid: string }

/** The label of a key under a passphrase. */
export const ENCRYPTED = 'ENCRYPTED PRIVATE KEY'

const PUBLIC = { form: 'public', label: 'PUBLIC KEY' } as const

/**
 * PKCS#8 and its encrypted form (RFC 5958), SEC 1 (RFC 5915), PKCS#1 (RFC 8017), SubjectPublicKeyInfo and certificates
 * (RFC 5280); `undefined` for anything else. Only enough is read to distinguish them: the importers read the rest.
 */
export function structureOf(der: Uint8Array): KeyStructure | undefined {
  try {
    const outer = derReader(der)
    const inside = outer.inside()
    outer.end()
    if (inside.peek() === TAG.sequence) {
      const first = inside.inside()
      if (first.peek() !== TAG.oid) return { form: 'certificate' }
      return inside.peek() === TAG.octetString ? { form: 'encrypted', label: ENCRYPTED } : PUBLIC
    }
    inside.integer()
    const second = inside.peek()
    if (second === TAG.octetString) return { form: 'private', label: 'EC PRIVATE KEY', oid: OID_EC }
    if (second === TAG.sequence) {
      return { form: 'private', label: 'PRIVATE KEY', oid: readAlgorithmIdentifier(inside).oid }
    }
    inside.integer()
    // Modulus and exponent, and nothing after them.
    if (inside.peek() === undefined) return PUBLIC
    return { form: 'private', label: 'RSA PRIVATE KEY', oid: OID_RSA }
  } catch {
    return undefined
  }
}
