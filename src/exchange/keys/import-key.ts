import type { RsaAlgorithm } from '../../crypto/algorithm.js'
import { equalBytes, utf8Decode } from '../../crypto/encoding.js'
import { keyBytes, publicApiKey } from '../../crypto/format/key-bytes.js'
import { structureOf } from '../../crypto/format/key-structure.js'
import { cleanText, PRIVATE_HALF, refuseKnownText } from '../../crypto/format/key-text.js'
import { decryptPkcs8, type Passphrase } from '../../crypto/format/pbes2.js'
import { formatPem } from '../../crypto/format/pem.js'
import { publicMaterialOf } from '../../crypto/held.js'
import { importEcdsaSigningKey } from '../../crypto/import-ecdsa.js'
import { importEd25519SigningKey } from '../../crypto/import-ed25519.js'
import { importRsaSigningKey } from '../../crypto/import-rsa.js'
import { isKeyId, type PrivateKey, type SyncPrivateKey } from '../../crypto/key.js'
import { Secret, withoutLineBreak } from '../../crypto/secret.js'
import { alternatives, assertOptions, fail, isCountersignError, kindOf, type OptionNames } from '../../errors.js'
import { DECLARE, EXCHANGE_KEYS, type ExchangeKeyRow, type ExchangeKeyType, FAMILIES } from './key-types.js'

/** Options of {@link importExchangeKey}. */
export interface ExchangeKeyOptions<T extends ExchangeKeyType = ExchangeKeyType> {
  /** What the exchange shows for the key, and takes in its requests. */
  readonly apiKey: string
  /** Given by you, never guessed from the text; the text must agree. */
  readonly type: T
  /** Of an encrypted PEM. The passphrase that some exchanges give an API key is given to the exchange, not here. */
  readonly passphrase?: Passphrase | undefined
}

const KNOWN: OptionNames<ExchangeKeyOptions> = { apiKey: 2, type: 2, passphrase: 1 }

const MAX_CHARACTERS = 65_536

const malformed = (got: string): never => fail('KEY_MALFORMED', `"text" must be a private key, got ${got}`)

/**
 * An exchange's private key from the text people have of it: PEM in every state in which it survives an environment variable or
 * a JSON file (escaped or lost line breaks, quotes, no BEGIN line), encrypted or not, and the bare forms that exchanges hand
 * out. Whatever else is pasted is refused with what it is and what to do. No message holds a part of the text.
 *
 * All families come with it; a bundle for one exchange is smaller with `importEd25519SigningKey` and its siblings.
 *
 * @throws {CountersignError} `KEY_MALFORMED` for text that is no such key; `KEY_PASSPHRASE`; `KEY_UNSUPPORTED`; `KEY_WEAK`;
 *   `ARGUMENT_INVALID` for options that cannot be right.
 * @example
 * ```ts
 * import { importExchangeKey } from 'countersign/exchange'
 * import { binance } from 'countersign/exchange/binance'
 *
 * declare const pem: string
 * const key = await importExchangeKey(pem, { apiKey: 'the-api-key', type: 'ed25519' })
 * const signed = binance({ key }).sign({ path: '/api/v3/account' })
 * ```
 */
