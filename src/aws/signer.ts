import type { HmacKey } from '../crypto/key.js'
import { assertInteger, fail, kindOf } from '../errors.js'
import type { SignContext, Signer, SignScheme } from '../schemes/scheme.js'
import { type Sigv4Options, sigv4, sigv4Key } from '../schemes/sigv4/index.js'
import { assertParts, assertUnit, CLOCK } from '../support/asked.js'
import { unref } from '../support/deadline.js'
import { ignoreErrors } from '../support/ignore-errors.js'
import { namedAs } from '../support/named-as.js'
import type { AwsCredentials } from './credentials.js'
import { type AwsIdentity, unavailable } from './identity.js'

/** Options of {@link awsSigner}: those of `sigv4()` without the key and its token, which the credentials give. */
export type AwsSignerOptions = Omit<Sigv4Options<HmacKey>, 'key' | 'sessionToken'> & {
  /** Where the access key comes from: `awsCredentials()`. */
  readonly credentials: AwsCredentials
  /** How often the credentials are asked. Default a minute; they answer from memory until a key nears its end. */
  readonly everyMs?: number
  /** Default the system's. */
  readonly clock?: { now(): number }
}

/** A signer whose key is another one when the credentials give another one. */
export interface AwsSigner extends Signer<HmacKey> {
  /** Asks no more. */
  stop(): void
}

interface Made {
  readonly identity: AwsIdentity
  readonly signer: Signer<HmacKey>
}

/**
 * `sigv4()` with credentials that are replaced: for a role of an instance, a container or a function. The first key is awaited;
 * after that each request is signed at once, with the key that is current.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant; rejects with what the credentials reject with. Signing
 *   throws `SECRET_UNAVAILABLE` when the key has ended and no other one could be had.
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { awsCredentials, awsSigner } from 'countersign/sigv4/credentials'
 *
 * const signer = await awsSigner({ credentials: awsCredentials(), region: 'eu-central-1', service: 's3' })
 * export const signedFetch = createSignedFetch(signer, { origins: ['https://my-bucket.s3.eu-central-1.amazonaws.com'] })
 * ```
 */
export async function awsSigner(options: AwsSignerOptions): Promise<AwsSigner> {
  const { credentials, everyMs = 60_000, clock = Date, ...rest } = Object(options) as AwsSignerOptions
  if (typeof credentials !== 'function')
    fail('CONFIG_INVALID', `awsSigner: "credentials" must be awsCredentials(), got ${kindOf(credentials)}`)
  for (const name of ['key', 'sessionToken'])
    if (name in rest) fail('CONFIG_INVALID', `awsSigner: "${name}" must be left out: the credentials give it`)
  assertInteger('everyMs', everyMs, 1_000, 3_600_000, 'awsSigner: ')
  assertParts('awsSigner', { clock }, CLOCK)
  assertUnit('awsSigner: ', clock)

  const make = (identity: AwsIdentity): Made => {
    const { accessKeyId, secretAccessKey, sessionToken } = identity
    const key = sigv4Key({ accessKeyId, secretAccessKey })
    const given: Sigv4Options<HmacKey> = { ...rest, key }
    const all = sessionToken === undefined ? given : { ...given, sessionToken }
    return { identity, signer: namedAs('awsSigner', 'sigv4', () => sigv4(all)) }
  }
  let current = make(await credentials())
  // A request may be between its key and its scheme when the key is replaced.
  let former: Made | undefined

  const refresh = async (): Promise<void> => {
    const identity = await credentials()
    if (identity === current.identity) return
    former = current
    current = make(identity)
  }
  const timer = setInterval(() => void ignoreErrors(refresh), everyMs)
  unref(timer)

  const scheme: SignScheme = {
    id: current.signer.scheme.id,
    prepare: (message, context: SignContext) => {
      const found = [current, former].find((made) => made?.identity.accessKeyId === context.keyId)
      if (found === undefined) fail('KEY_STATE', 'awsSigner no longer holds the key that was to sign')
      return found.signer.scheme.prepare(message, context)
    },
  }
  return Object.freeze({
    scheme,
    get key(): HmacKey {
      const { expiration } = current.identity
      if (expiration !== undefined && !(expiration.getTime() > clock.now()))
        throw unavailable('the access key has ended, and no other one could be had')
      return current.signer.key
    },
    stop: () => clearInterval(timer),
  })
}
