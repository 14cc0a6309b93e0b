import { type D1DatabaseLike, d1ReplayStore } from '../../src/server/replay/d1.js'
import {
  type DurableObjectNamespaceLike,
  type DurableObjectStateLike,
  durableObjectReplayStore,
  ReplayObject,
} from '../../src/server/replay/durable-object.js'
import type { ReplayClaim } from '../../src/server/replay/replay-store.js'
import type { WrittenOnceOptions, WrittenOnceStore } from '../../src/server/replay/written-once.js'

/** What a test asks the Worker. */
export interface Question {
  readonly kind: 'd1' | 'object' | 'objects'
  readonly options: WrittenOnceOptions
  readonly claim?: ReplayClaim
  /** Puts another mark in the place of the one that is there. */
  readonly mark?: string
}

interface Env {
  readonly DB: D1DatabaseLike & { exec(text: string): Promise<unknown> }
  readonly NONCES: DurableObjectNamespaceLike
}

/** As a service has it, and with a way for a test to change the mark. */
export class Nonces extends ReplayObject {
  readonly #state: DurableObjectStateLike

  constructor(state: DurableObjectStateLike) {
    super(state)
    this.#state = state
  }

  override async fetch(request: Request): Promise<Response> {
    if (new URL(request.url).pathname !== '/mark') return super.fetch(request)
    const { sql } = this.#state.storage
    sql.exec('DELETE FROM mark')
    const text = await request.text()
    if (text !== '') sql.exec('INSERT INTO mark VALUES (0, ?)', text)
    return new Response(null, { status: 204 })
  }
}

const SHARDS = { object: 1, objects: 7 } as const
const stores = new Map<string, WrittenOnceStore>()

const opened = ({ kind, options }: Question, { DB, NONCES }: Env): WrittenOnceStore =>
  kind === 'd1'
    ? d1ReplayStore({ database: DB, ...options })
    : durableObjectReplayStore({ namespace: NONCES, shards: SHARDS[kind], ...options })

async function setMark({ kind, options: { prefix }, mark }: Question, { DB, NONCES }: Env): Promise<void> {
  if (kind === 'd1') {
    const rows =
      mark === ''
        ? []
        : [DB.prepare('INSERT INTO countersign_replay_marks VALUES (?, ?)').bind(prefix ?? 'rp', mark as string)]
    await DB.batch([DB.prepare('DELETE FROM countersign_replay_marks WHERE prefix = ?').bind(prefix ?? 'rp'), ...rows])
    return
  }
  const shards = SHARDS[kind]
  for (let at = 0; at < shards; at++) {
    const object = NONCES.get(NONCES.idFromName(`${prefix}:${shards}:${at}`) as never)
    await object.fetch('https://test.invalid/mark', { method: 'POST', body: mark as string })
  }
}

// biome-ignore lint/style/noDefaultExport: what a Worker is
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const question = (await request.json()) as Question
    const name = JSON.stringify([question.kind, question.options])
    try {
      const store = stores.get(name) ?? opened(question, env)
      stores.set(name, store)
      if ('migrate' in store && question.claim === undefined) await (store.migrate as () => Promise<void>)()
      if (question.mark !== undefined) await setMark(question, env)
      const outcome = question.claim && (await store.claim(question.claim))
      return Response.json({ outcome, barrierMs: store.barrierMs })
    } catch (error) {
      return Response.json({ error: String(error) })
    }
  },
}
