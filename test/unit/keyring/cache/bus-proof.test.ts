import { Redis } from 'ioredis'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { memoryBus } from '../../../../src/keyring/buses/memory.js'
import { postgresBus } from '../../../../src/keyring/buses/postgres.js'
import { redisBus } from '../../../../src/keyring/buses/redis.js'
import { createBusProver, MOST_AGE_MS } from '../../../../src/keyring/cache/bus-proof.js'
import {
  type BusContent,
  type BusMessage,
  busText,
  type KeyBus,
  parseBusText,
} from '../../../../src/keyring/cache/key-bus.js'
import { createIntegrity } from '../../../../src/keyring/record/integrity.js'
import { hasPostgres, startPostgres } from '../../../servers/postgres.js'
import { hasRedis, startRedis } from '../../../servers/redis.js'
import { BY, integrity, KEK, type KeyringWorld, keyringWorld, proverOf, signerOf, storeWith } from '../keyring-world.js'

const ALICE = { owner: 'alice', scopes: ['orders:write'], ...BY } as const
const SHORT = { pollMs: 60_000, ttlMs: 900, disconnectedTtlMs: 900 }
const LONG = { pollMs: 60_000, ttlMs: 20_000, disconnectedTtlMs: 20_000 }
/** Deadlines that are not the question: a busy machine may keep an answer for longer than the defaults. */
const PATIENCE_MS = 20_000
const closing: (() => unknown)[] = []
afterAll(async () => {
  for (const close of closing.reverse()) await close()
})
const open = (options: Parameters<typeof keyringWorld>[0]): KeyringWorld => {
  const world = keyringWorld(options)
  closing.push(() => world.keyring.close())
  return world
}

describe('a proof', () => {
  const hello: BusContent = { type: 'hello', node: 'a' }

  it('is of one message, its sender, its number and its time', () => {
    const said: readonly BusContent[] = [
      { type: 'change', id: 'k', rev: 1, status: 'active' },
      { type: 'ack', id: 'k', rev: 1, node: 'a' },
      hello,
      { type: 'alive', node: 'a' },
      { type: 'bye', node: 'a' },
    ]
    for (const saying of said) {
      const ear = proverOf('ear')
      const message = proverOf('a').prove(saying)
      const { proof } = message
      if (proof === undefined) throw new Error('no proof')
      const other: Readonly<Record<string, unknown>> = { rev: 2, status: 'revoked', node: 'b', id: 'l', type: 'bye' }
      for (const name of Object.keys(saying)) {
        const changed = { ...message, [name]: name === 'type' && saying.type === 'bye' ? 'alive' : other[name] }
        expect(ear.isProven(changed as BusMessage), `${saying.type}.${name}`).toBe(false)
      }
      for (const part of [
        { from: 'b' },
        { seq: 2 },
        { atMs: proof.atMs + 1 },
        { keyId: 'kek-9' },
        { tag: 'A'.repeat(43) },
      ])
        expect(ear.isProven({ ...message, proof: { ...proof, ...part } } as BusMessage), JSON.stringify(part)).toBe(
          false,
        )
      expect(ear.isProven({ ...saying } as BusMessage)).toBe(false)
      expect(parseBusText(busText(message))).toEqual(message)
      expect(ear.isProven(message)).toBe(true)
    }
  })

  it('counts once, whatever the order in which messages arrive', () => {
    const [ear, a] = [proverOf('ear'), proverOf('a')]
    const messages = Array.from({ length: 100 }, () => a.prove(hello))
    const order = [1, 0, 5, 3, 2, 4, 70, 60, 8, 99]
    // 8 is more than 63 behind 99 only after 99 was heard.
    for (const at of order) expect(ear.isProven(messages[at] as BusMessage), `${at}`).toBe(true)
    for (const at of order) expect(ear.isProven(messages[at] as BusMessage), `${at} again`).toBe(false)
    expect(ear.isProven(messages[9] as BusMessage)).toBe(false)
    expect(ear.isProven(messages[98] as BusMessage)).toBe(true)
  })

  it('is too old after five minutes, so that what was recorded brings no node back', () => {
    let nowMs = 1_000_000
    const clock = (): number => nowMs
    const message = createBusProver(integrity, 'a', 'acme/live', clock).prove(hello)
    for (const [atMs, counts] of [
      [nowMs + MOST_AGE_MS, true],
      [nowMs + MOST_AGE_MS + 1, false],
      [nowMs - MOST_AGE_MS, true],
      [nowMs - MOST_AGE_MS - 1, false],
      [Number.NaN, false],
    ] as const) {
      const ear = createBusProver(integrity, 'ear', 'acme/live', clock)
      const before = nowMs
      nowMs = atMs
      expect(ear.isProven(message), `${atMs}`).toBe(counts)
      nowMs = before
    }
  })

  it('is of one keyring: another one on the same bus, or with another key, proves nothing here', () => {
    const ear = proverOf('ear')
    expect(ear.isProven(createBusProver(integrity, 'a', 'acme/test').prove(hello))).toBe(false)
    const stranger = createIntegrity({ primary: { id: KEK.id, key: new Uint8Array(32).fill(1) } })
    expect(ear.isProven(createBusProver(stranger, 'a', 'acme/live').prove(hello))).toBe(false)
    // What binds records binds no message.
    const { tag } = integrity.bind('record', 'x')
    const message = proverOf('a').prove(hello)
    expect(ear.isProven({ ...message, proof: { ...message.proof, tag } } as BusMessage)).toBe(false)
  })

  it('of ever more nodes fills no memory', () => {
    const ear = proverOf('ear')
    let taken = 0
    for (let i = 0; i < 10_050; i++)
      if (ear.isProven(proverOf(`n${i}`).prove({ type: 'hello', node: `n${i}` }))) taken++
    expect(taken).toBe(10_000)
  })
})

