import { type Certificate, mayIssue, readCertificates } from '../../crypto/format/certificate.js'
import { importRsaVerifyingKey } from '../../crypto/import-rsa.js'
import type { VerifyingKey } from '../../crypto/key.js'
import { fail } from '../../errors.js'

/** A certificate of PayPal and those between it and a root. */
export const MAX_CERTIFICATES = 8
const SHA256_WITH_RSA = '2a864886f70d01010b'
const ALGORITHM = 'rsa-v1_5-sha256'

const keyOf = ({ publicKey }: Certificate, keyId: string): Promise<VerifyingKey> =>
  importRsaVerifyingKey(publicKey, { keyId, algorithm: ALGORITHM, format: 'der' })

const isValidAt = ({ notBeforeMs, notAfterMs }: Certificate, nowMs: number): boolean =>
  nowMs >= notBeforeMs && nowMs <= notAfterMs

async function hasSigned(parent: Certificate, child: Certificate): Promise<boolean> {
  if (child.signatureOid !== SHA256_WITH_RSA || !mayIssue(parent, child)) return false
  try {
    return await (await keyOf(parent, 'issuer')).verify(child.signed, child.signature)
    // Stryker disable next-line BlockStatement: undefined is as good a no
  } catch {
    // A key of another kind has signed nothing of this kind.
    return false
  }
}

/** What was fetched, checked. */
export interface CheckedCertificate {
  readonly key: VerifyingKey
  readonly notBeforeMs: number
  readonly notAfterMs: number
}

/**
 * The key of the first certificate of a PEM text, where it is the one of PayPal: by its name, its time, and, where there are
 * `authorities`, a chain of signatures that ends at one of them.
 *
 * @throws {CountersignError} `KEY_UNKNOWN` for a certificate that must not be trusted.
 */
export async function checkedCertificate(
  text: string,
  name: string,
  authorities: readonly Certificate[] | undefined,
  nowMs: number,
): Promise<CheckedCertificate> {
  const all = read(text)
  const [own, ...others] = all as [Certificate, ...Certificate[]]
  if (!own.dnsNames.includes(name)) fail('KEY_UNKNOWN', `the certificate must be that of ${name}`)
  if (!isValidAt(own, nowMs)) fail('KEY_UNKNOWN', 'the certificate has expired, or is not yet valid')
  if (authorities !== undefined && !(await isTrusted(own, others, authorities, nowMs)))
    fail('KEY_UNKNOWN', 'no trusted authority has issued the certificate')
  const { notBeforeMs, notAfterMs } = own
  return { key: await keyOf(own, 'paypal'), notBeforeMs, notAfterMs }
}

function read(text: string): readonly Certificate[] {
  try {
    return readCertificates(text, MAX_CERTIFICATES)
  } catch {
    return fail('KEY_UNKNOWN', 'the certificate could not be read')
  }
}

/** Goes up from certificate to issuer; each is used once, so the work is bounded by their number. */
async function isTrusted(
  own: Certificate,
  others: readonly Certificate[],
  authorities: readonly Certificate[],
  nowMs: number,
): Promise<boolean> {
  let child = own
  let left = others
  for (let below = 0; ; below++) {
    for (const authority of authorities)
      if (authority.maxBelow >= below && isValidAt(authority, nowMs) && (await hasSigned(authority, child))) return true
    let parent: Certificate | undefined
    for (const one of left) {
      if (one.maxBelow < below || !isValidAt(one, nowMs) || !(await hasSigned(one, child))) continue
      parent = one
      break
    }
    if (parent === undefined) return false
    left = left.filter((one) => one !== parent)
    child = parent
  }
}
