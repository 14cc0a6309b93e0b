import crypto from 'node:crypto'
import type { Bytes, SigningKey, SyncSigningKey, SyncVerifyingKey, VerifyingKey } from '../../key.js'

type Key = crypto.KeyObject | (crypto.SignKeyObjectInput & crypto.VerifyKeyObjectInput)

// Stryker disable next-line ConditionalExpression,EqualityOperator: Node takes text as well, which it does not document
const toBytes = (base: Bytes): Uint8Array => (typeof base === 'string' ? Buffer.from(base, 'utf8') : base)

/** One-shot signing with a held key object, nothing in between. `digest` is null where the algorithm hashes inside. */
export const nodeSigner =
  (digest: string | null, key: Key): SyncSigningKey['sign'] =>
  (base) =>
    crypto.sign(digest, toBytes(base), key as crypto.SignKeyObjectInput)

export const nodeVerifier =
  (digest: string | null, key: Key): SyncVerifyingKey['verify'] =>
  (base, signature) =>
    crypto.verify(digest, toBytes(base), key as crypto.VerifyKeyObjectInput, signature)

/** The same in libuv's thread pool: the event loop stays free, and cores work in parallel. */
export const poolSigner =
  (digest: string | null, key: Key): SigningKey['sign'] =>
  (base) =>
    new Promise((resolve, reject) => {
      crypto.sign(digest, toBytes(base), key as crypto.SignKeyObjectInput, (error, signature) =>
        error ? reject(error) : resolve(signature),
      )
    })

export const poolVerifier =
  (digest: string | null, key: Key): VerifyingKey['verify'] =>
  (base, signature) =>
    new Promise((resolve, reject) => {
      crypto.verify(digest, toBytes(base), key as crypto.VerifyKeyObjectInput, signature, (error, valid) =>
        error ? reject(error) : resolve(valid),
      )
    })
