import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { fileSink } from '../../../src/audit/file.js'
import { type ReadAuditOptions, readAuditFiles, readAuditLines } from '../../../src/audit/file-read.js'

const DAY = 86_400_000
const NOW = Date.parse('2026-06-30T12:00:00Z')
const folder = mkdtempSync(join(tmpdir(), 'countersign-since-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const line = (seq: number, atMs: number): string =>
  JSON.stringify({
    v: 1,
    time: new Date(atMs).toISOString(),
    event: 'auth.ok',
    outcome: 'ok',
    seq,
    path: `/${'x'.repeat(200)}`,
  })

/** Three files of four thousand events each, over 120 days: the oldest is the one with the highest number. */
function logOf(name: string, spoil: (line: string, i: number) => string = (one) => one): string {
  const path = join(folder, name)
  const all = Array.from({ length: 12_000 }, (_, i) => spoil(line(i, NOW - 120 * DAY * (1 - i / 12_000)), i))
  for (const [i, file] of [`${path}.2`, `${path}.1`, path].entries())
    writeFileSync(file, `${all.slice(i * 4_000, (i + 1) * 4_000).join('\n')}\n`)
  return path
}

async function seqs(path: string, options: ReadAuditOptions): Promise<number[]> {
  const found: number[] = []
  for await (const { seq = -1 } of readAuditFiles(path, options)) found.push(seq)
  return found
}

describe('a log that is read from a time on', () => {
  it.each([1, 7, 30, 45, 89, 119, 400])('has every event of the last %d days, and little before them', async (days) => {
    const path = logOf('ordered')
    const sinceMs = NOW - days * DAY
    const found = await seqs(path, { sinceMs })
    const first = Math.max(0, Math.ceil(12_000 * (1 - days / 120)))
    expect(found.slice(-(12_000 - first))).toEqual(Array.from({ length: 12_000 - first }, (_, i) => first + i))
    // A day for events in the wrong order, and one block.
    expect(found.length).toBeLessThan(12_000 - first + 100 + 400)
    let lines = 0
    for await (const _ of readAuditLines(path, { sinceMs })) lines++
    expect(lines).toBe(found.length)
  })

  it('misses none that stands hours too late or early, and none behind lines that are no events', async () => {
    const late = logOf('disorder', (one, i) =>
      i % 7 === 0 ? line(i, NOW - 120 * DAY * (1 - i / 12_000) + 20 * 3_600_000) : one,
    )
    const spoilt = logOf('spoilt', (one, i) => (i % 5 === 0 ? 'x'.repeat(3_000) : one))
    for (const path of [late, spoilt]) {
      const all = await seqs(path, {})
      const since = await seqs(path, { sinceMs: NOW - 30 * DAY })
      expect(since).toEqual(all.slice(-since.length))
      expect(since.length).toBeGreaterThanOrEqual(all.filter((seq) => seq >= 9_000).length)
      expect(since.length).toBeLessThan(all.length / 2)
    }
  })

  it('is the same through a sink, and an empty log has none', async () => {
    const sink = fileSink({ path: logOf('sink') })
    const found: number[] = []
    for await (const { seq = -1 } of sink.read({ sinceMs: NOW - DAY })) found.push(seq)
    expect(found.at(-1)).toBe(11_999)
    expect(found.length).toBeLessThan(1_000)
    await sink.close()
    writeFileSync(join(folder, 'empty'), '')
    expect(await seqs(join(folder, 'empty'), { sinceMs: NOW })).toEqual([])
    expect(await seqs(join(folder, 'none'), { sinceMs: NOW })).toEqual([])
  })
})
