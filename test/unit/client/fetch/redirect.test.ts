import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { createSignedFetch } from '../../../../src/client/fetch/signed-fetch.js'
import type { Accepted } from '../../../../src/server/verdict.js'
import { codeOf } from '../../../expect-code.js'
import { type Exchange, exchange, headOf, signer } from '../mock.js'

const to =
  (status: number, location: string) =>
  (_: unknown, response: ServerResponse): void => {
    response.writeHead(status, { location }).end('moved')
  }
const client = (at: Exchange, options = {}) => createSignedFetch(signer, { origins: [at.origin], ...options })
const bodyOf = (verdict: unknown): string | null => {
  const { body } = verdict as Accepted
  return body === null || body.length === 0 ? null : new TextDecoder().decode(body)
}

describe('redirects on the same origin', () => {
  // Fetch, "HTTP-redirect fetch" step 12.
  it.each([
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'POST', 'GET'],
    [301, 'PUT', 'PUT'],
    [302, 'DELETE', 'DELETE'],
    [303, 'PUT', 'GET'],
    [303, 'HEAD', 'HEAD'],
    [307, 'POST', 'POST'],
    [308, 'PUT', 'PUT'],
  ])('after %s, %s becomes %s, signed anew', async (status, method, becomes) => {
    const at = await exchange()
    at.route('/old', to(status, '/new?x=1'))
    const response = await client(at)(`${at.origin}/old`, {
      method,
      ...(method === 'HEAD'
        ? {}
        : { body: 'payload', headers: { 'content-type': 'text/x', 'content-language': 'de' } }),
    })
    expect([response.status, response.redirected, response.url]).toEqual([200, true, `${at.origin}/new?x=1`])
    expect(at.outcomes()).toEqual(['ok', 'ok'])
    expect(new Set(at.nonces()).size).toBe(2)
    const kept = becomes === method && method !== 'HEAD'
    expect([at.verdicts[1]?.request.method, bodyOf(at.verdicts[1])]).toEqual([becomes, kept ? 'payload' : null])
    for (const name of ['content-type', 'content-language', 'content-digest'])
      expect(headOf(at.heads[1], name) !== undefined).toBe(kept)
  })

  it('keeps the caller’s fields and drops a digest with its body', async () => {
    const at = await exchange()
    at.route('/old', to(303, '/new'))
    const headers = { 'x-trace': '7', 'content-digest': 'sha-256=:LCa0a2j/xo/5m0U8HTBBNBNCLXBkg7+g+YpeiGJm564=:' }
    await client(at)(`${at.origin}/old`, { method: 'POST', body: 'foo', headers })
    expect(at.outcomes()).toEqual(['ok', 'ok'])
    expect([headOf(at.heads[1], 'x-trace'), headOf(at.heads[1], 'content-digest')]).toEqual(['7', undefined])
  })

  it('follows 20 and no more', async () => {
    const at = await exchange()
    for (let i = 0; i < 30; i++) at.route(`/${i}`, to(307, `/${i + 1}`))
    const signedFetch = client(at)
    expect((await signedFetch(`${at.origin}/10`)).status).toBe(200)
    expect(at.verdicts).toHaveLength(21)
    expect(await codeOf(() => signedFetch(`${at.origin}/9`))).toBe('REDIRECT_REFUSED')
    expect(at.verdicts).toHaveLength(42)
    expect(at.outcomes().every((one) => one === 'ok')).toBe(true)
    expect(await codeOf(() => client(at, { redirects: { max: 0 } })(`${at.origin}/29`))).toBe('REDIRECT_REFUSED')
  })

  it('returns what is no redirect: no Location, another status, or the caller’s wish', async () => {
    const at = await exchange()
    at.route('/none', (_, response) => response.writeHead(302).end())
    at.route('/300', to(300, '/new'))
    at.route('/302', to(302, 'https://evil.example/'))
    expect((await client(at)(`${at.origin}/none`)).status).toBe(302)
    expect((await client(at)(`${at.origin}/300`)).status).toBe(300)
    const response = await client(at)(`${at.origin}/302`, { redirect: 'manual' })
    expect([response.status, response.headers.get('location')]).toEqual([302, 'https://evil.example/'])
    const request = new Request(`${at.origin}/302`, { redirect: 'manual' })
    expect((await client(at)(request)).status).toBe(302)
    expect(at.outcomes()).toEqual(['ok', 'ok', 'ok', 'ok'])
  })

  it('refuses any redirect where the caller wants none', async () => {
    const at = await exchange()
    at.route('/old', to(302, '/new'))
    expect(await codeOf(() => client(at)(`${at.origin}/old`, { redirect: 'error' }))).toBe('REDIRECT_REFUSED')
    expect(at.verdicts).toHaveLength(1)
  })

  it('refuses targets that are no place to go', async () => {
    const at = await exchange()
    const bad = ['javascript:alert(1)', 'file:///etc/passwd', 'http://', `http://a:b@${at.origin.slice(7)}/`]
    for (const [i, location] of bad.entries()) {
      at.route(`/${i}`, to(302, location))
      expect(await codeOf(() => client(at, { redirects: { otherOrigin: 'unsigned' } })(`${at.origin}/${i}`))).toBe(
        'REDIRECT_REFUSED',
      )
    }
    expect(at.verdicts).toHaveLength(bad.length)
  })

  it('cannot send a stream twice', async () => {
    const at = await exchange()
    at.route('/307', to(307, '/new'))
    at.route('/303', to(303, '/new'))
    const put = (path: string) =>
      client(at)(at.origin + path, {
        method: 'PUT',
        body: new Blob(['foo']).stream(),
        headers: { 'content-digest': 'sha-256=:LCa0a2j/xo/5m0U8HTBBNBNCLXBkg7+g+YpeiGJm564=:' },
      })
    expect(await codeOf(() => put('/307'))).toBe('REDIRECT_REFUSED')
    expect((await put('/303')).status).toBe(200)
    expect(at.outcomes()).toEqual(['ok', 'ok', 'ok'])
  })
})

