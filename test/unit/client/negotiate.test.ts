import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { retries } from '../../../src/client/fetch/retry.js'
import { createSignedFetch } from '../../../src/client/fetch/signed-fetch.js'
import { signRequestSync } from '../../../src/client/sign-request.js'
import { combinedValue } from '../../../src/message/fields.js'
import { httpRequest } from '../../../src/message/message.js'
import { acceptSignature } from '../../../src/schemes/rfc9421/accept-signature.js'
import { component } from '../../../src/schemes/rfc9421/component.js'
import { type NegotiableSigner, negotiable } from '../../../src/schemes/rfc9421/negotiate.js'
import { coverLess } from '../../../src/schemes/rfc9421/options.js'
import { rfc9421 } from '../../../src/schemes/rfc9421/signer.js'
import { rfc9421Verifier } from '../../../src/schemes/rfc9421/verifier.js'
import type { Signer } from '../../../src/schemes/scheme.js'
import type { Accepted } from '../../../src/server/verdict.js'
import { exchange, key } from './mock.js'

const signer = negotiable({ key })

const get = httpRequest({ url: 'https://api.example.com/v1/balance?a=1', headers: { 'x-tenant': 't1' } })
const post = httpRequest({ method: 'POST', url: 'https://api.example.com/v1/orders', body: '{}' })
/** `Signature-Input` of what the negotiated signer makes. */
const input = (asked: string, by: NegotiableSigner = signer, request = get): string | undefined => {
  const other = by.negotiate(asked) as typeof signer | undefined
  return other && combinedValue(signRequestSync(request, other).fields, 'signature-input')
}
const PRESET = '"@method" "@authority" "@path" "@query"'

