import { expect, test } from 'vitest'
import { exchange, requestBytes } from '../../attacks/wire.js'
import { HOST, order, sign, world } from '../../attacks/world.js'
import { gated, upstream } from './world.js'

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
