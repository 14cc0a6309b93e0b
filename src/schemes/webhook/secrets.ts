import { utf8 } from '../../crypto/encoding.js'
import { type CheckedSecret, checkedSha256Key } from '../../crypto/hmac-key.js'
import type { HmacKey } from '../../crypto/key.js'
import { cleanSecretText, isSecret, type Secret } from '../../crypto/secret.js'
import type { KnownOptions } from '../../errors/options.js'
import { assertInteger, assertOptions, fail, kindOf, type OptionNames } from '../../errors.js'
import { FLAG } from '../../support/option-kinds.js'
import type { WebhookWindow } from './webhook.js'

/** What a receiver, or a sender, knows of a webhook that is signed with a shared secret. */
export interface WebhookSecretOptions {
  /** The secret as the sender shows it; the newest first where there are several, while it is rotated. */
  readonly secret: string | Secret | ReadonlyArray<string | Secret>
  /** How old a delivery may be, and how far ahead its clock. Default: what the sender documents, else five minutes. */
  readonly toleranceMs?: number
  /** Secrets of under 16 bytes: for published test vectors. Default `false`. */
  readonly allowShortSecret?: boolean
}

const KNOWN: OptionNames<WebhookSecretOptions> = {
  secret: 2,
  toleranceMs: 1,
  allowShortSecret: FLAG,
}
const HINTS = {
  key: 'secret',
  signingSecret: 'secret',
  webhookSecret: 'secret',
  endpointSecret: 'secret',
  token: 'secret',
  maxAgeMs: 'toleranceMs',
}
const MIN_BYTES = 16
const MAX_SECRETS = 8

/** How the text of a secret becomes bytes. */
export interface SecretForm {
  /** Reads the text, or refuses it by the words for where it stands. Default: the text is the key, as it is. */
  readonly read?: (text: string, where: string) => Uint8Array
  /** No time is signed, so that a tolerance would be ignored: it is refused. */
  readonly untimed?: boolean
  /** Further options of this sender, which it checks itself. */
  readonly more?: KnownOptions
  /** What of this sender is taken for the secret and never is: how its text begins, and the words after "must be". */
  readonly not?: readonly [begins: RegExp, says: string]
  /** Makes the key of the bytes, where it is not HMAC-SHA256 over them. */
  readonly key?: (parts: CheckedSecret) => HmacKey
}

/** Checks the options that every webhook with a shared secret has. */
export function secretKeys(id: string, options: WebhookSecretOptions, form: SecretForm = {}): readonly HmacKey[] {
  const { untimed, key = checkedSha256Key, read = utf8, more, not } = form
  assertOptions(id, options, { ...KNOWN, ...more }, HINTS)
  const { secret, allowShortSecret, toleranceMs } = options
  if (untimed && toleranceMs !== undefined)
    fail('CONFIG_INVALID', `${id}: "toleranceMs" must be left out: no time is signed`)
  const all = [secret].flat() as ReadonlyArray<string | Secret>
  // An empty list is of the code that an empty secret has, here and for the checks of `direct.ts`.
  if (!all.length || all.length > MAX_SECRETS)
    fail(
      all.length ? 'CONFIG_INVALID' : 'KEY_WEAK',
      `${id}: "secret" must be 1 to ${MAX_SECRETS} secrets, got ${all.length}`,
    )
  return all.map((one, at) => {
    const where = `${id}: ${all.length === 1 ? '"secret"' : `"secret[${at}]"`}`
    const text = textOf(where, one)
    if (not?.[0].test(text)) fail('CONFIG_INVALID', `${where} must be ${not[1]}`)
    const bytes = read(text, where)
    const least = allowShortSecret ? 1 : MIN_BYTES
    if (bytes.length < least)
      fail(
        'KEY_WEAK',
        `${where} must have at least ${least} bytes, got ${bytes.length || 'nothing (is it set?)'}${allowShortSecret ? '' : '; test vectors: allowShortSecret: true'}`,
      )
    return key({ keyId: at === 0 ? id : `${id}-${at + 1}`, secret: bytes })
  })
}

function textOf(where: string, secret: unknown): string {
  if (typeof secret === 'string') return cleanSecretText(where, secret, 'CONFIG_INVALID')
  if (isSecret(secret)) return secret.revealText()
  fail('CONFIG_INVALID', `${where} must be the text that the sender shows, or a Secret, got ${kindOf(secret)}`)
}

/** The window that a receiver states; absent: that of the sender. */
export function windowOf(id: string, { toleranceMs }: { readonly toleranceMs?: number }): Partial<WebhookWindow> {
  if (toleranceMs === undefined) return {}
  assertInteger('toleranceMs', toleranceMs, 1_000, 86_400_000, `${id}: `)
  return { pastMs: toleranceMs, futureMs: toleranceMs }
}
