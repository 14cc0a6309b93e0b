import { isKeyId } from '../../crypto/key.js'
import type { HttpRequest } from '../../message/message.js'
import type { UntrustedSignature, VerifyScheme } from '../../schemes/scheme.js'
import type { Policy } from '../policy/policy.js'
import { refuse } from '../verdict.js'

/**
 * The one signature that is judged. Several are never folded into one answer: policy picks, or the message is refused.
 *
 * @throws {CountersignError} `AUTH_MISSING`, `AUTH_DUPLICATE`, and what the schemes throw.
 */
export function pick(
  schemes: readonly VerifyScheme[],
  request: HttpRequest,
  policy: Policy,
): readonly [VerifyScheme, UntrustedSignature] {
  const { select } = policy
  let found: readonly [VerifyScheme, UntrustedSignature] | undefined
  let isSeveral = false
  for (const scheme of schemes) {
    // RFC 9421 3.2, step 1: what is not selected is left out before anything about it can refuse the request.
    for (const one of scheme.parse(request, select)) {
      if (!isSelected(one, select)) continue
      if (found === undefined) found = [scheme, one]
      else if (found[0] === scheme) isSeveral = true
      else refuse('AUTH_DUPLICATE', 'the request is signed with two schemes')
    }
  }
  if (found === undefined)
    return refuse(
      'AUTH_MISSING',
      `the request carries no signature${select === undefined ? '' : ' with the wanted label or tag'}`,
    )
  if (isSeveral) return refuse('AUTH_DUPLICATE', 'the request carries several signatures and the policy selects none')
  return found
}

/** A scheme with one signature per message gives it no name, and there is nothing to select. */
const isSelected = ({ label, tag }: UntrustedSignature, select: Policy['select']): boolean =>
  select === undefined ||
  label === '' ||
  ((select.label === undefined || label === select.label) && (select.tag === undefined || tag === select.tag))

/**
 * The key id a signature names, before it is looked up.
 *
 * @throws {CountersignError} `AUTH_MALFORMED`.
 */
export function claimedKeyId({ keyId }: UntrustedSignature): string {
  if (keyId === undefined) return refuse('AUTH_MALFORMED', 'the signature names no key')
  return isKeyId(keyId) ? keyId : refuse('AUTH_MALFORMED', 'the key id holds characters that may not stand there')
}

const NONCE = /^[A-Za-z0-9._~+/=-]{16,128}$/

/**
 * Refuses a nonce that is too short to be unique, too long to keep, or that holds other characters.
 *
 * @throws {CountersignError} `NONCE_MALFORMED`.
 */
export function assertNonce(nonce: string | undefined, policy: Policy): void {
  if (nonce === undefined ? policy.requireNonce : !NONCE.test(nonce)) {
    refuse('NONCE_MALFORMED', 'there must be a nonce of 16 to 128 characters of A-Za-z0-9._~+/=-')
  }
}
