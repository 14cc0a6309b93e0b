/// <reference path="./buffer.d.ts" />
// What helpers of the tests take from `node:crypto`: digests, and keys that they hold up beside the package's own.
import { hmac } from '@noble/hashes/hmac.js'
import { sha1 } from '@noble/hashes/legacy.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { Buffer } from 'buffer/'

const HASHES = { sha1, sha256, sha512 }

interface Running {
  update(data: Uint8Array): unknown
  digest(): Uint8Array
}
const bytesOf = (data: string | Uint8Array): Uint8Array =>
  typeof data === 'string' ? new TextEncoder().encode(data) : data

const running = (hash: Running) => {
  const self = {
    update: (data: string | Uint8Array) => {
      hash.update(bytesOf(data))
      return self
    },
    digest: (encoding?: 'base64' | 'base64url' | 'hex') => {
      const bytes = Buffer.from(hash.digest())
      // This Buffer of the web knows no base64url.
      if (encoding === 'base64url')
        return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
      return encoding === undefined ? bytes : bytes.toString(encoding)
    },
  }
  return self
}

export const createHash = (name: keyof typeof HASHES) => running(HASHES[name].create())
export const createHmac = (name: keyof typeof HASHES, key: string | Uint8Array) =>
  running(hmac.create(HASHES[name], bytesOf(key)))

const absent = (name: string) => (): never => {
  throw new Error(`${name} of node:crypto is not here`)
}
export const constants: Readonly<Record<string, number>> = {}
export const createPrivateKey = (): object => ({})
export const createPublicKey: () => never = absent('createPublicKey')
export const sign: () => never = absent('sign')
export const verify: () => never = absent('verify')
