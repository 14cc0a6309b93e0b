import type { HmacAlgorithm } from '../../crypto/algorithm.js'
import { base64, equalBytes, utf8 } from '../../crypto/encoding.js'
import type { RegistrableKeys } from '../../crypto/other-keys.js'
import { revealed, Secret } from '../../crypto/secret.js'
import { validateForRegistration } from '../../crypto/validate.js'
import { fail, isCountersignError, mustBe } from '../../errors.js'
import { defined } from '../../support/defined.js'
import type { KeyOrigin } from '../change/issue-options.js'
import { type KeyFormat, newSecretText } from './key-format.js'
import type { Environment, StoredAlgorithm, StoredKey } from './key-record.js'
import { publicKeysOf } from './public-keys.js'
import type { SealBinding, Sealing } from './sealing.js'

/** Key material, ready to be stored, and the secret that is shown once. */
export interface Material {
  readonly stored: Pick<StoredKey, 'material' | 'secretHash'>
  readonly secret: Secret | undefined
}

/** Where new material is made. */
export interface MaterialContext {
  readonly format: KeyFormat
  readonly environment: Environment
  readonly sealing: Sealing | undefined
  readonly otherKeys: RegistrableKeys | undefined
}

/**
 * Makes a new secret and seals it, or takes the owner's public key after checking it.
 *
 * @throws {CountersignError} `KEY_WEAK`, `KEY_MALFORMED`, `ARGUMENT_INVALID`, `CONFIG_INVALID` without sealing.
 */
export async function newMaterial(
  origin: KeyOrigin,
  binding: SealBinding,
  context: MaterialContext,
): Promise<Material> {
  return binding.algorithm.startsWith('hmac')
    ? newSecret(origin, binding, context)
    : newPublic(origin, binding.algorithm, context.otherKeys)
}

/** Reads what the caller brought. Whatever a strange object throws is not repeated: it may hold a part of a key. */
async function brought<T>(name: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (isCountersignError(error)) throw error
    fail('ARGUMENT_INVALID', `"${name}" must be key material that can be read`)
  }
}

/** Always a copy, to be wiped: what the caller has is the caller's. */
const copyOf = (secret: Uint8Array | Secret): Uint8Array => new Uint8Array(revealed(secret, 'secret'))

async function newSecret(
  { publicKey, format: encoding, secret: given }: KeyOrigin,
  binding: SealBinding,
  { format, environment, sealing }: MaterialContext,
): Promise<Material> {
  for (const [name, value] of Object.entries({ publicKey, format: encoding }))
    mustBe(value === undefined, name, 'left out beside an HMAC "algorithm"', value, 'ARGUMENT_INVALID')
  if (sealing === undefined)
    fail('CONFIG_INVALID', '"sealing" is required for shared secrets: they are never stored in the clear')
  const bytes =
    given === undefined ? utf8(newSecretText(format, environment)) : await brought('secret', () => copyOf(given))
  try {
    if (given !== undefined)
      validateForRegistration(new Secret(bytes), { algorithm: binding.algorithm as HmacAlgorithm })
    const material = await sealing.seal(bytes, binding)
    const [secretHash] = sealing.hashesOf(bytes)
    return {
      stored: secretHash === undefined ? { material } : { material, secretHash },
      secret: given === undefined ? new Secret(bytes) : undefined,
    }
  } finally {
    bytes.fill(0)
  }
}

async function newPublic(
  { publicKey, format, secret }: KeyOrigin,
  algorithm: StoredAlgorithm,
  otherKeys: RegistrableKeys | undefined,
): Promise<Material> {
  mustBe(secret === undefined, 'secret', `left out beside "${algorithm}"`, secret, 'ARGUMENT_INVALID')
  mustBe(
    publicKey !== undefined && publicKey !== null,
    'publicKey',
    `the public key of a pair that the owner makes, for ${algorithm}`,
    publicKey,
    'ARGUMENT_INVALID',
  )
  const stated = defined({ algorithm, format }) as Parameters<RegistrableKeys['register']>[1]
  const { spki, thumbprint } = await brought('publicKey', () =>
    publicKeysOf(algorithm, otherKeys).register(publicKey, stated),
  )
  return { stored: { material: { kind: 'public', spki: base64(spki), thumbprint } }, secret: undefined }
}

/** The members that identify a record's key. */
type Holding = Pick<StoredKey, 'id' | 'version' | 'algorithm' | 'material'>

/** Whether two records hold the same secret or public key, or one of a pair. */
export async function holdSameSecret(a: Holding, b: Holding, sealing: Sealing | undefined): Promise<boolean> {
  if ('spki' in a.material && 'spki' in b.material) {
    const [one, other] = [a.material.spki, b.material.spki]
    // 42 bytes are nearly all of an Ed25519 key, and of any other more than two keys share by accident. Of a pair either may be the
    // one that a thief has: the first begins the text, and the second ends it.
    return one.startsWith(other.slice(0, 56)) || one.endsWith(other.slice(-56))
  }
  const opened: Uint8Array[] = []
  try {
    for (const { id, version, algorithm, material } of [a, b])
      if (material.kind === 'sealed' && sealing !== undefined)
        opened.push(await sealing.open(material, { id, version, algorithm }))
    const [one, other] = opened
    return one !== undefined && other !== undefined && equalBytes(one, other)
  } finally {
    for (const bytes of opened) bytes.fill(0)
  }
}
