import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { StoredKey } from '../../../../src/keyring/record/key-record.js'
import { type FileKeyStore, fileKeyStore } from '../../../../src/keyring/stores/file.js'
import { headOf } from '../../../../src/keyring/stores/file-cache.js'
import { keyStoreContract, nextRecord, sampleRecord } from '../../../contract/key-store.js'
import { codeOf } from '../../../expect-code.js'
import { left, POSIX, storeFolder } from './store-folder.js'

const folder = storeFolder()
const { fresh } = folder

keyStoreContract(
  'file',
  () => {
    const path = fresh()
    return { store: fileKeyStore(path), another: () => fileKeyStore(path) }
  },
  { persistent: true, writers: 24 },
)

/** A store with a few records and a use. */
function filled(path = fresh()): { path: string; store: FileKeyStore; records: readonly StoredKey[] } {
  const store = fileKeyStore(path, { waitMs: 50 })
  const records = [sampleRecord(), sampleRecord({ name: 'zweiter Schlüssel 🔑' }), sampleRecord({ status: 'revoked' })]
  store.write(records.map((record) => ({ record, expectedRev: 0 })))
  store.addUsage([{ id: (records[0] as StoredKey).id, count: 1, failures: 0 }])
  return { path, store, records }
}

const acts = (store: FileKeyStore): ReadonlyArray<() => unknown> => [
  () => store.get('a'),
  () => store.list({ limit: 1 }),
  () => store.changes(undefined, 1),
  () => store.write([{ record: sampleRecord(), expectedRev: 0 }]),
  () => store.addUsage([{ id: 'a', count: 1, failures: 0 }]),
]

