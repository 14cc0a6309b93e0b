import { EventEmitter } from 'node:events'
import { Readable } from 'node:stream'
import { Agent, Client, type Dispatcher, FormData, interceptors, fetch as undiciFetch } from 'undici'
import { afterAll, describe, expect, it } from 'vitest'
import { type SignInterceptorOptions, signInterceptor } from '../../../src/client/undici.js'
import type { SigningKey } from '../../../src/crypto/key.js'
import { rfc9421Signer } from '../../../src/schemes/rfc9421/custom-signer.js'
import { rfc9421 } from '../../../src/schemes/rfc9421/signer.js'
import type { Signer } from '../../../src/schemes/scheme.js'
import type { Accepted } from '../../../src/server/verdict.js'
import { increasingNonces } from '../../../src/sources/increasing-nonces.js'
import { codeOf } from '../../expect-code.js'
import { type Exchange, exchange, headOf, key, signer } from './mock.js'

const remote: SigningKey = {
  keyId: 'bot-1',
  algorithm: 'hmac-sha256',
  sign: async (base) => {
    await new Promise((resolve) => setTimeout(resolve, 2))
    return key.sign(base)
  },
}
const agents: Agent[] = []
afterAll(() => Promise.all(agents.map((agent) => agent.destroy())))

const bare = (): Agent => {
  const agent = new Agent()
  agents.push(agent)
  return agent
}
const sign = (at: Exchange, options: Partial<SignInterceptorOptions> = {}, by: Signer = signer) =>
  signInterceptor(by, { origins: [at.origin], ...options })
const agentFor = (at: Exchange, options: Partial<SignInterceptorOptions> = {}, by: Signer = signer): Dispatcher =>
  bare().compose(sign(at, options, by))
const ask = async (agent: Dispatcher, url: string, init: object = {}): Promise<number> => {
  const { origin, pathname, search } = new URL(url)
  const { statusCode, body } = await agent.request({ origin, path: pathname + search, method: 'GET', ...init })
  await body.dump()
  return statusCode
}
const post = { method: 'POST', headers: { 'content-type': 'text/plain' } }
const bodyOf = (verdict: unknown): string => new TextDecoder().decode((verdict as Accepted).body ?? new Uint8Array())
const retrying = interceptors.retry({ maxRetries: 2, minTimeout: 1, maxTimeout: 2, methods: ['GET', 'POST'] })

