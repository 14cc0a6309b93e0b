import {
  ALGORITHMS,
  type Algorithm,
  assertAlgorithm,
  type EcdsaAlgorithm,
  type HmacAlgorithm,
  type RsaAlgorithm,
} from '../../crypto/algorithm.js'
import { type ImportSigningKeyOptions, importSigningKey } from '../../crypto/import.js'
import type { HmacKey, PrivateKey, SigningKey, SyncPrivateKey } from '../../crypto/key.js'
import { assertOptions, fail, type OptionNames } from '../../errors.js'
import type { SecretContext } from './provider.js'
import { contextOf, type LoadSecretOptions, type PassphraseFrom, passphraseFrom, resolve } from './resolve.js'

/** Options of {@link signingKeyFrom}. */
export interface SigningKeyFromOptions<A extends Algorithm = Algorithm> extends Omit<LoadSecretOptions, 'passphrase'> {
  /** What the other side knows the key by. */
  readonly keyId: string
  /** Given by you, never guessed from the file; the file must agree. */
  readonly algorithm: A
  /**
   * Of a password-protected private key: a reference such as `env:KEY_PASS`, or a `Secret`; never the passphrase as a plain
   * string. A key that is not protected is then refused.
   */
  readonly passphrase?: PassphraseFrom
  /** Of the vault that a `vault:` reference names. */
  readonly vaultPassphrase?: PassphraseFrom
}

/**
 * A signing key from where it is kept: a private key as PEM (PKCS#8, encrypted or not, SEC 1, PKCS#1), or the bytes of a shared
 * secret for HMAC. References are those of `loadSecret`.
 *
 * @throws {CountersignError} as `loadSecret`; and as `importSigningKey`, such as `KEY_PASSPHRASE` for a missing, wrong or
 *   superfluous passphrase.
 * @example
 * ```ts
 * import { createSignedFetch, rfc9421 } from 'countersign'
 * import { signingKeyFrom } from 'countersign/client/load-secret'
 *
 * const key = await signingKeyFrom('file:/etc/bot/key.pem', {
 *   keyId: 'bot-1',
 *   algorithm: 'ed25519',
 *   passphrase: 'env:KEY_PASS',
 * })
 * const signedFetch = createSignedFetch(rfc9421({ key }), { origins: ['https://api.example.com'] })
 * ```
 */
export async function signingKeyFrom(reference: string, options: SigningKeyFromOptions<HmacAlgorithm>): Promise<HmacKey>
export async function signingKeyFrom(
  reference: string,
  options: SigningKeyFromOptions<'ed25519' | EcdsaAlgorithm>,
): Promise<SyncPrivateKey>
export async function signingKeyFrom(
  reference: string,
  options: SigningKeyFromOptions<RsaAlgorithm>,
): Promise<PrivateKey>
export async function signingKeyFrom(reference: string, options: SigningKeyFromOptions): Promise<SigningKey>
export async function signingKeyFrom(reference: string, options: SigningKeyFromOptions): Promise<SigningKey> {
  assertOptions('signingKeyFrom', options, KNOWN, {}, 'ARGUMENT_INVALID')
  const { vaultPassphrase, passphrase: _, ...rest } = options
  return keyWithin(reference, options, contextOf({ ...rest, ...(vaultPassphrase && { passphrase: vaultPassphrase }) }))
}

const KNOWN: OptionNames<SigningKeyFromOptions> = {
  keyId: 2,
  algorithm: 2,
  passphrase: 1,
  vaultPassphrase: 1,
  env: 1,
  timeoutMs: 1,
}

/** {@link signingKeyFrom} within a call that reads several. */
export async function keyWithin(
  reference: string,
  { keyId, algorithm, passphrase }: Pick<SigningKeyFromOptions, 'keyId' | 'algorithm' | 'passphrase'>,
  context: SecretContext,
): Promise<SigningKey> {
  assertAlgorithm(algorithm)
  const shared = ALGORITHMS[algorithm].family === 'hmac'
  if (shared && passphrase !== undefined) fail('KEY_PASSPHRASE', 'a shared secret has no passphrase, got one')
  const options: ImportSigningKeyOptions = {
    keyId,
    algorithm,
    ...(!shared && { format: 'pem' }),
    ...(passphrase !== undefined && { passphrase: await passphraseFrom(passphrase, context) }),
  }
  return importSigningKey(await resolve(reference, context), options)
}