export async function importExchangeKey(
  text: string | Secret,
  options: ExchangeKeyOptions<'ed25519' | 'ecdsa-p256'>,
): Promise<SyncPrivateKey>
export async function importExchangeKey(text: string | Secret, options: ExchangeKeyOptions): Promise<PrivateKey>
export async function importExchangeKey(text: string | Secret, options: ExchangeKeyOptions): Promise<PrivateKey> {
  assertOptions('importExchangeKey', options, KNOWN, { keyId: 'apiKey', algorithm: 'type' }, 'ARGUMENT_INVALID')
  const { type, passphrase } = options
  // As everywhere: a line break behind a text is an editor's.
  const apiKey = typeof options.apiKey === 'string' ? withoutLineBreak(options.apiKey) : options.apiKey
  const row = Object.hasOwn(EXCHANGE_KEYS, type) ? EXCHANGE_KEYS[type] : undefined
  if (row === undefined)
    return fail('ARGUMENT_INVALID', `"type" must be one of ${alternatives(Object.keys(EXCHANGE_KEYS))}`)
  const given = text instanceof Secret ? utf8Decode(text.reveal()) : text
  if (typeof given !== 'string')
    return fail(
      'ARGUMENT_INVALID',
      `"text" must be the text of a private key, got ${text === undefined ? 'nothing: is the environment variable set?' : `${kindOf(text)}: read a file with readFileSync(path, "utf8")`}`,
    )
  const clean = cleanText(given.slice(0, MAX_CHARACTERS + 1))
  if (clean === '' || clean.length > MAX_CHARACTERS) malformed(clean === '' ? 'nothing' : 'far too much text')
  checkApiKey(apiKey, clean)
  refuseKnownText(clean, PRIVATE_HALF)
  const found = keyBytes(clean)
  let { bytes, structure } = found ?? malformed(`other text. A ${type} key is ${row.forms}; ${NOT_SECRET}`)
  if (structure?.form === 'encrypted') {
    bytes = await decryptPkcs8(bytes, passphrase)
    structure = structureOf(bytes)
  } else if (passphrase !== undefined)
    fail('KEY_PASSPHRASE', 'the key is not encrypted: the passphrase of an API key is given to the exchange, not here')
  if (structure === undefined) return fromRaw(bytes, row, { ...options, apiKey })
  if (structure.form !== 'private')
    return malformed(structure.form === 'certificate' ? 'a certificate: pass the key' : 'the public half: pass the key')
  const { label, oid } = structure
  const family = FAMILIES[oid]
  if (family !== row.family && !(family === 'RSA-PSS' && type === 'rsa-pss'))
    malformed(
      `another kind than "type" says: ${type} was declared, ${family === undefined ? 'no exchange takes this kind' : `this is ${DECLARE[family]}`}`,
    )
  return checked(await read(formatPem(label, bytes), row, apiKey), apiKey)
}

const NOT_SECRET = 'a shared secret is no such key, give it to the exchange as "secret"'

function checkApiKey(apiKey: string, text: string): void {
  if (typeof apiKey === 'string' && /PRIVATE KEY|^ed25519:[^:]{80}/.test(apiKey))
    fail('KEY_MALFORMED', '"apiKey" must be what the exchange calls the key, got a private key: are the two swapped?')
  if (!isKeyId(apiKey))
    fail('ARGUMENT_INVALID', '"apiKey" must be 1 to 256 of A-Za-z0-9._:@/+=~#-, without quotes or white space')
  if (apiKey === text) malformed('the API key once more')
}

/** Bytes that are no structure: a seed, a scalar, or what only looks like one. */
async function fromRaw(
  bytes: Uint8Array,
  row: ExchangeKeyRow,
  { apiKey, type }: ExchangeKeyOptions,
): Promise<PrivateKey> {
  if (!row.rawBytes.includes(bytes.length))
    return malformed(`${bytes.length} bytes of something else. A ${type} key is ${row.forms}; ${NOT_SECRET}`)
  const stated = row.family === 'Ed25519' ? publicApiKey(apiKey) : undefined
  const swapped = stated && (await importEd25519SigningKey(stated, { keyId: apiKey }))
  const half = swapped && publicMaterialOf(swapped)
  if (half instanceof Uint8Array && equalBytes(half, bytes))
    malformed('its public key, while "apiKey" is the private one: they are swapped')
  const key = await read(bytes, row, apiKey).catch((error: unknown) => {
    if (bytes.length !== 64 || !isCountersignError(error, 'KEY_MALFORMED')) throw error
    return malformed(`64 bytes whose second half is not the public key of the first; ${NOT_SECRET}`)
  })
  return checked(key, apiKey)
}

async function read(
  material: string | Uint8Array,
  { algorithm, family }: ExchangeKeyRow,
  keyId: string,
): Promise<PrivateKey> {
  if (family === 'Ed25519') return importEd25519SigningKey(material, { keyId })
  if (family === 'EC') return importEcdsaSigningKey(material, { keyId, algorithm: 'ecdsa-p256-sha256' })
  return importRsaSigningKey(material, { keyId, algorithm: algorithm as RsaAlgorithm })
}

/** Where the API key is a public key, it is this one's. */
function checked(key: PrivateKey, apiKey: string): PrivateKey {
  const stated = key.algorithm === 'ed25519' ? publicApiKey(apiKey) : undefined
  const own = stated && publicMaterialOf(key)
  if (own instanceof Uint8Array && !equalBytes(own, stated as Uint8Array))
    malformed('one that does not belong to "apiKey", which is the public key of another')
  return key
}
