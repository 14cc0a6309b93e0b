import { AEAD_KEY_BYTES, type AeadId, aeadOf, openSealed, sealFresh } from '../crypto/aead.js'
import type { Algorithm } from '../crypto/algorithm.js'
import { base64url, base64urlDecode, revealed, utf8 } from '../crypto/encoding.js'
import { randomBytes } from '../crypto/random.js'
import { Secret } from '../crypto/secret.js'
import { CountersignError } from '../errors.js'
import { deadline } from '../server/deadline.js'
import type { SealedSecret } from './key-record.js'
import { secretIndex } from './leak-secret-index.js'

/** A key-encryption key at hand: 32 bytes from the environment, a file, a secret manager. */
export interface LocalKek {
  /** Written beside everything it seals. 1 to 128 of `A-Za-z0-9._:/-`. */
  readonly id: string
  readonly key: Uint8Array | Secret
}

/**
 * A key-encryption key that never leaves a KMS or Vault. Each secret gets a data key of its own; only that data key is
 * wrapped. `context` is what AWS calls encryption context and Vault `context`: bind it where the service can.
 */
export interface RemoteKek {
  readonly id: string
  wrap(dataKey: Uint8Array, context: string): Promise<Uint8Array>
  unwrap(wrapped: Uint8Array, context: string): Promise<Uint8Array>
}

export type Kek = LocalKek | RemoteKek

/** What a sealed secret belongs to. It opens under nothing else, so rows cannot be swapped. */
export interface SealBinding {
  readonly id: string
  readonly version: number
  readonly algorithm: Algorithm
}

/** Seals shared secrets before they reach a store, and opens them again. */
export interface Sealing {
  /** The key-encryption key that new secrets are sealed with. */
  readonly primaryId: string
  seal(secret: Uint8Array, binding: SealBinding): Promise<SealedSecret>
  /**
   * @throws {CountersignError} `STORE_CORRUPTED` where anything differs from what was sealed, or the key-encryption key is
   *   not known; `STORE_UNAVAILABLE` where a remote one does not answer.
   */
  open(material: SealedSecret, binding: SealBinding): Promise<Uint8Array>
  /** The keyed hashes by which a secret may be found; the first is the one for new records. Empty without an index secret. */
  hashesOf(secret: Uint8Array): readonly string[]
}

export interface SealingOptions {
  /** Seals everything new. */
  readonly primary: Kek
  /** Still open what they sealed; see `keyring.reseal()`. */
  readonly others?: readonly Kek[]
  /** Default `aes-256-gcm`, good for 2^32 secrets under one local key; `xchacha20-poly1305` for any number. */
  readonly encryption?: AeadId
  /**
   * At least 32 bytes: makes leaked secrets findable by a keyed hash. Without it a leak report cannot be answered. A second
   * one is tried when searching, for changing it.
   */
  readonly indexSecret?: Uint8Array | Secret
  readonly formerIndexSecrets?: ReadonlyArray<Uint8Array | Secret>
  /** How long a remote key may take. Default 2 000. */
  readonly timeoutMs?: number
}

const KEK_ID = /^[A-Za-z0-9._:/-]{1,128}$/
const invalid = (text: string): never => {
  throw new CountersignError('CONFIG_INVALID', text)
}

/**
 * Sealing with AES-256-GCM or XChaCha20-Poly1305. The record's id, version and algorithm are bound as associated data.
 *
 * @throws {CountersignError} `CONFIG_INVALID`, `KEY_WEAK` for a key of another size than 32 bytes.
 * @see {@link https://doi.org/10.6028/NIST.SP.800-38D | NIST SP 800-38D}
 * @example
 * ```ts
 * import { randomBytes } from 'countersign/crypto'
 * import { createSealing } from 'countersign/keyring'
 *
 * const sealing = createSealing({ primary: { id: 'kek-2026-11', key: randomBytes(32) } })
 * ```
 */
