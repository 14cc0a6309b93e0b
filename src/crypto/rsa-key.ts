import { rsaSigner, rsaVerifier } from '#backend/rsa'
import { ALGORITHMS, type RsaAlgorithm } from './algorithm.js'
import { bitLength } from './format/rsa-check.js'
import { type RsaPrivate, type RsaPublic, rsaPkcs8, rsaSpki } from './format/rsa-der.js'
import { hold } from './held.js'
import type { PrivateKey, VerifyingKey } from './key.js'

/** What both halves of an RSA key are made with. */
export interface RsaKeyOptions {
  readonly keyId: string
  readonly algorithm: RsaAlgorithm
  readonly threadPool?: boolean
}

// Backends get their keys in one canonical spelling: browsers refuse the RSASSA-PSS identifier and PKCS#1 files.

/** A private key from checked members. */
export async function rsaSigningKey(rsa: RsaPrivate, options: RsaKeyOptions): Promise<PrivateKey> {
  const { keyId, algorithm, threadPool = false } = options
  const { run, sync } = await rsaSigner(ALGORITHMS[algorithm], rsaPkcs8(rsa), threadPool)
  const { n, e } = rsa
  const verifyingKey = await rsaVerifyingKey({ n, e }, options)
  const facts = { privateMaterial: { family: 'rsa', rsa }, publicMaterial: { family: 'rsa', rsa: { n, e } } } as const
  return hold({ keyId, algorithm, sign: run, verifyingKey }, { sync, ...facts })
}

/** A public key from checked members. */
export async function rsaVerifyingKey(rsa: RsaPublic, options: RsaKeyOptions): Promise<VerifyingKey> {
  const { keyId, algorithm, threadPool = false } = options
  const { run, sync } = await rsaVerifier(ALGORITHMS[algorithm], rsaSpki(rsa), threadPool)
  const size = Math.ceil(bitLength(rsa.n) / 8)
  // RFC 8017 8.1.2 and 8.2.2, step 1. OpenSSL takes a PSS signature without its leading zeros for the same signature.
  const verify: VerifyingKey['verify'] = (base, signature) => signature.length === size && run(base, signature)
  return hold({ keyId, algorithm, verify }, { sync, publicMaterial: { family: 'rsa', rsa } })
}
