import { createHmac, createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { createRequire } from 'node:module'
import { ApiKeyStamper } from '@turnkey/api-key-stamper'
import * as dpopLibrary from 'dpop'
import * as jose from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import type { KeyRecord } from '../../src/access/key-record.js'
import { hex } from '../../src/crypto/encoding.js'
import {
  ecdsaPrivateKey,
  exportPublicKey,
  hmacKey,
  importSigningKey,
  jwkThumbprint,
  type PrivateKey,
} from '../../src/crypto/index.js'
import { type HttpRequest, httpRequest } from '../../src/message/message.js'
import { cavage, cavageVerifier } from '../../src/schemes/legacy/cavage/index.js'
import { dpop, dpopVerifier } from '../../src/schemes/legacy/dpop/index.js'
import { hawk, hawkBewit, hawkBewitVerifier, hawkVerifier } from '../../src/schemes/legacy/hawk/index.js'
import { jwt, jwtVerifier } from '../../src/schemes/legacy/jwt/index.js'
import { oauth1, oauth1Key, oauth1Verifier } from '../../src/schemes/legacy/oauth1/index.js'
import { turnkey, turnkeyVerifier } from '../../src/schemes/legacy/turnkey/index.js'
import type { VerifyScheme } from '../../src/schemes/scheme.js'
import { boundKeys } from '../../src/server/bound-keys.js'
import { noReplayProtection } from '../../src/server/policy/policy.js'
import { HOST, judge, signed, withLine, withValue } from '../unit/schemes/legacy/judge.js'

/*
 * What the usual libraries of the older schemes make is accepted, they accept what we sign, and a change of one character of what
 * they sign is refused. They take the time from the machine, so this does as well.
 */

const load = createRequire(import.meta.url)
// These two carry no types.
// biome-ignore lint/suspicious/noExplicitAny: as they come
const [Hawk, httpSignature, OAuth] = ['hawk', 'http-signature', 'oauth-1.0a'].map(load) as [any, any, any]

const now = (): number => Date.now()
const secret = 'werxhqb98rpaxn39848xrunpaw3489ruxnpa98w4rxn'
const id = 'dh37fgj492je'
const key = hmacKey({ keyId: id, algorithm: 'hmac-sha256', secret: new TextEncoder().encode(secret) })
const TARGETS = ['/', '/v1/orders?limit=10', '/a%20b/c%2Fd?b=2&a=1&a=0', '/~user/1_2.txt?q=a%20b%26c', "/it's?empty="]
const BODIES = [undefined, '{"qty":1}', 'é'] as const
const CASES = TARGETS.flatMap((target) => BODIES.map((body) => [target, body] as const))
const requestOf = (target: string, body: string | undefined): HttpRequest =>
  httpRequest({
    method: body === undefined ? 'GET' : 'POST',
    url: `https://${HOST}${target}`,
    headers: body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' },
    ...(body === undefined ? {} : { body }),
  })

const verdictOf = (scheme: VerifyScheme, records: readonly KeyRecord[], request: HttpRequest): Promise<string> =>
  judge([scheme], records, { nowMs: now() })(request)

/** Every change of one character of one field, and of the target. What may stay accepted is given by the caller. */
async function refusesChanges(
  scheme: VerifyScheme,
  records: readonly KeyRecord[],
  request: HttpRequest,
  field: string,
  harmless: (changed: string) => boolean = () => false,
): Promise<void> {
  const value = request.fields[request.fields.findLastIndex((one) => one.toLowerCase() === field) + 1] as string
  const other = (text: string, at: number): string =>
    text.slice(0, at) + (text[at] === 'x' ? 'y' : 'x') + text.slice(at + 1)
  for (let at = 0; at < value.length; at++) {
    const changed = other(value, at)
    if (harmless(changed)) continue
    expect(
      await verdictOf(
        scheme,
        records,
        withValue(request, field, () => changed),
      ),
      changed,
    ).not.toBe('ok')
  }
  for (let at = 1; at < request.target.length; at++)
    expect(await verdictOf(scheme, records, { ...request, target: other(request.target, at) })).not.toBe('ok')
  expect(await verdictOf(scheme, records, { ...request, method: 'PUT' })).not.toBe('ok')
}

describe('hawk', () => {
  const credentials = { id, key: secret, algorithm: 'sha256' }
  const theirs = (target: string, body: string | undefined): HttpRequest => {
    const request = requestOf(target, body)
    const { header } = Hawk.client.header(`https://${HOST}${target}`, request.method, {
      credentials,
      ext: 'some-data',
      ...(body === undefined ? {} : { payload: body, contentType: 'application/json; charset=utf-8' }),
    })
    return withLine(request, 'Authorization', header)
  }

  // Its URL parser writes an apostrophe as %27, and so does what sends the request.
  test.each(CASES.filter(([target]) => !target.includes("'")))(
    'each side accepts %s with %s of the other',
    async (target, body) => {
      expect(await verdictOf(hawkVerifier(), [{ key }], theirs(target, body))).toBe('ok')
      const ours = await signed(hawk({ key, ext: 'x' }), requestOf(target, body), now())
      const asked = {
        method: ours.method,
        url: ours.target,
        host: HOST,
        port: 443,
        authorization: ours.fields.at(-1),
        contentType: 'application/json; charset=utf-8',
      }
      const options = body === undefined ? {} : { payload: body }
      await expect(Hawk.server.authenticate(asked, () => credentials, options)).resolves.toBeTruthy()
    },
  )

  test('each side accepts a bewit of the other', async () => {
    const bewit = Hawk.uri.getBewit(`https://${HOST}/report?a=1`, { credentials, ttlSec: 60, ext: '' })
    const policy = { perScheme: { 'hawk-bewit': { untimed: noReplayProtection } } } as const
    const request = httpRequest({ url: `https://${HOST}/report?a=1&bewit=${bewit}` })
    expect(await judge([hawkBewitVerifier()], [{ key }], { nowMs: now(), policy })(request)).toBe('ok')
    const ours = await signed(
      hawkBewit({ key, ttlMs: 60_000 }),
      httpRequest({ url: `https://${HOST}/report?a=1` }),
      now(),
    )
    const asked = { method: 'GET', url: ours.target, host: HOST, port: 443 }
    await expect(Hawk.uri.authenticate(asked, () => credentials, {})).resolves.toBeTruthy()
  })

  test('a change of one character is refused', () =>
    refusesChanges(hawkVerifier(), [{ key }], theirs('/v1/orders?a=1', '{}'), 'authorization'))

  test('hawk takes ts="abc", which is refused here', async () => {
    const { header, artifacts } = Hawk.client.header(`https://${HOST}/a`, 'GET', { credentials, timestamp: 'abc' })
    expect(artifacts.ts).toBe('abc')
    const asked = { method: 'GET', url: '/a', host: HOST, port: 443, authorization: header }
    await expect(Hawk.server.authenticate(asked, () => credentials, {})).resolves.toBeTruthy()
    const request = withLine(httpRequest({ url: `https://${HOST}/a` }), 'Authorization', header)
    expect(await verdictOf(hawkVerifier(), [{ key }], request)).toBe('TIMESTAMP_MALFORMED')
  })
})

describe('oauth-1.0a', () => {
  const names = {
    consumerKey: 'key!1',
    consumerSecret: 'kd94hf93k423kf44',
    token: 'tok',
    tokenSecret: 'pfkkdhi9sl3r4s00',
  }
  for (const [method, algorithm] of [
    ['HMAC-SHA1', 'hmac-sha1'],
    ['HMAC-SHA256', 'hmac-sha256'],
  ] as const) {
    const own = oauth1Key({ ...names, algorithm })
    const library = OAuth({
      consumer: { key: names.consumerKey, secret: names.consumerSecret },
      signature_method: method,
      hash_function: (base: string, secretText: string) =>
        Buffer.from(hmac(algorithm, secretText, base)).toString('base64'),
    })
    const token = { key: names.token, secret: names.tokenSecret }
    const theirs = (target: string): HttpRequest => {
      const { Authorization } = library.toHeader(
        library.authorize({ url: `https://${HOST}${target}`, method: 'GET' }, token),
      )
      return withLine(requestOf(target, undefined), 'Authorization', Authorization)
    }

    test.each(TARGETS)(`each side accepts ${method} of %s as the other signs it`, async (target) => {
      expect(await verdictOf(oauth1Verifier(), [{ key: own }], theirs(target))).toBe('ok')
      const ours = await signed(oauth1({ key: own }), requestOf(target, undefined), now())
      const stated = Object.fromEntries(
        [...(ours.fields.at(-1) as string).matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [
          name,
          decodeURIComponent(value as string),
        ]),
      )
      const { oauth_signature, ...rest } = stated
      const signature = library.getSignature({ url: `https://${HOST}${target}`, method: 'GET' }, token.secret, rest)
      expect(oauth_signature).toBe(signature)
    })

    test(`a change of one character of ${method} is refused`, () =>
      refusesChanges(oauth1Verifier(), [{ key: own }], theirs('/v1/orders?a=1'), 'authorization'))
  }
})

const hmac = (algorithm: 'hmac-sha1' | 'hmac-sha256', secretText: string, base: string): Uint8Array =>
  createHmac(algorithm.slice(5), secretText).update(base).digest()

describe('http-signature', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ec521 = generateKeyPairSync('ec', { namedCurve: 'P-521' })
  const pem = (one: typeof rsa): [string, string] => [
    one.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
    one.publicKey.export({ format: 'pem', type: 'spki' }) as string,
  ]
  const kinds = [
    ['rsa-sha256', 'rsa-v1_5-sha256', ...pem(rsa)],
    ['rsa-sha512', 'rsa-v1_5-sha512', ...pem(rsa)],
    ['ecdsa-sha256', 'ecdsa-p256-sha256', ...pem(ec)],
    ['ecdsa-sha512', 'ecdsa-p521-sha512', ...pem(ec521)],
  ] as const
  const keys = new Map<string, PrivateKey>()
  beforeAll(async () => {
    for (const [name, algorithm, privatePem] of kinds)
      keys.set(
        name,
        (await importSigningKey(privatePem, { keyId: name, algorithm: algorithm as 'rsa-v1_5-sha256' })) as PrivateKey,
      )
  })

  test.each(kinds)('%s, in both directions and under changes', async (name, _, privatePem, publicPem) => {
    const own = keys.get(name) as PrivateKey
    for (const target of TARGETS) {
      const headers: Record<string, string> = { host: HOST, date: new Date().toUTCString() }
      httpSignature.sign(
        {
          method: 'GET',
          path: target,
          getHeader: (one: string) => headers[one.toLowerCase()],
          setHeader: (one: string, value: string) => {
            headers[one] = value
          },
        },
        { key: privatePem, keyId: name, algorithm: name, headers: ['(request-target)', 'host', 'date'] },
      )
      const theirs = httpRequest({ url: `https://${HOST}${target}`, headers })
      expect(await verdictOf(cavageVerifier(), [{ key: own.verifyingKey }], theirs)).toBe('ok')
      if (target === '/v1/orders?limit=10')
        await refusesChanges(
          cavageVerifier(),
          [{ key: own.verifyingKey }],
          theirs,
          'authorization',
          // A parameter of another name is left out (draft-12 2.1), and the algorithm may be.
          (changed) => !changed.includes(',algorithm="'),
        )
      const ours = await signed(cavage({ key: own, field: 'authorization' }), requestOf(target, undefined), now())
      const parsed = httpSignature.parseRequest({
        method: 'GET',
        url: target,
        headers: { host: HOST, date: ours.fields[1], authorization: ours.fields.at(-1) },
      })
      expect(httpSignature.verifySignature(parsed, publicPem)).toBe(true)
    }
  })
})

