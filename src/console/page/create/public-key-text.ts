import type { StoredAlgorithm } from '../../../keyring/record/key-record.js'
import type { OfferedAlgorithm } from '../../contract.js'
import type { TextKey } from '../text/en.js'
import { openSshKey } from './open-ssh.js'

/** What a pasted text is: a public key of one of the algorithms on offer, or why it is none. */
export type Pasted =
  | { readonly publicKey: string | Readonly<Record<string, unknown>>; readonly algorithm: OfferedAlgorithm }
  | { readonly problem: TextKey }

/** The families as the text itself names them; the portal reads the key and refuses a weak one with the reason. */
const FAMILIES: ReadonlyArray<{
  readonly algorithms: readonly string[]
  /** DER of the algorithm's OBJECT IDENTIFIER: RFC 8410 3, RFC 5480 2.1.1.1, RFC 8017 A.1, RFC 9881 2. */
  readonly oid: string
  readonly jwk: string
}> = [
  { algorithms: ['ed25519'], oid: '06032b6570', jwk: 'OKP Ed25519' },
  { algorithms: ['ecdsa-p256-sha256'], oid: '06082a8648ce3d030107', jwk: 'EC P-256' },
  { algorithms: ['ecdsa-p384-sha384'], oid: '06052b81040022', jwk: 'EC P-384' },
  { algorithms: ['ecdsa-p521-sha512'], oid: '06052b81040023', jwk: 'EC P-521' },
  {
    algorithms: ['rsa-pss-sha512', 'rsa-pss-sha256', 'rsa-v1_5-sha256', 'rsa-v1_5-sha512'],
    oid: '06092a864886f70d010101',
    jwk: 'RSA ',
  },
  // RFC 9964 3: of a JWK of this type the algorithm is a part.
  { algorithms: ['ml-dsa-44'], oid: '0609608648016503040311', jwk: 'AKP ML-DSA-44' },
  { algorithms: ['ml-dsa-65'], oid: '0609608648016503040312', jwk: 'AKP ML-DSA-65' },
  { algorithms: ['ml-dsa-87'], oid: '0609608648016503040313', jwk: 'AKP ML-DSA-87' },
]

const MOST = 16_384
/** Members of a JWK that are secret: RFC 7518 6.2.2, 6.3.2, 6.4.1, RFC 9964 3. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']
const PRIVATE_TEXT = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----|"(?:d|p|q|dp|dq|qi|oth|k|priv)"\s*:/

function hexOf(base64: string): string {
  try {
    return Array.from(atob(base64), (one) => one.charCodeAt(0).toString(16).padStart(2, '0')).join('')
  } catch {
    return ''
  }
}

function familyOf(text: string, jwk: Readonly<Record<string, unknown>> | undefined) {
  if (jwk !== undefined) {
    const { kty, crv = '', alg } = jwk
    return FAMILIES.find((one) => one.jwk === `${kty} ${kty === 'AKP' ? alg : crv}`)
  }
  const [, body] = /-----BEGIN PUBLIC KEY-----([\s\S]+)-----END PUBLIC KEY-----/.exec(text) ?? []
  const hex = hexOf((body ?? text).replace(/\s+/g, ''))
  // The algorithm stands at the front of a SubjectPublicKeyInfo, before any byte of the key.
  return FAMILIES.find((one) => hex.slice(0, 80).includes(one.oid))
}

function jwkIn(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>
  } catch {
    return undefined
  }
}

/** Reads what was pasted, as far as it has to be known here. A private key is refused before it could leave the page. */
export function pastedKey(pasted: string, offered: readonly StoredAlgorithm[]): Pasted {
  const text = pasted.trim()
  if (text.length > MOST) return { problem: 'ownTooLong' }
  const jwk = jwkIn(text) ?? (/^(?:ssh|ecdsa)-/.test(text) ? openSshKey(text) : undefined)
  if (PRIVATE_TEXT.test(text) || (jwk !== undefined && PRIVATE_MEMBERS.some((name) => name in jwk)))
    return { problem: 'ownPrivate' }
  if (text.startsWith('{') && jwk === undefined) return { problem: 'ownJson' }
  const family = familyOf(text, jwk)
  if (family === undefined) return { problem: 'ownUnknown' }
  const algorithm = offered.find((one): one is OfferedAlgorithm => family.algorithms.includes(one))
  if (algorithm === undefined) return { problem: 'ownNotOffered' }
  return { publicKey: jwk ?? text, algorithm }
}
