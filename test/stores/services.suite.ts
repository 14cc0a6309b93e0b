import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSignedFetch } from '../../src/client/index.js'
import { sigv4, sigv4Key } from '../../src/schemes/sigv4/index.js'
import { type DenoKvLike, denoKvReplayStore } from '../../src/server/replay/deno-kv.js'
import { dynamodbReplayStore } from '../../src/server/replay/dynamodb.js'
import { redisReplayStore } from '../../src/server/replay/redis.js'
import type { ReplayClaim } from '../../src/server/replay/replay-store.js'
import { upstashCommands } from '../../src/server/replay/upstash.js'
import { replayStoreContract, type StoreSetup } from '../contract/replay-store.js'
import { describeRedis, type RedisServer, startRedis } from '../servers/redis.js'

/** The stores that are asked over HTTP or by a native module: Deno KV, DynamoDB as dynalite has it, and Redis behind Upstash's protocol. */

/** Of this folder's lockfile. */
const packages = createRequire(import.meta.url)
const PATIENT = { deadlineMs: 20_000 } as const
const TRAITS = { bounded: false, startsEmpty: true, claimsTellTime: false } as const
let count = 0
const fresh = (part: Partial<ReplayClaim> = {}): ReplayClaim => {
  const nowMs = Date.now()
  return { keyId: 'k', nonce: `nonce-${count++}`, createdMs: nowMs, expiresAtMs: nowMs + 300_001, nowMs, ...part }
}
const sinceOf = ({ maxAgeMs, restartBarrier }: StoreSetup): number | undefined =>
  restartBarrier === false ? Date.now() - 10 * maxAgeMs : undefined

describe('deno kv', () => {
  let kv: DenoKvLike & {
    close(): void
    delete(key: string[]): Promise<void>
    set(key: string[], value: string): Promise<unknown>
  }
  beforeAll(async () => {
    const { openKv } = packages('@deno/kv')
    kv = await openKv(':memory:')
  })
  afterAll(() => kv?.close())
  const markKey = (prefix: string): string[] => ['countersign-replay', 'mark', prefix]

  replayStoreContract(
    'Deno KV',
    async (setup) => {
      const { maxAgeMs, maxFutureMs } = setup
      const prefix = `t${count++}`
      const age = async (byMs: number): Promise<void> => {
        const window = `${maxAgeMs + 3_600_000} ${maxFutureMs + 3_600_000}`
        await kv.set(markKey(prefix), `${window} ${Math.max(1, Date.now() - 3_600_000 - byMs)}`)
      }
      const since = sinceOf(setup)
      if (since !== undefined) await age(10 * maxAgeMs)
      return { store: denoKvReplayStore({ kv, prefix, maxAgeMs, maxFutureMs, ...PATIENT }), age }
    },
    TRAITS,
  )

  it('refuses what was signed before the mark was deleted, also where an equal one was written since', async () => {
    const prefix = `t${count++}`
    const mark = '3900000 3605000 1'
    await kv.set(markKey(prefix), mark)
    const store = denoKvReplayStore({ kv, prefix, ...PATIENT })
    expect(await store.claim(fresh())).toBe('claimed')
    await kv.delete(markKey(prefix))
    await kv.set(markKey(prefix), mark)
    expect(await store.claim(fresh())).toBe('claimed')
    await kv.delete(markKey(prefix))
    expect(await store.claim(fresh())).toBe('barrier')
  })
})

