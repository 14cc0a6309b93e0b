import { derReader, OID_EC, OID_ED25519, OID_RSA, OID_RSA_PSS, TAG } from './der.js'
import { readAlgorithmIdentifier } from './pkcs8.js'

/** What some DER is, by its structure; the label above it is what people get wrong. */
export type KeyStructure =
  | { readonly form: 'encrypted' | 'public' | 'certificate' }
  /** `label` is that of its PEM; `family` is `undefined` for one this package does not have. */
  | { readonly form: 'private'; readonly label: string; readonly family: KeyFamily | undefined }

export type KeyFamily = 'Ed25519' | 'EC' | 'RSA' | 'RSA-PSS'

const FAMILIES: Readonly<Record<string, KeyFamily>> = {
  [OID_ED25519]: 'Ed25519',
  [OID_EC]: 'EC',
  [OID_RSA]: 'RSA',
  [OID_RSA_PSS]: 'RSA-PSS',
}

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
      return { form: inside.peek() === TAG.octetString ? 'encrypted' : 'public' }
    }
    inside.integer()
    const second = inside.peek()
    if (second === TAG.octetString) return { form: 'private', label: 'EC PRIVATE KEY', family: 'EC' }
    if (second === TAG.sequence) {
      const { oid } = readAlgorithmIdentifier(inside)
      return { form: 'private', label: 'PRIVATE KEY', family: FAMILIES[oid] }
    }
    inside.integer()
    // Modulus and exponent, and nothing after them.
    if (inside.peek() === undefined) return { form: 'public' }
    return { form: 'private', label: 'RSA PRIVATE KEY', family: 'RSA' }
  } catch {
    return undefined
  }
}
