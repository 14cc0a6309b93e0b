import { AEAD_KEY_BYTES, AEADS, type AeadId, aeadOf, openSealed, sealFresh } from '../../crypto/aead.js'
import { isAlgorithm } from '../../crypto/algorithm.js'
import { base64url, base64urlDecode, utf8 } from '../../crypto/encoding.js'
import { drawBytes } from '../../crypto/random.js'
import { revealed, Secret } from '../../crypto/secret.js'
import {
  assertInteger,
  assertOptions,
  CountersignError,
  fail,
  isCountersignError,
  kindOf,
  type OptionNames,
} from '../../errors.js'
import { deadline } from '../../support/deadline.js'
import { indexWith } from '../leaks/secret-index.js'
import { type Integrity, integrityOf } from './integrity.js'
import { assertKekId, type Kek, type LocalKek, type RemoteKek } from './kek.js'
import type { SealedSecret, StoredAlgorithm } from './key-record.js'

/** The record that a sealed secret belongs to. It opens under nothing else, so rows cannot be swapped. */
export interface SealBinding {
  /** The id of the key. */
  readonly id: string
  /** The version of the key. */
  readonly version: number
  /** The algorithm of the key. */
  readonly algorithm: StoredAlgorithm
}

/** Seals shared secrets before they reach a store, and opens them again. */
export interface Sealing {
  /** The key-encryption key that new secrets are sealed with. */
  readonly primaryId: string
  /** The ids of all that it can open with; absent where it does not state them. */
  readonly knownIds?: readonly string[]
  /** Makes the MACs of records, derived from local key-encryption keys; absent where the primary one is remote. */
  readonly integrity?: Integrity
  /** Encrypts a secret for one key. */
  seal(secret: Uint8Array, binding: SealBinding): Promise<SealedSecret>
  /**
   * Decrypts the secret of one key. Rejects for that of another one.
   *
   * @throws {CountersignError} `STORE_CORRUPTED` where anything differs from what was sealed, or the key-encryption key is
   *   not known; `STORE_UNAVAILABLE` where a remote one does not answer.
   */
  open(material: SealedSecret, binding: SealBinding): Promise<Uint8Array>
  /** The keyed hashes by which a secret may be found; the first is the one for new records. Empty without an index secret. */
  hashesOf(secret: Uint8Array): readonly string[]
}

/** The key-encryption keys of a keyring: one that seals, and others that still open. */
export interface SealingOptions {
  /** Seals everything new. */
  readonly primary: Kek
  /** Still open what they sealed; see `keyring.rewrap()`. */
  readonly others?: readonly Kek[]
  /** Default `aes-256-gcm`, good for 2^32 secrets under one local key; `xchacha20-poly1305` for any number. */
  readonly encryption?: AeadId
  /**
   * At least 32 bytes: makes leaked secrets findable by a keyed hash. Without it a leak report cannot be answered. A second
   * one is tried when searching, for changing it.
   */
  readonly indexSecret?: Uint8Array | Secret
  /** Former values of `indexSecret`, still tried when a leaked secret is looked for. */
  readonly formerIndexSecrets?: ReadonlyArray<Uint8Array | Secret>
  /** How long a remote key may take. Default 2 000. */
  readonly timeoutMs?: number
}

const KNOWN: OptionNames<SealingOptions> = {
  primary: 2,
  others: 1,
  encryption: 1,
  indexSecret: 1,
  formerIndexSecrets: 1,
  timeoutMs: 1,
}

