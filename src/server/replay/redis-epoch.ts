import { CountersignError } from '../../errors.js'
import type { ReplayCommands } from './redis-commands.js'
import { inspectServer, NO_RUN_ID, type RunId, runIdOf } from './redis-server-facts.js'

// Longer than a server runs. When it ends all the same, the window is closed once for `maxFutureMs`.
const MARK_TTL_MS = 366 * 86_400_000

/**
 * Knows since when the server remembers. A mark with the time of its making lies beside the nonces, under the id of the
 * server's process. Whoever finds it knows that nothing was lost since; where it is not found (restarted empty, restarted
 * from an older file, a promoted replica, `FLUSHALL`) a new one is made, and what was signed before it is not claimed.
 *
 * The mark is looked at *behind* each claim: a claim that ran before the loss then meets a mark that is younger than
 * itself, or none.
 */
export class RedisEpoch {
  readonly #commands: ReplayCommands
  readonly #prefix: string
  readonly #warn: (message: string) => void
  #server: Promise<RunId> | undefined
  #runId: RunId | undefined
  #latestMs = 0
  /** Looks that are not sent yet: whoever comes in the same turn shares one. */
  readonly #open = new Map<string, Promise<number | undefined>>()

  constructor(commands: ReplayCommands, prefix: string, warn: (message: string) => void) {
    this.#commands = commands
    this.#prefix = prefix
    this.#warn = warn
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
   * The time since which every nonce is remembered by the server that ran what was sent before this call; `undefined` where
   * it is not the one that was inspected.
   */
  since(tag: string, nowMs: number): Promise<number | undefined> {
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

  async #look(tag: string): Promise<number | undefined> {
    const runId = this.#runId
    if (runId === undefined) return undefined
    const nowMs = this.#latestMs
    const found = this.#commands.set(`${this.#prefix}${tag}epoch:${runId}`, String(nowMs), MARK_TTL_MS)
    const told = runId === NO_RUN_ID ? undefined : this.#commands.info?.('server')
    const [mark, info]: readonly [unknown, unknown] = await Promise.all([found, told])
    // Asked last: an answer of another process means that the claim, or the mark, may have been another one's.
    if (runId !== NO_RUN_ID && runIdOf(info) !== runId) {
      if (this.#runId === runId) this.#runId = undefined
      return undefined
    }
    if (mark === null) return nowMs
    if (typeof mark !== 'string' || !/^[1-9][0-9]{0,15}$/.test(mark))
      throw new CountersignError('STORE_UNAVAILABLE', 'replay store: the mark expected a time, got something else')
    return Number(mark)
  }
}
