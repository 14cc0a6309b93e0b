import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { utf8 } from '../../../../src/crypto/encoding.js'
import { isCountersignError } from '../../../../src/errors.js'
import { createKeyringApi } from '../../../../src/keyring/api/api.js'
import { MOST_BODY_BYTES, readJson, readQuery } from '../../../../src/keyring/api/read-json.js'
import type { IssuedKey } from '../../../../src/keyring/keyring-options.js'
import { HOST, NOW } from '../../../attacks/world.js'
import { cpuMs } from '../../../cpu-time.js'
import { DAY } from '../keyring-world.js'
import { type ApiWorld, apiWorld, PEER, ROOT } from './world.js'

let world: ApiWorld
/** An admin; alice's key that manages her keys; a key of hers that can do more; and bob's. */
let root: IssuedKey
let manager: IssuedKey
let strong: IssuedKey
let bobs: IssuedKey
beforeAll(async () => {
  world = apiWorld()
  root = await world.issued({ scopes: ROOT })
  manager = await world.issued({ owner: 'alice', scopes: ['keys:read', 'keys:write', 'orders:read'] })
  strong = await world.issued({ owner: 'alice', scopes: ['orders:admin'], policy: { methods: ['GET'] } })
  bobs = await world.issued({ owner: 'bob', scopes: [] })
})

const answerTo = async (by: IssuedKey, what: string, body?: object | string | Uint8Array): Promise<unknown> => {
  const { status, json } = await world.ask(by, what, body)
  return json?.code ?? status
}

describe('without a verdict', () => {
  const api = () => {
    const told: unknown[] = []
    return { told, handler: createKeyringApi({ keyring: world.keyring, onError: (error) => told.push(error) }) }
  }
  const accepted = (more: object = {}) => ({
    ok: true,
    keyId: root.key.id,
    owner: 'root',
    record: { scopes: ROOT },
    body: null,
    request: { method: 'GET', target: '/v1/keys', fields: [] },
    ...more,
  })

  it('answers 401 to everything, mounted without a verifier', async () => {
    const { handler, told } = api()
    const second: unknown[] = [
      undefined,
      null,
      {},
      { env: 'of a worker' },
      { remoteAddr: { hostname: '127.0.0.1' } },
      { incoming: {} },
      'ok',
      true,
      { ...accepted(), ok: false },
      { ...accepted(), ok: 'true' },
      accepted({ record: undefined }),
      accepted({ request: undefined }),
      accepted({ keyId: undefined }),
    ]
    for (const verdict of second) {
      const answer = await handler(new Request(`https://${HOST}/v1/keys`), verdict as never)
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Signature'])
      expect(await answer.text()).not.toMatch(/acmek_/)
    }
    expect(told.length).toBe(second.length)
    // The same with a verdict is answered, so it is the verdict that decides.
    expect((await handler(new Request(`https://${HOST}/`), accepted() as never)).status).toBe(200)
  })

  it('shows its document where that is public, and nothing else', async () => {
    const handler = createKeyringApi({ keyring: world.keyring, publicOpenApi: true, onError: () => {} })
    const open = await handler(new Request(`https://${HOST}/v1/openapi.json`))
    expect([open.status, (await open.json()).openapi]).toEqual([200, '3.1.0'])
    const head = await handler(new Request(`https://${HOST}/v1/openapi.json`, { method: 'HEAD' }))
    expect([head.status, await head.text()]).toEqual([200, ''])
    for (const [path, init] of [
      ['/v1/keys', {}],
      ['/v1/openapi.json/', {}],
      ['/v1/openapi.json', { method: 'POST' }],
      ['/v1/keys?/v1/openapi.json', {}],
    ] as const)
      expect((await handler(new Request(`https://${HOST}${path}`, init))).status).toBe(401)
    expect((await api().handler(new Request(`https://${HOST}/v1/openapi.json`))).status).toBe(401)
    const reader = await world.issued({ owner: 'alice', scopes: [] })
    expect(await answerTo(reader, 'GET /v1/openapi.json')).toBe('SCOPE_DENIED')
  })

  it('routes by what was signed and reads what was verified, not what the host shows', async () => {
    const { handler } = api()
    const shown = new Request(`https://${HOST}/v1/keys/${bobs.key.id}/revoke`, {
      method: 'POST',
      body: '{"wait":true}',
    })
    const verdict = accepted({ request: { method: 'GET', target: `/v1/keys/${manager.key.id}`, fields: [] } })
    const answer = await (await handler(shown, verdict as never)).json()
    expect(answer.key.id).toBe(manager.key.id)
    expect(shown.bodyUsed).toBe(false)
    expect((await world.keyring.describe(bobs.key.id)).state).toBe('active')
  })

  it('refuses a body that is not verified yet', async () => {
    const { handler } = api()
    const request = { method: 'POST', target: '/v1/keys', fields: ['content-type', 'application/json'] }
    const bodyStream = { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }) }
    expect((await handler(new Request(`https://${HOST}/`), accepted({ request, bodyStream }) as never)).status).toBe(
      500,
    )
  })
})

