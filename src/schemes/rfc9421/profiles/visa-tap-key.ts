import { rsaVerifier } from '#backend/rsa'
import { ALGORITHMS } from '../../../crypto/algorithm.js'
import { utf8Decode } from '../../../crypto/encoding.js'
import type { BytesFormat, PublicKeyMaterial } from '../../../crypto/format/read-key.js'
import { bitLength, type RsaPublic, rsaSpki } from '../../../crypto/format/rsa-der.js'
import { hold, knownPublic } from '../../../crypto/held.js'
import { importRsaVerifyingKey } from '../../../crypto/import-rsa.js'
import { assertKeyOptions, type Bytes, type VerifyingKey } from '../../../crypto/key.js'
import { isPromise } from '../../../support/deadline.js'

/** Options of {@link visaTapVerifyingKey}. */
export interface VisaTapKeyOptions {
  /** As in every key: what signatures name it by. */
  readonly keyId: string
  /** What bytes are, as in `importVerifyingKey`. Text is PEM, an object is a JWK. */
  readonly format?: BytesFormat
}

const ALGORITHM = 'rsa-pss-sha256'
// Within a string the quotes would be escaped, so this is the parameter.
const TAP = /; *tag="agent-(?:browser|payer)-auth"(?:;|$)/

/** Whether what was signed is a request of this protocol: the tag is a part of it. */
function isTap(base: Bytes): boolean {
  const text = typeof base === 'string' ? base : (utf8Decode(base) ?? '')
  return TAP.test(text.slice(text.lastIndexOf('\n') + 1))
}

/**
 * An RSA key of an agent of Visa's Trusted Agent Protocol, for the records of `visaTapVerifier`. Its signatures may have the longest
 * salt that fits, as all parts of Visa's sample make and expect them, or one as long as the hash; no other length. `rsa-pss-sha256`
 * is not in the registry of RFC 9421, so no text sets one for it. Signatures without a tag of this protocol keep to the length of
 * the hash, so that the key allows nothing more to another scheme.
 *
 * @throws {CountersignError} as `importVerifyingKey`.
 * @see {@link https://github.com/visa/trusted-agent-protocol | Visa, Trusted Agent Protocol}, tap-agent/agent_app.py and
 *   cdn-proxy/server.js at 16d59bd
 * @example
 * ```ts
 * import { visaTapVerifier, visaTapVerifyingKey } from 'countersign/rfc9421/profiles'
 * import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from 'countersign/server'
 *
 * declare const pem: string
 * const key = await visaTapVerifyingKey(pem, { keyId: 'agent-1' })
 * const verifier = createVerifier({
 *   schemes: [visaTapVerifier()],
 *   keys: staticKeys([{ key, owner: 'agent' }]),
 *   policy: strictPolicy({ authorities: ['shop.example.com'], maxAgeMs: 480_000 }),
 *   replay: memoryReplayStore({ maxAgeMs: 480_000 }),
 * })
 * ```
 */
export async function visaTapVerifyingKey(
  publicKey: PublicKeyMaterial,
  options: VisaTapKeyOptions,
): Promise<VerifyingKey> {
  assertKeyOptions('visaTapVerifyingKey', options, { keyId: 2, format: 1 })
  const key = await importRsaVerifyingKey(publicKey, { ...options, algorithm: ALGORITHM })
  const publicMaterial = knownPublic(key) as RsaPublic
  const { n, e } = publicMaterial
  const spec = ALGORITHMS[ALGORITHM]
  // RFC 8017 9.1.1, step 3: what the hash and two bytes leave.
  const longest = Math.ceil((bitLength(n) - 1) / 8) - spec.hashBytes - 2
  const { run, sync } = await rsaVerifier({ ...spec, hashBytes: longest }, rsaSpki({ n, e }), false)
  const size = Math.ceil(bitLength(n) / 8)
  const verify: VerifyingKey['verify'] = (base, signature) => {
    const usual = key.verify(base, signature)
    if (signature.length !== size || !isTap(base)) return usual
    const either = (fits: boolean): boolean | Promise<boolean> => fits || run(base, signature)
    return isPromise(usual) ? usual.then(either) : either(usual)
  }
  return hold({ keyId: key.keyId, algorithm: ALGORITHM, verify }, { sync, publicMaterial })
}
