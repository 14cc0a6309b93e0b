import crypto from 'node:crypto'
import type { MlDsaBackend, MlDsaName } from '../backend.js'
import { nodeSigner, nodeVerifier } from './node-key.js'

// Last byte of the object identifier (NIST CSOR, sigAlgs), and bytes of a public key.
const SETS: Readonly<Record<MlDsaName, readonly [oid: string, publicBytes: number]>> = {
  'ML-DSA-44': ['11', 1312],
  'ML-DSA-65': ['12', 1952],
  'ML-DSA-87': ['13', 2592],
}
const identifier = (name: MlDsaName): string => `300b06096086480165030403${SETS[name][0]}`
const hex16 = (bytes: number): string => bytes.toString(16).padStart(4, '0')

/** Whatever OpenSSL before 3.5, and Node before 24.6, have no such key for. */
function keyOf<K>(make: () => K): K | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}

export const mlDsaSigner: MlDsaBackend['mlDsaSigner'] = (name, seed) => {
  // RFC 9881 6: the seed alone, as [0] within the octets of the private key.
  const der = Buffer.concat([Buffer.from(`3034020100${identifier(name)}04228020`, 'hex'), seed])
  const key = keyOf(() => crypto.createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }))
  der.fill(0)
  return (
    key && {
      sign: nodeSigner(null, key),
      publicKey: () =>
        new Uint8Array(crypto.createPublicKey(key).export({ format: 'der', type: 'spki' }).slice(-SETS[name][1])),
    }
  )
}

export const mlDsaPairFits: MlDsaBackend['mlDsaPairFits'] = (name, both) => {
  const der = Buffer.concat([
    Buffer.from(`3082${hex16(both.length + 20)}020100${identifier(name)}0482${hex16(both.length)}`, 'hex'),
    both,
  ])
  // OpenSSL compares them (ossl_ml_dsa_generate_key), and has no key where they differ.
  const fits = keyOf(() => crypto.createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })) !== undefined
  der.fill(0)
  return fits
}

export const mlDsaVerifier: MlDsaBackend['mlDsaVerifier'] = (name, publicKey) => {
  const bits = `03${`82${hex16(publicKey.length + 1)}`}00`
  const der = Buffer.concat([
    Buffer.from(`3082${hex16(publicKey.length + 18)}${identifier(name)}${bits}`, 'hex'),
    publicKey,
  ])
  const key = keyOf(() => crypto.createPublicKey({ key: der, format: 'der', type: 'spki' }))
  return key && nodeVerifier(null, key)
}
