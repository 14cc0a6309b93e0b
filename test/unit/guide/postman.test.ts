import { describe, expect, test } from 'vitest'
import { openapi, postmanCollection } from '../../../src/guide/index.js'
import { defineHeaderScheme } from '../../../src/schemes/header/define-header-scheme.js'
import { strictPolicy } from '../../../src/server/policy/strict-policy.js'

const policy = strictPolicy({
  authorities: ['api.example.com'],
  require: ['field:x-account'],
  select: { tag: 'orders' },
})
const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Orders', version: '1' },
  servers: [{ url: 'https://api.example.com/{version}/', variables: { version: { default: 'v1' } } }],
  paths: {
    '/orders/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }],
      get: {
        summary: 'One order',
        parameters: [
          { name: 'dry', in: 'query', required: true, schema: { type: 'integer', minimum: 0 } },
          { name: 'since', in: 'query', schema: { type: 'string', format: 'date' } },
          { name: 'X-Trace', in: 'header', schema: { type: 'string' } },
        ],
      },
    },
    '/orders': {
      post: {
        requestBody: {
          content: { 'text/plain': {}, 'application/json': { schema: { $ref: '#/components/schemas/Order' } } },
        },
      },
    },
  },
  components: {
    schemas: {
      Order: {
        allOf: [
          {
            type: 'object',
            required: ['quantity'],
            properties: { quantity: { type: 'number' }, note: { type: 'string' } },
          },
          {
            type: 'object',
            properties: { side: { enum: ['buy', 'sell'] }, self: { $ref: '#/components/schemas/Self' } },
          },
        ],
      },
      Self: { type: 'array', items: { $ref: '#/components/schemas/Self' } },
    },
  },
}
interface Item {
  readonly name: string
  readonly item?: readonly Item[]
  readonly event?: ReadonlyArray<{ readonly script: { readonly exec: readonly string[] } }>
  readonly request: {
    readonly method: string
    readonly header: object
    readonly url: object
    readonly body?: { readonly raw: string }
  }
}
const collection = (document: object = DOCUMENT, options: object = {}) =>
  postmanCollection(document as typeof DOCUMENT, { policy, ...options }) as unknown as Item & {
    readonly variable: unknown
    readonly info: { readonly name: string }
  }

test('every operation is a request with values that fit its schemas', () => {
  const { item, variable, info } = collection()
  expect(info.name).toBe('Orders')
  expect(variable).toEqual([{ key: 'baseUrl', value: 'https://api.example.com/v1' }])
  expect(item?.[0]).toEqual({
    name: 'One order',
    request: {
      method: 'GET',
      header: [
        { key: 'X-Trace', value: 'text', disabled: true },
        { key: 'x-account', value: 'example' },
      ],
      url: {
        raw: '{{baseUrl}}/orders/:id?dry=0',
        host: ['{{baseUrl}}'],
        path: ['orders', ':id'],
        query: [
          { key: 'dry', value: '0', disabled: false },
          { key: 'since', value: '2026-01-31', disabled: true },
        ],
        variable: [{ key: 'id', value: '00000000-0000-4000-8000-000000000000' }],
      },
      description: '',
    },
  })
  expect(JSON.parse(item?.[1]?.request.body?.raw ?? '')).toMatchObject({ quantity: 1, side: 'buy' })
})

test('the script is that of the policy, and holds no secret', () => {
  const { event } = collection()
  const script = event?.[0]?.script.exec.join('\n') ?? ''
  expect(script).toContain('orders')
  expect(script).toContain('x-account')
  expect(collection(DOCUMENT, { envPrefix: 'ACME_' }).event?.[0]?.script.exec.join('\n')).toContain('ACME_SECRET')
})

test('what openapi() adds is what the script writes, and is not typed', () => {
  expect(collection(openapi(DOCUMENT, { policy }))).toEqual({
    ...collection(),
    item: collection().item?.map(({ name, request }) => ({
      name,
      request: { ...request, header: expect.anything() as object },
    })),
  })
  const headers = JSON.stringify(collection(openapi(DOCUMENT, { policy })).item)
  expect(headers).not.toMatch(/Signature|Content-Digest/)
})

test('open operations stand without the script', () => {
  const document = {
    ...DOCUMENT,
    paths: { ...DOCUMENT.paths, '/health': { get: { security: [], operationId: 'health' } } },
  }
  const { event, item } = collection(document)
  expect(event).toBeUndefined()
  expect(item?.map(({ name, event: own, item: rows }) => [name, own !== undefined, rows?.length])).toEqual([
    ['Signed', true, 2],
    ['Without a signature', false, 1],
  ])
})

const REFUSED: ReadonlyArray<readonly [RegExp, object, object]> = [
  [/one of the policy's authorities/, { ...DOCUMENT, servers: [{ url: 'https://evil.example' }] }, {}],
  [
    /signs with hmac-sha256/,
    DOCUMENT,
    { policy: strictPolicy({ authorities: ['a.example'], algorithms: ['ed25519'] }) },
  ],
  [/version 3.0 or 3.1/, { swagger: '2.0' }, {}],
  [/"origin" must be/, DOCUMENT, { origin: 'ftp://a.example' }],
]
describe('refused by name', () => {
  test.each(REFUSED)('the document is refused with %s', (expected, document, options) => {
    expect(() => collection(document, options)).toThrow(expected)
  })
})

test('a custom scheme has a collection', () => {
  const acme = defineHeaderScheme({
    id: 'acme',
    headers: { key: 'X-Acme-Key', timestamp: 'X-Acme-Time', nonce: 'X-Acme-Nonce', signature: 'X-Acme-Signature' },
    base: ['timestamp', 'nonce', 'method', 'target', 'body-sha256'],
  })
  const own = strictPolicy({ authorities: ['api.example.com'] })
  expect(collection(DOCUMENT, { schemes: [acme], policy: own }).event?.[0]?.script.exec.join('\n')).toContain(
    "'X-Acme-Key'",
  )
})
