import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pageServer } from '../../../src/cli/page-server.js'

const PAGE = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:"><title>é</title>`
const server = pageServer(PAGE)
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())))

const ask = (
  options: { path?: string; method?: string; host?: string; origin?: string } = {},
): Promise<{ status: number; headers: Record<string, unknown>; body: string }> =>
  new Promise((resolve, reject) => {
    const { port } = server.address() as AddressInfo
    const { path = '/', method = 'GET', host = `127.0.0.1:${port}`, origin } = options
    const headers = { host, ...(origin !== undefined && { origin }) }
    request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
      .on('error', reject)
      .end()
  })

test('the page is served with its own policy, and no page may frame it', async () => {
  const answer = await ask()
  expect(answer).toMatchObject({ status: 200, body: PAGE })
  expect(answer.headers).toMatchObject({
    'content-security-policy': "default-src 'none'; img-src data:; frame-ancestors 'none'",
    'content-type': 'text/html; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  })
  expect(await ask({ method: 'HEAD' })).toMatchObject({ status: 200, body: '' })
  expect(await ask({ path: '/?a', host: 'LOCALHOST:1' })).toMatchObject({ status: 200 })
})

test.each([
  ['a name of elsewhere that leads here', { host: 'evil.example' }, 421],
  ['a name that begins like this machine', { host: '127.0.0.1.evil.example' }, 421],
  ['another path', { path: '/index.html' }, 404],
  ['a path out of the folder', { path: '/../package.json' }, 404],
  ['another method', { method: 'POST' }, 405],
  ['a page elsewhere', { origin: 'https://evil.example' }, 403],
  ['a page without an origin of its own', { origin: 'null' }, 403],
  ['a URL of elsewhere as the target', { path: 'http://evil.example/' }, 404],
  ['an encoded path out of the folder', { path: '/%2e%2e%2fpackage.json' }, 404],
])('a request with %s gets nothing', async (_what, options, status) => {
  expect(await ask(options)).toMatchObject({ status, body: '' })
})
