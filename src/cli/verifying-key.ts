import type { KeyRecord } from '../access/key-record.js'
import { ALGORITHMS } from '../crypto/algorithm.js'
import type { Jwk } from '../crypto/format/jwk.js'
import { importVerifyingKey } from '../crypto/import.js'
import type { KeySource } from '../server/key-source.js'
import { readText } from './input.js'
import { secretOf } from './secrets.js'
import { algorithmOf } from './signing-key.js'
import { usage } from './usage.js'
import { type Options, textOf, type World } from './world.js'

/** The key to verify with. Without `--key-id` it answers to any id: whether a message names the right key is then not judged. */
export async function keySourceOf(world: World, options: Options): Promise<KeySource> {
  const algorithm = algorithmOf(options)
  const shared = ALGORITHMS[algorithm].family === 'hmac'
  const [key, publicKey] = [textOf(options, 'key'), textOf(options, 'publicKey')]
  if (shared && publicKey !== undefined) usage('--public-key is for key pairs: a shared secret is given with --key')
  if (!shared && key !== undefined)
    usage(`--key is for shared secrets (--algorithm hmac-sha256): state the public half with --public-key`)
  const only = textOf(options, 'keyId')
  const material = shared
    ? await secretOf(world, '--key', key ?? usage('--key is missing: the shared secret'), options)
    : publicMaterial(await readText(publicKey ?? usage('--public-key is missing: a file with the PEM or JWK')))
  const record = async (keyId: string): Promise<KeyRecord> => ({
    key: await importVerifyingKey(material, { keyId, algorithm }),
  })
  // A key that cannot be read is a mistake of the command line, and no verdict.
  await record(only ?? 'unnamed')
  return { get: (keyId) => (only === undefined || keyId === only ? record(keyId) : undefined) }
}

const PRIVATE =
  'the file of --public-key holds a private key: pass its public half, the file that keygen wrote beside it (….pub.pem)'

/** PEM as it is, a JWK as an object. @throws {UsageError} for a private key, which need not be read here. */
export function publicMaterial(text: string): string | Jwk {
  if (/-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----/.test(text)) usage(PRIVATE)
  if (!text.trimStart().startsWith('{')) return text
  const jwk = jwkOf(text)
  return Object.hasOwn(Object(jwk), 'd') || Object.hasOwn(Object(jwk), 'priv') ? usage(PRIVATE) : jwk
}

function jwkOf(text: string): Jwk {
  try {
    return JSON.parse(text) as Jwk
  } catch {
    return usage('the file of --public-key must be PEM or a JWK, got JSON that cannot be read')
  }
}
