import type { SyncSigningKey } from '../../../../src/crypto/index.js'
import { type HttpRequest, httpRequest } from '../../../../src/message/message.js'
import { rfc9421 } from '../../../../src/schemes/rfc9421/index.js'
import { signPreparedSync } from '../../../../src/schemes/scheme.js'
import { contentDigest } from '../../../attacks/forge.js'
import { nonceOf, type SignVector, writtenRequest } from './format.js'
import { bot, ed, NOW } from './keys.js'

type Case = readonly [name: string, request: HttpRequest, options?: SignVector['options']]

const ORIGIN = 'https://api.example.com'
const JSON_TYPE = { 'content-type': 'application/json' }
const ORDER = '{"symbol":"BTCUSDT","quantity":1}'

/** A request whose target is taken as it is: a client may send what no URL parser would write. */
const raw = (target: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  scheme: 'https',
  authority: 'api.example.com',
  target,
  fields: [],
  body: null,
  ...more,
})
const post = (body: string | Uint8Array, headers: Readonly<Record<string, string>> = JSON_TYPE): HttpRequest =>
  httpRequest({ method: 'POST', url: `${ORIGIN}/v1/orders?dry=1`, headers, body })

/** What the preset covers, and every edge of it. */
const CASES: readonly Case[] = [
  ['no query', raw('/v1/orders')],
  ['an empty query', raw('/v1/orders?')],
  ['a query', raw('/v1/orders?symbol=BTCUSDT&side=buy')],
  ['the order of a query is kept', raw('/v1/orders?b=2&a=1&b=1')],
  ['a name without a value, an empty name, an ampersand at the end', raw('/v1/orders?flag&=x&a=&')],
  ['escapes in a query are kept as they are', raw('/v1/orders?q=%7e%7E+%20%2B')],
  ['a question mark and a slash in a query', raw('/v1/orders?next=/a?b=c')],
  ['non-ASCII text in a query, encoded', raw('/v1/orders?name=%E2%82%AC%20b%C3%BCro')],
  ['the root', raw('/')],
  ['an encoded path is kept as it is', raw('/v1/orders/caf%C3%A9%2f1/')],
  ['a port', raw('/v1/orders', { authority: 'api.example.com:8443' })],
  ['a default port is cut', raw('/v1/orders', { authority: 'api.example.com:443' })],
  ['the host in lower case', raw('/v1/orders', { authority: 'API.Example.COM' })],
  ['an address of IPv6', raw('/v1/orders', { authority: '[2001:db8::1]:8443' })],
  ['plain http', raw('/v1/orders', { scheme: 'http', authority: 'api.example.com:80' })],
  ['DELETE without a body', raw('/v1/orders/7', { method: 'DELETE' })],
  ['the asterisk form', raw('*', { method: 'OPTIONS' })],
  ['a body of JSON', post(ORDER)],
  ['a body of UTF-8', post('{"note":"Zürich – 東京 ✓"}', { 'content-type': 'application/json; charset=utf-8' })],
  ['a body of bytes', post(Uint8Array.of(0, 255, 13, 10, 128), { 'content-type': 'application/octet-stream' })],
  ['a body without a content type', post('a=1&b=2', {})],
  ['a body with nothing in it', post(new Uint8Array())],
  ['a body of a form', post('a=1&b=%20+', { 'content-type': 'application/x-www-form-urlencoded' })],
  ['white space around and inside a covered field', post(ORDER, { 'Content-Type': '\t application/json;  q="a  b" ' })],
  ['a digest of SHA-512', post(ORDER), { digest: 'sha-512' }],
  ['a digest that is there already', withOwnDigest()],
  ['a tag', post(ORDER), { tag: 'orders "eu" \\ 1' }],
  ['an end', post(ORDER), { expires: NOW / 1000 + 60 }],
  ['the algorithm stated', post(ORDER), { alg: true }],
  ['another label', raw('/v1/orders'), { label: 'bot-sig' }],
]

/** Ed25519 signs the same base, so a few will do. */
const WITH_ED25519 = new Set([
  'no query',
  'a query',
  'an encoded path is kept as it is',
  'a body of JSON',
  'a body of UTF-8',
  'a body with nothing in it',
  'a digest of SHA-512',
  'an end',
  'the algorithm stated',
])

function withOwnDigest(): HttpRequest {
  const digest = contentDigest(ORDER, 'sha-512')
  return httpRequest({ method: 'PUT', url: `${ORIGIN}/hello`, headers: { 'content-digest': digest }, body: ORDER })
}

function vector(key: SyncSigningKey, [title, request, options = {}]: Case): SignVector {
  const name = `${key.algorithm}: ${title}`
  const { expires, ...own } = options
  const nonce = nonceOf(name)
  const expiresInMs = expires === undefined ? {} : { expiresInMs: expires * 1000 - NOW }
  const { scheme } = rfc9421({ ...own, ...expiresInMs, key })
  const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs: NOW, nonce }
  const prepared = scheme.prepare(request, context)
  const signed = writtenRequest(signPreparedSync(prepared, key))
  const written = writtenRequest(request)
  return {
    name,
    keyId: key.keyId,
    created: NOW / 1000,
    nonce,
    options,
    request: written,
    base: prepared.base as string,
    added: signed.fields.slice(written.fields.length),
  }
}

export const SIGN: readonly SignVector[] = [
  ...CASES.map((one) => vector(bot, one)),
  ...CASES.filter(([name]) => WITH_ED25519.has(name)).map((one) => vector(ed, one)),
]
