import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import type { KeyStore } from '../../../../src/keyring/key-store.js'
import { fileKeyStore } from '../../../../src/keyring/stores/file.js'
import { postgresKeyStore } from '../../../../src/keyring/stores/postgres.js'
import { sqliteKeyStore } from '../../../../src/keyring/stores/sqlite.js'
import { hasPostgres, startPostgres } from '../../../servers/postgres.js'
import { DAY } from '../../keyring/keyring-world.js'
import { ALICE, BOB, closesPortals, portalWorld, ROOT } from './portal-world.js'

closesPortals()

const closing: (() => unknown)[] = []
afterAll(async () => {
  for (const close of closing.reverse()) await close()
})

const inFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-portal-'))
  closing.push(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'keys')
}

async function onPostgres(): Promise<KeyStore> {
  const server = await startPostgres()
  if (server === undefined) throw new Error('no server')
  closing.push(() => server.stop())
  const pool = new pg.Pool({ connectionString: server.connectionString, max: 5 })
  pool.on('error', () => {})
  closing.push(() => pool.end())
  const store = postgresKeyStore({ query: (text, values) => pool.query(text, values), timeoutMs: 20_000 })
  await store.migrate()
  return store
}

const STORES: ReadonlyArray<readonly [string, () => KeyStore | Promise<KeyStore>]> = [
  ['a file', () => fileKeyStore(inFolder())],
  ...(process.getBuiltinModule?.('node:sqlite') === undefined
    ? []
    : [['SQLite', () => sqliteKeyStore({ path: inFolder() })] as const]),
  ...(hasPostgres ? [['a PostgreSQL server', onPostgres] as const] : []),
]

const free = { take: () => ({ ok: true, retryAfterMs: 0 }) }
const NO_LIMITS = { read: free, change: free, create: free, costly: free }

describe.each(STORES)('a portal over %s', (_, open) => {
  it('leads a key through its life, and loses no edit to another window', { timeout: 120_000 }, async () => {
    const world = portalWorld({ rateLimit: NO_LIMITS }, { store: await open() })
    const [alice, bob, root] = [world.as(ALICE), world.as(BOB), world.as(ROOT)]
    const made = (await alice('POST keys', { name: 'bot', scopes: ['orders:write'] })).json
    expect(await world.use(made.key.id, made.secret)).toBe('ok')
    await world.keyring.flush()
    const used = (await alice(`GET keys/${made.key.id}`)).json.key
    expect(used.usage).toMatchObject({ count: 1, lastUsedIp: '203.0.113.7', lastUsedAgent: 'bot/1' })

    const windows = await Promise.all(
      Array.from({ length: 6 }, (_, i) => alice(`PATCH keys/${used.id}`, { rev: used.rev, name: `window ${i}` })),
    )
    expect(windows.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409])

    const next = (await alice(`POST keys/${used.id}/rotate`, { overlapMs: DAY })).json
    expect(await world.use(used.id, made.secret)).toBe('ok')
    expect((await alice(`GET keys/${used.id}/usage`)).json.users).toHaveLength(1)
    world.nowMs += DAY
    expect(await world.use(used.id, made.secret)).toBe('KEY_EXPIRED')
    expect(await world.use(next.key.id, next.secret)).toBe('ok')
    const leak = (await alice(`POST keys/${next.key.id}/compromise`, { reason: 'seen' })).json
    expect([leak.key.state, leak.replacement.key.state]).toEqual(['revoked', 'active'])
    expect(await world.use(next.key.id, next.secret)).toBe('KEY_REVOKED')

    // Pages of one owner, in which nothing is missing, twice or of another.
    for (let i = 0; i < 12; i++) await alice('POST keys', { expiresInMs: DAY })
    await bob('POST keys')
    const seen: string[] = []
    let after: string | undefined
    do {
      const page = await alice(`GET keys?limit=4${after === undefined ? '' : `&after=${after}`}`)
      seen.push(...page.json.keys.map(({ id, owner }: Record<string, string>) => `${owner} ${id}`))
      after = page.json.next
    } while (after !== undefined)
    expect(new Set(seen).size).toBe(15)
    expect(seen.every((line) => line.startsWith('alice '))).toBe(true)
    expect((await bob(`POST keys/${leak.replacement.key.id}/revoke`)).status).toBe(404)
    expect((await root('GET sealing')).json.environments[0]).toMatchObject({ total: 16, publicKeys: 0 })
    expect((await root('POST audit/verify')).json.ok).toBe(true)
    expect(world.failures).toEqual([])
  })
})
