import { describe, expect, test } from 'vitest'
import { openapi } from '../../../src/guide/index.js'
import { keyringOpenApi } from '../../../src/keyring/api/openapi.js'
import { defineHeaderScheme } from '../../../src/schemes/header/define-header-scheme.js'
import { rfc9421Verifier } from '../../../src/schemes/rfc9421/index.js'
import { strictPolicy } from '../../../src/server/policy/strict-policy.js'

const policy = strictPolicy({ authorities: ['api.example.com'] })
const acme = defineHeaderScheme({
  id: 'acme',
  headers: { key: 'X-Acme-Key', timestamp: 'X-Acme-Time', nonce: 'X-Acme-Nonce', signature: 'X-Acme-Signature' },
  base: ['timestamp', 'nonce', 'method', 'target', 'body-sha256'],
})
const responses = { 200: { description: 'ok' } }
const body = { content: { 'application/json': { schema: { type: 'object' } } } }
const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Orders', version: '1' },
  paths: {
    '/orders': {
      get: { responses },
      post: { requestBody: body, responses: { ...responses, 401: { description: 'own' } } },
    },
    '/orders/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: {} }],
      delete: { responses, security: [{ signature: ['orders:write'] }] },
    },
    '/health': { get: { responses, security: [] } },
    '/public': { get: { responses, security: [{}, { signature: [] }] } },
  },
}
type Document = typeof DOCUMENT & { components?: Record<string, Record<string, unknown>>; security?: unknown }
const changed = (change: (document: Document) => void): Document => {
  const out = structuredClone(DOCUMENT) as Document
  change(out)
  return out
}
const refs = (operation: unknown): unknown => (operation as { parameters?: unknown }).parameters
const ref = (key: string) => ({ $ref: `#/components/parameters/${key}` })

test('signed operations get the headers, the scheme and the answer 401; open ones stay as they are', () => {
  const out = openapi(DOCUMENT, { policy }) as Document
  const { '/orders': orders, '/orders/{id}': one, '/health': health, '/public': open } = out.paths
  expect(refs(orders.get)).toEqual([ref('SignatureInput'), ref('Signature')])
  expect(refs(orders.post)).toEqual([ref('SignatureInput'), ref('Signature'), ref('ContentDigest')])
  expect(refs(one.delete)).toEqual([ref('SignatureInput'), ref('Signature')])
  expect(one.delete.security).toEqual([{ signature: ['orders:write'] }])
  expect([health, open]).toEqual([DOCUMENT.paths['/health'], DOCUMENT.paths['/public']])
  expect((orders.get.responses as Record<string, unknown>)['401']).toEqual({
    $ref: '#/components/responses/SignatureRefused',
  })
  expect(orders.post.responses[401]).toEqual({ description: 'own' })
  expect(out.security).toEqual([{ signature: [] }])
  expect(out.components?.['securitySchemes']?.['signature']).toEqual({
    type: 'http',
    scheme: 'signature',
    description:
      'HTTP Message Signatures (RFC 9421) with hmac-sha256 or ed25519. Signed: @method, @authority, @path, @query, content-type where it is there, content-digest where it is there. Window: 5 minutes back, 5 seconds ahead. Each nonce counts once.',
  })
})

test('the document that is given stays as it is, and a second time changes nothing', () => {
  const before = JSON.stringify(DOCUMENT)
  const once = openapi(DOCUMENT, { policy })
  expect(JSON.stringify(DOCUMENT)).toBe(before)
  expect(openapi(once, { policy })).toEqual(once)
})

test('fields that the policy requires are parameters, and those that are there are kept', () => {
  const own = strictPolicy({
    authorities: ['api.example.com'],
    require: ['field:x-account'],
    requireWithBody: ['field:idempotency-key'],
  })
  const account = { name: 'X-Account', in: 'header', schema: { type: 'integer' } }
  const out = openapi(
    changed(({ paths }) => Object.assign(paths['/orders'].get, { parameters: [account] })),
    { policy: own },
  ) as Document
  expect(refs(out.paths['/orders'].get)).toEqual([account, ref('SignatureInput'), ref('Signature')])
  expect(refs(out.paths['/orders'].post)).toEqual(
    ['SignatureInput', 'Signature', 'ContentDigest', 'XAccount', 'IdempotencyKey'].map(ref),
  )
})

test('several schemes are alternatives', () => {
  const out = openapi(DOCUMENT, { policy, schemes: [rfc9421Verifier(), acme] }) as Document
  expect(out.security).toEqual([{ signature: [] }, { acme: [] }])
  expect(out.components?.['parameters']?.['XAcmeKey']).toMatchObject({ required: false })
})