/**
 * Sealing with AES-256-GCM or XChaCha20-Poly1305. The record's id, version and algorithm are bound as associated data.
 *
 * @throws {CountersignError} `CONFIG_INVALID`, `KEY_WEAK` for a key of another size than 32 bytes, `KEY_UNSUPPORTED` for
 *   another encryption. Sealing and opening throw `ARGUMENT_INVALID` for what is no secret or no binding.
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
  try {
    return sealingOf(options)
  } catch (error) {
    // What a strange object throws may hold a part of a key.
    throw isCountersignError(error)
      ? error
      : new CountersignError('CONFIG_INVALID', '"primary" and "others" must have members that can be read')
  }
}

function sealingOf(options: SealingOptions): Sealing {
  assertOptions('createSealing', options, KNOWN)
  const { primary, others = [], encryption = 'aes-256-gcm', timeoutMs = 2_000 } = options ?? {}
  const { indexSecret, formerIndexSecrets = [] } = options ?? {}
  assertInteger('timeoutMs', timeoutMs, 1, 60_000)
  if (!Array.isArray(others) || !Array.isArray(formerIndexSecrets))
    fail(
      'CONFIG_INVALID',
      Array.isArray(others)
        ? `"formerIndexSecrets" must be a list, got ${kindOf(formerIndexSecrets)}`
        : `"others" must be a list, got ${kindOf(others)}`,
    )
  const aead = aeadOf(encryption)
  const holders = new Map<string, Holder>()
  const { id: primaryId, holder: first } = holderOf('primary', primary, timeoutMs)
  holders.set(primaryId, first)
  for (const [at, kek] of others.entries()) {
    const { id, holder } = holderOf(`others[${at}]`, kek, timeoutMs)
    if (holders.has(id)) fail('CONFIG_INVALID', `"others[${at}].id" must be another id than that of the keys before it`)
    holders.set(id, holder)
  }
  const index = [indexSecret, ...formerIndexSecrets].flatMap((secret, at) =>
    secret === undefined ? [] : [indexWith(at === 0 ? 'indexSecret' : `formerIndexSecrets[${at - 1}]`, secret)],
  )
  const local = [primary, ...others].filter((kek): kek is LocalKek => 'key' in kek)
  return {
    primaryId,
    knownIds: [...holders.keys()],
    ...(local[0] === primary && { integrity: integrityOf(local) }),
    seal: async (secret, binding) => {
      assertBinding(binding)
      if (!(secret instanceof Uint8Array)) fail('ARGUMENT_INVALID', '"secret" must be bytes')
      const head = { kind: 'sealed', encryption: aead.id, kekId: primaryId } as const
      const { dataKey, wrapped } = await first.fresh(contextOf(binding))
      try {
        const full = wrapped === undefined ? head : { ...head, wrapped: base64url(wrapped) }
        const { nonce, sealed } = sealFresh(aead, dataKey, secret, associated(full, binding))
        return { ...full, nonce: base64url(nonce), sealed: base64url(sealed) }
      } finally {
        dataKey.fill(0)
      }
    },
    open: async (material, binding) => {
      assertBinding(binding)
      const corrupted = (why: string): never => fail('STORE_CORRUPTED', `the sealed secret of "${binding.id}" ${why}`)
      const opener = Object.hasOwn(AEADS, material?.encryption ?? '') ? AEADS[material.encryption] : undefined
      if (opener === undefined) return corrupted('names no encryption')
      const holder = holders.get(material.kekId)
      if (holder === undefined) return corrupted('names a key-encryption key that is not known here')
      const nonce = decoded(material.nonce)
      const sealed = decoded(material.sealed)
      const wrapped = decoded(material.wrapped)
      if (nonce === undefined || sealed === undefined || (material.wrapped !== undefined && wrapped === undefined))
        return corrupted('is not base64url')
      if ((wrapped === undefined) !== holder.local) return corrupted('was sealed by another kind of key')
      const dataKey = await holder.again(wrapped, contextOf(binding))
      if (dataKey === undefined) return corrupted('cannot be unwrapped')
      try {
        return (
          openSealed(opener, dataKey, nonce, sealed, associated(material, binding)) ??
          corrupted('does not open: it was changed, or belongs to another record')
        )
      } finally {
        dataKey.fill(0)
      }
    },
    hashesOf: (secret) => index.map((hash) => hash(secret)),
  }
}

/** @throws {CountersignError} `ARGUMENT_INVALID` */
function assertBinding(binding: SealBinding): void {
  const { id, version, algorithm } = binding ?? {}
  if (typeof id !== 'string' || id === '' || !Number.isSafeInteger(version) || !isAlgorithm(algorithm))
    fail('ARGUMENT_INVALID', '"binding" must be the id, version and algorithm of a key')
}

