import { type ChildProcess, spawn } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditLine } from '../../../src/audit/event.js'
import { auditHead, type FileSinkOptions, fileSink, readAuditFiles, readAuditLines } from '../../../src/audit/file.js'
import { incident } from '../../../src/audit/incident.js'
import type { AuditBatch } from '../../../src/audit/lane.js'
import { createAuditLog } from '../../../src/audit/log.js'
import { verifyAuditChain } from '../../../src/audit/verify.js'
import type { AuditEvent } from '../../../src/server/audit-event.js'
import { KEY_ID, NOW, okEvent } from './samples.js'

let root = ''
let count = 0
const fresh = (): string => {
  const directory = join(root, String(count++))
  mkdirSync(directory)
  return join(directory, 'audit.jsonl')
}
const never = new AbortController().signal
const batch = (...names: readonly string[]): AuditBatch => {
  const events = names.map((path) => okEvent({ path }))
  return { events, lines: events.map(auditLine) }
}
const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const out: T[] = []
  for await (const item of items) out.push(item)
  return out
}
const pathsIn = async (path: string): Promise<unknown[]> => (await all(readAuditFiles(path))).map((event) => event.path)

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'countersign-audit-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('fileSink', () => {
  it('appends lines to a file that only its owner reads', async () => {
    const path = fresh()
    const sink = fileSink({ path })
    await sink.write(batch('/1', '/2'), never)
    await sink.flush()
    await sink.write(batch('/3'), never)
    await sink.close()
    expect(await pathsIn(path)).toEqual(['/1', '/2', '/3'])
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
    const again = fileSink({ path })
    await again.write(batch('/4'), never)
    await again.close()
    expect(await all(again.read())).toHaveLength(4)
  })

  it('rotates, keeps so many files and loses nothing else', async () => {
    const path = fresh()
    const sink = fileSink({ path, maxBytes: 2_048, maxFiles: 3 })
    const line = auditLine(okEvent({ path: '/000' })).length + 1
    for (let i = 100; i < 130; i++) await sink.write(batch(`/${i}`), never)
    await sink.close()
    expect(readdirSync(join(path, '..')).sort()).toEqual(['audit.jsonl', 'audit.jsonl.1', 'audit.jsonl.2'])
    for (const name of [path, `${path}.1`, `${path}.2`]) expect(statSync(name).size).toBeLessThanOrEqual(2_048)
    const kept = await pathsIn(path)
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, i) => `/${130 - kept.length + i}`))
    expect(kept.length).toBeGreaterThan(2 * Math.floor(2_048 / line))
  })

  it('writes a batch that is larger than a file, and one file only where configured so', async () => {
    const path = fresh()
    const sink = fileSink({ path, maxBytes: 1_024, maxFiles: 1_000 })
    const names = Array.from({ length: 50 }, (_, i) => `/${i}`)
    await sink.write(batch(...names), never)
    await sink.close()
    expect(await pathsIn(path)).toEqual(names)
    const one = fresh()
    const single = fileSink({ path: one, maxBytes: 1_024, maxFiles: 1 })
    await single.write(batch(...names), never)
    await single.close()
    expect(readdirSync(join(one, '..'))).toEqual(['audit.jsonl'])
    expect((await pathsIn(one)).at(-1)).toBe('/49')
  })

  it('notices that another program has moved or deleted the file', async () => {
    const path = fresh()
    const sink = fileSink({ path })
    await sink.write(batch('/1'), never)
    renameSync(path, `${path}.1`)
    await sink.write(batch('/2'), never)
    expect(await pathsIn(path)).toEqual(['/1', '/2'])
    rmSync(path)
    await sink.write(batch('/3'), never)
    await sink.close()
    expect(await pathsIn(path)).toEqual(['/1', '/3'])
  })

  it('ends a line that was cut off, so that the next one is whole', async () => {
    const path = fresh()
    writeFileSync(path, `${auditLine(okEvent({ path: '/1' }))}\n{"v":1,"ti`)
    const sink = fileSink({ path })
    await sink.write(batch('/2'), never)
    await sink.close()
    const reader = readAuditFiles(path)
    expect((await all(reader)).map((event) => event.path)).toEqual(['/1', '/2'])
    expect(reader.corrupt).toBe(1)
  })

  it('fails with the name of the file, writes later what it could not, and nothing twice', async () => {
    const path = fresh()
    const sink = fileSink({ path })
    mkdirSync(path)
    const one = batch('/1')
    await expect(sink.write(one, never)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining(path),
    })
    rmSync(path, { recursive: true })
    await Promise.all([sink.write(one, never), sink.write(one, never)])
    await sink.write(one, never)
    await sink.close()
    expect(await pathsIn(path)).toEqual(['/1'])
  })

  it('brings a log through an outage of its disk', async () => {
    const path = fresh()
    mkdirSync(path)
    const errors: unknown[] = []
    const log = createAuditLog({
      sinks: [fileSink({ path })],
      chain: true,
      delayMs: 0,
      onError: (error) => errors.push(error),
    })
    log.sink(okEvent({ path: '/1' }))
    await expect.poll(() => errors.length).toBeGreaterThan(0)
    rmSync(path, { recursive: true })
    await log.close()
    expect(log.dropped).toBe(0)
    expect(await verifyAuditChain(readAuditLines(path), { expectedHead: log.head })).toMatchObject({
      ok: true,
      lines: 3,
    })
    expect(await auditHead(path)).toBe(log.head)
  })

  it.each([
    ['no path', { path: '' }],
    ['a tiny file', { path: 'a', maxBytes: 1_023 }],
    ['no files', { path: 'a', maxFiles: 0 }],
  ] as ReadonlyArray<readonly [string, FileSinkOptions]>)('is not made with %s', (_, options) => {
    expect(() => fileSink(options)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })
})

