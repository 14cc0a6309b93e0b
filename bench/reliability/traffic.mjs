// Sends signed requests at a steady rate, some of them more than once.

import { setTimeout as sleep } from 'node:timers/promises'
import { library } from '../lib/library.mjs'
import { wire } from '../lib/load.mjs'
import { AUTHORITY, TYPE } from '../lib/messages.mjs'
import { enterAnswer, KIND } from './ledger.mjs'
import { openLine } from './line.mjs'

const { httpRequest, signRequestSync } = await library('countersign')

const LINES = 16
const KEPT = 8_192
const LATER_MS = 6_000
/**
 * A 503 with `Retry-After` is waited out, and the request signed and sent again, until it has another answer. A client that
 * gave up after so many tries would show how fast the machine brings its stores back, not whether the verifier recovers.
 */
const LONGEST_WAIT_MS = 4_000
const GIVES_UP_MS = 120_000
/** Parts of all requests. */
const SHARES = { copies: 0.01, withdrawn: 0.02, forged: 0.002, unknown: 0.001 }
const any = (list) => list[Math.floor(Math.random() * list.length)]

function bytesOf(index, { signer }, kind) {
  const path = `/v1/orders/${index}?symbol=BTCUSDT`
  const headers = { 'content-type': TYPE }
  const { method, target, fields } = signRequestSync(
    httpRequest({ method: 'GET', url: `https://${AUTHORITY}${path}`, headers }),
    signer,
  )
  const lines = { host: AUTHORITY }
  for (let i = 0; i < fields.length; i += 2) lines[fields[i].toLowerCase()] = fields[i + 1]
  if (kind === KIND.forged) {
    const { signature } = lines
    lines.signature = signature.replace(/:(.)/, (_, first) => `:${first === 'A' ? 'B' : 'A'}`)
  }
  return wire(method, target, lines)
}

/**
 * @param {{ ports: readonly number[], ledger: object, operator: object, rate: number, total: number }} world
 */
export function createTraffic({ ports, ledger, operator, rate, total }) {
  const lines = ports.map((port) => Array.from({ length: LINES }, () => openLine(port)))
  /** The newest requests as bytes, for sending them again. */
  const kept = []
  const open = new Set()
  /** Copies that are due later. */
  const due = []
  let sends = 0
  let copies = 0

  const freeLine = (at) => lines[at].find(({ busy }) => !busy)
  /** What waits for its next try, and how many do: a run ends when the last of them has an answer. */
  const waiting = []
  let pending = 0
  const waitOut = (first, waitedMs, answer) => {
    const askedMs = answer?.status === 503 ? 1_000 * Number(answer.retryAfter ?? Number.NaN) : Number.NaN
    if (!(askedMs <= GIVES_UP_MS - waitedMs)) return
    const waitMs = Math.max(askedMs, Math.min(500 * 2 ** (ledger.tries[first] - 1), LONGEST_WAIT_MS))
    pending++
    waiting.push({ atMs: Date.now() + waitMs, first, waitedMs: waitedMs + waitMs })
  }
  const dispatch = (line, index, bytes, onAnswer) => {
    line.busy = true
    sends++
    ledger.sent[index]++
    const one = line
      .send(bytes)
      .then(
        (answer) => {
          enterAnswer(ledger, index, answer)
          onAnswer?.(answer)
        },
        () => enterAnswer(ledger, index, undefined),
      )
      .finally(() => {
        line.busy = false
        open.delete(one)
      })
    open.add(one)
  }
  /** A copy of an earlier request to any process; skipped for a moment where all its connections are busy. */
  const copy = ({ index, bytes }) => {
    const line = freeLine(Math.floor(Math.random() * ports.length))
    if (line === undefined) return due.push({ atMs: Date.now() + 20, index, bytes })
    copies++
    return dispatch(line, index, bytes)
  }
  const COPIES = [
    copy,
    // Beside the first one, and beside each other.
    (one) => {
      copy(one)
      copy(one)
    },
    (one) => due.push({ atMs: Date.now() + Math.random() * LATER_MS, ...one }),
    () => kept.length > 0 && copy(any(kept)),
  ]

  const kindOf = (chance) => {
    if (chance < SHARES.withdrawn) return operator.withdrawn.length > 0 ? KIND.withdrawn : KIND.honest
    if (chance < SHARES.withdrawn + SHARES.forged) return KIND.forged
    return chance < SHARES.withdrawn + SHARES.forged + SHARES.unknown ? KIND.unknown : KIND.honest
  }
  /** Signs with the time of now, and sends. */
  const sign = (line, kind, key, first, waitedMs) => {
    const index = ledger.next++
    const root = first ?? index
    ledger.kind[index] = kind
    ledger.key[index] = key
    ledger.first[index] = root
    ledger.last[root] = index
    ledger.tries[root]++
    const bytes = bytesOf(index, key, kind)
    ledger.sentMs[index] = Date.now()
    dispatch(line, index, bytes, (answer) => kind === KIND.honest && waitOut(root, waitedMs, answer))
    kept[index % KEPT] = { index, bytes }
    return { index, bytes }
  }
  const again = (one) => {
    const line = freeLine(Math.floor(Math.random() * ports.length))
    if (line === undefined) return waiting.push({ ...one, atMs: Date.now() + 5 })
    pending--
    return sign(line, KIND.honest, ledger.key[one.first], one.first, one.waitedMs)
  }
  const fresh = (line) => {
    const kind = kindOf(Math.random())
    const keys = kind === KIND.withdrawn ? operator.withdrawn : operator.usable
    const key = kind === KIND.unknown ? operator.stranger() : any(keys)
    const { index, bytes } = sign(line, kind, key, undefined, 0)
    // One in six makes two copies, on average.
    if (Math.random() < SHARES.copies / 1.25) any(COPIES)({ index, bytes })
  }

  return {
    get sends() {
      return sends
    },
    get copies() {
      return copies
    },
    get done() {
      return sends >= total
    },
    /** What was accepted most recently, sent again: to processes that may have forgotten it. */
    replayNewest: (n) => {
      const { next } = ledger
      for (let index = next - 1, found = 0; index >= Math.max(0, next - KEPT) && found < n; index--) {
        if (ledger.accepted[index] !== 1) continue
        found++
        copy(kept[index % KEPT])
      }
    },
    /** `onSent` hears when nothing new is sent any more: what still waits needs stores that stay. */
    run: async (onSent) => {
      let owed = 0
      let told = false
      let lastMs = performance.now()
      while (sends < total || pending > 0 || open.size > 0) {
        await sleep(2)
        if (sends >= total && !told) {
          told = true
          onSent()
        }
        const nowMs = performance.now()
        // What could not be sent while everything was busy is not made up for in one burst.
        owed = Math.min(owed + ((nowMs - lastMs) * rate) / 1000, ports.length * LINES)
        lastMs = nowMs
        for (const one of due.splice(0)) {
          if (one.atMs > Date.now()) due.push(one)
          else copy(one)
        }
        for (const one of waiting.splice(0)) {
          if (one.atMs > Date.now()) waiting.push(one)
          else again(one)
        }
        while (owed >= 1 && sends < total) {
          const line = freeLine(Math.floor(Math.random() * ports.length))
          if (line === undefined) break
          owed--
          fresh(line)
        }
      }
      await Promise.all(open)
    },
    close: () => {
      for (const line of lines.flat()) line.close()
    },
  }
}
