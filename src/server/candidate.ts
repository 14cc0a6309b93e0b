import { isKeyId } from '../crypto/key.js'
import type { HttpRequest } from '../message/message.js'
import type { UntrustedSignature, VerifyScheme } from '../schemes/scheme.js'
import type { Policy } from './policy.js'
import { refuse } from './verdict.js'

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
  let found: readonly [VerifyScheme, readonly UntrustedSignature[]] | undefined
  for (const scheme of schemes) {
    const candidates = scheme.parse(request)
    if (candidates.length === 0) continue
    if (found !== undefined) refuse('AUTH_DUPLICATE', 'the request is signed with two schemes')
    found = [scheme, candidates]
  }
  if (found === undefined) return refuse('AUTH_MISSING', 'the request carries no signature')
  const { select } = policy
  const chosen =
    select === undefined
      ? found[1]
      : found[1].filter(
          (one) =>
            (select.label === undefined || one.label === select.label) &&
            (select.tag === undefined || one.tag === select.tag),
        )
  if (chosen.length === 0)
    return refuse('AUTH_MISSING', 'the request carries no signature with the wanted label or tag')
  if (chosen.length > 1)
    return refuse('AUTH_DUPLICATE', 'the request carries several signatures and the policy selects none')
  return [found[0], chosen[0] as UntrustedSignature]
}

/**
 * The key id a signature names, before anybody looks it up.
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
    refuse('NONCE_MALFORMED', 'the nonce expected 16 to 128 characters of A-Za-z0-9._~+/=-')
  }
}