it('a line of another process that is half visible is ended once more, which breaks no chain', async () => {
  const path = fresh()
  const log = createAuditLog({ sinks: [fileSink({ path })], chain: true, instance: 'a' })
  log.record({ event: 'key.update', keyId: KEY_ID, data: {} })
  await log.close()
  const whole = readFileSync(path, 'latin1')
  // The file as it looks within another process's write, then what comes of that write.
  writeFileSync(path, whole.slice(0, -1))
  const other = createAuditLog({ sinks: [fileSink({ path })], chain: true, instance: 'b' })
  other.record({ event: 'key.update', keyId: KEY_ID, data: {} })
  await other.close()
  writeFileSync(path, `${whole}\n${readFileSync(path, 'latin1').slice(whole.length)}`)
  expect(readFileSync(path, 'latin1')).toContain('\n\n')
  // An event of each, with the beginning and the end of its chain.
  expect(await verifyAuditChain(readAuditLines(path))).toEqual(expect.objectContaining({ ok: true, lines: 6 }))
  expect((await all(readAuditFiles(path))).length).toBe(6)
})

describe('several processes', () => {
  const started: ChildProcess[] = []
  afterAll(() => {
    for (const one of started) one.kill('SIGKILL')
  })

  it('write to one path while it rotates: every line whole, none lost, each chain intact', async () => {
    const child = join(root, 'child.mjs')
    buildSync({
      stdin: {
        contents: `
          import { createAuditLog } from './src/audit/log.js'
          import { fileSink } from './src/audit/file.js'
          const [path, instance, count] = process.argv.slice(2)
          const log = createAuditLog({ sinks: [fileSink({ path, maxBytes: 20_000, maxFiles: 1000 })], chain: true, instance, delayMs: 1 })
          for (let i = 0; i < Number(count); i++) {
            log.record({ event: 'key.update', keyId: instance, data: { i } })
            if (i % 10 === 9) await new Promise((resolve) => setTimeout(resolve, 1))
          }
          await log.close()
        `,
        resolveDir: process.cwd(),
        loader: 'ts',
      },
      ...{ bundle: true, platform: 'node', format: 'esm', outfile: child, conditions: ['node'] },
      alias: {
        '#backend/hash': './src/crypto/backend/native/hash.ts',
        '#backend/hmac': './src/crypto/backend/native/hmac.ts',
      },
    })
    const path = fresh()
    const instances = ['a', 'b', 'c']
    const each = 400
    await Promise.all(
      instances.map((instance) => {
        const one = spawn(process.execPath, [child, path, instance, String(each)], {
          stdio: ['ignore', 'inherit', 'inherit'],
        })
        started.push(one)
        return new Promise<void>((resolve, reject) => {
          one.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`child exited with ${code}`))))
        })
      }),
    )
    expect(existsSync(`${path}.3`)).toBe(true)
    expect(existsSync(`${path}.lock`)).toBe(false)
    const report = await verifyAuditChain(readAuditLines(path))
    expect(report.broken).toBeUndefined()
    expect(report.lines).toBe(instances.length * (each + 2))
    expect(report.chains.every(({ closed, lastSeq }) => closed && lastSeq === each + 2)).toBe(true)
  })
})