describe('jose', () => {
  const ed = generateKeyPairSync('ed25519')
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const kinds = [
    ['EdDSA', 'ed25519', ed],
    ['ES256', 'ecdsa-p256-sha256', ec],
    ['RS256', 'rsa-v1_5-sha256', rsa],
    ['RS512', 'rsa-v1_5-sha512', rsa],
    ['PS256', 'rsa-pss-sha256', rsa],
    ['PS512', 'rsa-pss-sha512', rsa],
  ] as const

  test.each(kinds)('each side accepts %s of the other', async (alg, algorithm, { privateKey, publicKey }) => {
    const own = (await importSigningKey(privateKey.export({ format: 'pem', type: 'pkcs8' }) as string, {
      keyId: 'k1',
      algorithm: algorithm as 'ed25519',
    })) as PrivateKey
    const ours = await signed(jwt({ key: own, claims: { iss: 'me' } }), requestOf('/a?b=1', '{}'), now())
    const token = (ours.fields.at(-1) as string).slice(7)
    const { payload, protectedHeader } = await jose.jwtVerify(token, publicKey, { issuer: 'me' })
    expect(protectedHeader).toEqual({ alg, typ: 'JWT', kid: 'k1' })
    expect(payload['htu']).toBe(`https://${HOST}/a?b=1`)
    const theirs = await new jose.SignJWT(payload).setProtectedHeader({ alg, kid: 'k1' }).sign(privateKey)
    const request = withLine(requestOf('/a?b=1', '{}'), 'Authorization', `Bearer ${theirs}`)
    expect(await verdictOf(jwtVerifier(), [{ key: own.verifyingKey }], request)).toBe('ok')
  })

  test('HS256, and a change of one character is refused', async () => {
    const bytes = new TextEncoder().encode(secret)
    const ours = await signed(jwt({ key }), requestOf('/a?b=1', undefined), now())
    await jose.jwtVerify((ours.fields.at(-1) as string).slice(7), bytes)
    await refusesChanges(jwtVerifier(), [{ key }], ours, 'authorization')
  })
})