describe('redirects to another origin', () => {
  it('are refused, and nothing reaches it', async () => {
    const [at, evil] = [await exchange(), await exchange()]
    at.route('/out', to(307, `${evil.origin}/take`))
    for (const origins of [[at.origin], [at.origin, evil.origin]]) {
      const signedFetch = createSignedFetch(signer, { origins })
      expect(await codeOf(() => signedFetch(`${at.origin}/out`, { method: 'POST', body: 'x' }))).toBe(
        'REDIRECT_REFUSED',
      )
    }
    expect(evil.heads).toHaveLength(0)
  })

  it('are another origin already when only the host name, the port or the scheme differs', async () => {
    const [at, other] = [await exchange(), await exchange()]
    const places = [at.origin.replace('127.0.0.1', 'localhost'), other.origin, at.origin.replace('http:', 'https:')]
    for (const [i, place] of places.entries()) {
      at.route(`/${i}`, to(302, `${place}/`))
      expect(await codeOf(() => client(at)(`${at.origin}/${i}`))).toBe('REDIRECT_REFUSED')
    }
  })

  it('carry no signature and no credential where following is allowed', async () => {
    const [at, other] = [await exchange(), await exchange()]
    at.route('/out', to(307, `${other.origin}/in`))
    other.route('/in', (_, response) => response.end('hello'))
    const signedFetch = client(at, { redirects: { otherOrigin: 'unsigned' } })
    const response = await signedFetch(`${at.origin}/out`, {
      method: 'POST',
      body: 'x',
      headers: {
        authorization: 'Bearer secret',
        cookie: 'sid=secret',
        'proxy-authorization': 'Basic secret',
        'signature-input': 'mine=("@method");keyid="p"',
        signature: 'mine=:AAAA:',
        'x-plain': 'kept',
      },
    })
    expect(await response.text()).toBe('hello')
    const names = (other.heads[0] ?? []).filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase())
    expect(names).toContain('x-plain')
    for (const name of ['authorization', 'cookie', 'proxy-authorization', 'signature', 'signature-input'])
      expect(names).not.toContain(name)
    expect(JSON.stringify(other.heads)).not.toContain('secret')
  })

  it('are not signed on the way back either: the path was chosen by another host', async () => {
    const [at, other] = [await exchange(), await exchange()]
    at.route('/out', to(302, `${other.origin}/back`))
    other.route('/back', to(302, `${at.origin}/step`))
    at.route('/step', to(302, '/withdraw?all=1'))
    const signedFetch = client(at, { redirects: { otherOrigin: 'unsigned' } })
    expect((await signedFetch(`${at.origin}/out`)).status).toBe(401)
    expect(at.outcomes()).toEqual(['ok', 'AUTH_MISSING', 'AUTH_MISSING'])
  })

  it('never leave an encrypted connection', async () => {
    const fetch = async (url: string): Promise<Response> =>
      url.startsWith('https:')
        ? new Response(null, { status: 302, headers: { location: 'http://b.example/' } })
        : new Response('plain')
    const signedFetch = createSignedFetch(signer, {
      origins: ['https://a.example'],
      redirects: { otherOrigin: 'unsigned' },
      fetch,
    })
    expect(await codeOf(() => signedFetch('https://a.example/'))).toBe('REDIRECT_REFUSED')
  })
})

describe('a platform that hides redirects', () => {
  // What a browser gives for redirect: "manual".
  const opaque = Object.defineProperties(new Response(null), {
    type: { value: 'opaqueredirect' },
    status: { value: 0 },
  })
  const signedFetch = createSignedFetch(signer, { origins: ['https://a.example'], fetch: async () => opaque })

  it('is a separate error, with what to do', async () => {
    await expect(signedFetch('https://a.example/')).rejects.toMatchObject({
      code: 'REDIRECT_REFUSED',
      message: expect.stringContaining('final URL'),
    })
  })

  it('still answers who asked for it', async () => {
    expect(await signedFetch('https://a.example/', { redirect: 'manual' })).toBe(opaque)
  })
})
