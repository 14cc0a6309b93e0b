import { describe, expect, test } from 'vitest'
import { createResponseVerifier } from '../../../../../src/client/verify-response.js'
import { base64, utf8 } from '../../../../../src/crypto/encoding.js'
import { ed25519PrivateKey, hmacKey } from '../../../../../src/crypto/index.js'
import { type HttpRequest, httpRequest, httpResponse } from '../../../../../src/message/message.js'
import { type ComponentInit, component, coverLess, rfc9421Signer } from '../../../../../src/schemes/rfc9421/index.js'
import {
  activityPub,
  activityPubVerifier,
  compatible,
  compatibleVerifier,
  fapi2,
  fapi2Response,
  fapi2ResponseVerifier,
  fapi2Verifier,
  gnapRotationVerifier,
  gnapVerifier,
  ucp,
  ucpVerifier,
  visaTap,
  visaTapVerifier,
} from '../../../../../src/schemes/rfc9421/profiles/index.js'
import { type Signer, signPreparedSync, type VerifyScheme } from '../../../../../src/schemes/scheme.js'
import { staticKeys } from '../../../../../src/server/key-source.js'
import { strictPolicy } from '../../../../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../../../../src/server/replay/memory.js'
import { createVerifier } from '../../../../../src/server/verifier.js'
import { codeOf, verdictCode } from '../../../../expect-code.js'

const NOW = 1_790_000_000_000
const key = ed25519PrivateKey({ keyId: 'agent-1', seed: new Uint8Array(32).fill(5) })
const CONTEXT = { keyId: key.keyId, algorithm: key.algorithm, nowMs: NOW, nonce: 'nonce-0123456789abcdef' }

const signed = <M extends Parameters<Signer['scheme']['prepare']>[0]>(message: M, { scheme }: Signer, nowMs = NOW): M =>
  signPreparedSync(scheme.prepare(message, { ...CONTEXT, nowMs }), key)

const judged = async (scheme: VerifyScheme, request: HttpRequest, nowMs = NOW): Promise<string> =>
  verdictCode(
    await createVerifier({
      schemes: [scheme],
      keys: staticKeys([{ key: key.verifyingKey }]),
      policy: strictPolicy({ authorities: ['shop.example.com'], maxAgeMs: 600_000 }),
      replay: memoryReplayStore({ restartBarrier: false, maxAgeMs: 600_000 }),
      clock: { now: () => nowMs },
    }).verify(request),
  )

const post = (headers: Record<string, string> = {}, url = 'https://shop.example.com/checkout?a=1') =>
  httpRequest({ method: 'POST', url, headers: { 'content-type': 'application/json', ...headers }, body: '{"qty":1}' })

/** A signature over exactly these components, with whatever else it states. */
const custom = (request: HttpRequest, components: string[], options: object = {}): HttpRequest =>
  signed(request, rfc9421Signer({ key, components, whenPresent: [], nonce: false, [coverLess]: true, ...options }))

