import { describe, expect, test } from 'vitest'
import { base64, utf8 } from '../../../../../src/crypto/encoding.js'
import { ecdsaPrivateKey, ed25519PrivateKey, hmacKey, type Jwk } from '../../../../../src/crypto/index.js'
import type { SigningKey } from '../../../../../src/crypto/key.js'
import { type HttpMessage, type HttpRequest, httpRequest, httpResponse } from '../../../../../src/message/message.js'
import { type ComponentInit, component, coverLess, rfc9421Signer } from '../../../../../src/schemes/rfc9421/index.js'
import {
  type AdcpVerifierOptions,
  activityPub,
  adcp,
  adcpVerifier,
  adcpVerifyingKey,
  compatible,
  gnap,
  gnapRotation,
  gnapRotationVerifier,
  gnapVerifier,
  ucp,
  ucpVerifier,
} from '../../../../../src/schemes/rfc9421/profiles/index.js'
import {
  always,
  type ProfileRules,
  present,
  presentInRequest,
  profileSigner,
  profileVerifier,
  queryWhenThere,
} from '../../../../../src/schemes/rfc9421/profiles/profile.js'
import {
  type Signer,
  signPreparedSync,
  type UntrustedSignature,
  type VerifyScheme,
} from '../../../../../src/schemes/scheme.js'
import { codeOf, textOf, thrownCode, withCode } from '../../../../expect-code.js'

const NOW = 1_790_000_000_000
const key = ed25519PrivateKey({ keyId: 'agent-1', seed: new Uint8Array(32).fill(5) })
const NONCE = 'nonce-0123456789abcdef'
const CONTEXT = { keyId: key.keyId, algorithm: key.algorithm, nowMs: NOW, nonce: NONCE }

const signed = <M extends HttpMessage>(message: M, { scheme }: Signer, context: object = {}): M =>
  signPreparedSync(scheme.prepare(message, { ...CONTEXT, ...context }), key)

const get = httpRequest({ url: 'https://shop.example.com/a' })
const post = (headers: Readonly<Record<string, string>> = {}, url = 'https://shop.example.com/a?b=1') =>
  httpRequest({ method: 'POST', url, headers: { 'content-type': 'application/json', ...headers }, body: '{"qty":1}' })

/** A signature over exactly these components, with whatever else it states. */
const custom = (request: HttpRequest, components: readonly ComponentInit[], options: object = {}, context = {}) =>
  signed(
    request,
    rfc9421Signer({ key, components, whenPresent: [], nonce: false, [coverLess]: true, ...options }),
    context,
  )

/** What a scheme demands, which is hidden from printers. */
const demandsOf = ({ demands }: VerifyScheme): object =>
  Object.fromEntries(
    Object.entries(Object.getOwnPropertyDescriptors(demands)).map(([name, { value }]) => [name, value]),
  )

const inputOf = ({ fields }: HttpMessage): string =>
  fields[fields.findIndex((name) => name.toLowerCase() === 'signature-input') + 1] as string

/** The code that a scheme refuses a message with; the labels of the signatures that it reads. */
const read = (scheme: VerifyScheme, message: HttpMessage, select?: Parameters<VerifyScheme['parse']>[1]): unknown => {
  let found: readonly UntrustedSignature[] = []
  const code = thrownCode(() => {
    found = scheme.parse(message, select)
  })
  return code === 'nothing thrown' ? found.map(({ label }) => label) : code
}

