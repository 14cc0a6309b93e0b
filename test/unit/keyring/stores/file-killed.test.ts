import { spawnSync } from 'node:child_process'
import { readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { beforeAll, describe, expect, it } from 'vitest'
import { fileKeyStore } from '../../../../src/keyring/stores/file.js'
import { sampleRecord } from '../../../contract/key-store.js'
import { killRuns } from '../programs/kill-runs.js'
import { left, POSIX, storeFolder } from './store-folder.js'

const folder = storeFolder()
const { fresh } = folder
let program = ''

beforeAll(() => {
  program = join(folder.root, 'writer.mjs')
  const entry = join(process.cwd(), 'test/unit/keyring/programs/file-writer.ts')
  const alias = { '#backend/hash': join(process.cwd(), 'src/crypto/backend/native/hash.ts') }
  buildSync({ entryPoints: [entry], bundle: true, platform: 'node', format: 'esm', alias, outfile: program })
})

describe('a writer that is killed', () => {
  it.runIf(POSIX)(
    'in any call of the file system leaves all of its write or nothing, and no lock',
    () => {
      const path = fresh()
      const store = fileKeyStore(path, { waitMs: 5_000, staleMs: 600_000 })
      store.write(Array.from({ length: 100 }, () => ({ record: sampleRecord(), expectedRev: 0 })))
      let whole = 0
      let at = 0
      for (let ended = false; !ended; ) {
        at++
        const rotated = store.list({ status: 'rotating', limit: 1_000 }).length
        const run = spawnSync(process.execPath, [program, path, String(at)], { encoding: 'utf8' })
        ended = run.status === 0
        expect(run.signal ?? run.stderr).toBe(ended ? '' : 'SIGKILL')
        // Both records or none, and what was reported is there.
        const after = fileKeyStore(path).list({ limit: 1_000 })
        const more = after.filter(({ status }) => status === 'rotating').length - rotated
        expect([0, 1]).toContain(more)
        if (run.stdout !== '') expect(more).toBe(1)
        for (const { id, replacedBy } of after)
          if (replacedBy !== undefined) expect(store.get(replacedBy)?.replaces).toBe(id)
        whole += more
        // Every other time the next writer finds the lock, and is killed while it takes it away.
        if (at % 2) store.write([{ record: sampleRecord(), expectedRev: 0 }])
      }
      expect(at).toBeGreaterThan(20)
      expect(whole).toBeGreaterThan(1)
      // A process that removes a lock also cleans up after all that were killed before they held one.
      const gone = spawnSync(process.execPath, ['-e', '']).pid
      const takeOver = (): void => {
        writeFileSync(`${path}.lock`, `${gone} ${hostname()} ${'a'.repeat(22)}\n`)
        store.write([{ record: sampleRecord(), expectedRev: 0 }])
      }
      takeOver()
      // A half-written lock names no process; it is removed when it is old.
      for (const name of left(path).filter((one) => one !== 'keys')) {
        expect(name).toMatch(/^keys\.lock\.[\w-]{22}\.new$/)
        expect(readFileSync(join(path, '..', name), 'utf8')).not.toContain('\n')
        utimesSync(join(path, '..', name), 0, 0)
      }
      takeOver()
      expect(left(path)).toEqual(['keys'])
    },
    120_000,
  )

  it('at random moments, together with others, loses nothing that it had reported', async () => {
    const kills = Number(process.env['KILL_RUNS'] ?? 10)
    const report = await killRuns({ program, path: fresh(), kills, writers: 2 })
    expect(report.faults).toEqual([])
    expect(report.acknowledged).toBeGreaterThan(kills)
    // No process waited for a lock to grow old.
    expect(report.slowestFirstMs).toBeLessThan(20_000)
  }, 3_600_000)
})
