import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'
import aws4 from 'aws4'
import { AwsV4Signer } from 'aws4fetch'
import { describe, expect, test } from 'vitest'
import { utf8 } from '../../src/crypto/encoding.js'
import { type HttpRequest, httpRequest } from '../../src/message/message.js'
import { splitTarget } from '../../src/message/target.js'
import { signPreparedSync, type UntrustedSignature } from '../../src/schemes/scheme.js'
import { sigv4, sigv4Key, sigv4Url, sigv4Verifier } from '../../src/schemes/sigv4/index.js'
import { signAwsRequest } from '../../src/schemes/sigv4/sign-header.js'

/*
 * What the usual signers of AWS requests make is accepted, what we sign is what they sign, and a change of one character of what
 * they sign is refused.
 */

const access = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const region = 'eu-central-1'
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)
const HOST = 'api.example.com'
const key = sigv4Key(access)

interface Case {
  readonly service: string
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly token?: string
}

const TARGETS = [
  '/',
  '/v1/orders?limit=10',
  '/v1/orders?b=2&a=1&a=0',
  '/a%20b/c%2Fd',
  '/photos/%C3%A9t%C3%A9.jpg?x-id=GetObject',
  '/list?empty=&prefix=a%2Fb&delimiter=%2F',
  "/it's(me)!*",
  '/~user/file-1_2.txt',
  '/search?q=a%20b%26c',
]
const CASES: readonly Case[] = ['orders', 's3'].flatMap((service) =>
  TARGETS.flatMap((target) => [
    { service, method: 'GET', target, headers: {}, body: '' },
    {
      service,
      method: 'PUT',
      target,
      headers: { 'content-type': 'application/json', 'x-note': 'a  b   c' },
      body: '{"qty":1}',
      token: 'to/ken+==',
    },
  ]),
)

const requestOf = (one: Case): HttpRequest =>
  httpRequest({
    method: one.method,
    url: `https://${HOST}${one.target}`,
    headers: one.headers,
    ...(one.body !== '' && { body: one.body }),
  })

/** The message that a peer sends: its fields in its words. */
const messageOf = (one: Case, target: string, headers: Readonly<Record<string, string>>): HttpRequest => ({
  method: one.method,
  scheme: 'https',
  authority: HOST,
  target,
  fields: Object.entries(headers)
    .filter(([name]) => name.toLowerCase() !== 'host')
    // aws4 has the length of the body as a number.
    .flatMap(([name, value]) => [name, String(value)]),
  body: one.body === '' ? null : utf8(one.body),
})

const { path: pathOf, query: queryOf } = {
  path: (target: string) => splitTarget(target).path,
  query: (target: string) => splitTarget(target).query.slice(1),
}

async function smithy(one: Case, presign: boolean): Promise<HttpRequest> {
  const signer = new SignatureV4({
    region,
    service: one.service,
    sha256: Sha256,
    credentials: { ...access, ...(one.token !== undefined && { sessionToken: one.token }) },
    uriEscapePath: one.service !== 's3',
    applyChecksum: true,
  })
  const query: Record<string, string | string[]> = {}
  for (const pair of queryOf(one.target).split('&').filter(Boolean)) {
    const [name = '', value = ''] = pair.split('=').map(decodeURIComponent)
    const before = query[name]
    query[name] = before === undefined ? value : [before, value].flat()
  }
  const parts = {
    method: one.method,
    protocol: 'https:',
    hostname: HOST,
    path: pathOf(one.target),
    query,
    headers: {
      host: HOST,
      ...one.headers,
      // S3's client states that a signed URL leaves the body open.
      ...(presign && one.service === 's3' && { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }),
    },
    ...(one.body !== '' && { body: one.body }),
  }
  const options = { signingDate: new Date(NOW) }

  const signed = (await (presign
    ? signer.presign(parts as never, { ...options, expiresIn: 600 })
    : signer.sign(parts as never, options))) as unknown as {
    readonly headers: Record<string, string>
    readonly query: Record<string, string | string[]>
  }
  const text = Object.entries(signed.query)
    .flatMap(([name, value]) => [value].flat().map((item) => `${encodeURIComponent(name)}=${encodeURIComponent(item)}`))
    .join('&')
  return messageOf(one, pathOf(one.target) + (text === '' ? '' : `?${text}`), signed.headers)
}