describe('a profile as data', () => {
  const RULES: ProfileRules = {
    id: 'rfc9421/own',
    tag: undefined,
    request: [always('@method'), present('content-type'), queryWhenThere()],
    response: [always('@status'), presentInRequest('x-trace')],
    parameters: ['created', 'keyid'],
    withBody: ['body'],
  }
  const signer = (rules: Partial<ProfileRules> = {}) =>
    profileSigner('own', { ...RULES, ...rules }, { key, nonce: false })
  const listOf = (message: HttpMessage): string => /\((.*)\)/.exec(inputOf(signed(message, signer())))?.[1] ?? ''

  test('covers what a message has of what is covered where it is there', () => {
    expect(listOf(get)).toBe('"@method"')
    expect(listOf(post())).toBe('"@method" "content-type" "@query"')
    expect(listOf(post({}, 'https://shop.example.com/a'))).toBe('"@method" "content-type"')
    // Again, from what is remembered of the shape.
    expect(listOf(get)).toBe('"@method"')
    const response = (request?: HttpRequest) => httpResponse({ status: 200, ...(request && { request }) })
    expect(listOf(response())).toBe('"@status"')
    expect(listOf(response(get))).toBe('"@status"')
    expect(listOf(response(post({ 'x-trace': '1' })))).toBe('"@status" "x-trace";req')
  })

  test('of requests alone signs no response, and reads none', () => {
    const { response: _, ...rules } = RULES
    const requests = profileSigner('own', rules, { key })
    expect(() => signed(httpResponse({ status: 200 }), requests)).toThrow(
      withCode('MESSAGE_MALFORMED', 'own: the profile signs requests only'),
    )
    const answer = signed(httpResponse({ status: 200 }), signer())
    expect(read(profileVerifier(RULES), answer)).toEqual(['sig1'])
    expect(read(profileVerifier(rules), answer)).toEqual([])
  })

  test('needs a key, of one of its algorithms', () => {
    for (const one of [undefined, null, {}, key.verifyingKey])
      expect(textOf(() => profileSigner('own', RULES, { key: one as never }))).toContain(
        'CONFIG_INVALID own: "key" must be a signing key',
      )
    expect(textOf(() => signer({ algorithms: ['hmac-sha256', 'rsa-pss-sha512'] }))).toContain(
      'own: the key must be hmac-sha256 or rsa-pss-sha512, got ed25519',
    )
    expect(() => signer({ algorithms: ['ed25519'] })).not.toThrow()
  })

  test('demands what is always covered, and states nothing that it leaves to the policy', () => {
    const bare = {
      require: ['method'],
      requireWithBody: ['body'],
      requireNonce: false,
      requireOfResponse: ['status'],
    }
    expect(demandsOf(profileVerifier(RULES))).toEqual(bare)
    const { response: _, ...requests } = RULES
    expect(demandsOf(profileVerifier({ ...requests, parameters: ['nonce'] }))).toEqual({
      ...bare,
      requireNonce: true,
      requireOfResponse: [],
      untimed: true,
    })
    const more = { algorithms: ['ed25519'], maxAgeMs: 1000, maxLifetimeMs: 2000, untilExpires: true } as const
    expect(demandsOf(profileVerifier({ ...RULES, ...more }))).toEqual({ ...bare, ...more })
    expect(demandsOf(profileVerifier({ ...RULES, untilExpires: false }))).toEqual(bare)
  })

  test('asks a client for all that it covers', () => {
    expect(profileVerifier(RULES).challenge?.(new Set(), {} as never)).toEqual({
      field: 'Accept-Signature',
      value: 'sig1=("@method" "content-type" "@query");created;keyid',
    })
    expect(profileVerifier({ ...RULES, tag: 'own', parameters: [] }).challenge?.(new Set(), {} as never)).toEqual({
      field: 'Accept-Signature',
      value: 'sig1=("@method" "content-type" "@query");tag="own"',
    })
  })

  test('reads the signatures of its tag, or without one where it has none and says so', () => {
    const tagged = signed(get, profileSigner('own', { ...RULES, tag: 'own' }, { key }))
    const untagged = signed(get, signer())
    const other = signed(get, profileSigner('own', { ...RULES, tag: 'other' }, { key }))
    const own = profileVerifier({ ...RULES, tag: 'own' })
    expect([tagged, untagged, other].map((one) => read(own, one))).toEqual([['sig1'], [], []])
    expect(read(own, tagged, { tag: 'own' })).toEqual(['sig1'])
    expect(read(own, tagged, { tag: 'other' })).toEqual([])
    expect(read(own, tagged, { label: 'sig2' })).toEqual([])
    const any = profileVerifier(RULES)
    expect([tagged, untagged, other].map((one) => read(any, one))).toEqual([['sig1'], ['sig1'], ['sig1']])
    expect(read(any, tagged, { tag: 'own' })).toEqual(['sig1'])
    expect(read(any, tagged, { tag: 'other' })).toEqual([])
    const none = profileVerifier({ ...RULES, untagged: true })
    expect([tagged, untagged, other].map((one) => read(none, one))).toEqual([[], ['sig1'], []])
    expect(read(none, tagged, { tag: 'own' })).toEqual([])
  })

  test('holds a signature to its parameters and components', () => {
    const scheme = profileVerifier({ ...RULES, parameters: ['created', 'expires', 'nonce', 'keyid', 'alg'] })
    const whole = { expiresInMs: 60_000, nonce: true, alg: true }
    expect(read(scheme, custom(get, ['@method'], whole))).toEqual(['sig1'])
    expect(read(scheme, custom(get, ['@method'], { ...whole, expiresInMs: undefined }))).toBe('TIMESTAMP_MALFORMED')
    expect(read(scheme, custom(get, ['@method'], { ...whole, nonce: false }))).toBe('NONCE_MALFORMED')
    expect(() => scheme.parse(custom(get, ['@method'], { ...whole, alg: false }))).toThrow(
      withCode('AUTH_MALFORMED', 'rfc9421/own: the signature must state "alg"'),
    )
    expect(() => scheme.parse(custom(get, ['@path'], whole))).toThrow(
      withCode('COMPONENT_MISSING', 'rfc9421/own: the signature does not cover "@method"'),
    )
  })
})

