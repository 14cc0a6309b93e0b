import axios from 'axios'
import { signedAdapter } from '../../src/client/axios.js'
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
