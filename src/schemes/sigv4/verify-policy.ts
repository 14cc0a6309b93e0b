import { base64Decode, hexDecode, utf8Decode } from '../../crypto/encoding.js'
import type { VerifyingKey } from '../../crypto/key.js'
import { assertNeeded, assertOptions, fail, kindOf, type OptionNames } from '../../errors.js'
import { FUNCTION, MOMENT, TEXT, whole } from '../../support/option-kinds.js'
import { GOOG4_HMAC, GOOG4_RSA } from './google.js'
import { scopeMac } from './key.js'
import { malformed, scopeOf } from './read-header.js'
import { MAX_EXPIRES_S } from './read-query.js'
import { AWS4, type Variant } from './variant.js'

/** Options of {@link verifyPostPolicy}. */
export interface VerifyPostPolicyOptions {
  /** The fields of the form before the file, in their order. */
  readonly fields: Iterable<readonly [name: string, value: string]>
  /** The bucket that the form was sent to. */
  readonly bucket: string
  /** The length of the file in bytes. */
  readonly fileBytes: number
  /** The key of an id, where there is one that may upload. */
  readonly keyFor: (keyId: string) => VerifyingKey | undefined | Promise<VerifyingKey | undefined>
  /** The time, in milliseconds: `Date.now()`. */
  readonly nowMs: number
}

const VERIFY: OptionNames<VerifyPostPolicyOptions> = {
  fields: 2,
  bucket: [TEXT, 2],
  fileBytes: [whole(0, Number.MAX_SAFE_INTEGER, ' bytes'), 2],
  keyFor: [FUNCTION, 2],
  nowMs: [MOMENT, 2],
}

/** A form that was accepted. */
export interface AcceptedForm {
  /** The access key that signed the form. */
  readonly keyId: string
  /** The fields by their name in lower case. */
  readonly fields: ReadonlyMap<string, string>
  /** When the form ends, in milliseconds since the epoch. */
  readonly expiresMs: number
}

const VARIANTS: readonly Variant[] = [AWS4, GOOG4_RSA, GOOG4_HMAC]
const MAX_POLICY = 65_536
const MAX_CONDITIONS = 256
const EXPIRATION = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/

/**
 * Holds an upload form to the policy that it carries, and the policy to its signature. Every field of the form needs a condition,
 * except the policy, its signature and those that begin with `x-ignore-`.
 *
 * @throws {CountersignError} `AUTH_MISSING`, `AUTH_MALFORMED`, `AUTH_DUPLICATE`, `TIMESTAMP_MALFORMED`, `TIMESTAMP_EXPIRED`,
 *   `TIMESTAMP_FUTURE`, `KEY_UNKNOWN`, `ALG_MISMATCH`, `SIGNATURE_MALFORMED`, `SIGNATURE_INVALID`, `SCOPE_DENIED` for a field, a
 *   bucket or a length that the policy does not allow; `CONFIG_INVALID`.
 * @example
 * ```ts
 * import { sigv4Key, verifyPostPolicy } from 'countersign/sigv4'
 *
 * declare const fields: ReadonlyArray<readonly [string, string]>
 * const key = sigv4Key({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' })
 * const keyFor = (keyId: string) => (keyId === key.keyId ? key : undefined)
 * const form = await verifyPostPolicy({ fields, bucket: 'photos', fileBytes: 1024, keyFor, nowMs: Date.now() })
 * ```
 */
export async function verifyPostPolicy(options: VerifyPostPolicyOptions): Promise<AcceptedForm> {
  assertOptions('verifyPostPolicy', options, VERIFY)
  const { bucket, fileBytes, keyFor, nowMs } = options
  assertNeeded('verifyPostPolicy', options, VERIFY)
  const fields = fieldsOf(options.fields)
  const variant = VARIANTS.find(({ prefix, label }) => fields.get(`${prefix}algorithm`) === label)
  if (variant === undefined) return fail('AUTH_MISSING', 'the form carries no signature of a known kind')
  const { prefix, time: format } = variant
  const take = (name: string): string => fields.get(name) ?? malformed(`the form has no field ${name}`)
  const policy = take('policy')
  const time = take(`${prefix}date`)
  const createdMs = format.read(time) ?? fail('TIMESTAMP_MALFORMED', `field ${prefix}date must be a time`)
  const { keyId, area, service } = scopeOf(variant, take(`${prefix}credential`), time)
  // A key that was derived for another service must not sign uploads.
  if (service !== (variant === AWS4 ? 's3' : 'storage')) malformed('the form is signed for another service')
  const signature =
    hexDecode(take(`${prefix}signature`)) ?? fail('SIGNATURE_MALFORMED', 'the signature must be hexadecimal')
  const { conditions, expiresMs } = readPolicy(policy)
  if (!(expiresMs > nowMs)) fail('TIMESTAMP_EXPIRED', 'the policy of the form has ended')
  // The time of a form is whole seconds, the end that Google's clients state is not.
  if (!(expiresMs >= createdMs && expiresMs - createdMs < (MAX_EXPIRES_S + 1) * 1000))
    fail('TIMESTAMP_MALFORMED', 'the policy of the form must end within seven days')
  if (!(createdMs <= nowMs + 5_000)) fail('TIMESTAMP_FUTURE', 'the form was signed in the future')
  const key = (await keyFor(keyId)) ?? fail('KEY_UNKNOWN', 'no such key')
  if (key.algorithm !== variant.algorithm) fail('ALG_MISMATCH', 'the form names another algorithm than its key')
  if ((await (scopeMac(key, area) ?? key).verify(policy, signature)) !== true)
    fail('SIGNATURE_INVALID', 'the signature does not match')
  // Only now: the conditions are those of the holder of the key.
  assertMet(conditions, fields, bucket, fileBytes, variant)
  return { keyId, fields, expiresMs }
}

