import { describe, expect, it } from 'vitest'
import { keyringOpenApi } from '../../../../src/keyring/api/openapi.js'
import { OPERATIONS } from '../../../../src/keyring/api/operations.js'
import { routeOf } from '../../../../src/keyring/api/paths.js'
import { assertFits, type Schema } from '../../../../src/keyring/api/schema.js'
import { fits } from './world.js'

const document = keyringOpenApi()
const ROWS = Object.entries(OPERATIONS)
// biome-ignore lint/suspicious/noExplicitAny: plain JSON
const operationOf = (path: string, method: string): any => document.paths[path]?.[method.toLowerCase()]

describe('the OpenAPI document', () => {
  it('has every route, and no other; the router has them, too', () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(described.toSorted()).toEqual(ROWS.map(([, { method, path }]) => `${method} ${path}`).toSorted())
    for (const [name, row] of ROWS) {
      expect(operationOf(row.path, row.method).operationId).toBe(name)
      const routed = routeOf(row.path.replace('{id}', 'acmek_live_1'))
      expect(routed?.operations.get(row.method)).toEqual([name, row])
      expect(routed?.id).toBe(row.path.includes('{id}') ? 'acmek_live_1' : undefined)
    }
  })

  it('states scopes, parameters, bodies and answers of each', () => {
    for (const [, { method, path, scope, query, body, bodyOptional, status, answer }] of ROWS) {
      const { security, parameters = [], requestBody, responses } = operationOf(path, method)
      expect(security).toEqual([{ signature: [scope] }])
      const named = parameters.map((one: { in: string; name: string; required: boolean }) => [
        one.in,
        one.name,
        one.required,
      ])
      expect(named).toEqual([
        ...(path.includes('{id}') ? [['path', 'id', true]] : []),
        ...Object.keys(query?.properties ?? {}).map((one) => ['query', one, query?.required?.includes(one) === true]),
      ])
      expect(requestBody?.content['application/json'].schema).toEqual(body)
      expect(requestBody?.required).toBe(body === undefined ? undefined : bodyOptional !== true)
      expect(responses[status].content['application/json'].schema.$ref).toBe(`#/components/schemas/${answer}`)
      expect(Object.keys(responses)).toEqual([String(status), 'default'])
    }
  })

  it('refers only to what it has, and is plain JSON', () => {
    const text = JSON.stringify(document)
    expect(JSON.parse(text)).toEqual(document)
    const names = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name as string)
    const { schemas } = document.components as { schemas: object }
    expect(new Set(names)).toEqual(new Set(Object.keys(schemas)))
    for (const name of names) expect(fits(`/components/schemas/${name}`, 7)).not.toEqual([])
  })

  it('the document follows the options', () => {
    const other = keyringOpenApi({
      basePath: '/admin/v2',
      origin: 'https://keys.example.com',
      title: 'Keys of Acme',
      version: '2',
      hasIncident: false,
      publicOpenApi: true,
      scopes: { list: 'staff:look' },
      adminScope: 'staff:all',
    })
    expect(other.info).toMatchObject({ title: 'Keys of Acme', version: '2' })
    expect(other.info.description).toContain('staff:all')
    expect(other.servers).toEqual([{ url: 'https://keys.example.com/admin/v2' }])
    expect(Object.keys(other.paths)).not.toContain('/keys/{id}/incident')
    expect(other.paths['/openapi.json']?.['get']).toMatchObject({ security: [] })
    expect(other.paths['/keys']?.['get']).toMatchObject({ security: [{ signature: ['staff:look'] }] })
    expect(keyringOpenApi({ basePath: '' }).servers).toEqual([{ url: '/' }])
    expect(() => keyringOpenApi({ basePath: 'v1' })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })

  // What the API checks by and what a reader of the document checks by are the same rule.
  it('says the same as what is checked', () => {
    const samples: readonly unknown[] = [
      {},
      { name: 'a' },
      { name: 'a'.repeat(129) },
      { name: 7 },
      { name: null },
      { stranger: 1 },
      { tags: [] },
      { tags: ['a', 1] },
      { tags: Array(17).fill('a') },
      { scopes: ['a:b'] },
      { scopes: ['a'] },
      { policy: { maxAgeMs: 1 } },
      { policy: { maxAgeMs: 1.5 } },
      { policy: { x: 1 } },
      { rateLimit: { limit: 1 } },
      { rateLimit: { limit: 1, windowMs: 1 } },
      { neverExpires: true },
      { neverExpires: false },
      { publicKey: 'pem' },
      { publicKey: { kty: 'OKP', x: 'AA' } },
      { publicKey: { kty: 'OKP', d: 'AA' } },
      { publicKey: { x: 'AA' } },
      { publicKey: 1 },
      { publicKey: [] },
      { algorithm: 'ed25519' },
      { algorithm: 'none' },
      { owner: '' },
      { overlapMs: -1 },
      { overlapMs: 0 },
      { wait: 1 },
      { compromised: true },
      { expiresInMs: 0 },
      { reason: 'x' },
      [],
      null,
      7,
      'x',
    ]
    let refused = 0
    for (const [name, { method, path, body }] of ROWS) {
      if (body === undefined) continue
      const pointer = `/paths/${path.replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D')}/${method.toLowerCase()}/requestBody/content/application~1json/schema`
      for (const sample of samples) {
        let own = true
        try {
          assertFits(body as Schema, sample, '')
        } catch {
          own = false
          refused++
        }
        expect([name, sample, own]).toEqual([name, sample, fits(pointer, sample).length === 0])
      }
    }
    expect(refused).toBeGreaterThan(100)
  })
})
