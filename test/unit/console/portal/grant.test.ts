import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { PortalGrant } from '../../../../src/console/portal/grant.js'
import { createKeyring } from '../../../../src/keyring/keyring.js'
import { memoryKeyStore } from '../../../../src/keyring/stores/memory.js'
import { DAY, integrity } from '../../keyring/keyring-world.js'
import { ALICE, closesPortals, type Person, portalWorld, ROOT } from './portal-world.js'

closesPortals()

const SCOPES = ['orders:*']
const PUBLIC = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }) as string
const may = (more: Omit<PortalGrant, 'scopes'>) => ({ ...ALICE, mayGrant: { scopes: SCOPES, ...more } })
const code = async (person: Person, what: string, body?: object): Promise<unknown> => {
  const { status, json } = await person(what, body)
  return json.code ?? status
}

describe('mayGrant', () => {
  it('holds a key to the networks of the session, in every way that hands it out', async () => {
    const world = portalWorld()
    const [alice, root] = [world.as(may({ allowIp: ['203.0.113.0/24'] })), world.as(ROOT)]
    expect((await alice('GET session')).json.grant).toEqual({
      environments: ['live'],
      allowIp: ['203.0.113.0/24'],
      needsAddresses: true,
    })
    const wide = ['203.0.0.0/16', '198.51.100.1', '2001:db8::/32']
    for (const address of wide)
      expect(await code(alice, 'POST keys', { allowIp: ['203.0.113.9', address] })).toBe('SCOPE_DENIED')
    const { json } = await alice('POST keys', { allowIp: ['203.0.113.0/28'] })
    expect(json.key.allowIp).toEqual(['203.0.113.0/28'])
    // What is not given is what the session has, and an empty list would be every address.
    expect((await alice('POST keys', {})).json.key.allowIp).toEqual(['203.0.113.0/24'])
    expect(await code(alice, 'POST keys', { allowIp: [] })).toBe('SCOPE_DENIED')
    const { id, rev } = json.key
    for (const allowIp of [[], ['0.0.0.0/1'], ['203.0.112.0/23']])
      expect(await code(alice, `PATCH keys/${id}`, { rev, allowIp })).toBe('SCOPE_DENIED')
    const foreign = (await root('POST keys', { owner: 'alice', scopes: ['orders:read'] })).json.key
    for (const what of ['rotate', 'renew', 'enable'])
      expect(await code(alice, `POST keys/${foreign.id}/${what}`, { reason: 'x' })).toBe('SCOPE_DENIED')
    const leaked = (await alice(`POST keys/${foreign.id}/compromise`, { wait: false })).json
    expect([leaked.key.status, leaked.how, leaked.problem, leaked.replacement]).toEqual([
      'revoked',
      'begun',
      'SCOPE_DENIED',
      undefined,
    ])
  })

  it('asks for a list of addresses', async () => {
    const world = portalWorld()
    const [alice, root] = [world.as(may({ needsAddresses: true })), world.as(ROOT)]
    expect(await code(alice, 'POST keys', {})).toBe('ADDRESSES_REQUIRED')
    const everywhere = { allowIp: ['0.0.0.0/0'], allowZeroPrefix: true }
    expect(await code(alice, 'POST keys', everywhere)).toBe('ADDRESSES_REQUIRED')
    // Lists that hold everything, or nearly, in pieces.
    const wide = [
      ['0.0.0.0/1', '128.0.0.0/1'],
      ['::ffff:0:0/97', '::ffff:128.0.0.0/97'],
      Array.from({ length: 255 }, (_, at) => `${at}.0.0.0/8`),
      ['2000::/3'],
      ['203.0.113.9', '8000::/1'],
    ]
    for (const allowIp of wide) expect(await code(alice, 'POST keys', { allowIp })).toBe('ADDRESSES_REQUIRED')
    const { id, rev } = (await alice('POST keys', { allowIp: ['203.0.113.9'] })).json.key
    for (const allowIp of wide)
      expect(await code(alice, `PATCH keys/${id}`, { rev, allowIp })).toBe('ADDRESSES_REQUIRED')
    const inside = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '10.1.0.0/16', '2001:db8::/32']
    expect(await code(alice, 'POST keys', { allowIp: inside })).toBe(201)
    expect(await code(alice, 'POST keys', { allowIp: ['nowhere'] })).toBe('ARGUMENT_INVALID')
    expect(await code(alice, `PATCH keys/${id}`, { rev, allowIp: [] })).toBe('ADDRESSES_REQUIRED')
    expect(await code(alice, `PATCH keys/${id}`, { rev, ...everywhere })).toBe('ADDRESSES_REQUIRED')
    const old = (await root('POST keys', { owner: 'alice', scopes: ['orders:read'] })).json.key
    expect(await code(alice, `POST keys/${old.id}/rotate`)).toBe('ADDRESSES_REQUIRED')
    // A name opens nothing, and the way out is to state addresses.
    const named = (await alice(`PATCH keys/${old.id}`, { rev: old.rev, name: 'old' })).json.key
    expect(await code(alice, `PATCH keys/${old.id}`, { rev: named.rev, allowIp: ['203.0.113.9'] })).toBe(200)
    expect(await code(alice, `POST keys/${old.id}/rotate`)).toBe(201)
  })

  it('holds kinds of key and environments', async () => {
    const testKeyring = createKeyring({
      store: memoryKeyStore(),
      prefix: 'acme',
      environment: 'test',
      integrity,
      usage: false,
    })
    const world = portalWorld({ testKeyring })
    const alice = world.as(may({ algorithms: ['ed25519'], environments: ['test'] }))
    const session = (await alice('GET session')).json
    expect([session.algorithms, session.environments, session.grant.environments]).toEqual([
      ['ed25519'],
      ['live', 'test'],
      ['test'],
    ])
    const wish = { algorithm: 'ed25519', publicKey: PUBLIC }
    expect(await code(alice, 'POST keys', { environment: 'test' })).toBe('SCOPE_DENIED')
    expect(await code(alice, 'POST keys', wish)).toBe('SCOPE_DENIED')
    expect(await code(alice, 'POST keys', { ...wish, environment: 'test' })).toBe(201)
    const live = (await world.as(ALICE)('POST keys', wish)).json.key
    for (const what of ['rotate', 'renew', 'enable'])
      expect(await code(alice, `POST keys/${live.id}/${what}`, { reason: 'x' })).toBe('SCOPE_DENIED')
    expect(await code(alice, `PATCH keys/${live.id}`, { rev: live.rev, scopes: [] })).toBe('SCOPE_DENIED')
    expect(await code(alice, `POST keys/${live.id}/disable`)).toBe(200)
    await testKeyring.close()
  })

  it('holds the life and the idle lock', async () => {
    const world = portalWorld()
    const alice = world.as(may({ maxLifeMs: 60 * DAY, lockAfterIdleMs: 30 * DAY }))
    const session = (await alice('GET session')).json
    expect(session).toMatchObject({ maxLifeMs: 60 * DAY, defaultLifeMs: 60 * DAY, mayNeverExpire: false })
    expect(session.lives).toEqual([30 * DAY])
    expect(await code(alice, 'POST keys', { expiresInMs: 61 * DAY })).toBe('LIFE_TOO_LONG')
    expect(await code(alice, 'POST keys', { neverExpires: true, reason: 'x' })).toBe('LIFE_TOO_LONG')
    // A beginning later on makes no life longer than it is from now.
    const late = { notBeforeMs: world.nowMs + 30 * DAY, expiresInMs: 60 * DAY }
    const begun = await alice('POST keys', late)
    if (begun.status === 201) expect(begun.json.key.expiresAtMs).toBeLessThanOrEqual(world.nowMs + 60 * DAY + 60_000)
    const { key } = (await alice('POST keys', {})).json
    expect([key.expiresAtMs - world.nowMs, key.lockAfterIdleMs]).toEqual([60 * DAY, 30 * DAY])
    for (const lockAfterIdleMs of [null, 31 * DAY])
      expect(await code(alice, `PATCH keys/${key.id}`, { rev: key.rev, lockAfterIdleMs })).toBe('SCOPE_DENIED')
    expect(await code(alice, `PATCH keys/${key.id}`, { rev: key.rev, lockAfterIdleMs: 7 * DAY })).toBe(200)
    expect(await code(alice, `POST keys/${key.id}/renew`, { reason: 'x', expiresInMs: 61 * DAY })).toBe('LIFE_TOO_LONG')
    expect(await code(alice, `POST keys/${key.id}/renew`, { reason: 'x' })).toBe(201)
  })

  it('is refused where a member is unknown or cannot be compared: a limit that is misspelt would be none', async () => {
    for (const mayGrant of [
      { scopes: SCOPES, maxLife: DAY },
      { scopes: SCOPES, allowIp: '203.0.113.0/24' },
      { scopes: SCOPES, allowIp: ['203.0.113.1/24'] },
      { scopes: SCOPES, algorithms: ['rot13'] },
      { scopes: SCOPES, environments: ['staging'] },
      { scopes: SCOPES, maxLifeMs: '90d' },
      { allowIp: ['203.0.113.0/24'] },
      'orders:*',
      undefined,
    ]) {
      const world = portalWorld()
      expect((await world.as({ ...ALICE, mayGrant: mayGrant as never })('GET session')).status).toBe(500)
      expect(world.failures).toHaveLength(1)
    }
  })
})
