/**
 * Kills writers of the file store at random moments and looks at what they leave:
 * `node bench/processes/file-store-kill.mjs [kills] [writers] [within ms]`, by default 1 000 kills of 3 writers
 * at a time, each within 150 ms of its first write.
 * Ends with 1 where a record is lost or torn.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))
const programs = join(root, 'test/unit/keyring/programs')
const [kills = 1_000, writers = 3, withinMs = 150] = process.argv.slice(2).map(Number)
const work = mkdtempSync(join(tmpdir(), 'countersign-kill-'))
try {
  await build({
    entryPoints: [join(programs, 'file-writer.ts'), join(programs, 'kill-runs.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    outdir: work,
    alias: { '#backend/hash': join(root, 'src/crypto/backend/native/hash.ts') },
  })
  const { killRuns } = await import(pathToFileURL(join(work, 'kill-runs.mjs')).href)
  const started = performance.now()
  const total = { kills: 0, acknowledged: 0, slowestFirstMs: 0, leftovers: 0, faults: [] }
  // A fresh file every hundred kills: a file that is full of rotated keys no longer grows.
  for (let done = 0; done < kills; done += 100) {
    const directory = join(work, String(done))
    mkdirSync(directory)
    const wanted = Math.min(100, kills - done)
    const report = await killRuns({
      program: join(work, 'file-writer.mjs'),
      path: join(directory, 'keys'),
      kills: wanted,
      writers,
      withinMs,
    })
    total.kills += report.kills
    total.acknowledged += report.acknowledged
    total.leftovers += report.leftovers
    total.slowestFirstMs = Math.max(total.slowestFirstMs, Math.round(report.slowestFirstMs))
    total.faults.push(...report.faults)
  }
  console.log(
    JSON.stringify({ ...total, writers, seconds: Math.round((performance.now() - started) / 1_000) }, null, 2),
  )
  if (total.faults.length > 0) process.exitCode = 1
} finally {
  rmSync(work, { recursive: true, force: true })
}
