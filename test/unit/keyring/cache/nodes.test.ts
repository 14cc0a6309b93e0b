import { describe, expect, it } from 'vitest'
import { memoryBus } from '../../../../src/keyring/buses/memory.js'
import type { BusMessage, KeyBus } from '../../../../src/keyring/cache/key-bus.js'
import { createNodes } from '../../../../src/keyring/cache/nodes.js'
import type { ChangedKey } from '../../../../src/keyring/key-store.js'
import { memoryKeyStore } from '../../../../src/keyring/stores/memory.js'
import { withCode } from '../../../expect-code.js'
import { ALICE, BY, closedWorlds, integrity, pause, proverOf, signerOf, soon, storeWith } from '../keyring-world.js'

const { open, tracked } = closedWorlds()

describe('a message on the bus', () => {
  it('is parsed strictly, even where a bus hands out a message that it did not parse', async () => {
    let hear: (message: BusMessage) => void = () => {}
    const sent: BusMessage[] = []
    const bus: KeyBus = {
      publish: (message) => void sent.push(message),
      subscribe: (onMessage, onState) => {
        hear = onMessage
        onState(true)
        return () => {}
      },
    }
    const changes: ChangedKey[] = []
    const nodes = createNodes({
      bus,
      integrity,
      scope: 'acme/live',
      otherNodes: 1,
      onChange: (change) => void changes.push(change),
      onState: () => {},
      onError: () => {},
    })
    await nodes.start()
    for (const junk of [
      undefined,
      null,
      5,
      'x',
      {},
      { type: 'change' },
      { type: 'change', id: 'k', rev: Number.NaN, status: 'active' },
    ])
      hear(junk as never)
    expect(changes).toEqual([])
    // Acknowledgements of nodes that are not awaited are not collected.
    const waiting = nodes.acknowledged({ id: 'k', rev: 1, status: 'revoked' })
    for (let i = 0; i < 11_000; i++) hear(proverOf(`n${i}`).prove({ type: 'ack', id: 'k', rev: 1, node: `n${i}` }))
    // And not accepted before the node's announcement came back with its proof.
    nodes.announce({ id: 'k', rev: 1, status: 'revoked' })
    const announced = sent.find(({ type }) => type === 'change') as BusMessage
    hear({ ...announced, proof: undefined } as never)
    expect(await Promise.race([waiting.done, pause(700).then(() => 'waiting')])).toBe('waiting')
    hear(announced)
    expect(await waiting.done).toBeLessThanOrEqual(10_000)
    await nodes.stop()
  })
})

describe('a failing bus', () => {
  it('whose subscription never completes does not keep a keyring from closing', async () => {
    const w = open({ bus: { publish: () => {}, subscribe: () => new Promise(() => {}) } })
    expect(await soon(w.keyring.close())).toBeUndefined()
  })

  it('whose subscription fails makes ready() reject with STORE_UNAVAILABLE and without its text', async () => {
    const w = open({ bus: { publish: () => {}, subscribe: () => Promise.reject(new Error('redis://:hunter2@host')) } })
    const failed = await w.keyring.ready().catch((error: unknown) => error)
    expect(failed).toEqual(withCode('STORE_UNAVAILABLE'))
    expect(String(failed)).not.toContain('hunter2')
  })

  it('that went down while the store was polled is not taken for a connected one', async () => {
    let state: (connected: boolean) => void = () => {}
    const bus: KeyBus = {
      publish: () => {},
      subscribe: (_, onState) => {
        state = onState
        return () => {}
      },
    }
    const inner = memoryKeyStore()
    const gates: Array<() => void> = []
    const changes = async (cursor: string | undefined, limit: number) => {
      await new Promise<void>((resolve) => gates.push(resolve))
      return inner.changes(cursor, limit)
    }
    const a = open({ store: inner })
    const b = tracked(a.node({ store: storeWith(inner, { changes }), bus }))
    await b.keyring.ready()
    state(true)
    await pause(5)
    state(false)
    for (const release of gates) release()
    await pause(5)
    const key = signerOf(await a.keyring.issue(ALICE))
    expect(await b.judge(key)).toBe('ok')
    await a.keyring.revoke(key.keyId, BY)
    a.nowMs += 5_000
    expect(await b.judge(key)).toBe('KEY_REVOKED')
  })

  it('is not trusted again because of a poll that began before it reconnected', async () => {
    let state: (connected: boolean) => void = () => {}
    const bus: KeyBus = {
      publish: () => {},
      subscribe: (_, onState) => {
        state = onState
        return () => {}
      },
    }
    const inner = memoryKeyStore()
    let hold: Promise<void> | undefined
    const changes = async (cursor: string | undefined, limit: number) => {
      const answer = await inner.changes(cursor, limit)
      await hold
      return answer
    }
    const a = open({ store: inner })
    const b = tracked(a.node({ store: storeWith(inner, { changes }), bus, cache: { pollMs: 20 } }))
    await b.keyring.ready()
    const key = signerOf(await a.keyring.issue(ALICE))
    let release = (): void => {}
    hold = new Promise((resolve) => {
      release = resolve
    })
    await pause(40)
    expect(await b.judge(key)).toBe('ok')
    await a.keyring.revoke(key.keyId, BY)
    state(true)
    hold = undefined
    release()
    await pause(1)
    // Caught up with, or not trusted yet: never the long time with the old record.
    a.nowMs += 5_000
    expect(await b.judge(key)).toBe('KEY_REVOKED')
  })
})

describe('a node that waits for the others', () => {
  it('does not forget them because the wall clock jumped', async () => {
    const bus = memoryBus()
    const w = open({ bus, cache: { pollMs: 5_000, ttlMs: 700, disconnectedTtlMs: 700 } })
    await w.keyring.ready()
    await bus.publish(proverOf('silent').prove({ type: 'alive', node: 'silent' }))
    const { key } = await w.keyring.issue(ALICE)
    w.nowMs += 40_000
    expect(await w.keyring.revokeAndWait(key.id, BY)).toMatchObject({ how: 'waited' })
  })

  it('is not kept waiting by a closed keyring, which serves nothing from its cache any more', async () => {
    const bus = memoryBus()
    const a = open({ bus, otherNodes: 0, cache: { pollMs: 5_000 } })
    const b = tracked(a.node())
    await Promise.all([a.keyring.ready(), b.keyring.ready()])
    const key = signerOf(await a.keyring.issue(ALICE))
    expect(await b.judge(key)).toBe('ok')
    await b.keyring.close()
    await a.keyring.revokeAndWait(key.keyId, BY)
    expect(await b.judge(key)).toBe('KEY_REVOKED')
  })
})