const decoded = (text: unknown): Uint8Array | undefined =>
  typeof text === 'string' ? base64urlDecode(text) : undefined

/** How one key-encryption key gives data keys. What it returns is the caller's to wipe. */
interface Holder {
  readonly local: boolean
  fresh(context: string): Promise<{ readonly dataKey: Uint8Array; readonly wrapped: Uint8Array | undefined }>
  again(wrapped: Uint8Array | undefined, context: string): Promise<Uint8Array | undefined>
}

function holderOf(name: string, kek: Kek, timeoutMs: number): { readonly id: string; readonly holder: Holder } {
  if (typeof kek !== 'object' || kek === null || (kek as unknown) instanceof Secret || ArrayBuffer.isView(kek))
    return fail(
      'CONFIG_INVALID',
      `createSealing: "${name}" must be a key-encryption key such as localKek(secret), got ${kindOf(kek)}`,
    )
  const id: unknown = kek.id
  assertKekId(name, id)
  return { id, holder: 'key' in kek ? localHolder(name, kek) : remoteHolder(name, kek, timeoutMs) }
}

function localHolder(name: string, kek: LocalKek): Holder {
  assertOptions(`createSealing: "${name}"`, kek, { id: 1, key: 1 })
  const key = new Secret(revealed(kek.key, `${name}.key`))
  if (key.length !== AEAD_KEY_BYTES)
    fail('KEY_WEAK', `"${name}.key" must be ${AEAD_KEY_BYTES} bytes, got ${key.length}`)
  return {
    local: true,
    fresh: async () => ({ dataKey: key.reveal(), wrapped: undefined }),
    again: async () => key.reveal(),
  }
}

function remoteHolder(name: string, kek: RemoteKek, timeoutMs: number): Holder {
  if (typeof kek.wrap !== 'function' || typeof kek.unwrap !== 'function')
    return fail(
      'CONFIG_INVALID',
      `"${name}" must have a "key" of 32 bytes, or wrap() and unwrap(); localKek(secret) makes one, got ${kindOf(kek)}`,
    )
  return {
    local: false,
    fresh: async (context) => {
      const dataKey = drawBytes(AEAD_KEY_BYTES)
      const given = dataKey.slice()
      try {
        const wrapped = await remotely(() => kek.wrap(given, context), timeoutMs)
        if (wrapped.length < AEAD_KEY_BYTES || wrapped.length > 8_192) throw down()
        const copy = new Uint8Array(wrapped)
        // One that wraps nothing would put the data key beside what it sealed.
        if (holds(copy, dataKey)) throw down()
        return { dataKey, wrapped: copy }
      } finally {
        given.fill(0)
      }
    },
    again: async (wrapped, context) => {
      const dataKey = await remotely(() => kek.unwrap(wrapped as Uint8Array, context), timeoutMs)
      return dataKey.length === AEAD_KEY_BYTES ? new Uint8Array(dataKey) : undefined
    },
  }
}

/** Whether some bytes lie in others as they are. */
const holds = (bytes: Uint8Array, part: Uint8Array): boolean =>
  bytes.some((_, at) => part.every((byte, i) => byte === bytes[at + i]))

const down = (): CountersignError =>
  new CountersignError('STORE_UNAVAILABLE', 'the remote key-encryption key did not answer as expected')

/** The bytes a KMS answers. Its errors may hold anything, so nothing of them is kept. */
async function remotely(call: () => Promise<unknown>, timeoutMs: number): Promise<Uint8Array> {
  const answer = await deadline((async () => call())(), timeoutMs).catch(() => undefined)
  if (!(answer instanceof Uint8Array)) throw down()
  return answer
}

const contextOf = ({ id, version, algorithm }: SealBinding): string => `${id}|${version}|${algorithm}`

// Everything behind the id is without the separator, and stands in a fixed number of places: no two bindings have one text.
const associated = (head: Pick<SealedSecret, 'encryption' | 'kekId' | 'wrapped'>, binding: SealBinding): Uint8Array => {
  const text = `countersign-sealed-v1|${contextOf(binding)}|${head.encryption}|${head.kekId}`
  return utf8(head.wrapped === undefined ? text : `${text}|${head.wrapped}`)
}
