/**
 * A process that changes records of a file store until it is killed: `node file-writer.mjs <path> [<kill at>]`.
 *
 * It says what it has done one line a write, and only when `write` has returned: `first <ms>` (how long the first one took),
 * `rev <id> <rev> …`, `used <id> <count>`. With a number it kills itself at that call of the file system of its one write.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import type { StoredKey } from '../../../../src/keyring/record/key-record.js'
import { fileKeyStore } from '../../../../src/keyring/stores/file.js'
import { nextRecord, sampleRecord } from '../../../contract/key-records.js'

const [path, killAt] = process.argv.slice(2) as [string, string?]
// Age must not help: a lock of a killed process has to be seen through at once.
const store = fileKeyStore(path, { waitMs: 20_000, staleMs: 600_000 })
const say = (line: string): number => fs.writeSync(1, `${line}\n`)
const fresh = (overrides: Partial<StoredKey> = {}): StoredKey => sampleRecord({ id: newId(), ...overrides })
const newId = (): string => `acmek_live_${Math.random().toString(36).slice(2, 12).padEnd(10, '0')}${process.pid}`
const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T
const isConflict = (error: unknown): boolean => (error as { code?: string }).code === 'STORE_CONFLICT'

function insert(): void {
  const record = fresh()
  store.write([{ record, expectedRev: 0 }])
  say(`rev ${record.id} 1`)
}

function touch(record: StoredKey): void {
  const next = nextRecord(record, { name: `changed ${'x'.repeat(Math.floor(Math.random() * 100))}` })
  store.write([{ record: next, expectedRev: record.rev }])
  say(`rev ${next.id} ${next.rev}`)
}

/** Two records in one write. Either both say so, or none. */
function rotate(record: StoredKey): void {
  const successor = fresh({ replaces: record.id, lineage: record.lineage, version: record.version + 1 })
  const old = nextRecord(record, { status: 'rotating', overlapUntilMs: 1, replacedBy: successor.id })
  store.write([
    { record: old, expectedRev: record.rev },
    { record: successor, expectedRev: 0 },
  ])
  say(`rev ${old.id} ${old.rev} ${successor.id} 1`)
}

function use({ id }: StoredKey): void {
  store.addUsage([{ id, count: 1, failures: 0 }])
  say(`used ${id} 1`)
}

if (killAt !== undefined) {
  const old = store.list({ status: 'active', limit: 1 })[0] as StoredKey
  dieAt(Number(killAt))
  rotate(old)
  process.exit(0)
}

const started = performance.now()
insert()
say(`first ${(performance.now() - started).toFixed(1)}`)
for (;;) {
  const known = store.list({ limit: 1_000 })
  const one = pick(known)
  const draw = Math.random()
  try {
    if (draw < 0.15 && known.length < 60) insert()
    else if (draw < 0.3 && known.length < 60 && one.status === 'active') rotate(one)
    else if (draw < 0.5) use(one)
    else touch(one)
  } catch (error) {
    if (!isConflict(error)) throw error
  }
}

/** Kills this process in the n-th call of the file system from now; a write is half done then. */
function dieAt(count: number): void {
  let left = count
  const world = fs as unknown as Record<string, (...args: unknown[]) => unknown>
  const { writeSync } = fs
  for (const name of Object.keys(world)) {
    const real = world[name]
    if (!name.endsWith('Sync') || typeof real !== 'function') continue
    world[name] = (...args) => {
      // Not its own report.
      if (args[0] !== 1 && --left === 0) {
        if (name === 'writeSync' || name === 'writeFileSync') {
          const bytes = Buffer.from(args[1] as string)
          writeSync(args[0] as number, bytes, 0, bytes.length >> 1)
        }
        process.kill(process.pid, 'SIGKILL')
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10_000)
      }
      return real(...args)
    }
  }
  syncBuiltinESMExports()
}
