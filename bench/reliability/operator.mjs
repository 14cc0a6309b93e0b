// Issues, rotates, disables, enables and revokes keys through the processes, and remembers what was acknowledged.

import { setTimeout as sleep } from 'node:timers/promises'
import { library } from '../lib/library.mjs'

const { hmacKey, randomBytes, rfc9421 } = await library('countersign')

const BY = 'operator'
const OWNERS = 12
const FIRST_KEYS = 24
const WITHDRAWN_KEPT = 64
/** How long a change is asked for again. */
const MOST_MS = 20_000
const any = (list) => list[Math.floor(Math.random() * list.length)]

/** What is done next, where the number of usable keys allows it. */
const PLAN = ['issue', 'rotate', 'revoke', 'issue', 'rotate', 'disable']

/**
 * @param {ReadonlyArray<{ ask(what: string, argument: unknown): Promise<any> }>} nodes
 * @param {{ everyMs: number, boundMs: number }} options
 */
export function createOperator(nodes, { everyMs, boundMs }) {
  /** Keys that work, wherever they are used. */
  const usable = []
  /** Keys that were taken away; with `from` (and `until`) in milliseconds, when that was known and until when. */
  const withdrawn = []
  /** What every store must still have: id to `{ rev, status }`. */
  const acknowledged = new Map()
  const done = {}
  const unconfirmed = {}
  const stuck = []
  let owners = 0
  let running = true

  const note = (id, rev, status) => acknowledged.set(id, { rev, status })
  const enter = ({ id, rev, secret }, owner) => {
    note(id, rev, undefined)
    const key = hmacKey({ keyId: id, algorithm: 'hmac-sha256', secret: Buffer.from(secret) })
    usable.push({ id, owner, signer: rfc9421({ key }), takenMs: [], withdrawals: [] })
  }
  const take = () => {
    const at = Math.floor(Math.random() * usable.length)
    const [key] = usable.splice(at, 1)
    key.takenMs.push(Date.now())
    return key
  }
  const drop = (key, from) => {
    key.withdrawals.push({ from, until: Number.POSITIVE_INFINITY })
    withdrawn.push(key)
    if (withdrawn.length > WITHDRAWN_KEPT) withdrawn.shift()
  }
  /** Asks once: whether an unconfirmed change was made is unknown, and its secret is lost. */
  const attempt = async (what, argument) => {
    try {
      return await any(nodes).ask(what, argument)
    } catch (error) {
      const why = `${what}: ${error.code ?? error.message}`
      unconfirmed[why] = (unconfirmed[why] ?? 0) + 1
      return undefined
    }
  }
  /** Repeats until the change is confirmed, as an operator who has to be sure does. */
  const insist = async (what, id, act) => {
    const until = Date.now() + MOST_MS
    while (Date.now() < until) {
      const answer = await attempt(what, [id, act])
      if (answer !== undefined) {
        note(id, answer.rev, answer.status === 'revoked' ? 'revoked' : undefined)
        return true
      }
      await sleep(100)
    }
    stuck.push(`${what} ${id}`)
    return false
  }

  const ACTS = {
    issue: async () => {
      const owner = `owner-${owners++ % OWNERS}`
      const issued = await attempt('issue', { owner, scopes: ['orders:read'], expiresInMs: 86_400_000, actor: BY })
      if (issued !== undefined) enter(issued, owner)
    },
    rotate: async () => {
      const key = take()
      const overlapMs = any([0, 2_000])
      const next = await attempt('rotate', [key.id, { overlapMs, actor: BY }])
      if (next === undefined) return
      enter(next, key.owner)
      // The old record has at least one more revision than it was known to have.
      note(key.id, acknowledged.get(key.id).rev + 1, undefined)
      drop(key, Date.now() + overlapMs)
    },
    revoke: async () => {
      const key = take()
      if (!(await insist('revoke', key.id, { actor: BY, reason: 'bench' }))) return
      key.revoked = true
      drop(key, Date.now())
    },
    disable: async () => {
      const key = take()
      if (!(await insist('disable', key.id, { actor: BY }))) return
      drop(key, Date.now())
      await sleep(boundMs > 10_000 ? 4_000 : 1_000)
      key.withdrawals.at(-1).until = Date.now()
      const at = withdrawn.indexOf(key)
      if (at !== -1) withdrawn.splice(at, 1)
      if (!(await insist('enable', key.id, { actor: BY }))) return
      // Every node has to hear of it before its requests count as honest ones.
      setTimeout(() => running && usable.push(key), boundMs).unref()
    },
  }

  const act = async (what) => {
    await ACTS[what]()
    done[what] = (done[what] ?? 0) + 1
  }
  return {
    usable,
    withdrawn,
    acknowledged,
    done,
    unconfirmed,
    stuck,
    begin: async () => {
      for (let i = 0; i < FIRST_KEYS; i++) await act('issue')
    },
    /** Runs until `end`; several things may be under way at a time. */
    run: async () => {
      const open = new Set()
      for (let i = 0; running; i++) {
        const what = PLAN[i % PLAN.length]
        const fits = what === 'issue' ? usable.length < 3 * FIRST_KEYS : usable.length > FIRST_KEYS / 2
        if (fits && open.size < 8) {
          const one = act(what).finally(() => open.delete(one))
          open.add(one)
        }
        await sleep(everyMs)
      }
      await Promise.all(open)
    },
    end: () => {
      running = false
    },
    /** A key that was never issued. */
    stranger: () => {
      const key = hmacKey({
        keyId: usable[0].id.replace(/.{8}$/, () => Math.random().toString(36).slice(2, 10).padEnd(8, '0')),
        algorithm: 'hmac-sha256',
        secret: randomBytes(32),
      })
      return { id: key.keyId, signer: rfc9421({ key }), takenMs: [], withdrawals: [] }
    },
  }
}
