import { afterAll, describe, expect, it, test } from 'vitest'
import { incident } from '../../../src/audit/incident.js'
import { memoryAuditLog } from '../../../src/audit/memory.js'
import { isCountersignError } from '../../../src/errors.js'
import { OPERATIONS } from '../../../src/keyring/api/operations.js'
import { CLEARABLE, ISSUE_NAMES, neverExpires, SETTING_NAMES } from '../../../src/keyring/change/issue-options.js'
import { presetScopes } from '../../../src/keyring/change/scopes.js'
import { createKeyring } from '../../../src/keyring/keyring.js'
import type { IssuedKey, Keyring } from '../../../src/keyring/keyring-options.js'
import { RENEW_NAMES, ROTATE_NAMES, unboundRecords } from '../../../src/keyring/keyring-options.js'
import { handleLeakReport } from '../../../src/keyring/leaks/handle.js'
import { localKek } from '../../../src/keyring/record/kek.js'
import { createSealing } from '../../../src/keyring/record/sealing.js'
import { memoryKeyStore } from '../../../src/keyring/stores/memory.js'
import { caught, withCode } from '../../expect-code.js'
import { apiWorld, ROOT } from './api/world.js'
import { ALICE, BY, DAY, KEK, type KeyringWorld, keyringWorld } from './keyring-world.js'

const worlds: Array<{ readonly keyring: Keyring }> = []
afterAll(async () => {
  for (const { keyring } of worlds) await keyring.close()
})
const world = keyringWorld()
worlds.push(world)
const { keyring } = world

type Method = (id: string, options: never) => unknown
/** Each method that takes options: their names, and what must be there besides. */
const METHODS: Readonly<Record<string, readonly [Method, readonly string[], object?]>> = {
  issue: [(_, options) => keyring.issue(options), Object.keys(ISSUE_NAMES), { owner: 'alice' }],
  update: [keyring.update, [...Object.keys(SETTING_NAMES), 'reason']],
  rotate: [keyring.rotate, Object.keys(ROTATE_NAMES)],
  renew: [keyring.renew, Object.keys(RENEW_NAMES)],
  disable: [keyring.disable, ['actor', 'reason']],
  enable: [keyring.enable, ['actor', 'reason']],
  revoke: [keyring.revoke, ['actor', 'reason']],
  revokeAndWait: [keyring.revokeAndWait, ['actor', 'reason']],
  expire: [keyring.expire, ['actor', 'reason', 'atMs']],
  compromise: [keyring.compromise, ['actor', 'reason', 'sinceMs']],
  list: [
    (_, { actor: __, ...query }: { actor?: unknown }) => keyring.list(query),
    ['owner', 'status', 'after', 'limit'],
  ],
  rewrap: [(_, options) => keyring.rewrap(options), ['actor', 'reason']],
  bindRecords: [(_, options) => keyring.bindRecords(options), ['actor', 'reason']],
}

const made = async (): Promise<string> => (await keyring.issue({ owner: 'alice', ...BY })).key.id

/** Says which member, what it must be and what came. */
function expectNamed(found: unknown, name: string, got: string): void {
  expect(found, name).toSatisfy((error: unknown) => isCountersignError(error))
  expect((found as Error).message).toMatch(/"[\w.]+"/)
  expect((found as Error).message).toContain(`"${name}"`)
  expect((found as Error).message).toContain(`got ${got}`)
}

describe('no method of a keyring', () => {
  const members = Object.entries(METHODS).flatMap(([method, [, names]]) => names.map((name) => [method, name] as const))
  const ask = async (method: string, name: string, value: unknown) => {
    const [call, , more = {}] = METHODS[method] as (typeof METHODS)[string]
    const id = await made()
    const error = await caught(() => call(id, { ...BY, ...more, [name]: value } as never))
    return { id, error }
  }
  test.each(members)('%s: takes null for "%s", unless that takes something away', async (method, name) => {
    const { id, error } = await ask(method, name, null)
    if (method === 'update' && CLEARABLE.some((one) => one === name)) expect(error).toBeUndefined()
    else expectNamed(error, name, 'null')
    expect(await keyring.describe(id)).toMatchObject({ state: 'active' })
  })

  test.each(members)('%s: takes a promise for "%s"', async (method, name) => {
    const { error } = await ask(method, name, Promise.resolve('hunter2'))
    expectNamed(error, name, 'a Promise (is an await missing?)')
  })

  test('takes a moment in seconds, which would be one of long ago', async () => {
    const seconds = Math.floor(Date.now() / 1_000)
    const calls: Readonly<Record<string, (id: string) => unknown>> = {
      atMs: (id) => keyring.expire(id, { ...BY, atMs: seconds }),
      notBeforeMs: () => keyring.issue({ owner: 'alice', ...BY, notBeforeMs: seconds }),
      sinceMs: (id) => keyring.compromise(id, { ...BY, sinceMs: seconds }),
      fromMs: () => keyring.reminders(seconds)[Symbol.asyncIterator]().next(),
      toMs: () => keyring.reminders(0, seconds)[Symbol.asyncIterator]().next(),
      untilMs: (id) => incident(memoryAuditLog(), id, 0, { untilMs: seconds }),
      'actor.expiresAtMs': () =>
        keyring.issue({ owner: 'alice', actor: { id: 'k', scopes: ['a:b'], expiresAtMs: seconds * 1_000 + 0.5 } }),
    }
    for (const [name, call] of Object.entries(calls)) {
      const id = await made()
      expectNamed(
        await caught(() => call(id)),
        name,
        String(name === 'actor.expiresAtMs' ? `${seconds}000.5` : seconds),
      )
      expect(await keyring.describe(id)).toMatchObject({ state: 'active' })
    }
    expectNamed(await caught(() => incident(memoryAuditLog(), 'k', null as never)), 'sinceMs', 'null')
  })

  test.each(['policy', 'allowIp', 'denyIp', 'allowZeroPrefix', 'rateLimit', 'lockAfterIdleMs', 'expiresAtMs'])(
    'takes an actor whose "%s" limits nothing',
    async (name) => {
      for (const [value, got] of [
        [null, 'null'],
        ['5', 'a string'],
        [Promise.resolve(1), 'a Promise (is an await missing?)'],
      ] as const) {
        const by = { id: 'k', scopes: ['a:b'], [name]: value } as never
        expectNamed(await caught(() => keyring.issue({ owner: 'alice', actor: by })), `actor.${name}`, got)
      }
    },
  )

  test('takes a format of bytes where there are none', async () => {
    const found = await caught(() => keyring.issue({ owner: 'alice', ...BY, format: 'raw' }))
    expectNamed(found, 'format', 'a string')
  })
})

