import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { noticesOf } from '../../../../src/console/portal/notices.js'
import { DAY } from '../../keyring/keyring-world.js'
import { ALICE, BOB, closesPortals, type Person, portalWorld, ROOT } from './portal-world.js'

closesPortals()

const made = async (person: Person, more: object = {}): Promise<{ id: string; secret: string }> => {
  const { json, status } = await person('POST keys', { scopes: ['orders:read'], ...more })
  expect(status).toBe(201)
  return { id: json.key.id, secret: json.secret }
}

describe('the use of keys in a portal', () => {
  it('has the days of the keys that the session may see', async () => {
    const world = portalWorld()
    const [alice, bob] = [world.as(ALICE), world.as(BOB)]
    const [a, b, never] = [await made(alice), await made(bob), await made(alice)]
    expect(await world.use(a.id, a.secret)).toBe('ok')
    expect(await world.use(a.id, a.secret, { forged: true })).toBe('SIGNATURE_INVALID')
    expect(await world.use(b.id, b.secret)).toBe('ok')
    const day = new Date(world.nowMs).toISOString().slice(0, 10)
    const ids = [a.id, b.id, never.id, 'acmek_live_00000000000000000000', '__proto__'].join(',')
    const { json } = await alice(`GET activity?ids=${ids}&days=30`)
    expect(json).toMatchObject({ asOfMs: world.nowMs, sampled: false })
    expect(json.keys).toEqual({ [a.id]: { days: [{ day, accepted: 1, refused: 0, claimed: 1 }] } })
    const all = await world.as(ROOT)(`GET activity?ids=${ids}`)
    expect(Object.keys(all.json.keys)).toEqual([a.id, b.id])
    const many = Array.from({ length: 201 }, (_, i) => `k${i}`).join(',')
    expect((await alice(`GET activity?ids=${many}`)).status).toBe(400)
  })

  it('has who still uses the old key during an overlap', async () => {
    const world = portalWorld()
    const alice = world.as(ALICE)
    const old = await made(alice)
    const { json } = await alice(`POST keys/${old.id}/rotate`, { overlapMs: DAY })
    await world.use(old.id, old.secret, { clientIp: '198.51.100.4', agent: 'cron/2' })
    await world.use(json.key.id, json.secret)
    const used = await alice(`GET keys/${old.id}/usage`)
    expect(used.json.users).toEqual([
      {
        clientIp: '198.51.100.4',
        userAgent: 'cron/2',
        first: new Date(world.nowMs).toISOString(),
        last: new Date(world.nowMs).toISOString(),
        count: 1,
      },
    ])
    expect((await alice(`GET keys/${json.key.id}/usage`)).json.users).toEqual([])
    expect((await world.as(BOB)(`GET keys/${old.id}/usage`)).json.code).toBe('KEY_NOT_FOUND')
  })

  it('revokes, replaces and reports a key that leaked', async () => {
    const world = portalWorld()
    const alice = world.as(ALICE)
    const key = await made(alice)
    await world.use(key.id, key.secret, { clientIp: '198.51.100.4', agent: '<script>alert(1)</script>' })
    await world.use(key.id, key.secret, { forged: true })
    const done = await alice(`POST keys/${key.id}/compromise`, { reason: 'seen in a chat' })
    expect(done.status).toBe(200)
    expect(done.json.key.state).toBe('revoked')
    expect(done.json.replacement.secret).toMatch(/^acmes_live_/)
    expect(done.json.replacement.key).toMatchObject({ lastFour: done.json.replacement.key.id.slice(-4) })
    expect(done.json.incident.proven.total.count).toBe(1)
    expect(done.json.incident.claimed.total.count).toBe(1)
    expect(done.json.steps).toEqual([
      { code: 'REVOKE', done: true },
      { code: 'REPLACE', done: true },
      { code: 'SCREENSHOTS', done: false },
      { code: 'CHECK_OWN_USE', done: false },
      { code: 'FIND_LEAK', done: false },
      { code: 'CONTACT_PLATFORM', done: false },
      { code: 'CONTACT_AUTHORITIES', done: false },
      { code: 'NARROW_REPLACEMENT', done: false },
    ])
    expect(await world.use(key.id, key.secret)).toBe('KEY_REVOKED')
    const report = await alice(`GET keys/${key.id}/incident`)
    expect(report.json.incident.timeline.buckets).toEqual([
      { at: expect.any(String), accepted: 1, refused: 1, claimed: 1 },
    ])
    expect(report.text).not.toMatch(/acmes_live_/)
    expect((await alice(`GET keys/${key.id}/incident?sinceMs=1700000000`)).status).toBe(400)
  }, 60_000)

  it('keeps a public key in every form, and refuses a weak or private one with the reason', async () => {
    const alice = portalWorld().as(ALICE)
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string
    const jwk = publicKey.export({ format: 'jwk' })
    for (const form of [pem, jwk]) {
      const { status, json } = await alice('POST keys', { algorithm: 'ed25519', publicKey: form })
      expect([status, json.secret]).toEqual([201, undefined])
      expect(json.key.thumbprint).toMatch(/^[\w-]{43}$/)
    }
    const secretPem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
    const weak = generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey
    for (const [algorithm, form] of [
      ['ed25519', secretPem],
      ['ed25519', privateKey.export({ format: 'jwk' })],
      ['rsa-pss-sha512', weak.export({ type: 'spki', format: 'pem' })],
    ]) {
      const { status, text } = await alice('POST keys', { algorithm, publicKey: form })
      expect([400, 422]).toContain(status)
      expect(text).not.toContain((privateKey.export({ format: 'jwk' }) as { d: string }).d)
    }
  })

  it('notices what to look at, the most urgent first', async () => {
    const world = portalWorld()
    const [alice, root] = [world.as(ALICE), world.as(ROOT)]
    await made(alice, { name: 'ends', expiresInMs: 6 * DAY, allowIp: ['203.0.113.1'] })
    await made(alice, { name: 'fine', allowIp: ['203.0.113.1'] })
    await made(root, { name: 'wide', scopes: ['account:admin'] })
    const own = await alice('GET notices')
    expect(own.json).toEqual({
      notices: [
        expect.objectContaining({ kind: 'expires', name: 'ends', days: 6, owner: 'alice', environment: 'live' }),
      ],
      more: false,
    })
    const all = await root('GET notices')
    expect(all.json.notices.map(({ kind, name }: Record<string, string>) => `${kind} ${name}`)).toEqual([
      'expires ends',
      'wide-scope wide',
      'no-addresses wide',
    ])
    const key = await world.keyring.describe(own.json.notices[0].keyId)
    const kinds = (more: object, atMs: number): string[] => noticesOf({ ...key, ...more }, atMs).map(([kind]) => kind)
    expect(kinds({}, world.nowMs + 7 * DAY)).toEqual(['expired'])
    expect(kinds({ expiresAtMs: null }, world.nowMs + 61 * DAY)).toEqual(['no-end', 'aged', 'unused'])
    expect(noticesOf({ ...key, expiresAtMs: null }, world.nowMs + 61 * DAY)[1]?.[2]).toBe(60)
    const due = { rotateEveryMs: 30 * DAY, rotateAtMs: world.nowMs + 30 * DAY, expiresAtMs: world.nowMs + 90 * DAY }
    expect(kinds(due, world.nowMs + 25 * DAY)).toEqual(['rotate'])
    expect(kinds(due, world.nowMs + 31 * DAY)).toEqual(['overdue', 'unused'])
    expect(kinds({ replacedBy: 'x' }, world.nowMs + 61 * DAY)).toEqual([])
  })
})

