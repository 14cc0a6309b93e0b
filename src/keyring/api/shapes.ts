import { ALGORITHMS } from '../../crypto/algorithm.js'
import type { KeyPolicy, RateRule } from '../../server/key-source.js'
import type { KeySettings } from '../issue-options.js'
import type { ObjectSchema, Schema } from './schema.js'

// One table a shape, complete by its type: a member that the keyring gains is missing here until somebody decides on it.
export type Members<T> = Readonly<Record<keyof T, Schema>>

export const text = (maxLength: number, description?: string): Schema => ({
  type: 'string',
  maxLength,
  ...(description === undefined ? {} : { description }),
})
export const oneOf = (...names: readonly string[]): Schema => ({ type: 'string', enum: names })
export const integer = (minimum: number, maximum: number, description?: string): Schema => ({
  type: 'integer',
  minimum,
  maximum,
  ...(description === undefined ? {} : { description }),
})
export const flag: Schema = { type: 'boolean' }
export const isTrue: Schema = { type: 'boolean', enum: [true] }
export const list = (items: Schema, maxItems?: number): Schema => ({
  type: 'array',
  items,
  ...(maxItems === undefined ? {} : { maxItems }),
})
export const object = (
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = [],
): ObjectSchema => ({
  type: 'object',
  properties,
  ...(required.length === 0 ? {} : { required }),
  additionalProperties: false,
})

const MOST = Number.MAX_SAFE_INTEGER
export const count: Schema = integer(0, MOST)
export const moment = (description = 'milliseconds since the epoch'): Schema => integer(0, MOST, description)
export const span = (description: string): Schema => integer(1, 3_660 * 86_400_000, `milliseconds: ${description}`)

export const ALGORITHM: Schema = oneOf(...Object.keys(ALGORITHMS))
export const STATUS: Schema = oneOf('active', 'rotating', 'disabled', 'revoked')
const scopes = list({ type: 'string', pattern: '^[a-z0-9_.*-]{1,64}:[a-z0-9_.*-]{1,64}$' }, 256)
const ranges = list(text(64), 256)

const POLICY: Members<KeyPolicy> = {
  methods: list(text(64), 256),
  pathPrefixes: list(text(1_024), 256),
  hosts: list(text(1_024), 256),
  maxBodyBytes: count,
  maxAgeMs: count,
  maxFutureMs: count,
  requireNonce: flag,
  requireBodyDigest: flag,
}
const RATE: Members<RateRule> = { limit: integer(1, 1e9), windowMs: span('the window') }

/** What may be stated of a key, when it is issued and later. */
export const SETTINGS: Members<KeySettings> = {
  name: text(128),
  tags: list(text(64), 16),
  scopes,
  policy: object(POLICY),
  allowIp: ranges,
  denyIp: ranges,
  allowZeroPrefix: flag,
  rateLimit: object(RATE, ['limit', 'windowMs']),
  lockAfterIdleMs: span('locked when nobody used it for so long'),
  rotateEveryMs: span('how often the owner should rotate'),
}

const orNull = (schema: Schema): Schema => ({ description: 'null takes it away', anyOf: [schema, { type: 'null' }] })

/** The same for a change: what may be absent may be taken away. */
export const CHANGED_SETTINGS: Members<KeySettings> = {
  ...SETTINGS,
  rateLimit: orNull(SETTINGS.rateLimit),
  lockAfterIdleMs: orNull(SETTINGS.lockAfterIdleMs),
  rotateEveryMs: orNull(SETTINGS.rotateEveryMs),
}

const base64url = { type: 'string', pattern: '^[A-Za-z0-9_-]{1,2048}$' } as const
/** PEM or JWK. Private members of a JWK are unknown here, so a private key is refused before anything reads it. */
export const PUBLIC_KEY: Schema = {
  description: 'a public key as PEM or JWK',
  anyOf: [
    { ...text(16_384, 'PEM (SubjectPublicKeyInfo)') },
    {
      ...object(
        {
          kty: oneOf('OKP', 'EC', 'RSA'),
          crv: text(16),
          alg: text(16),
          use: text(16),
          key_ops: list(text(16), 8),
          kid: text(256),
          ext: flag,
          x: base64url,
          y: base64url,
          n: base64url,
          e: base64url,
        },
        ['kty'],
      ),
      description: 'JWK',
    },
  ],
}

export const REASON: Schema = text(1_024, 'for the audit trail')