/** A bus, and how a program without the key puts a text on its channel. */
interface Under {
  readonly bus: () => KeyBus
  readonly raw: (text: string) => unknown
}

/** Each starts what it needs once, and then gives a separate channel for each test. */
const BUSES: ReadonlyArray<readonly [string, () => Promise<() => Under>]> = [
  [
    'in memory',
    async () => () => {
      const bus = memoryBus()
      return { bus: () => bus, raw: (text) => bus.publish(JSON.parse(text) as BusMessage) }
    },
  ],
  ...(hasRedis
    ? [
        [
          'Redis',
          async () => {
            const server = await startRedis()
            if (server === undefined) throw new Error('no server')
            closing.push(() => server.stop())
            const connect = (): Redis => {
              const client = new Redis(server.url)
              closing.push(() => client.disconnect())
              return client
            }
            const publisher = connect()
            let made = 0
            return (): Under => {
              const channel = `test:${made++}`
              return {
                bus: () => redisBus({ publisher, subscriber: connect(), channel, timeoutMs: PATIENCE_MS }),
                raw: (text) => publisher.publish(channel, text),
              }
            }
          },
        ] as const,
      ]
    : []),
  ...(hasPostgres
    ? [
        [
          'PostgreSQL',
          async () => {
            const server = await startPostgres()
            if (server === undefined) throw new Error('no server')
            closing.push(() => server.stop())
            const pool = new pg.Pool({ connectionString: server.connectionString, max: 2 })
            pool.on('error', () => {})
            closing.push(() => pool.end())
            const connect = async (): Promise<pg.Client> => {
              const client = new pg.Client({ connectionString: server.connectionString })
              client.on('error', () => {})
              await client.connect()
              return client
            }
            const query = (text: string, values?: unknown[]) => pool.query(text, values)
            let made = 0
            return (): Under => {
              const channel = `test_${made++}`
              return {
                bus: () => postgresBus({ query, connect, channel, timeoutMs: PATIENCE_MS }),
                raw: (text) => query('SELECT pg_notify($1, $2)', [channel, text]),
              }
            }
          },
        ] as const,
      ]
    : []),
]

