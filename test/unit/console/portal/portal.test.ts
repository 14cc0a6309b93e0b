import { describe, expect, it } from 'vitest'
import { createKeyringPortal } from '../../../../src/console/portal/portal.js'
import { hmacKey } from '../../../../src/crypto/hmac-key.js'
import { codeOf } from '../../../expect-code.js'
import { DAY } from '../../keyring/keyring-world.js'
import { ALICE, BOB, closesPortals, ORIGIN, portalWorld, ROOT, SCOPES } from './portal-world.js'

closesPortals()

const SECRET = /acmes_live_\w{49}/

describe('a keyring portal', () => {
  it('answers what the page needs to begin', async () => {
    const world = portalWorld({ brand: { name: 'Acme' } })
    const { status, json } = await world.as(ALICE)('GET session')
    expect(status).toBe(200)
    expect(json).toMatchObject({
      owner: 'alice',
      name: 'Alice',
      isAdmin: false,
      environments: ['live'],
      defaultLifeMs: 90 * DAY,
      lives: [30 * DAY, 90 * DAY, 365 * DAY],
      mayNeverExpire: true,
      clientIp: '203.0.113.7',
      brand: { name: 'Acme' },
    })
    expect(json.scopes.map(({ name }: { name: string }) => name)).toEqual(['orders:read', 'orders:write'])
    expect(json.csrf).toMatch(/^[\w-]{43}$/)
    expect(JSON.stringify(json)).not.toContain(ALICE.id)
  })

  it('makes a key whose secret works, shows it once, and lists it', async () => {
    const world = portalWorld()
    const alice = world.as(ALICE)
    const made = await alice('POST keys', { name: 'bot', scopes: ['orders:write'], allowIp: ['203.0.113.0/24'] })
    expect(made.status).toBe(201)
    const { key, secret } = made.json
    expect(secret).toMatch(SECRET)
    expect(key).toMatchObject({ owner: 'alice', createdBy: 'alice', prefix: 'acmek_live_', lastFour: key.id.slice(-4) })
    expect(key.expiresAtMs).toBe(world.nowMs + 90 * DAY)
    const signer = hmacKey({ keyId: key.id, algorithm: 'hmac-sha256', secret: new TextEncoder().encode(secret) })
    expect(await world.judge(signer, { context: { clientIp: '203.0.113.9', scope: 'orders:write' } })).toBe('ok')
    const listed = await alice('GET keys?environment=live')
    expect(listed.json.keys).toHaveLength(1)
    expect(listed.json.keys[0]).toMatchObject({ id: key.id, name: 'bot', lastFour: key.id.slice(-4) })
    expect(listed.text).not.toMatch(SECRET)
  })

  it('rotates, renews with a reason, disables, enables and revokes', async () => {
    const world = portalWorld()
    const alice = world.as(ALICE)
    const { key } = (await alice('POST keys', { scopes: ['orders:read'] })).json
    const next = (await alice(`POST keys/${key.id}/rotate`, { overlapMs: 1_000 })).json
    expect(next.secret).toMatch(SECRET)
    expect((await alice(`GET keys/${key.id}`)).json.key).toMatchObject({ state: 'rotating', replacedBy: next.key.id })
    expect((await alice(`POST keys/${next.key.id}/renew`, {})).json.code).toBe('REASON_REQUIRED')
    const renewed = await alice(`POST keys/${next.key.id}/renew`, { reason: 'still in use', expiresInMs: 30 * DAY })
    expect(renewed.status).toBe(201)
    const { id } = renewed.json.key
    expect((await alice(`POST keys/${id}/disable`, { reason: 'away' })).json.key.state).toBe('disabled')
    expect((await alice(`POST keys/${id}/enable`)).json.key.state).toBe('active')
    expect((await alice(`POST keys/${id}/revoke`, { reason: 'done' })).json.key.state).toBe('revoked')
  })

  it('edits what was shown, and nothing that has changed since', async () => {
    const world = portalWorld()
    const alice = world.as(ALICE)
    const { key } = (await alice('POST keys', { scopes: ['orders:read'] })).json
    expect((await alice(`PATCH keys/${key.id}`, { name: 'x' })).status).toBe(400)
    const edited = await alice(`PATCH keys/${key.id}`, { rev: key.rev, name: 'first', allowIp: ['198.51.100.1'] })
    expect(edited.json.key).toMatchObject({ name: 'first', rev: key.rev + 1 })
    const stale = await alice(`PATCH keys/${key.id}`, { rev: key.rev, name: 'second' })
    expect([stale.status, stale.json.code]).toEqual([409, 'STORE_CONFLICT'])
    expect((await alice(`GET keys/${key.id}`)).json.key.name).toBe('first')
  })

  it('keeps to the longest life, and asks for a reason where there is none', async () => {
    const free = portalWorld().as(ALICE)
    expect((await free('POST keys', { neverExpires: true })).json.code).toBe('REASON_REQUIRED')
    expect((await free('POST keys', { neverExpires: true, reason: ' ' })).json.code).toBe('REASON_REQUIRED')
    const endless = (await free('POST keys', { neverExpires: true, reason: 'a probe in a wall' })).json.key
    expect(endless.expiresAtMs).toBeNull()

    const world = portalWorld({ maxLifeMs: 60 * DAY })
    const bound = world.as(ALICE)
    expect((await bound('GET session')).json).toMatchObject({ defaultLifeMs: 60 * DAY, mayNeverExpire: false })
    expect((await bound('POST keys', { neverExpires: true, reason: 'x' })).json.code).toBe('LIFE_TOO_LONG')
    expect((await bound('POST keys', { expiresInMs: 61 * DAY })).json.code).toBe('LIFE_TOO_LONG')
    const { key } = (await bound('POST keys', {})).json
    expect(key.expiresAtMs).toBe(world.nowMs + 60 * DAY)
    const long = { expiresInMs: 61 * DAY, reason: 'x' }
    expect((await bound(`POST keys/${key.id}/renew`, long)).json.code).toBe('LIFE_TOO_LONG')
  })

  it('gives an administrator the keys of all, and leaves to them what they stopped', async () => {
    const world = portalWorld()
    const [alice, bob, root] = [world.as(ALICE), world.as(BOB), world.as(ROOT)]
    const { key } = (await alice('POST keys', { scopes: ['orders:read'] })).json
    await bob('POST keys', { scopes: ['orders:read'] })
    expect((await root('GET keys')).json.keys).toHaveLength(2)
    expect((await root('GET keys?owner=alice')).json.keys).toHaveLength(1)
    expect((await alice('GET keys?owner=bob')).status).toBe(403)
    expect((await root(`POST keys/${key.id}/disable`, { reason: 'asked by security' })).status).toBe(200)
    const refused = await alice(`POST keys/${key.id}/enable`)
    expect([refused.status, refused.json.code]).toEqual([403, 'SCOPE_DENIED'])
    expect((await root(`POST keys/${key.id}/enable`)).json.key.state).toBe('active')
  })

  it('has live and test keys apart, each in its keyring', async () => {
    const other = portalWorld({}, { environment: 'test' })
    const world = portalWorld({ testKeyring: other.keyring })
    const alice = world.as(ALICE)
    expect((await alice('GET session')).json.environments).toEqual(['live', 'test'])
    const live = (await alice('POST keys', {})).json.key
    const test = (await alice('POST keys', { environment: 'test' })).json.key
    expect([live.id, test.id]).toEqual([expect.stringMatching(/^acmek_live_/), expect.stringMatching(/^acmek_test_/)])
    const ids = async (query: string) => (await alice(`GET keys${query}`)).json.keys.map(({ id }: { id: string }) => id)
    expect([await ids(''), await ids('?environment=test')]).toEqual([[live.id], [test.id]])
    expect((await alice(`POST keys/${test.id}/revoke`)).json.key).toMatchObject({
      state: 'revoked',
      prefix: 'acmek_test_',
    })
    expect((await alice(`GET keys/${live.id}`)).json.key.state).toBe('active')
    expect((await portalWorld().as(ALICE)('POST keys', { environment: 'test' })).status).toBe(400)
    expect((await portalWorld().as(ALICE)(`GET keys/${test.id}`)).status).toBe(404)
  })

  it('refuses options that cannot be meant', () => {
    const { keyring } = portalWorld()
    const good = { keyring, session: () => undefined, scopes: SCOPES, publicOrigin: ORIGIN }
    const wrong: object[] = [
      { ...good, publicOrigin: `${ORIGIN}/` },
      { ...good, basePath: '/keys/' },
      { ...good, basePath: '/a/../b' },
      { ...good, testKeyring: keyring },
      { ...good, maxLifeMs: DAY, defaultLifeMs: 2 * DAY },
      { ...good, sesion: 1 },
      { ...good, scopes: [{ name: 'orders', label: 'x', level: 'read' }] },
      { ...good, rateLimit: { reads: {} } },
      { keyring },
    ]
    for (const options of wrong) expect(codeOf(() => createKeyringPortal(options as never))).toBe('CONFIG_INVALID')
    expect(codeOf(() => createKeyringPortal({ ...good, csrfSecret: new Uint8Array(31) }))).toBe('KEY_WEAK')
  })
})