describe('answering Accept-Signature', () => {
  it('takes label, tag, nonce and further components, and covers what it covered before', () => {
    expect(input('proof=("@scheme" "x-tenant");created;nonce="from-the-server-1";keyid="bot-1";tag="orders"')).toMatch(
      /^proof=\("@method" "@authority" "@path" "@query" "@scheme" "x-tenant"\);created=\d+;nonce="from-the-server-1";keyid="bot-1";tag="orders"$/,
    )
  })

  it('never covers less than it did', () => {
    for (const asked of ['sig1=()', 'sig1=("@method")', 'sig1=("content-digest")']) {
      expect(input(asked)).toContain(PRESET)
      expect(input(asked, signer, post)).toContain(`${PRESET} "content-digest"`)
    }
  })

  it('covers a field that is asked for only where the request has it', () => {
    const asked = acceptSignature({ required: new Set(['method', 'body', 'field:x-tenant', 'field:x-absent']) })
    expect(input(asked)).toContain(`(${PRESET} "x-tenant")`)
    expect(input(asked, signer, post)).toContain(`(${PRESET} "content-digest")`)
  })

  it.each([
    ['"@query-param";name="a"', `(${PRESET} "@query-param";name="a")`],
    ['"@target-uri"', `(${PRESET} "@target-uri")`],
    ['"x-tenant";bs', `(${PRESET} "x-tenant";bs)`],
  ])('the client understands %s and signs it', (component, expected) => {
    expect(input(`sig1=(${component})`)).toContain(expected)
  })

  it('adds what parameters are asked for', () => {
    const plain = negotiable({ key, nonce: false })
    expect(input('sig1=("@method");expires;alg;nonce', plain)).toMatch(
      /;created=(\d+);expires=\d+;nonce="[A-Za-z0-9_-]{22}";alg="hmac-sha256";keyid="bot-1"$/,
    )
    expect(input('sig1=("@method")', plain)).not.toContain('nonce')
    expect(input('sig1=("@method");expires', negotiable({ key, expiresInMs: 60_000 }))).toMatch(
      /created=(\d+);expires=\d+/,
    )
  })

  it('makes a digest where one is asked for', () => {
    const without = negotiable({ key, digest: false, [coverLess]: true })
    expect(input('sig1=("content-digest")', without, post)).toContain('"content-digest"')
    expect(input('sig1=("@method")', without, post)).not.toContain('"content-digest"')
  })

  it('makes one where it is asked for among others, and keeps the hash it makes already', () => {
    const without = negotiable({ key, digest: false, [coverLess]: true })
    expect(input('sig1=("@method" "content-digest")', without, post)).toContain('"content-digest"')
    const long = negotiable({ key, digest: 'sha-512' }).negotiate?.('sig1=("content-digest")') as typeof signer
    expect(combinedValue(signRequestSync(post, long).fields, 'content-digest')).toMatch(/^sha-512=:/)
  })

  it('covers a component with parameters once', () => {
    const own = negotiable({ key, components: ['@method', component('x-tenant', { bs: true })], [coverLess]: true })
    expect(input('sig1=("x-tenant";bs)', own)).toContain('("@method" "x-tenant";bs)')
  })

  it('answers sixteen components and not seventeen, whatever they are', () => {
    const parameters = Array.from({ length: 17 }, (_, i) => `"@query-param";name="p${i}"`)
    const url = `https://api.example.com/?${parameters.map((_, i) => `p${i}=1`).join('&')}`
    const asked = (count: number): string => `sig1=(${parameters.slice(0, count).join(' ')})`
    expect(signer.negotiate(asked(16), httpRequest({ url }))).toBeDefined()
    expect(signer.negotiate(asked(17), httpRequest({ url }))).toBeUndefined()
  })

  it('keeps a fault that is no refusal', () => {
    expect(() => signer.negotiate('sig1=("x-tenant")', {} as never)).toThrow(TypeError)
  })

  it('answers the first of several that it can', () => {
    const asked = 'a=("@method");keyid="other", b=("@method");alg="ed25519", c=("@method");tag="x", d=("@method")'
    expect(input(asked)).toMatch(/^c=.*;tag="x"$/)
  })

  it.each([
    ['another key', 'sig1=("@method");keyid="other"'],
    ['another algorithm', 'sig1=("@method");alg="ed25519"'],
    ['an algorithm that does not exist', 'sig1=("@method");alg="none"'],
    ['no dictionary', 'sig1=('],
    ['no list', 'sig1=:AAAA:'],
    ['nothing', ''],
    ['a derived component that does not exist', 'sig1=("@body")'],
    ['an upper-case field', 'sig1=("X-Tenant")'],
    ['its own field', 'sig1=("signature")'],
    ['set-cookie as it is', 'sig1=("set-cookie")'],
    ['too many components', `sig1=(${Array.from({ length: 17 }, (_, i) => `"x-${i}"`).join(' ')})`],
    ['a label that is too long', `${'a'.repeat(65)}=("@method")`],
    ['a component twice', 'sig1=("@scheme" "@scheme")'],
    ['too long a value', `sig1=("@method");tag="${'x'.repeat(5_000)}"`],
    ['an unknown parameter', 'sig1=("@method");context="x"'],
  ])('does not answer %s', (_, asked) => {
    expect(signer.negotiate(asked)).toBeUndefined()
  })

  it('does not speak for another application', () => {
    const tagged = negotiable({ key, tag: 'orders' })
    expect(tagged.negotiate?.('sig1=("@method");tag="admin"')).toBeUndefined()
    expect(input('sig1=("@method")', tagged)).toContain(';tag="orders"')
    expect(input('sig1=("@method");tag="orders"', tagged)).toContain(';tag="orders"')
  })

  it('keeps key and algorithm, covers the preset and never throws, whatever is asked', () => {
    const parts = fc.constantFrom(
      'sig1',
      '=',
      '(',
      ')',
      '"@method"',
      '"x-a"',
      ';',
      'key="a"',
      'created',
      'nonce="n"',
      ',',
      ' ',
      'tag="t"',
      'alg',
      'keyid="bot-1"',
      '"@status"',
      ';req',
      '"@query-param";name="q"',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(parts, { maxLength: 12 }).map((list) => list.join('')),
        ),
        (asked) => {
          const other = signer.negotiate(asked)
          if (other === undefined) return
          expect(other.key).toBe(key)
          try {
            const covered = other.scheme
              .prepare(post, { keyId: 'bot-1', algorithm: 'hmac-sha256', nowMs: 1e12, nonce: 'n' })
              .trace().covered
            for (const id of [...PRESET.split(' '), '"content-digest"']) expect(covered).toContain(id)
          } catch (error) {
            expect(error).toMatchObject({ code: 'COMPONENT_MISSING' })
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('a client that gets a 401 with Accept-Signature', () => {
  const strict = { require: ['scheme'] as const, select: { tag: 'orders' } }
  const challenge = acceptSignature({ required: new Set(['scheme', 'body']), tag: 'orders' })

  it('signs again once, as asked, with a new nonce', async () => {
    const at = await exchange({ policy: strict })
    at.route('/orders', (verdict, response) => {
      if (verdict.ok) response.end('ok')
      else response.writeHead(401, { 'accept-signature': challenge }).end('x'.repeat(200_000))
    })
    const signedFetch = createSignedFetch(signer, { origins: [at.origin] })
    const response = await signedFetch(`${at.origin}/orders`, { method: 'POST', body: 'order' })
    expect([response.status, await response.text()]).toEqual([200, 'ok'])
    expect(at.outcomes()).toEqual(['AUTH_MISSING', 'ok'])
    expect(new TextDecoder().decode((at.verdicts[1] as Accepted).body ?? undefined)).toBe('order')
  })

  it('understands the challenge of the verifier itself', async () => {
    const at = await exchange({ policy: { require: ['scheme'] } })
    const signedFetch = createSignedFetch(signer, { origins: [at.origin] })
    expect((await signedFetch(at.origin)).status).toBe(200)
    expect(at.outcomes()).toEqual(['COMPONENT_MISSING', 'ok'])
  })

  it('does it once for each place that a call is led to, and gives the 401 to the caller', async () => {
    const at = await exchange()
    at.route('/no', (_, response) => response.writeHead(401, { 'accept-signature': challenge }).end('no'))
    at.route('/then', (verdict, response) => {
      if (verdict.ok && verdict.tag === 'orders') response.writeHead(307, { location: '/no' }).end()
      else response.writeHead(401, { 'accept-signature': challenge }).end()
    })
    const signedFetch = createSignedFetch(signer, {
      origins: [at.origin],
      retry: retries({ attempts: 3, backoffMs: 1 }),
    })
    const response = await signedFetch(`${at.origin}/no`)
    expect([response.status, await response.text()]).toEqual([401, 'no'])
    expect(at.verdicts).toHaveLength(2)
    expect((await signedFetch(`${at.origin}/then`)).status).toBe(401)
    // Asked, answered, redirected; asked anew, because a nonce is for one request, answered, refused.
    expect(at.verdicts.slice(2).map((one) => (one.ok ? one.tag : one.code))).toEqual([
      ...[undefined, 'orders'],
      ...[undefined, 'orders'],
    ])
  })

  it.each([
    ['is asked for another key', 'sig1=("@method");keyid="other"', {}],
    ['is asked for something the request does not have', 'sig1=("@query-param";name="absent")', {}],
    ['is asked for a response component', 'sig1=("@status")', {}],
    ['cannot read what it is asked', 'sig1=((', {}],
    ['covers all of it already', 'sig1=("@method" "@authority" "@path" "@query");created', {}],
    ['is asked nothing', undefined, {}],
    ['has a signer that does not negotiate', challenge, {}, rfc9421({ key })],
  ])('leaves it at that when it %s', async (_, asked, options, by: Signer = signer) => {
    const at = await exchange()
    const headers = asked === undefined ? {} : { 'accept-signature': asked }
    at.route('/', (_verdict, response) => response.writeHead(401, headers).end('no'))
    const response = await createSignedFetch(by, { origins: [at.origin], ...options })(at.origin)
    expect([response.status, await response.text()]).toEqual([401, 'no'])
    expect(at.verdicts).toHaveLength(1)
  })

  it('cannot do it with a stream', async () => {
    const at = await exchange({ policy: strict })
    const headers = { 'content-digest': 'sha-256=:LCa0a2j/xo/5m0U8HTBBNBNCLXBkg7+g+YpeiGJm564=:' }
    const body = new Blob(['foo']).stream()
    const signedFetch = createSignedFetch(signer, { origins: [at.origin] })
    expect((await signedFetch(at.origin, { method: 'PUT', body, headers })).status).toBe(401)
    expect(at.outcomes()).toEqual(['AUTH_MISSING'])
  })

  it('signs with a nonce the server chose, which comes back to it', async () => {
    const at = await exchange()
    at.route('/', (verdict, response) => {
      if (verdict.ok && verdict.nonce === 'chosen-by-the-server') response.end('ok')
      else response.writeHead(401, { 'accept-signature': 'sig1=("@method");nonce="chosen-by-the-server"' }).end()
    })
    expect((await createSignedFetch(signer, { origins: [at.origin] })(at.origin)).status).toBe(200)
    expect(at.nonces()[1]).toBe('chosen-by-the-server')
  })

  it('is the one the verifier’s challenge is meant for', () => {
    const asked = rfc9421Verifier().challenge?.(new Set(['method', 'authority', 'path', 'query', 'body']))
    expect(asked?.field).toBe('Accept-Signature')
    expect(input(asked?.value ?? '')).toContain(PRESET)
  })
})