test('a document of 3.0 is guided, and one with shared path items and references', () => {
  const shared = {
    ...DOCUMENT,
    openapi: '3.0.3',
    paths: { '/a': { $ref: '#/components/pathItems/a~1b' }, '/c': { $ref: '#/components/pathItems/a~1b' } },
    components: { pathItems: { 'a/b': { get: { responses } } } },
  }
  const out = openapi(shared, { policy }) as unknown as { components: { pathItems: Record<string, { get: unknown }> } }
  expect(refs(out.components.pathItems['a/b']?.get)).toEqual([ref('SignatureInput'), ref('Signature')])
})

test('the document of the keys API takes it too', () => {
  const own = keyringOpenApi({ origin: 'https://api.example.com', publicOpenApi: true })
  const known = { ...own, components: { ...own.components, securitySchemes: {} } }
  const out = openapi(known, { policy }) as unknown as Document
  expect(JSON.stringify(out.paths).match(/SignatureInput/g)?.length).toBe(
    JSON.stringify(own.paths).match(/"signature":\[/g)?.length,
  )
  // Its own description of the scheme is another one.
  expect(() => openapi(own, { policy })).toThrow(/securitySchemes has another "signature"/)
  expect(() => openapi(own, { policy, name: 'rfc9421' })).toThrow(/security of another kind/)
})

const REFUSED: ReadonlyArray<readonly [RegExp, unknown]> = [
  [/version 3.0 or 3.1/, { swagger: '2.0' }],
  [/version 3.0 or 3.1/, { ...DOCUMENT, openapi: '3.2.0' }],
  [/version 3.0 or 3.1/, null],
  [/another file/, { ...DOCUMENT, paths: { '/a': { $ref: 'other.json' } } }],
  [/another file/, { ...DOCUMENT, paths: { '/a': { $ref: '#/components/pathItems/%zz' } } }],
  [
    /GET \/orders states security of another kind/,
    changed(({ paths }) => Object.assign(paths['/orders'].get, { security: [{ bearer: [] }] })),
  ],
  [/security of another kind/, { ...DOCUMENT, security: [{ bearer: [] }] }],
  [
    /securitySchemes has another "signature"/,
    { ...DOCUMENT, components: { securitySchemes: { signature: { type: 'http', scheme: 'bearer' } } } },
  ],
  [
    /parameters has another "Signature"/,
    { ...DOCUMENT, components: { parameters: { Signature: { name: 'x', in: 'query' } } } },
  ],
  [/responses has another "SignatureRefused"/, { ...DOCUMENT, components: { responses: { SignatureRefused: {} } } }],
  [
    /DELETE \/orders\/{id} has a parameter "Signature" of its own/,
    changed(({ paths }) => Object.assign(paths['/orders/{id}'], { parameters: [{ name: 'signature', in: 'header' }] })),
  ],
]
describe('conflicts are refused by name', () => {
  test.each(REFUSED)('the document is refused with %s', (expected, document) => {
    expect(() => openapi(document as Document, { policy })).toThrow(expected)
  })

  test('a policy that no client can serve', () => {
    expect(() =>
      openapi(DOCUMENT, { policy: strictPolicy({ authorities: ['a.example'], require: ['body'] }) }),
    ).toThrow(/cannot serve/)
    expect(() => openapi(DOCUMENT, { policy, name: '__proto__' })).toThrow(/"name" must be/)
  })
})

test('a parameter whose reference is no percent-encoded text is left as it is', () => {
  const broken = { $ref: '#/components/parameters/100%' }
  const out = openapi({ ...DOCUMENT, paths: { '/a': { get: { parameters: [broken], responses } } } }, { policy })
  expect(refs(out.paths['/a'].get)).toEqual([broken, ref('SignatureInput'), ref('Signature')])
})

test('names of prototypes and circles of references do no harm', () => {
  const odd = JSON.parse(
    '{"openapi":"3.1.0","paths":{"__proto__":{"get":{}},"/a":{"get":{"parameters":[{"$ref":"#/components/parameters/x"}]}}},"components":{"parameters":{"x":{"$ref":"#/components/parameters/x"}}}}',
  ) as Document
  const out = openapi(odd, { policy }) as Document
  expect(Object.keys(out.paths)).toEqual(['__proto__', '/a'])
  expect(({} as { get?: unknown }).get).toBeUndefined()
})
