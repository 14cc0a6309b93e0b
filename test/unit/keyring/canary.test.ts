import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createAuditLog } from '../../../src/audit/log.js'
import { lineSink, memoryAuditLog } from '../../../src/audit/memory.js'
import { hmacKey } from '../../../src/crypto/hmac-key.js'
import { Secret } from '../../../src/crypto/secret.js'
import { VERDICT_STATUS, type VerdictCode } from '../../../src/errors.js'
import { createKeyringApi } from '../../../src/keyring/api/api.js'
import type { KeyStore } from '../../../src/keyring/key-store.js'
import { createKeyring } from '../../../src/keyring/keyring.js'
import type { KeyringOptions } from '../../../src/keyring/keyring-options.js'
import { handleLeakReport } from '../../../src/keyring/leaks/handle.js'
import { localKek } from '../../../src/keyring/record/kek.js'
import { newSecretText } from '../../../src/keyring/record/key-format.js'
import { createSealing } from '../../../src/keyring/record/sealing.js'
import { fileKeyStore } from '../../../src/keyring/stores/file.js'
import { memoryKeyStore } from '../../../src/keyring/stores/memory.js'
import { postgresKeyStore } from '../../../src/keyring/stores/postgres.js'
import { redisKeyStore } from '../../../src/keyring/stores/redis.js'
import { rfc9421Verifier } from '../../../src/schemes/rfc9421/verifier.js'
import { strictPolicy } from '../../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../../src/server/replay/memory.js'
import { createVerifier } from '../../../src/server/verifier.js'
import { needlesOf, PRINTERS } from '../../attacks/printers.js'
import { HOST, order, sign } from '../../attacks/world.js'
import { openPglite } from '../../servers/postgres.js'
import { hasRedis, startRedis } from '../../servers/redis.js'
import { THOROUGH } from '../../thorough.js'
import { storeWith } from './keyring-world.js'

// Of every store, keyring and verifier: a busy machine may keep an answer for longer than their defaults.
const PATIENT = { timeoutMs: 10_000 } as const
const PATIENT_KEYRING = { storeTimeoutMs: 10_000 } as const
const PATIENT_VERIFIER = { storeTimeoutMs: 20_000 } as const

// Three digits each: an inspected array pads shorter ones, and a search would miss it.
const bytes = (step: number): Uint8Array => new Uint8Array(32).map((_, i) => 100 + ((step * i + 7 * step + 11) % 156))
const KEK = bytes(37)
const INDEX = bytes(53)
const IMPORTED = bytes(71)
const ISSUED = newSecretText({ prefix: 'acme' }, 'live')

const hidden = (): readonly string[] => [
  ...[KEK, INDEX, IMPORTED].flatMap(needlesOf),
  // The random part of a secret, in the clear and as a program would encode it.
  ...[...needlesOf(new TextEncoder().encode(ISSUED.slice(11))), ISSUED.slice(11, 31), ISSUED.slice(-12)],
]
const assertSilent = (text: string, where: string): void => {
  for (const needle of hidden()) if (text.includes(needle)) throw new Error(`${where} shows a secret`)
}

let printed = ''
const consoles = ['log', 'info', 'warn', 'error', 'debug'] as const
beforeEach(() => {
  printed = ''
  for (const name of consoles)
    vi.spyOn(console, name).mockImplementation((...values: unknown[]) => {
      for (const print of Object.values(PRINTERS)) printed += values.map(print).join(' ')
    })
})
afterEach(() => {
  vi.restoreAllMocks()
})

