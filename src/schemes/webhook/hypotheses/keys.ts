import { hash } from '#backend/hash'
import { legacyHmac } from '#backend/legacy'
import { base64Decode, base64url, base64urlDecode, hex, hexDecode, utf8 } from '../../../crypto/encoding.js'
import { hmacSha256Key } from '../../../crypto/hmac-key.js'
import type { Bytes } from '../../../crypto/key.js'
import type { KeyFault, KeyReading } from '../../scheme/scheme-reading.js'
import { withoutEnd } from '../../scheme/text-ends.js'
import { bareHashKey, secretInTextKey } from '../odd-keys.js'

const keyId = 'doctor'

const PREFIX_FAULT: KeyFault = {
  id: 'secret-prefix',
  cause:
    'The secret was not used as it is meant: its prefix was left on, or taken off, or what follows it was not decoded.',
  fix: 'Standard Webhooks and Svix: take "whsec_" off and decode the rest from base64. Stripe: the whole text with "whsec_" is the key, as its characters.',
}

const LABEL_FAULT: KeyFault = {
  ...PREFIX_FAULT,
  cause: 'The secret still has "v1," before "whsec_": a label of signatures, which verifiers do not take off.',
  fix: 'Take "v1," off the secret (some dashboards show it so) and give the verifier what begins with "whsec_".',
}

const PREFIX = /^(?:v1a?,)?(?:whsec|whsk)_/

/** What is made of a secret with a prefix, or of one that is taken for such a secret. */
const prefixed: NonNullable<KeyReading['others']> = (text) => {
  const bare = text.replace(PREFIX, '')
  const decoded = base64Decode(bare) ?? base64urlDecode(withoutEnd(bare, '='))
  // Behind a prefix of two parts, which is shown so where it is set up, and is no part of the secret.
  const isLabelled = /^v1a?,/.test(text)
  const way = (bytes: Uint8Array | undefined, detail: string) =>
    bytes === undefined || bytes.length === 0
      ? []
      : [{ bytes, fault: { ...(isLabelled ? LABEL_FAULT : PREFIX_FAULT), detail } }]
  return [
    ...way(utf8(text), 'as its characters, prefix and all'),
    ...way(utf8(bare), 'the characters behind the prefix, not decoded'),
    ...way(decoded, 'decoded from base64 behind the prefix'),
    ...way(utf8(`whsec_${bare}`), 'the characters with "whsec_" before them'),
    ...way(
      bare === text ? undefined : base64urlDecode(withoutEnd(text.replaceAll('+', '-').replaceAll('/', '_'), '=')),
      'the prefix decoded too',
    ),
  ]
}

/** The text is the key. */
export const TEXT: KeyReading = {
  algorithms: ['hmac-sha256'],
  bytes: utf8,
  reading: 'as its characters',
  others: prefixed,
}

/** Base64 behind `whsec_`. */
export const WHSEC: KeyReading = {
  algorithms: ['hmac-sha256'],
  bytes: (text) => base64Decode(text.replace(/^whsec_/, '')),
  reading: 'decoded from base64, without "whsec_"',
  others: prefixed,
}

const sha1 =
  (key: Uint8Array) =>
  (base: Bytes): Uint8Array =>
    legacyHmac('sha1', key, base)

export const SHA1: KeyReading = { ...TEXT, algorithms: ['hmac-sha1'], functions: [{ make: sha1 }] }

const bare =
  (secret: Uint8Array) =>
  (base: Bytes): Uint8Array =>
    bareHashKey({ keyId, secret }).sign(base)

/** SHA-256 of a text in which the secret stands. */
export const BARE: KeyReading = { ...TEXT, algorithms: ['sha256 of secret and text'], functions: [{ make: bare }] }

export const IN_TEXT: KeyReading = {
  ...TEXT,
  functions: [{ make: (secret) => (base) => secretInTextKey({ keyId, secret }).sign(base) }],
}

const hmac = (key: Uint8Array, base: Bytes): Uint8Array => hmacSha256Key({ keyId, secret: key }).sign(base)
const derived = (make: (token: Uint8Array) => Uint8Array) => (token: Uint8Array) => {
  const key = hmacSha256Key({ keyId, secret: make(token) })
  return (base: Bytes): Uint8Array => key.sign(base)
}
const ofApp = derived((token) => hmac(utf8('WebAppData'), token))
const ofLogin = derived((token) => hash('sha256', token))
const derivation = (detail: string): KeyFault => ({
  id: 'key-derivation',
  cause: 'The key was made of the token of the bot in another way.',
  fix: 'Mini Apps: HMAC-SHA256 of the token with the key "WebAppData". Login widget: SHA-256 of the token.',
  detail,
})

/** A bot's token: for Mini Apps, and for the login widget. */
export const APP_TOKEN: KeyReading = {
  ...TEXT,
  functions: [
    { make: ofApp },
    { make: ofLogin, fault: derivation('as for the login widget') },
    { make: derived((token) => hmac(token, 'WebAppData')), fault: derivation('with key and text swapped') },
    {
      make: derived((token) => utf8(hex(hmac(utf8('WebAppData'), token)))),
      fault: derivation('the hexadecimal text of the derived key'),
    },
  ],
}
export const LOGIN_TOKEN: KeyReading = {
  ...TEXT,
  functions: [
    { make: ofLogin },
    { make: ofApp, fault: derivation('as for Mini Apps') },
    {
      make: derived((token) => utf8(hex(hash('sha256', token)))),
      fault: derivation('the hexadecimal text of the hash'),
    },
  ],
}

/** As senders show a public key: 32 bytes in hexadecimal or base64, with a prefix or none. */
const raw = (text: string): Uint8Array | undefined => {
  const bare = text.trim().replace(/^whpk_/, '')
  const bytes = /^[0-9a-fA-F]{64}$/.test(bare) ? hexDecode(bare.toLowerCase()) : base64Decode(bare)
  return bytes?.length === 32 ? bytes : undefined
}

/** The sender has the private half. */
export const PUBLIC_KEY: KeyReading = {
  ...TEXT,
  algorithms: ['ed25519'],
  publicKey: (text) => {
    const bytes = raw(text)
    return bytes === undefined ? undefined : { kty: 'OKP', crv: 'Ed25519', x: base64url(bytes) }
  },
}
export const PUBLIC_KEY_P256: KeyReading = {
  ...TEXT,
  algorithms: ['ecdsa-p256-sha256'],
  publicKey: (text) =>
    /^[A-Za-z0-9+/=]{100,1000}$/.test(text.trim())
      ? `-----BEGIN PUBLIC KEY-----\n${text.trim()}\n-----END PUBLIC KEY-----\n`
      : undefined,
}
