import { afterAll, beforeAll, expect, it } from 'vitest'
import { describePostgres, type PostgresServer, startPostgres } from '../servers/postgres.js'
import { describeRedis, type RedisServer, startRedis } from '../servers/redis.js'
import { folder } from '../unit/cli/world.js'
import { invoke } from './invoke.js'

const at = folder()
beforeAll(async () => {
  await invoke(['keygen', at('kek'), '--algorithm', 'hmac-sha256'])
})

/** The life of a key in the store that a URL names. */
async function wholeLife(url: string): Promise<void> {
  const env = { COUNTERSIGN_STORE: url, COUNTERSIGN_PREFIX: 'acme', COUNTERSIGN_KEK: `file:${at('kek.secret')}` }
  const keys = async (...argv: string[]) => {
    const { code, stdout, stderr } = await invoke(['keys', ...argv, '--json'], { env })
    expect(stderr).toBe('')
    expect(code).toBe(0)
    return JSON.parse(stdout)
  }
  const { key } = await keys('issue', '--owner', 'alice', '--scope', 'orders:read')
  const next = await keys('rotate', key.id, '--overlap', '1h')
  await keys('revoke', key.id, '--wait', '--alone')
  const listed = (await keys('list')).keys.map(({ id, state }: { id: string; state: string }) => [id, state])
  expect(Object.fromEntries(listed)).toEqual({ [key.id]: 'revoked', [next.key.id]: 'active' })
}

describePostgres('keys in PostgreSQL', () => {
  let server: PostgresServer | undefined
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.stop())

  it('are issued, rotated, revoked and listed', () => wholeLife(server?.connectionString ?? ''))
})

describeRedis('keys in Redis', () => {
  let server: RedisServer | undefined
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server?.stop())

  it('are issued, rotated, revoked and listed', () => wholeLife(server?.url ?? ''))
})

it('a store that cannot be reached is not decided', async () => {
  const env = { COUNTERSIGN_PREFIX: 'acme', COUNTERSIGN_KEK: `file:${at('kek.secret')}` }
  for (const store of ['redis://127.0.0.1:9', 'postgres://127.0.0.1:9/none'])
    expect(await invoke(['keys', 'list', '--store', store], { env })).toMatchObject({ code: 3 })
})