describe('dpop', () => {
  test.each(['ES256', 'Ed25519', 'RS256', 'PS256'] as const)(
    'each side accepts proofs with %s of the other',
    async (alg) => {
      const pair = await dpopLibrary.generateKeyPair(alg, { extractable: true })
      const url = `https://${HOST}/resource`
      const proof = await dpopLibrary.generateProof(pair, url, 'GET', undefined, 'a-token')
      const jkt = await dpopLibrary.calculateThumbprint(pair.publicKey)
      const request = httpRequest({ url: `${url}?a=1`, headers: { authorization: 'DPoP a-token', dpop: proof } })
      const keys = boundKeys({ token: () => ({ jkt }) })
      const verdict = (one: HttpRequest): Promise<string> => judge([dpopVerifier()], [], { keys, nowMs: now() })(one)
      expect(await verdict(request)).toBe('ok')
      expect(await verdict(withValue(request, 'authorization', () => 'DPoP b-token'))).toBe('SIGNATURE_INVALID')
      for (let at = 0; at < proof.length; at++)
        expect(
          await verdict(
            withValue(request, 'dpop', (v) => v.slice(0, at) + (v[at] === 'x' ? 'y' : 'x') + v.slice(at + 1)),
          ),
        ).not.toBe('ok')
    },
  )

  test('a proof of ours is one that jose verifies by the key it carries', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const own = (await importSigningKey(privateKey.export({ format: 'pem', type: 'pkcs8' }) as string, {
      keyId: 'k1',
      algorithm: 'ecdsa-p256-sha256',
    })) as PrivateKey
    const ours = await signed(dpop({ key: own, accessToken: 'a-token' }), requestOf('/a', undefined), now())
    const { payload, protectedHeader } = await jose.jwtVerify(ours.fields.at(-1) as string, jose.EmbeddedJWK, {
      typ: 'dpop+jwt',
    })
    expect(await jose.calculateJwkThumbprint(protectedHeader.jwk as jose.JWK)).toBe(jwkThumbprint(own.verifyingKey))
    expect(payload).toMatchObject({ htm: 'GET', htu: `https://${HOST}/a` })
  })
})

