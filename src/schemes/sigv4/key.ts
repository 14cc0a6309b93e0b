import { hmacSha256 } from '#backend/hmac'
import type { Mac } from '../../crypto/backend/backend.js'
import { utf8, utf8Decode } from '../../crypto/encoding.js'
import { held, hold } from '../../crypto/held.js'
import { assertKeyId, assertKeyOptions, type Bytes, type HmacKey, type SigningKey } from '../../crypto/key.js'
import { revealed, type Secret } from '../../crypto/secret.js'
import { fail, kindOf, type OptionNames } from '../../errors.js'
import { joinBytes } from '../../support/bytes.js'
import { FLAG } from '../../support/option-kinds.js'
import { scopeKey } from './scope-key.js'
import type { Variant } from './variant.js'

/** An access key as its service issued it. */
export interface AccessKey {
  /** The public half of the access key, which every request names. */
  readonly accessKeyId: string
  /** Its text; a {@link Secret}, or the bytes of the text. */
  readonly secretAccessKey: string | Secret | Uint8Array
  /** Takes a secret of under 8 bytes, as emulators have them by default. Default `false`. */
  readonly allowShortSecret?: boolean
}

// What MinIO demands of its keys; those of clouds have 30 and more.
const MIN_SECRET = 8

/** The bytes of the text. @throws {CountersignError} `KEY_WEAK` where there are none, or few, `KEY_MALFORMED` for an id of AWS. */
export function secretBytes({ secretAccessKey, allowShortSecret = false }: Omit<AccessKey, 'accessKeyId'>): Uint8Array {
  // Every request names the id: swapped, it would be the secret that is sent.
  if (/^A[KS]IA\w{16}$/.test(secretAccessKey as string))
    fail('KEY_MALFORMED', '"secretAccessKey" must be the secret half, got an access key id')
  const text = typeof secretAccessKey === 'string' ? utf8(secretAccessKey) : secretAccessKey
  const secret = revealed(text, 'secretAccessKey')
  const least = allowShortSecret === true ? 1 : MIN_SECRET
  return secret.length >= least
    ? secret
    : fail('KEY_WEAK', `"secretAccessKey" must have at least ${least} bytes, got ${secret.length}`)
}

/** How many scopes are remembered: a client has one or two a day, and scopes that unproven requests name must not fill the memory. */
const SCOPES = 16

/** What signs, by what it is for. */
interface Macs {
  ofText(base: Bytes): Mac | undefined
  /** For the policy of an upload form, which is signed without a head that names its scope. */
  ofScope(area: string): Mac
}

interface Made extends Pick<Macs, 'ofScope'> {
  /** Of the variant. */
  readonly id: string
}

// Beside the key, as what it is made of.
const MADE: WeakMap<object, Made> = /* @__PURE__ */ new WeakMap()

/** The key of a scope, of an access key that was made here. */
export const scopeMac = (key: object, area: string): Mac | undefined => MADE.get(key)?.ofScope(area)

const named = (name: string, others: string): ReadonlyArray<[string, string]> =>
  others.split(' ').map((other) => [other, name])

/** The two parts by the names that clouds give them: Alibaba, Tencent, Volcengine and Huawei, Google, and SDKs of other languages. */
export const ACCESS_KEY_HINTS: Readonly<Record<string, string>> = /* @__PURE__ */ Object.fromEntries([
  ...named('accessKeyId', 'id keyId secretId SecretId accessId ak AK'),
  ...named('secretAccessKey', 'accessKeySecret AccessKeySecret secretKey SecretKey secret_key sk SK'),
  ...named('sessionToken of the signer', 'sessionToken securityToken SecurityToken'),
])

export const ACCESS_KEY: OptionNames<AccessKey> = { accessKeyId: 2, secretAccessKey: 2, allowShortSecret: FLAG }

/**
 * A key of one variant. It finds day, region and service in the text it signs, and derives what signs it.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`, `KEY_WEAK`, `KEY_MALFORMED`.
 */