describe('AdCP', () => {
  const sign = (options: object = {}, request: HttpRequest = post(), context = {}) =>
    signed(request, adcp({ key, ...options }), context)
  const WHOLE = ['@method', '@target-uri', '@authority', 'content-type', 'content-digest']
  const STATED = { tag: 'adcp/request-signing/v1', alg: true, expiresInMs: 300_000, nonce: true }
  const own = (components: readonly ComponentInit[] = WHOLE, options: object = {}, request = post(), context = {}) =>
    custom(request, components, { ...STATED, ...options }, context)
  const judged = (request: HttpRequest, options: AdcpVerifierOptions = {}) => read(adcpVerifier(options), request)

  test('signs five components, five minutes and all six parameters', () => {
    expect(inputOf(sign())).toBe(
      `sig1=("@method" "@target-uri" "@authority" "content-type" "content-digest");created=1790000000;expires=1790000300;nonce="${NONCE}";alg="ed25519";keyid="agent-1";tag="adcp/request-signing/v1"`,
    )
    expect(inputOf(sign({ use: 'webhook' }))).toContain('tag="adcp/webhook-signing/v1"')
    const without = sign({ version: '3.1', digest: false })
    expect(inputOf(without)).toContain('("@method" "@target-uri" "@authority" "content-type");')
    expect(without.fields.join()).not.toMatch(/content-digest/i)
    expect(judged(without, { version: '3.1', digest: 'forbidden' })).toEqual(['sig1'])
    expect(judged(without, { version: '3.1', digest: 'either' })).toEqual(['sig1'])
    expect(judged(sign({ version: '3.1' }), { version: '3.1', digest: 'either' })).toEqual(['sig1'])
    expect(judged(sign({ version: '3.1' }), { version: '3.1', digest: 'forbidden' })).toBe('AUTH_MALFORMED')
  })

  test('writes the signature in the alphabet of its version, and every other field as it was', () => {
    const [now, before] = [sign(), sign({ version: '3.1' })]
    expect(before.fields.slice(0, -1)).toEqual(now.fields.slice(0, -1))
    const text = now.fields.at(-1) as string
    expect(before.fields.at(-1)).toBe(text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+:$/, ':'))
    expect(before.fields.at(-1)).not.toBe(text)
    expect(judged(before)).not.toEqual(['sig1'])
  })

  test('demands what it covers, and bounds a signature by its end', () => {
    expect(demandsOf(adcpVerifier())).toMatchObject({
      requireWithBody: ['body', 'field:content-type'],
      requireNonce: true,
      untilExpires: true,
      maxLifetimeMs: 300_000,
    })
    expect(demandsOf(adcpVerifier({ version: '3.1', digest: 'either' }))).toMatchObject({
      requireWithBody: ['field:content-type'],
    })
  })

  test('reads the signature under its label alone, of a request', () => {
    expect(judged(post())).toEqual([])
    expect(read(adcpVerifier(), httpResponse({ status: 200 }))).toEqual([])
    // A target that has no canonical form is none of its business where nothing is signed.
    expect(judged({ ...post(), target: '/a/%2e' })).toEqual([])
    expect(judged({ ...sign(), target: '/a/%2e' })).toBe('TARGET_MALFORMED')
    const first = own(WHOLE, { label: 'other' })
    expect(judged(first)).toEqual([])
    expect(judged({ ...post(), fields: ['Signature-Input', 'sig1=5', 'Signature', 'sig1=:AAAA:'] })).toBe(
      'AUTH_MALFORMED',
    )
    expect(judged({ ...post(), fields: ['Signature-Input', 'sig2=5', 'Signature', 'sig2=:AAAA:'] })).not.toEqual([
      'sig1',
    ])
    for (const fields of [
      ['Signature-Input', inputOf(sign())],
      ['Signature', sign().fields.at(-1) as string],
    ])
      for (const version of ['3.2', '3.1'] as const)
        expect(judged({ ...post(), fields }, { version })).not.toEqual(['sig1'])
  })

  test('holds a signature to an end behind its beginning, a long nonce, and its components', () => {
    expect(judged(own())).toEqual(['sig1'])
    const ends = (change: (text: string) => string) => {
      const request = own()
      return judged({ ...request, fields: request.fields.map((one) => change(one)) })
    }
    expect(ends((one) => one.replace('expires=1790000300', 'expires=1790000000'))).toBe('TIMESTAMP_MALFORMED')
    expect(ends((one) => one.replace('expires=1790000300', 'expires=1789999999'))).toBe('TIMESTAMP_MALFORMED')
    expect(ends((one) => one.replace('expires=1790000300', 'expires=1790000001'))).toEqual(['sig1'])
    expect(ends((one) => one.replace(NONCE, 'n'.repeat(21)))).toBe('NONCE_MALFORMED')
    expect(ends((one) => one.replace(NONCE, 'n'.repeat(22)))).toEqual(['sig1'])
    expect(ends((one) => one.replace(NONCE, `${'n'.repeat(21)}+`))).toBe('NONCE_MALFORMED')
    expect(ends((one) => one.replace('alg="ed25519"', 'alg="hmac-sha256"'))).toBe('ALG_UNSUPPORTED')
    expect(() => adcpVerifier().parse(own([...WHOLE, '@path']))).toThrow(
      withCode('AUTH_MALFORMED', 'rfc9421/adcp: the signature must not cover "@path"'),
    )
    expect(judged(own([...WHOLE, component('content-type', { bs: true })]))).toBe('AUTH_MALFORMED')
  })

  test('takes no second type, and no digest twice', () => {
    const typed = (fields: readonly string[]) => {
      const request = own()
      return judged({ ...request, fields: [...fields, ...request.fields.slice(2)] })
    }
    expect(typed(['content-type', 'application/json'])).toEqual(['sig1'])
    expect(typed(['content-type', 'a/b', 'Content-Type', 'a/b'])).toBe('HEADER_DUPLICATE')
    expect(typed(['content-type', 'a/b, a/b'])).toBe('HEADER_DUPLICATE')
    expect(typed([])).not.toBe('HEADER_DUPLICATE')
    const digest = `sha-256=:${base64(new Uint8Array(32))}:`
    const digested = (value: string) => {
      const request = own()
      const at = request.fields.findIndex((name) => name.toLowerCase() === 'content-digest') + 1
      return judged({ ...request, fields: request.fields.with(at, value) })
    }
    expect(digested(digest)).toEqual(['sig1'])
    expect(digested(`${digest},sha-512=:AAAA:`)).toEqual(['sig1'])
    expect(digested(`${digest}, sha-256=:AAAA:`)).toBe('HEADER_DUPLICATE')
  })

  test('needs options that can be meant, and signs requests', () => {
    for (const [call, text] of [
      [() => adcp({ key, digest: false }), 'adcp: "digest" must be true for version 3.2'],
      [() => adcp({ key, profile: '3.2' } as never), 'did you mean "version"'],
      [() => adcp({ key, tag: 'request' } as never), 'did you mean "use"'],
      [() => adcpVerifier({ digest: 'either' }), 'adcpVerifier: "digest" must be "required" for version 3.2'],
      [() => adcpVerifier({ covers_content_digest: 'either' } as never), 'did you mean "digest"'],
      [() => adcpVerifier({ profile: '3.1' } as never), 'did you mean "version"'],
    ] as const)
      expect(textOf(call)).toContain(text)
    for (const fine of [{}, { version: '3.1' }, { version: '3.1', digest: false }, { version: '3.2', digest: true }])
      expect(() => adcp({ key, ...(fine as object) })).not.toThrow()
    expect(() => adcpVerifier({ version: '3.1', digest: 'either' })).not.toThrow()
    expect(() => signed(httpResponse({ status: 200 }), adcp({ key }))).toThrow(
      withCode('MESSAGE_MALFORMED', 'adcp: the profile signs requests only'),
    )
  })

  test('takes a JWK for its purpose, with an algorithm that its curve can have', async () => {
    const { x } = (await ed25519Jwk()) as { readonly x: string }
    const jwk = {
      kty: 'OKP',
      crv: 'Ed25519',
      alg: 'EdDSA',
      kid: 'k',
      key_ops: ['verify'],
      adcp_use: 'request-signing',
      x,
    }
    expect(await adcpVerifyingKey(jwk as never, 'request')).toMatchObject({ keyId: 'k', algorithm: 'ed25519' })
    for (const [change, use, code, text] of [
      [null, 'request', 'ARGUMENT_INVALID', '"jwk" must be a JSON Web Key'],
      [jwk, 'toString', 'ARGUMENT_INVALID', '"use" must be'],
      [jwk, ['request'], 'ARGUMENT_INVALID', '"use" must be'],
      [
        { ...jwk, adcp_use: 'x' },
        'webhook',
        'KEY_UNSUPPORTED',
        '"adcp_use" must be one for a webhook, and the key has',
      ],
      [{ ...jwk, key_ops: ['sign'] }, 'request', 'KEY_UNSUPPORTED', '"key_ops" must hold "verify"'],
      [{ ...jwk, key_ops: 'verify' }, 'request', 'KEY_UNSUPPORTED', '"key_ops" must hold "verify"'],
      [{ ...jwk, alg: 'ES256' }, 'request', 'KEY_UNSUPPORTED', '"alg" must be EdDSA with Ed25519, or ES256 with P-256'],
      [{ ...jwk, kid: 5 }, 'request', 'KEY_MALFORMED', 'adcpVerifyingKey: "kid" must be text'],
    ] as const)
      await expect(adcpVerifyingKey(change as never, use as never)).rejects.toThrow(withCode(code, text))
  })
})

