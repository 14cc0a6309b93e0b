import { describe, expect, test } from 'vitest'
import {
  assertCalled,
  assertFetchRequest,
  assertHandler,
  assertHostRequest,
  assertNodeCall,
  assertVerifier,
  hostWords,
  requestProblem,
} from '../../../src/server/host-values.js'
import { withCode } from '../../expect-code.js'

const none = (): void => undefined
const headers = { get: none }
const node = { rawHeaders: [] }
const fetched = { url: 'https://a.example/', headers }
const request = { method: 'GET', scheme: 'https', authority: 'a.example', target: '/', fields: [], body: null }
const says = (text: string) => withCode('CONFIG_INVALID', text)

/** Each kind of value that is easily passed for another, and its words. */
const VALUES: ReadonlyArray<readonly [words: string, value: unknown]> = [
  ['an application', Object.assign(() => none, { handle: none, use: none })],
  ['a function', Object.assign(() => none, { handle: none })],
  ['a function', Object.assign(() => none, { use: none })],
  ['a function', none],
  ['an application', { register: none }],
  ['an application', Object.assign(Promise.resolve(), { register: none })],
  ['an application', { use: none, listen: none }],
  ['an application', { use: none, fetch: none }],
  ['an object', { use: none }],
  ['an object', { use: 1, listen: none, fetch: none }],
  ['a promise', Promise.resolve()],
  ['a promise', Object.assign(Promise.resolve(), { url: 'x' })],
  ['a Node request', node],
  ['a Node request', { ...node, res: {} }],
  ['a Node request', { ...node, app: none }],
  ['a Node request', { ...node, res: null, app: none }],
  ['a Node request', { ...node, res: 'x', app: none }],
  ['an Express request', { ...node, res: {}, app: none }],
  ['an object', { rawHeaders: 'x' }],
  ['a response', { setHeader: none, end: none }],
  ['an object', { setHeader: none }],
  ['an object', { end: none }],
  ['a Fetch Request', fetched],
  ['a response', { ...fetched, status: 200 }],
  ['an object of parts', { url: 5, headers }],
  ['an object of parts', { url: 'x', headers: {} }],
  ['an object of parts', { url: 'x', headers: null }],
  ['an object of parts', { url: 'x' }],
  ['an object of parts', { headers }],
  ['a context of Koa', { req: node }],
  ['a Fastify request', { raw: node }],
  ['a context of Hono', { req: { raw: fetched } }],
  ['an object', { req: { raw: {} } }],
  ['an object', { req: {} }],
  ['an object', { raw: {} }],
  ['an HttpResponse', { status: 200, fields: [] }],
  ['an object', { status: '200', fields: [] }],
  ['an object', { status: 200, fields: {} }],
  ['an event of a platform', { requestContext: {} }],
  ['an event of a platform', { rawPath: '/' }],
  ['an event of a platform', { httpMethod: 'GET', headers: {} }],
  ['an object', {}],
  ['an array', []],
  ['a string', 'x'],
  ['null', null],
  ['nothing', undefined],
]

describe('a value that is passed for another', () => {
  test('has words by which it is known', () => {
    for (const [words, value] of VALUES) expect(hostWords(value)).toBe(words)
  })

  test('has the words of an object where its members throw', () => {
    const thrown = (): never => {
      throw new Error('of a getter')
    }
    expect(hostWords(new Proxy({}, { get: thrown }))).toBe('an object')
  })
})

describe('the request that is verified', () => {
  test('is one of httpRequest(), with a body in memory, a stream of one, or none', () => {
    for (const body of [null, new Uint8Array(1), new ReadableStream()])
      expect(requestProblem({ ...request, body })).toBeUndefined()
  })

  test('is refused by the member that is wrong', () => {
    for (const name of ['method', 'scheme', 'authority', 'target'])
      expect(requestProblem({ ...request, [name]: 5 })).toBe(`"request.${name}" must be a string, got a number`)
    expect(requestProblem({ ...request, fields: {} })).toBe(
      '"request.fields" must be a list of names and values, got an object',
    )
    for (const [body, got] of [
      ['text', 'a string'],
      [undefined, 'nothing'],
    ])
      expect(requestProblem({ ...request, body })).toBe(
        `"request.body" must be null, a Uint8Array or a stream of them, got ${got}`,
      )
    for (const one of [{ target: '/' }, { fields: [] }])
      expect(requestProblem(one)).toBe('"request.method" must be a string, got nothing')
  })

  test('is refused with how another value is verified', () => {
    const problem = (got: string): string => `"request" must be an HttpRequest, got ${got}`
    const any = ': pass httpRequest({ method, url, headers, body }), or use the middleware of the host'
    for (const [value, text] of [
      [undefined, `nothing${any}`],
      ['x', `a string${any}`],
      [{}, `an object${any}`],
      [{ setHeader: none, end: none, target: '/' }, `a response${any}`],
      [{ requestContext: {}, fields: [] }, `an event of a platform${any}`],
      [Promise.resolve(), 'a promise: await it'],
      [{ url: 'x', target: '/' }, 'an object of parts: pass httpRequest({ method, url, headers, body })'],
      [
        { status: 200, fields: [] },
        'an HttpResponse: a response is verified by createResponseVerifier() of countersign/client',
      ],
      [
        fetched,
        'a Fetch Request: pass await fromFetchRequest(request) of countersign/message, or use withSignature() of countersign/server/fetch',
      ],
      [{ req: node }, 'a context of Koa: use requireSignature() of countersign/server/koa'],
    ])
      expect(requestProblem(value)).toBe(problem(text as string))
  })
})

