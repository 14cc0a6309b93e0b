import { KEY_LIMITS } from '../../access/key-limits.js'
import type { KeyPolicy, RateRule } from '../../access/key-record.js'
import { type Limit, POLICY_LIMITS, RATE_LIMITS } from '../../access/limits.js'
import { ALGORITHMS } from '../../crypto/algorithm.js'
import { defined } from '../../support/defined.js'
import type { KeySettings } from '../change/issue-options.js'
import type { ObjectSchema, Schema } from './schema.js'

// One table per shape, complete by its type: a new member of the keyring is a type error until it is decided on here.
export type Members<T> = Readonly<Record<keyof T, Schema>>

export const text = (maxLength: number, description?: string): Schema =>
  defined({
    type: 'string',
    maxLength,
    description,
  })
export const oneOf = (...names: readonly string[]): Schema => ({ type: 'string', enum: names })
export const integer = (minimum: number, maximum: number, description?: string): Schema =>
  defined({
    type: 'integer',
    minimum,
    maximum,
    description,
  })
export const flag: Schema = { type: 'boolean' }
export const isTrue: Schema = { type: 'boolean', enum: [true] }
export const list = (items: Schema, maxItems?: number): Schema =>
  defined({
    type: 'array',
    items,
    maxItems,
  })
export const object = (
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = [],
): ObjectSchema => ({
  type: 'object',
  properties,
  ...(required.length !== 0 && { required }),
  additionalProperties: false,
})

const MOST = Number.MAX_SAFE_INTEGER
export const count: Schema = integer(0, MOST)
export const moment = (description = 'milliseconds since the epoch'): Schema => schemaOf(KEY_LIMITS.moment, description)

/** A limit as JSON Schema: the document states what every other entry point takes. */
export function schemaOf(limit: Limit, description?: string): Schema {
  const described = description === undefined ? {} : { description }
  if (limit.kind === 'flag') return flag
  if (limit.kind === 'integer') return { type: 'integer', minimum: limit.from, maximum: limit.to, ...described }
  if (limit.kind === 'list')
    return {
      type: 'array',
      items: schemaOf(limit.of),
      ...(limit.least !== 0 && { minItems: limit.least }),
      maxItems: limit.most,
      ...described,
    }
  const { least, most: maxLength, pattern } = limit
  return { type: 'string', ...(least !== 0 && { minLength: least }), maxLength, pattern, ...described }
}
const membersOf = <T>(limits: { readonly [K in keyof Required<T>]: Limit }): Members<T> =>
  Object.fromEntries(Object.entries<Limit>(limits).map(([name, limit]) => [name, schemaOf(limit)])) as Members<T>

const POST_QUANTUM = ['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87'] as const
/** All that a record can be of; which of them a keyring issues is up to its options. */
export const ALGORITHM: Schema = oneOf(
  ...Object.keys(ALGORITHMS),
  ...POST_QUANTUM,
  ...POST_QUANTUM.map((one) => `ed25519+${one}`),
)
export const STATUS: Schema = oneOf('active', 'rotating', 'disabled', 'revoked')

/** The settings of a key, when it is issued and later. */
export const SETTINGS: Members<KeySettings> = {
  name: schemaOf(KEY_LIMITS.name),
  tags: schemaOf(KEY_LIMITS.tags),
  scopes: schemaOf(KEY_LIMITS.scopes),
  policy: object(membersOf<KeyPolicy>(POLICY_LIMITS)),
  allowIp: schemaOf(KEY_LIMITS.allowIp),
  denyIp: schemaOf(KEY_LIMITS.denyIp),
  allowZeroPrefix: flag,
  rateLimit: object(membersOf<RateRule>(RATE_LIMITS), ['limit', 'windowMs']),
  lockAfterIdleMs: schemaOf(KEY_LIMITS.lockAfterIdleMs, 'milliseconds: locked when it was unused for so long'),
  rotateEveryMs: schemaOf(KEY_LIMITS.rotateEveryMs, 'milliseconds: how often the owner should rotate'),
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
          kty: oneOf('OKP', 'EC', 'RSA', 'AKP'),
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
          // Of ML-DSA-87 they are 3456 characters (RFC 9964 3).
          pub: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,4096}$' },
        },
        ['kty'],
      ),
      description: 'JWK',
    },
  ],
}

export const REASON: Schema = schemaOf(KEY_LIMITS.reason, 'for the audit trail')