describe('UCP', () => {
  const IDEMPOTENT = { 'idempotency-key': 'k-1' }

  test('covers the components of its specification in their order', () => {
    const signer = ucp({ key, profile: 'https://agent.example/.well-known/ucp' })
    const request = signed(post(IDEMPOTENT), signer)
    expect(request.fields).toContain(
      `sig1=("@method" "@authority" "@path" "@query" "ucp-agent" "idempotency-key" "content-digest" "content-type");created=1790000000;keyid="agent-1"`,
    )
    expect(request.fields).toContain('profile="https://agent.example/.well-known/ucp"')
  })

  test('and Web Bot Auth share one signature, which names the profile under its label', async () => {
    const signer = ucp({ key, profile: 'https://agent.example/.well-known/ucp', webBotAuth: true, label: 'both' })
    const request = signed(post(IDEMPOTENT), signer)
    expect(request.fields).toContain('both="https://agent.example/.well-known/ucp";type=jwks_uri')
    expect(request.fields.join()).toContain(
      `"signature-agent";key="both");created=1790000000;expires=1790000300;nonce="nonce-0123456789abcdef";keyid="agent-1";tag="web-bot-auth"`,
    )
    expect(await judged(ucpVerifier(), request)).toBe('ok')
  })

  const ALL = ['@method', '@authority', '@path', '@query', 'idempotency-key', 'content-digest', 'content-type']
  test.each([
    ['without the query', ALL.filter((one) => one !== '@query'), {}, 'COMPONENT_MISSING'],
    ['without the idempotency key', ALL.filter((one) => one !== 'idempotency-key'), {}, 'COMPONENT_MISSING'],
    ['without the digest of its body', ALL.filter((one) => one !== 'content-digest'), {}, 'COMPONENT_MISSING'],
    ['without the type of its body', ALL.filter((one) => one !== 'content-type'), {}, 'COMPONENT_MISSING'],
    ['that states an algorithm', ALL, { alg: true }, 'AUTH_MALFORMED'],
  ])('refuses a request %s', async (_, components, options, code) => {
    expect(await judged(ucpVerifier(), custom(post(IDEMPOTENT), components, options))).toBe(code)
  })

  test('refuses a Signature-Agent that is not covered', async () => {
    const request = post({ ...IDEMPOTENT, 'signature-agent': 'sig1="https://a.example"' })
    expect(await judged(ucpVerifier(), custom(request, ALL))).toBe('COMPONENT_MISSING')
  })

  test('does not sign a POST without an idempotency key', () => {
    expect(codeOf(() => signed(post(), ucp({ key })))).toBe('COMPONENT_MISSING')
  })

  test('over MCP a POST needs an idempotency key only where the operation does', async () => {
    const request = signed(post(), ucp({ key, mcp: true }))
    expect(await judged(ucpVerifier({ mcp: true }), request)).toBe('ok')
    expect(await judged(ucpVerifier(), request)).toBe('COMPONENT_MISSING')
    const uncovered = custom(
      post(IDEMPOTENT),
      ALL.filter((one) => one !== 'idempotency-key'),
    )
    expect(await judged(ucpVerifier({ mcp: true }), uncovered)).toBe('COMPONENT_MISSING')
  })

  test('refuses a body whose only digest is SHA-512', async () => {
    expect(await judged(ucpVerifier(), custom(post(IDEMPOTENT), ALL, { digest: 'sha-512' }))).toBe('DIGEST_MISSING')
  })

  test('for Web Bot Auth has to cover the member of its label, and to have an end', async () => {
    const agent = { ...IDEMPOTENT, 'signature-agent': 'sig1="https://a.example", other="https://b.example"' }
    const member = (name: string) => [...ALL, component('signature-agent', { key: name })]
    const ends = { tag: 'web-bot-auth', expiresInMs: 60_000 }
    const dual = (components: readonly ComponentInit[], options: object) =>
      judged(ucpVerifier(), custom(post(agent), components as string[], options))
    expect(await dual(member('sig1'), ends)).toBe('ok')
    expect(await dual(member('other'), ends)).toBe('COMPONENT_MISSING')
    expect(await dual([...ALL, 'signature-agent'], ends)).toBe('COMPONENT_MISSING')
    expect(await dual(member('sig1'), { tag: 'web-bot-auth' })).toBe('TIMESTAMP_MALFORMED')
  })

  test('needs no time only where the policy states what is done without', () => {
    expect(
      codeOf(() =>
        createVerifier({
          schemes: [ucpVerifier({ requireCreated: false })],
          keys: staticKeys([]),
          policy: strictPolicy({ authorities: ['shop.example.com'] }),
          replay: memoryReplayStore(),
        }),
      ),
    ).toBe('CONFIG_INVALID')
  })

  test('answers are bound by status, digest and type', async () => {
    const verifier = createResponseVerifier({
      scheme: ucpVerifier(),
      keys: [key.verifyingKey],
      clock: { now: () => NOW },
    })
    const answer = signed(
      httpResponse({ status: 201, headers: { 'content-type': 'application/json' }, body: '{}' }),
      ucp({ key }),
    )
    expect(answer.fields).toContain(
      'sig1=("@status" "content-digest" "content-type");created=1790000000;keyid="agent-1"',
    )
    expect(verdictCode(await verifier.verify(answer))).toBe('ok')
    expect(verdictCode(await verifier.verify({ ...answer, status: 200 }))).toBe('SIGNATURE_INVALID')
  })
})