describe('dynamodb', () => {
  let server: Server
  let endpoint: string
  const key = sigv4Key({
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  })
  let signedFetch: (url: string, init: RequestInit) => Promise<Response>
  const call = async (action: string, body: object): Promise<void> => {
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `DynamoDB_20120810.${action}` }
    const answer = await signedFetch(`${endpoint}/`, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(await answer.text())
  }
  beforeAll(async () => {
    const dynalite = packages('dynalite')
    server = dynalite({ createTableMs: 0, deleteTableMs: 0 })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    signedFetch = createSignedFetch(sigv4({ key, region: 'eu-central-1', service: 'dynamodb' }), {
      origins: [endpoint],
    })
    await call('CreateTable', {
      TableName: 'nonces',
      AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    })
  }, 60_000)
  afterAll(() => server?.close())
  const putMark = (prefix: string, mark: string): Promise<void> =>
    call('PutItem', { TableName: 'nonces', Item: { key: { S: `${prefix} mark` }, mark: { S: mark } } })

  replayStoreContract(
    'DynamoDB',
    async (setup) => {
      const { maxAgeMs, maxFutureMs } = setup
      const prefix = `t${count++}`
      const since = sinceOf(setup)
      if (since !== undefined) await putMark(prefix, `${maxAgeMs + 1_000} ${maxFutureMs + 1_000} ${since}`)
      const options = { fetch: signedFetch, endpoint, table: 'nonces', prefix, maxAgeMs, maxFutureMs, ...PATIENT }
      let store = dynamodbReplayStore(options)
      const age = async (byMs: number): Promise<void> => {
        await putMark(prefix, `${maxAgeMs + 1_000} ${maxFutureMs + 1_000} ${Date.now() - byMs}`)
        store = dynamodbReplayStore(options)
      }
      return {
        store: {
          maxAgeMs,
          maxFutureMs,
          get barrierMs() {
            return store.barrierMs
          },
          claim: (claim) => store.claim(claim),
        },
        age,
      }
    },
    TRAITS,
  )

  it('refuses what lies outside the window by the clock of the service', async () => {
    const prefix = `t${count++}`
    await putMark(prefix, '301000 6000 1')
    const store = dynamodbReplayStore({ fetch: signedFetch, endpoint, table: 'nonces', prefix, ...PATIENT })
    for (const offMs of [-1_800_000, 1_800_000]) {
      const nowMs = Date.now() + offMs
      expect(await store.claim(fresh({ nowMs, createdMs: nowMs, expiresAtMs: nowMs + 300_001 }))).toBe('clock')
    }
  })

  it('names what the service refused', async () => {
    const store = dynamodbReplayStore({ fetch: signedFetch, endpoint, table: 'absent', ...PATIENT })
    await expect(store.claim(fresh())).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: 'replay store: the server refused (ResourceNotFoundException)',
    })
  })
})

/** Upstash's REST protocol in front of a Redis: a POST of one command as JSON. */
async function startBridge(port: number, token: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const client = createClient({ socket: { host: '127.0.0.1', port } })
  await client.connect()
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const answer = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    if (request.headers.authorization !== `Bearer ${token}`)
      return answer(401, { error: 'WRONGPASS invalid or missing auth token' })
    try {
      answer(200, { result: await client.sendCommand(JSON.parse(Buffer.concat(chunks).toString())) })
    } catch (error) {
      answer(400, { error: (error as Error).message })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await client.close()
    },
  }
}

describeRedis('upstash', () => {
  const token = 'test-token-of-the-bridge'
  let redis: RedisServer | undefined
  let bridge: Awaited<ReturnType<typeof startBridge>>
  beforeAll(async () => {
    redis = await startRedis()
    bridge = await startBridge((redis as RedisServer).port, token)
  }, 60_000)
  afterAll(async () => {
    await bridge?.close()
    await redis?.stop()
  })

  replayStoreContract(
    'Upstash',
    async (setup) => {
      const { maxAgeMs, maxFutureMs } = setup
      const prefix = `t${count++}:`
      const client = upstashCommands({ url: bridge.url, token })
      const age = async (byMs: number): Promise<void> => {
        const mark = `${maxAgeMs + 1_000} ${maxFutureMs + 1_000} ${Date.now() - byMs}`
        await client.replace?.(`${prefix}epoch:any`, mark, 3_600_000)
      }
      if (setup.restartBarrier === false) await age(10 * maxAgeMs)
      const onWarning = (): void => {}
      return { store: redisReplayStore({ client, prefix, maxAgeMs, maxFutureMs, onWarning, ...PATIENT }), age }
    },
    TRAITS,
  )

  it('shows no token where it is refused', async () => {
    const client = upstashCommands({ url: bridge.url, token: 'another-token' })
    const store = redisReplayStore({ client, onWarning: () => {}, ...PATIENT })
    await expect(store.claim(fresh())).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: 'replay store: the server refused (WRONGPASS)',
    })
  })
})
