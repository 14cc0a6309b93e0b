import { createHash } from 'node:crypto'
import { csrfTokens } from '../../src/console/portal/csrf.js'
import * as native from '../../src/crypto/backend/native/hmac.js'
import * as portable from '../../src/crypto/backend/portable/hmac.js'
import { base64url, equalBytes, utf8, utf8Decode } from '../../src/crypto/encoding.js'
import { hmacKey, hmacSha1Key } from '../../src/crypto/index.js'
import { secretDigest, staticSecretKey } from '../../src/exchange/spec/static-secret.js'
import { sha256SuffixKey } from '../../src/exchange/spec/suffix-key.js'
import { matchesDigests } from '../../src/message/content-digest.js'
import { staticTokenKey } from '../../src/schemes/legacy/static-token/index.js'
import { bareHashKey, secretInTextKey, tokenKey } from '../../src/schemes/webhook/odd-keys.js'
import { matchesPassphrase } from '../../src/server/steps/key-check.js'

/** A comparison with one secret: the value that it takes, and the call that holds a given one to it. */
export interface Comparison {
  readonly right: Uint8Array
  compare(value: Uint8Array): unknown
}

/** A function that compares what only the holder of a secret can know. */
export interface TimedCase {
  readonly name: string
  /** Where it stands. */
  readonly file: string
  /** The comparison with this secret: 32 bytes of small letters. */
  with(secret: Uint8Array): Comparison
}

const BASE = utf8('"@method": POST\n"@authority": api.example.com\n"@path": /v1/orders')
const hashOf = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest())
const text = (bytes: Uint8Array): string => utf8Decode(bytes) as string
const parts = (secret: Uint8Array): never => ({ keyId: 'k', secret }) as never

interface Mac {
  sign(base: Uint8Array): unknown
  verify(base: Uint8Array, value: Uint8Array): unknown
}

const verified = (name: string, file: string, make: (secret: Uint8Array) => Mac): TimedCase => ({
  name,
  file,
  with: (secret) => {
    const key = make(secret)
    return { right: new Uint8Array(key.sign(BASE) as Uint8Array), compare: (value) => key.verify(BASE, value) }
  },
})

/** Stops at the first difference: what the measurement has to find. */
export const EARLY_EXIT: TimedCase = {
  name: 'control: stops at the first difference',
  file: 'test/timing/cases.ts',
  with: (right) => ({
    right,
    compare: (value) => {
      for (let i = 0; i < right.length; i++) if (value[i] !== right[i]) return false
      return true
    },
  }),
}

/** Every function of the package that compares a secret, or what only the holder of one can make. */
export const CASES: readonly TimedCase[] = [
  {
    name: 'equalBytes',
    file: 'src/crypto/encoding.ts',
    with: (right) => ({ right, compare: (value) => equalBytes(value, right) }),
  },
  verified('HMAC, node:crypto', 'src/crypto/backend/native/hmac.ts', (secret) => native.hmac('sha256', secret)),
  verified('HMAC, noble', 'src/crypto/backend/portable/hmac.ts', (secret) => portable.hmac('sha256', secret)),
  verified('hmacKey', 'src/crypto/hmac-key.ts', (secret) => hmacKey({ keyId: 'k', algorithm: 'hmac-sha256', secret })),
  verified('hmacSha1Key', 'src/crypto/hmac-sha1-key.ts', (secret) => hmacSha1Key({ keyId: 'k', secret })),
  verified('SHA-256 with the secret behind', 'src/exchange/spec/suffix-key.ts', (secret) =>
    sha256SuffixKey(parts(secret)),
  ),
  {
    name: 'a secret that is shown to an exchange',
    file: 'src/exchange/spec/static-secret.ts',
    with: (secret) => {
      const key = staticSecretKey({ keyId: 'k', secret })
      return { right: secretDigest(text(secret)), compare: (value) => key.verify('', value) }
    },
  },
  verified('a bare hash of a webhook', 'src/schemes/webhook/odd-keys.ts', (secret) => bareHashKey(parts(secret))),
  verified('a secret in the text of a webhook', 'src/schemes/webhook/odd-keys.ts', (secret) =>
    secretInTextKey(parts(secret)),
  ),
  {
    name: 'the token of a webhook',
    file: 'src/schemes/webhook/odd-keys.ts',
    with: (secret) => {
      const key = tokenKey(parts(secret))
      return { right: secret, compare: (value) => key.verify(BASE, value) }
    },
  },
  {
    name: 'a static token',
    file: 'src/schemes/legacy/static-token/static-token.ts',
    with: (secret) => {
      const key = staticTokenKey({ keyId: 'k', token: secret, onUse: () => {} })
      return { right: hashOf(secret), compare: (value) => key.verify('countersign static token\n', value) }
    },
  },
  {
    name: 'a passphrase of an account',
    file: 'src/server/steps/key-check.ts',
    with: (secret) => {
      const record = { key: hmacKey({ keyId: 'k', algorithm: 'hmac-sha256', secret }), passphrase: text(secret) }
      return {
        right: secret,
        compare: (value) => matchesPassphrase({ passphrase: { text: text(value) } } as never, record),
      }
    },
  },
  {
    name: 'the CSRF token of the portal',
    file: 'src/console/portal/csrf.ts',
    with: (secret) => {
      const [tokens, session] = [csrfTokens(secret), 'session-0123456789']
      const right = new Uint8Array(Buffer.from(tokens.of(session), 'base64url'))
      return { right, compare: (value) => tokens.fits(session, base64url(value)) }
    },
  },
  {
    name: 'Content-Digest',
    file: 'src/message/content-digest.ts',
    with: (body) => ({
      right: hashOf(body),
      compare: (value) => matchesDigests([{ hash: 'sha256', digest: value }], body),
    }),
  },
]
