import type { Bytes, SyncVerifyingKey } from '../../src/crypto/index.js'
import { isCountersignError } from '../../src/errors.js'
import { matchesDigests } from '../../src/message/content-digest.js'
import type { HttpRequest } from '../../src/message/message.js'
import type { UntrustedSignature, VerifyScheme } from '../../src/schemes/scheme.js'

/** The account that a request is held to. */
export interface Account {
  readonly scheme: VerifyScheme
  readonly key: SyncVerifyingKey
  readonly passphrase?: string | undefined
}

/** Whether signature, passphrase and digests are those of the account. */
function fits(found: UntrustedSignature, request: HttpRequest, { key, passphrase }: Account): boolean {
  const { passphrase: proof, signature, bodyDigests } = found
  if (found.keyId !== undefined && found.keyId !== key.keyId) return false
  if (bodyDigests.length > 0 && !matchesDigests(bodyDigests, request.body as Uint8Array | null)) return false
  let base: Bytes = found.base
  if (proof !== undefined) {
    if (passphrase === undefined) return false
    if ('text' in proof && proof.text !== passphrase) return false
    if ('signature' in proof && !key.verify(passphrase, proof.signature)) return false
    if ('base' in proof) base = proof.base(passphrase)
  }
  return key.verify(base, signature)
}

/** `accepted`, or why not: a verdict's code, `none` where no signature was found, `SIGNATURE_INVALID`. */
export function judge(request: HttpRequest, account: Account): string {
  try {
    const found = account.scheme.parse(request)
    if (found.length !== 1) return 'none'
    return fits(found[0] as UntrustedSignature, request, account) ? 'accepted' : 'SIGNATURE_INVALID'
  } catch (error) {
    if (!isCountersignError(error)) throw error
    return error.code
  }
}

/** The one signature of a request. */
export function onlySignature(request: HttpRequest, { scheme }: Account): UntrustedSignature {
  const [found] = scheme.parse(request)
  if (found === undefined) throw new Error('no signature was found')
  return found
}
