// What each library makes of a key: functions over bytes. With promises where it has nothing else.

import { ed25519 } from '@noble/curves/ed25519.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { FlattenedSign, flattenedVerify, importJWK } from 'jose'
import { base64, equal } from './by-hand.mjs'

const url = (bytes) => base64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
const { subtle } = globalThis.crypto

/** @typedef {{ mac: Function, macCheck: Function, sign: Function, verify: Function }} Engine */

export const noble = (secret, { seed, publicKey }) => ({
  mac: (bytes) => hmac(sha256, secret, bytes),
  macCheck: (bytes, signature) => equal(hmac(sha256, secret, bytes), signature),
  sign: (bytes) => ed25519.sign(bytes, seed),
  verify: (bytes, signature) => ed25519.verify(signature, bytes, publicKey),
})

export async function webCrypto(secret, { pkcs8, publicKey }) {
  const hash = { name: 'HMAC', hash: 'SHA-256' }
  const mac = await subtle.importKey('raw', secret, hash, false, ['sign', 'verify'])
  const signing = await subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign'])
  const verifying = await subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify'])
  return {
    mac: async (bytes) => new Uint8Array(await subtle.sign('HMAC', mac, bytes)),
    macCheck: (bytes, signature) => subtle.verify('HMAC', mac, signature, bytes),
    sign: async (bytes) => new Uint8Array(await subtle.sign('Ed25519', signing, bytes)),
    verify: (bytes, signature) => subtle.verify('Ed25519', verifying, signature, bytes),
  }
}

/** A JWS over the bytes, with its header: what jose signs is a token, so its signature is of nothing else. */
export async function jose(secret, { seed, publicKey }) {
  const octet = { kty: 'OKP', crv: 'Ed25519', x: url(publicKey) }
  const signing = await importJWK({ ...octet, d: url(seed) }, 'EdDSA')
  const verifying = await importJWK(octet, 'EdDSA')
  const sign = (alg, key) => (bytes) => new FlattenedSign(bytes).setProtectedHeader({ alg }).sign(key)
  const verify = (key) => async (jws) => {
    await flattenedVerify(jws, key)
    return true
  }
  return {
    mac: sign('HS256', secret),
    macCheck: verify(secret),
    sign: sign('EdDSA', signing),
    verify: verify(verifying),
  }
}

/** Where there is node:crypto. */
export async function nodeCrypto(secret, { pkcs8, spki }) {
  const node = await import('node:crypto')
  const mac = node.createSecretKey(secret)
  const signing = node.createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' })
  const verifying = node.createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  const hash = (bytes) => node.createHmac('sha256', mac).update(bytes).digest()
  return {
    mac: hash,
    macCheck: (bytes, signature) => {
      const expected = hash(bytes)
      return expected.length === signature.length && node.timingSafeEqual(expected, signature)
    },
    sign: (bytes) => node.sign(null, bytes, signing),
    verify: (bytes, signature) => node.verify(null, bytes, verifying, signature),
  }
}
