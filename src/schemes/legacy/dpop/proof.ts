import { hash } from '#backend/hash'
import type { KeyAlgorithm } from '../../../crypto/algorithm.js'
import { base64url } from '../../../crypto/encoding.js'
import type { HttpRequest } from '../../../message/message.js'
import { normalizeAuthority, splitTarget } from '../../../message/target.js'

/** RFC 9449 4.2: asymmetric algorithms only. */
export const DPOP_ALGORITHMS: readonly KeyAlgorithm[] = [
  'ecdsa-p256-sha256',
  'ecdsa-p384-sha384',
  'ecdsa-p521-sha512',
  'ed25519',
  'rsa-v1_5-sha256',
  'rsa-v1_5-sha512',
  'rsa-pss-sha256',
  'rsa-pss-sha512',
]

/** `htu`: the URL without query and fragment. */
export const htuOf = ({ scheme, authority, target }: HttpRequest): string =>
  `${scheme.toLowerCase()}://${normalizeAuthority(authority, scheme)}${splitTarget(target).path}`

/** `ath`: the hash of the access token. */
export const athOf = (token: string): string => base64url(hash('sha256', token))
