import { describe, expect, it } from 'vitest'
import { createSignedFetch } from '../../../src/client/fetch/signed-fetch.js'
import { signRequestSync } from '../../../src/client/sign-request.js'
import { createResponseVerifier, type ResponseVerifierOptions } from '../../../src/client/verify-response.js'
import { hmacKey } from '../../../src/crypto/hmac-key.js'
import { type FieldLines, withoutFields } from '../../../src/message/fields.js'
import { type HttpRequest, type HttpResponse, httpRequest, httpResponse } from '../../../src/message/message.js'
import { component } from '../../../src/schemes/rfc9421/component.js'
import { rfc9421Signer } from '../../../src/schemes/rfc9421/custom-signer.js'
import { coverLess, type Rfc9421SignerOptions } from '../../../src/schemes/rfc9421/options.js'
import { rfc9421 } from '../../../src/schemes/rfc9421/signer.js'
import { rfc9421Verifier } from '../../../src/schemes/rfc9421/verifier.js'
import { createResponseSigner } from '../../../src/server/respond.js'
import { codeOf, failingClock, verdictCode } from '../../expect-code.js'
import { exchange, signer } from './mock.js'

const serverKey = hmacKey({ keyId: 'server-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(9) })
const NOW = 1_700_000_000_000
const request = signRequestSync(httpRequest({ url: 'https://api.example.com/v1/balance?a=1' }), signer)
const verifier = (options: Partial<ResponseVerifierOptions> = {}) =>
  createResponseVerifier({ scheme: rfc9421Verifier(), keys: [serverKey], clock: { now: () => NOW }, ...options })

const respond = (
  init: { status?: number; body?: string; of?: HttpRequest; at?: number; role?: string } = {},
  options: Partial<Rfc9421SignerOptions> = {},
): Promise<HttpResponse> =>
  createResponseSigner(rfc9421Signer({ ...options, key: serverKey }), { clock: { now: () => init.at ?? NOW } })(
    httpResponse({
      status: init.status ?? 200,
      headers: { 'content-type': 'text/plain', ...(init.role !== undefined && { 'x-role': init.role }) },
      body: init.body ?? 'balance: 5',
    }),
    init.of ?? request,
  )
/** `ok`, or the code. */
const judge = async (response: HttpResponse, options: Partial<ResponseVerifierOptions> = {}): Promise<string> => {
  const verdict = await verifier(options).verify(response)
  return verdictCode(verdict)
}

describe('createResponseVerifier', () => {
  it('says who signed what, and hands out the body', async () => {
    const response = await respond()
    const verdict = await verifier().verify({ ...response, request })
    expect(verdict).toMatchObject({ ok: true, keyId: 'server-1', label: 'sig1', tag: undefined, createdMs: NOW })
    expect(verdict.ok && verdict.covered).toEqual(
      expect.arrayContaining([
        '"@status"',
        '"@method";req',
        '"@authority";req',
        '"@path";req',
        '"@query";req',
        '"content-digest"',
      ]),
    )
    expect(verdict.ok && new TextDecoder().decode(verdict.body ?? undefined)).toBe('balance: 5')
  })

  it('demands a member of a dictionary, of the answer and of the request that it answers', async () => {
    const asked = signRequestSync(
      httpRequest({ url: 'https://api.example.com/v1/balance?a=1', headers: { priority: 'u=1' } }),
      signer,
    )
    const bound = [
      '@status',
      ...['@method', '@authority', '@path', '@query'].map((name) => component(name, { req: true })),
    ]
    const priority = component('priority', { req: true, key: 'u' })
    const response = await respond({ of: asked }, { components: [...bound, priority] })
    const plain = await respond({ of: asked }, { components: bound })
    for (const fact of ['request:priority;key="u"', 'request:priority;key=*'] as const) {
      expect(await judge({ ...response, request: asked }, { require: [fact] })).toBe('ok')
      expect(await judge({ ...plain, request: asked }, { require: [fact] })).toBe('COMPONENT_MISSING')
    }
    expect(await judge({ ...response, request: asked }, { require: ['request:priority;key="i"'] })).toBe(
      'COMPONENT_MISSING',
    )
    expect(codeOf(() => verifier({ require: ['request:@path;key=*' as never] }))).toBe('CONFIG_INVALID')
  })

  it('refuses a covered member that was put in front of the signed one, in the answer and in its request', async () => {
    const asked = signRequestSync(
      httpRequest({ url: 'https://api.example.com/', headers: { priority: 'u=1' } }),
      signer,
    )
    const options = { [coverLess]: true } as const
    const inFront = (fields: FieldLines): FieldLines =>
      fields.map((one) => (one === 'u=1' || one === 'v=1' ? `${one[0]}=9, ${one}` : one))
    const types = { 'x-role': 'dictionary' } as const
    for (const one of [component('x-role', { key: 'v' }), component('x-role', { sf: true }, types)]) {
      const signed = await respond({ of: asked, role: 'v=1' }, { components: ['@status', one], ...options })
      const held = { ...options, require: ['status'], scheme: rfc9421Verifier({ fieldTypes: types }) } as const
      const good = { ...signed, request: asked }
      expect(await judge(good, held)).toBe('ok')
      expect(await judge({ ...good, fields: inFront(good.fields) }, held)).toBe('HEADER_DUPLICATE')
    }
    const priority = component('priority', { req: true, key: 'u' })
    const signed = await respond({ of: asked }, { components: ['@status', priority], ...options })
    const changed = { ...asked, fields: inFront(asked.fields) }
    expect(await judge({ ...signed, request: changed }, { ...options, require: ['status'] })).toBe('HEADER_DUPLICATE')
  })

  it('the verifier notices every change', async () => {
    const good = { ...(await respond()), request }
    const fields = (from: string, to: string): FieldLines => good.fields.map((one) => one.replace(from, to))
    const other = httpRequest({ url: 'https://api.example.com/v1/balance?a=2' })
    expect(await judge(good)).toBe('ok')
    expect(await judge({ ...good, status: 201 })).toBe('SIGNATURE_INVALID')
    expect(await judge({ ...good, request: other })).toBe('SIGNATURE_INVALID')
    expect(await judge({ ...good, request: { ...request, method: 'DELETE' } })).toBe('SIGNATURE_INVALID')
    expect(await judge({ ...good, fields: fields('text/plain', 'text/html') })).toBe('SIGNATURE_INVALID')
    expect(await judge({ ...good, body: new TextEncoder().encode('balance: 9') })).toBe('DIGEST_MISMATCH')
    expect(await judge({ ...good, body: null })).toBe('DIGEST_MISMATCH')
    expect(await judge({ ...good, fields: withoutFields(good.fields, 'content-type') })).toBe('COMPONENT_MISSING')
    expect(await judge({ ...good, fields: withoutFields(good.fields, 'signature', 'signature-input') })).toBe(
      'AUTH_MISSING',
    )
    expect(await judge({ ...good, fields: withoutFields(good.fields, 'signature') })).toBe('AUTH_MALFORMED')
    const { request: _, ...unbound } = good
    expect(await judge(unbound)).toBe('COMPONENT_MISSING')
  })

  it('demands what it was configured to', async () => {
    const thin = { ...(await respond({}, { components: ['@status'], [coverLess]: true })), request }
    expect(await judge(thin)).toBe('COMPONENT_MISSING')
    // What is given is demanded besides; less takes a word of its own.
    expect(await judge(thin, { require: ['status'] })).toBe('COMPONENT_MISSING')
    expect(await judge(thin, { require: ['status'], [coverLess]: true })).toBe('ok')
    const unproven = { ...(await respond({}, { digest: false, [coverLess]: true })), request }
    expect(await judge(unproven)).toBe('DIGEST_MISSING')
    const uncovered = { ...unproven, fields: [...unproven.fields, 'Content-Digest', 'sha-256=:AAAA:'] }
    expect(await judge(uncovered)).toBe('COMPONENT_MISSING')
    const good = { ...(await respond()), request }
    expect(await judge(good, { require: ['request:signature'] })).toBe('COMPONENT_MISSING')
    expect(await judge(good, { require: ['field:content-type'] })).toBe('ok')
    expect(await judge(good, { require: ['field:etag'] })).toBe('COMPONENT_MISSING')
    const exact = {
      ...(await respond({}, { components: ['@status', component('signature', { req: true })], [coverLess]: true })),
      request,
    }
    expect(await judge(exact, { require: ['status', 'request:signature'], [coverLess]: true })).toBe('ok')
    const again = signRequestSync(httpRequest({ url: 'https://api.example.com/v1/balance?a=1' }), signer)
    expect(
      await judge({ ...exact, request: again }, { require: ['status', 'request:signature'], [coverLess]: true }),
    ).toBe('SIGNATURE_INVALID')
  })

  it('holds the time to its window, at the edge', async () => {
    for (const [at, expected] of [
      [NOW - 300_000, 'ok'],
      [NOW - 301_000, 'TIMESTAMP_EXPIRED'],
      [NOW + 5_000, 'ok'],
      [NOW + 6_000, 'TIMESTAMP_FUTURE'],
    ] as const)
      expect(await judge({ ...(await respond({ at })), request })).toBe(expected)
    const short = { ...(await respond({ at: NOW - 10_000 }, { expiresInMs: 10_000 })), request }
    expect(await judge(short)).toBe('TIMESTAMP_EXPIRED')
    expect(await judge(short, { clock: { now: () => NOW - 1 } })).toBe('ok')
    const good = { ...(await respond()), request }
    expect(await judge(good, { clock: failingClock(NOW) })).toBe('AUTH_MALFORMED')
  })

  it('takes the key that is named, and no other', async () => {
    const good = { ...(await respond()), request }
    const twin = hmacKey({ keyId: 'server-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32) })
    const wide = hmacKey({ keyId: 'server-1', algorithm: 'hmac-sha512', secret: new Uint8Array(32).fill(9) })
    const claims = { ...(await respond({}, { alg: true })), request }
    expect(await judge(good, { keys: new Map([['server-1', serverKey]]) })).toBe('ok')
    expect(await judge(good, { keys: [] })).toBe('KEY_UNKNOWN')
    expect(await judge(good, { keys: [twin] })).toBe('SIGNATURE_INVALID')
    expect(await judge(good, { keys: { get: async (id) => (id === 'server-1' ? serverKey : undefined) } })).toBe('ok')
    expect(await judge(good, { keys: { get: () => ({ ...serverKey, keyId: 'server-2' }) } })).toBe('KEY_UNKNOWN')
    expect(await judge(claims, { keys: [wide] })).toBe('ALG_MISMATCH')
    expect(await judge(good, { keys: { get: () => Promise.reject(new Error('store is down')) } })).toBe(
      'STORE_UNAVAILABLE',
    )
    const yes = { ...serverKey, verify: () => 'yes' as never }
    expect(await judge({ ...good, status: 500 }, { keys: [yes] })).toBe('SIGNATURE_INVALID')
  })

  it('verifies one of several only when configured which one', async () => {
    const one = await respond({}, { label: 'a', tag: 'x' })
    const signed = { ...one, fields: one.fields, request }
    const two = rfc9421({ key: serverKey, label: 'b' }).scheme.prepare(signed, {
      keyId: 'server-1',
      algorithm: 'hmac-sha256',
      nowMs: NOW,
      nonce: 'n',
    })
    const both = two.attach(serverKey.sign(two.base))
    expect(await judge(both)).toBe('AUTH_DUPLICATE')
    expect(await judge(both, { select: { label: 'b' } })).toBe('ok')
    expect(await judge(both, { select: { tag: 'x' } })).toBe('ok')
    expect(await judge(both, { select: { label: 'c' } })).toBe('AUTH_MISSING')
  })

  it('takes the digest of a HEAD for what it is: of a body that was not sent', async () => {
    const head = signRequestSync(httpRequest({ method: 'HEAD', url: 'https://api.example.com/' }), signer)
    const response = { ...(await respond({ of: head })), request: head }
    expect(await judge({ ...response, body: null })).toBe('ok')
    expect(await judge({ ...response, body: new TextEncoder().encode('smuggled') })).toBe('DIGEST_MISMATCH')
  })

  it('reads no more than its cap', async () => {
    const big = { ...(await respond({ body: 'x'.repeat(11) })), request }
    expect(await judge(big, { maxBodyBytes: 10 })).toBe('BODY_TOO_LARGE')
  })

  it.each<[object, string]>([
    [{ require: [] }, '"require" must name what is demanded besides; for less, [coverLess] needs'],
    [{ require: 'status' }, '"require" must be an array, got a string'],
    [
      { require: ['statsu'] },
      '"require[0]" must be one of status, body, field:… or request:…, got "statsu"; did you mean "status"?',
    ],
    [{ require: ['@status'] }, 'did you mean "status"?'],
    [{ require: ['method'] }, 'did you mean "request:@method"?'],
    [{ require: ['@path'] }, 'did you mean "request:@path"?'],
    [{ require: ['request:method:x'] }, '"require[0]" must be one of'],
    [{ require: ['"@query";req'] }, 'did you mean "request:@query"?'],
    [{ require: ['req:signature'] }, 'did you mean "request:signature"?'],
    [{ require: ['content-type'] }, 'did you mean "field:content-type"?'],
    [{ require: ['field:ETag'] }, 'did you mean "field:etag"?'],
    [{ require: ['query-param:a'] }, '"require[0]" must be one of'],
    [{ require: [5] }, 'got a number'],
    [{ [coverLess]: true }, '[coverLess] needs "require"'],
    [{ [coverLess]: 'yes', require: ['status'] }, '[coverLess] must be true, got a string'],
    [{ maxAgeMs: Number.NaN }, '"maxAgeMs" must be an integer from 1000 to 86400000, got NaN'],
    [{ maxAgeMs: 0 }, '"maxAgeMs" must be'],
    [{ maxAgeMs: 300 }, '"maxAgeMs" must be an integer from 1000 to 86400000, got 300'],
    [{ maxAgeMs: '5' }, '"maxAgeMs" must be an integer from 1000 to 86400000, got a string'],
    [{ maxFutureMs: 400_000 }, '"maxFutureMs" must be an integer from 0 to 300000, got 400000'],
    [{ maxFutureMs: -1 }, '"maxFutureMs" must be'],
    [{ maxBodyBytes: -1 }, '"maxBodyBytes" must be an integer from 0 to 2147483648, got -1'],
    [{ maxBodyBytes: '5' }, '"maxBodyBytes" must be'],
    [{ clock: {} }, '"clock" must be a clock, such as { now: () => Date.now() }, got an object'],
    [{ select: {} }, '"select" must name a label or tag'],
    [{ select: { label: 5 } }, '"label" must be text, got a number'],
  ])('refuses %o by name', async (options, text) => {
    const error = await Promise.resolve()
      .then(() => verifier(options as never))
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(text) })
  })
})

describe('createSignedFetch with a response verifier', () => {
  const sign = createResponseSigner(rfc9421({ key: serverKey }))
  const proving = async (change: (response: HttpResponse) => HttpResponse = (response) => response, status = 200) => {
    const at = await exchange()
    at.route('/', (verdict, response, incoming) => {
      void sign(
        httpResponse({ status, headers: { 'content-type': 'text/plain' }, body: status === 204 ? null : 'proof' }),
        verdict.request,
      ).then((signed) => {
        const { fields, body } = change(signed)
        response.writeHead(status, fields as string[])
        response.end(incoming.method === 'HEAD' || body === null ? undefined : body)
      })
    })
    const response = createResponseVerifier({ scheme: rfc9421Verifier(), keys: [serverKey] })
    return { at, signedFetch: createSignedFetch(signer, { origins: [at.origin], response }) }
  }

  it('returns a response that can be read, with its URL and fields', async () => {
    const { at, signedFetch } = await proving()
    const response = await signedFetch(`${at.origin}/?q=1`)
    expect([response.status, response.ok, response.url, response.redirected]).toEqual([
      200,
      true,
      `${at.origin}/?q=1`,
      false,
    ])
    expect([response.headers.get('content-type'), await response.text()]).toEqual(['text/plain', 'proof'])
    const missing = await proving(undefined, 404)
    expect((await missing.signedFetch(missing.at.origin)).status).toBe(404)
    const empty = await proving(undefined, 204)
    expect((await empty.signedFetch(empty.at.origin, { method: 'DELETE' })).status).toBe(204)
    expect((await signedFetch(at.origin, { method: 'HEAD' })).status).toBe(200)
  })

  it.each([
    [
      'an unsigned answer',
      (one: HttpResponse) => ({ ...one, fields: withoutFields(one.fields, 'signature', 'signature-input') }),
    ],
    ['another body', (one: HttpResponse) => ({ ...one, body: new TextEncoder().encode('prooF') })],
    [
      'another type',
      (one: HttpResponse) => ({ ...one, fields: one.fields.map((text) => text.replace('text/plain', 'text/html')) }),
    ],
    ['a coded body', (one: HttpResponse) => ({ ...one, fields: [...one.fields, 'Content-Encoding', 'gzip'] })],
  ])('the fetch refuses %s', async (_, change) => {
    const { at, signedFetch } = await proving(change)
    expect(await codeOf(() => signedFetch(at.origin))).toBe('RESPONSE_UNVERIFIED')
  })

  it('names the reason in its error', async () => {
    const { at, signedFetch } = await proving((one) => ({ ...one, body: new TextEncoder().encode('prooF') }))
    await expect(signedFetch(at.origin)).rejects.toThrow('DIGEST_MISMATCH')
  })

  it('refuses an answer to another request', async () => {
    const { at } = await proving()
    let kept: Response | undefined
    const fetch = async (url: string, init: RequestInit): Promise<Response> => {
      const response = await globalThis.fetch(url, init)
      kept ??= response.clone()
      return kept.clone()
    }
    const response = createResponseVerifier({ scheme: rfc9421Verifier(), keys: [serverKey] })
    const signedFetch = createSignedFetch(signer, { origins: [at.origin], response, fetch })
    expect(await (await signedFetch(`${at.origin}/?a=1`)).text()).toBe('proof')
    expect(await codeOf(() => signedFetch(`${at.origin}/?a=2`))).toBe('RESPONSE_UNVERIFIED')
  })

  it('can be aborted while it reads', async () => {
    const at = await exchange()
    at.route('/', (_, response) => response.write('half'))
    const response = createResponseVerifier({ scheme: rfc9421Verifier(), keys: [serverKey] })
    const controller = new AbortController()
    setTimeout(() => controller.abort(new Error('left')), 20)
    const signedFetch = createSignedFetch(signer, { origins: [at.origin], response })
    await expect(signedFetch(at.origin, { signal: controller.signal })).rejects.toThrow('left')
  })
})
