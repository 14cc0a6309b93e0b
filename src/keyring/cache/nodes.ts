import { randomNonce } from '../../crypto/random.js'
import { fail } from '../../errors.js'
import { deadline, unref } from '../../support/deadline.js'
import type { ChangedKey } from '../key-store.js'
import type { Integrity } from '../record/integrity.js'
import { createBusProver } from './bus-proof.js'
import { type BusContent, type KeyBus, readBusMessage } from './key-bus.js'

/** How long a node without a heartbeat counts as alive. As long as the longest TTL of a record. */
export const ALIVE_MS = 30_000
const HEARTBEAT_MS = 5_000
export const MOST_NODES = 10_000
/** How long leaving a bus may take: it may be gone, and must not keep a process from ending. */
const LEAVING_MS = 2_000

export interface NodesOptions {
  readonly bus: KeyBus
  /** Makes and checks the MACs of messages. */
  readonly integrity: Integrity
  /** Names the keyring: others may share the bus. */
  readonly scope: string
  /** How many other nodes have to acknowledge at least. */
  readonly otherNodes: number
  /** A node wrote a record; without a proof it may be anything that can publish. */
  readonly onChange: (change: ChangedKey, isProven: boolean) => void
  readonly onState: (connected: boolean) => void
  readonly onError: (error: unknown) => void
}

/** The acknowledgements of one change by the other nodes. */
export interface Acknowledgement {
  /** How many there were, when the last of them has acknowledged. */
  readonly done: Promise<number>
  /** How many have acknowledged by now. */
  count(): number
  cancel(): void
}

/** How long other nodes have to answer `hello` with a heartbeat before this one counts as alone. */
const HELLO_TIMEOUT_MS = 500

/** The nodes that share a store, as far as their messages arrive on the bus. */
export interface Nodes {
  readonly node: string
  start(): Promise<void>
  announce(change: ChangedKey): void
  /**
   * Resolves with the number of other nodes when each of them, and as many as there must be, acknowledged that it uses nothing
   * older. It has to be announced once more behind this call: its echo shows that the bus carries proofs.
   */
  acknowledged(change: ChangedKey): Acknowledgement
  stop(): Promise<void>
}

interface Waiting {
  readonly id: string
  readonly rev: number
  readonly missing: Set<string>
  readonly acked: Set<string>
  /** Whether this node's announcement came back with its proof: a bus that loses or strips it reaches no node. */
  echoed: boolean
  /** Whether the nodes that are there have had the time to answer `hello`. */
  isHelloAnswered: boolean
  readonly resolve: (nodes: number) => void
}

/** Publishes and receives changes, and tracks which nodes have acknowledged them. */
export function createNodes(options: NodesOptions): Nodes {
  const { bus, integrity, scope, otherNodes, onChange, onState, onError } = options
  const node = randomNonce()
  const prover = createBusProver(integrity, node, scope)
  /** When their last message came, by the monotonic clock: a jump must not make them seem gone. */
  const others = new Map<string, number>()
  const ticks = (): number => performance.now()
  const waiting = new Set<Waiting>()
  let stopListening: (() => void | Promise<void>) | undefined
  let stopped = false
  let heartbeat: ReturnType<typeof setInterval> | undefined

  const send = (content: BusContent): void => {
    try {
      Promise.resolve(bus.publish(prover.prove(content))).catch(onError)
    } catch (error) {
      onError(error)
    }
  }
  const seen = (other: string): void => {
    if (other === node) return
    // A bus is no place to fill a server's memory through.
    if (others.size < MOST_NODES || others.has(other)) others.set(other, ticks())
  }
  const alive = (): string[] => [...others].filter(([, atMs]) => ticks() - atMs < ALIVE_MS).map(([name]) => name)
  let helloSentMs = Number.POSITIVE_INFINITY
  const settle = (): void => {
    for (const one of waiting)
      if (one.isHelloAnswered && one.echoed && one.missing.size === 0 && one.acked.size >= otherNodes)
        one.resolve(one.acked.size)
  }

  /** Read once more: not every bus parses what it hands out. */
  const receive = (received: unknown): void => {
    const message = readBusMessage(received)
    if (message === undefined || stopped) return
    const isProven = prover.isProven(message)
    // A database that publishes its own writes has no key; everything else that has no proof is of no node.
    if (message.type === 'change') onChange(message, isProven)
    if (!isProven) return
    switch (message.type) {
      case 'change':
        if (message.proof?.from === node) {
          for (const one of waiting) if (one.id === message.id && message.rev >= one.rev) one.echoed = true
          settle()
        }
        send({ type: 'ack', id: message.id, rev: message.rev, node })
        return
      case 'ack':
        seen(message.node)
        for (const one of waiting) {
          if (one.id !== message.id || message.rev < one.rev || message.node === node) continue
          one.missing.delete(message.node)
          if (others.has(message.node)) one.acked.add(message.node)
        }
        settle()
        return
      case 'hello':
        seen(message.node)
        if (message.node !== node) send({ type: 'alive', node })
        return
      case 'alive':
        seen(message.node)
        return
      case 'bye':
        others.delete(message.node)
        for (const one of waiting) one.missing.delete(message.node)
        settle()
    }
  }

  const leave = async (): Promise<void> => {
    const stop = stopListening
    stopListening = undefined
    try {
      await deadline(stop?.(), LEAVING_MS)
    } catch (error) {
      onError(error)
    }
  }

  return {
    node,
    start: async () => {
      if (stopped) return
      let stop: (() => void | Promise<void>) | undefined
      try {
        stop = await bus.subscribe(receive, (connected) => {
          if (stopped) return
          if (connected) {
            helloSentMs = ticks()
            send({ type: 'hello', node })
          }
          onState(connected)
        })
      } catch (error) {
        // A driver's error may quote the address it was given, password and all.
        const kind = error instanceof Error ? error.name : typeof error
        fail('STORE_UNAVAILABLE', `cannot subscribe to the key bus: ${kind}`)
      }
      stopListening = stop
      if (stopped) return leave()
      heartbeat = setInterval(() => {
        for (const [other, atMs] of others) if (ticks() - atMs >= ALIVE_MS) others.delete(other)
        send({ type: 'alive', node })
      }, HEARTBEAT_MS)
      unref(heartbeat)
    },
    announce: ({ id, rev, status }) => send({ type: 'change', id, rev, status }),
    acknowledged: ({ id, rev }) => {
      const one: Waiting = {
        id,
        rev,
        missing: new Set(alive()),
        acked: new Set(),
        echoed: false,
        isHelloAnswered: false,
        resolve: () => {},
      }
      const all = new Promise<number>((resolve) => {
        Object.assign(one, { resolve })
      })
      waiting.add(one)
      const helloAnswered = new Promise<void>((resolve) => {
        setTimeout(resolve, Math.max(0, HELLO_TIMEOUT_MS - (ticks() - helloSentMs)))
      })
      const done = helloAnswered.then(() => {
        // A node that joined meanwhile has to acknowledge, too.
        for (const other of alive()) if (!one.acked.has(other)) one.missing.add(other)
        one.isHelloAnswered = true
        settle()
        return all
      })
      return { done, count: () => one.acked.size, cancel: () => void waiting.delete(one) }
    },
    stop: async () => {
      if (stopped) return
      stopped = true
      clearInterval(heartbeat)
      send({ type: 'bye', node })
      await leave()
    },
  }
}