describe('signInterceptor', () => {
  it.each([
    ['a key that answers at once', signer],
    ['a key that must be awaited', rfc9421({ key: remote })],
  ])('is accepted for every kind of body with %s', async (_, by) => {
    const at = await exchange()
    const agent = agentFor(at, {}, by)
    const digest = { 'content-digest': 'sha-256=:LCa0a2j/xo/5m0U8HTBBNBNCLXBkg7+g+YpeiGJm564=:' }
    await ask(agent, `${at.origin}/a?x=%2F`)
    await ask(agent, at.origin, { ...post, body: 'text ✓' })
    await ask(agent, at.origin, { ...post, body: Buffer.from('buffer') })
    await ask(agent, at.origin, { ...post, body: new TextEncoder().encode('..bytes').subarray(2) })
    await ask(agent, at.origin, { ...post, body: Readable.from([Buffer.from('str'), Buffer.from('eam')]) })
    await ask(agent, at.origin, { ...post, body: new Blob(['web']).stream() })
    await ask(agent, at.origin, { ...post, body: '' })
    await ask(agent, at.origin, { method: 'PUT', headers: digest, body: Readable.from([Buffer.from('foo')]) })
    expect(at.outcomes()).toEqual(Array.from({ length: 8 }, () => 'ok'))
    expect(at.verdicts.map(bodyOf)).toEqual(['', 'text ✓', 'buffer', 'bytes', 'stream', 'web', '', 'foo'])
    expect([headOf(at.heads[4], 'content-length'), headOf(at.heads[7], 'transfer-encoding')]).toEqual(['6', 'chunked'])
  })

  it('signs fields however they are written, once each', async () => {
    const at = await exchange()
    const agent = agentFor(
      at,
      {},
      rfc9421Signer({ key, whenPresent: ['content-type', 'content-digest', 'x-a', 'x-b'] }),
    )
    const ways = [
      { 'x-a': '1', 'x-b': ['2', '3'], 'x-none': undefined },
      ['x-a', '1', 'x-b', '2', 'x-b', '3'],
      ['x-a', Buffer.from('1'), 'x-b', ['2', '3']],
      new Map<string, string | string[]>([
        ['x-a', '1'],
        ['x-b', ['2', '3']],
      ]),
      [
        ['x-a', '1'],
        ['x-b', '2'],
        ['x-b', '3'],
      ],
      new Headers([
        ['x-a', '1'],
        ['x-b', '2'],
        ['x-b', '3'],
      ]),
      { 'x-a': 1, 'x-b': '2, 3' },
    ]
    for (const headers of ways) await ask(agent, at.origin, { headers })
    expect(at.outcomes()).toEqual(ways.map(() => 'ok'))
    for (const verdict of at.verdicts)
      expect((verdict as Accepted).covered).toEqual(expect.arrayContaining(['"x-a"', '"x-b"']))
  })

  it('signs the query as undici writes it', async () => {
    const at = await exchange()
    const agent = agentFor(at)
    await agent.request({ origin: at.origin, path: '/a', method: 'GET', query: { b: 'x y', c: ['1', '2'], 'd&': '=' } })
    await agent.request({ origin: at.origin, path: '/a', method: 'GET', query: {} })
    expect(at.outcomes()).toEqual(['ok', 'ok'])
    expect(at.verdicts.map((one) => one.request.target)).toEqual(['/a?b=x%20y&c=1&c=2&d%26=%3D', '/a'])
    const both = { origin: at.origin, path: '/a?b=1', method: 'GET', query: { c: 1 } } as const
    expect(await codeOf(() => agent.request(both))).toBe('MESSAGE_MALFORMED')
  })

  it('refuses values of a query that undici writes as nothing or as another number', async () => {
    const at = await exchange()
    const agent = agentFor(at)
    const wrong = [Number('7123456789012346000'), Number.NaN, 1e-7, null, { a: 1 }, new Date(0), () => 1, [undefined]]
    for (const id of wrong) {
      const request = agent.request({ origin: at.origin, path: '/a', method: 'GET', query: { id } })
      await expect(request).rejects.toMatchObject({
        code: 'ARGUMENT_INVALID',
        message: expect.stringContaining('"query.id'),
      })
    }
    await agent.request({ origin: at.origin, path: '/a', method: 'GET', query: { id: 2n ** 60n, none: undefined } })
    expect(at.verdicts.map((one) => one.request.target)).toEqual([`/a?id=${2n ** 60n}`])
  })

  it('sends a method in small letters in capitals, as fetch does, and signs those', async () => {
    const at = await exchange()
    await agentFor(at).request({ origin: at.origin, path: '/', method: 'post' as 'POST', body: 'x' })
    expect(at.outcomes()).toEqual(['ok'])
    expect(at.verdicts[0]?.request.method).toBe('POST')
  })

  it('refuses other origins, and requests that do not say where they go', async () => {
    const [at, evil] = [await exchange(), await exchange()]
    const agent = agentFor(at)
    expect(await codeOf(() => ask(agent, evil.origin))).toBe('ORIGIN_REFUSED')
    expect(await codeOf(() => ask(agent, at.origin, { headers: { host: 'evil.example' } }))).toBe('ORIGIN_REFUSED')
    const client = new Client(at.origin).compose(sign(at))
    expect(await codeOf(() => client.request({ path: '/', method: 'GET' }))).toBe('ORIGIN_REFUSED')
    expect(await ask(client, at.origin)).toBe(200)
    await client.close()
    expect([at.outcomes(), evil.heads]).toEqual([['ok'], []])
  })

  it('lets other origins pass as they are where that is said', async () => {
    const [at, other] = [await exchange(), await exchange()]
    other.route('/', (_, response) => response.end())
    const agent = agentFor(at, { otherOrigin: 'unsigned' })
    expect([await ask(agent, at.origin), await ask(agent, other.origin, { headers: { 'x-a': '1' } })]).toEqual([
      200, 200,
    ])
    expect([headOf(other.heads[0], 'x-a'), headOf(other.heads[0], 'signature')]).toEqual(['1', undefined])
  })

  it('signs for several servers, each with its own signer', async () => {
    const [one, two] = [await exchange(), await exchange()]
    const agent = bare().compose(sign(one, { otherOrigin: 'unsigned' }), sign(two, { otherOrigin: 'unsigned' }))
    expect([await ask(agent, one.origin), await ask(agent, two.origin)]).toEqual([200, 200])
    expect([one.outcomes(), two.outcomes()]).toEqual([['ok'], ['ok']])
  })

  it.each([
    ['a form', new FormData()],
    ['a list', ['a', 'b']],
    ['a number', 5],
    ['a Blob', new Blob(['x'])],
  ])('refuses %s for a body', async (_, body) => {
    const at = await exchange()
    expect(await codeOf(() => ask(agentFor(at), at.origin, { ...post, body }))).toBe('ARGUMENT_INVALID')
    expect(at.heads).toHaveLength(0)
  })

  it('refuses what it cannot sign', async () => {
    const at = await exchange()
    const agent = agentFor(at)
    expect(await codeOf(() => ask(agent, at.origin, { path: `${at.origin}/` }))).toBe('MESSAGE_MALFORMED')
    expect(await codeOf(() => ask(agent, at.origin, { method: 'G T' }))).toBe('MESSAGE_MALFORMED')
    expect(await codeOf(() => ask(agent, at.origin, { headers: { 'x-a': 'a\r\nb: c' } }))).toBe('MESSAGE_MALFORMED')
    const own = { signature: 'sig1=:AAAA:', 'signature-input': 'sig1=()' }
    expect(await codeOf(() => ask(agent, at.origin, { headers: own }))).toBe('MESSAGE_MALFORMED')
    expect(
      await codeOf(() =>
        ask(agentFor(at, { maxBodyBytes: 3 }), at.origin, { ...post, body: Readable.from([Buffer.from('four')]) }),
      ),
    ).toBe('BODY_TOO_LARGE')
    expect(at.heads).toHaveLength(0)
    expect(await codeOf(() => signInterceptor(signer, { origins: [] }))).toBe('CONFIG_INVALID')
  })

  it('passes on what the key rejects with', async () => {
    const at = await exchange()
    const down = rfc9421({ key: { ...remote, sign: () => Promise.reject(new Error('vault is down')) } })
    await expect(ask(agentFor(at, {}, down), at.origin)).rejects.toThrow('vault is down')
    const broken = rfc9421({
      key: {
        ...remote,
        sign: () => {
          throw new Error('no such key')
        },
      },
    })
    await expect(ask(agentFor(at, {}, broken), at.origin)).rejects.toThrow('no such key')
  })

  it('is aborted while the key works, while the body is read, and before', async () => {
    const at = await exchange()
    const never = new Promise<never>(() => {})
    const stuck = agentFor(at, {}, rfc9421({ key: { ...remote, sign: () => never } }))
    const reason = new Error('user left')
    const soon = (): AbortSignal => {
      const controller = new AbortController()
      setTimeout(() => controller.abort(reason), 10)
      return controller.signal
    }
    await expect(ask(stuck, at.origin, { signal: soon() })).rejects.toBe(reason)
    const endless = Readable.from(
      (async function* () {
        yield await never
      })(),
    )
    await expect(ask(agentFor(at), at.origin, { ...post, body: endless, signal: soon() })).rejects.toBe(reason)
    await expect(ask(agentFor(at), at.origin, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const emitter = new EventEmitter()
    const later = ask(agentFor(at, {}, rfc9421({ key: remote })), at.origin, { signal: emitter })
    emitter.emit('abort')
    await expect(later).rejects.toThrow(/abort/i)
    expect(at.heads).toHaveLength(0)
  })

  it('serves fetch of undici and the global one as a dispatcher', async () => {
    const at = await exchange()
    const dispatcher = agentFor(at)
    const init = {
      method: 'POST',
      body: JSON.stringify({ a: 1 }),
      headers: { 'content-type': 'application/json' },
      dispatcher,
    }
    expect((await undiciFetch(`${at.origin}/x?y`, init)).status).toBe(200)
    expect((await fetch(`${at.origin}/x?y`, init as RequestInit)).status).toBe(200)
    expect(at.outcomes()).toEqual(['ok', 'ok'])
    expect(at.verdicts.map(bodyOf)).toEqual(['{"a":1}', '{"a":1}'])
  })

  it('sends 500 at once, each with its own nonce, and in the order of increasing ones', async () => {
    const at = await exchange()
    const sent: bigint[] = []
    const nonces = increasingNonces({ unit: 'us' })
    const spy: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (opts, handler) => {
      const head = (opts.headers as string[]).join(' ')
      sent.push(BigInt(/nonce="(\d+)"/.exec(head)?.[1] ?? '0'))
      return dispatch(opts, handler)
    }
    const agent = bare().compose(spy, sign(at, { nonces }, rfc9421({ key: remote })))
    await Promise.all(Array.from({ length: 200 }, (_, i) => ask(agent, `${at.origin}/${i}`)))
    const plain = agentFor(at)
    await Promise.all(Array.from({ length: 300 }, (_, i) => ask(plain, `${at.origin}/${i}`)))
    expect(new Set(at.outcomes())).toEqual(new Set(['ok']))
    expect(new Set(at.nonces()).size).toBe(500)
    expect(sent.every((one, i) => i === 0 || one > (sent[i - 1] as bigint))).toBe(true)
  })
})

describe('the order of interceptors', () => {
  /** 503 twice, then 200. */
  const busy = async (): Promise<Exchange> => {
    const at = await exchange()
    let count = 0
    at.route('/', (_, response) => response.writeHead(count++ < 2 ? 503 : 200).end())
    return at
  }

  it('compose(sign, retry) signs each attempt anew', async () => {
    for (const by of [signer, rfc9421({ key: remote })]) {
      const at = await busy()
      const agent = bare().compose(sign(at, {}, by), retrying)
      expect(await ask(agent, at.origin, { ...post, body: 'order' })).toBe(200)
      expect(at.outcomes()).toEqual(['ok', 'ok', 'ok'])
      expect(new Set(at.nonces()).size).toBe(3)
    }
  })

  it('compose(retry, sign) would replay one signature, so the second attempt is refused before it is written', async () => {
    const at = await busy()
    const agent = bare().compose(retrying, sign(at))
    await expect(ask(agent, at.origin, { ...post, body: 'order' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('compose signing first'),
    })
    expect(at.outcomes()).toEqual(['ok'])
  })

  it('compose(sign, redirect) signs again on the same origin', async () => {
    const at = await exchange()
    at.route('/old', (_, response) => response.writeHead(307, { location: '/new' }).end())
    const agent = bare().compose(sign(at), interceptors.redirect({ maxRedirections: 3 }))
    expect(await ask(agent, `${at.origin}/old`, { ...post, body: 'order' })).toBe(200)
    expect(at.outcomes()).toEqual(['ok', 'ok'])
    expect(new Set(at.nonces()).size).toBe(2)
  })

  it('compose(sign, redirect) signs nothing for another origin', async () => {
    const [at, evil] = [await exchange(), await exchange()]
    at.route('/out', (_, response) => response.writeHead(307, { location: `${evil.origin}/in` }).end())
    const follow = interceptors.redirect({ maxRedirections: 3 })
    expect(await codeOf(() => ask(bare().compose(sign(at), follow), `${at.origin}/out`))).toBe('ORIGIN_REFUSED')
    expect(evil.heads).toHaveLength(0)
    expect(await ask(bare().compose(sign(at, { otherOrigin: 'unsigned' }), follow), `${at.origin}/out`)).toBe(401)
    expect(evil.outcomes()).toEqual(['AUTH_MISSING'])
  })

  it('compose(redirect, sign) would carry the signature along, so nothing reaches the second place', async () => {
    const [at, evil] = [await exchange(), await exchange()]
    at.route('/out', (_, response) => response.writeHead(307, { location: `${evil.origin}/in` }).end())
    at.route('/old', (_, response) => response.writeHead(307, { location: '/new' }).end())
    const agent = bare().compose(interceptors.redirect({ maxRedirections: 3 }), sign(at))
    expect(await codeOf(() => ask(agent, `${at.origin}/out`))).toBe('CONFIG_INVALID')
    expect(await codeOf(() => ask(agent, `${at.origin}/old`))).toBe('CONFIG_INVALID')
    expect([at.outcomes(), evil.heads]).toEqual([['ok', 'ok'], []])
  })

  it('compose(sign, redirect) does not sign a way back that another host chose', async () => {
    for (const above of [[], [retrying]]) {
      const [at, evil] = [await exchange(), await exchange()]
      at.route('/out', (_, response) => response.writeHead(302, { location: `${evil.origin}/back` }).end())
      evil.route('/back', (_, response) => response.writeHead(302, { location: `${at.origin}/withdraw` }).end())
      const chain = (options: Partial<SignInterceptorOptions>): Dispatcher =>
        bare().compose([sign(at, options), ...above, interceptors.redirect({ maxRedirections: 5 })])
      const both = { otherOrigin: 'unsigned', origins: [at.origin] } as const
      expect(await ask(chain(both), `${at.origin}/out`)).toBe(401)
      expect(at.outcomes()).toEqual(['ok', 'AUTH_MISSING'])
      const trusting = { origins: [at.origin, evil.origin] }
      expect(await codeOf(() => ask(chain(trusting), `${at.origin}/out`))).toBe('ORIGIN_REFUSED')
    }
  })
})
