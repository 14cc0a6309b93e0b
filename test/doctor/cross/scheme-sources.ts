import { exportPublicKey } from '../../../src/crypto/export.js'
import type { SyncSigningKey, VerifyingKey } from '../../../src/crypto/key.js'
import { FAMILY_IDS } from '../../../src/doctor/families/ids.js'
import type { DiagnoseOptions } from '../../../src/doctor/index.js'
import { type HttpRequest, httpRequest } from '../../../src/message/message.js'
import { ALL_SCHEMES } from '../../contract/schemes/all.js'
import type { SchemeRow } from '../../contract/schemes/row.js'
import { SENDERS } from '../../contract/webhooks/senders.js'
import { type Source, sharedOf, signer } from './source.js'

const NOW_MS = 1_795_852_800_000
const NONCE = 'aNonceOf32Characters0123456789aB'

const FAMILIES: ReadonlyArray<readonly [RegExp, string]> = [
  [/^rfc9421/, 'RFC 9421'],
  [/^(?:sigv4|goog4|tc3|acs3|huawei|oss4|tos4|volc)/, 'SigV4'],
  [/^azure/, 'Azure'],
  [/^(?:cavage|kong|apisix)/, 'draft-cavage, Kong, APISIX'],
  [/^oauth1/, 'OAuth 1.0a'],
  [/^hawk/, 'Hawk'],
  [/^(?:dpop|jwt|turnkey)/, 'DPoP, JWT, stamps'],
]

const familyOf = (id: string): string => FAMILIES.find(([is]) => is.test(id))?.[1] ?? 'webhooks'

/** Secrets of the rows by their names, where they are text. */
const SECRETS: ReadonlyArray<readonly [RegExp, string]> = [
  [/^(?:sigv4|the head|goog4(?! with RSA)|tc3|acs3|huawei|oss4|tos4|volc)/, 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'],
  [/^azure/, btoa('a key of the account, of 64 bytes')],
  [/^OAuth 1.0a(?! of)/, 'a secret'],
]

const secretOf = ({ name }: SchemeRow): string | undefined =>
  (SENDERS.find((row) => row.name === name)?.options['secret'] as string | undefined) ??
  SECRETS.find(([is]) => is.test(name))?.[1]

function keysOf(row: SchemeRow): DiagnoseOptions {
  const secret = secretOf(row)
  if (secret !== undefined) return { secret, ...(row.name.startsWith('OAuth') && { passphrase: 'another' }) }
  const { algorithm } = row.signer.key
  if (algorithm.startsWith('hmac')) return { secret: new Uint8Array(32).fill(3) }
  try {
    return { publicKey: exportPublicKey(row.verifyingKey as VerifyingKey, 'jwk') }
  } catch {
    return { key: row.verifyingKey as VerifyingKey }
  }
}

function messagesOf(row: SchemeRow): readonly HttpRequest[] {
  // Square signs the URL that it was told.
  if (row.name.includes('square'))
    return [httpRequest({ method: 'POST', url: 'https://example.com/webhooks/square', body: '{"a":"b"}' })]
  if (row.request !== undefined) return [row.request]
  const url = (target: string): string => `https://api.example.com${target}`
  return [
    httpRequest({ url: url('/api/v1/orders?symbol=BTC-USDT&limit=50&category=spot') }),
    httpRequest({ url: url('/api/v1/orders?symbol=BTC-USDT&note=a%20b&ids=x%2Cy&at=u%40v%3Aw') }),
    httpRequest({
      method: 'POST',
      url: url('/api/v1/orders'),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ symbol: 'BTC-USDT', side: 'buy', price: '1.50', quantity: 2, note: 'é a/b <c>' }),
    }),
  ]
}

/** Rows that no mistake can be told of by their requests alone, each with its reason. */
export const WITHOUT_SOURCE: Readonly<Record<string, string>> = {
  'rfc9421 with an algorithm that no registry has': 'its keys verify with what the doctor does not know',
  'rfc9421 with ed25519 and ml-dsa-44 together': 'two signatures, the second of a key that needs a library of its own',
  'gnap, the new key over the old one': 'the signature covers another one, which a change of the request leaves behind',
  'a JWT in a field of its own, as Fireblocks binds it, with ECDSA': 'what it is bound to is configuration',
  oss4: 'its row signs for a bucket that no host of the tests names',
  'oss4 in the URL': 'its row signs for a bucket that no host of the tests names',
  'countersign/webhook/sendgrid#sendgrid':
    'the key of its row signs DER at once, and has no public half that can be written',
  'countersign/webhook/paypal#paypal': 'the id of the webhook is signed and not sent: its own cases give it',
}

/** What has no hypotheses, or is not known as text (docs/doctor.md has the reasons). */
const isKnown = (id: string): boolean => id === 'rfc9421' || FAMILY_IDS.includes(id)

/** Every scheme that is no exchange. */
export const SCHEME_SOURCES: readonly Source[] = ALL_SCHEMES.filter(
  ({ name, verifier, signer: { scheme } }) =>
    (isKnown(verifier.id) || scheme.id.startsWith('rfc9421')) && WITHOUT_SOURCE[name] === undefined,
).map((row) => {
  const { scheme } = row.signer
  const key = row.signer.key as unknown as SyncSigningKey
  const id = row.verifier.id
  const options = keysOf(row)
  const shared = typeof options.secret === 'string' ? sharedOf(options.secret, key) : undefined
  return {
    name: row.name,
    family: familyOf(id),
    ...(isKnown(id) && { scheme: id }),
    messages: messagesOf(row),
    sign: signer(scheme, key, NOW_MS, NONCE),
    nowMs: NOW_MS,
    keyId: key.keyId,
    options,
    ...(shared !== undefined && { shared }),
  }
})