describe('@turnkey/api-key-stamper', () => {
  // The second compressed point begins with 03.
  const pairs = [4, 6].map((fill) => {
    const scalar = new Uint8Array(32).fill(fill)
    const point = exportPublicKey(ecdsaPrivateKey({ keyId: 'x', algorithm: 'ecdsa-p256-sha256', scalar }), 'raw')
    const apiPublicKey = `0${2 + ((point[64] as number) & 1)}${hex(point.subarray(1, 33))}`
    const own = ecdsaPrivateKey({ keyId: apiPublicKey, algorithm: 'ecdsa-p256-sha256', scalar })
    return { own, stamper: new ApiKeyStamper({ apiPublicKey, apiPrivateKey: hex(scalar) }) }
  })
  const activity = (note: string): string => JSON.stringify({ type: 'ACTIVITY', timestampMs: String(now()), note })
  const submit = (body: string): HttpRequest => httpRequest({ method: 'POST', url: `https://${HOST}/submit`, body })
  const stampOf = (value: string) => JSON.parse(Buffer.from(value, 'base64url').toString())

  test('its stamps are accepted, and no character of them or of the body can be another', async () => {
    for (const { own, stamper } of pairs)
      for (const note of ['', 'é €', 'a "quoted" text']) {
        const verdict = judge([turnkeyVerifier()], [{ key: own.verifyingKey }], { nowMs: now() })
        const body = activity(note)
        const { stampHeaderName, stampHeaderValue } = await stamper.stamp(body)
        const message = withLine(submit(body), stampHeaderName, stampHeaderValue)
        for (let at = 0; at < stampHeaderValue.length; at += 3) {
          const other = stampHeaderValue[at] === 'A' ? 'B' : 'A'
          const value = stampHeaderValue.slice(0, at) + other + stampHeaderValue.slice(at + 1)
          expect(await verdict(withLine(submit(body), stampHeaderName, value))).not.toBe('ok')
        }
        expect(
          await verdict({ ...message, body: new TextEncoder().encode(body.replace('ACTIVITY', 'ACTIVITX')) }),
        ).toBe('SIGNATURE_INVALID')
        expect(await verdict(message)).toBe('ok')
      }
  })

  test('our stamps hold the same, and their DER signature verifies elsewhere', async () => {
    for (const { own, stamper } of pairs) {
      const body = activity('x')
      const theirs = await stamper.stamp(body)
      const message = await signed(turnkey({ key: own }), submit(body), now())
      expect(message.fields.at(-2)?.toLowerCase()).toBe(theirs.stampHeaderName.toLowerCase())
      const { signature, ...rest } = stampOf(message.fields.at(-1) as string)
      const { signature: _, ...expected } = stampOf(theirs.stampHeaderValue)
      expect(rest).toEqual(expected)
      const key = createPublicKey({ key: exportPublicKey(own, 'pem'), format: 'pem' })
      expect(verify('sha256', Buffer.from(body), key, Buffer.from(signature, 'hex'))).toBe(true)
    }
  })
})
