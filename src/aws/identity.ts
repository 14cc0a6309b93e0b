import { CountersignError, fail } from '../errors.js'

/** An access key, in the shape of the AWS SDKs (`AwsCredentialIdentity`). */
export interface AwsIdentity {
  /** The public half: `AKIA…`, or `ASIA…` of temporary credentials. */
  readonly accessKeyId: string
  /** The secret half. */
  readonly secretAccessKey: string
  /** Of temporary credentials: sent with every request. */
  readonly sessionToken?: string
  /** When it ends; absent for a key that does not. */
  readonly expiration?: Date
}

/** Where an identity came from, with what is said where it has none. */
export interface AwsSource {
  readonly name: AwsSourceName
  /** `undefined` where nothing is set up; throws where something is, and cannot be used. */
  find(context: AwsContext): Promise<AwsIdentity | undefined>
}

/** The places, in the order in which they are asked. */
export type AwsSourceName = 'environment' | 'profile' | 'container' | 'instance'

/** The world as a source sees it. */
export interface AwsContext {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  readonly profile: string | undefined
  readonly timeoutMs: number
  readonly fetch: typeof fetch
}

/** A source that is there and cannot be used. None of what it holds goes into the text. */
export const unavailable = (text: string, cause?: unknown): CountersignError =>
  new CountersignError('SECRET_UNAVAILABLE', `awsCredentials: ${text}`, cause === undefined ? {} : { cause })

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)$/

/** The end of a temporary key. @throws {CountersignError} `SECRET_UNAVAILABLE` for a text that is no date. */
export function expirationOf(where: string, text: unknown): Date | undefined {
  if (text === undefined || text === null || text === '') return undefined
  const at = typeof text === 'string' && DATE.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at)
    ? fail('SECRET_UNAVAILABLE', `awsCredentials: ${where} holds an end that is no date`)
    : new Date(at)
}

/** An identity from its texts. @throws {CountersignError} `SECRET_UNAVAILABLE` where half of it is missing. */
export function identityOf(
  where: string,
  accessKeyId: unknown,
  secretAccessKey: unknown,
  sessionToken?: unknown,
  expiration?: unknown,
): AwsIdentity {
  for (const [name, value] of [
    ['access key id', accessKeyId],
    ['secret access key', secretAccessKey],
  ] as const)
    if (typeof value !== 'string' || value.trim() === '') throw unavailable(`${where} holds no ${name}`)
  const end = expirationOf(where, expiration)
  return Object.freeze({
    accessKeyId: (accessKeyId as string).trim(),
    secretAccessKey: (secretAccessKey as string).trim(),
    ...(typeof sessionToken === 'string' && sessionToken !== '' && { sessionToken }),
    ...(end !== undefined && { expiration: end }),
  })
}