async function fetched(one: Case, signQuery: boolean): Promise<HttpRequest> {
  const signer = new AwsV4Signer({
    ...access,
    ...{ url: `https://${HOST}${one.target}`, method: one.method, headers: one.headers, region, service: one.service },
    ...(one.token !== undefined && { sessionToken: one.token }),
    ...(one.body !== '' && { body: one.body }),
    ...{ signQuery, allHeaders: true, datetime: '20260102T030405Z' },
  })
  const { url, headers } = await signer.sign()
  return messageOf(one, url.pathname + url.search, Object.fromEntries([...headers]))
}

function node(one: Case, signQuery: boolean): HttpRequest {
  const date = 'X-Amz-Date=20260102T030405Z'
  const signed = aws4.sign(
    {
      ...{ host: HOST, method: one.method, service: one.service, region, signQuery },
      // Where it signs the URL it takes its time from there.
      path: signQuery ? `${one.target}${one.target.includes('?') ? '&' : '?'}${date}` : one.target,
      headers: { ...one.headers, ...(!signQuery && { 'X-Amz-Date': '20260102T030405Z' }) },
      ...(one.body !== '' && { body: one.body }),
    },
    { ...access, ...(one.token !== undefined && { sessionToken: one.token }) },
  )
  return messageOf(one, signed.path ?? '', signed.headers as Record<string, string>)
}

const PEERS: ReadonlyArray<readonly [string, (one: Case, inUrl: boolean) => HttpRequest | Promise<HttpRequest>]> = [
  ['@smithy/signature-v4', smithy],
  ['aws4fetch', fetched],
  ['aws4', node],
]

/** What a peer signs in another form than it sends, and that S3 refuses as well. */
const KNOWN: Readonly<Record<string, (one: Case) => boolean>> = {
  // Its caller has to encode these: the path is signed as it is given.
  '@smithy/signature-v4': ({ service, target }) => service === 's3' && target.includes("'"),
  // For S3 the first of several parameters of one name is signed, and an encoded slash as a slash.
  aws4fetch: ({ service, target }) => service === 's3' && /a=0|c%2F/.test(target),
  aws4: ({ service, target }) => service === 's3' && /a=0|c%2F/.test(target),
}

const verifierOf = (one: Case) => sigv4Verifier({ region, service: one.service, unsignedPayload: true })

function verified(one: Case, message: HttpRequest): boolean {
  const [found] = verifierOf(one).parse(message) as readonly UntrustedSignature[]
  return found !== undefined && key.verify(found.base, found.signature)
}

describe.each(PEERS)('%s', (name, sign) => {
  describe.each(CASES.map((one) => [`${one.service} ${one.method} ${one.target}`, one] as const))('%s', (_, one) => {
    test.each([
      ['in the field', false],
      ['in the URL', true],
    ] as const)('what it signs %s is accepted, and no change of it', async (__, inUrl) => {
      const message = await sign(one, inUrl)
      const isKnown = KNOWN[name]?.(one) === true
      expect(verified(one, message)).toBe(!isKnown)
      if (isKnown) return
      expect(verified(one, { ...message, method: 'DELETE' })).toBe(false)
      const path = pathOf(message.target)
      const other = { ...message, target: `${path}z${message.target.slice(path.length)}` }
      expect(verified(one, other)).toBe(false)
    })
  })
})

describe('what we sign is what @smithy/signature-v4 signs', () => {
  const cases = CASES.filter((one) => KNOWN['@smithy/signature-v4']?.(one) === false)
  test.each(cases.map((one) => [`${one.service} ${one.method} ${one.target}`, one] as const))(
    'both sign %s alike',
    async (_, one) => {
      const options = { key, region, service: one.service, ...(one.token !== undefined && { sessionToken: one.token }) }
      const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs: NOW, nonce: '' }
      const { scheme } = sigv4({ ...options, signBodyHeader: true })
      const ours = signPreparedSync(scheme.prepare(requestOf(one), context), key).fields.at(-1)
      const theirs = (await smithy(one, false)).fields
      expect(ours).toBe(theirs[theirs.findIndex((field) => field.toLowerCase() === 'authorization') + 1])
      const url = sigv4Url({ ...options, expiresS: 600 })
      const signature = /X-Amz-Signature=(\w+)/
      const ourUrl = signPreparedSync(url.scheme.prepare(requestOf(one), context), key).target
      // S3's client states it in the URL besides.
      if (one.service !== 's3')
        expect(signature.exec(ourUrl)?.[1]).toBe(signature.exec((await smithy(one, true)).target)?.[1])
    },
  )
})

