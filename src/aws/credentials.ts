import { homedir } from 'node:os'
import { assertInteger, assertOptions, fail, kindOf, type OptionNames } from '../errors.js'
import { CLOCK, LIST } from '../support/option-kinds.js'
import { type AwsContext, type AwsIdentity, type AwsSourceName, unavailable } from './identity.js'
import { AWS_SOURCES } from './sources.js'

export type { AwsIdentity, AwsSourceName } from './identity.js'

/** Options of {@link awsCredentials}. */
export interface AwsCredentialsOptions {
  /** A profile of the shared files. Default: `AWS_PROFILE`, else `default`; where it is given, the environment is not asked. */
  readonly profile?: string
  /** The places to ask, which are asked in the SDKs' order. Default: all four. */
  readonly sources?: readonly AwsSourceName[]
  /** A temporary key is replaced when this is left of its life. Default five minutes. */
  readonly refreshBeforeMs?: number
  /** How long one answer, or a program, may take. Default 5 s for programs and agents, as in the SDKs' own. */
  readonly timeoutMs?: number
  /** Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Default `globalThis.fetch`. */
  readonly fetch?: typeof fetch
  /** Default the system's. */
  readonly clock?: { now(): number }
}

const KNOWN: OptionNames<AwsCredentialsOptions> = {
  profile: 1,
  sources: LIST,
  refreshBeforeMs: 1,
  timeoutMs: 1,
  env: 1,
  fetch: 1,
  clock: CLOCK,
}
const HINTS = { source: 'sources', profileName: 'profile', timeout: 'timeoutMs', maxAgeMs: 'refreshBeforeMs' }
const NAMES = AWS_SOURCES.map(({ name }) => name)

/** Gives the current access key. It is also a provider as the clients of `@aws-sdk` take one in `credentials`. */
export type AwsCredentials = () => Promise<AwsIdentity>

/**
 * The access key of this program, from where the AWS SDKs look: the environment, a profile of the shared files (its key, or its
 * `credential_process`), the agent of a container, the metadata service of an instance (version 2). A temporary key is
 * asked for again before it ends; many calls at once ask once; a key that still holds is used where asking fails.
 *
 * Roles that are assumed, and SSO, are not built in: a profile that names one is refused with what to do.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant. What it returns rejects with `SECRET_UNAVAILABLE`
 *   where no place has a key, or one that is set up cannot be used; never with a part of a secret.
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html | AWS SDKs: credential providers}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { sigv4, sigv4Key } from 'countersign/sigv4'
 * import { awsCredentials } from 'countersign/sigv4/credentials'
 *
 * const { accessKeyId, secretAccessKey } = await awsCredentials({ profile: 'reports' })()
 * const key = sigv4Key({ accessKeyId, secretAccessKey })
 * export const signedFetch = createSignedFetch(sigv4({ key, region: 'eu-central-1', service: 'sqs' }), {
 *   origins: ['https://sqs.eu-central-1.amazonaws.com'],
 * })
 * ```
 */
export function awsCredentials(options: AwsCredentialsOptions = {}): AwsCredentials {
  assertOptions('awsCredentials', options, KNOWN, HINTS)
  const { profile, sources = NAMES, refreshBeforeMs = 300_000, timeoutMs = 5_000, clock = Date } = options
  if (profile !== undefined && (typeof profile !== 'string' || profile === ''))
    fail('CONFIG_INVALID', `awsCredentials: "profile" must be the name of a profile, got ${kindOf(profile)}`)
  const odd = sources.find((name) => !NAMES.includes(name))
  if (odd !== undefined || sources.length === 0)
    fail('CONFIG_INVALID', `awsCredentials: "sources" must name places (${NAMES.join(', ')}), got ${kindOf(odd)}`)
  assertInteger('refreshBeforeMs', refreshBeforeMs, 0, 86_400_000, 'awsCredentials: ')
  assertInteger('timeoutMs', timeoutMs, 1, 600_000, 'awsCredentials: ')
  const context: AwsContext = {
    env: options.env ?? process.env,
    home: (options.env ?? process.env)['HOME'] ?? homedir(),
    profile,
    timeoutMs,
    fetch: options.fetch ?? globalThis.fetch,
  }
  const places = AWS_SOURCES.filter(({ name }) => sources.includes(name))

  const ask = async (): Promise<AwsIdentity> => {
    for (const place of places) {
      const identity = await place.find(context)
      if (identity === undefined) continue
      if (!(leftMs(identity) > 0)) throw unavailable(`the access key of the ${place.name} has ended`)
      return identity
    }
    return fail('SECRET_UNAVAILABLE', `awsCredentials: no access key in ${places.map(({ name }) => name).join(', ')}`)
  }

  let current: AwsIdentity | undefined
  let asking: Promise<AwsIdentity> | undefined
  const leftMs = ({ expiration }: AwsIdentity): number =>
    expiration === undefined ? Infinity : expiration.getTime() - clock.now()

  return async () => {
    if (current !== undefined && leftMs(current) > refreshBeforeMs) return current
    asking ??= ask()
      .then((identity) => {
        current = identity
        return identity
      })
      .finally(() => {
        asking = undefined
      })
    try {
      return await asking
    } catch (error) {
      // Nearly over is not over.
      if (current !== undefined && leftMs(current) > 0) return current
      throw error
    }
  }
}
