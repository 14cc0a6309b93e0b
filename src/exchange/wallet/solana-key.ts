import { ed25519PrivateKey, ed25519SigningKey } from '../../crypto/ed25519-key.js'
import { equalBytes, utf8Decode } from '../../crypto/encoding.js'
import { base58, base58Decode } from '../../crypto/format/base58.js'
import { hold, publicMaterialOf } from '../../crypto/held.js'
import { assertKeyOptions, type SyncPrivateKey } from '../../crypto/key.js'
import { cleanSecretText, isSecret, type Secret } from '../../crypto/secret.js'
import { fail, kindOf } from '../../errors.js'

/** The key of a Solana account. */
export interface SolanaKey extends SyncPrivateKey {
  /** The public key as base58, which is the key id as well. */
  readonly address: string
}

/** Options of {@link solanaKey}. */
export interface SolanaKeyOptions {
  /** As wallets export it: base58 of 64 bytes, the list of 64 numbers of a key file (its text, or parsed), or the bytes; 32 of them are the seed alone. */
  readonly privateKey: string | Uint8Array | readonly number[] | Secret
}

const MUST = '"privateKey" must be base58 of 64 bytes, or the list of 64 numbers of a key file'

/** A seed, or a seed and its public key, as other chains write keys. */
const HEXADECIMAL = /^(?:0x)?(?:[\da-f]{64}|[\da-f]{128})$/i

/** The array of bytes would cut off a fraction or a number past a byte, and read a text: what it holds must be what was given. */
function listBytes(list: readonly unknown[]): Uint8Array {
  const bytes = list.length === 64 ? Uint8Array.from(list as readonly number[]) : new Uint8Array()
  return bytes.length === 64 && bytes.every((byte, at) => byte === list[at])
    ? bytes
    : fail('KEY_MALFORMED', `${MUST} from 0 to 255, got another list`)
}

function bytesOf(privateKey: unknown): Uint8Array {
  const given = isSecret(privateKey) ? privateKey.reveal() : privateKey
  if (given instanceof Uint8Array && (given.length === 64 || given.length === 32)) return given
  // `require('./id.json')` and JSON.parse() give the list itself.
  if (Array.isArray(given)) return listBytes(given)
  const text = given instanceof Uint8Array ? utf8Decode(given) : given
  if (typeof text !== 'string') return fail('KEY_MALFORMED', `${MUST}, got ${kindOf(given)}`)
  const clean = cleanSecretText('"privateKey"', text, 'KEY_MALFORMED')
  // 128 characters hold more than 64 bytes of base58, and 64 hold 64 bytes where all of them are "1".
  if (HEXADECIMAL.test(clean)) fail('KEY_MALFORMED', `${MUST}, got hexadecimal digits: decode them and pass the bytes`)
  const isList = /^\[\s*\d{1,3}(?:\s*,\s*\d{1,3}){63}\s*\]$/.test(clean)
  const numbers = isList ? (JSON.parse(clean.replace(/\b0+(?=\d)/g, '')) as readonly number[]) : []
  const bytes = isList && numbers.every((one) => one < 256) ? new Uint8Array(numbers) : base58Decode(clean)
  return bytes?.length === 64 || bytes?.length === 32
    ? bytes
    : fail('KEY_MALFORMED', `${MUST}, got ${clean.length} characters of something else`)
}

/**
 * The key of a Solana account: Ed25519, known by its address. Use an agent wallet where the exchange has them.
 *
 * @throws {CountersignError} `KEY_MALFORMED` for anything but a key, and for one whose public half is another key's.
 * @see {@link https://solana.com/docs/core/accounts | Solana, accounts}
 * @example
 * ```ts
 * import { solanaKey } from 'countersign/exchange/wallet'
 *
 * declare const env: { AGENT_KEY: string }
 * const key = solanaKey({ privateKey: env.AGENT_KEY })
 * console.log(key.address)
 * ```
 */
export function solanaKey(options: SolanaKeyOptions): SolanaKey {
  assertKeyOptions('solanaKey', options, { privateKey: 2 })
  const bytes = bytesOf(options.privateKey)
  const seed = bytes.slice(0, 32)
  const publicKey = publicMaterialOf(ed25519SigningKey({ keyId: 'solana', seed })) as Uint8Array
  if (bytes.length === 64 && !equalBytes(bytes.subarray(32), publicKey))
    fail('KEY_MALFORMED', '"privateKey" must end with its own public key, got another one: is a character wrong?')
  const address = base58(publicKey)
  const { keyId, algorithm, sign, verifyingKey } = ed25519PrivateKey({ keyId: address, seed })
  return hold({ keyId, algorithm, sign, verifyingKey, address } as const, { sync: true })
}