describe('fileKeyStore', () => {
  it('leaves two files, for their owner only, and nothing else', () => {
    const { path, store, records } = filled()
    expect(left(path)).toEqual(['keys', 'keys.usage'])
    const mask = process.umask(0)
    store.write([{ record: nextRecord(records[0] as StoredKey), expectedRev: 1 }])
    process.umask(mask)
    if (POSIX) for (const file of [path, `${path}.usage`]) expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('does not write the keys again when only their use is reported', () => {
    const { path, store, records } = filled()
    const before = statSync(path, { bigint: true })
    store.addUsage([{ id: (records[1] as StoredKey).id, count: 1, failures: 0 }])
    expect(statSync(path, { bigint: true })).toMatchObject({ ino: before.ino, mtimeNs: before.mtimeNs })
  })

  it('writes nothing where nothing changes', async () => {
    const path = fresh()
    const store = fileKeyStore(path)
    store.write([])
    store.addUsage([{ id: 'nobody', count: 1, failures: 0 }])
    expect(await codeOf(() => store.write([{ record: nextRecord(sampleRecord()), expectedRev: 1 }]))).toBe(
      'STORE_CONFLICT',
    )
    expect(left(path)).toEqual([])
  })

  it('sees another process’s change at the next call, however fast the file is replaced', () => {
    const path = fresh()
    const [one, other] = [fileKeyStore(path), fileKeyStore(path)]
    let record = sampleRecord()
    one.write([{ record, expectedRev: 0 }])
    for (let i = 0; i < 100; i++) {
      expect(other.get(record.id)?.rev).toBe(record.rev)
      // The same length, and on some file systems the same inode and tick again.
      record = nextRecord(record, { name: `name ${i % 10}` })
      one.write([{ record, expectedRev: record.rev - 1 }])
      if (i % 2) record = bump(one, record)
    }
    expect(other.get(record.id)).toStrictEqual(record)
  })
  const bump = (store: FileKeyStore, record: StoredKey): StoredKey => {
    const next = nextRecord(record)
    store.write([{ record: next, expectedRev: record.rev }])
    return next
  }

  it('sees a change that a coarse clock hides', () => {
    const { path, records } = filled()
    const [record] = records as [StoredKey]
    const reader = fileKeyStore(path)
    const still = new Date(Date.now() - 1_000)
    utimesSync(path, still, still)
    expect(reader.get(record.id)?.name).toBe('a key')
    // In place, in the same second: same inode, same size, and the same time once it is put back.
    const text = readFileSync(path, 'utf8')
    const body = text.slice(text.indexOf('\n') + 1).replace('"a key"', '"b key"')
    writeFileSync(path, headOf('keys', body) + body)
    utimesSync(path, still, still)
    expect(reader.get(record.id)?.name).toBe('b key')
  })

  it('answers many questions without reading the file again', () => {
    const { path, store, records } = filled()
    const old = new Date(Date.now() - 60_000)
    utimesSync(path, old, old)
    const [record] = records as [StoredKey]
    // The same object: nothing was parsed anew.
    expect(store.get(record.id)).toBe(store.get(record.id))
  })

  it('takes two names of one file for one', () => {
    if (!POSIX) return
    const path = fresh()
    symlinkSync(join(path, '..'), `${join(path, '..')}-link`)
    const [one, other] = [fileKeyStore(path), fileKeyStore(join(`${join(path, '..')}-link`, 'keys'))]
    const record = sampleRecord()
    one.write([{ record, expectedRev: 0 }])
    const alias = join(path, '..', 'alias')
    symlinkSync(path, alias)
    fileKeyStore(alias).write([{ record: nextRecord(record), expectedRev: 1 }])
    expect(statSync(alias).ino).toBe(statSync(path).ino)
    expect(other.get(record.id)?.rev).toBe(2)
  })

  it.each([0o640, 0o604, 0o620, 0o602, 0o610, 0o666])('refuses a file of mode %o', async (mode) => {
    if (!POSIX) return
    const { path, store } = filled()
    const text = readFileSync(path, 'utf8')
    chmodSync(path, mode)
    // The store that knows the file already, as well as a new one.
    for (const one of [store, fileKeyStore(path)])
      for (const act of acts(one)) {
        expect(await codeOf(act)).toBe('CONFIG_INVALID')
        expect(await messageOf(act)).toContain(path)
      }
    expect(readFileSync(path, 'utf8')).toBe(text)
    chmodSync(path, 0o600)
    expect(store.list({ limit: 10 })).toHaveLength(3)
  })

  it('refuses a file cut at any byte, by name, and leaves it as it is', async () => {
    const { path } = filled()
    const whole = readFileSync(path)
    const step = process.env['CUT_EVERY'] === '1' ? 1 : 17
    for (let at = 0; at < whole.length; at += at < 120 || at > whole.length - 60 ? 1 : step) {
      const cut = whole.subarray(0, at)
      writeFileSync(path, cut)
      expect(await codeOf(() => fileKeyStore(path).get('a'))).toBe('STORE_CORRUPTED')
      expect(readFileSync(path).equals(cut)).toBe(true)
    }
    const store = fileKeyStore(path, { waitMs: 50 })
    for (const act of acts(store)) {
      expect(await codeOf(act)).toBe('STORE_CORRUPTED')
      expect(await messageOf(act)).toContain(path)
    }
    expect(left(path)).toEqual(['keys', 'keys.usage'])
  })

  it('refuses a file in which any byte is another', async () => {
    const { path } = filled()
    const whole = readFileSync(path)
    for (let at = 0; at < whole.length; at += at < 120 ? 1 : 5) {
      const edited = Buffer.from(whole)
      edited[at] = (edited[at] as number) ^ 1
      writeFileSync(path, edited)
      expect(await codeOf(() => fileKeyStore(path).get('a'))).toBe('STORE_CORRUPTED')
    }
    for (const text of ['\0'.repeat(whole.length), `\uFEFF${whole}`, `${whole}\n`, `${whole}${whole}`, '{}', '\n']) {
      writeFileSync(path, text)
      expect(await codeOf(() => fileKeyStore(path).get('a'))).toBe('STORE_CORRUPTED')
    }
  })

  it('refuses what no store wrote, also under a right checksum', async () => {
    const { path, records } = filled()
    const text = readFileSync(path, 'utf8')
    const lines = text.slice(text.indexOf('\n') + 1).split('\n')
    const [first, a, b, c] = lines as [string, string, string, string]
    const revoked = JSON.stringify(records[2])
    const bodies: Record<string, string[]> = {
      'a record twice': [first.replace('3}', '4}'), a, a, b, c, ''],
      'a record less': [first, a, b, ''],
      'another order': [first, b, a, c, ''],
      'a change behind the counter': [first, a.replace('[1,', '[9,'), b, c, ''],
      'a change twice': [first, a.replace('[1,', '[2,'), b, c, ''],
      'another writing of a number': [first, a.replace('[1,', '[1.0,'), b, c, ''],
      'another order of fields': [first, a.replace('"v":1,', '').replace('}]', ',"v":1}]'), b, c, ''],
      'a field too many': [first, a.replace('"v":1', '"v":1,"w":1'), b, c, ''],
      'a field twice': [first, a.replace('"v":1', '"v":1,"v":1'), b, c, ''],
      'a prototype': [first, a.replace('"v":1', '"v":1,"__proto__":{}'), b, c, ''],
      'a secret in the clear': [first, a.replace('"kind":"sealed"', '"kind":"clear"'), b, c, ''],
      'a revocation undone': [first, a, b, `[3,${revoked.replace('"revoked"', '"active"')}]`, ''],
      'an empty line': [first, a, b, c, '', ''],
      'no end of line': [first, a, b, c],
      'no first line': [a, b, c, ''],
      nothing: [],
    }
    for (const [what, body] of Object.entries(bodies)) {
      const forged = headOf('keys', body.join('\n')) + body.join('\n')
      writeFileSync(path, forged)
      for (const act of acts(fileKeyStore(path))) expect(await codeOf(act), what).toBe('STORE_CORRUPTED')
      expect(readFileSync(path, 'utf8')).toBe(forged)
    }
    writeFileSync(path, text)
    expect(fileKeyStore(path).list({ limit: 10 })).toStrictEqual(records)
  })

  it('does not go on with what it remembers when the file is torn or gone', async () => {
    const { path, store, records } = filled()
    const [record] = records as [StoredKey]
    renameSync(path, `${path}.away`)
    for (const act of acts(store)) expect(await codeOf(act)).toBe('STORE_CORRUPTED')
    renameSync(`${path}.away`, path)
    expect(store.get(record.id)).toStrictEqual(record)
    writeFileSync(path, readFileSync(path).subarray(0, 100))
    for (const act of acts(store)) expect(await codeOf(act)).toBe('STORE_CORRUPTED')
  })

  it('keeps the keys in use when the report of their use is torn', async () => {
    const { path, store, records } = filled()
    const [record] = records as [StoredKey]
    const usage = `${path}.usage`
    const line = readFileSync(usage, 'utf8').split('\n')[1] as string
    for (const text of ['', 'x', readFileSync(usage, 'utf8').slice(0, -1), ...forgedUsage(line)]) {
      writeFileSync(usage, text)
      expect(store.get(record.id)).toStrictEqual(record)
      for (const act of [
        () => store.usage([record.id]),
        () => store.addUsage([{ id: record.id, count: 1, failures: 0 }]),
      ]) {
        expect(await codeOf(act)).toBe('STORE_CORRUPTED')
        expect(await messageOf(act)).toContain(usage)
      }
      expect(readFileSync(usage, 'utf8')).toBe(text)
    }
  })
  const forgedUsage = (line: string): string[] =>
    [`${line}\n${line}\n`, line, `${line.replace('"count":1', '"count":-1')}\n`, `${line.replace('[', '[ ')}\n`].map(
      (body) => headOf('key-usage', body) + body,
    )

  it('becomes no larger than given, and reads nothing larger', async () => {
    const path = fresh()
    const store = fileKeyStore(path, { maxBytes: 4_096 })
    const insert = (): void => store.write([{ record: sampleRecord(), expectedRev: 0 }])
    let held = 0
    const fill = (): never => {
      for (; ; held++) insert()
    }
    expect(await codeOf(fill)).toBe('CONFIG_INVALID')
    expect(held).toBeGreaterThan(2)
    expect(store.list({ limit: 100 })).toHaveLength(held)
    fileKeyStore(path).write([{ record: sampleRecord(), expectedRev: 0 }])
    expect(statSync(path).size).toBeGreaterThan(4_096)
    expect(await codeOf(() => store.list({ limit: 100 }))).toBe('CONFIG_INVALID')
    expect(fileKeyStore(path).list({ limit: 100 })).toHaveLength(held + 1)
  })

  it('names what the file system refuses', async () => {
    const missing = join(folder.root, 'no', 'such', 'directory')
    expect(await codeOf(() => fileKeyStore(missing).write([{ record: sampleRecord(), expectedRev: 0 }]))).toBe(
      'STORE_UNAVAILABLE',
    )
    const directory = fresh()
    mkdirSync(directory)
    for (const act of acts(fileKeyStore(directory))) expect(await codeOf(act)).toBe('CONFIG_INVALID')
    if (!POSIX) return
    const pipe = fresh()
    execFileSync('mkfifo', [pipe])
    // It has no writer: reading it would wait for ever.
    expect(await codeOf(() => fileKeyStore(pipe).get('a'))).toBe('CONFIG_INVALID')
  })

  it('refuses options that cannot be right', async () => {
    for (const path of ['', undefined as never, 'a\0b'])
      expect(await codeOf(() => fileKeyStore(path))).toBe('CONFIG_INVALID')
    for (const options of [{ waitMs: 0 }, { staleMs: Number.NaN }, { maxBytes: 1 }, { maxBytes: 1e12 }])
      expect(await codeOf(() => fileKeyStore('x', options))).toBe('CONFIG_INVALID')
  })

  it('waits for a lock, and says that it is held', async () => {
    const { path, store, records } = filled()
    writeFileSync(`${path}.lock`, `1 elsewhere.${hostname()} ${'a'.repeat(22)}\n`)
    expect(await codeOf(() => store.write([{ record: sampleRecord(), expectedRev: 0 }]))).toBe('STORE_UNAVAILABLE')
    // Reading needs no lock.
    expect(store.list({ limit: 10 })).toHaveLength(records.length)
  })

  it('sees through the lock of an earlier process of the same id, as a container that starts again has', () => {
    const { path, store } = filled()
    const lock = `${path}.lock`
    writeFileSync(lock, `${process.pid} ${hostname()} ${'a'.repeat(22)}\n`)
    expect(() => store.write([{ record: sampleRecord(), expectedRev: 0 }])).toThrow('still locked')
    const before = new Date(Date.now() - process.uptime() * 1_000 - 2_000)
    utimesSync(lock, before, before)
    fileKeyStore(path, { staleMs: 600_000 }).write([{ record: sampleRecord(), expectedRev: 0 }])
    expect(left(path)).toEqual(['keys', 'keys.usage'])
  })
})

async function messageOf(act: () => unknown): Promise<string> {
  try {
    await act()
    return ''
  } catch (error) {
    return (error as Error).message
  }
}
