import { RateLimiterMemory } from 'rate-limiter-flexible'
import { expect } from 'vitest'
import { createKeyringApi } from '../../src/keyring/api/api.js'
import type { IssuedKey } from '../../src/keyring/keyring-options.js'
import { httpRequest } from '../../src/message/message.js'
import { flexibleLimiter } from '../../src/server/rate-limiter-flexible.js'
import { rateLimits } from '../../src/server/rate-limits.js'
import { codeOf } from '../expect-code.js'
import { BY, keyringWorld, signerOf } from '../unit/keyring/keyring-world.js'
import { attack } from './attack.js'
import { bot, get, HOST, order, RECORDS, sign, world } from './world.js'

const limiter = (limit: number, windowMs = 60_000) =>
  flexibleLimiter({ make: (rule) => new RateLimiterMemory(rule), default: { limit, windowMs } })

/** Asks the admin interface as a client does: signed, verified, and then handled. */
async function asked(
  w: ReturnType<typeof keyringWorld>,
  by: IssuedKey,
  method: string,
  path: string,
  body?: object,
): Promise<{ readonly status: number; readonly code: string }> {
  const api = createKeyringApi({ keyring: w.keyring, onError: () => {} })
  const url = `http://${HOST}/v1${path}`
  const plain = httpRequest({
    method,
    url,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const verdict = await w.verifier.verify(await sign(plain, { key: signerOf(by), nowMs: w.nowMs }))
  if (!verdict.ok) throw new Error(`expected a verdict, got ${verdict.code}`)
  const response = await api(new Request(url, { method }), verdict)
  const { code = response.ok ? 'ok' : `status ${response.status}` } = (await response.json()) as { code?: string }
  return { status: response.status, code }
}

/** Rows of the group "network-and-leaks" that need keys that can be issued, and rates. */
export function limitsCases(): void {
  attack(90, 'over the admin interface, with the owner and everything else in the body', async (shows) => {
    const w = keyringWorld()
    const mallory = await w.keyring.issue({
      owner: 'mallory',
      scopes: ['keys:write', 'keys:read', 'orders:read'],
      ...BY,
    })
    const victim = await w.keyring.issue({ owner: 'alice', scopes: ['orders:*', 'withdraw:write'], ...BY })
    const tried = async (method: string, path: string, body: object) =>
      (await asked(w, mallory, method, path, body)).code
    const own = `/keys/${mallory.key.id}`
    shows(await tried('POST', '/keys', { scopes: ['orders:write'] }), 'SCOPE_DENIED', 'a scope it has not')
    shows(await tried('POST', '/keys', { scopes: ['*:*'] }), 'SCOPE_DENIED', 'everything')
    shows(await tried('POST', '/keys', { scopes: ['orders:*'] }), 'SCOPE_DENIED', 'a wildcard')
    shows(await tried('POST', '/keys', { scopes: ['orders:read'], owner: 'alice' }), 'SCOPE_DENIED', 'as another owner')
    shows(await tried('PATCH', own, { scopes: ['withdraw:write'] }), 'SCOPE_DENIED', 'for itself')
    for (const body of [
      { scopes: [], actor: 'root' },
      { scopes: [], environment: 'test' },
      { scopes: [], id: 'x' },
    ])
      shows(await tried('POST', '/keys', body), 'ARGUMENT_INVALID', JSON.stringify(body))
    // Keys of others are like keys that are not there, also where a rotation would hand out their scopes.
    for (const act of ['rotate', 'renew', 'revoke', 'disable'])
      shows(await tried('POST', `/keys/${victim.key.id}/${act}`, {}), 'KEY_NOT_FOUND', act)
    expect((await w.keyring.describe(victim.key.id)).rev).toBe(1)
    shows((await asked(w, mallory, 'POST', '/keys', { scopes: ['orders:read'] })).code, 'ok')
    await w.keyring.close()
  })
  attack(90, 'through the keyring itself', async (shows) => {
    const w = keyringWorld()
    const by = { id: 'mallory', scopes: ['orders:read', 'keys:write'] }
    const { key } = await w.keyring.issue({ owner: 'alice', scopes: ['withdraw:write'], ...BY })
    shows(await codeOf(w.keyring.issue({ owner: 'mallory', scopes: ['*:read'], actor: by })), 'SCOPE_DENIED')
    shows(await codeOf(w.keyring.update(key.id, { scopes: ['orders:write'], actor: by })), 'SCOPE_DENIED')
    shows(await codeOf(w.keyring.rotate(key.id, { actor: by })), 'SCOPE_DENIED')
    await w.keyring.close()
  })

  attack(94, 'a flood of bad signatures from one address ends before keys and cryptography', async (shows) => {
    let [lookups, verified] = [0, 0]
    const verify = (...args: Parameters<typeof bot.verify>) => {
      verified++
      return bot.verify(...args)
    }
    const key = { ...bot, verify }
    const keys = {
      get: (id: string) => {
        lookups++
        return id === key.keyId ? { key, owner: 'alice' } : undefined
      },
    }
    const { judge } = world({ keys, limits: rateLimits({ peer: limiter(30) }) })
    const context = { clientIp: '203.0.113.9' }
    const bad = { ...(await sign(order())), body: new TextEncoder().encode('{"qty":"2"}') }
    const forged = { ...bad, target: '/v1/orders?dry=0' }
    const outcomes = await Promise.all(Array.from({ length: 2_000 }, () => judge(forged, context)))
    shows(outcomes.at(-1), 'RATE_LIMITED')
    expect(outcomes.filter((code) => code !== 'RATE_LIMITED')).toHaveLength(30)
    expect([lookups, verified]).toEqual([30, 30])
    // Others are not kept out by it.
    shows(await judge(await sign(order()), { clientIp: '203.0.113.10' }), 'ok')
  })

  attack(99, '100 requests at the same time, of which 10 are allowed', async (shows) => {
    const { judge } = world({ records: RECORDS, limits: rateLimits({ key: limiter(10) }) })
    const requests = await Promise.all(Array.from({ length: 100 }, () => sign(get())))
    const outcomes = await Promise.all(requests.map((request) => judge(request)))
    expect(outcomes.filter((code) => code === 'ok')).toHaveLength(10)
    for (const code of outcomes) shows(code, code === 'ok' ? 'ok' : 'RATE_LIMITED')
  })
  attack(99, 'nothing is counted twice, and nothing that did not pass', async (shows) => {
    const { judge } = world({ records: RECORDS, limits: rateLimits({ key: limiter(10), owner: limiter(100) }) })
    const first = await sign(get())
    shows(await judge(first), 'ok')
    for (let i = 0; i < 50; i++) shows(await judge(first), 'REPLAY')
    const altered = { ...first, target: '/v1/orders?symbol=ETH' }
    for (let i = 0; i < 50; i++) shows(await judge(altered), 'SIGNATURE_INVALID')
    for (let i = 0; i < 9; i++) shows(await judge(await sign(get())), 'ok')
    shows(await judge(await sign(get())), 'RATE_LIMITED')
  })
  attack(99, 'a rotation does not give a key a second allowance', async (shows) => {
    const w = keyringWorld()
    const first = await w.keyring.issue({
      owner: 'alice',
      scopes: [],
      rateLimit: { limit: 4, windowMs: 60_000 },
      ...BY,
    })
    const next = await w.keyring.rotate(first.key.id, BY)
    const { judge } = world({ keys: w.keyring, limits: rateLimits({ key: limiter(1_000) }) })
    for (const issued of [first, next, first, next])
      shows(await judge(await sign(get(), { key: signerOf(issued) })), 'ok')
    for (const issued of [first, next]) shows(await judge(await sign(get(), { key: signerOf(issued) })), 'RATE_LIMITED')
    await w.keyring.close()
  })
}
