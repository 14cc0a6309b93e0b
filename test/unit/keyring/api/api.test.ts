import { generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { incident } from '../../../../src/audit/incident.js'
import { memoryAuditLog } from '../../../../src/audit/memory.js'
import { hmacKey } from '../../../../src/crypto/hmac-key.js'
import { CountersignError } from '../../../../src/errors.js'
import { createKeyringApi } from '../../../../src/keyring/api/api.js'
import { neverExpires } from '../../../../src/keyring/change/issue-options.js'
import type { IssuedKey } from '../../../../src/keyring/keyring-options.js'
import { NOW } from '../../../attacks/world.js'
import { DAY } from '../keyring-world.js'
import { type ApiWorld, apiWorld, ROOT } from './world.js'

const SECRET = /acmes_live_\w{49}/

let world: ApiWorld
let root: IssuedKey
beforeAll(async () => {
  world = apiWorld()
  // What it issues never outlives it.
  root = await world.issued({ scopes: ROOT, [neverExpires]: true })
})

const issue = async (more: object = {}): Promise<{ id: string; secret: string }> => {
  const { json, status } = await world.ask(root, 'POST /v1/keys', { owner: 'alice', scopes: ['orders:read'], ...more })
  expect(status).toBe(201)
  return { id: json.key.id, secret: json.secret }
}

describe('the keyring API', () => {
  it('issues a key whose secret works, and shows it once', async () => {
    const { status, headers, json } = await world.ask(root, 'POST /v1/keys', {
      owner: 'alice',
      name: 'bot',
      tags: ['ci'],
      scopes: ['orders:write'],
      policy: { methods: ['GET', 'POST'], pathPrefixes: ['/v1/orders'] },
      allowIp: ['203.0.113.0/24'],
      rateLimit: { limit: 10, windowMs: 1_000 },
      expiresInMs: DAY,
    })
    expect(status).toBe(201)
    expect(headers.get('location')).toBe(`/v1/keys/${json.key.id}`)
    expect(json.key).toMatchObject({ owner: 'alice', name: 'bot', state: 'active', createdBy: root.key.id })
    expect(json.key.expiresAtMs).toBe(NOW + DAY)
    expect(json.secret).toMatch(SECRET)
    const secret = new TextEncoder().encode(json.secret)
    const key = hmacKey({ keyId: json.key.id, algorithm: 'hmac-sha256', secret })
    const context = { scope: 'orders:write', clientIp: '203.0.113.9' }
    expect(await world.judge(key, { context })).toBe('ok')
    expect(await world.judge(key, { context: { ...context, clientIp: '198.51.100.1' } })).toBe('IP_DENIED')

    for (const what of [`GET /v1/keys/${json.key.id}`, 'GET /v1/keys?owner=alice'])
      expect((await world.ask(root, what)).text).not.toMatch(/secret|material|sealed|acmes_/)
  })

  it('takes away what null is given for, in a change only', async () => {
    const limits = { rateLimit: { limit: 10, windowMs: 1_000 }, lockAfterIdleMs: DAY, rotateEveryMs: 30 * DAY }
    const none = { rateLimit: null, lockAfterIdleMs: null, rotateEveryMs: null }
    const { json } = await world.ask(root, 'POST /v1/keys', { owner: 'alice', scopes: [], ...limits })
    expect(json.key).toMatchObject(limits)
    const after = await world.ask(root, `PATCH /v1/keys/${json.key.id}`, none)
    expect(after.status).toBe(200)
    for (const name of [...Object.keys(limits), 'rotateAtMs']) expect(after.json.key).not.toHaveProperty(name)
    expect((await world.ask(root, 'POST /v1/keys', { owner: 'alice', scopes: [], ...none })).status).toBe(400)
    expect((await world.ask(root, `PATCH /v1/keys/${json.key.id}`, { name: null })).status).toBe(400)
  })

  it('registers a public key, of which there is no secret to show', async () => {
    const { publicKey } = generateKeyPairSync('ed25519')
    const forms = [publicKey.export({ type: 'spki', format: 'pem' }), publicKey.export({ format: 'jwk' })]
    for (const form of forms) {
      const { status, json } = await world.ask(root, 'POST /v1/keys', { algorithm: 'ed25519', publicKey: form })
      expect([status, json.secret, json.key.owner]).toEqual([201, undefined, 'root'])
      expect(json.key.thumbprint).toMatch(/^[\w-]{43}$/)
    }
  })

  it('lists page by page, by owner and by status', async () => {
    const ids = [await issue({ owner: 'zoe' }), await issue({ owner: 'zoe' }), await issue({ owner: 'zoe' })]
    await world.ask(root, `POST /v1/keys/${ids[1]?.id}/disable`)
    const first = await world.ask(root, 'GET /v1/keys?owner=zoe&limit=2')
    const second = await world.ask(root, `GET /v1/keys?owner=zoe&limit=2&after=${first.json.next}`)
    const found = [...first.json.keys, ...second.json.keys].map(({ id }) => id)
    expect(found).toEqual(ids.map(({ id }) => id).toSorted())
    expect(second.json.next).toBeUndefined()
    const disabled = await world.ask(root, 'GET /v1/keys?owner=zoe&status=disabled')
    expect(disabled.json.keys.map(({ id }: { id: string }) => id)).toEqual([ids[1]?.id])
  })

  it('updates, disables, enables, expires', async () => {
    const { id } = await issue()
    const patched = await world.ask(root, `PATCH /v1/keys/${id}`, {
      name: 'renamed',
      scopes: ['reports:read'],
      denyIp: ['192.0.2.0/24'],
      reason: 'asked for',
    })
    expect(patched.json.key).toMatchObject({ name: 'renamed', scopes: ['reports:read'], denyIp: ['192.0.2.0/24'] })
    expect(world.events.at(-1)).toMatchObject({ event: 'key.update', actor: root.key.id, reason: 'asked for' })
    const disabled = await world.ask(root, `POST /v1/keys/${id}/disable`, { reason: 'holiday' })
    expect(disabled.json.key).toMatchObject({ state: 'disabled', disabledReason: 'holiday' })
    expect((await world.ask(root, `POST /v1/keys/${id}/enable`)).json.key.state).toBe('active')
    const ended = await world.ask(root, `POST /v1/keys/${id}/expire`, { atMs: NOW + 5 })
    expect(ended.json.key.expiresAtMs).toBe(NOW + 5)
    expect((await world.ask(root, `POST /v1/keys/${id}/expire`, { atMs: NOW + 6 })).json.code).toBe('KEY_STATE')
    expect((await world.ask(root, `POST /v1/keys/${id}/expire`)).json.key.state).toBe('expired')
  })

  it('rotates within the old life, renews beyond it', async () => {
    const { id, secret } = await issue({ expiresInMs: DAY })
    const rotated = await world.ask(root, `POST /v1/keys/${id}/rotate`, { overlapMs: 1_000, reason: 'due' })
    expect(rotated.status).toBe(201)
    expect(rotated.json.key).toMatchObject({ replaces: id, version: 2, expiresAtMs: NOW + DAY })
    expect(rotated.json.secret).toMatch(SECRET)
    expect(rotated.json.secret).not.toBe(secret)
    const old = await world.ask(root, `GET /v1/keys/${id}`)
    expect(old.json.key).toMatchObject({ state: 'rotating', overlapUntilMs: NOW + 1_000 })
    expect((await world.ask(root, `POST /v1/keys/${id}/rotate`)).json.code).toBe('KEY_STATE')
    const renewed = await world.ask(root, `POST /v1/keys/${rotated.json.key.id}/renew`, { expiresInMs: 2 * DAY })
    expect(renewed.json.key.expiresAtMs).toBe(NOW + 2 * DAY)
    const endless = await world.ask(root, `POST /v1/keys/${renewed.json.key.id}/renew`, { neverExpires: true })
    expect(endless.json.key.expiresAtMs).toBeNull()
    const now = await world.ask(root, `POST /v1/keys/${endless.json.key.id}/rotate`, { compromised: true })
    expect(now.status).toBe(201)
    expect((await world.ask(root, `GET /v1/keys/${endless.json.key.id}`)).json.key.state).toBe('revoked')
  })

  it('revokes for good, with or without waiting, and a second time without harm', async () => {
    const fast = apiWorld({}, { cache: { ttlMs: 20, negativeTtlMs: 20, disconnectedTtlMs: 20 } })
    const admin = await fast.issued({ scopes: ROOT })
    const key = await fast.issued({ owner: 'alice' })
    const path = `POST /v1/keys/${key.key.id}`
    const revoked = await fast.ask(admin, `${path}/revoke`, { reason: 'gone' })
    expect(revoked.json.how).toBeUndefined()
    const waited = await fast.ask(admin, `${path}/revoke`, { wait: true })
    expect(waited.json).toMatchObject({
      key: { state: 'revoked', revokedReason: 'gone' },
      how: 'acknowledged',
      nodes: 0,
    })
    expect((await fast.ask(admin, `${path}/enable`)).json.code).toBe('KEY_STATE')
    expect((await fast.ask(admin, `${path}/rotate`)).json.code).toBe('KEY_STATE')
  })

  it('answers a leak in one call: revoked, replaced, reported', async () => {
    const log = memoryAuditLog()
    const report = (keyId: string, sinceMs: number) => incident(log, keyId, sinceMs)
    const short = { cache: { ttlMs: 20, negativeTtlMs: 20, disconnectedTtlMs: 20 } }
    const leaky = apiWorld({ incident: report }, { ...short, audit: { record: () => {}, incident: report } })
    const admin = await leaky.issued({ scopes: ROOT })
    const key = await leaky.issued({ owner: 'alice', scopes: ['orders:write'] })
    const { json } = await leaky.ask(admin, `POST /v1/keys/${key.key.id}/compromise`, { reason: 'on a forum' })
    expect(json).toMatchObject({
      key: { state: 'revoked', revokedReason: 'on a forum' },
      replacement: { key: { owner: 'alice', scopes: ['orders:write'], replaces: key.key.id } },
      incident: { keyId: key.key.id },
    })
    expect(json.replacement.secret).toMatch(SECRET)
    const asked = await leaky.ask(admin, `GET /v1/keys/${key.key.id}/incident?since=${NOW - DAY}`)
    expect(asked.json.since).toBe(new Date(NOW - DAY).toISOString())
    expect((await world.ask(root, `GET /v1/keys/${root.key.id}/incident`)).status).toBe(404)
  })

  it('says what became due: everything to an admin, their own to others', async () => {
    await issue({ owner: 'due', expiresInMs: 20 * DAY })
    const own = await world.issued({ owner: 'due', scopes: ['keys:read'], expiresInMs: 30 * DAY })
    const span = `from=${NOW}&to=${NOW + 6.5 * DAY}`
    const all = await world.ask(root, `GET /v1/reminders?${span}`)
    expect(all.json.reminders).toContainEqual(
      expect.objectContaining({ kind: 'expires', owner: 'due', days: 14, atMs: NOW + 20 * DAY }),
    )
    expect(new Set(all.json.reminders.map(({ owner }: { owner: string }) => owner)).size).toBeGreaterThan(1)
    const mine = await world.ask(own, `GET /v1/reminders?${span}`)
    expect(mine.json.reminders).toEqual(all.json.reminders.filter(({ owner }: { owner: string }) => owner === 'due'))
    expect((await world.ask(root, `GET /v1/reminders?from=${NOW}`)).json.code).toBe('ARGUMENT_INVALID')
  })

  it('knows its routes: 404, 405 with Allow, HEAD like GET, OPTIONS', async () => {
    const path = `/v1/keys/${root.key.id}`
    for (const what of [
      'GET /v1',
      'GET /v1/',
      'GET /v1/keys/',
      `GET ${path}/`,
      `POST ${path}/explode`,
      'GET /v2/keys',
      'GET /keys',
      'GET /v1/constructor',
      'GET /v1/__proto__',
    ])
      expect([what, (await world.ask(root, what)).status]).toEqual([what, 404])
    // Two readers of them see two paths, so the verifier refuses them first.
    for (const what of ['GET /v1/%6beys', 'GET /v1/keys//rotate/'])
      expect([what, (await world.ask(root, what)).status]).toEqual([what, 400])
    const wrong = await world.ask(root, `DELETE ${path}`)
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD, PATCH, OPTIONS'])
    expect((await world.ask(root, `GET ${path}/revoke`)).headers.get('allow')).toBe('POST, OPTIONS')
    const head = await world.ask(root, `HEAD ${path}`)
    expect([head.status, head.text, head.headers.get('content-type')]).toEqual([200, '', 'application/json'])
    expect((await world.ask(root, 'HEAD /v1/keys/x')).status).toBe(404)
    const options = await world.ask(root, 'OPTIONS /v1/keys')
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'POST, GET, HEAD, OPTIONS'])
  })

  it('takes another base path, other scopes and another admin scope', async () => {
    const other = apiWorld({ adminScope: 'staff:all', scopes: { list: 'staff:look', enable: 'keys:write' } })
    const admin = await other.issued({ scopes: ['staff:all', 'keys:read'] })
    expect((await other.ask(admin, 'GET /v1/keys?owner=another')).status).toBe(403)
    const staff = await other.issued({ scopes: ['staff:*'] })
    expect((await other.ask(staff, 'GET /v1/keys?owner=another')).status).toBe(200)
    const { keyring } = other
    for (const basePath of ['v1', '/v1/', '/a/../b', '/a b', '/a%20', '//', '/.', 7 as never])
      expect(() => createKeyringApi({ keyring, basePath })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    const wrong: object[] = [
      { adminScope: 'admin' },
      { adminScope: '*:*' },
      { scopes: { list: 'keys' } },
      { scopes: { stranger: 'a:b' } },
      { keyring: {} },
      { incident: 'yes' },
    ]
    for (const options of wrong)
      expect(() => createKeyringApi({ keyring, ...options })).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID' }),
      )
    expect(() => createKeyringApi(undefined as never)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })

  it('answers a broken store with 503, a corrupted one and a bug with 500, and reveals nothing of them', async () => {
    const broken = apiWorld()
    const admin = await broken.issued({ scopes: ROOT })
    const canary = 'postgres://root:hunter2@db'
    const cases = [
      [new CountersignError('STORE_UNAVAILABLE', canary), 503, 'STORE_UNAVAILABLE'],
      [new CountersignError('STORE_CORRUPTED', canary), 500, 'STORE_CORRUPTED'],
      [new CountersignError('KEY_PASSPHRASE', canary), 500, undefined],
      [new Error(canary), 500, undefined],
      [canary, 500, undefined],
      [{ code: 'ARGUMENT_INVALID', message: canary }, 500, undefined],
    ] as const
    for (const [error, status, code] of cases) {
      const failures: unknown[] = []
      const keyring = { ...broken.keyring, describe: () => Promise.reject(error) }
      const api = createKeyringApi({ keyring, onError: (one) => failures.push(one) })
      const answer = await api(new Request('https://x'), {
        ok: true,
        keyId: admin.key.id,
        owner: 'root',
        record: { scopes: ROOT },
        body: null,
        request: { method: 'GET', target: '/v1/keys/x', fields: [] },
      } as never)
      const text = await answer.text()
      expect([answer.status, JSON.parse(text).code]).toEqual([status, code])
      expect(text + inspect([...answer.headers])).not.toContain('hunter2')
      expect(answer.headers.get('retry-after')).toBe(status === 503 ? '1' : null)
      expect(failures).toEqual([error])
    }
  })

  it('shows of a key what its table names, whatever a keyring hands it', async () => {
    const canary = { material: { kind: 'sealed', sealed: 'CANARY' }, secretHash: 'CANARY', v: 1, secret: 'CANARY' }
    const inspected = async (id: string) => ({ ...(await world.keyring.describe(id)), ...canary })
    const leaking = apiWorld({ keyring: { ...world.keyring, describe: inspected } }, { store: world.store })
    const { status, text } = await leaking.ask(root, `GET /v1/keys/${root.key.id}`)
    expect([status, /CANARY|material|secret/.test(text)]).toEqual([200, false])
  })

  it('conflicts are 409, weak keys 422, and a log that throws changes nothing', async () => {
    const keyring = {
      ...world.keyring,
      disable: () => Promise.reject(new CountersignError('STORE_CONFLICT', 'rev 7')),
      enable: () => Promise.reject(new Error('bug')),
    }
    const onError = () => {
      throw new Error('log')
    }
    const failing = apiWorld({ keyring, onError }, { store: world.store })
    const disabled = await failing.ask(root, `POST /v1/keys/${root.key.id}/disable`)
    expect([disabled.status, disabled.json.code]).toEqual([409, 'STORE_CONFLICT'])
    const { id } = await issue()
    expect((await failing.ask(root, `POST /v1/keys/${id}/enable`)).status).toBe(500)
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const weak = publicKey.export({ type: 'spki', format: 'pem' })
    const answer = await world.ask(root, 'POST /v1/keys', { algorithm: 'rsa-pss-sha512', publicKey: weak })
    expect([answer.status, answer.json.code]).toEqual([422, 'KEY_WEAK'])
    const slash = await world.ask(root, 'POST /v1/keys', { allowIp: ['0.0.0.0/0'] })
    expect([slash.status, slash.json.code]).toEqual([422, 'CONFIG_INVALID'])
  })

  it('showed each secret once over all these answers', () => {
    const secrets = world.said.flatMap((text) => text.match(/acmes_live_\w+/g) ?? [])
    expect(secrets.length).toBeGreaterThan(10)
    expect(new Set(secrets).size).toBe(secrets.length)
    expect(world.said.join()).not.toContain((root.secret as NonNullable<IssuedKey['secret']>).revealText())
  })
})
