import { ed25519PrivateKey, ed25519VerifyingKey } from '../../crypto/ed25519-key.js'
import { base64Decode, hexDecode } from '../../crypto/encoding.js'
import type { SyncPrivateKey } from '../../crypto/key.js'
import { cleanSecretText, isSecret, type Secret } from '../../crypto/secret.js'
import { assertOptions, fail, isCountersignError, type KnownOptions, kindOf, type OptionNames } from '../../errors.js'
import type { WebhookKey } from './webhook.js'

/** What a receiver knows of webhooks that are signed with a private key; or the sender, which has that key. */
export interface WebhookPublicKeyOptions {
  /** The public key as the sender shows it; the newest first where there are several, while it is rotated. */
  readonly publicKey?: string | readonly string[]
  /** In place of it the private key, in the same spelling: for a service that sends, and for tests of one that receives. */
  readonly privateKey?: string | Secret
  /** How old a delivery may be, and how far ahead its clock. Default: what the sender documents, else five minutes. */
  readonly toleranceMs?: number
}

const KNOWN: OptionNames<WebhookPublicKeyOptions> = { publicKey: 2, privateKey: 2, toleranceMs: 1 }
const HINTS = {
  publicKeys: 'publicKey',
  key: 'publicKey',
  secret: 'publicKey',
  tolerance: 'toleranceMs',
  maxAgeMs: 'toleranceMs',
}
const MAX_KEYS = 8

/** How the text of a key becomes one. Both throw for a text that is none. */
export interface PublicKeyForm {
  readonly verifying: (keyId: string, text: string) => WebhookKey
  readonly signing: (keyId: string, text: string) => WebhookKey
  /** Further options of this sender, which it checks itself. */
  readonly more?: KnownOptions
}

/** Checks the options that every webhook with a public key has. */
export function publicKeys(id: string, options: WebhookPublicKeyOptions, form: PublicKeyForm): readonly WebhookKey[] {
  assertOptions(id, options, form.more === undefined ? KNOWN : { ...KNOWN, ...form.more }, HINTS)
  const { publicKey, privateKey } = options
  if ((publicKey === undefined) === (privateKey === undefined))
    fail('CONFIG_INVALID', `${id}: one of "publicKey" and "privateKey" must be given`)
  if (privateKey !== undefined) {
    if (!(typeof privateKey === 'string' || isSecret(privateKey)))
      fail('CONFIG_INVALID', `${id}: "privateKey" must be text or a Secret, got ${kindOf(privateKey)}`)
    const text =
      typeof privateKey === 'string'
        ? cleanSecretText(`${id}: "privateKey"`, privateKey, 'CONFIG_INVALID')
        : privateKey.revealText()
    return [read(`${id}: "privateKey"`, () => form.signing(id, text))]
  }
  const all = typeof publicKey === 'string' ? [publicKey] : (publicKey as readonly string[])
  if (!Array.isArray(all) || all.length === 0 || all.length > MAX_KEYS)
    fail('CONFIG_INVALID', `${id}: "publicKey" must be a key, or a list of 1 to ${MAX_KEYS}, got ${kindOf(publicKey)}`)
  return all.map((text: unknown, at) => {
    const where = `${id}: ${all.length === 1 ? '"publicKey"' : `"publicKey[${at}]"`}`
    if (typeof text !== 'string' || text === '')
      return fail('CONFIG_INVALID', `${where} must be the text that the sender shows, got ${kindOf(text)}`)
    return read(where, () => form.verifying(at === 0 ? id : `${id}-${at + 1}`, text.trim()))
  })
}

/** One error for every text that is no key; a weak key keeps its own. */
function read(where: string, make: () => WebhookKey): WebhookKey {
  try {
    return make()
  } catch (error) {
    if (isCountersignError(error, 'KEY_WEAK')) throw error
    return fail('CONFIG_INVALID', `${where} must be a key in the spelling of the sender`, { cause: error })
  }
}

/** Both halves in one. */
export const signingKey = ({ keyId, algorithm, sign, verifyingKey }: SyncPrivateKey): WebhookKey => ({
  keyId,
  algorithm,
  sign,
  verify: verifyingKey.verify,
})

const DECODE = { hex: hexDecode, base64: base64Decode } as const
const NOTHING = /* @__PURE__ */ new Uint8Array(0)

/** Ed25519: 32 bytes each, the private key as its seed. */
export function ed25519Form(encoding: 'hex' | 'base64'): PublicKeyForm {
  const bytes = (text: string): Uint8Array => DECODE[encoding](text) ?? NOTHING
  return {
    verifying: (keyId, text) => ed25519VerifyingKey({ keyId, publicKey: bytes(text) }),
    signing: (keyId, text) => signingKey(ed25519PrivateKey({ keyId, seed: bytes(text) })),
  }
}
