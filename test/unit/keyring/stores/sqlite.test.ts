import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StoredKey } from '../../../../src/keyring/record/key-record.js'
import { type SqliteDatabase, sqliteKeyStore } from '../../../../src/keyring/stores/sqlite.js'
import { keyStoreContract, nextRecord, sampleRecord } from '../../../contract/key-store.js'
import { codeOf } from '../../../expect-code.js'

type Module = { readonly DatabaseSync: new (path: string) => SqliteDatabase }
const sqlite = process.getBuiltinModule?.('node:sqlite') as Module | undefined
const POSIX = process.platform !== 'win32'

let root = ''
let count = 0
const fresh = (): string => join(root, `${count++}.sqlite`)
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'countersign-sqlite-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('sqliteKeyStore', () => {
  it('refuses options that cannot be right', async () => {
    const bad = [
      undefined,
      {},
      { path: '' },
      { path: 'a\0b' },
      { database: null },
      { database: {} },
      { database: 'keys.sqlite' },
      { path: 'x', busyTimeoutMs: 0 },
      { path: 'x', busyTimeoutMs: '5; DROP TABLE x' },
      { path: 'x', database: { exec: () => {}, prepare: () => {} } },
    ]
    for (const options of bad) expect(await codeOf(() => sqliteKeyStore(options as never))).toBe('CONFIG_INVALID')
  })

  it('turns what a database throws into an error of the library', async () => {
    const failing = (error: unknown): SqliteDatabase => ({
      exec: () => {
        throw error
      },
      prepare: () => {
        throw error
      },
      close: () => {},
    })
    for (const [error, code] of [
      [Object.assign(new Error('database is locked'), { errcode: 5 }), 'STORE_UNAVAILABLE'],
      [Object.assign(new Error('disk image is malformed'), { errcode: 11 }), 'STORE_CORRUPTED'],
      [Object.assign(new Error('malformed index'), { errcode: 11 | (3 << 8) }), 'STORE_CORRUPTED'],
      [Object.assign(new Error('file is not a database'), { errcode: 26 }), 'STORE_CORRUPTED'],
      [Object.assign(new Error('too large'), { code: 'ERR_OUT_OF_RANGE' }), 'STORE_CORRUPTED'],
      [null, 'STORE_UNAVAILABLE'],
    ] as const)
      expect(await codeOf(() => sqliteKeyStore({ database: failing(error) }))).toBe(code)
  })
})

if (sqlite === undefined) {
  console.warn(`SKIPPED: the SQLite key store against SQLite, because Node ${process.versions.node} has no node:sqlite`)
  describe('sqliteKeyStore on a Node without node:sqlite', () => {
    it('says which Node has it, and what to use on this one', async () => {
      const open = (): unknown => sqliteKeyStore({ path: fresh() })
      expect(await codeOf(open)).toBe('CONFIG_INVALID')
      expect(open).toThrow('Node 22.13')
      expect(open).toThrow(process.versions.node)
      expect(open).toThrow('fileKeyStore of countersign/keyring/file')
    })
  })
  describe.skip('key store: sqlite (not run: node:sqlite is missing, Node 22.13 or later has it)', () => {
    it('keeps the contract of key stores', () => {})
  })
} else {
  onSqlite(sqlite)
}

