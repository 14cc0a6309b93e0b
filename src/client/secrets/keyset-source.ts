import { stat } from 'node:fs/promises'
import type { Algorithm } from '../../crypto/algorithm.js'
import { utf8Decode } from '../../crypto/encoding.js'
import type { SigningKey } from '../../crypto/key.js'
import { assertOptions, fail } from '../../errors.js'
import { defined } from '../../support/defined.js'
import type { KeysetContents, KeysetMember } from '../keyset/contents.js'
import type { KeysetSource } from '../keyset/reload.js'
import { contextOf, type LoadSecretOptions, resolve, SECRET_OPTIONS } from './resolve.js'
import { keyWithin } from './signing-key.js'

/**
 * A keyset that is described by JSON, for `keyset` and `reloadKeyset`:
 *
 * ```json
 * {
 *   "primary": "bot-2",
 *   "keys": [
 *     { "keyId": "bot-1", "algorithm": "hmac-sha256", "from": "vault:/etc/bot/secrets.age#bot-1" },
 *     { "keyId": "bot-2", "algorithm": "ed25519", "from": "file:/etc/bot/bot-2.pem", "passphrase": "env:KEY_PASS",
 *       "useFromMs": 1790000000000 }
 *   ]
 * }
 * ```
 *
 * `from` and `passphrase` are references as of `loadSecret`. A change is noticed by the files that the references name
 * (the description's own, keys, vaults), not by what a program would print: after a rotation there, touch the description.
 *
 * @param reference where the description is; it holds no secret itself, and may lie in a vault all the same
 * @throws {CountersignError} `CONFIG_INVALID` for a description of another form; and as `loadSecret` and `importSigningKey`.
 * @example
 * ```ts
 * import { keyset } from 'countersign'
 * import { keysetSource } from 'countersign/client/load-secret'
 *
 * const keys = keyset(await keysetSource('file:/etc/bot/keys.json', { passphrase: 'env:VAULT_PASS' }).load())
 * ```
 */
export function keysetSource(reference: string, options: LoadSecretOptions = {}): Required<KeysetSource> {
  assertOptions('keysetSource', options, SECRET_OPTIONS, {}, 'ARGUMENT_INVALID')
  contextOf(options)
  let seen: { readonly references: readonly string[]; readonly stamp: string } | undefined
  return {
    load: async () => {
      const context = contextOf(options)
      // Always before it is read: what changes meanwhile is noticed the next time.
      const own = await stampOf([reference])
      const description = parse(
        utf8Decode((await resolve(reference, { ...context, clean: (_, bytes) => bytes })).reveal()),
      )
      const references = description.keys.flatMap(({ from, passphrase = '' }) => [from, passphrase])
      const stamp = own + (await stampOf(references))
      const keys: KeysetMember<SigningKey>[] = []
      for (const { from, useFromMs, ...rest } of description.keys) {
        const key = await keyWithin(from, rest, context)
        keys.push(defined({ key, useFromMs }))
      }
      seen = { references, stamp }
      return { keys, primary: description.primary } satisfies KeysetContents
    },
    changed: async () =>
      seen === undefined || (await stampOf([reference])) + (await stampOf(seen.references)) !== seen.stamp,
  }
}

/** Which files these are now. One that cannot be looked at is another one; reading it throws the reason. */
async function stampOf(references: readonly string[]): Promise<string> {
  const paths = references.flatMap((one) => /^file:(.+)$|^vault:(.+)#/s.exec(one)?.slice(1).filter(Boolean) ?? [])
  const stamps = [...new Set(paths)].map(async (path) => {
    try {
      const { dev, ino, size, mtimeNs, ctimeNs, mode } = await stat(path, { bigint: true })
      return [dev, ino, size, mtimeNs, ctimeNs, mode].join(':')
    } catch (error) {
      return String((error as NodeJS.ErrnoException).code)
    }
  })
  return (await Promise.all(stamps)).join(' ')
}

interface Description {
  readonly primary: string
  readonly keys: readonly {
    readonly keyId: string
    readonly algorithm: Algorithm
    readonly from: string
    readonly passphrase?: string
    readonly useFromMs?: number
  }[]
}

/** Kinds of the members; `true` for those that must be there. Their values are checked where they are used. */
const MEMBERS: ReadonlyMap<string, readonly [type: 'string' | 'number', required: boolean]> = new Map([
  ['keyId', ['string', true]],
  ['algorithm', ['string', true]],
  ['from', ['string', true]],
  ['passphrase', ['string', false]],
  ['useFromMs', ['number', false]],
])

const isKey = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).every(([name, one]) => typeof one === MEMBERS.get(name)?.[0]) &&
  [...MEMBERS].every(([name, [, required]]) => !required || Object.hasOwn(value, name))

function parse(text: string | undefined): Description {
  const bad = (): never => {
    // Not the parser's message: it quotes the text.
    fail(
      'CONFIG_INVALID',
      'a keyset must be JSON with "primary" and "keys" of "keyId", "algorithm", "from", and maybe "passphrase" and "useFromMs"',
    )
  }
  let value: Record<string, unknown>
  try {
    value = JSON.parse(text ?? '')
  } catch {
    return bad()
  }
  const { primary, keys, ...others } = value ?? {}
  const fits = typeof primary === 'string' && Array.isArray(keys) && keys.length <= 64 && keys.every(isKey)
  return fits && Object.keys(others).length === 0 ? (value as unknown as Description) : bad()
}