/** The public half of {@link key}. */
async function ed25519Jwk(): Promise<Jwk> {
  const { exportPublicKey } = await import('../../../../../src/crypto/index.js')
  return exportPublicKey(key.verifyingKey, 'jwk')
}

describe('GNAP', () => {
  const once = signed(post({ authorization: 'GNAP token' }), gnap({ key }))
  const rotated = (options: object = {}, request: HttpRequest = once) =>
    signed(request, gnapRotation({ key, ...options }))

  test('covers method, target, digest and token, and states no algorithm', () => {
    expect(inputOf(once)).toMatch(
      /^sig1=\("@method" "@target-uri" "content-digest" "authorization"\);created=1790000000;.*tag="gnap"$/,
    )
    expect(inputOf(once)).not.toContain('alg=')
    expect(inputOf(signed(post(), gnap({ key, nonce: false, label: 'own' })))).toMatch(
      /^own=.*created=1790000000;keyid/,
    )
    expect(signed(post(), gnap({ key, digest: 'sha-512' })).fields.join()).toContain('sha-512=:')
    expect(read(gnapVerifier(), once)).toEqual(['sig1'])
    const algorithm = { tag: 'gnap', alg: true }
    expect(() => gnapVerifier().parse(custom(post(), ['@method', '@target-uri', 'content-digest'], algorithm))).toThrow(
      withCode('AUTH_MALFORMED', 'rfc9421/gnap: the signature must not state "alg", which the key has'),
    )
  })

  test('covers the signature of the key that is replaced', () => {
    const twice = rotated()
    expect(twice.fields.join()).toMatch(
      /sig2=\("@method" "@target-uri" "content-digest" "authorization" "signature";key="sig1" "signature-input";key="sig1"\);[^,]*tag="gnap-rotate"/,
    )
    expect(read(gnapRotationVerifier(), twice)).toEqual(['sig2'])
    const old = signed(post(), gnap({ key, label: 'old' }))
    expect(rotated({ over: 'old', label: 'new' }, old).fields.join()).toMatch(/new=\([^)]*"signature";key="old"/)
    expect(codeOf(() => rotated({ over: 'sig3' }))).toBe('COMPONENT_MISSING')
  })

  test('refuses a rotation that covers no signature, or states an algorithm', () => {
    const bare = ['@method', '@target-uri', 'content-digest', 'authorization']
    const stated = { tag: 'gnap-rotate', label: 'sig2' }
    expect(() => gnapRotationVerifier().parse(custom(once, bare, stated))).toThrow(
      withCode('COMPONENT_MISSING', 'the signature must cover the one of the key that is replaced'),
    )
    const over = [...bare, component('signature', { key: 'sig1' }), component('signature-input', { key: 'sig1' })]
    expect(read(gnapRotationVerifier(), custom(once, over, stated))).toEqual(['sig2'])
    expect(() => gnapRotationVerifier().parse(custom(once, over, { ...stated, alg: true }))).toThrow(
      withCode('AUTH_MALFORMED', 'must not state "alg"'),
    )
  })

  test('needs options that can be meant', () => {
    for (const [options, text] of [
      [{ over: 'Sig 1' }, 'gnapRotation: "over" must be a structured-field key, got another text'],
      [{ over: 'sig2' }, 'gnapRotation: "over" must name another signature than "label"'],
      [{ over: 'own', label: 'own' }, '"over" must name another signature'],
      [{ old: 'sig1' }, 'did you mean "over"'],
      [{ previous: 'sig1' }, 'did you mean "over"'],
    ] as const)
      expect(textOf(() => gnapRotation({ key, ...(options as object) }))).toContain(text)
    expect(textOf(() => gnap({ key, over: 'sig1' } as never))).toContain('gnap: unknown option "over"')
  })
})