describe('attack 90: more than one has', () => {
  it('needs the scope of each operation', async () => {
    const reader = await world.issued({ owner: 'alice', scopes: ['keys:read'] })
    const writer = await world.issued({ owner: 'alice', scopes: ['keys:write'] })
    const none = await world.issued({ owner: 'alice', scopes: ['orders:*', 'key:read', 'keys.x:read'] })
    const path = `/v1/keys/${strong.key.id}`
    const reads = [
      'GET /v1/keys',
      `GET ${path}`,
      `HEAD ${path}`,
      `GET /v1/reminders?from=0&to=1`,
      'GET /v1/openapi.json',
    ]
    const writes = ['rotate', 'renew', 'disable', 'enable', 'revoke', 'expire', 'compromise'].map(
      (one) => `POST ${path}/${one}`,
    )
    for (const what of reads) {
      const refusal = what.startsWith('HEAD') ? 403 : 'SCOPE_DENIED'
      expect([what, await answerTo(writer, what)]).toEqual([what, refusal])
      expect([what, await answerTo(none, what)]).toEqual([what, refusal])
      expect([what, await answerTo(reader, what)]).toEqual([what, 200])
    }
    for (const what of ['POST /v1/keys', `PATCH ${path}`, ...writes]) {
      expect([what, await answerTo(reader, what, {})]).toEqual([what, 'SCOPE_DENIED'])
      expect([what, await answerTo(none, what, {})]).toEqual([what, 'SCOPE_DENIED'])
    }
    expect((await world.keyring.describe(strong.key.id)).rev).toBe(1)
  })

  it('no member decides who did it, or what the keyring decides', async () => {
    const members = {
      by: 'root',
      id: 'acmek_live_00000000000000000000',
      rev: 7,
      environment: 'test',
      status: 'active',
      createdBy: 'root',
      createdAtMs: 0,
      lineage: 'x',
      version: 9,
      material: {},
      secretHash: 'x',
      secret: 'A'.repeat(44),
      replaces: 'x',
      activeSinceMs: 0,
      expiresAtMs: null,
      v: 1,
      usage: {},
      format: 'raw',
      actor: 'root',
      constructor: 1,
      toString: 1,
    }
    for (const [name, value] of Object.entries(members)) {
      expect([name, await answerTo(root, 'POST /v1/keys', { [name]: value })]).toEqual([name, 'ARGUMENT_INVALID'])
      // A change may state the "rev" that it was decided on; it then happens to that one or not at all.
      const code = name === 'rev' ? 'STORE_CONFLICT' : 'ARGUMENT_INVALID'
      expect([name, await answerTo(root, `PATCH /v1/keys/${bobs.key.id}`, { [name]: value })]).toEqual([name, code])
      expect([name, await answerTo(root, `POST /v1/keys/${bobs.key.id}/rotate`, { [name]: value })]).toEqual([
        name,
        'ARGUMENT_INVALID',
      ])
    }
    for (const owner of ['root', 'bob'])
      expect(await answerTo(root, `PATCH /v1/keys/${bobs.key.id}`, { owner })).toBe('ARGUMENT_INVALID')
    expect((await world.keyring.describe(bobs.key.id)).rev).toBe(1)
  })

  it('issues no key for another owner', async () => {
    expect(await answerTo(manager, 'POST /v1/keys', { owner: 'bob' })).toBe('SCOPE_DENIED')
    expect(await answerTo(manager, 'POST /v1/keys', { owner: 'Alice' })).toBe('SCOPE_DENIED')
    expect(await answerTo(manager, 'POST /v1/keys', { owner: '' })).toBe('ARGUMENT_INVALID')
    for (const body of [{}, { owner: 'alice' }]) {
      const { status, json } = await world.ask(manager, 'POST /v1/keys', body)
      expect([status, json.key.owner, json.key.createdBy]).toEqual([201, 'alice', manager.key.id])
    }
    expect(await answerTo(manager, 'GET /v1/keys?owner=bob')).toBe('SCOPE_DENIED')
    const listed = await world.ask(manager, 'GET /v1/keys?limit=1000')
    expect(new Set(listed.json.keys.map(({ owner }: { owner: string }) => owner))).toEqual(new Set(['alice']))
  })

  it('hands out no scope beyond its own, however it is asked', async () => {
    const more = [['orders:write'], ['orders:*'], ['*:*'], ['*:read'], ['keys:admin'], ['orders:read', 'reports:read']]
    for (const scopes of more) {
      expect([scopes, await answerTo(manager, 'POST /v1/keys', { scopes })]).toEqual([scopes, 'SCOPE_DENIED'])
      for (const { key } of [manager, strong])
        expect([scopes, await answerTo(manager, `PATCH /v1/keys/${key.id}`, { scopes })]).toEqual([
          scopes,
          'SCOPE_DENIED',
        ])
    }
    for (const scopes of [['orders:*:x'], ['ORDERS:read'], ['orders'], [''], [7], 'orders:read', { 0: 'a:b' }])
      expect(await answerTo(root, 'POST /v1/keys', { scopes })).toBe('ARGUMENT_INVALID')
    expect(await answerTo(root, 'POST /v1/keys', { scopes: ['payments:write'] })).toBe('SCOPE_DENIED')
    const path = `/v1/keys/${strong.key.id}`
    for (const what of ['rotate', 'renew', 'enable'])
      expect([what, await answerTo(manager, `POST ${path}/${what}`)]).toEqual([what, 'SCOPE_DENIED'])
    expect(await answerTo(manager, `PATCH ${path}`, { policy: { methods: ['GET', 'POST'] } })).toBe('SCOPE_DENIED')
    expect((await world.keyring.describe(strong.key.id)).rev).toBe(1)
    // Less is always allowed, and so is a name.
    expect(await answerTo(manager, `PATCH ${path}`, { name: 'big' })).toBe(200)
    expect(await answerTo(manager, `PATCH ${path}`, { scopes: ['orders:read'] })).toBe(200)
    await world.keyring.update(strong.key.id, { scopes: ['orders:admin'], actor: 'test' })
  })

  it('does not loosen its own limits, nor lengthen its own life', async () => {
    const path = `/v1/keys/${manager.key.id}`
    const limits: object[] = [
      { allowIp: [] },
      { denyIp: [] },
      { policy: {} },
      { lockAfterIdleMs: 365 * DAY },
      { rotateEveryMs: 365 * DAY },
      { allowZeroPrefix: true },
      { scopes: ['keys:write'] },
      { name: 'x', allowIp: [] },
    ]
    for (const body of limits)
      expect([body, await answerTo(manager, `PATCH ${path}`, body)]).toEqual([body, 'SCOPE_DENIED'])
    expect(await answerTo(manager, `PATCH ${path}`, { rateLimit: { limit: 1e9, windowMs: 1 } })).toBe('SCOPE_DENIED')
    expect(await answerTo(manager, `PATCH ${path}`, { rateLimit: null })).toBe('SCOPE_DENIED')
    expect(await answerTo(manager, `PATCH ${path}`, { lockAfterIdleMs: null })).toBe('SCOPE_DENIED')
    expect(await answerTo(manager, 'POST /v1/keys', { rateLimit: { limit: 1e9, windowMs: 1 } })).toBe('SCOPE_DENIED')
    expect(await answerTo(manager, 'POST /v1/keys', { neverExpires: true })).toBe('SCOPE_DENIED')
    expect(await answerTo(manager, `POST ${path}/renew`, {})).toBe('SCOPE_DENIED')
    expect(await answerTo(root, `POST /v1/keys/${root.key.id}/renew`)).toBe('SCOPE_DENIED')
    expect(await answerTo(root, `PATCH /v1/keys/${root.key.id}`, { allowIp: [] })).toBe('SCOPE_DENIED')
    expect(await answerTo(root, `POST /v1/keys/${root.key.id}/enable`)).toBe('SCOPE_DENIED')
    expect((await world.keyring.describe(manager.key.id)).rev).toBe(1)
    expect(await answerTo(manager, `PATCH ${path}`, { name: 'mine', tags: ['a'] })).toBe(200)
    const endless = await world.issued({ owner: 'alice', scopes: [] })
    expect(await answerTo(manager, `POST /v1/keys/${endless.key.id}/renew`, { neverExpires: true })).toBe(
      'SCOPE_DENIED',
    )
  })

  it('hands out no address that it may not be used from', async () => {
    const rules = { allowIp: ['203.0.113.0/24', '2001:db8::/32'], denyIp: ['203.0.113.128/25'] }
    const office = await world.issued({
      owner: 'olga',
      scopes: ['keys:write', 'keys:read'],
      ...rules,
    })
    const inherited = await world.ask(office, 'POST /v1/keys', {})
    expect(inherited.json.key).toMatchObject(rules)
    const fine = [
      { allowIp: [PEER] },
      { allowIp: ['203.0.113.0/28', '2001:db8:1::/48'] },
      { allowIp: ['::ffff:203.0.113.0/120'] },
      { denyIp: ['203.0.113.0/24'] },
    ]
    for (const body of fine) expect([body, await answerTo(office, 'POST /v1/keys', body)]).toEqual([body, 201])
    const wide = [
      { allowIp: [] },
      { allowIp: ['203.0.112.0/23'] },
      { allowIp: [PEER, '198.51.100.1'] },
      { denyIp: [] },
      { denyIp: ['203.0.113.128/26'] },
      { allowIp: ['::/0'], allowZeroPrefix: true },
      { allowIp: ['2001:db8::/31'] },
      { allowIp: ['0.0.0.0/0'], allowZeroPrefix: true },
    ]
    const { id } = inherited.json.key
    for (const body of wide) {
      expect([body, await answerTo(office, 'POST /v1/keys', body)]).toEqual([body, 'SCOPE_DENIED'])
      expect([body, await answerTo(office, `PATCH /v1/keys/${id}`, body)]).toEqual([body, 'SCOPE_DENIED'])
    }
    for (const range of ['203.0.113.0/024', '203.0.113.1/24'])
      expect(await answerTo(office, 'POST /v1/keys', { allowIp: [range] })).toBe('CONFIG_INVALID')
    for (const range of ['203.0.113.0/', '203.0.113.0/2e1', 'x', ''])
      expect(await answerTo(office, 'POST /v1/keys', { allowIp: [range] })).toBe('ARGUMENT_INVALID')
    // Nor does it take one over.
    const anywhere = await world.issued({ owner: 'olga', scopes: [] })
    for (const what of ['rotate', 'renew'])
      expect(await answerTo(office, `POST /v1/keys/${anywhere.key.id}/${what}`)).toBe('SCOPE_DENIED')
    const { json } = await world.ask(office, `POST /v1/keys/${anywhere.key.id}/compromise`)
    // Without a scope there is nothing that could be beyond its own, and nothing such a key may do.
    expect(json.key.state).toBe('revoked')
  })

  it('keeps what an admin has stopped stopped, also where it was only locked', async () => {
    const stopped = await world.issued({ owner: 'alice', scopes: ['orders:read'] })
    await world.ask(root, `POST /v1/keys/${stopped.key.id}/disable`)
    expect(await answerTo(manager, `POST /v1/keys/${stopped.key.id}/enable`)).toBe('SCOPE_DENIED')
    expect(await answerTo(manager, `POST /v1/keys/${stopped.key.id}/rotate`)).toBe('KEY_STATE')
    expect(await answerTo(root, `POST /v1/keys/${stopped.key.id}/enable`)).toBe(200)

    const idle = apiWorld()
    const admin = await idle.issued({ scopes: ROOT })
    const weak = await idle.issued({ scopes: ['keys:*'] })
    const locked = await idle.issued({ owner: 'alice', scopes: ['orders:write'], lockAfterIdleMs: 3_600_000 })
    const own = await idle.issued({ owner: 'alice', scopes: ['keys:write', 'orders:write'] })
    idle.nowMs = NOW + 2 * 3_600_000
    const path = `/v1/keys/${locked.key.id}`
    expect((await idle.ask(admin, `GET ${path}`)).json.key.state).toBe('locked')
    expect((await idle.ask(locked, `POST ${path}/enable`).catch((error) => error)).status ?? 401).toBe(401)
    expect((await idle.ask(own, `POST ${path}/enable`)).json.code).toBe('SCOPE_DENIED')
    expect((await idle.ask(weak, `POST ${path}/enable`)).json.code).toBe('SCOPE_DENIED')
    expect((await idle.ask(admin, `POST ${path}/enable`)).json.key.state).toBe('active')
  })

  it('answers for the keys of others exactly as for keys that never were', async () => {
    const never = bobs.key.id.replace(/.{20}$/, '0'.repeat(20))
    const shape = ({ status, headers, text }: Awaited<ReturnType<ApiWorld['ask']>>) => [status, [...headers], text]
    const operations = [
      ['GET', ''],
      ['HEAD', ''],
      ['PATCH', '', { name: 'x' }],
      ['POST', '/rotate'],
      ['POST', '/renew'],
      ['POST', '/disable'],
      ['POST', '/revoke', { wait: true }],
      ['POST', '/expire'],
      ['POST', '/compromise'],
    ] as const
    for (const [method, tail, body] of operations) {
      const asked = (id: string) => world.ask(manager, `${method} /v1/keys/${id}${tail}`, body)
      const theirs = shape(await asked(bobs.key.id))
      expect([method, tail, theirs[0]]).toEqual([method, tail, 404])
      for (const id of [never, 'x', '__proto__', never.replace('live', 'test'), 'acmek_live_', `${never}0`, '*', "'--"])
        expect(shape(await asked(id))).toEqual(theirs)
    }
    expect((await world.keyring.describe(bobs.key.id)).rev).toBe(1)
    expect(await answerTo(root, `GET /v1/keys/${bobs.key.id}`)).toBe(200)
  })

  it('a key without an owner has no keys', async () => {
    const handler = createKeyringApi({ keyring: world.keyring, onError: () => {} })
    const ask = async (target: string, method = 'GET') => {
      const request = { method, target, fields: ['content-type', 'application/json'] }
      const verdict = {
        ok: true,
        keyId: 'static-1',
        record: { scopes: ['keys:read', 'keys:write'] },
        body: utf8('{}'),
        request,
      }
      return (
        await handler(new Request(`https://${HOST}/`), {
          ...verdict,
          ...(method === 'GET' ? { body: null } : {}),
        } as never)
      ).status
    }
    expect(await ask('/v1/keys')).toBe(400)
    expect(await ask('/v1/keys', 'POST')).toBe(400)
    expect(await ask(`/v1/keys/${bobs.key.id}`)).toBe(404)
  })

  it('a key that reports itself leaked gets no replacement', async () => {
    const thief = await world.issued({ owner: 'alice', scopes: ['keys:write', 'orders:read'] })
    const { status, json } = await world.ask(thief, `POST /v1/keys/${thief.key.id}/compromise`, {})
    expect([status, json.key.state, json.replacement, json.problem]).toEqual([
      200,
      'revoked',
      undefined,
      'SCOPE_DENIED',
    ])
    // What may not wait happens also where the caller could not have the successor.
    const other = await world.ask(manager, `POST /v1/keys/${strong.key.id}/compromise`, {})
    expect([other.json.key.state, other.json.problem]).toEqual(['revoked', 'SCOPE_DENIED'])
    expect(other.text).not.toMatch(/acmes_/)
  })
})

