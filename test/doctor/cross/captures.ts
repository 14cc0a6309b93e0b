import { utf8Decode } from '../../../src/crypto/encoding.js'
import type { HttpRequest } from '../../../src/message/message.js'

const headersOf = ({ fields }: HttpRequest): ReadonlyArray<readonly [string, string]> =>
  fields.flatMap((name, at) => (at % 2 === 0 ? [[name, fields[at + 1] as string] as const] : []))
const bodyOf = ({ body }: HttpRequest): string =>
  body instanceof Uint8Array ? (utf8Decode(body) ?? Buffer.from(body).toString('latin1')) : ''
const urlOf = ({ scheme, authority, target }: HttpRequest): string => `${scheme}://${authority}${target}`
const withHost = (request: HttpRequest) => headersOf(request).some(([name]) => name.toLowerCase() === 'host')
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** A request as people paste it. */
export const CAPTURES: Readonly<Record<string, (request: HttpRequest) => string | object>> = {
  object: (request) => ({
    method: request.method,
    url: urlOf(request),
    headers: headersOf(request),
    ...(bodyOf(request) !== '' && { body: bodyOf(request) }),
  }),
  http: (request) => {
    const host = withHost(request) ? '' : `Host: ${request.authority}\r\n`
    const lines = headersOf(request).map(([name, value]) => `${name}: ${value}\r\n`)
    return `${request.method} ${request.target} HTTP/1.1\r\n${host}${lines.join('')}\r\n${bodyOf(request)}`
  },
  curl: (request) =>
    [
      `curl -X ${request.method} ${quoted(urlOf(request))}`,
      ...headersOf(request).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
      ...(bodyOf(request) === '' ? [] : [`--data-raw ${quoted(bodyOf(request))}`]),
    ].join(' \\\n  '),
  har: (request) => ({
    log: {
      version: '1.2',
      entries: [
        {
          request: {
            method: request.method,
            url: urlOf(request),
            httpVersion: 'HTTP/1.1',
            headers: headersOf(request).map(([name, value]) => ({ name, value })),
            ...(bodyOf(request) !== '' && { postData: { mimeType: 'application/json', text: bodyOf(request) } }),
          },
          response: { status: 401, headers: [], content: { text: '' } },
        },
      ],
    },
  }),
  fetch: (request) =>
    `await fetch(${JSON.stringify(urlOf(request))}, ${JSON.stringify({
      method: request.method,
      headers: Object.fromEntries(headersOf(request)),
      ...(bodyOf(request) !== '' && { body: bodyOf(request) }),
    })})`,
}
