import { expect, test } from 'vitest'
import { hmacKey } from '../../../src/crypto/hmac-key.js'
import { randomNonce } from '../../../src/crypto/random.js'
import { okx } from '../../../src/exchange/catalogue/okx.js'
import { exchangeVerifier } from '../../../src/exchange/verifier/verifier.js'
import { createGate, memoryRateLimiter } from '../../../src/proxy/index.js'
import { rfc9421Verifier } from '../../../src/schemes/rfc9421/index.js'
import { signPrepared } from '../../../src/schemes/scheme.js'
import { staticKeys } from '../../../src/server/key-source.js'
import { tradingPolicy } from '../../../src/server/policy/strict-policy.js'
import { rateLimits } from '../../../src/server/rate-limits.js'
import { memoryReplayStore } from '../../../src/server/replay/memory.js'
import { createVerifier } from '../../../src/server/verifier.js'
import { exchange, requestBytes } from '../../attacks/wire.js'
import { get, HOST, order, sign, world } from '../../attacks/world.js'
import { gated, raw, upstream } from './world.js'

const publicOrigin = `http://${HOST}`

test('a gate passes on what it has verified, with who was proven and the very body', async () => {
  const service = await upstream(() => ({ status: 201, headers: { 'x-a': ['1', '2'], vary: 'Accept' }, body: 'done' }))
  const { verifier } = world()
  const { port, log } = await gated({ verifier, upstream: service.origin, publicOrigin })
  const signed = await sign(order())
  const answer = await exchange(
    port,
    requestBytes(signed, ['X-Countersign-Key: admin', 'X_Countersign_Owner: root', 'x.countersign.scopes: *:*']),
  )
  expect(answer).toMatchObject({
    status: 201,
    body: 'done',
    headers: { 'x-a': '1, 2', 'cache-control': 'private, no-store' },
  })
  expect(answer.headers['vary']).toBe('Accept, Authorization, Signature, Signature-Input')
  const [received] = service.received
  expect(received).toMatchObject({ method: 'POST', url: '/v1/orders?dry=1&symbol=BTC' })
  expect(received?.body.toString()).toBe('{"symbol":"BTCUSDT","qty":"1"}')
  const own = (received?.rawHeaders ?? []).flatMap((name, i, all) =>
    i % 2 === 0 && /countersign/i.test(name) ? [[name, all[i + 1]]] : [],
  )
  expect(own).toEqual([
    ['X-Countersign-Key', 'bot-1'],
    ['X-Countersign-Owner', 'alice'],
    ['X-Countersign-Scopes', 'orders:write'],
  ])
  expect(received?.headers).toMatchObject({ host: HOST, 'content-length': '30', 'x-forwarded-for': '127.0.0.1' })
  expect(received?.headers['signature']).toBeUndefined()
  await expect.poll(() => log).toHaveLength(1)
  expect(log[0]).toMatchObject({ status: 201, keyId: 'bot-1', owner: 'alice', path: '/v1/orders' })
})

test('a gate refuses a replay, a changed body and what is not signed, and none of it reaches the upstream', async () => {
  const service = await upstream()
  const { verifier } = world()
  const { port, log } = await gated({ verifier, upstream: service.origin, publicOrigin })
  const signed = await sign(order())
  const statuses: number[] = []
  for (const one of [signed, signed, { ...(await sign(order())), body: Buffer.from('{}') }, order()])
    statuses.push((await exchange(port, requestBytes(one))).status)
  expect(statuses).toEqual([200, 401, 401, 401])
  expect(service.received).toHaveLength(1)
  await expect.poll(() => log.map(({ code }) => code)).toEqual([undefined, 'REPLAY', 'DIGEST_MISMATCH', 'AUTH_MISSING'])
})

test('a given origin is held to the Host of the request, unless a proxy of one’s own may write it', async () => {
  const service = await upstream()
  const signed = await sign(order())
  const elsewhere = { ...signed, authority: 'other.example' }
  const { verifier, audit } = world()
  const { port } = await gated({ verifier, upstream: service.origin, publicOrigin })
  expect((await exchange(port, requestBytes(elsewhere))).status).toBe(421)
  expect((await exchange(port, requestBytes(signed, ['Host: other.example']))).status).toBe(421)
  expect(audit.map(({ code }) => code)).toEqual(['HOST_MISMATCH', 'HOST_MISMATCH'])
  const behind = await gated({ verifier, upstream: service.origin, publicOrigin, trustedProxies: ['127.0.0.1'] })
  expect((await exchange(behind.port, requestBytes(elsewhere))).status).toBe(200)
  expect(service.received[0]?.headers.host).toBe(HOST)
})

