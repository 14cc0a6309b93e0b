import { base64Decode } from '../../../crypto/encoding.js'
import { type RsaPrivate, toBigInt } from '../../../crypto/format/rsa-der.js'
import { type Held, held } from '../../../crypto/held.js'
import { importRsaSigningKey } from '../../../crypto/import-rsa.js'
import { Secret } from '../../../crypto/secret.js'
import { assertNeeded, assertOptions, fail, type OptionKind, type OptionNames } from '../../../errors.js'
import { having, TEXT } from '../../../support/option-kinds.js'
import { bytesOf, numberOf, power } from './diffie-hellman.js'

/** Options of {@link ibkrAccessTokenSecret}. */
export interface IbkrAccessTokenSecretOptions {
  /** `private_encryption.pem`, PKCS#8 or PKCS#1. */
  readonly encryptionKey: string | Secret
  /** As the portal shows it, in base64: encrypted for that key. */
  readonly accessTokenSecret: string
}

const [isSecret] = /* @__PURE__ */ having('', 'revealText')
const PEM: OptionKind = [(value) => typeof value === 'string' || isSecret(value), 'PEM text or a Secret']
const OPTIONS: OptionNames<IbkrAccessTokenSecretOptions> = { encryptionKey: [PEM, 2], accessTokenSecret: [TEXT, 2] }

/**
 * The secret of an access token, decrypted (RSA PKCS#1 v1.5, which Node and WebCrypto do not offer any more).
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a text that is not encrypted for this key.
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import { ibkrAccessTokenSecret } from 'countersign/legacy/ibkr'
 *
 * const encryptionKey = await readFile('private_encryption.pem', 'utf8')
 * export const secretOf = (accessTokenSecret: string) => ibkrAccessTokenSecret({ encryptionKey, accessTokenSecret })
 * ```
 */
export async function ibkrAccessTokenSecret(options: IbkrAccessTokenSecretOptions): Promise<Secret> {
  assertOptions('ibkrAccessTokenSecret', options, OPTIONS, { privateKey: 'encryptionKey' })
  assertNeeded('ibkrAccessTokenSecret', options, OPTIONS)
  const { encryptionKey, accessTokenSecret } = options
  const pem = typeof encryptionKey === 'string' ? encryptionKey : encryptionKey.revealText()
  const key = await importRsaSigningKey(pem, { keyId: 'encryption', algorithm: 'rsa-v1_5-sha256' })
  const { n, d } = (held(key) as Held).privateMaterial as RsaPrivate
  const [modulus, exponent] = [toBigInt(n), toBigInt(d)]
  const length = Math.ceil(modulus.toString(16).length / 2)
  const sealed = base64Decode(accessTokenSecret.replace(/\s/g, ''))
  const number = sealed?.length === length ? numberOf(sealed) : undefined
  if (number === undefined || number >= modulus) return other()
  const plain = bytesOf(power(number, exponent, modulus))
  // RFC 8017 7.2.2: 00 02, at least eight bytes that are not 00, 00, the text. The first 00 is none of the number's.
  const end = plain.indexOf(0, 1)
  if (plain.length !== length - 1 || plain[0] !== 2 || end < 9 || end === plain.length - 1) return other()
  return new Secret(plain.slice(end + 1))
}

const other = (): never =>
  fail(
    'CONFIG_INVALID',
    'ibkrAccessTokenSecret: "accessTokenSecret" must be base64 of what is encrypted for "encryptionKey"',
  )