test('members of the options of a keyring may be undefined, and are never null', async () => {
  const names = ['ttlMs', 'negativeTtlMs', 'disconnectedTtlMs', 'maxEntries', 'pollMs']
  for (const name of names) {
    worlds.push(keyringWorld({ cache: { pollMs: 0, [name]: undefined } }))
    expectNamed(await caught(() => keyringWorld({ cache: { [name]: null } as never })), name, 'null')
  }
  for (const value of [null, 'yes', 1])
    expectNamed(
      await caught(() => keyringWorld({ [unboundRecords]: value } as never)),
      'unboundRecords',
      value === null ? 'null' : value === 1 ? 'a number' : 'a string',
    )
  for (const name of ['cache', 'usage'])
    expect(
      await caught(() => createKeyring({ store: memoryKeyStore(), prefix: 'acme', [name]: Promise.resolve({}) })),
    ).toMatchObject({ message: expect.stringContaining(`"${name}"`) })
})

describe('the admin API', () => {
  const api = apiWorld()
  worlds.push(api)
  let root: Promise<IssuedKey> | undefined
  const bodies = Object.entries(OPERATIONS).flatMap(([name, { method, path, body }]) =>
    Object.keys(body?.properties ?? {}).map((member) => [name, member, `${method} /v1${path}`] as const),
  )
  test.each(bodies)('%s: refuses null for "%s", unless that takes something away', async (name, member, what) => {
    root ??= api.issued({ scopes: ROOT, [neverExpires]: true })
    const by = await root
    const { json } = await api.ask(by, 'POST /v1/keys', { owner: 'alice', scopes: ['orders:read'] })
    const { id } = json.key
    const { status, json: said } = await api.ask(by, what.replace('{id}', id), {
      ...(name === 'issue' ? { owner: 'alice', scopes: ['orders:read'] } : {}),
      [member]: null,
    })
    if (name === 'update' && CLEARABLE.some((one) => one === member)) expect(status).toBe(200)
    else {
      expect(status).toBe(400)
      expect(said).toMatchObject({ code: 'ARGUMENT_INVALID' })
      expect(said.detail).toMatch(new RegExp(`^"${member}" must be .+, got null$`))
    }
    expect(await api.keyring.describe(id)).toMatchObject({ state: 'active' })
  })
})

const fresh = (): KeyringWorld => {
  const made = keyringWorld()
  worlds.push(made)
  return made
}

