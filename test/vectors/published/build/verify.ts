import { readFileSync } from 'node:fs'
import type { PrivateKey, SyncSigningKey } from '../../../../src/crypto/index.js'
import type { HttpRequest } from '../../../../src/message/message.js'
import { contentDigest, FOUR, forge, forgedBase } from '../../../attacks/forge.js'
import { nonceOf, type PublishedVectors, type VerifyVector, writtenRequest } from './format.js'
import { bot, ed, NOW, odd, other, p256, pss } from './keys.js'

/** What differs from the usual GET that `bot-1` signs. */
export interface Signed {
  readonly request?: Partial<HttpRequest>
  readonly key?: SyncSigningKey
  readonly covered?: readonly string[]
  readonly created?: string
  /** The parameter as it is written, with its semicolon. */
  readonly nonce?: string
  readonly keyid?: string
  /** Further parameters. */
  readonly more?: string
  /** All parameters, in place of the others. */
  readonly params?: string
  readonly label?: string
}

export const SECONDS = NOW / 1000
export const ORDER = '{"symbol":"BTCUSDT","quantity":1}'
export const GET: HttpRequest = {
  method: 'GET',
  scheme: 'https',
  authority: 'api.example.com',
  target: '/v1/orders?symbol=BTCUSDT&side=buy',
  fields: [],
  body: null,
}
export const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))
/** A POST whose digest is that of its body, if no other one is given. */
export const post = (body = ORDER, digest: string | undefined = contentDigest(ORDER)): Partial<HttpRequest> => ({
  method: 'POST',
  fields: ['Content-Type', 'application/json', ...(digest === '' ? [] : ['Content-Digest', digest])],
  body: bytes(body),
})
export const WITH_BODY: readonly string[] = [...FOUR, '"content-type"', '"content-digest"']

const parts = (name: string, one: Signed) => {
  const { request = {}, key = bot, covered = FOUR, created = `;created=${SECONDS}`, more = '', label = 'sig1' } = one
  const { nonce = `;nonce="${nonceOf(name)}"`, keyid = `;keyid="${key.keyId}"` } = one
  return { request: { ...GET, ...request }, key, covered, label, params: one.params ?? created + nonce + keyid + more }
}

/** A request that is rightly signed over exactly this. */
export const signed = (name: string, one: Signed): HttpRequest => forge(parts(name, one))

interface Case extends Signed {
  readonly nowMs?: number
  readonly before?: readonly Signed[]
}

const CASES: ReadonlyArray<readonly [name: string, one: Case]> = [
  ['the oldest that is accepted', { nowMs: NOW + 300_000 }],
  ['the furthest ahead that is accepted', { nowMs: NOW - 5_000 }],
  ['an end that has not come', { more: `;expires=${SECONDS + 60}`, nowMs: NOW + 59_999 }],
  ['the longest life that is accepted', { more: `;expires=${SECONDS + 3_600}` }],
  ['the shortest nonce', { nonce: `;nonce="${'n'.repeat(16)}"` }],
  ['the longest nonce, of every character', { nonce: `;nonce="${'Az09._~+/=-'.repeat(12).slice(0, 128)}"` }],
  ['parameters in another order', { params: `;keyid="bot-1";nonce="${nonceOf('order')}";created=${SECONDS}` }],
  ['components in another order', { covered: [...FOUR].reverse() }],
  ['a further field is covered', { request: { fields: ['X-Trace', 'a'] }, covered: [...FOUR, '"x-trace"'] }],
  [
    'two lines of a covered field',
    { request: { fields: ['X-Trace', 'a', 'Accept', '*/*', 'x-trace', 'b'] }, covered: [...FOUR, '"x-trace"'] },
  ],
  ['a covered field without a value', { request: { fields: ['X-Trace', ''] }, covered: [...FOUR, '"x-trace"'] }],
  ['a field that is not covered', { request: { fields: ['X-Forwarded-For', '203.0.113.7'] } }],
  ['a key id of every character', { key: odd }],
  ['an escape in a tag', { more: ';tag="a \\"b\\" \\\\ c"' }],
  ['the algorithm of the key stated', { more: ';alg="hmac-sha256"' }],
  ['a label of every character', { label: '*a_0-9.b' }],
  ['a body', { request: post(), covered: WITH_BODY }],
  ['a digest of SHA-512', { request: post(ORDER, contentDigest(ORDER, 'sha-512')), covered: WITH_BODY }],
  [
    'two digests, both right',
    { request: post(ORDER, `${contentDigest(ORDER)}, ${contentDigest(ORDER, 'sha-512')}`), covered: WITH_BODY },
  ],
  [
    'an unknown digest beside a right one',
    { request: post(ORDER, `unixsum=:AAAA:, ${contentDigest(ORDER)}`), covered: WITH_BODY },
  ],
  ['a body with nothing in it needs no digest', { request: { method: 'POST', body: bytes('') } }],
  ['a content type that is not covered', { request: post(), covered: [...FOUR, '"content-digest"'] }],
  [
    'a covered override of the method',
    { request: { fields: ['X-HTTP-Method-Override', 'PATCH'] }, covered: [...FOUR, '"x-http-method-override"'] },
  ],
  ['identity as content coding', { request: { fields: ['Content-Encoding', 'identity'] } }],
  ['the same nonce of another key', { nonce: ';nonce="the-same-for-two-keys"', before: [{ key: other }] }],
  ['the same request with another nonce', { before: [{ nonce: `;nonce="${nonceOf('another')}"` }] }],
]

