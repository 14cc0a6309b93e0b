import { describe, expect, test } from 'vitest'
import { fromFetch, fromParts, isFetch, type WebhookRequest } from '../../../src/webhook/request.js'
import { codeOf, textOf, withCode } from '../../expect-code.js'

const parts = (more: object = {}): WebhookRequest => ({ headers: [], body: null, ...more })

describe('a delivery in parts', () => {
  test('is a POST to nowhere where it does not state another', () => {
    expect(fromParts({ headers: ['A', '1'], body: 'é' })).toEqual({
      method: 'POST',
      scheme: 'https',
      authority: '',
      target: '/',
      fields: ['A', '1'],
      body: Uint8Array.of(0xc3, 0xa9),
    })
    expect(fromParts(parts({ method: 'PUT', url: undefined }))).toMatchObject({ method: 'PUT', body: null })
    const body = Uint8Array.of(1)
    expect(fromParts(parts({ body })).body).toBe(body)
  })

  test.each([
    ['https://a.example/b?c', 'https', 'a.example', '/b?c'],
    ['HTTPS://A.Example:443/%7e/../b?c#d', 'https', 'A.Example:443', '/%7e/../b?c'],
    ['http://a?c', 'http', 'a', '/?c'],
    ['http://a', 'http', 'a', '/'],
    [new URL('https://A:443/b'), 'https', 'a', '/b'],
  ] as const)('has its URL as it was called: %s', (url, scheme, authority, target) => {
    expect(fromParts(parts({ url }))).toMatchObject({ scheme, authority, target })
  })

  test.each(['/b', 'ftp://a/', 'https://u:p@a/', 'https://a:99999/', 'x https://a/', 5])(
    'has no URL such as %s',
    (url) => {
      expect(textOf(() => fromParts(parts({ url })))).toMatch(/^TARGET_MALFORMED "url" must /)
    },
  )

  test('has its fields as they came, in each form that a host has them', () => {
    const lines = ['A', '1', 'a', ' 2']
    expect(fromParts(parts({ headers: lines })).fields).toBe(lines)
    const inherited = Object.assign(Object.create({ b: '3' }), { A: '1', c: undefined, d: ' 2' })
    expect(fromParts(parts({ headers: inherited })).fields).toEqual(['A', '1', 'd', ' 2'])
    // What no sender may send is judged as it came, and never refused as a mistake of the receiver.
    expect(fromParts(parts({ headers: { A: 'a\x01', c: undefined } })).fields).toEqual(['A', 'a\x01'])
    expect(fromParts(parts({ headers: { A: ['1', '2'], b: '3' } })).fields).toEqual(['A', '1', 'A', '2', 'b', '3'])
    expect(fromParts(parts({ headers: new Headers({ A: '1' }) })).fields).toEqual(['a', '1'])
    expect(fromParts(parts({ headers: [['A', '1']] })).fields).toEqual(['A', '1'])
    for (const headers of [null, 5, 'A: 1', ['A'], ['A', 1], { A: 1 }])
      expect(() => fromParts(parts({ headers }))).toThrow(expect.objectContaining({ name: 'CountersignError' }))
  })

  test.each<readonly [unknown, string]>([
    [null, '"request" must be a Request of Fetch, or { headers, body } with the raw body, got null'],
    ['{}', '"request" must be a Request of Fetch, or { headers, body } with the raw body, got a string'],
    [parts({ body: undefined }), '"body" must be the raw body (bytes, or the text as it came), got nothing'],
    [parts({ body: { a: 1 } }), '"body" must be the raw body (bytes, or the text as it came), got an object'],
    [parts({ rawBody: '' }), '"rawBody"; did you mean "body"?'],
    [parts({ rawHeaders: [] }), 'the request is one of a framework'],
    [{ raw: {} }, 'the request is one of a framework'],
    [{ req: {} }, 'the request is one of a framework'],
  ])('the value %j is refused as a delivery', (request, text) => {
    expect(codeOf(() => fromParts(request as WebhookRequest))).toBe('CONFIG_INVALID')
    expect(textOf(() => fromParts(request as WebhookRequest))).toContain(text)
  })
})

describe('a delivery as a Request', () => {
  test('has headers with get() and a URL', () => {
    const get = () => null
    expect(isFetch(new Request('https://a/'))).toBe(true)
    expect(isFetch({ headers: { get }, url: 'https://a/' } as never)).toBe(true)
    for (const other of [null, undefined, {}, { headers: {}, url: 'https://a/' }, { headers: { get } }, parts()])
      expect(isFetch(other as never)).toBe(false)
  })

  test('is read with its method, URL, fields and body, once', async () => {
    const request = new Request('https://a/b?c', { method: 'POST', headers: { A: '1' }, body: 'x' })
    expect(await fromFetch(request, 1)).toMatchObject({
      method: 'POST',
      scheme: 'https',
      authority: 'a',
      target: '/b?c',
      fields: expect.arrayContaining(['a', '1']),
      body: Uint8Array.of(0x78),
    })
    await expect(fromFetch(request, 1)).rejects.toEqual(withCode('BODY_CONSUMED', 'hand the request over first'))
    expect((await fromFetch(new Request('https://a/', { headers: { A: '1' } }), 1)).fields).toEqual(['a', '1'])
    const long = new Request('https://a/', { method: 'POST', body: 'xy' })
    expect(await codeOf(fromFetch(long, 1))).toBe('BODY_TOO_LARGE')
    expect((await fromFetch(new Request('https://a/'), 1)).body).toBeNull()
    expect((await fromFetch(new Request('https://a/', { method: 'HEAD' }), 1)).body).toBeNull()
  })

  test('has no body in a GET and a HEAD where the runtime shows none as a stream', async () => {
    const bare = (method: string) =>
      ({
        url: 'https://a/',
        method,
        headers: new Headers(),
        bodyUsed: false,
        arrayBuffer: async () => new ArrayBuffer(1),
      }) as never
    for (const method of ['GET', 'HEAD']) expect((await fromFetch(bare(method), 1)).body).toBeNull()
    for (const method of ['POST', 'XGET', 'GETX', 'HEADS'])
      expect((await fromFetch(bare(method), 1)).body).toEqual(new Uint8Array(1))
  })
})