describe('readAuditFiles', () => {
  it('counts what is no event, also lines without an end, and reads on', async () => {
    const path = fresh()
    writeFileSync(`${path}.1`, `${auditLine(okEvent({ path: '/1' }))}\nnot json\n\n`)
    writeFileSync(path, `${'x'.repeat(300_000)}\n{"event":1}\n\xff\xfe\n`, 'latin1')
    appendFileSync(path, auditLine(okEvent({ path: '/2' })))
    const reader = readAuditFiles(path)
    for (let i = 0; i < 2; i++) {
      expect((await all(reader)).map((event) => event.path)).toEqual(['/1', '/2'])
      // The empty line is none.
      expect(reader.corrupt).toBe(4)
    }
    const report = await incident(reader, KEY_ID, NOW - 1)
    expect([report.proven.total?.count, report.corrupt]).toEqual([2, 4])
  })

  it('leaves the oldest files out where there is too much', async () => {
    const path = fresh()
    const text = (name: string) => `${auditLine(okEvent({ path: name }))}\n`
    writeFileSync(path, text('/3'))
    writeFileSync(`${path}.1`, text('/2'))
    writeFileSync(`${path}.2`, text('/1'))
    const reader = readAuditFiles(path, { maxBytes: 2 * text('/1').length })
    expect((await all(reader)).map((event) => event.path)).toEqual(['/2', '/3'])
    expect(reader.skipped).toBe(1)
  })

  it('reads nothing where there is nothing, and refuses what cannot be read', async () => {
    expect(await all(readAuditFiles(fresh()))).toEqual([])
    expect(await auditHead(fresh())).toBeUndefined()
    const path = fresh()
    mkdirSync(path)
    await expect(all(readAuditFiles(path))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    if (process.platform === 'win32' || process.getuid?.() === 0) return
    rmSync(path, { recursive: true })
    writeFileSync(path, '')
    chmodSync(path, 0)
    await expect(all(readAuditFiles(path))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
  })

  it('shows what was there when reading began, whatever is rotated meanwhile', async () => {
    const path = fresh()
    const sink = fileSink({ path, maxBytes: 1_024, maxFiles: 100 })
    await sink.write(batch('/1', '/2', '/3', '/4', '/5', '/6', '/7'), never)
    const seen: Array<AuditEvent['path']> = []
    for await (const event of readAuditFiles(path)) {
      seen.push(event.path)
      await sink.write(batch('/later'), never)
    }
    await sink.close()
    expect(seen).toEqual(['/1', '/2', '/3', '/4', '/5', '/6', '/7'])
    expect(readFileSync(path, 'utf8')).toContain('/later')
  })
})