test.each([
  ['http://127.0.0.1:8443', {}],
  ['http://localhost:8443', {}],
  ['http://[::1]:8443', {}],
  ['http://a.localhost:8443', {}],
  ['https://0.0.0.0:8443', {}],
  ['http://localhost:8443', { host: '0.0.0.0' }],
  ['http://127.0.0.1:8443', { host: '::' }],
])('a gate whose upstream is itself (%s) is refused before it listens', (own, listen) => {
  const options = { verifier: world().verifier, upstream: own, publicOrigin, listen: { port: 8443, ...listen } }
  expect(() => createGate(options)).toThrow(/"upstream" must be another server, got the gate itself/)
})

test('bytes that are no HTTP are logged and counted, and a body that breaks off with the verdict on it', async () => {
  const service = await upstream()
  const { port, log, adminOrigin } = await gated({
    verifier: world().verifier,
    upstream: service.origin,
    publicOrigin,
    admin: {},
  })
  const [head = ''] = requestBytes(await sign(order()))
    .toString('latin1')
    .split('\r\n\r\n')
  const chunked = head.replace(/Content-Length: \d+/, 'Transfer-Encoding: chunked')
  expect(await raw(port, 'GET / HTTP/1.1\r\nHost: a\r\n b\r\nX: y\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
  expect(await raw(port, `${chunked}\r\n\r\n5\r\n{"a":\r\n-1\r\n`)).toMatch(/^HTTP\/1\.1 400 /)
  await expect.poll(() => log).toHaveLength(2)
  expect(log[0]).toMatchObject({ method: '', path: '', status: 400, code: 'MESSAGE_MALFORMED' })
  expect(log[0]?.detail).toMatch(/: HPE_[A-Z_]+$/)
  expect(log[1]).toMatchObject({ method: 'POST', path: '/v1/orders', status: 400, code: 'BODY_UNREADABLE' })
  const metrics = await (await fetch(`${adminOrigin}/metrics`)).text()
  expect(metrics).toContain('requests_total{code="MESSAGE_MALFORMED",status="4xx"} 1')
  expect(metrics).toContain('requests_total{code="BODY_UNREADABLE",status="4xx"} 1')
  expect(metrics).toContain('countersign_gate_in_flight 0')
  expect(service.received).toEqual([])
})

test('a gate takes a verifier of any scheme, and withholds the fields of its proof where they are named', async () => {
  const account = { apiKey: 'api-key-1', secret: 'a-secret-of-an-exchange', passphrase: 'the-phrase' }
  const service = await upstream()
  const verifier = createVerifier({
    schemes: [rfc9421Verifier(), exchangeVerifier(okx())],
    keys: staticKeys([
      {
        key: hmacKey({ keyId: account.apiKey, algorithm: 'hmac-sha256', secret: Buffer.from(account.secret) }),
        passphrase: account.passphrase,
        owner: 'alice',
      },
    ]),
    policy: tradingPolicy({ authorities: [HOST] }),
    replay: memoryReplayStore({ restartBarrier: false }),
  })
  const { port, log } = await gated({
    verifier,
    upstream: service.origin,
    publicOrigin,
    withhold: ['OK-ACCESS-PASSPHRASE', 'ok-access-sign'],
  })
  const { scheme, key } = okx(account)
  const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs: Date.now(), nonce: randomNonce() }
  const plain = get('/api/v5/account/balance?ccy=USDT')
  const signed = await signPrepared(scheme.prepare(plain, context), key)
  expect((await exchange(port, requestBytes(signed))).status).toBe(200)
  expect((await exchange(port, requestBytes(signed))).status).toBe(401)
  expect((await exchange(port, requestBytes({ ...signed, target: '/api/v5/account/bills' }))).status).toBe(401)
  expect(service.received).toHaveLength(1)
  expect(service.received[0]?.headers).toMatchObject({ 'x-countersign-owner': 'alice', 'ok-access-key': 'api-key-1' })
  expect(Object.keys(service.received[0]?.headers ?? {}).filter((name) => /sign$|phrase/.test(name))).toEqual([])
  await expect.poll(() => log.map(({ code }) => code)).toEqual([undefined, 'REPLAY', 'SIGNATURE_INVALID'])
  expect(() => createGate({ verifier, upstream: service.origin, withhold: ['a b'] })).toThrow(
    /"withhold" must be a list/,
  )
})

test('a gate asks for the scope of a route, and counts what a key may ask', async () => {
  const service = await upstream()
  const { verifier } = world({ limits: rateLimits({ key: memoryRateLimiter({ limit: 2, windowMs: 60_000 }) }) })
  const routes = [
    { method: 'POST', path: '/v1/orders', scope: 'orders:write' },
    { path: '/v1/admin', scope: 'admin:write' },
  ]
  const { port, log } = await gated({ verifier, upstream: service.origin, publicOrigin, routes })
  const statuses: number[] = []
  for (const target of ['/v1/orders', '/v1/admin', '/v1/other', '/v1/orders', '/v1/orders'])
    statuses.push((await exchange(port, requestBytes(await sign(order({ target }))))).status)
  expect(statuses).toEqual([200, 403, 403, 200, 429])
  await expect.poll(() => log).toHaveLength(5)
  expect(log.slice(1, 3)).toMatchObject([
    { code: 'SCOPE_DENIED', claimedKeyId: 'bot-1', detail: 'the key lacks the scope admin:write' },
    { code: 'SCOPE_DENIED', claimedKeyId: 'bot-1', detail: expect.stringMatching(/^no route lists this method/) },
  ])
  expect(log[1]?.keyId).toBeUndefined()
  expect(service.received).toHaveLength(2)
})

test('a service that is down is a 502 and a slow one a 504, asked once, and seen in metrics and readiness on a separate port', async () => {
  const slow = await upstream(() => undefined)
  const { verifier } = world()
  const gate = await gated({ verifier, upstream: slow.origin, publicOrigin, timeoutMs: 300, admin: {} })
  const admin = async (path: string): Promise<readonly [number, string]> => {
    const answer = await fetch(gate.adminOrigin + path)
    return [answer.status, await answer.text()]
  }
  expect(await admin('/healthz')).toEqual([200, 'ok\n'])
  expect(await admin('/readyz')).toEqual([200, 'ready\n'])
  expect((await admin('/other'))[0]).toBe(404)
  expect((await exchange(gate.port, requestBytes(await sign(order())))).status).toBe(504)
  slow.server.closeAllConnections()
  await new Promise((resolve) => slow.server.close(resolve))
  const down = await exchange(gate.port, requestBytes(await sign(order())))
  expect([down.status, JSON.parse(down.body).code]).toEqual([502, 'UPSTREAM_UNAVAILABLE'])
  expect(slow.received).toHaveLength(1)
  expect((await admin('/readyz'))[0]).toBe(503)
  const [, text] = await admin('/metrics')
  expect(text).toContain('countersign_gate_requests_total{code="UPSTREAM_TIMEOUT",status="5xx"} 1')
  expect(text).toMatch(/countersign_gate_request_duration_seconds_count 2\n/)
  for (const path of ['/healthz', '/readyz', '/metrics'])
    expect((await fetch(gate.origin + path, { headers: { host: HOST } })).status).not.toBe(200)
})

test('a gate that drains says so before it takes no more connections, and lets what has begun end', async () => {
  let finish = (): void => {}
  const service = await upstream(() => undefined)
  service.server.removeAllListeners('request')
  service.server.on('request', (request, response) => {
    request.resume()
    finish = () => response.end('done')
  })
  const { verifier } = world()
  const gate = await gated({
    verifier,
    upstream: service.origin,
    publicOrigin,
    admin: {},
    drainMs: 200,
    graceMs: 5_000,
  })
  const begun = exchange(gate.port, requestBytes(await sign(order())))
  await expect.poll(() => String(finish)).toContain('done')
  const closing = gate.close()
  expect((await fetch(`${gate.adminOrigin}/readyz`)).status).toBe(503)
  setTimeout(finish, 300)
  expect(await begun).toMatchObject({ status: 200, body: 'done' })
  await closing
  await expect(exchange(gate.port, 'GET / HTTP/1.1\r\n\r\n')).rejects.toThrow()
})
