import type { SigningKey } from '../../crypto/key.js'
import { ambiguousAround, withoutLineBreak } from '../../crypto/secret.js'
import { fail } from '../../errors.js'
import { absent, VISIBLE } from './shared-secret.js'
import type { ExchangeSpec } from './spec.js'

/** The passphrase as it is sent. @throws {CountersignError} `CONFIG_INVALID`; its text is not repeated. */
export function passphraseOf(spec: ExchangeSpec, key: SigningKey, given: string | undefined): string {
  const { name, passphrase: kind, keys } = spec
  if (kind === undefined) return ''
  if (typeof given !== 'string' || given === '')
    return fail(
      'CONFIG_INVALID',
      `"passphrase" must be the one chosen when the API key was made at ${name}, got ${absent(given)}`,
    )
  const passphrase = withoutLineBreak(given)
  if (VISIBLE.test(passphrase) && ambiguousAround(passphrase) !== undefined)
    fail('CONFIG_INVALID', '"passphrase" must be the passphrase alone, got one with quotes around it: remove them')
  if (!VISIBLE.test(passphrase))
    fail('CONFIG_INVALID', '"passphrase" must be visible ASCII, without white space around it, got other text')
  if (kind !== 'signed') return passphrase
  const signature = key.sign(passphrase)
  if (!(signature instanceof Uint8Array)) return fail('KEY_ASYNC', `${name} needs a key that answers at once`)
  return keys[key.algorithm]?.encode(signature) as string
}
