import { assertKeyId, type SigningKey } from '../../crypto/key.js'
import { assertOptions, fail, kindOf, type OptionNames, textKind } from '../../errors.js'

/** A key of a client, and from when on it may sign. */
export interface KeysetMember<K extends SigningKey = SigningKey> {
  /** What signs. */
  readonly key: K
  /** Milliseconds since the epoch, such as the server's not-before of the key. Until then another key signs. Default: always. */
  readonly useFromMs?: number
}

/** The keys of a client, and which of them signs. */
export interface KeysetContents<K extends SigningKey = SigningKey> {
  /** The keys, each alone or with the time from which it signs. */
  readonly keys: readonly (K | KeysetMember<K>)[]
  /** The id of the key that signs, as soon as its `useFromMs` has come; until then the first of the others that may. */
  readonly primary: string
}

/** A key of a set. */
export interface Held<K> {
  readonly key: K
  readonly useFromMs: number
  /** A time that has come stays come, also where the clock is set back. */
  usable: boolean
}

export const MAX_KEYS = 64

export const idsOf = (held: readonly Held<SigningKey>[]): readonly string[] => held.map(({ key }) => key.keyId)

const isKey = <K extends SigningKey>(given: K | KeysetMember<K> | undefined): given is K =>
  typeof (given as K | undefined)?.sign === 'function'

const MEMBER: OptionNames<KeysetMember> = { key: 2, useFromMs: 1 }

/** A member as it is given. @throws {CountersignError} `ARGUMENT_INVALID`. */
export function heldOf<K extends SigningKey>(given: K | KeysetMember<K>): Held<K> {
  if (!isKey(given)) {
    if (typeof given !== 'object' || given === null || 'keyId' in given)
      fail('ARGUMENT_INVALID', `"keys" must hold signing keys, got ${kindOf(given)}`)
    assertOptions('keyset, a member of "keys"', given, MEMBER, {}, 'ARGUMENT_INVALID')
  }
  // By what a key must have: a class of the caller may well have a member "key".
  const { key, useFromMs = 0 } = isKey(given) ? { key: given } : ((given ?? {}) as Partial<KeysetMember<K>>)
  if (!isKey(key)) return fail('ARGUMENT_INVALID', `"keys" must hold signing keys, got ${kindOf(key)}`)
  assertKeyId(key.keyId)
  if (!(useFromMs >= 0 && useFromMs <= 8.64e15))
    fail('ARGUMENT_INVALID', `"useFromMs" must be milliseconds since the epoch, got ${kindOf(useFromMs)}`)
  return { key, useFromMs, usable: false }
}

/** All of them, the primary first. @throws {CountersignError} `ARGUMENT_INVALID`. */
export function contentsOf<K extends SigningKey>(contents: KeysetContents<K>): readonly Held<K>[] {
  const { keys, primary } = (contents ?? {}) as KeysetContents<K>
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > MAX_KEYS)
    fail(
      'ARGUMENT_INVALID',
      `"keys" must be a list of 1 to ${MAX_KEYS}, got ${Array.isArray(keys) ? keys.length : kindOf(keys)}`,
    )
  const held = (keys as readonly (K | KeysetMember<K>)[]).map(heldOf<K>)
  if (new Set(idsOf(held)).size !== held.length) fail('ARGUMENT_INVALID', '"keys" must hold each id once')
  const first =
    held.find(({ key }) => key.keyId === primary) ??
    fail('ARGUMENT_INVALID', `"primary" must be the id of one of "keys", got ${textKind(primary)}`)
  return [first, ...held.filter((one) => one !== first)]
}
