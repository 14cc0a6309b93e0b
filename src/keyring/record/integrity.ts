import { hmacSha256 } from '#backend/hmac'
import { AEAD_KEY_BYTES } from '../../crypto/aead.js'
import type { Mac } from '../../crypto/backend/backend.js'
import { base64url, base64urlDecode, utf8 } from '../../crypto/encoding.js'
import { revealed } from '../../crypto/secret.js'
import { assertOptions, CountersignError, fail, kindOf, type OptionNames } from '../../errors.js'
import type { LocalKek } from './kek.js'
import { assertKekId } from './kek.js'
import type { RecordMac, StoredKey } from './key-record.js'

/** The purpose of a MAC: records of a store, messages of a bus. Each has a separate key, so that none passes for the other. */
export type IntegrityPurpose = 'record' | 'bus'

/** Binds what lies outside of the process to a key that only the nodes have. */
export interface Integrity {
  /** The key that everything new is bound with. */
  readonly primaryId: string
  /** The MAC of a text under the primary key. */
  bind(purpose: IntegrityPurpose, text: string): RecordMac
  /** Whether the MAC is the one of this text; `undefined` where its key is not known here. */
  isBound(purpose: IntegrityPurpose, mac: RecordMac, text: string): boolean | undefined
}

/** Options of {@link createIntegrity}. */
export interface IntegrityOptions {
  /** Binds everything new. A key-encryption key may be used for both: what is derived from it is another key. */
  readonly primary: LocalKek
  /** Still check what they bound; `keyring.rewrap()` binds it with the primary one. */
  readonly others?: readonly LocalKek[]
}

const KNOWN: OptionNames<IntegrityOptions> = { primary: 2, others: 1 }
const KNOWN_KEY: OptionNames<LocalKek> = { id: 2, key: 2 }

/**
 * The keys that records and bus messages are bound with, for keyrings without a {@link createSealing | sealing} (public keys
 * only) and for those whose key-encryption key stays in a KMS. A sealing with a local key-encryption key derives its own.
 *
 * HMAC-SHA-256 under keys that HKDF (RFC 5869) derives, one for each purpose.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for an unknown option, two keys of one id and an id that is none; `KEY_WEAK` for
 *   a key that is not 32 bytes.
 * @example
 * ```ts
 * import { loadSecret } from 'countersign/client/load-secret'
 * import { createIntegrity, createKeyring, localKek, memoryKeyStore } from 'countersign/keyring'
 *
 * const integrity = createIntegrity({ primary: localKek(await loadSecret('file:/run/secrets/integrity')) })
 * const keyring = createKeyring({ store: memoryKeyStore(), prefix: 'acme', integrity })
 * ```
 */
export function createIntegrity(options: IntegrityOptions): Integrity {
  assertOptions('createIntegrity', options, KNOWN)
  const { primary, others = [] } = options ?? {}
  if (!Array.isArray(others)) fail('CONFIG_INVALID', `"others" must be a list of keys, got ${kindOf(others)}`)
  const keys = [primary, ...others].map((kek, i) => {
    const name = nameOf(i)
    if (typeof kek !== 'object' || kek === null)
      fail('CONFIG_INVALID', `"${name}" must be { id, key }, as localKek() makes it, got ${kindOf(kek)}`)
    assertOptions(`createIntegrity: "${name}"`, kek, KNOWN_KEY)
    return kek
  })
  return integrityOf(keys)
}

const nameOf = (at: number): string => (at === 0 ? 'primary' : `others[${at - 1}]`)

/** The same from keys that were checked by name. The first one is the primary. */
export function integrityOf(keys: readonly LocalKek[]): Integrity {
  const macs = new Map<string, Readonly<Record<IntegrityPurpose, Mac>>>()
  for (const [at, { id, key }] of keys.entries()) {
    assertKekId(nameOf(at), id)
    if (macs.has(id)) fail('CONFIG_INVALID', 'keys must have different ids')
    const bytes = revealed(key, `${nameOf(at)}.key`)
    if (bytes.length !== AEAD_KEY_BYTES)
      fail('KEY_WEAK', `the key "${id}" must have ${AEAD_KEY_BYTES} bytes, got ${bytes.length}`)
    macs.set(id, { record: derived(bytes, 'record'), bus: derived(bytes, 'bus') })
  }
  const primaryId = (keys[0] as LocalKek).id
  return Object.freeze<Integrity>({
    primaryId,
    bind: (purpose, text) => ({
      keyId: primaryId,
      tag: base64url((macs.get(primaryId) as Readonly<Record<IntegrityPurpose, Mac>>)[purpose].sign(text)),
    }),
    isBound: (purpose, { keyId, tag }, text) => {
      const mac = macs.get(keyId)
      if (mac === undefined) return undefined
      const bytes = base64urlDecode(tag)
      return bytes !== undefined && mac[purpose].verify(text, bytes)
    },
  })
}

/** RFC 5869 with SHA-256 and one block: 2.2 extracts, 2.3 expands with T(1) = HMAC(PRK, info | 0x01). */
function derived(key: Uint8Array, purpose: IntegrityPurpose): Mac {
  const pseudorandom = hmacSha256(utf8('countersign keyring integrity v1')).sign(key)
  return hmacSha256(hmacSha256(pseudorandom).sign(`${purpose}\x01`))
}

/**
 * The text that is bound: every field of the record but the MAC itself, named, in the order of the table of fields. The record
 * has to come from `parseStoredKey`, which writes the fields of its table and no others: a field that is added to the table is
 * bound from then on.
 */
export function boundText({ mac: _, ...record }: StoredKey): string {
  return `countersign record 1\n${JSON.stringify(record)}`
}

/** The record with its MAC. It has to come from `parseStoredKey`. */
export const boundRecord = (record: StoredKey, integrity: Integrity): StoredKey => {
  const { mac: _, ...unbound } = record
  return { ...unbound, mac: integrity.bind('record', boundText(record)) }
}

const corrupted = (text: string): CountersignError => new CountersignError('STORE_CORRUPTED', text)

/** Why a record may not be used; `undefined` where it is the one that a node of this keyring wrote. */
export function bindingProblem(
  record: StoredKey,
  integrity: Integrity,
  takesUnbound: boolean,
): CountersignError | undefined {
  const { id, mac } = record
  if (mac === undefined)
    return takesUnbound
      ? undefined
      : corrupted(`key "${id}" has no MAC; records of before are bound once with keyring.bindRecords()`)
  const fits = integrity.isBound('record', mac, boundText(record))
  if (fits === undefined)
    return corrupted(`key "${id}" is bound with "${mac.keyId}", which is not known here; name that key in "others"`)
  return fits ? undefined : corrupted(`key "${id}" is not the record that was written: its MAC differs; it is left`)
}