export function createSealing(options: SealingOptions): Sealing {
  const { primary, others = [], encryption = 'aes-256-gcm', timeoutMs = 2_000 } = options ?? {}
  const aead = aeadOf(encryption)
  const holders = new Map<string, Holder>()
  for (const kek of [primary, ...others]) {
    const holder = holderOf(kek, timeoutMs)
    if (holders.has(kek.id)) invalid('key-encryption keys expected different ids')
    holders.set(kek.id, holder)
  }
  const first = holders.get(primary.id) as Holder
  const index = [options.indexSecret, ...(options.formerIndexSecrets ?? [])].flatMap((secret) =>
    secret === undefined ? [] : [secretIndex(secret)],
  )
  return {
    primaryId: primary.id,
    seal: async (secret, binding) => {
      const head = { kind: 'sealed', encryption: aead.id, kekId: primary.id } as const
      const { dataKey, wrapped } = await first.fresh(contextOf(binding))
      try {
        const { nonce, sealed } = sealFresh(aead, dataKey, secret, associated(head, binding))
        const record = { ...head, nonce: base64url(nonce), sealed: base64url(sealed) }
        return wrapped === undefined ? record : { ...record, wrapped: base64url(wrapped) }
      } finally {
        dataKey.fill(0)
      }
    },
    open: async (material, binding) => {
      const corrupted = (why: string): never => {
        throw new CountersignError('STORE_CORRUPTED', `the sealed secret of "${binding.id}" ${why}`)
      }
      const holder = holders.get(material.kekId)
      if (holder === undefined) return corrupted('names a key-encryption key that is not known here')
      const nonce = base64urlDecode(material.nonce)
      const sealed = base64urlDecode(material.sealed)
      const wrapped = material.wrapped === undefined ? undefined : base64urlDecode(material.wrapped)
      if (nonce === undefined || sealed === undefined || (material.wrapped !== undefined && wrapped === undefined))
        return corrupted('is not base64url')
      if ((wrapped === undefined) !== holder.local) return corrupted('was sealed by another kind of key')
      const dataKey = await holder.again(wrapped, contextOf(binding))
      if (dataKey === undefined) return corrupted('cannot be unwrapped')
      try {
        return (
          openSealed(aeadOf(material.encryption), dataKey, nonce, sealed, associated(material, binding)) ??
          corrupted('does not open: it was changed, or belongs to another record')
        )
      } finally {
        dataKey.fill(0)
      }
    },
    hashesOf: (secret) => index.map((hash) => hash(secret)),
  }
}

/** How one key-encryption key gives data keys. What it returns is the caller's to wipe. */
interface Holder {
  readonly local: boolean
  fresh(context: string): Promise<{ readonly dataKey: Uint8Array; readonly wrapped: Uint8Array | undefined }>
  again(wrapped: Uint8Array | undefined, context: string): Promise<Uint8Array | undefined>
}

function holderOf(kek: Kek, timeoutMs: number): Holder {
  if (typeof kek?.id !== 'string' || !KEK_ID.test(kek.id))
    return invalid('key-encryption key expected an id of 1 to 128 letters, digits and ._:/-')
  if ('key' in kek) {
    const key = new Secret(revealed(kek.key, 'key-encryption key'))
    if (key.length !== AEAD_KEY_BYTES)
      throw new CountersignError('KEY_WEAK', `key-encryption key expected ${AEAD_KEY_BYTES} bytes, got ${key.length}`)
    return {
      local: true,
      fresh: async () => ({ dataKey: key.reveal(), wrapped: undefined }),
      again: async () => key.reveal(),
    }
  }
  if (typeof kek.wrap !== 'function' || typeof kek.unwrap !== 'function')
    return invalid('key-encryption key expected 32 bytes, or wrap() and unwrap()')
  return {
    local: false,
    fresh: async (context) => {
      const dataKey = randomBytes(AEAD_KEY_BYTES)
      const wrapped = await remotely(() => kek.wrap(dataKey.slice(), context), timeoutMs)
      if (!(wrapped instanceof Uint8Array) || wrapped.length < AEAD_KEY_BYTES || wrapped.length > 8_192) throw down()
      return { dataKey, wrapped: new Uint8Array(wrapped) }
    },
    again: async (wrapped, context) => {
      const dataKey = await remotely(() => kek.unwrap((wrapped as Uint8Array).slice(), context), timeoutMs)
      if (!(dataKey instanceof Uint8Array)) throw down()
      return dataKey.length === AEAD_KEY_BYTES ? new Uint8Array(dataKey) : undefined
    },
  }
}

const down = (): CountersignError =>
  new CountersignError('STORE_UNAVAILABLE', 'the remote key-encryption key did not answer as expected')

/** What a KMS says when it fails may hold anything, so nothing of it is kept. */
async function remotely<T>(call: () => Promise<T>, timeoutMs: number): Promise<T> {
  try {
    return await deadline(Promise.resolve(call()), timeoutMs)
  } catch {
    throw down()
  }
}

const contextOf = ({ id, version, algorithm }: SealBinding): string => `${id}|${version}|${algorithm}`

// Ids, versions, algorithm names and key-encryption key ids never hold the separator.
const associated = (head: Pick<SealedSecret, 'encryption' | 'kekId'>, binding: SealBinding): Uint8Array =>
  utf8(`countersign-sealed-v1|${contextOf(binding)}|${head.encryption}|${head.kekId}`)
