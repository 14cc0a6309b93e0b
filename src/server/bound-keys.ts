import type { KeyRecord } from '../access/key-record.js'
import { isAlgorithm } from '../crypto/algorithm.js'
import { equalBytes, utf8 } from '../crypto/encoding.js'
import { importVerifyingKey } from '../crypto/import.js'
import type { VerifyingKey } from '../crypto/key.js'
import { assertOptions, fail, isCountersignError, type OptionNames } from '../errors.js'
import type { CarriedKey } from '../schemes/scheme.js'
import { FLAG, FUNCTION } from '../support/option-kinds.js'
import type { KeySource } from './key-source.js'

/** What is known of an access token: the thumbprint of the key that it is bound to (`cnf.jkt`), and what that key may do. */
export interface BoundToken extends Omit<KeyRecord, 'key'> {
  /** The thumbprint (RFC 7638) of the key that the token is bound to. */
  readonly jkt: string
}

/** Options of {@link boundKeys}. */
export interface BoundKeysOptions {
  /** Validates an access token; `undefined` for one that is not good. Throwing means that it could not be decided. */
  readonly token?: (token: string) => BoundToken | undefined | Promise<BoundToken | undefined>
  /** Accepts any key, where requests carry no token: a token endpoint, which binds what it issues to the key id of the verdict. */
  readonly unbound?: boolean
}

const KNOWN: OptionNames<BoundKeysOptions> = { token: [FUNCTION, 2], unbound: [FLAG, 2] }

/**
 * A key source for keys that come with the message, as those of DPoP do: such a key is taken where the access token beside it is
 * bound to it. The key id is the RFC 7638 thumbprint.
 *
 * @throws {CountersignError} `CONFIG_INVALID` unless one of the two options is given.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449#section-6 | RFC 9449 6}
 * @example
 * ```ts
 * import { boundKeys } from 'countersign/server'
 *
 * declare const tokens: Map<string, { jkt: string; owner: string }>
 * const keys = boundKeys({ token: (token) => tokens.get(token) })
 * ```
 */
export function boundKeys(options: BoundKeysOptions): KeySource {
  assertOptions('boundKeys', options, KNOWN, { introspect: 'token', accessToken: 'token' })
  const { token: validate, unbound = false } = options
  if ((validate === undefined) !== unbound)
    fail('CONFIG_INVALID', 'boundKeys: either "token" or "unbound: true" must be given')
  return {
    get: async (keyId, carried) => {
      if (carried === undefined) return undefined
      let record: Omit<KeyRecord, 'key'> = {}
      if (validate !== undefined) {
        const found = carried.token === undefined ? undefined : await validate(carried.token)
        if (found === undefined || found === null) return undefined
        const { jkt, ...rest } = found
        if (typeof jkt !== 'string' || !equalBytes(utf8(jkt), utf8(keyId))) return undefined
        record = rest
      } else if (carried.token !== undefined) return undefined
      const key = await imported(keyId, carried)
      return key && { ...record, key }
    },
  }
}

/** A key that cannot be one is as good as unknown: its sender chose it. */
async function imported(keyId: string, { jwk, algorithm }: CarriedKey): Promise<VerifyingKey | undefined> {
  try {
    return isAlgorithm(algorithm) ? await importVerifyingKey(jwk as never, { keyId, algorithm }) : undefined
  } catch (error) {
    if (isCountersignError(error) && error.code.startsWith('KEY_')) return undefined
    throw error
  }
}