/** What `signAwsRequest` signs of the request that a peer has signed: its fields, and the hash of the body where it is a choice. */
function byOneFunction(one: Case, { target, fields }: HttpRequest): Readonly<Record<string, string>> {
  const pairs = fields.flatMap((name, at) =>
    at % 2 === 0 ? [[name.toLowerCase(), fields[at + 1] as string] as const] : [],
  )
  const headers = pairs.filter(
    ([name]) => !/^(?:authorization|x-amz-(?:date|security-token|content-sha256))$/.test(name),
  )
  const stated = pairs.find(([name]) => name === 'x-amz-content-sha256')?.[1]
  // For S3 it is given anyway; aws4fetch leaves the body unsigned there.
  const isOwn = stated === undefined || (one.service === 's3' && stated !== 'UNSIGNED-PAYLOAD')
  const payload = isOwn ? { body: one.body } : { payloadHash: stated }
  const credentials = { ...access, ...(one.token !== undefined && { sessionToken: one.token }) }
  return signAwsRequest(
    { method: one.method, url: `https://${HOST}${target}`, headers, ...payload },
    credentials,
    { region, service: one.service },
    NOW,
  )
}

const authorizationOf = ({ fields }: HttpRequest): string | undefined =>
  fields[fields.findIndex((name) => name.toLowerCase() === 'authorization') + 1]

/** The case with one letter or digit exchanged, at every place of its target, headers, token and body, and another method. */
function* changes(one: Case): Generator<Case> {
  const other = (text: string, at: number) => text.slice(0, at) + (text[at] === 'x' ? 'y' : 'x') + text.slice(at + 1)
  const places = (text: string) =>
    [...text.replace(/%../g, '%--').matchAll(/[A-Za-z0-9]/g)].map(({ index }) => other(text, index))
  yield { ...one, method: one.method === 'GET' ? 'HEAD' : 'POST' }
  for (const target of places(one.target)) yield { ...one, target }
  for (const body of places(one.body)) yield { ...one, body }
  for (const token of places(one.token ?? '')) yield { ...one, token }
  for (const [name, value] of Object.entries(one.headers))
    for (const changed of places(value)) yield { ...one, headers: { ...one.headers, [name]: changed } }
}

describe.each(PEERS)('signAwsRequest signs what %s signs', (name, sign) => {
  const cases = CASES.filter((one) => KNOWN[name]?.(one) !== true)
  test.each(cases.map((one) => [`${one.service} ${one.method} ${one.target}`, one] as const))(
    'both sign %s alike, also with every character exchanged',
    async (_, one) => {
      const theirs = await sign(one, false)
      const ours = byOneFunction(one, theirs)
      expect(ours['Authorization']).toBe(authorizationOf(theirs))
      const message: HttpRequest = {
        ...theirs,
        fields: theirs.fields.map((text) =>
          text === authorizationOf(theirs) ? (ours['Authorization'] as string) : text,
        ),
      }
      expect(verified(one, message)).toBe(true)
      for (const changed of changes(one)) {
        const again = await sign(changed, false)
        const made = byOneFunction(changed, again)['Authorization']
        expect([changed, made]).toEqual([changed, authorizationOf(again)])
        const isUnsigned = changed.body !== one.body && ours['X-Amz-Content-Sha256'] === 'UNSIGNED-PAYLOAD'
        expect([changed, made === ours['Authorization']]).toEqual([changed, isUnsigned])
        const { method, target } = changed
        if (method !== one.method || target !== one.target)
          expect([changed, verified(one, { ...message, method, target })]).toEqual([changed, false])
      }
    },
  )
})