describe('what it reads', () => {
  it('refuses everything but one object of JSON', async () => {
    const bad: (string | Uint8Array)[] = [
      '{',
      '[]',
      'null',
      '1',
      '"x"',
      '{} {}',
      '{"name":"a",}',
      "{'name':'a'}",
      '{"name":NaN}',
      '\ufeff{}',
      'name=a',
      '{"name":"a","name":"b"}',
      '{"name":"a","n\\u0061me":"b"}',
      '{"policy":{"maxAgeMs":1,"maxAgeMs":2}}',
      '{"__proto__":{"owner":"root"}}',
      '{"policy":{"__proto__":{}}}',
      '{"constructor":{"prototype":{"x":1}}}',
      '{"policy":{"constructor":1}}',
      '{"tags":[["a"]]}',
      '{"tags":"a"}',
      '{"name":null}',
      '{"name":7}',
      '{"expiresInMs":"1"}',
      '{"expiresInMs":1.5}',
      '{"expiresInMs":1e400}',
      '{"expiresInMs":-1}',
      '{"neverExpires":false}',
      '{"allowZeroPrefix":1}',
      '{"algorithm":"none"}',
      '{"algorithm":"toString"}',
      '{"publicKey":7}',
      '{"publicKey":{"kty":"oct","k":"AAAA"}}',
      new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]),
      `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
      `{"tags":${'['.repeat(9)}${']'.repeat(9)}}`,
      `{"tags":[${'"a",'.repeat(16)}"a"]}`,
    ]
    for (const body of bad)
      expect([body, await answerTo(root, 'POST /v1/keys', body)]).toEqual([body, 'ARGUMENT_INVALID'])
    expect(({} as { owner?: string }).owner).toBeUndefined()
    const { length } = (await world.ask(root, 'GET /v1/keys?owner=root&limit=1000')).json.keys
    expect(length).toBe(1)
  })

  it('wants the type application/json and a size within bounds', async () => {
    const types = [
      'text/plain',
      'application/json; charset=latin1',
      'application/jsonp',
      'multipart/form-data',
      'application/json, text/plain',
    ]
    for (const type of types) {
      const told = await world.ask(root, 'POST /v1/keys', '{}', { 'content-type': type })
      expect([type, told.status]).toEqual([type, 415])
    }
    for (const type of ['application/json;charset=utf-8', 'Application/JSON; charset="UTF-8"'])
      expect((await world.ask(root, 'POST /v1/keys', '{}', { 'content-type': type })).status).toBe(201)
    const full = `{"name":"${'a'.repeat(MOST_BODY_BYTES - 11)}"}`
    expect(await answerTo(root, 'POST /v1/keys', full)).toBe('ARGUMENT_INVALID')
    expect((await world.ask(root, 'POST /v1/keys', `${full} `)).status).toBe(413)
    expect(await answerTo(root, 'POST /v1/keys')).toBe('ARGUMENT_INVALID')
    expect(await answerTo(root, `POST /v1/keys/${bobs.key.id}/rotate?overlapMs=1`)).toBe('ARGUMENT_INVALID')
  })

  it('refuses queries that can be read in two ways', async () => {
    const bad = [
      'limit=1&limit=2',
      'limit=',
      'limit=0',
      'limit=1001',
      'limit=01',
      'limit=1e2',
      'limit=0x1',
      'limit=+1',
      'limit=-1',
      'limit',
      'status=gone',
      'status=toString',
      'after=%00',
      "after='--",
      'stranger=1',
      'owner=%zz',
      'owner=%ff',
      'owner=a=b',
      '&',
      '=1',
      '__proto__=1',
      'environment=test',
      'secretHash=x',
    ]
    for (const query of bad)
      expect([query, await answerTo(root, `GET /v1/keys?${query}`)]).toEqual([query, 'ARGUMENT_INVALID'])
    expect(await answerTo(root, `GET /v1/keys/${bobs.key.id}?x=1`)).toBe('ARGUMENT_INVALID')
    const odd = await world.issued({ owner: 'a+b c@example.com', scopes: [] })
    const { json } = await world.ask(root, `GET /v1/keys?${new URLSearchParams({ owner: odd.key.owner })}`)
    expect(json.keys.map(({ id }: { id: string }) => id)).toEqual([odd.key.id])
  })

  it('never repeats what it refuses', async () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
    const jwk = privateKey.export({ format: 'jwk' })
    const canary = 'CanaryCanaryCanaryCanaryCanary42'
    const bodies = [
      { algorithm: 'ed25519', publicKey: pem },
      { algorithm: 'ed25519', publicKey: jwk },
      { [canary]: 1 },
      { name: { [canary]: 1 } },
      { scopes: [canary] },
      { algorithm: canary },
      `{"name":"${canary}`,
      { policy: { [`${canary} x`]: 1 } },
      { name: `${canary}\n` },
    ]
    for (const body of bodies) {
      const { status, text } = await world.ask(root, 'POST /v1/keys', body)
      expect([400, 422]).toContain(status)
      expect(text).not.toContain(pem.split('\n')[1])
      expect(text).not.toContain(jwk.d as string)
      if (!JSON.stringify(body).startsWith(`{"${canary}"`)) expect(text).not.toContain(canary)
    }
  })

  it('reads every JSON text as JSON.parse does, and finds every name that comes twice', () => {
    const values = fc.jsonValue({ maxDepth: 5 })
    const spaces = fc.constantFrom(undefined, 1, '\t')
    fc.assert(
      fc.property(values, spaces, (value, space) => {
        const text = JSON.stringify(value, null, space)
        expect(readJson(utf8(text))).toEqual(JSON.parse(text))
      }),
      { numRuns: 300 },
    )
    const twice = (name: string, value: unknown, where: (text: string) => string) => {
      const member = `${JSON.stringify(name)}:${JSON.stringify(value)}`
      return where(`{${member}, ${member}}`)
    }
    fc.assert(
      fc.property(
        fc.string(),
        fc.jsonValue({ maxDepth: 2 }),
        fc.constantFrom('', 'array', 'member'),
        (name, value, where) => {
          const text = twice(name, value, (inner) =>
            where === '' ? inner : where === 'array' ? `[${inner}]` : `{"a":${inner}}`,
          )
          expect(() => readJson(utf8(text))).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('throws nothing else, whatever comes', () => {
    const only = (act: () => unknown) => {
      try {
        act()
      } catch (error) {
        expect(isCountersignError(error, 'ARGUMENT_INVALID')).toBe(true)
      }
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => only(() => readJson(bytes))),
      { numRuns: 300 },
    )
    fc.assert(
      fc.property(fc.string(), (text) => only(() => readQuery(text, () => true))),
      { numRuns: 300 },
    )
    const begun = cpuMs()
    only(() => readJson(utf8(`{"a":"${'\\"'.repeat(32_000)}"}`)))
    only(() => readJson(utf8('"'.repeat(65_000))))
    expect(cpuMs() - begun).toBeLessThan(1_000)
  })
})
