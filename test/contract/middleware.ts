import type { RequestListener } from 'node:http'
import { connect } from 'node:net'
import { beforeEach, describe, expect, it } from 'vitest'
import type { KeyRecord } from '../../src/access/key-record.js'
import { createSignedFetch, signRequest } from '../../src/client/index.js'
import { hmacKey } from '../../src/crypto/hmac-key.js'
import type { HmacKey } from '../../src/crypto/key.js'
import { isCountersignError } from '../../src/errors.js'
import { type HttpRequest, httpRequest } from '../../src/message/message.js'
import { rfc9421 } from '../../src/schemes/rfc9421/signer.js'
import { rfc9421Verifier } from '../../src/schemes/rfc9421/verifier.js'
import { staticKeys } from '../../src/server/key-source.js'
import type { MiddlewareOptions } from '../../src/server/middleware/gate.js'
import type { Verifier } from '../../src/server/options.js'
import { strictPolicy } from '../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../src/server/replay/memory.js'
import type { ReplayStore } from '../../src/server/replay/replay-store.js'
import type { Accepted } from '../../src/server/verdict.js'
import { createVerifier } from '../../src/server/verifier.js'
import { type Answer, exchange, listen, proxy, requestText, send } from '../runtime/wire.js'
import { THOROUGH } from '../thorough.js'

/** What a host is asked to be: an application that answers every verified request with {@link reply}. */
export interface HostSetup {
  readonly options: MiddlewareOptions
  /** Mount it under this path, so that the framework cuts the prefix. */
  readonly mount?: string
  /** Read the body before the middleware does. */
  readonly readFirst?: boolean
  /** Told when the application behind the middleware runs. */
  readonly handled: () => void
  /** Told what the framework makes of an error of the set-up. */
  readonly failed: (error: unknown) => void
}

/** Builds the application of one framework as a Node listener. */
export type MakeHost = (verifier: Verifier, setup: HostSetup) => RequestListener | Promise<RequestListener>

/** What the application answers: what it was told, and the body as the framework hands it out. */
export const reply = (verdict: Accepted | undefined, body: string): string =>
  JSON.stringify({
    keyId: verdict?.keyId,
    owner: verdict?.owner,
    target: verdict?.request.target,
    ip: verdict?.clientIp,
    body,
  })

