import { describe, expect, test } from 'vitest'
import { httpRequest, httpResponse, isRequest, isStream, withFields } from '../../../src/message/message.js'
import { codeOf, textOf } from '../../expect-code.js'
import { source, text } from './bodies.js'

describe('httpRequest', () => {
  test('has the wire form of its parts', () => {
    const request = httpRequest({
      method: 'patch',
      url: 'https://API.example.com:443/a/../b?c#d',
      headers: { 'X-A': ['1', '2'] },
      trailers: [['t', '3']],
      body: 'é',
    })
    expect(request).toStrictEqual({
      method: 'patch',
      scheme: 'https',
      authority: 'api.example.com',
      target: '/b?c',
      fields: ['X-A', '1', 'X-A', '2'],
      trailers: ['t', '3'],
      body: new Uint8Array([0xc3, 0xa9]),
    })
  })

  test('is a GET without fields and body by default', () => {
    expect(httpRequest({ url: 'https://a/' })).toStrictEqual({
      method: 'GET',
      scheme: 'https',
      authority: 'a',
      target: '/',
      fields: [],
      body: null,
    })
  })

  test('an empty body is not an absent one', () => {
    expect(httpRequest({ url: 'https://a/', body: '' }).body).toStrictEqual(new Uint8Array(0))
  })

  test('streams pass, whatever their kind', () => {
    const chunks = source()
    const web = new ReadableStream<Uint8Array>()
    for (const body of [chunks, web]) {
      const request = httpRequest({ url: 'https://a/', body })
      expect(request.body).toBe(body)
      expect(isStream(request.body)).toBe(true)
    }
    expect(isStream(null)).toBe(false)
    expect(isStream(new Uint8Array(1))).toBe(false)
  })

  test.each([{ symbol: 'A' }, [1], 7, true, new Date(0), new ArrayBuffer(1), new URLSearchParams('a=1')])(
    'refuses %s as a body',
    (body) => {
      expect(codeOf(() => httpRequest({ url: 'https://a/', body: body as never }))).toBe('ARGUMENT_INVALID')
      expect(codeOf(() => httpResponse({ status: 200, body: body as never }))).toBe('ARGUMENT_INVALID')
    },
  )

  test.each(['', 'GET\r\n', 'a b', 'é', 'a'.repeat(65), 7, null])('refuses the method %j', (method) => {
    expect(codeOf(() => httpRequest({ method: method as string, url: 'https://a/' }))).toBe('MESSAGE_MALFORMED')
  })

  test('refuses fields and trailers that would start another line', () => {
    expect(codeOf(() => httpRequest({ url: 'https://a/', headers: { a: 'x\r\nB: 1' } }))).toBe('MESSAGE_MALFORMED')
    expect(codeOf(() => httpRequest({ url: 'https://a/', trailers: { a: 'x\n' } }))).toBe('MESSAGE_MALFORMED')
  })
})

describe('httpResponse', () => {
  test('carries the request it answers', () => {
    const request = httpRequest({ url: 'https://a/' })
    const response = httpResponse({ status: 201, headers: { a: '1' }, trailers: { t: '2' }, body: 'ok', request })
    expect(response.request).toBe(request)
    expect([response.status, response.fields, response.trailers, text(response.body as Uint8Array)]).toStrictEqual([
      201,
      ['a', '1'],
      ['t', '2'],
      'ok',
    ])
    expect([isRequest(request), isRequest(response)]).toStrictEqual([true, false])
    expect(httpResponse({ status: 204 })).toStrictEqual({ status: 204, fields: [], body: null })
  })

  test('has a status from 100 to 599', () => {
    expect([100, 599].map((status) => httpResponse({ status }).status)).toStrictEqual([100, 599])
  })

  test('says what an option of another name is called here', () => {
    for (const option of ['header', 'fields']) {
      const why = `unknown option "${option}"; did you mean "headers"?`
      expect(textOf(() => httpResponse({ status: 200, [option]: {} }))).toContain(why)
      expect(textOf(() => httpRequest({ url: 'https://a/', [option]: {} }))).toContain(why)
    }
  })

  test.each([0, 99, 600, 200.5, Number.NaN, '200', undefined])('refuses the status %j', (status) => {
    expect(codeOf(() => httpResponse({ status: status as number }))).toBe('MESSAGE_MALFORMED')
  })
})

describe('withFields', () => {
  test('is the same request or response with other lines', () => {
    const request = httpRequest({
      method: 'PUT',
      url: 'http://a:1/b?c',
      headers: { a: '1' },
      trailers: { t: '2' },
      body: 'ok',
    })
    expect(withFields(request, ['b', '3'])).toStrictEqual({ ...request, fields: ['b', '3'] })
    const response = httpResponse({ status: 201, headers: { a: '1' }, body: 'ok', request })
    expect(withFields(response, ['b', '3'])).toStrictEqual({ ...response, fields: ['b', '3'] })
    // One shape for every request, which engines read quickest.
    expect(Object.keys(withFields(httpRequest({ url: 'https://a/' }), []))).toStrictEqual(Object.keys(request))
    expect([request.fields, response.fields]).toStrictEqual([
      ['a', '1'],
      ['a', '1'],
    ])
  })
})