describe('FAPI 2.0', () => {
  const TOKEN = { authorization: 'Bearer t', dpop: 'proof' }

  test('covers the token, the DPoP proof and the digest, and is good for a minute', async () => {
    const request = signed(post(TOKEN), fapi2({ key }))
    expect(request.fields).toContain(
      'sig1=("@method" "@target-uri" "authorization" "dpop" "content-digest");created=1790000000;keyid="agent-1";tag="fapi-2-request"',
    )
    expect(await judged(fapi2Verifier(), request, NOW + 60_000)).toBe('ok')
    expect(await judged(fapi2Verifier(), request, NOW + 61_000)).toBe('TIMESTAMP_EXPIRED')
  })

  test('refuses a proof that is there and not covered, and a tag of another profile', async () => {
    const components = ['@method', '@target-uri', 'authorization', 'content-digest']
    expect(await judged(fapi2Verifier(), custom(post(TOKEN), components, { tag: 'fapi-2-request' }))).toBe(
      'COMPONENT_MISSING',
    )
    expect(await judged(fapi2Verifier(), custom(post(TOKEN), [...components, 'dpop'], { tag: 'gnap' }))).toBe(
      'AUTH_MISSING',
    )
  })

  test('a response covers its status and the signature of the request that it answers', async () => {
    const request = signed(post(TOKEN), fapi2({ key }))
    const answer = signed({ ...httpResponse({ status: 200, body: '{}' }), request }, fapi2Response({ key }))
    expect(answer.fields.join('\n')).toContain(
      'sig1=("@status" "@method";req "@target-uri";req "content-digest";req "signature";req "signature-input";req "content-digest");created=1790000000;keyid="agent-1";tag="fapi-2-response"',
    )
    const scheme = fapi2ResponseVerifier()
    const verifier = createResponseVerifier({ scheme, keys: [key.verifyingKey], clock: { now: () => NOW } })
    expect(verdictCode(await verifier.verify(answer))).toBe('ok')
    const other = signed(post(TOKEN), fapi2({ key }), NOW + 1000)
    expect(verdictCode(await verifier.verify({ ...answer, request: other }))).toBe('SIGNATURE_INVALID')
  })
})

describe('ActivityPub', () => {
  test('covers method, target and digest', async () => {
    const request = signed(post(), activityPub({ key }))
    expect(request.fields).toContain(
      'sig1=("@method" "@target-uri" "content-digest");created=1790000000;keyid="agent-1"',
    )
    expect(await judged(activityPubVerifier(), request)).toBe('ok')
    expect(await judged(activityPubVerifier(), custom(post(), ['@method', '@target-uri'], { digest: false }))).toBe(
      'DIGEST_MISSING',
    )
  })

  test('a signature with a tag is for another application, and is not read', async () => {
    const components = ['@method', '@target-uri', 'content-digest']
    for (const tag of ['web-bot-auth', 'gnap']) {
      const message = custom(post(), components, { tag })
      expect(activityPubVerifier().parse(message)).toEqual([])
      expect(activityPubVerifier().parse(message, { tag })).toEqual([])
      expect(await judged(activityPubVerifier(), message)).toBe('AUTH_MISSING')
    }
  })

  test('its own signature is read beside one of another application', () => {
    const other = custom(post(), ['@method', '@target-uri', 'content-digest'], { tag: 'web-bot-auth', label: 'agent' })
    const both = signed(other, activityPub({ key, label: 'own' }))
    expect(
      activityPubVerifier()
        .parse(both)
        .map(({ label }) => label),
    ).toEqual(['own'])
  })
})

