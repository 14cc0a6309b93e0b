/// <reference path="./buffer.d.ts" />
// What helpers of the tests take from `node:crypto`: digests, and keys that they hold up beside the package's own.
import { sha1 } from '@noble/hashes/legacy.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { Buffer } from 'buffer/'

const HASHES = { sha1, sha256, sha512 }

export const createHash = (name: keyof typeof HASHES) => {
  const hash = HASHES[name].create()
  const self = {
    update: (data: string | Uint8Array) => {
      hash.update(typeof data === 'string' ? new TextEncoder().encode(data) : data)
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

const absent = (name: string) => (): never => {
  throw new Error(`${name} of node:crypto is not here`)
}
export const constants: Readonly<Record<string, number>> = {}
export const createPrivateKey = (): object => ({})
export const createPublicKey: () => never = absent('createPublicKey')
export const sign: () => never = absent('sign')
export const verify: () => never = absent('verify')