function fieldsOf(pairs: VerifyPostPolicyOptions['fields']): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  const noPairs = (got: string): never =>
    fail('CONFIG_INVALID', `verifyPostPolicy: "fields" must be pairs of name and value, got ${got}`)
  if (typeof pairs !== 'object' || !(Symbol.iterator in Object(pairs))) noPairs(kindOf(pairs))
  for (const pair of pairs) {
    if (!Array.isArray(pair)) noPairs(`${kindOf(pair)} among them`)
    const [name, value] = pair
    const lower = String(name).toLowerCase()
    if (typeof value !== 'string') malformed('a field of the form is no text')
    if (fields.has(lower)) fail('AUTH_DUPLICATE', 'a field of the form is repeated')
    fields.set(lower, value)
  }
  return fields
}

/** A condition in one form: what is asked of which field. */
interface Condition {
  readonly kind: 'eq' | 'starts-with'
  readonly name: string
  readonly value: string
}
interface Range {
  readonly kind: 'range'
  readonly from: number
  readonly to: number
}

function readPolicy(text: string): { conditions: ReadonlyArray<Condition | Range>; expiresMs: number } {
  if (text.length > MAX_POLICY) fail('AUTH_TOO_LARGE', `a policy must have at most ${MAX_POLICY} characters`)
  const bytes = base64Decode(text)
  const json = bytes && utf8Decode(bytes)
  let document: { readonly expiration?: unknown; readonly conditions?: unknown }
  try {
    document = Object(JSON.parse(json ?? ''))
  } catch {
    return malformed('the policy must be base64 of JSON')
  }
  const { expiration, conditions } = document
  const expiresMs = typeof expiration === 'string' && EXPIRATION.test(expiration) ? Date.parse(expiration) : Number.NaN
  if (Number.isNaN(expiresMs)) fail('TIMESTAMP_MALFORMED', 'the policy must state its end')
  if (!Array.isArray(conditions) || conditions.length > MAX_CONDITIONS) return malformed('the policy has no conditions')
  return { conditions: conditions.flatMap(readCondition), expiresMs }
}

function readCondition(one: unknown): ReadonlyArray<Condition | Range> {
  if (Array.isArray(one)) {
    const [kind, name, value] = one as readonly unknown[]
    if (one.length !== 3) return malformed('a condition of the policy must have three parts')
    if (kind === 'content-length-range' && Number.isSafeInteger(name) && Number.isSafeInteger(value))
      return [{ kind: 'range', from: name as number, to: value as number }]
    if ((kind !== 'eq' && kind !== 'starts-with') || typeof name !== 'string' || typeof value !== 'string')
      return malformed('a condition of the policy is of an unknown kind')
    if (!name.startsWith('$')) return malformed('a condition of the policy must name its field with a "$"')
    return [{ kind, name: name.slice(1).toLowerCase(), value }]
  }
  if (typeof one !== 'object' || one === null) return malformed('a condition of the policy is of an unknown kind')
  return Object.entries(one).map(([name, value]) =>
    typeof value === 'string'
      ? { kind: 'eq', name: name.toLowerCase(), value }
      : malformed('a condition must be a text'),
  )
}

/** @throws {CountersignError} `SCOPE_DENIED`. */
function assertMet(
  conditions: ReadonlyArray<Condition | Range>,
  fields: ReadonlyMap<string, string>,
  bucket: string,
  fileBytes: number,
  { prefix }: Variant,
): void {
  const denied = (what: string): never => fail('SCOPE_DENIED', `the policy of the form does not allow ${what}`)
  const named = new Set<string>()
  for (const one of conditions) {
    if (one.kind === 'range') {
      if (!(fileBytes >= one.from && fileBytes <= one.to)) denied('a file of this length')
      continue
    }
    const { kind, name, value } = one
    named.add(name)
    const own = name === 'bucket' ? bucket : fields.get(name)
    if (own === undefined) denied('a form without a field that it names')
    else if (kind === 'eq' ? own !== value : !own.startsWith(value)) denied('the value of a field')
  }
  if (!named.has('bucket')) denied('any bucket: it names none')
  for (const name of fields.keys()) {
    const free = name === 'policy' || name === `${prefix}signature` || name === 'file' || name.startsWith('x-ignore-')
    if (!free && !named.has(name)) denied('a field that it does not name')
  }
}
