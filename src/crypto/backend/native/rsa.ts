import crypto from 'node:crypto'
import { promisify } from 'node:util'
import type { AlgorithmSpec } from '../../algorithm.js'
import type { SigningKey, VerifyingKey } from '../../key.js'
import type { RsaOperation } from '../backend.js'
import { nodeSigner, nodeVerifier, poolSigner, poolVerifier } from './node-key.js'

// RFC 9421 3.3.1 fixes the salt length. Left out, OpenSSL signs with the longest salt and verifies any.
const withPadding = ({ padding, hashBytes }: AlgorithmSpec, key: crypto.KeyObject) =>
  padding === 'pss' ? { key, padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: hashBytes } : key

/** RSA (RFC 8017) over OpenSSL. Signing takes most of a millisecond; in the thread pool it does not hold up others. */
export async function rsaSigner(
  spec: AlgorithmSpec,
  pkcs8: Uint8Array,
  threadPool: boolean,
): Promise<RsaOperation<SigningKey['sign']>> {
  const key = crypto.createPrivateKey({ key: pkcs8 as Buffer, format: 'der', type: 'pkcs8' })
  return { run: (threadPool ? poolSigner : nodeSigner)(spec.hash, withPadding(spec, key)), sync: !threadPool }
}

export async function rsaVerifier(
  spec: AlgorithmSpec,
  spki: Uint8Array,
  threadPool: boolean,
): Promise<RsaOperation<VerifyingKey['verify']>> {
  const key = crypto.createPublicKey({ key: spki as Buffer, format: 'der', type: 'spki' })
  return { run: (threadPool ? poolVerifier : nodeVerifier)(spec.hash, withPadding(spec, key)), sync: !threadPool }
}

export async function rsaGenerate(_spec: AlgorithmSpec, modulusLength: number): Promise<Uint8Array> {
  const { privateKey } = await promisify(crypto.generateKeyPair)('rsa', { modulusLength, publicExponent: 65537 })
  return privateKey.export({ format: 'der', type: 'pkcs8' })
}