describe('what is for administrators', () => {
  it('is refused to owners, by every route', async () => {
    const alice = portalWorld().as(ALICE)
    for (const what of ['GET audit', 'POST audit/verify', 'GET leaks', 'GET sealing'])
      expect([what, (await alice(what)).json.code]).toEqual([what, 'NOT_ADMINISTRATOR'])
  })

  it('shows the trail by pages, the newest first, and verifies its chain', async () => {
    const world = portalWorld()
    const [alice, root] = [world.as(ALICE), world.as(ROOT)]
    const ids: string[] = []
    for (let i = 0; i < 5; i++) {
      world.nowMs += i % 2
      ids.push((await made(alice)).id)
    }
    const seen: string[] = []
    let next: string | undefined
    do {
      const page = await root(`GET audit?limit=2&event=key.create${next === undefined ? '' : `&before=${next}`}`)
      expect(page.status).toBe(200)
      expect(page.json.events.length).toBeLessThanOrEqual(2)
      seen.push(...page.json.events.map(({ keyId }: { keyId: string }) => keyId))
      next = page.json.next
    } while (next !== undefined)
    expect([...seen].sort()).toEqual([...ids].sort())
    const one = await root(`GET audit?keyId=${ids[0]}`)
    expect(one.json.events).toHaveLength(1)
    const verified = await root('POST audit/verify')
    expect(verified.json).toMatchObject({ ok: true, chains: [{ firstSeq: 1 }] })
    expect((await root('GET audit?before=%5B')).status).toBe(400)
  })

  it('shows which key seals how many, and what was asked for of others', async () => {
    const world = portalWorld()
    const [alice, bob, root] = [world.as(ALICE), world.as(BOB), world.as(ROOT)]
    const { id } = await made(alice)
    await alice('POST keys', {
      algorithm: 'ed25519',
      publicKey: generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }),
    })
    expect((await root('GET sealing')).json.environments).toEqual([
      {
        environment: 'live',
        primary: 'kek-1',
        keks: [{ id: 'kek-1', keys: 1, isKnown: true }],
        publicKeys: 1,
        total: 2,
      },
    ])
    await bob(`GET keys/${id}`)
    const { json } = await root('GET audit?event=audit.portal')
    expect(json.events).toEqual([
      expect.objectContaining({ actor: 'bob', outcome: 'denied', data: { key: id, route: 'GET /keys/{id}' } }),
    ])
    expect((await root('GET leaks')).json).toEqual({ events: [] })
  })
})