export function accessKey(where: string, variant: Variant, options: AccessKey): HmacKey {
  assertKeyOptions(where, options, ACCESS_KEY, ACCESS_KEY_HINTS)
  const { accessKeyId: keyId } = options
  assertKeyId(keyId)
  const secret = secretBytes(options)
  const start = joinBytes([utf8(variant.secretPrefix), secret])
  const { ofText: macFor, ofScope } = macs(variant, start)
  const sign = (base: Bytes): Mac => {
    const mac = macFor(base)
    if (mac === undefined) fail('ARGUMENT_INVALID', `this key signs what ${variant.name} signs, and no other text`)
    return mac
  }
  const made: HmacKey = hold(
    {
      keyId,
      algorithm: 'hmac-sha256',
      sign: (base: Bytes) => sign(base).sign(base),
      verify: (base: Bytes, signature: Uint8Array) => macFor(base)?.verify(base, signature) === true,
      ...textSigner(start, sign),
    },
    { sync: true, secretBytes: secret.length },
  )
  MADE.set(made, { id: variant.id, ofScope })
  return made
}

/** What writes signatures as text, where the backend has that. */
const textSigner = (secret: Uint8Array, macFor: (base: Bytes) => Mac): Pick<HmacKey, 'signText'> | undefined =>
  hmacSha256(secret).signText && {
    signText: (base, encoding) => (macFor(base).signText as NonNullable<Mac['signText']>)(base, encoding),
  }

const AWS_LABEL = 'AWS4-HMAC-SHA256'
/** How many hashes follow the head of a text, by what is added to the label: a request, a chunk of a body, its trailer. */
const SHAPES: Readonly<Record<string, number>> = { '': 1, '-PAYLOAD': 3, '-TRAILER': 2 }

/** Characters of a hash. */
const HASH = 64
const HASH_HERE = /[0-9a-f]{64}/y

/** The texts of a variant: label, time, scope with its day, hashes. What a variant has not is empty. */
const formOf = ({ label, isTimed, scope, terminator }: Variant): RegExp =>
  new RegExp(
    `^${label}(${label === AWS_LABEL ? '-PAYLOAD|-TRAILER|' : ''})${isTimed ? '\n(.+)' : '()'}${
      scope === undefined ? '()()' : `\n(([^/\n]+)(?:/[^/\n]+){${scope.length}}/${terminator})`
    }((?:\n[0-9a-f]{64})+)$`,
  )

/** The function that has the key of each scope at hand. */
function macs(variant: Variant, start: Uint8Array): Macs {
  const { label, isTimed, scope, time } = variant
  const first = `${label}\n`
  const known = new Map<string, Mac>()
  const form = formOf(variant)
  const whole = scope === undefined ? hmacSha256(start) : undefined
  let lastHead = ''
  let lastMac: Mac | undefined

  const derive = (area: string): Mac => {
    const found = known.get(area)
    if (found !== undefined) return found
    const mac = hmacSha256(scopeKey(start, area, (key, part) => hmacSha256(key).sign(part)))
    if (known.size >= SCOPES) known.delete(known.keys().next().value as string)
    known.set(area, mac)
    return mac
  }

  const ofText = (base: Bytes): Mac | undefined => {
    const text = typeof base === 'string' ? base : (utf8Decode(base) ?? '')
    // Time and scope of the call before, which are nearly always those of this one: read then, and the same text now.
    HASH_HERE.lastIndex = lastHead.length
    // Stryker disable next-line ConditionalExpression,ArithmeticOperator,MethodExpression: the form finds the same, later
    if (text.length === lastHead.length + HASH && text.startsWith(lastHead) && HASH_HERE.test(text)) return lastMac
    // Stryker disable next-line ArrayDeclaration: the first is not read
    const [, added = '', written = '', area = '', day = '', hashes = ''] = form.exec(text) ?? []
    if (hashes.length !== (HASH + 1) * (SHAPES[added] as number)) return undefined
    if (whole !== undefined) return isTimed && time.read(written) === undefined ? undefined : whole
    if (time.read(written) === undefined || time.day(written) !== day) return undefined
    lastMac = derive(area)
    lastHead = `${first}${written}\n${area}\n`
    return lastMac
  }
  return { ofText, ofScope: derive }
}

/**
 * Refuses what signs nothing, or with another algorithm, and a shared secret that would sign the text with the secret itself.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 */
export function assertVariantKey(where: string, maker: string, { id, algorithm }: Variant, key: SigningKey): void {
  const made = MADE.get(key)?.id
  const got =
    typeof key?.sign !== 'function'
      ? kindOf(key)
      : key.algorithm !== algorithm
        ? `one of ${key.algorithm}`
        : (made ?? (held(key)?.secretBytes && 'another shared secret'))
  if (got !== undefined && got !== id)
    fail('CONFIG_INVALID', `${where}: "key" must be a key of ${algorithm}, such as ${maker}(), got ${got}`)
}
