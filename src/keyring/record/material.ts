import { ALGORITHMS, type Algorithm } from '../../crypto/algorithm.js'
import { base64, equalBytes, utf8 } from '../../crypto/encoding.js'
import { exportPublicKey } from '../../crypto/export.js'
import { importVerifyingKey } from '../../crypto/import.js'
import { revealed, Secret } from '../../crypto/secret.js'
import { jwkThumbprint } from '../../crypto/thumbprint.js'
import { validateForRegistration } from '../../crypto/validate.js'
import { fail, isCountersignError, mustBe } from '../../errors.js'
import type { KeyOrigin } from '../change/issue-options.js'
import { type KeyFormat, newSecretText } from './key-format.js'
import type { Environment, StoredKey } from './key-record.js'
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
  return ALGORITHMS[binding.algorithm].family === 'hmac'
    ? newSecret(origin, binding, context)
    : newPublic(origin, binding.algorithm)
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
    if (given !== undefined) validateForRegistration(new Secret(bytes), { algorithm: binding.algorithm })
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

async function newPublic({ publicKey, format, secret }: KeyOrigin, algorithm: Algorithm): Promise<Material> {
  mustBe(secret === undefined, 'secret', `left out beside "${algorithm}"`, secret, 'ARGUMENT_INVALID')
  mustBe(
    publicKey !== undefined && publicKey !== null,
    'publicKey',
    `the public key of a pair that the owner makes, for ${algorithm}`,
    publicKey,
    'ARGUMENT_INVALID',
  )
  const stated = format === undefined ? { algorithm } : { algorithm, format }
  const key = await brought('publicKey', () => {
    validateForRegistration(publicKey, stated)
    return importVerifyingKey(publicKey, { keyId: 'registration', ...stated })
  })
  return {
    stored: {
      material: { kind: 'public', spki: base64(exportPublicKey(key, 'der')), thumbprint: jwkThumbprint(key) },
    },
    secret: undefined,
  }
}

/** The members that identify a record's key. */
type Holding = Pick<StoredKey, 'id' | 'version' | 'algorithm' | 'material'>

/** Whether two records hold the same secret or public key. */
export async function holdSameSecret(a: Holding, b: Holding, sealing: Sealing | undefined): Promise<boolean> {
  if (a.material.kind === 'public' || b.material.kind === 'public')
    return 'thumbprint' in a.material && 'thumbprint' in b.material && a.material.thumbprint === b.material.thumbprint
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
