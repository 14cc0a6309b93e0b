import { Agent, fetch as undiciFetch } from 'undici'
import { afterAll, describe, expect, it } from 'vitest'
import type { TransportOption } from '../../src/client/fetch/options.js'
import { createSignedFetch } from '../../src/client/fetch/signed-fetch.js'
import { codeOf } from '../expect-code.js'
import { exchange, headOf, signer } from '../unit/client/mock.js'

// Fetch, "forbidden request-header": what a page may not set, a browser drops silently.
const FORBIDDEN =
  /^(?:accept-charset|accept-encoding|connection|content-length|cookie|date|dnt|expect|host|keep-alive|origin|referer|te|trailer|transfer-encoding|upgrade|via|proxy-.*|sec-.*)$/i

/** As a browser's: drops what a page may not set, hides redirects, and will not be called with another `this`. */
function browserFetch(this: unknown, url: string, init: RequestInit): Promise<Response> {
  if (this !== undefined && this !== globalThis) throw new TypeError('Illegal invocation')
  const headers = (init.headers as Array<[string, string]>).filter(([name]) => !FORBIDDEN.test(name))
  return fetch(url, { ...init, headers }).then((response) =>
    response.status >= 300 && response.status < 400
      ? Object.defineProperties(new Response(null), { type: { value: 'opaqueredirect' }, status: { value: 0 } })
      : response,
  )
}

/** As a worker's: throws for the settings that only a browser has. */
function workerFetch(url: string, init: RequestInit): Promise<Response> {
  for (const name of ['mode', 'credentials', 'cache', 'referrer', 'referrerPolicy', 'keepalive', 'window'])
    if (name in init) throw new TypeError(`The '${name}' field on 'RequestInitializerDict' is not implemented.`)
  if (init.redirect !== 'follow' && init.redirect !== 'manual') throw new TypeError('Invalid redirect value')
  return fetch(url, init)
}

const agent = new Agent()
afterAll(() => agent.destroy())
const TRANSPORTS: ReadonlyArray<readonly [string, TransportOption, RequestInit]> = [
  ['the global fetch', {}, {}],
  ['the global fetch with a dispatcher', {}, { dispatcher: agent } as RequestInit],
  ['undici', { fetch: undiciFetch }, {}],
  ['a browser', { fetch: browserFetch }, { credentials: 'include' }],
  ['a worker', { fetch: workerFetch }, {}],
]

describe.each(TRANSPORTS)('createSignedFetch over %s', (name, transport, extra) => {
  const clientOf = (origin: string) => createSignedFetch(signer, { origins: [origin], ...transport })

  it('sends what it signed', async () => {
    const at = await exchange()
    const signedFetch = clientOf(at.origin)
    const form = new FormData()
    form.set('a', '1')
    const inits: RequestInit[] = [
      {},
      { method: 'HEAD' },
      { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json' } },
      { method: 'PUT', body: new Uint8Array([0, 255, 13, 10]) },
      { method: 'POST', body: form },
      { method: 'POST', body: new URLSearchParams({ a: 'ü' }) },
      { method: 'DELETE' },
    ]
    for (const init of inits) {
      const response = await signedFetch(`${at.origin}/v1/x?a=%20b&c`, { ...extra, ...init })
      expect(response.status).toBe(200)
      await response.arrayBuffer()
    }
    expect(at.outcomes()).toEqual(inits.map(() => 'ok'))
  })

  it('signs again after a redirect, or says that it cannot', async () => {
    const at = await exchange()
    at.route('/old', (_, response) => response.writeHead(307, { location: '/new' }).end())
    const sending = clientOf(at.origin)(`${at.origin}/old`, { ...extra, method: 'POST', body: 'x' })
    if (name === 'a browser') expect(await codeOf(() => sending)).toBe('REDIRECT_REFUSED')
    else expect((await sending).status).toBe(200)
    expect(at.outcomes()).toEqual(name === 'a browser' ? ['ok'] : ['ok', 'ok'])
  })

  it('gives up with the signal’s reason', async () => {
    const at = await exchange()
    at.route('/', () => {})
    const controller = new AbortController()
    setTimeout(() => controller.abort(new Error('left')), 20)
    await expect(clientOf(at.origin)(at.origin, { ...extra, signal: controller.signal })).rejects.toThrow('left')
  })

  it('lets the platform set its own fields without breaking the signature', async () => {
    const at = await exchange()
    await clientOf(at.origin)(at.origin, { ...extra, method: 'POST', body: 'x', headers: { accept: 'text/x' } })
    expect(at.outcomes()).toEqual(['ok'])
    expect([headOf(at.heads[0], 'accept'), headOf(at.heads[0], 'content-length')]).toEqual(['text/x', '1'])
  })
})