describe('UCP', () => {
  const profile = 'https://agent.example/.well-known/ucp'
  const IDEMPOTENT = { 'idempotency-key': 'k-1' }
  const ALL = ['@method', '@authority', '@path', '@query', 'idempotency-key', 'content-digest', 'content-type']

  test('names the profile in requests that do not yet, and in none of its answers', () => {
    const fieldsOf = (headers: Readonly<Record<string, string>>, options: object = {}) =>
      signed(post({ ...IDEMPOTENT, ...headers }), ucp({ key, profile, ...options })).fields
    expect(fieldsOf({}).filter((one) => one === 'UCP-Agent')).toHaveLength(1)
    expect(fieldsOf({ 'Ucp-Agent': 'profile="https://other.example/"' })).not.toContain(`profile="${profile}"`)
    const both = fieldsOf({ 'ucp-agent': 'x' }, { webBotAuth: true })
    expect(both.join()).toContain(`sig1="${profile}";type=jwks_uri`)
    expect(both).not.toContain('UCP-Agent')
    const answer = httpResponse({ status: 200, headers: { 'content-type': 'text/plain' }, body: utf8('x') })
    expect(signed(answer, ucp({ key, profile })).fields.join()).not.toMatch(/ucp-agent/i)
    // Nothing is added: the message is signed as it is.
    expect(signed(post(IDEMPOTENT), ucp({ key })).fields.join()).not.toMatch(/ucp-agent/i)
  })

  test('takes one SHA-256 among the digests, and an agent that is covered whole', () => {
    const digests = {
      'content-digest': `sha-512=:${base64(new Uint8Array(64))}:, sha-256=:${base64(new Uint8Array(32))}:`,
    }
    expect(read(ucpVerifier(), custom(post({ ...IDEMPOTENT, ...digests }), ALL))).toEqual(['sig1'])
    const agent = post({ ...IDEMPOTENT, 'signature-agent': 'sig1="https://a.example"' })
    expect(read(ucpVerifier(), custom(agent, [...ALL, 'signature-agent']))).toEqual(['sig1'])
    expect(read(ucpVerifier(), custom(agent, [...ALL, component('signature-agent', { key: 'sig1' })]))).toEqual([
      'sig1',
    ])
    const other = post({ ...IDEMPOTENT, 'signature-agent': 'a', 'signature-agents': 'b' })
    expect(read(ucpVerifier(), custom(other, [...ALL, 'signature-agents']))).toBe('COMPONENT_MISSING')
  })

  test('for Web Bot Auth needs both ends', () => {
    const agent = post({ ...IDEMPOTENT, 'signature-agent': 'sig1="https://a.example"' })
    const dual = (options: object) =>
      read(
        ucpVerifier({ requireCreated: false }),
        custom(agent, [...ALL, component('signature-agent', { key: 'sig1' })], { tag: 'web-bot-auth', ...options }),
      )
    expect(dual({ expiresInMs: 60_000 })).toEqual(['sig1'])
    expect(dual({})).toBe('TIMESTAMP_MALFORMED')
    const request = custom(agent, [...ALL, component('signature-agent', { key: 'sig1' })], {
      ...{ tag: 'web-bot-auth', expiresInMs: 60_000 },
    })
    const without = request.fields.map((one) => one.replace(';created=1790000000', ''))
    expect(read(ucpVerifier({ requireCreated: false }), { ...request, fields: without })).toBe('TIMESTAMP_MALFORMED')
  })

  test('demands the type with a body, and asks for what it covers', () => {
    expect(demandsOf(ucpVerifier())).toMatchObject({ requireWithBody: ['body', 'field:content-type'] })
    const asked = ({ challenge }: VerifyScheme) => challenge?.(new Set(), {} as never)?.value
    expect(asked(ucpVerifier())).toMatch(/;created;keyid$/)
    expect(asked(ucpVerifier({ requireCreated: false }))).toMatch(/\);keyid$/)
  })

  test('needs options that can be meant', () => {
    for (const [options, text] of [
      [{ webBotAuth: true }, 'ucp: "webBotAuth" needs "profile", the URL that Signature-Agent names'],
      ...['http://a.example/', 'xhttps://a.example/', 'https://a.example/"', 'https://', 5].map((one) => [
        { profile: one },
        '"profile" must be an https URL',
      ]),
      [{ agent: profile }, 'did you mean "profile"'],
      [{ dual: true }, 'did you mean "webBotAuth"'],
    ] as ReadonlyArray<readonly [object, string]>)
      expect(textOf(() => ucp({ key, ...options }))).toContain(text)
    expect(() => ucp({ key, webBotAuth: false })).not.toThrow()
    expect(textOf(() => ucpVerifier({ created: true } as never))).toContain('did you mean "requireCreated"')
  })
})

describe('other profiles', () => {
  test('say what a wrong name was meant for', () => {
    expect(textOf(() => activityPub({ key, actor: 'https://social.example/users/a' } as never))).toContain(
      'did you mean key: a key with its URL as keyId',
    )
  })

  test('take a shared secret of 64 bytes or more, and keys that have none', () => {
    const secret = (length: number) =>
      hmacKey({ keyId: 'a', algorithm: 'hmac-sha256', secret: new Uint8Array(length).fill(1) })
    expect(textOf(() => compatible({ key: secret(63) }))).toContain(
      'compatible: the secret must have 64 bytes or more, got 63',
    )
    const foreign: SigningKey = { keyId: 'a', algorithm: 'hmac-sha256', sign: () => new Uint8Array(32) } as never
    for (const one of [secret(64), key, foreign, ecdsaPrivateKey({ ...EC })])
      expect(() => compatible({ key: one })).not.toThrow()
  })
})

const EC = { keyId: 'e', algorithm: 'ecdsa-p256-sha256', scalar: new Uint8Array(32).fill(7) } as const
