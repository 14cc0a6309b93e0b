import { base64Decode, utf8Decode } from '../../crypto/encoding.js'
import { hold } from '../../crypto/held.js'
import { hmacSha256Key } from '../../crypto/hmac-key.js'
import { assertKeyOptions, type HmacKey, type SigningKey } from '../../crypto/key.js'
import { revealed, type Secret, withoutLineBreak } from '../../crypto/secret.js'
import { assertNeeded, fail, kindOf, type OptionNames } from '../../errors.js'

/** Options of {@link azureKey}. */
export interface AzureKeyOptions {
  /** The name of the storage account, or the id of an access key of App Configuration. It becomes the key id. */
  readonly account: string
  /** One of the keys of the account, as the portal shows it: base64. */
  readonly key: string | Secret
  /** The other one, which is accepted as well while keys are rotated. Requests do not name the one they are signed with. */
  readonly secondKey?: string | Secret
}

// Azure issues 64 bytes for storage and Cosmos DB, and at least 32 elsewhere.
const MIN_BYTES = 16

const KNOWN: OptionNames<AzureKeyOptions> = { account: 2, key: 2, secondKey: 1 }
// As the SDKs, connection strings and the portal of App Configuration call them.
const HINTS = {
  accountName: 'account',
  AccountName: 'account',
  name: 'account',
  credential: 'account',
  Id: 'account',
  id: 'account',
  keyId: 'account',
  accountKey: 'key',
  AccountKey: 'key',
  secret: 'key',
  Secret: 'key',
  key1: 'key',
  key2: 'secondKey',
}

/** A key of a text in base64. @throws {CountersignError} `ARGUMENT_INVALID`, `KEY_WEAK`. */
export function macOf(where: string, name: string, keyId: string, text: string | Secret): HmacKey {
  const clear = typeof text === 'string' ? text : utf8Decode(revealed(text, name))
  const secret = clear === undefined ? undefined : base64Decode(withoutLineBreak(clear))
  if (secret === undefined)
    return fail('ARGUMENT_INVALID', `${where}: "${name}" must be a key in base64, got other text`)
  if (secret.length < MIN_BYTES)
    return fail('KEY_WEAK', `${where}: "${name}" must have at least ${MIN_BYTES} bytes, got ${secret.length}`)
  return hmacSha256Key({ keyId, secret })
}

/**
 * A key of an account of Azure, for every scheme of this folder. With two keys it signs with the first and verifies with both.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`, `KEY_WEAK`.
 * @example
 * ```ts
 * import { azureKey } from 'countersign/azure'
 *
 * declare const base64FromThePortal: string
 * const key = azureKey({ account: 'myaccount', key: base64FromThePortal })
 * ```
 */
export function azureKey(options: AzureKeyOptions): HmacKey {
  assertKeyOptions('azureKey', options, KNOWN, HINTS)
  assertNeeded('azureKey', options, KNOWN, 'ARGUMENT_INVALID')
  const { account, key, secondKey } = options
  const first = macOf('azureKey', 'key', account, key)
  if (secondKey === undefined) return first
  const second = macOf('azureKey', 'secondKey', account, secondKey)
  const { keyId, algorithm, sign, signText } = first
  return hold(
    {
      keyId,
      algorithm,
      sign,
      ...(signText !== undefined && { signText }),
      verify: (base, signature) => {
        const byFirst = first.verify(base, signature)
        // Both are always asked, so that the time does not show which one it was.
        return second.verify(base, signature) || byFirst
      },
    } satisfies HmacKey,
    { sync: true },
  )
}

/** Refuses a key that cannot sign here. @throws {CountersignError} `CONFIG_INVALID`. */
export function assertAzureKey(where: string, key: SigningKey, isId: (keyId: string) => boolean = () => true): void {
  if (typeof key?.sign !== 'function')
    fail('CONFIG_INVALID', `${where}: "key" must be a signing key, such as azureKey(), got ${kindOf(key)}`)
  if (key.algorithm !== 'hmac-sha256')
    fail('CONFIG_INVALID', `${where}: "key" must be of hmac-sha256, got ${key.algorithm}`)
  if (!isId(key.keyId)) fail('CONFIG_INVALID', `${where}: the id of "key" must be the name of the account`)
}

const ACCOUNT = /^[a-z0-9-]{1,63}$/

/** Whether a text is the name of an account, as far as its characters go: it is a part of what is signed. */
export const isAccount = (text: string): boolean => ACCOUNT.test(text)