const folder = mkdtempSync(join(tmpdir(), 'countersign-canary-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Each kind of store, and everything that lies in it as text. */
const STORES: Readonly<
  Record<string, () => Promise<{ store: KeyStore; dump: () => Promise<string>; close?: () => Promise<void> }>>
> = {
  memory: async () => {
    const store = memoryKeyStore()
    return {
      store,
      dump: async () => JSON.stringify(store.list({ limit: 1_000 })) + PRINTERS['util.inspect']?.(store),
    }
  },
  file: async () => ({
    store: fileKeyStore(join(folder, 'keys')),
    dump: async () =>
      readdirSync(folder)
        .map((name) => readFileSync(join(folder, name), 'latin1'))
        .join('\n'),
  }),
  ...(hasRedis && {
    Redis: async () => {
      const server = await startRedis()
      const client = new Redis({ port: server?.port as number })
      return {
        store: redisKeyStore({ client, onWarning: () => {}, ...PATIENT }),
        dump: () => redisText(client),
        close: async () => {
          client.disconnect()
          await server?.stop()
        },
      }
    },
  }),
  ...(THOROUGH && {
    PGlite: async () => {
      const db = await openPglite()
      const store = postgresKeyStore({ query: (text, values) => db.query(text, values as unknown[]), ...PATIENT })
      await store.migrate()
      return {
        store,
        dump: async () => {
          const { rows: tables } = await db.query<{ name: string }>(
            "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
          )
          const rows = await Promise.all(tables.map(({ name }) => db.query(`SELECT t::text AS row FROM ${name} t`)))
          expect(rows.flatMap((one) => one.rows).length).toBeGreaterThan(1)
          return JSON.stringify(rows.map((one) => one.rows))
        },
        close: () => db.close(),
      }
    },
  }),
}

/** Everything in a Redis, as text. */
async function redisText(client: Redis): Promise<string> {
  const READ: Readonly<Record<string, (key: string) => Promise<unknown>>> = {
    string: (key) => client.get(key),
    hash: (key) => client.hgetall(key),
    zset: (key) => client.call('ZRANGE', key, '0', '-1', 'WITHSCORES'),
    set: (key) => client.smembers(key),
    list: (key) => client.lrange(key, 0, -1),
  }
  const values: unknown[] = []
  for (const key of await client.keys('*')) values.push(key, await READ[await client.type(key)]?.(key))
  expect(values.length).toBeGreaterThan(2)
  return JSON.stringify(values)
}

if (!hasRedis) console.warn('*** canary secrets over a Redis store: SKIPPED, no redis-server on this machine ***')

describe.each(Object.keys(STORES))('canary secrets over a %s store', (name) => {
  it('are in no object, error, event, line, answer or row', async () => {
    const { store, dump, close } = await (STORES[name] as (typeof STORES)[string])()
    const lines: string[] = []
    const log = createAuditLog({
      sinks: [lineSink((line) => lines.push(line)), memoryAuditLog()],
      chain: true,
      digests: true,
    })
    const kek = localKek(new Secret(KEK))
    const sealing = createSealing({ primary: kek, indexSecret: new Secret(INDEX) })
    const options: KeyringOptions = {
      store,
      prefix: 'acme',
      sealing,
      audit: log,
      cache: { pollMs: 0 },
      ...PATIENT_KEYRING,
    }
    const keyring = createKeyring(options)
    const actor = 'canary'
    const seen: unknown[] = [kek, sealing, options, keyring, store, log]
    const errors: unknown[] = []
    const fails = async (call: () => unknown): Promise<void> => {
      try {
        await call()
      } catch (error) {
        errors.push(error)
        return
      }
      throw new Error(`expected a refusal: ${call}`)
    }

    const one = await keyring.issue({ owner: 'a', scopes: ['keys:*'], secret: Secret.fromText(ISSUED), actor })
    const two = await keyring.issue({ owner: 'b', scopes: [], secret: IMPORTED, actor })
    const verifier = createVerifier({
      schemes: [rfc9421Verifier()],
      keys: keyring,
      policy: strictPolicy({ authorities: [HOST] }),
      replay: memoryReplayStore({ restartBarrier: false }),
      audit: log.sink,
      ...PATIENT_VERIFIER,
    })
    const key = hmacKey({ keyId: one.key.id, algorithm: 'hmac-sha256', secret: Secret.fromText(ISSUED) })
    const signed = await sign(order(), { key, nowMs: Date.now() })
    for (const request of [signed, signed, { ...signed, target: '/x' }, order()])
      seen.push(await verifier.verify(request, { clientIp: '10.1.2.3' }))
    seen.push(one, two, await keyring.get(one.key.id), await keyring.describe(one.key.id), await keyring.list())
    expect(await keyring.findBySecret(ISSUED)).toBe(one.key.id)
    seen.push(await keyring.rotate(two.key.id, { secret: bytes(91), actor }), await keyring.rewrap({ actor }))

    // A typing error at a place where a secret is at hand must not print it.
    await fails(() => keyring.describe(ISSUED))
    await fails(() => keyring.revoke(ISSUED, { actor }))
    await fails(() => keyring.issue({ owner: 'a', scopes: [ISSUED], actor }))
    await fails(() => keyring.issue({ owner: 'a', scopes: [], algorithm: ISSUED as never, actor }))
    await fails(() => keyring.issue({ owner: 'a', scopes: [], secret: KEK.slice(0, 20), actor }))
    await fails(() => keyring.issue({ owner: 'a', scopes: [], secret: ISSUED as never, actor }))
    await fails(() => keyring.issue({ owner: 'a', scopes: [], publicKey: ISSUED, algorithm: 'ed25519', actor }))
    await fails(() => keyring.issue({ owner: 'a', scopes: [], allowIp: [ISSUED.slice(0, 3)], actor }))
    await fails(() => keyring.list({ limit: ISSUED as never }))
    await fails(() => keyring.rotate(two.key.id, { secret: IMPORTED, actor }))
    await fails(() => keyring.expire(one.key.id, { actor, atMs: Number.MAX_SAFE_INTEGER }))
    await fails(() => createKeyring({ ...options, prefix: ISSUED }))
    await fails(() => createSealing({ primary: { id: ISSUED.slice(11), key: KEK.slice(1) } }))
    await fails(() => createSealing({ primary: { id: 'k', key: KEK }, indexSecret: INDEX.slice(1) }))
    await fails(() => localKek(Secret.fromText(`${ISSUED}x`)))
    const stored = await store.get(one.key.id)
    for (const part of [{ throws: true }, { answers: { ...stored, material: { kind: 'sealed', sealed: ISSUED } } }]) {
      const get = () => {
        if ('throws' in part) throw new Error(`row of ${ISSUED} ${Buffer.from(KEK).toString('hex')}`)
        return part.answers
      }
      const broken = createKeyring({ ...options, store: storeWith(store, { get }) })
      await fails(() => broken.describe(one.key.id))
      const verdict = await createVerifier({
        schemes: [rfc9421Verifier()],
        keys: broken,
        policy: strictPolicy({ authorities: [HOST] }),
        replay: memoryReplayStore({ restartBarrier: false }),
        audit: log.sink,
        ...PATIENT_VERIFIER,
      }).verify(signed)
      expect(verdict).toMatchObject({ code: 'STORE_UNAVAILABLE' })
      seen.push(verdict)
      await broken.close()
    }

    // Answers that go out.
    const api = createKeyringApi({ keyring, onError: (error) => seen.push(error) })
    const leaks = handleLeakReport({ keyrings: keyring, prefix: 'acme', publicKeys: async () => [], audit: log })
    seen.push(api, leaks)
    const answers: string[] = []
    for (const path of ['/v1/keys', `/v1/keys/${one.key.id}`, `/v1/keys/${ISSUED}`]) {
      const request = await sign(
        { ...order(), method: 'GET', target: path, fields: [], body: null },
        { key, nowMs: Date.now() },
      )
      const verdict = await verifier.verify(request)
      expect(verdict.ok).toBe(true)
      if (verdict.ok) answers.push(await (await api(new Request(`http://${HOST}${path}`), verdict)).text())
    }
    seen.push(await keyring.compromise(one.key.id, { actor }))
    await log.flush()

    expect(errors.length).toBeGreaterThan(14)
    for (const value of [...seen, ...errors])
      for (const [printer, print] of Object.entries(PRINTERS)) assertSilent(print(value), printer)
    // The id of a store's row may be requested by a caller who pastes a secret in its place: that one text is the caller's.
    for (const [where, text] of Object.entries({ lines: lines.join('\n'), answers: answers.join('\n'), printed }))
      assertSilent(text, where)
    assertSilent(await dump(), 'the store')
    expect(lines.length).toBeGreaterThan(5)
    await keyring.close()
    await log.close()
    await close?.()
  })
})

it('finds what is not hidden, so that the search means something', () => {
  expect(() => assertSilent(JSON.stringify({ secret: ISSUED }), 'x')).toThrow()
  for (const value of [{ kek: KEK }, { text: ISSUED }])
    expect(Object.values(PRINTERS).some((print) => hidden().some((needle) => print(value).includes(needle)))).toBe(true)
})

it('are in no refusal, whatever its code', async () => {
  for (const thrown of Object.keys(VERDICT_STATUS) as VerdictCode[]) {
    const verifier = createVerifier({
      schemes: [rfc9421Verifier()],
      keys: {
        get: () => {
          throw Object.assign(new Error(`${thrown} ${ISSUED}`), { code: thrown })
        },
      },
      policy: strictPolicy({ authorities: [HOST] }),
      replay: memoryReplayStore({ restartBarrier: false }),
    })
    const key = hmacKey({ keyId: 'k', algorithm: 'hmac-sha256', secret: Secret.fromText(ISSUED) })
    const verdict = await verifier.verify(await sign(order(), { key, nowMs: Date.now() }))
    expect(verdict.ok).toBe(false)
    for (const [printer, print] of Object.entries(PRINTERS)) assertSilent(print(verdict), printer)
  }
})