/** Writings of honest fields that a parser must read, changed after signing without changing what is signed. */
const WRITTEN: ReadonlyArray<readonly [name: string, write: (fields: readonly string[]) => readonly string[]]> = [
  ['names of fields in small letters', (fields) => fields.map((one, at) => (at % 2 ? one : one.toLowerCase()))],
  ['spaces inside the list', (fields) => fields.map((one) => one.replace('("', '(  "').replace('" "', '"   "'))],
  ['a space behind semicolons', (fields) => fields.map((one) => one.replaceAll(';', '; '))],
  ['white space around the values', (fields) => fields.map((one, at) => (at % 2 ? ` \t${one}\t ` : one))],
]

/** The signature of an earlier run, where it is still one: those of ECDSA and RSA-PSS are never the same twice. */
async function keptSignature(name: string, base: string, key: PrivateKey): Promise<string> {
  const file = new URL('../vectors.json', import.meta.url)
  const known = (JSON.parse(readFileSync(file, 'utf8')) as PublishedVectors).verify.find((one) => one.name === name)
  const text = known?.request.fields.find(([field]) => field === 'Signature')?.[1].slice('sig1=:'.length, -1) ?? ''
  const bytes = new Uint8Array(Buffer.from(text, 'base64'))
  if (await key.verifyingKey.verify(base, bytes)) return text
  return Buffer.from(await key.sign(base)).toString('base64')
}

async function byAsymmetric(key: PrivateKey): Promise<VerifyVector> {
  const name = `${key.algorithm}: a body`
  const request = { ...GET, ...post() }
  const params = `;created=${SECONDS};nonce="${nonceOf(name)}";keyid="${key.keyId}"`
  const base = forgedBase({ request, covered: WITH_BODY, params })
  const signature = await keptSignature(name, base, key)
  const own = ['Signature-Input', `sig1=(${WITH_BODY.join(' ')})${params}`, 'Signature', `sig1=:${signature}:`]
  const written = writtenRequest({ ...request, fields: [...request.fields, ...own] })
  return { name, nowMs: NOW, request: written, keyId: key.keyId, base }
}

export async function verifyVectors(): Promise<readonly VerifyVector[]> {
  const cases = CASES.map(([name, one]): VerifyVector => {
    const { nowMs = NOW, before, ...own } = one
    const { request, key, covered, params } = parts(name, own)
    const earlier = before?.map((first) => writtenRequest(signed(name, { ...own, ...first })))
    return {
      name,
      nowMs,
      ...(earlier && { before: earlier }),
      request: writtenRequest(signed(name, own)),
      keyId: key.keyId,
      base: forgedBase({ request, covered, params }),
    }
  })
  const written = WRITTEN.map(([name, write]): VerifyVector => {
    const { request, params } = parts(name, {})
    const one = signed(name, {})
    const sent = writtenRequest({ ...one, fields: write(one.fields) })
    return { name, nowMs: NOW, request: sent, keyId: 'bot-1', base: forgedBase({ request, params }) }
  })
  const asymmetric = await Promise.all([ed, p256, pss].map(byAsymmetric))
  return [...cases, ...written, ...asymmetric]
}
