import { isKeyId } from '../../crypto/key.js'
import { fail } from '../../errors.js'
import { fieldValues, normalizeValue, trimOws } from '../../message/fields.js'
import type { HttpRequest } from '../../message/message.js'
import { onlyLine } from '../scheme/only-line.js'
import type { Variant } from './variant.js'

/** What a signature states of itself, before anything of it is proven. */
export interface Claim {
  readonly keyId: string
  /** `20150830/us-east-1/service/aws4_request`, '' where there is none. */
  readonly area: string
  readonly region: string
  readonly service: string
  readonly time: string
  readonly createdMs: number
  /** Of a signed URL. */
  readonly expiresS?: number
  /** Of variants whose signatures are for several. */
  readonly regions?: string
  readonly signed: ReadonlySet<string>
  readonly signature: string
  readonly token: string | undefined
  readonly nonce?: string | undefined
  /** What is given in place of the body's hash; `undefined` where nothing is. */
  readonly payload: string | undefined
  /** Where the payload is given in a field. */
  readonly inUrl: boolean
}

const MAX_FIELD = 16_384
const MAX_NAMES = 128

export const malformed = (what: string): never => fail('AUTH_MALFORMED', what)

/** The one value of a field, as it is signed: a fold in it is a space. @throws {CountersignError} `AUTH_MALFORMED` for several. */
export function onlyValue({ fields }: Pick<HttpRequest, 'fields'>, name: string): string | undefined {
  const value = onlyLine(fields, name.toLowerCase(), 'AUTH_MALFORMED', MAX_FIELD)
  return value === undefined ? undefined : normalizeValue(value)
}

/** The `Authorization` field, where it holds a signature of this variant. */
export function authorizationOf(request: HttpRequest, { label }: Variant): string | undefined {
  const values = fieldValues(request.fields, 'authorization')
  const own = values.find((one) => trimOws(one).startsWith(`${label} `))
  if (own === undefined) return undefined
  if (values.length > 1) malformed('field "Authorization" is repeated')
  if (own.length > MAX_FIELD) fail('AUTH_TOO_LARGE', `Authorization must have at most ${MAX_FIELD} characters`)
  return trimOws(own)
}

/** What the `Authorization` field states. */
export function readAuthorization(request: HttpRequest, variant: Variant, value: string): Claim {
  const { fields, label, members, time: format } = variant
  const stated = new Map<string, string>()
  for (const part of value.slice(label.length).split(',')) {
    const text = trimOws(part)
    const equals = text.indexOf('=')
    const name = text.slice(0, Math.max(0, equals))
    if (stated.has(name)) malformed('Authorization states a member twice')
    stated.set(name, text.slice(equals + 1))
  }
  const take = (name: string): string => stated.get(name) ?? malformed(`Authorization states no ${name}`)
  const credential = take(members.credential)
  const signed = variant.isListed === undefined ? take(members.signed) : (stated.get(members.signed) ?? '')
  const signature = take('Signature')
  for (const name of stated.keys())
    if (name !== members.credential && name !== members.signed && name !== 'Signature')
      malformed('Authorization states a member that is not known')
  const time = onlyValue(request, fields.date) ?? ''
  const createdMs = format.read(time)
  if (createdMs === undefined)
    return fail('TIMESTAMP_MALFORMED', `field "${fields.date}" must be one time in the form of ${variant.name}`)
  return {
    ...scopeOf(variant, credential, time),
    ...(fields.regions !== undefined && { regions: onlyValue(request, fields.regions) ?? '' }),
    time,
    createdMs,
    signed: signedNames(signed),
    signature,
    token: fields.token === undefined ? undefined : onlyValue(request, fields.token),
    ...(fields.nonce !== undefined && { nonce: onlyValue(request, fields.nonce) }),
    payload: onlyValue(request, fields.hash),
    inUrl: false,
  }
}

/** The key id and the scope in what is given as the credential. The id may hold slashes, the scope does not. */
export function scopeOf(
  { scope, terminator, time: format }: Variant,
  credential: string,
  time: string,
): Pick<Claim, 'keyId' | 'area' | 'region' | 'service'> {
  const parts = credential.split('/')
  const count = scope === undefined ? 0 : scope.length + 2
  if (parts.length <= count) malformed('the credential must be a key id and a scope')
  const keyId = parts.slice(0, parts.length - count).join('/')
  if (!isKeyId(keyId)) malformed('the key id holds characters that may not stand there')
  if (scope === undefined) return { keyId, area: '', region: '', service: '' }
  const own = parts.slice(parts.length - count)
  if (own.includes('') || own.at(-1) !== terminator) malformed(`the scope must end in ${terminator}`)
  if (own[0] !== format.day(time)) malformed('the day of the scope must be that of the time')
  const part = (name: 'region' | 'service'): string => {
    const at = scope.indexOf(name)
    return at === -1 ? '' : (own[at + 1] as string)
  }
  return { keyId, area: own.join('/'), region: part('region'), service: part('service') }
}

// A slash is in no field, but in a test of Google's.
const NAME = /^[!#$%&'*+.^_`|~/0-9a-z-]+$/

/** The names of signed fields: in lower case, sorted, each once. */
export function signedNames(list: string): ReadonlySet<string> {
  if (list === '') return new Set()
  const names = list.split(';')
  if (names.length > MAX_NAMES) fail('AUTH_TOO_LARGE', `at most ${MAX_NAMES} fields can be signed, got ${names.length}`)
  for (const [at, name] of names.entries()) {
    if (!NAME.test(name)) malformed('the names of signed fields must be lower-case tokens')
    if (at > 0 && !((names[at - 1] as string) < name)) malformed('the names of signed fields must be sorted, each once')
  }
  return new Set(names)
}
