import type { SigningKey } from '../../crypto/key.js'
import { assertOptions, fail, type OptionNames } from '../../errors.js'
import type { Signer } from '../../schemes/scheme.js'
import { type Clock, systemClock } from '../../sources/sources.js'
import { assertParts, assertUnit, CLOCK, timeOf } from '../../support/asked.js'
import { contentsOf, type Held, heldOf, idsOf, type KeysetContents, type KeysetMember, MAX_KEYS } from './contents.js'
import { type KeysetSigner, signerOfKeyset } from './signer.js'

export type { KeysetContents, KeysetMember }

/** Options of {@link keyset}. */
export interface KeysetOptions<K extends SigningKey = SigningKey> extends KeysetContents<K> {
  /** Default: this machine's. */
  readonly clock?: Clock
}

/** What changed: the keys, or which of them signs. */
export interface KeysetChange {
  /** The id of the key that signs from now on; absent where none may. */
  readonly primary?: string
  /** The id of the key that signed before. */
  readonly previous?: string
  /** The ids of all keys that are held now, in order of preference. */
  readonly keyIds: readonly string[]
}

/** Several keys of one client, of which one signs at a time. */
export interface Keyset<K extends SigningKey = SigningKey> {
  /**
   * The key that signs now. It is a key like any other and stays what it is: take it once for each request.
   *
   * @throws {CountersignError} `KEY_STATE` where no key may be used yet.
   */
  readonly primary: K
  /** The ids of all keys that are held, in order of preference: the first one whose time has come signs. */
  readonly keyIds: readonly string[]
  /** A signer whose every request is signed by the primary of its moment; `make` is asked once for each key. */
  signer<S extends Signer<K>>(make: (key: K) => S): KeysetSigner<K, S>
  /** Holds one more key, which does not sign before it is promoted. */
  add(key: K, options?: Omit<KeysetMember<K>, 'key'>): void
  /** Makes a key the primary: at once, or from its `useFromMs` on. */
  promote(keyId: string): void
  /** Lets a key go. The one that signs now cannot go: promote another one first. */
  retire(keyId: string): void
  /** Other keys instead, in one step. */
  replace(contents: KeysetContents<K>): void
  /** Called after each change, also where the time of a promoted key comes (noticed by the next request). Returns how to stop. */
  onChange(listener: (change: KeysetChange) => void): () => void
}

const KNOWN: OptionNames<KeysetOptions> = { keys: 2, primary: 2, clock: 1 }
const MEMBER: OptionNames<Omit<KeysetMember, 'key'>> = { useFromMs: 1 }
const HINTS = { key: 'keys' }

/**
 * Holds the old and the new key of a client through a rotation, and switches without a restart. Id, algorithm and signature
 * of a request always come from the same key, whatever is promoted meanwhile; requests on their way keep theirs.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for no keys or more than 64, the same id twice, a bad time, or a primary that is not
 *   among them. The methods throw the same, `KEY_NOT_FOUND` for an id that the set does not have, and `KEY_STATE` where a key
 *   is there already or where no key would be left that may sign now.
 * @example
 * ```ts
 * import { createSignedFetch, hmacKey, keyset, randomBytes, rfc9421 } from 'countersign'
 *
 * const old = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * const keys = keyset({ keys: [old], primary: 'bot-1' })
 * const signedFetch = createSignedFetch(keys.signer((key) => rfc9421({ key })), { origins: ['https://api.example.com'] })
 *
 * // The server knows both from now on.
 * keys.add(hmacKey({ keyId: 'bot-2', algorithm: 'hmac-sha256', secret: randomBytes(32) }))
 * keys.promote('bot-2')
 * keys.retire('bot-1')
 * ```
 */
export function keyset<K extends SigningKey>(options: KeysetOptions<K>): Keyset<K> {
  assertOptions('keyset', options, KNOWN, HINTS, 'ARGUMENT_INVALID')
  const { clock = systemClock } = options
  assertParts('keyset', options, CLOCK)
  assertUnit('keyset: ', options?.clock)
  const listeners = new Set<(change: KeysetChange) => void>()
  // In order of preference: the first one whose time has come signs.
  let held: readonly Held<K>[] = contentsOf(options)
  let signing: Held<K> | undefined

  const usableOf = (list: readonly Held<K>[]): Held<K> | undefined => {
    const nowMs = timeOf(clock)
    for (const one of list) one.usable ||= one.useFromMs <= nowMs
    return list.find((one) => one.usable)
  }

  /** All changes end here: first everything is changed, then the listeners are called. */
  const commit = (next: readonly Held<K>[], now: Held<K> | undefined): void => {
    const previous = signing?.key.keyId
    held = next
    signing = now
    const change: KeysetChange = {
      ...(now && { primary: now.key.keyId }),
      ...(previous !== undefined && { previous }),
      keyIds: idsOf(held),
    }
    // A listener's mistake is nothing to the request that happened to notice the change; it is reported like any uncaught one.
    for (const listener of listeners) queueMicrotask(() => listener(change))
  }

  const current = (): K => {
    const now = usableOf(held) ?? fail('KEY_STATE', '"useFromMs" of a key must have come, got none')
    if (now !== signing) commit(held, now)
    return now.key
  }

  const memberOf = (keyId: string): Held<K> =>
    held.find(({ key }) => key.keyId === keyId) ?? fail('KEY_NOT_FOUND', '"keyId" must be the id of one of "keys"')

  signing = usableOf(held)
  const set: Keyset<K> = {
    get primary() {
      return current()
    },
    get keyIds() {
      return idsOf(held)
    },
    signer: (make) => signerOfKeyset(current, (keyId) => held.some(({ key }) => key.keyId === keyId), make),
    add: (key, options) => {
      assertOptions('keyset.add', options, MEMBER, {}, 'ARGUMENT_INVALID')
      const { useFromMs } = options ?? {}
      const member = heldOf(useFromMs === undefined ? key : { key, useFromMs })
      if (held.some((one) => one.key.keyId === key.keyId)) fail('KEY_STATE', '"keys" must hold each id once')
      if (held.length === MAX_KEYS) fail('ARGUMENT_INVALID', `"keys" must be a list of 1 to ${MAX_KEYS}`)
      const next = [...held, member]
      commit(next, usableOf(next))
    },
    promote: (keyId) => {
      const member = memberOf(keyId)
      const next = [member, ...held.filter((one) => one !== member)]
      commit(next, usableOf(next))
    },
    retire: (keyId) => {
      const member = memberOf(keyId)
      const next = held.filter((one) => one !== member)
      const now = usableOf(next)
      if (now === undefined || member === usableOf(held))
        fail('KEY_STATE', 'another key must sign before this one is retired')
      commit(next, now)
    },
    replace: (contents) => {
      const next = contentsOf(contents)
      commit(next, usableOf(next) ?? fail('KEY_STATE', '"useFromMs" of a key must have come, got none'))
    },
    onChange: (listener) => {
      const own = (change: KeysetChange): void => listener(change)
      listeners.add(own)
      return () => listeners.delete(own)
    },
  }
  return Object.freeze(set)
}
