import { Readable } from 'node:stream'
import axios from 'axios'
import got from 'got'
import ky from 'ky'
import { signedAdapter } from '../../src/client/axios.js'
import { createSignedFetch } from '../../src/client/fetch/signed-fetch.js'
import { signHook } from '../../src/client/got.js'
import { againAtOnce, clientContract } from '../contract/client.js'

const form = (): FormData => {
  const data = new FormData()
  data.set('a', 'ü')
  data.set('file', new Blob(['x']), 'x.txt')
  return data
}
clientContract(
  'axios',
  (signer, { again, ...options }) => {
    const api = axios.create({
      adapter: signedAdapter(axios, signer, { ...options, ...againAtOnce(again) }),
      validateStatus: () => true,
      responseType: 'text',
    })
    return async ({ method = 'GET', url, query, headers, body, signal }) => {
      const { status, data } = await api.request({
        method,
        url,
        ...(query === undefined ? {} : { params: query }),
        ...(headers === undefined ? {} : { headers: headers as Record<string, string> }),
        ...(body === undefined ? {} : { data: body }),
        ...(signal === undefined ? {} : { signal }),
      })
      return { status, text: data as string }
    }
  },
  {
    bodies: [
      ['JSON', 'POST', { a: 'ü' }],
      ['a form', 'POST', new URLSearchParams({ a: 'ü' })],
      ['parts', 'POST', form()],
      ['a stream', 'POST', new Blob(['a', 'b']).stream()],
    ],
    ignored: [
      ...(['httpAgent', 'httpsAgent', 'proxy', 'socketPath', 'beforeRedirect'] as const).map(
        (name) =>
          [
            name,
            (signer: Parameters<typeof signedAdapter>[1], url: string) =>
              axios.get(url, { adapter: signedAdapter(axios, signer, { origins: [url] }), [name]: {} }),
          ] as const,
      ),
      [
        'maxRedirects',
        (signer, url) => axios.get(url, { adapter: signedAdapter(axios, signer, { origins: [url] }), maxRedirects: 3 }),
      ],
    ],
  },
)

clientContract(
  'got',
  (signer, { again, redirects: _, ...options }) => {
    const api = got.extend({
      hooks: { beforeRequest: [signHook(signer, options)] },
      throwHttpErrors: false,
      retry: { limit: again, backoffLimit: 1 },
    })
    return async ({ method = 'GET', url, query, headers, body, signal }) => {
      const search = new URLSearchParams()
      for (const [name, value] of Object.entries(query ?? {}))
        for (const one of [value].flat()) search.append(name, one)
      const { statusCode, body: text } = await api(url, {
        method: method as 'GET',
        ...(query === undefined || search.size === 0 ? {} : { searchParams: search }),
        ...(headers === undefined ? {} : { headers: headers as Record<string, string | string[]> }),
        ...(body === undefined
          ? {}
          : Object(body).json
            ? { json: (body as { json: unknown }).json }
            : { body: body as string }),
        ...(signal === undefined ? {} : { signal }),
      })
      return { status: statusCode, text }
    }
  },
  {
    bodies: [
      ['JSON', 'POST', { json: { a: 'ü' } }],
      ['parts', 'POST', form()],
      ['a stream', 'POST', Readable.from([Buffer.from('a'), Buffer.from('b')])],
      [
        'a generator',
        'POST',
        (function* () {
          yield Buffer.from('a')
        })(),
      ],
      ['a view of other numbers', 'POST', new Uint16Array([1, 256])],
    ],
    ignored: [
      [
        'stream of got',
        (signer, url) =>
          new Promise((_, reject) => {
            const stream = got.stream.post(url, {
              hooks: { beforeRequest: [signHook(signer, { origins: [url] })] },
              retry: { limit: 0 },
            })
            stream.on('error', reject).end('x')
          }),
      ],
    ],
  },
)

clientContract(
  'ky',
  (signer, { again, ...options }) => {
    // ky takes a fetch of its own: hooks, retries and prefixes come before it.
    const api = ky.create({
      fetch: createSignedFetch(signer, options) as typeof fetch,
      // ky retries for what it throws alone.
      throwHttpErrors: again > 0,
      retry: { limit: again, backoffLimit: 1 },
    })
    return async ({ method = 'GET', url, query, headers, body, signal }) => {
      const search = new URLSearchParams()
      for (const [name, value] of Object.entries(query ?? {}))
        for (const one of [value].flat()) search.append(name, one)
      const lines = Object.entries(headers ?? {}).flatMap(([name, value]) => [value].flat().map((one) => [name, one]))
      const response = await api(url, {
        method,
        ...(search.size === 0 ? {} : { searchParams: search }),
        headers: lines as Array<[string, string]>,
        ...(body === undefined ? {} : { body: body as string }),
        ...(signal === undefined ? {} : { signal }),
      })
      return { status: response.status, text: await response.text() }
    }
  },
  {
    bodies: [
      ['a form', 'POST', new URLSearchParams({ a: 'ü' })],
      ['parts', 'POST', form()],
    ],
  },
)