describe('junk as an argument', () => {
  const thrower = {
    get by(): never {
      throw new Error('getter')
    },
    get owner(): never {
      throw new Error('getter')
    },
  }
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error('trap')
      },
      ownKeys: () => {
        throw new Error('trap')
      },
    },
  )
  const JUNK: readonly unknown[] = [
    ...[
      undefined,
      null,
      0,
      5,
      Number.NaN,
      '',
      'x',
      true,
      Symbol('s'),
      5n,
      () => {},
      [],
      [undefined],
      {},
      thrower,
      hostile,
    ],
    ...[
      Object.create(null),
      { actor: hostile },
      { actor: { id: 'x', scopes: hostile } },
      { actor: { id: 'x' } },
      { actor: 'x', reason: 5 },
    ],
  ]
  it('is a typed error, from every function', async () => {
    const w = fresh()
    const { key } = await w.keyring.issue({ ...ALICE, lockAfterIdleMs: DAY })
    const { keyring } = w
    const members: readonly object[] = JUNK.flatMap((junk) =>
      [
        'owner',
        'scopes',
        'tags',
        'policy',
        'allowIp',
        'denyIp',
        'rateLimit',
        'secret',
        'publicKey',
        'format',
        'algorithm',
        'name',
        'reason',
        'overlapMs',
        'compromised',
        'expiresInMs',
        'notBeforeMs',
        'atMs',
        'sinceMs',
        'rotateEveryMs',
        'allowZeroPrefix',
      ].map((name) => ({ ...ALICE, [name]: junk })),
    )
    const wrong: Array<[string, unknown, unknown]> = []
    const calls: Record<string, (junk: never) => unknown> = {
      get: (junk) => keyring.get(junk),
      describe: (junk) => keyring.describe(junk),
      list: (junk) => keyring.list(junk),
      'list owner': (junk) => keyring.list({ owner: junk }),
      'list status': (junk) => keyring.list({ status: junk }),
      'list after': (junk) => keyring.list({ after: junk }),
      issue: (junk) => keyring.issue(junk),
      findBySecret: (junk) => keyring.findBySecret(junk),
      rewrap: (junk) => keyring.rewrap(junk),
      reminders: (junk) => keyring.reminders(junk)[Symbol.asyncIterator]().next(),
      localKek: (junk) => localKek(junk),
      presetScopes: (junk) => presetScopes(junk, junk),
      handleLeakReport: (junk) => handleLeakReport(junk),
      createKeyring: (junk) => createKeyring(junk),
      createSealing: (junk) => createSealing(junk),
    }
    for (const name of [
      'update',
      'rotate',
      'renew',
      'disable',
      'enable',
      'expire',
      'revoke',
      'revokeAndWait',
      'compromise',
    ] as const) {
      calls[name] = (junk) => keyring[name](junk, BY)
      calls[`${name} with`] = (junk) => keyring[name](key.id, junk)
    }
    for (const name of [
      'store',
      'bus',
      'clock',
      'audit',
      'onError',
      'cache',
      'usage',
      'sealing',
      'prefix',
      'environment',
      'storeTimeoutMs',
    ])
      calls[`createKeyring ${name}`] = (junk) => {
        const made = createKeyring({
          store: memoryKeyStore(),
          prefix: 'acme',
          cache: { pollMs: 0 },
          [name]: junk,
        } as never)
        worlds.push({ keyring: made })
      }
    for (const name of ['primary', 'others', 'indexSecret', 'formerIndexSecrets', 'encryption', 'timeoutMs'])
      calls[`createSealing ${name}`] = (junk) => createSealing({ primary: KEK, [name]: junk })
    for (const [name, call] of Object.entries(calls))
      for (const junk of JUNK) {
        const error = await caught(() => call(junk as never))
        if (error !== undefined && !isCountersignError(error))
          wrong.push([name, junk === hostile ? 'hostile' : junk, error])
      }
    for (const name of ['issue', 'update', 'rotate', 'renew', 'expire', 'compromise'] as const)
      for (const options of members) {
        const error = await caught(() =>
          name === 'issue' ? keyring.issue(options as never) : keyring[name](key.id, options as never),
        )
        if (error !== undefined && !isCountersignError(error)) wrong.push([name, Object.keys(options), error])
      }
    expect(wrong.map(([name, , error]) => `${name}: ${error}`)).toEqual([])
  })

  it('is refused where it would otherwise be ignored', async () => {
    const { keyring } = fresh()
    const { key } = await keyring.issue(ALICE)
    await expect(keyring.rotate(key.id, { ...BY, compromised: 'no' } as never)).rejects.toThrow(
      withCode('ARGUMENT_INVALID'),
    )
    await expect(keyring.compromise(key.id, { ...BY, sinceMs: Number.NaN })).rejects.toThrow(
      withCode('ARGUMENT_INVALID'),
    )
    await expect(keyring.reminders(Number.NaN)[Symbol.asyncIterator]().next()).rejects.toThrow(
      withCode('ARGUMENT_INVALID'),
    )
    expect((await keyring.describe(key.id)).state).toBe('active')
    for (const part of [
      { audit: {} },
      { bus: {} },
      { clock: {} },
      { sealing: {} },
      { onError: 5 },
      { store: { get() {}, write() {} } },
      { cache: null },
      { usage: 5 },
    ])
      expect(
        () => createKeyring({ store: memoryKeyStore(), prefix: 'acme', ...part } as never),
        JSON.stringify(part),
      ).toThrow(withCode('CONFIG_INVALID'))
    expect(() => handleLeakReport({ keyrings: [], prefix: 'acme' })).toThrow(withCode('CONFIG_INVALID'))
    for (const timeoutMs of [Number.NaN, 0, -1])
      expect(() => createSealing({ primary: KEK, timeoutMs })).toThrow(withCode('CONFIG_INVALID'))
  })

  it('cannot change between its check and its use', async () => {
    const w = fresh()
    let reads = 0
    const shifty = {
      ...ALICE,
      get scopes() {
        return reads++ === 0 ? ['orders:read'] : ['*:*']
      },
    }
    const { key } = await w.keyring.issue(shifty)
    expect((await w.keyring.describe(key.id)).scopes).toEqual(['orders:read'])
  })
})