describe('what a middleware is called with', () => {
  test('is a request of its own host, or an object that is of no host', () => {
    for (const value of [{ req: node }, {}, { url: 'x' }, { setHeader: none, end: none }])
      expect(() => assertHostRequest('guard()', ['koa'], value)).not.toThrow()
    const where = 'guard() must be called with a context of Koa, got '
    for (const [value, text] of [
      [{ req: { raw: fetched } }, 'a context of Hono: use requireSignature() of countersign/server/hono'],
      [{ use: none, listen: none }, 'an application'],
      [Promise.resolve(), 'a promise'],
      ['x', 'a string'],
      [none, 'a function'],
      [undefined, 'nothing'],
    ])
      expect(() => assertHostRequest('guard()', ['koa'], value)).toThrow(says(`${where}${text as string}`))
  })

  test('is a Fetch Request and nothing else, where it has to be', () => {
    expect(() => assertFetchRequest('guard()', fetched)).not.toThrow()
    const where = 'guard() must be called with a Fetch Request, got '
    for (const [value, text] of [
      [{ req: node }, 'a context of Koa: use requireSignature() of countersign/server/koa'],
      [Promise.resolve(), 'a promise'],
      [{}, 'an object'],
      [undefined, 'nothing'],
    ])
      expect(() => assertFetchRequest('guard()', value)).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID', message: `${where}${text as string}` }),
      )
  })

  test('is a request of Node, of Express too, with its response', () => {
    const express = { ...node, res: {}, app: none }
    for (const kind of ['node', 'express'] as const)
      for (const one of [node, express]) expect(() => assertNodeCall('guard()', kind, one, { end: none })).not.toThrow()
    expect(() => assertNodeCall('guard()', 'express', { raw: node }, { end: none })).toThrow(
      says('guard() must be called with an Express request, got a Fastify request: use requireSignature() of'),
    )
    for (const [response, got] of [
      [undefined, 'nothing'],
      [{}, 'an object'],
      [Object.assign(() => none, { end: none }), 'a function'],
    ])
      expect(() => assertNodeCall('guard()', 'node', node, response)).toThrow(
        says(`guard() must be called with a request and its response, got ${got as string}`),
      )
  })
})

describe('a middleware that is made wrong', () => {
  test('is one that was mounted without being called', () => {
    expect(() => assertCalled('guard', 'orders:write', 'guard(verifier)')).not.toThrow()
    expect(() => assertCalled('guard', node, 'guard(verifier)')).toThrow(
      says('guard got a Node request: it was mounted without being called, write guard(verifier)'),
    )
  })

  test('is one without a verifier, with what was passed in its place', () => {
    const verify = (): void => undefined
    expect(() => assertVerifier('guard', { verify, policy: {} }, 'guard(verifier)')).not.toThrow()
    for (const [value, text] of [
      [{ verify, policy: 5 }, 'got an object'],
      [{ policy: {} }, 'got an object'],
      [{ schemes: [] }, ': pass createVerifier(options)'],
      [{ spec: {} }, ': pass webhookVerifier(webhook)'],
      [{ spec: 5 }, 'got an object'],
      [Promise.resolve(), 'got a promise: await it'],
      [node, 'got a Node request: it was mounted without being called, write guard(verifier)'],
      [verify, 'got a function: a verifier comes first, write guard(verifier)'],
      [undefined, 'got nothing'],
      [null, 'got null'],
    ])
      expect(() => assertVerifier('guard', value, 'guard(verifier)')).toThrow(says(text as string))
    for (const value of [{}, { policy: {} }, undefined, null])
      expect(() => assertVerifier('guard', value, 'guard(verifier)')).toThrow(
        expect.objectContaining({
          code: 'CONFIG_INVALID',
          message: expect.not.stringMatching(/: (?:pass|await|it was|a verifier)/),
        }),
      )
  })

  test('is one without a handler, or with the verifier in its place', () => {
    expect(() => assertHandler('guard', none, 'guard(verifier, handler)')).not.toThrow()
    expect(() => assertHandler('guard', { verify: none }, 'guard(verifier, handler)')).toThrow(
      says('"handler" must be a function, got an object: the verifier comes first; write guard('),
    )
    for (const value of [undefined, null, {}])
      expect(() => assertHandler('guard', value, 'guard(verifier, handler)')).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.not.stringContaining('comes first') }),
      )
  })
})
