import { fail } from '../../errors.js'
import type { ReplayCommands } from './redis-commands.js'
import { inspectServer, NO_RUN_ID, type RunId, runIdOf, serverTimeOf } from './redis-server-facts.js'

/** The TTL of the mark. Longer than a server runs; when it ends all the same, the barrier is raised once. */
export const MARK_TTL_MS: number = 366 * 86_400_000

/** How old, and how far ahead, a signed time may be by the clock of the store: the window and `clockSkewMs` at either end. */
export interface Reach {
  readonly ageMs: number
  readonly futureMs: number
}

/** The mark and server time that were found beside a claim. */
export interface Look {
  /** Signed times up to this one may have been claimed before the server remembered. */
  readonly barrierMs: number
  /** The server's time; `undefined` where it cannot be asked. */
  readonly storeMs: number | undefined
  /** The window that every process with this prefix remembers at least. */
  readonly reach: Reach
  /** False where that was less than this process needs a moment ago, so that other processes have forgotten too early. */
  readonly enough: boolean
}

const wider = (a: Reach, b: Reach): Reach => ({
  ageMs: Math.max(a.ageMs, b.ageMs),
  futureMs: Math.max(a.futureMs, b.futureMs),
})

/** Whether a store that remembers `b` also remembers all of `a`. */
export const within = (a: Reach, b: Reach): boolean => a.ageMs <= b.ageMs && a.futureMs <= b.futureMs

/**
 * The time since when the server remembers nonces, and for how long. A mark lies beside the nonces, under the id of the
 * server's process: its value is the window in force, and its remaining TTL shows when it was made, by the server's clock.
 * Where it is not found (restarted empty, restarted from an older file, a promoted replica, `FLUSHALL`) a new one is made, and
 * what was signed before it is not claimed.
 *
 * The mark is looked at *behind* each claim: a claim that ran before the loss then meets a mark that is younger than itself,
 * or none.
 *
 * A process with a longer window than the one in force replaces the mark. For all processes that is a loss of memory: nothing
 * that was signed before is accepted any more, so it does not matter that the others forgot it earlier. From then on they
 * remember for longer, too.
 */
export class RedisEpoch {
  readonly #commands: ReplayCommands
  readonly #prefix: string
  readonly #own: Reach
  readonly #warn: (message: string) => void
  #server: Promise<RunId> | undefined
  #runId: RunId | undefined
  #reach: Reach
  #latestMs = 0
  /** Looks that are not sent yet: all claims of one turn share one. */
  readonly #open = new Map<string, Promise<Look | undefined>>()

  constructor(commands: ReplayCommands, prefix: string, own: Reach, warn: (message: string) => void) {
    this.#commands = commands
    this.#prefix = prefix
    this.#own = own
    this.#reach = own
    this.#warn = warn
  }

  /** For how long nonces are to be kept: this process's window, or the longest of the others. */
  get reach(): Reach {
    return this.#reach
  }

  /** Inspects the server again. */
  async inspect(): Promise<void> {
    this.#server = undefined
    this.#runId = undefined
    await this.known()
  }

  /** Resolves when the server has been inspected; at once where it was. */
  known(): Promise<RunId> | RunId {
    if (this.#runId !== undefined) return this.#runId
    this.#server ??= this.#learn()
    return this.#server
  }

  async #learn(): Promise<RunId> {
    try {
      const runId = await inspectServer(this.#commands, this.#warn)
      this.#runId = runId
      return runId
    } finally {
      this.#server = undefined
    }
  }

  /**
   * The mark of the server that ran what was sent before this call; `undefined` where it is not the one that was inspected.
   *
   * @throws {CountersignError} `STORE_UNAVAILABLE` for answers that make no sense, `CONFIG_INVALID` for a window that would have
   *   to be raised by commands that cannot.
   */
  look(tag: string, nowMs: number): Promise<Look | undefined> {
    if (nowMs > this.#latestMs) this.#latestMs = nowMs
    const open = this.#open.get(tag)
    if (open !== undefined) return open
    const look = Promise.resolve().then(() => {
      this.#open.delete(tag)
      return this.#look(tag)
    })
    this.#open.set(tag, look)
    return look
  }

  async #look(tag: string): Promise<Look | undefined> {
    const runId = this.#runId
    if (runId === undefined) return undefined
    const { set, pttl, info } = this.#commands
    const key = `${this.#prefix}${tag}epoch:${runId}`
    const mark = markOf(this.#reach, this.#latestMs)
    const known = runId !== NO_RUN_ID
    const found = set.call(this.#commands, key, mark, MARK_TTL_MS)
    // In this order: the server's time is then not before the moment at which the rest of the mark's life was read.
    const left = known ? pttl?.call(this.#commands, key) : undefined
    const server = known ? info?.call(this.#commands, 'server') : undefined
    const [held, leftMs, facts]: readonly unknown[] = await Promise.all([found, left, server])
    // Asked last: an answer of another process means that the claim, or the mark, may have been another one's.
    if (known && runIdOf(facts) !== runId) {
      if (this.#runId === runId) this.#runId = undefined
      return undefined
    }
    const { reach, sinceMs } = readMark(held ?? mark)
    const storeMs = serverTimeOf(facts)
    const enough = within(this.#own, reach)
    if (enough) this.#reach = wider(this.#own, reach)
    else await this.#raise(key, wider(this.#own, reach))
    const age = typeof leftMs === 'number' && leftMs > 0 ? Math.max(0, MARK_TTL_MS - leftMs) : undefined
    const madeMs = storeMs === undefined || age === undefined ? sinceMs : storeMs - age
    return { barrierMs: madeMs + Math.max(reach.futureMs, this.#own.futureMs), storeMs, reach, enough }
  }

  async #raise(key: string, reach: Reach): Promise<void> {
    const { replace } = this.#commands
    if (replace === undefined) {
      fail(
        'CONFIG_INVALID',
        'the replay store is in use with a shorter window; to raise it, "client" must have replace(key, value, ttlMs)',
      )
    }
    await replace.call(this.#commands, key, markOf(reach, this.#latestMs), MARK_TTL_MS)
    this.#reach = reach
  }
}

const markOf = ({ ageMs, futureMs }: Reach, sinceMs: number): string => `${ageMs} ${futureMs} ${sinceMs}`

// The last number is of use only where the server does not return the remaining TTL of the mark.
const MARK = /^(\d{1,10}) (\d{1,10}) ([1-9]\d{0,15})$/
/** Of version 0.1, whose nonces lived for a TTL of the process that claimed them: less than any window. */
const OLD_MARK = /^[1-9]\d{0,15}$/

function readMark(value: unknown): { readonly reach: Reach; readonly sinceMs: number } {
  const text = typeof value === 'string' ? value : ''
  const [, ageMs, futureMs, sinceMs] = MARK.exec(text) ?? (OLD_MARK.test(text) ? [text, -1, 0, text] : [])
  if (sinceMs === undefined)
    fail('STORE_UNAVAILABLE', 'replay store: the mark must be a window and a time, got something else')
  return { reach: { ageMs: Number(ageMs), futureMs: Number(futureMs) }, sinceMs: Number(sinceMs) }
}