export const key: HmacKey = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(1) })
const pinned = hmacKey({ keyId: 'pinned-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(2) })
const signer = rfc9421({ key })

const PUBLIC = 'api.example.com'
const ORDER = '{"symbol":"BTCUSDT","note":"gr\u00fc\u00df"}'
const RECORDS: readonly KeyRecord[] = [
  { key, owner: 'alice', scopes: ['orders:write'] },
  { key: pinned, owner: 'bob', allowIp: ['203.0.113.0/24'] },
]

const VERIFIER = createVerifier({
  schemes: [rfc9421Verifier()],
  keys: staticKeys(RECORDS),
  policy: strictPolicy({ authorities: [PUBLIC] }),
  replay: memoryReplayStore({ restartBarrier: false }),
})

interface World {
  readonly port: number
  readonly authority: string
  /** Codes of the verifier's audit trail; `ok` is acceptance. */
  readonly codes: string[]
  readonly errors: unknown[]
  readonly handled: () => number
  /** A signed request for this server, or for the public name it may stand behind. */
  sign(part?: {
    path?: string
    method?: string
    body?: string
    origin?: string
    with?: typeof key
  }): Promise<HttpRequest>
}

/** Parts of the suite that have no meaning for a host. */
export interface ContractLimits {
  /** Texts in the names of the tests that are left out, visibly. */
  readonly without?: readonly string[]
}

/** The one suite that every middleware passes, over real sockets with real clients. */
export function middlewareContract(name: string, makeHost: MakeHost, { without = [] }: ContractLimits = {}): void {
  const open = async (
    setup: Partial<HostSetup> & { verifier?: (real: Verifier) => Verifier; replay?: ReplayStore } = {},
  ): Promise<World> => {
    const codes: string[] = []
    const errors: unknown[] = []
    let handled = 0
    let authority = ''
    const port = await listen((own) => {
      authority = own
      const verifier = createVerifier({
        schemes: [rfc9421Verifier()],
        keys: staticKeys(RECORDS),
        policy: strictPolicy({ authorities: [own, PUBLIC], maxBodyBytes: 4_096 }),
        replay: setup.replay ?? memoryReplayStore({ restartBarrier: false }),
        audit: ({ code = 'ok' }) => codes.push(code),
        // The whole suite runs beside others on a busy machine.
        storeTimeoutMs: 10_000,
      })
      return makeHost(setup.verifier?.(verifier) ?? verifier, {
        options: {},
        handled: () => handled++,
        failed: (error) => errors.push(error),
        ...setup,
      })
    })
    const sign: World['sign'] = ({ path = '/v1/orders?a=1&a=2', method, body, origin, with: by = key } = {}) => {
      const headers = body === undefined ? {} : { 'content-type': 'application/json' }
      const verb = method ?? (body === undefined ? 'GET' : 'POST')
      const init = { method: verb, url: `${origin ?? `http://${authority}`}${path}`, headers }
      return signRequest(httpRequest(body === undefined ? init : { ...init, body }), rfc9421({ key: by }))
    }
    return { port, authority, codes, errors, handled: () => handled, sign }
  }
  const seen = ({ body }: Answer): Record<string, unknown> => JSON.parse(body) as Record<string, unknown>
  /** A refusal as unknown clients see it. */
  const refused = (answer: Answer, status: number): void => {
    expect(answer.status).toBe(status)
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(Object.keys(JSON.parse(answer.body) as object)).toEqual(['type', 'title', 'status'])
  }

  describe(`middleware: ${name}`, () => {
    beforeEach(({ task, skip }) => skip(without.some((part) => task.name.includes(part))))

    it('lets a signed GET through, with identity from the verdict only', async () => {
      const { port, sign, codes } = await open()
      const signed = await sign()
      const spoofed = { ...signed, fields: [...signed.fields, 'X-Key-Id', 'root', 'X-Owner', 'root'] }
      const answer = await send(port, spoofed)
      expect(answer.status).toBe(200)
      expect(seen(answer)).toEqual({
        keyId: 'bot-1',
        owner: 'alice',
        target: '/v1/orders?a=1&a=2',
        ip: '127.0.0.1',
        body: '',
      })
      expect(answer.headers['cache-control']).toBe('private, no-store')
      expect(answer.headers['vary']?.toLowerCase().split(/, ?/)).toEqual(
        expect.arrayContaining(['authorization', 'signature', 'signature-input']),
      )
      expect(codes).toEqual(['ok'])
    })

    it('hands the signed body on, byte for byte, however it was framed', async () => {
      const { port, sign } = await open()
      for (const chunked of [false, true]) {
        const answer = await send(port, await sign({ body: ORDER }), { chunked })
        expect(answer.status).toBe(200)
        expect(seen(answer)).toMatchObject({ owner: 'alice', body: ORDER })
      }
    })

    it('works with the signed fetch of this library', async () => {
      const { port, codes } = await open()
      const origin = `http://127.0.0.1:${port}`
      const signedFetch = createSignedFetch(signer, { origins: [origin] })
      const got = await signedFetch(`${origin}/v1/orders?x=%20y`)
      expect(await got.json()).toMatchObject({ owner: 'alice', target: '/v1/orders?x=%20y' })
      const posted = await signedFetch(`${origin}/v1/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: ORDER,
      })
      expect(await posted.json()).toMatchObject({ owner: 'alice', body: ORDER })
      expect(codes).toEqual(['ok', 'ok'])
    })

    it('refuses what is not signed, and says how to sign', async () => {
      const { port, authority, handled, codes } = await open()
      const answer = await send(port, httpRequest({ url: `http://${authority}/v1/orders` }))
      refused(answer, 401)
      expect(answer.body).toBe('{"type":"about:blank","title":"Unauthorized","status":401}')
      expect(answer.headers['accept-signature']).toMatch(/^sig1=\("@method" /)
      expect(answer.headers['www-authenticate']).toBe('Signature')
      expect(codes).toEqual(['AUTH_MISSING'])
      expect(handled()).toBe(0)
    })

    it('answers an unknown key exactly as a wrong signature', async () => {
      const { port, sign, codes } = await open()
      const wrong = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(9) })
      const stranger = hmacKey({ keyId: 'bot-9', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(9) })
      const first = await send(port, await sign({ with: wrong }))
      const second = await send(port, await sign({ with: stranger }))
      expect(codes).toEqual(['SIGNATURE_INVALID', 'KEY_UNKNOWN'])
      const visible = ({ status, headers, body }: Answer): unknown => ({ status, body, ...headers, date: '' })
      expect(visible(second)).toEqual(visible(first))
      refused(first, 401)
    })

    it('refuses a changed body, path, query and method', async () => {
      const { port, sign, codes, handled } = await open()
      const changes: Array<(signed: HttpRequest) => HttpRequest> = [
        (signed) => ({ ...signed, body: new TextEncoder().encode(ORDER.replace('BTC', 'ETH')) }),
        (signed) => ({ ...signed, body: new TextEncoder().encode(`${ORDER} `) }),
        (signed) => ({ ...signed, target: '/v1/withdraw?a=1&a=2' }),
        (signed) => ({ ...signed, target: '/v1/orders/?a=1&a=2' }),
        (signed) => ({ ...signed, target: '/v1/orders?a=2&a=1' }),
        (signed) => ({ ...signed, method: 'PUT' }),
      ]
      for (const change of changes) refused(await send(port, change(await sign({ body: ORDER }))), 401)
      expect(codes).toEqual([...Array(2).fill('DIGEST_MISMATCH'), ...Array(4).fill('SIGNATURE_INVALID')])
      expect(handled()).toBe(0)
    })

    it('accepts the same bytes once', async () => {
      const { port, sign, codes } = await open()
      const signed = await sign({ body: ORDER })
      expect((await send(port, signed)).status).toBe(200)
      refused(await send(port, signed), 401)
      expect(codes).toEqual(['ok', 'REPLAY'])
    })

    it('verifies the whole path where it is mounted under a prefix', async () => {
      const { port, sign, codes } = await open({ mount: '/api' })
      const answer = await send(port, await sign({ path: '/api/v1/orders?a=1', body: ORDER }))
      expect(answer.status).toBe(200)
      expect(seen(answer)).toMatchObject({ owner: 'alice', target: '/api/v1/orders?a=1', body: ORDER })
      const cut = await sign({ path: '/v1/orders?a=1' })
      refused(await send(port, { ...cut, target: '/api/v1/orders?a=1' }), 401)
      expect(codes).toEqual(['ok', 'SIGNATURE_INVALID'])
    })

    it('stands behind a proxy that replaces the host, when its public origin is configured', async () => {
      const direct = await open()
      const blind = await proxy(direct.port, { host: 'backend.internal' })
      const signed = { origin: `https://${PUBLIC}`, body: ORDER }
      refused(await send(blind, await direct.sign(signed)), 421)
      expect(direct.codes).toEqual(['HOST_MISMATCH'])

      const told = await open({ options: { publicOrigin: `https://${PUBLIC}` } })
      const through = await proxy(told.port, { host: 'backend.internal' })
      const answer = await send(through, await told.sign(signed))
      expect(answer.status).toBe(200)
      expect(seen(answer)).toMatchObject({ owner: 'alice', body: ORDER })
      // Signed for the name of the machine behind it, the request is for another host.
      refused(await send(through, await told.sign()), 401)
      expect(told.codes).toEqual(['ok', 'SIGNATURE_INVALID'])
    })

    it('puts back the prefix that a proxy cuts', async () => {
      const { port, sign, codes } = await open({
        options: { publicOrigin: `https://${PUBLIC}`, publicPathPrefix: '/api' },
      })
      const through = await proxy(port, { host: 'backend.internal', strip: '/api' })
      const answer = await send(
        through,
        await sign({ origin: `https://${PUBLIC}`, path: '/api/v1/orders', body: ORDER }),
      )
      expect(answer.status).toBe(200)
      expect(seen(answer)).toMatchObject({ target: '/api/v1/orders', body: ORDER })
      expect(codes).toEqual(['ok'])
    })

    it('accepts forwarded addresses and hosts of its own proxies only', async () => {
      const trusting = { trustedProxies: ['127.0.0.0/8'], forwarded: 'x-forwarded' } as const
      const add = {
        'X-Forwarded-For': '6.6.6.6, 203.0.113.9',
        'X-Forwarded-Host': PUBLIC,
        'X-Forwarded-Proto': 'https',
      }
      const told = await open({ options: trusting })
      const through = await proxy(told.port, { host: 'backend.internal', add })
      const part = { origin: `https://${PUBLIC}`, with: pinned }
      const answer = await send(through, await told.sign(part))
      expect(seen(answer)).toMatchObject({ owner: 'bob', ip: '203.0.113.9' })

      const strange = await open({ options: { ...trusting, trustedProxies: ['10.0.0.0/8'] } })
      const spoofed = await strange.sign({ with: pinned })
      const fields = [...spoofed.fields, ...Object.entries(add).flat(), 'X_Forwarded_For', '203.0.113.9']
      refused(await send(strange.port, { ...spoofed, fields }), 403)

      const garbled = await proxy(told.port, { add: { ...add, 'X-Forwarded-For': '203.0.113.9, unknown' } })
      refused(await send(garbled, await told.sign(part)), 403)
      expect([...told.codes, ...strange.codes]).toEqual(['ok', 'IP_UNDETERMINED', 'IP_DENIED'])
    })

    it('refuses a path that its router could read as another one', async () => {
      const { port, sign, codes, handled } = await open()
      for (const path of [
        '/v1/./orders',
        '/v1/x/../orders',
        '/v1/order%73',
        '/v1//orders',
        '/v1/a%2fb',
        '/v1;a/orders',
      ]) {
        const signed = await sign()
        refused(await send(port, { ...signed, target: path }), 400)
      }
      expect(codes).toEqual(Array(6).fill('TARGET_MALFORMED'))
      expect(handled()).toBe(0)
    })

    it('refuses an absolute-form target', async () => {
      const { port, authority, sign, codes } = await open()
      const signed = await sign()
      expect((await exchange(port, requestText(signed, [], `http://${authority}${signed.target}`))).status).toBe(400)
      expect(codes).toEqual(['TARGET_MALFORMED'])
    })

    it('reads an absolute-form target where it is asked to, and refuses one for another host', async () => {
      const { port, authority, sign, codes } = await open({ options: { acceptAbsoluteForm: true } })
      const signed = await sign()
      const own = await exchange(port, requestText(signed, [], `http://${authority}${signed.target}`))
      expect(own.status).toBe(200)
      const other = await exchange(port, requestText(await sign(), [], `http://evil.example${signed.target}`))
      expect(other.status).toBe(421)
      expect(codes).toEqual(['ok', 'HOST_MISMATCH'])
    })

    it.each([
      ['AUTH_DUPLICATE', 'Authorization', 'Authorization: a', 'Authorization: b'],
      ['AUTH_DUPLICATE', 'Signature', 'Signature: sig1=:AAAA:'],
      ['HEADER_DUPLICATE', 'Host', 'Host: evil.example'],
      ['HEADER_DUPLICATE', 'Content-Type', 'Content-Type: text/plain', 'Content-Type: text/html'],
    ])('refuses with %s when %s comes twice', async (code, _name, ...lines) => {
      const { port, sign, codes, handled } = await open()
      expect((await exchange(port, requestText(await sign(), lines))).status).toBe(400)
      expect(codes).toEqual([code])
      expect(handled()).toBe(0)
    })

    it('reports that the body was read before', async () => {
      const { port, sign, codes, errors, handled } = await open({ readFirst: true })
      const answer = await send(port, await sign({ body: ORDER }))
      expect(answer.status).toBe(500)
      expect(handled()).toBe(0)
      expect(codes).toEqual(['HOST_FAULT'])
      expect(errors).toHaveLength(1)
      expect(isCountersignError(errors[0], 'BODY_CONSUMED')).toBe(true)
      expect(String(errors[0])).toMatch(/read/)
    })

    it('keeps 50 requests at once apart', async () => {
      const { port, sign } = await open()
      const bodies = Array.from({ length: 50 }, (_, i) => `{"order":${i}}`)
      const signed = await Promise.all(bodies.map((body) => sign({ body })))
      const answers = await Promise.all(signed.map((one) => send(port, one)))
      expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200))
      expect(answers.map((answer) => seen(answer)['body'])).toEqual(bodies)
    })

    it('accepts one of 50 equal requests at once', async () => {
      const { port, sign, codes, handled } = await open()
      const signed = await sign({ body: ORDER })
      await Promise.all(Array.from({ length: 50 }, () => send(port, signed)))
      expect(handled()).toBe(1)
      expect(codes.toSorted()).toEqual([...Array(49).fill('REPLAY'), 'ok'])
    })

    it('asks for the scope of the route, named or computed from what was signed', async () => {
      const named = await open({ options: { scope: 'orders:write' } })
      expect((await send(named.port, await named.sign())).status).toBe(200)
      const denied = await open({ options: { scope: 'funds:withdraw' } })
      refused(await send(denied.port, await denied.sign()), 403)
      const computed = await open({
        mount: '/api',
        options: { scope: ({ target }) => (target.startsWith('/api/funds') ? 'funds:withdraw' : undefined) },
      })
      expect((await send(computed.port, await computed.sign({ path: '/api/orders' }))).status).toBe(200)
      refused(await send(computed.port, await computed.sign({ path: '/api/funds' })), 403)
      expect([...denied.codes, ...computed.codes]).toEqual(['SCOPE_DENIED', 'ok', 'SCOPE_DENIED'])
    })

    it('refuses a body past the cap before it is read, announced or not', async () => {
      const { port, sign, codes, handled } = await open()
      const signed = await sign({ body: 'x'.repeat(5_000) })
      refused(await send(port, signed), 413)
      refused(await send(port, signed, { chunked: true }), 413)
      expect(codes).toEqual(['BODY_TOO_LARGE', 'BODY_TOO_LARGE'])
      expect(handled()).toBe(0)
    })

    it('takes a refused body off the connection, which then serves the next request', async () => {
      const { port, sign, codes } = await open()
      const wrong = { ...(await sign({ body: ORDER })), target: '/elsewhere' }
      for (let i = 0; i < 5; i++) refused(await send(port, wrong), 401)
      expect((await send(port, await sign({ body: ORDER }))).status).toBe(200)
      expect(codes).toEqual([...Array(5).fill('SIGNATURE_INVALID'), 'ok'])
    })

    it('treats OPTIONS as any request', async () => {
      const { port, authority, sign, codes } = await open()
      const asked = httpRequest({
        method: 'OPTIONS',
        url: `http://${authority}/v1/orders`,
        headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' },
      })
      refused(await send(port, asked), 401)
      expect((await send(port, await sign({ method: 'OPTIONS' }))).status).toBe(200)
      expect(codes).toEqual(['AUTH_MISSING', 'ok'])
    })

    it('lets CORS preflights through when it is configured to, and nothing else', async () => {
      const { port, authority, codes, handled } = await open({ options: { exemptPreflight: true } })
      const ask = (method: string, headers: Record<string, string>): Promise<Answer> =>
        send(port, httpRequest({ method, url: `http://${authority}/v1/orders`, headers }))
      const preflight = { origin: 'https://app.example', 'access-control-request-method': 'POST' }
      const answer = await ask('OPTIONS', preflight)
      expect(answer.status).toBeLessThan(300)
      expect(answer.body).not.toContain('alice')
      expect(handled()).toBe(1)
      refused(await ask('OPTIONS', { origin: 'https://app.example' }), 401)
      refused(await ask('OPTIONS', { ...preflight, 'content-length': '0' }), 401)
      refused(await ask('GET', preflight), 401)
      expect(handled()).toBe(1)
      expect(codes).toEqual(Array(3).fill('AUTH_MISSING'))
    })

    it('outlives a client that leaves in the middle of its body', async () => {
      const { port, sign, codes, handled } = await open()
      const signed = await sign({ body: ORDER })
      const head = requestText(signed, [`Content-Length: ${ORDER.length + 10}`])
      const socket = connect(port, '127.0.0.1', () => socket.write(`${head}{"symbol"`, () => socket.end()))
      await new Promise((resolve) => socket.resume().on('close', resolve))
      await expect.poll(() => codes).toEqual(['BODY_UNREADABLE'])
      expect((await send(port, await sign({ body: ORDER }))).status).toBe(200)
      expect(handled()).toBe(1)
    })

    it('refuses options that cannot be meant, when it is set up', async () => {
      const open = (options: object, verifier?: unknown): Promise<unknown> =>
        Promise.resolve().then(() =>
          makeHost((verifier ?? VERIFIER) as Verifier, { options, handled: () => {}, failed: () => {} }),
        )
      const bad: object[] = [
        { publicOrigin: 'https://elsewhere.example' },
        { publicOrigin: `https://${PUBLIC}/path` },
        { publicOrigin: PUBLIC },
        { trustedProxies: ['0.0.0.0/0'] },
        { trustedProxies: ['10.0.0.1/8'] },
        { trustedProxies: true },
        { forwarded: 'x-forwarded' },
        { forwarded: 'forwarded', trustedProxies: ['10.0.0.0/8'] },
        { publicPathPrefix: '/api/' },
        { publicPathPrefix: 'api' },
        { publicorigin: `https://${PUBLIC}` },
        { trustedProxies: '10.0.0.0/8' },
        { streamBody: 1 },
        { acceptAbsoluteForm: 'no' },
        { requestId: 'x-request-id' },
        { onError: true },
        { cost: '1' },
        { routes: [] },
        { routes: [{ path: '/a', scope: 'orders:*' }] },
        { scope: ['orders:read'] },
        { scope: 'orders:*' },
        { scope: '' },
      ]
      for (const options of bad) {
        await expect(open(options), JSON.stringify(options)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
      }
      await expect(open({}, {})).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
      await open({ publicOrigin: `https://${PUBLIC}` })
    })

    it('answers a barrier with 503 and the seconds left, and a signed fetch gets through on its second try', async () => {
      // As after a restart: what is signed up to the second in which the first request came is refused.
      let barrierMs: number | undefined
      const replay: ReplayStore = {
        get barrierMs() {
          return barrierMs
        },
        claim: ({ createdMs }) => {
          barrierMs ??= createdMs
          return createdMs > barrierMs ? 'claimed' : 'barrier'
        },
      }
      const { port, authority, sign, codes, handled } = await open({ replay })
      const answer = await send(port, await sign({ body: ORDER }))
      refused(answer, 503)
      expect(answer.headers['retry-after']).toBe('1')
      // The client is the same before every host, and waits for seconds.
      if (!THOROUGH && name !== 'Fetch handler') return
      barrierMs = Math.floor(Date.now() / 1_000) * 1_000 + 1_000
      const signedFetch = createSignedFetch(signer, { origins: [`http://${authority}`] })
      const response = await signedFetch(`http://${authority}/v1/orders`, { method: 'POST', body: ORDER })
      expect([response.status, handled()]).toEqual([200, 1])
      expect(codes).toEqual(['REPLAY_BARRIER', 'REPLAY_BARRIER', 'ok'])
    })

    it('fails closed, and reveals nothing, when something breaks', async () => {
      const told: unknown[] = []
      const { port, sign, handled } = await open({
        options: { onError: (error) => told.push(error) },
        verifier: (real) => ({ ...real, verify: () => Promise.reject(new Error('a secret of the store')) }),
      })
      const answer = await send(port, await sign({ body: ORDER }))
      refused(answer, 500)
      expect(answer.headers['retry-after']).toBeUndefined()
      expect(JSON.stringify([answer.headers, answer.body])).not.toContain('secret')
      expect(handled()).toBe(0)
      expect(told).toHaveLength(1)
    })
  })
}