describe('Visa TAP', () => {
  const shop = httpRequest({ url: 'https://shop.example.com/shoes' })
  const input = (parameters: string): string =>
    `("@authority" "@path"); created=1790000000; expires=1790000480; ${parameters}`
  /** As the sample of Visa writes it. Vectors of our own: those that are printed do not verify. */
  const sample = (parameters: string, alter = (text: string): string => text): HttpRequest => {
    const text = input(parameters)
    const base = `"@authority": shop.example.com\n"@path": /shoes\n"@signature-params": ${text}`
    const fields = ['Signature-Input', `sig2=${alter(text)}`, 'Signature', `sig2=:${base64(key.sign(utf8(base)))}:`]
    return { ...shop, fields }
  }
  const USUAL = 'keyId="agent-1"; alg="ed25519"; nonce="n-0123456789abcdef"; tag="agent-payer-auth"'

  test('is read with its illegal keyId and its spaces, which are signed', async () => {
    expect(await judged(visaTapVerifier(), sample(USUAL))).toBe('ok')
    const tight = sample(USUAL, (text) => text.replaceAll('; ', ';'))
    expect(await judged(visaTapVerifier(), tight)).toBe('SIGNATURE_INVALID')
  })

  test('is read with its query as a part of the path where it writes keyId, and only there', async () => {
    const asked = (parameters: string, path: string, target = '/shoes?size=9&a="keyId="'): HttpRequest => {
      const text = input(parameters)
      const base = `"@authority": shop.example.com\n"@path": ${path}\n"@signature-params": ${text}`
      const fields = ['Signature-Input', `sig2=${text}`, 'Signature', `sig2=:${base64(key.sign(utf8(base)))}:`]
      return { ...shop, target, fields }
    }
    const legal = USUAL.replace('keyId', 'keyid')
    const named = legal.replace('n-0123456789abcdef', 'n-0123456789abcdef-keyId=')
    expect(await judged(visaTapVerifier(), asked(USUAL, '/shoes?size=9&a="keyId="'))).toBe('ok')
    expect(await judged(visaTapVerifier(), asked(USUAL, '/shoes?size=9', '/shoes?size=8'))).toBe('SIGNATURE_INVALID')
    expect(await judged(visaTapVerifier(), asked(USUAL, '/shoes', '/shoes?size=9'))).toBe('SIGNATURE_INVALID')
    expect(await judged(visaTapVerifier(), asked(USUAL, '/shoes', '/shoes?'))).toBe('ok')
    for (const parameters of [legal, named]) {
      expect(await judged(visaTapVerifier(), asked(parameters, '/shoes', '/shoes?size=9'))).toBe('ok')
      expect(await judged(visaTapVerifier(), asked(parameters, '/shoes?size=9', '/shoes?size=9'))).toBe(
        'SIGNATURE_INVALID',
      )
    }
  })

  test('is read beside another signature, and with a comma in a string', async () => {
    const request = sample(USUAL.replace('n-0123456789abcdef', 'n-0123456789abcdef'))
    const [, own, , value] = request.fields as [string, string, string, string]
    const fields = ['Signature-Input', `a=("x");tag="b, sig2=1", ${own}`, 'Signature', `a=:AAAA:, ${value}`]
    expect(await judged(visaTapVerifier(), { ...request, fields })).toBe('ok')
  })

  test('what we sign is read, for the purpose it was signed for', async () => {
    const request = signed(shop, visaTap({ key, purpose: 'browse' }))
    expect(await judged(visaTapVerifier(), request)).toBe('ok')
    expect(await judged(visaTapVerifier({ purpose: 'pay' }), request)).toBe('AUTH_MISSING')
  })

  test.each([
    ['without a nonce', USUAL.replace(' nonce="n-0123456789abcdef";', ''), 'NONCE_MALFORMED'],
    ['with two key ids', `${USUAL}; keyid="agent-1"`, 'AUTH_MALFORMED'],
    ['with an unknown parameter', `${USUAL}; keyID="agent-1"`, 'AUTH_MALFORMED'],
    ['of an unknown key', USUAL.replace('agent-1', 'agent-2'), 'KEY_UNKNOWN'],
    ['without an algorithm', USUAL.replace(' alg="ed25519";', ''), 'AUTH_MALFORMED'],
  ])('a signature is refused that is made %s', async (_, parameters, code) => {
    expect(await judged(visaTapVerifier(), sample(parameters))).toBe(code)
  })

  test('refuses a life of more than eight minutes, and one that is over', async () => {
    const long = custom(shop, ['@authority', '@path'], {
      tag: 'agent-payer-auth',
      alg: true,
      nonce: true,
      expiresInMs: 481_000,
    })
    expect(await judged(visaTapVerifier(), long)).toBe('TIMESTAMP_MALFORMED')
    expect(await judged(visaTapVerifier(), sample(USUAL), NOW + 480_000)).toBe('TIMESTAMP_EXPIRED')
  })
})