function onSqlite({ DatabaseSync }: Module): void {
  keyStoreContract(
    'sqlite, by path',
    () => {
      const path = fresh()
      return { store: sqliteKeyStore({ path }), another: () => sqliteKeyStore({ path }) }
    },
    { persistent: true },
  )
  keyStoreContract(
    'sqlite, in a database of the application',
    () => {
      const database = new DatabaseSync(':memory:')
      return {
        store: sqliteKeyStore({ database }),
        another: () => sqliteKeyStore({ database }),
        close: () => void database.close(),
      }
    },
    { persistent: true },
  )

  describe('sqliteKeyStore in a real database', () => {
    it('is for its owner only, with all its files, and refuses one that is not', async () => {
      if (!POSIX) return
      const path = fresh()
      const mask = process.umask(0)
      const store = sqliteKeyStore({ path })
      store.write([{ record: sampleRecord(), expectedRev: 0 }])
      process.umask(mask)
      for (const end of ['', '-wal', '-shm']) expect(statSync(path + end).mode & 0o777).toBe(0o600)
      store.close()
      chmodSync(path, 0o644)
      expect(await codeOf(() => sqliteKeyStore({ path }))).toBe('CONFIG_INVALID')
    })

    it('waits for the disk, and writes ahead', () => {
      const path = fresh()
      sqliteKeyStore({ path }).close()
      const mode = new DatabaseSync(path).prepare('PRAGMA journal_mode').get() as { journal_mode: string }
      expect(mode.journal_mode).toBe('wal')
    })

    it('leaves tables, settings and the connection of the application alone', async () => {
      const database = new DatabaseSync(':memory:')
      database.exec('PRAGMA user_version = 7; CREATE TABLE keys (id INTEGER)')
      const store = sqliteKeyStore({ database })
      store.write([{ record: sampleRecord(), expectedRev: 0 }])
      store.close()
      expect(database.prepare('PRAGMA user_version').get()).toMatchObject({ user_version: 7 })
      expect(database.prepare('SELECT count(*) AS n FROM keys').get()).toMatchObject({ n: 0 })
      expect(database.prepare('SELECT count(*) AS n FROM countersign_keys').get()).toMatchObject({ n: 1 })
      database.exec('BEGIN')
      const write = (): void => sqliteKeyStore({ database }).write([{ record: sampleRecord(), expectedRev: 0 }])
      expect(await codeOf(write)).toBe('STORE_UNAVAILABLE')
      database.exec('ROLLBACK')
      write()
    })

    it.each([
      ['a status', "UPDATE countersign_keys SET status = 'active' WHERE id = ?"],
      ['an owner', "UPDATE countersign_keys SET owner = 'mallory' WHERE id = ?"],
      ['a rev', 'UPDATE countersign_keys SET rev = 9 WHERE id = ?'],
      ['a rev that no number holds', 'UPDATE countersign_keys SET rev = 9223372036854775807 WHERE id = ?'],
      ['an environment', "UPDATE countersign_keys SET environment = 'test' WHERE id = ?"],
      ['a hash', "UPDATE countersign_keys SET secret_hash = 'x' WHERE id = ?"],
      ['a text', "UPDATE countersign_keys SET record = replace(record, 'team-a', 'team-b') WHERE id = ?"],
      [
        'a text and its column',
        `UPDATE countersign_keys SET status = 'active', record = replace(record, '"revoked"', '"active"') WHERE id = ?`,
      ],
      ['a cut text', 'UPDATE countersign_keys SET record = substr(record, 1, 50) WHERE id = ?'],
      [
        'a text with a field too many',
        `UPDATE countersign_keys SET record = replace(record, '"v":1', '"v":1,"w":1') WHERE id = ?`,
      ],
      [
        'a text of another order',
        `UPDATE countersign_keys SET record = replace(record, '"v":1,', '"v": 1,') WHERE id = ?`,
      ],
    ])('refuses an edited row with %s, and leaves it', async (_what, sql) => {
      const database = new DatabaseSync(':memory:')
      const store = sqliteKeyStore({ database })
      const { cursor } = await store.changes(undefined, 1)
      const [bad, good] = [sampleRecord({ status: 'revoked' }), sampleRecord()]
      store.write([bad, good].map((record) => ({ record, expectedRev: 0 })))
      database.prepare(sql).run(bad.id)
      const row = () =>
        database.prepare('SELECT CAST(rev AS TEXT) AS rev, * FROM countersign_keys WHERE rev < 99').all()
      const before = JSON.stringify(row())
      for (const act of [
        () => store.get(bad.id),
        () => store.list({ limit: 10 }),
        () => store.changes(cursor, 10),
        () => store.write([{ record: nextRecord(bad), expectedRev: 1 }]),
      ])
        expect(await codeOf(act)).toBe('STORE_CORRUPTED')
      if (!sql.includes('9223372036854775807')) expect(() => store.get(bad.id)).toThrow(bad.id)
      expect(JSON.stringify(row())).toBe(before)
      expect(store.get(good.id)).toStrictEqual(good)
    })

    it('refuses usage that is none', async () => {
      const database = new DatabaseSync(':memory:')
      const store = sqliteKeyStore({ database })
      const record = sampleRecord()
      store.write([{ record, expectedRev: 0 }])
      store.addUsage([{ id: record.id, count: 1, failures: 0 }])
      database.exec(`UPDATE countersign_key_usage SET usage = '{"count":-1,"failures":0}'`)
      expect(await codeOf(() => store.usage([record.id]))).toBe('STORE_CORRUPTED')
      expect(await codeOf(() => store.addUsage([{ id: record.id, count: 1, failures: 0 }]))).toBe('STORE_CORRUPTED')
    })

    it('refuses a file of something else, and one that was cut', async () => {
      const other = fresh()
      writeFileSync(other, 'x'.repeat(5_000), { mode: 0o600 })
      expect(await codeOf(() => sqliteKeyStore({ path: other }))).toBe('STORE_CORRUPTED')
      expect(statSync(other).size).toBe(5_000)
      const path = fresh()
      const store = sqliteKeyStore({ path })
      store.write(Array.from({ length: 50 }, () => ({ record: sampleRecord(), expectedRev: 0 })))
      store.close()
      truncateSync(path, 8_192)
      expect(await codeOf(() => sqliteKeyStore({ path }).list({ limit: 100 }))).toBe('STORE_CORRUPTED')
    })

    it('refuses tables of a later version', async () => {
      const database = new DatabaseSync(':memory:')
      sqliteKeyStore({ database })
      database.exec("UPDATE countersign_key_meta SET value = 99 WHERE name = 'version'")
      expect(await codeOf(() => sqliteKeyStore({ database }))).toBe('CONFIG_INVALID')
      database.exec("UPDATE countersign_key_meta SET value = 'x' WHERE name = 'version'")
      expect(await codeOf(() => sqliteKeyStore({ database }))).toBe('STORE_CORRUPTED')
    })

    it('says that it is closed, and where there is no place for it', async () => {
      const store = sqliteKeyStore({ path: fresh() })
      store.close()
      expect(await codeOf(() => store.get('a'))).toBe('STORE_UNAVAILABLE')
      expect(await codeOf(() => sqliteKeyStore({ path: join(root, 'no', 'such') }))).toBe('STORE_UNAVAILABLE')
    })

    it('loses no update of several processes, of which some are killed', async () => {
      const path = fresh()
      const program = join(root, 'writer.mjs')
      buildSync({
        stdin: { contents: WRITER, resolveDir: process.cwd(), loader: 'ts' },
        bundle: true,
        platform: 'node',
        format: 'esm',
        outfile: program,
      })
      const store = sqliteKeyStore({ path })
      const record = sampleRecord()
      store.write([{ record, expectedRev: 0 }])
      const runs = await Promise.all(
        ['60', '60', '100000', '100000'].map((times) => run(program, path, record.id, times)),
      )
      const reported = runs.reduce((sum, lines) => sum + lines, 0)
      expect(reported).toBeGreaterThan(120)
      const held = store.get(record.id) as StoredKey
      // What was reported is there; a killed writer may have written one more than it could say.
      expect(held.rev - 1).toBeGreaterThanOrEqual(reported)
      expect(held.rev - 1).toBeLessThanOrEqual(reported + 2)
    })
  })
}

const WRITER = `
  import { sqliteKeyStore } from './src/keyring/stores/sqlite.js'
  const [path, id, times] = process.argv.slice(2)
  const store = sqliteKeyStore({ path, busyTimeoutMs: 20000 })
  for (let done = 0; done < Number(times); ) {
    const held = store.get(id)
    try {
      store.write([{ record: { ...held, rev: held.rev + 1 }, expectedRev: held.rev }])
      done++
      process.stdout.write('.')
    } catch (error) {
      if (error.code !== 'STORE_CONFLICT') throw error
    }
  }
`

/** How many writes a process reported before it ended, or was killed for writing without end. */
async function run(program: string, path: string, id: string, times: string): Promise<number> {
  const child: ChildProcess = spawn(process.execPath, [program, path, id, times], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let count = 0
  child.stdout?.on('data', (chunk: Buffer) => {
    // Not before it writes: then it has something to lose.
    if (count === 0 && times.length > 3) setTimeout(() => child.kill('SIGKILL'), 100 + Math.random() * 200)
    count += chunk.length
  })
  const ended = await new Promise((resolve) => child.once('close', (code, signal) => resolve(signal ?? code)))
  expect(ended).toBe(times.length > 3 ? 'SIGKILL' : 0)
  return count
}
