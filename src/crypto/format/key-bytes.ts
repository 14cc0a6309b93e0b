import { fail } from '../../errors.js'
import { base64Decode, base64urlDecode, hexDecode } from '../encoding.js'
import { base58Decode, isBase58 } from './base58.js'
import { type KeyStructure, structureOf } from './key-structure.js'
import { parsePem } from './pem.js'

/** The bytes a text stands for: a structure with its name, or raw ones. */
export interface KeyBytes {
  readonly structure: KeyStructure | undefined
  readonly bytes: Uint8Array
}

/** Hexadecimal of a seed, of a seed with its public key, or of DER. Base64 of 48 or 96 bytes is neither, so nothing is guessed. */
const HEX = /^(?:0x)?(?:[0-9a-f]{64}|[0-9a-f]{128}|30(?:[0-9a-f]{2}){40,4000})$/i

/** Standard or URL-safe base64, padded or not; `undefined` for anything else. */
const anyBase64 = (text: string): Uint8Array | undefined =>
  base64urlDecode(
    text
      .replace(/={1,2}$/, '')
      .replaceAll('+', '-')
      .replaceAll('/', '_'),
  )

/** {@link keyBytes} of hexadecimal and base64 alone. */
export function bareBytes(text: string): KeyBytes | undefined {
  const packed = text.replace(/\s/g, '')
  const bytes = HEX.test(packed) ? hexDecode(packed.toLowerCase().replace('0x', '')) : anyBase64(packed)
  if (bytes === undefined) return undefined
  // A random seed may begin like DER, and no structure is as short as that or has these two lengths.
  return { bytes, structure: bytes.length === 32 || bytes.length === 64 ? undefined : structureOf(bytes) }
}

/**
 * Reads cleaned text: PEM, its base64 without the lines around it, a seed as base64 or hexadecimal, or `ed25519:` and base58.
 *
 * @throws {CountersignError} `KEY_MALFORMED`; `undefined` is returned for text that is none of these.
 */
export function keyBytes(text: string): KeyBytes | undefined {
  if (text.startsWith('-----BEGIN ')) {
    const { der } = parsePem(text)
    const structure = structureOf(der)
    return structure === undefined
      ? fail('KEY_MALFORMED', '"text" must be a whole key between BEGIN and END, got one that was cut or is damaged')
      : { structure, bytes: der }
  }
  const packed = text.replace(/\s/g, '')
  if (packed.startsWith('ed25519:')) {
    const bytes = base58Decode(packed.slice(8))
    return bytes && { structure: undefined, bytes }
  }
  const found = bareBytes(packed)
  const length = found?.bytes.length
  // 43 characters can be both, and mean two different keys.
  if ((length === 32 || length === 64) && !HEX.test(packed) && isBase58(packed))
    fail(
      'KEY_MALFORMED',
      '"text" must be base64 with its padding, or "ed25519:" before base58: without either it could be both',
    )
  return found
}

/** The public key that an API key itself is, at exchanges where it is one: Orderly and NEAR with a prefix, Backpack in base64. */
export function publicApiKey(apiKey: string): Uint8Array | undefined {
  const bytes = apiKey.startsWith('ed25519:') ? base58Decode(apiKey.slice(8)) : base64Decode(apiKey)
  return bytes?.length === 32 ? bytes : undefined
}