describe('compatible', () => {
  const COVERED = ['@method', '@authority', '@path', '@query', 'content-type', 'content-digest']

  test('covers the parts of the URL, and states neither an algorithm nor a tag', () => {
    const input = signed(post(), compatible({ key })).fields.find((one) => one.startsWith('sig1=('))
    expect(input).toBe(
      `sig1=(${COVERED.map((one) => `"${one}"`).join(' ')});created=1790000000;nonce="nonce-0123456789abcdef";keyid="agent-1"`,
    )
  })

  test('refuses a secret that other libraries refuse, and a key that they have not', () => {
    const secret = (length: number) =>
      hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(length).fill(7) })
    expect(codeOf(() => compatible({ key: secret(63) }))).toBe('CONFIG_INVALID')
    // What a key of another make has is its own matter.
    const remote = { keyId: 'bot-1', algorithm: 'hmac-sha256', sign: () => new Uint8Array(32) } as const
    for (const one of [secret(64), secret(65), remote])
      expect(compatible({ key: one }).scheme.id).toBe('rfc9421/compatible')
    const sha512 = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha512', secret: new Uint8Array(64).fill(7) })
    expect(codeOf(() => compatible({ key: sha512 }))).toBe('CONFIG_INVALID')
  })

  test('its verifier takes any order, an algorithm and more components, and refuses less', async () => {
    const scheme = compatibleVerifier()
    const withDigest = signed(post(), compatible({ key }))
    const digest = withDigest.fields[withDigest.fields.indexOf('Content-Digest') + 1] as string
    const request = post({ 'content-digest': digest, 'x-trace': '7' })
    expect(await judged(scheme, withDigest)).toBe('ok')
    const more = custom(request, ['x-trace', ...COVERED.toReversed()], { nonce: true, alg: true, tag: 'orders' })
    expect(await judged(scheme, more)).toBe('ok')
    for (const one of COVERED) {
      const less = custom(
        request,
        COVERED.filter((name) => name !== one),
        { nonce: true },
      )
      expect(await judged(scheme, less), one).toBe('COMPONENT_MISSING')
    }
    expect(await judged(scheme, custom(request, COVERED))).toBe('NONCE_MALFORMED')
  })
})

test('a profile that leaves nothing open refuses what is passed to it all the same', () => {
  const makers = {
    activityPubVerifier,
    compatibleVerifier,
    fapi2ResponseVerifier,
    fapi2Verifier,
    gnapRotationVerifier,
    gnapVerifier,
  }
  for (const [name, make] of Object.entries(makers) as Array<[string, (options?: object) => unknown]>) {
    expect(
      codeOf(() => make({ maxAgeMs: 1 })),
      name,
    ).toBe('CONFIG_INVALID')
    expect(make(), name).toBeDefined()
  }
})
