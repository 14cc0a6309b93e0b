/** Kills writers of a file store again and again, and looks at what they leave. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import type { StoredKey } from '../../../../src/keyring/record/key-record.js'
import { fileKeyStore } from '../../../../src/keyring/stores/file.js'
import { nextRecord } from '../../../contract/key-records.js'

export interface KillOptions {
  /** The runnable `file-writer.ts`. */
  readonly program: string
  readonly path: string
  readonly kills: number
  /** Processes that write at the same time. */
  readonly writers: number
  /** A writer is killed within this time of its first write. Default 40. */
  readonly withinMs?: number
}

export interface KillReport {
  readonly kills: number
  /** Writes that a writer had reported before it was killed; each was found again. */
  readonly acknowledged: number
  readonly records: number
  /** The slowest first write of a process that was started over what others had left. */
  readonly slowestFirstMs: number
  /** Kills after which a lock or a half-written file lay there. */
  readonly leftovers: number
  readonly faults: readonly string[]
}

/** What the writers said they had done. */
class Ledger {
  readonly revs = new Map<string, number>()
  readonly used = new Map<string, number>()
  readonly claimed = new Set<string>()
  readonly faults: string[]
  acknowledged = 0
  slowestFirstMs = 0

  constructor(faults: string[]) {
    this.faults = faults
  }

  note(line: string): void {
    const [what, ...words] = line.split(' ')
    if (what === 'first') this.slowestFirstMs = Math.max(this.slowestFirstMs, Number(words[0]))
    else this.acknowledged++
    if (what === 'used') this.used.set(words[0] as string, (this.used.get(words[0] as string) ?? 0) + 1)
    if (what !== 'rev') return
    for (let i = 0; i < words.length; i += 2) {
      const [id, rev] = [words[i] as string, Number(words[i + 1])]
      // Two writers that both wrote the same rev: one of them has undone the other's change.
      if (this.claimed.has(`${id} ${rev}`)) this.faults.push(`${id} rev ${rev} was written twice`)
      this.claimed.add(`${id} ${rev}`)
      this.revs.set(id, Math.max(rev, this.revs.get(id) ?? 0))
    }
  }
}

export async function killRuns({ program, path, kills, writers, withinMs = 40 }: KillOptions): Promise<KillReport> {
  const faults: string[] = []
  const ledger = new Ledger(faults)
  let leftovers = 0
  const store = fileKeyStore(path, { waitMs: 20_000, staleMs: 600_000 })
  for (let done = 0; done < kills; done += writers) {
    const round = Array.from({ length: Math.min(writers, kills - done) }, () =>
      writer({ program, path, withinMs }, ledger, faults),
    )
    await Promise.all(round)
    if (readdirSync(dirname(path)).length > 2) leftovers++
    await look(store, ledger, faults)
    // Another process, this one, can write at once.
    const started = performance.now()
    const [one] = store.list({ limit: 1 }) as readonly [StoredKey]
    store.write([{ record: nextRecord(one), expectedRev: one.rev }])
    store.addUsage([{ id: one.id, count: 1, failures: 0 }])
    ledger.note(`rev ${one.id} ${one.rev + 1}`)
    ledger.note(`used ${one.id} 1`)
    ledger.slowestFirstMs = Math.max(ledger.slowestFirstMs, performance.now() - started)
    if (faults.length > 0) break
  }
  const { acknowledged, slowestFirstMs } = ledger
  return { kills, acknowledged, records: store.list({ limit: 1_000 }).length, slowestFirstMs, leftovers, faults }
}

/** One writer, killed at an arbitrary moment. It ends when the last of its output has been read. */
async function writer(
  { program, path, withinMs }: { readonly program: string; readonly path: string; readonly withinMs: number },
  ledger: Ledger,
  faults: string[],
): Promise<void> {
  const child: ChildProcess = spawn(process.execPath, [program, path], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<string | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)))
  const said: string[] = []
  child.stderr?.on('data', (chunk) => said.push(String(chunk)))
  let planned = false
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    ledger.note(line)
    // From its first write on: before that it has nothing to lose.
    if (!planned) setTimeout(() => child.kill('SIGKILL'), Math.random() * withinMs)
    planned = true
  }
  if ((await ended) !== 'SIGKILL') faults.push(`a writer ended by itself: ${said.join('').slice(0, 500)}`)
}

/** Every acknowledged write is there, and every record belongs to those it names. */
async function look(store: ReturnType<typeof fileKeyStore>, ledger: Ledger, faults: string[]): Promise<void> {
  for (const [id, rev] of ledger.revs) {
    const held = store.get(id)
    if (held === undefined || held.rev < rev) faults.push(`${id} expected rev ${rev}, got ${held?.rev}`)
  }
  for (const { id, replaces, replacedBy } of store.list({ limit: 1_000 })) {
    if (replacedBy !== undefined && store.get(replacedBy)?.replaces !== id) faults.push(`${id} has half a rotation`)
    if (replaces !== undefined && store.get(replaces)?.replacedBy !== id) faults.push(`${id} has half a rotation`)
  }
  const usage = await store.usage([...ledger.used.keys()])
  for (const [id, count] of ledger.used) {
    const found = usage.get(id)?.count ?? 0
    if (found < count) faults.push(`${id} expected ${count} uses, got ${found}`)
  }
}