describe.each(BUSES)('a publisher on the bus that is no node: %s', (_, start) => {
  let under: () => Under
  beforeAll(async () => {
    under = await start()
  })

  it('acknowledges nothing and sends no node away, by words of its own or by repeating those of nodes', async () => {
    const { bus, raw } = under()
    const heard: BusMessage[] = []
    const stop = await bus().subscribe(
      (message) => void heard.push(message),
      () => {},
    )
    closing.push(stop)
    const a = open({ bus: bus(), cache: LONG })
    // A node that is there, and does not answer any more: the one that a thief is served by.
    const silent = proverOf('silent')
    await a.keyring.ready()
    const arrives = async (message: BusMessage): Promise<void> => {
      await raw(busText(message))
      await vi.waitFor(() => expect(heard).toContainEqual(message), PATIENCE_MS)
    }
    // It says it once when it has written, and once more when it begins to wait.
    const isWaiting = (id: string): Promise<void> =>
      vi.waitFor(() => {
        const said = heard.filter((one) => one.type === 'change' && one.id === id && one.status === 'revoked')
        expect(said.length).toBe(2)
      }, PATIENCE_MS)
    await arrives(silent.prove({ type: 'alive', node: 'silent' }))
    const first = await a.keyring.issue(ALICE)
    const earlier = silent.prove({ type: 'ack', id: first.key.id, rev: 2, node: 'silent' })
    const done = a.keyring.revokeAndWait(first.key.id, BY)
    await isWaiting(first.key.id)
    await arrives(earlier)
    expect(await done).toMatchObject({ how: 'acknowledged', nodes: 1 })

    const { key } = await a.keyring.issue(ALICE)
    let ended = false
    const waiting = a.keyring.revokeAndWait(key.id, BY).finally(() => {
      ended = true
    })
    await isWaiting(key.id)
    const ack = { type: 'ack', id: key.id, rev: 2, node: 'silent' } as const
    const stranger = createBusProver(
      createIntegrity({ primary: { id: KEK.id, key: new Uint8Array(32).fill(1) } }),
      'silent',
      'acme/live',
    )
    for (const forged of [
      ack,
      { type: 'bye', node: 'silent' },
      { ...ack, proof: earlier.proof },
      { type: 'bye', node: 'silent', proof: earlier.proof },
      earlier,
      stranger.prove(ack),
      stranger.prove({ type: 'bye', node: 'silent' }),
      // Another node may say it of itself only.
      proverOf('mallory').prove(ack),
      proverOf('mallory').prove({ type: 'bye', node: 'silent' }),
    ] as readonly BusMessage[])
      await arrives(forged)
    // The node acknowledges its own changes, too: when it says so of a later one, it has heard all of these.
    const { key: later } = await a.keyring.issue(ALICE)
    await vi.waitFor(
      () => expect(heard.filter((one) => one.type === 'ack').map(({ id }) => id)).toContain(later.id),
      PATIENCE_MS,
    )
    expect(ended).toBe(false)
    await arrives(silent.prove(ack))
    expect(await waiting).toMatchObject({ how: 'acknowledged', nodes: 1 })
  })

  it('has a key read again, and closes none', async () => {
    const { bus, raw } = under()
    const a = open({ bus: bus(), cache: { pollMs: 60_000 } })
    let reads = 0
    const counted = storeWith(a.store, {
      get: (id: string) => {
        reads++
        return a.store.get(id)
      },
    })
    const b = a.node({ bus: bus(), store: counted, cache: { pollMs: 60_000 } })
    closing.push(() => b.keyring.close())
    await Promise.all([a.keyring.ready(), b.keyring.ready()])
    const key = signerOf(await a.keyring.issue(ALICE))
    await vi.waitFor(async () => expect(await b.judge(key)).toBe('ok'), PATIENCE_MS)
    for (const said of [
      { type: 'change', id: key.keyId, rev: 99, status: 'active' },
      { type: 'change', id: key.keyId, rev: 100, status: 'revoked' },
    ] as const) {
      const before = reads
      await raw(busText(said))
      await vi.waitFor(async () => {
        expect(await b.judge(key)).toBe('ok')
        expect(reads).toBeGreaterThan(before)
      }, PATIENCE_MS)
    }
    await a.keyring.revoke(key.keyId, BY)
    await vi.waitFor(async () => expect(await b.judge(key)).toBe('KEY_REVOKED'), PATIENCE_MS)
  })
})

describe('an acknowledgement', () => {
  it('is not made of a bus that loses the proofs', async () => {
    const bus = memoryBus()
    const stripping: KeyBus = {
      publish: ({ proof: _, ...message }) => bus.publish(message as BusMessage),
      subscribe: bus.subscribe,
    }
    const a = open({ bus: stripping, cache: SHORT })
    const b = a.node()
    closing.push(() => b.keyring.close())
    await Promise.all([a.keyring.ready(), b.keyring.ready()])
    const { key } = await a.keyring.issue(ALICE)
    expect(await a.keyring.revokeAndWait(key.id, BY)).toMatchObject({ how: 'waited', nodes: 0 })
  })

  it('waits for a node that answers the first heartbeat late, also when another message arrives before', async () => {
    const bus = memoryBus()
    const silent = proverOf('silent')
    const late = { type: 'alive', node: 'silent' } as const
    // It answers when the revocation is on its way already, and acknowledges nothing.
    await bus.subscribe(
      (message) => {
        if (message.type === 'change' && message.status === 'revoked') void bus.publish(silent.prove(late))
      },
      () => {},
    )
    const a = open({ bus, cache: SHORT })
    const { key } = await a.keyring.issue(ALICE)
    await a.keyring.ready()
    expect(await a.keyring.revokeAndWait(key.id, BY)).toMatchObject({ how: 'waited', nodes: 0 })
  })
})

describe('what is said without a proof during a read', () => {
  it('has the record read once more, so that an older answer is not kept', async () => {
    const bus = memoryBus()
    const a = open({ bus, cache: { pollMs: 60_000 } })
    const issued = await a.keyring.issue(ALICE)
    const before = await a.store.get(issued.key.id)
    const answers = [before]
    let release = (): void => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    let asked = (): void => {}
    const reading = new Promise<void>((resolve) => {
      asked = resolve
    })
    const get = async (id: string) => {
      const [first] = answers.splice(0, 1)
      if (first === undefined) return a.store.get(id)
      asked()
      await gate
      return first
    }
    const b = open({ bus, store: storeWith(a.store, { get }), cache: { pollMs: 60_000 } })
    await b.keyring.ready()
    const loading = Promise.resolve(b.keyring.get(issued.key.id))
    await reading
    // What a database says by itself, without a proof, of a change that another node made.
    const quiet = open({ store: a.store })
    await quiet.keyring.revoke(issued.key.id, BY)
    const said: BusMessage = { type: 'change', id: issued.key.id, rev: 2, status: 'revoked' }
    const arrived = new Promise<void>((resolve) => {
      void bus.subscribe(
        (message) => {
          if (message.type === 'change') resolve()
        },
        () => {},
      )
    })
    await bus.publish(said)
    await arrived
    release()
    expect((await loading)?.status).toBe('revoked')
  })
})
