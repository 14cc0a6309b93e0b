import { ALGORITHMS, type Algorithm, isAlgorithm } from '../crypto/algorithm.js'
import { utf8Decode } from '../crypto/encoding.js'
import { importSigningKey } from '../crypto/import.js'
import type { SigningKey } from '../crypto/key.js'
import { jwkThumbprint } from '../crypto/thumbprint.js'
import { CountersignError, isCountersignError } from '../errors.js'
import { optionalSecret, secretOf } from './secrets.js'
import { usage } from './usage.js'
import { type Options, textOf, type World } from './world.js'

/** How the message ends for a key of another algorithm. */
const RIGHT = ': is the algorithm right?'

/** The algorithm that is given, or Ed25519: never one that a file or a message suggests. */
export function algorithmOf(options: Options): Algorithm {
  const name = textOf(options, 'algorithm') ?? 'ed25519'
  return isAlgorithm(name) ? name : usage(`--algorithm must be one of ${Object.keys(ALGORITHMS).join(', ')}`)
}

/** The key to sign with. Without `--key-id` it is called by the thumbprint of its public half, as `keygen` prints it. */
export async function signingKeyOf(world: World, options: Options): Promise<SigningKey> {
  const place = textOf(options, 'key') ?? usage('--key is missing: file:bot-1.pem, for example, which keygen makes')
  const algorithm = algorithmOf(options)
  const keyId = textOf(options, 'keyId')
  const shared = ALGORITHMS[algorithm].family === 'hmac'
  if (shared && keyId === undefined) usage('--key-id is missing: a shared secret has no public half to be called by')
  const passphrase = await optionalSecret(world, options, 'passphrase', '--passphrase')
  const text = await secretOf(world, '--key', place, options)
  const named = (name: string): Promise<SigningKey> =>
    importSigningKey(text, {
      keyId: name,
      algorithm,
      ...(!shared && { format: 'pem' }),
      ...(passphrase && { passphrase }),
    })
  try {
    return await named(keyId ?? jwkThumbprint(await named('unnamed')))
  } catch (error) {
    if (isCountersignError(error, 'KEY_PASSPHRASE') && passphrase === undefined)
      throw new CountersignError(error.code, `the key is encrypted: state --passphrase prompt, or where it is kept`, {
        cause: error,
      })
    if (isCountersignError(error, 'KEY_MALFORMED') && error.message.endsWith(RIGHT))
      throw new CountersignError(
        error.code,
        `${error.message.slice(0, -RIGHT.length)}: state the one of this key with --algorithm`,
        { cause: error },
      )
    // A text that is no key at all is most often a shared secret, for which the algorithm has to be given.
    const isText = utf8Decode(text.reveal())?.includes('-----BEGIN') === false
    if (shared || !isText || !isCountersignError(error, 'KEY_MALFORMED')) throw error
    return usage(
      `the key is no private key (PEM) for ${algorithm}: a shared secret needs --algorithm hmac-sha256 and --key-id`,
    )
  }
}
