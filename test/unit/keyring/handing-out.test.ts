import { beforeAll, describe, expect, it } from 'vitest'
import type { KeyPolicy } from '../../../src/access/key-record.js'
import { POLICY_LIMITS } from '../../../src/access/limits.js'
import { isCountersignError } from '../../../src/errors.js'
import { unlimitedAdmins } from '../../../src/keyring/api/api.js'
import { actorOf, LIMITING, limitsOf } from '../../../src/keyring/change/actor.js'
import { type IssueOptions, neverExpires } from '../../../src/keyring/change/issue-options.js'
import type { IssuedKey } from '../../../src/keyring/keyring-options.js'
import type { StoredKey } from '../../../src/keyring/record/key-record.js'
import { RECORD_FIELDS } from '../../../src/keyring/record/stored-key.js'
import { HOST, NOW } from '../../attacks/world.js'
import { withCode } from '../../expect-code.js'
import { type ApiWorld, apiWorld, PEER } from './api/world.js'
import { ALICE, BY, closedWorlds, DAY } from './keyring-world.js'

const { open } = closedWorlds()

const HOUR = 3_600_000

/** What each field of a record is. A field that is added is missing here until it is decided whether it limits a key. */
const ROLES: { readonly [K in keyof Required<StoredKey>]: 'limits' | 'says' | 'state' | 'secret' } = {
  v: 'state',
  id: 'says',
  rev: 'state',
  environment: 'says',
  owner: 'says',
  name: 'says',
  tags: 'says',
  algorithm: 'secret',
  material: 'secret',
  secretHash: 'secret',
  version: 'state',
  lineage: 'says',
  replaces: 'says',
  replacedBy: 'says',
  overlapUntilMs: 'state',
  status: 'state',
  createdAtMs: 'state',
  createdBy: 'says',
  changedAtMs: 'state',
  // Before it a key is refused: later than another's is less.
  notBeforeMs: 'says',
  expiresAtMs: 'limits',
  rotateAtMs: 'says',
  rotateEveryMs: 'says',
  scopes: 'limits',
  policy: 'limits',
  allowIp: 'limits',
  denyIp: 'limits',
  // Only says that a range is meant.
  allowZeroPrefix: 'says',
  rateLimit: 'limits',
  lockAfterIdleMs: 'limits',
  activeSinceMs: 'state',
  disabledBy: 'says',
  disabledReason: 'says',
  revokedAtMs: 'state',
  revokedBy: 'says',
  revokedReason: 'says',
  mac: 'secret',
}

/** A key that is limited in everything there is, and ends in an hour. */
const OWN = {
  scopes: ['keys:*', 'orders:read'],
  policy: {
    methods: ['GET', 'POST', 'PATCH'],
    pathPrefixes: ['/v1'],
    hosts: [HOST],
    maxBodyBytes: 10_000,
    maxAgeMs: 20_000,
    maxFutureMs: 3_000,
    requireNonce: true,
    requireBodyDigest: true,
  },
  allowIp: ['203.0.113.0/24'],
  denyIp: ['203.0.113.128/25'],
  rateLimit: { limit: 100, windowMs: 60_000 },
  lockAfterIdleMs: 2 * HOUR,
  expiresInMs: HOUR,
} satisfies Partial<IssueOptions>

type Stated = { readonly [name: string]: unknown }
const policy = (part: object): Stated => ({ policy: part })

/** For each limit: what says less than the own one, and what says more, in a request to issue a key. */
const STATED: Readonly<Record<string, { readonly less: readonly Stated[]; readonly more: readonly Stated[] }>> = {
  scopes: {
    less: [{ scopes: [] }, { scopes: ['orders:read'] }],
    more: [{ scopes: ['orders:write'] }, { scopes: ['*:*'] }],
  },
  allowIp: {
    less: [{ allowIp: [PEER] }, { allowIp: ['203.0.113.0/28'] }],
    more: [{ allowIp: [] }, { allowIp: ['198.51.100.1'] }, { allowIp: ['0.0.0.0/0'], allowZeroPrefix: true }],
  },
  denyIp: {
    less: [{ denyIp: ['203.0.113.64/26', '203.0.113.128/25'] }],
    more: [{ denyIp: [] }, { denyIp: ['203.0.113.128/26'] }],
  },
  rateLimit: {
    less: [{ rateLimit: { limit: 99, windowMs: 60_000 } }, { rateLimit: { limit: 100, windowMs: 60_001 } }],
    more: [{ rateLimit: { limit: 101, windowMs: 60_000 } }, { rateLimit: { limit: 100, windowMs: 59_999 } }],
  },
  lockAfterIdleMs: { less: [{ lockAfterIdleMs: HOUR }], more: [{ lockAfterIdleMs: 3 * HOUR }] },
  expiresAtMs: {
    less: [{ expiresInMs: HOUR }, { expiresInMs: 1_000 }],
    more: [
      { expiresInMs: HOUR + 1 },
      { expiresInMs: 3_650 * DAY },
      { neverExpires: true },
      { expiresInMs: HOUR, notBeforeMs: NOW + 1 },
    ],
  },
  'policy.methods': { less: [policy({ methods: ['GET'] })], more: [policy({ methods: ['GET', 'DELETE'] })] },
  'policy.pathPrefixes': {
    less: [policy({ pathPrefixes: ['/v1/orders', '/v1'] })],
    more: [policy({ pathPrefixes: ['/'] }), policy({ pathPrefixes: ['/v1', '/v11'] })],
  },
  'policy.hosts': { less: [policy({ hosts: [HOST] })], more: [policy({ hosts: [HOST, 'b.example.com'] })] },
  'policy.maxBodyBytes': { less: [policy({ maxBodyBytes: 10_000 })], more: [policy({ maxBodyBytes: 10_001 })] },
  'policy.maxAgeMs': { less: [policy({ maxAgeMs: 1 })], more: [policy({ maxAgeMs: 20_001 })] },
  'policy.maxFutureMs': { less: [policy({ maxFutureMs: 0 })], more: [policy({ maxFutureMs: 3_001 })] },
  'policy.requireNonce': { less: [policy({ requireNonce: true })], more: [policy({ requireNonce: false })] },
  'policy.requireBodyDigest': {
    less: [policy({ requireBodyDigest: true })],
    more: [policy({ requireBodyDigest: false })],
  },
}

/** Members of a change of the same key; an end is changed by `renew` only. */
const LOOSER: readonly Stated[] = [
  { scopes: ['orders:write'] },
  { policy: {} },
  ...(Object.keys(POLICY_LIMITS) as (keyof KeyPolicy)[]).map((name) => {
    const { [name]: _, ...rest } = OWN.policy
    return { policy: rest }
  }),
  { allowIp: [] },
  { denyIp: [] },
  { rateLimit: null },
  { lockAfterIdleMs: null },
  { lockAfterIdleMs: 3 * HOUR },
]

let world: ApiWorld
/** Without an admin scope, and with one. */
let callers: readonly IssuedKey[]
beforeAll(async () => {
  world = apiWorld()
  const { scopes, ...rest } = OWN
  callers = [
    await world.issued({ owner: 'alice', ...rest, scopes: ['keys:read', 'keys:write', ...scopes.slice(1)] }),
    await world.issued({ owner: 'alice', ...OWN }),
  ]
})
const asks = async (by: IssuedKey, what: string, body?: object) => {
  const { json, status } = await world.ask(by, what, body)
  return { code: (json?.code ?? status) as unknown, json, detail: json?.detail as string | undefined }
}

describe('what limits a key', () => {
  it('is decided for every field of the record, and for every member of its policy', () => {
    expect(Object.keys(ROLES).sort()).toEqual([...RECORD_FIELDS].sort())
    const limits = RECORD_FIELDS.filter((name) => ROLES[name] === 'limits')
    expect([...limits].sort()).toEqual([...LIMITING].sort())
    const members = Object.keys(POLICY_LIMITS).map((name) => `policy.${name}`)
    expect(Object.keys(STATED).sort()).toEqual([...limits.filter((name) => name !== 'policy'), ...members].sort())
  })
})

describe.each([
  ['below an admin', 0],
  ['of an admin', 1],
] as const)('a key %s, with every limit there is, over the API', (_, at) => {
  const caller = (): IssuedKey => callers[at] as IssuedKey

  it('issues a sister that is limited as it is, where nothing is given', async () => {
    const { code, json } = await asks(caller(), 'POST /v1/keys', { scopes: ['orders:read'] })
    expect(code).toBe(201)
    const { policy: held, allowIp, denyIp, rateLimit, lockAfterIdleMs } = OWN
    expect(json.key).toMatchObject({ policy: held, allowIp, denyIp, rateLimit, lockAfterIdleMs })
    expect(json.key.expiresAtMs).toBe(NOW + HOUR)
    // And that sister's sister, too: nothing grows over a second step.
    expect(json.key.scopes).toEqual(['orders:read'])
    expect((await asks(caller(), 'POST /v1/keys', {})).json.key.scopes).toEqual([])
  })

  it.each(Object.keys(STATED))('hands out less of "%s", and not more', async (name) => {
    const { less, more } = STATED[name] as (typeof STATED)[string]
    for (const stated of less) {
      const { code, json } = await asks(caller(), 'POST /v1/keys', stated)
      expect([stated, code]).toEqual([stated, 201])
      // What is not given in a policy is inherited, member by member.
      expect(Object.keys(json.key.policy).sort()).toEqual(Object.keys(OWN.policy).sort())
    }
    for (const stated of more) {
      const { code, detail } = await asks(caller(), 'POST /v1/keys', stated)
      expect([stated, code]).toEqual([stated, 'SCOPE_DENIED'])
      expect(detail).toMatch(name === 'expiresAtMs' ? /"(?:expiresInMs|neverExpires)"/ : new RegExp(`"${name}"`))
    }
  })

  it('begins no key at or after its own end', async () => {
    expect((await asks(caller(), 'POST /v1/keys', { notBeforeMs: NOW + HOUR - 1 })).json.key.expiresAtMs).toBe(
      NOW + HOUR,
    )
    expect((await asks(caller(), 'POST /v1/keys', { notBeforeMs: NOW + HOUR })).code).toBe('ARGUMENT_INVALID')
  })

  it('takes over no key that is more than it is: by rotating, renewing, enabling or reporting it', async () => {
    const { json } = await asks(caller(), 'POST /v1/keys', { scopes: ['orders:read'] })
    const path = `/v1/keys/${json.key.id}`
    const next = await asks(caller(), `POST ${path}/rotate`)
    expect(next.code).toBe(201)
    const renewed = await asks(caller(), `POST /v1/keys/${next.json.key.id}/renew`)
    expect([renewed.code, renewed.json.key.expiresAtMs]).toEqual([201, NOW + HOUR])
    for (const life of [{ expiresInMs: HOUR + 1 }, { neverExpires: true }])
      expect((await asks(caller(), `POST /v1/keys/${renewed.json.key.id}/renew`, life)).code).toBe('SCOPE_DENIED')
    const { expiresInMs: __, ...rest } = OWN
    const wider: readonly Partial<IssueOptions>[] = [
      { ...rest, scopes: [], expiresInMs: HOUR + 1 },
      { ...rest, scopes: [], [neverExpires]: true },
      { ...OWN, scopes: [], policy: {} },
      ...(Object.keys(POLICY_LIMITS) as (keyof KeyPolicy)[]).map((name) => {
        const { [name]: ___, ...policyOf } = OWN.policy
        return { ...OWN, scopes: [], policy: policyOf }
      }),
      { ...OWN, scopes: [], allowIp: [] },
      { ...OWN, scopes: [], denyIp: [] },
      { ...OWN, scopes: ['orders:write'] },
      (({ rateLimit: ____, ...without }) => ({ ...without, scopes: [] }))(OWN),
      (({ lockAfterIdleMs: ____, ...without }) => ({ ...without, scopes: [] }))(OWN),
    ]
    for (const options of wider) {
      const { key } = await world.issued({ owner: 'alice', ...options })
      const asked = JSON.stringify(options)
      // A renewed one gets a life of its own, which ends with the caller's.
      const isLonger = options.expiresInMs !== HOUR
      for (const act of isLonger ? ['rotate'] : ['rotate', 'renew'])
        expect([asked, act, (await asks(caller(), `POST /v1/keys/${key.id}/${act}`)).code]).toEqual([
          asked,
          act,
          'SCOPE_DENIED',
        ])
      await world.keyring.disable(key.id, BY)
      if (at === 1)
        expect([asked, (await asks(caller(), `POST /v1/keys/${key.id}/enable`)).code]).toEqual([asked, 'SCOPE_DENIED'])
      await world.keyring.enable(key.id, BY)
      // It is revoked all the same, and has no successor.
      const { code, json: told } = await asks(caller(), `POST /v1/keys/${key.id}/compromise`)
      expect([asked, code, told.key.state, told.problem, told.replacement]).toEqual([
        asked,
        200,
        'revoked',
        'SCOPE_DENIED',
        undefined,
      ])
    }
  })

  it('loosens no other key, and may narrow one that lives longer', async () => {
    const { json } = await asks(caller(), 'POST /v1/keys', { scopes: ['orders:read'] })
    for (const part of LOOSER) {
      const { code } = await asks(caller(), `PATCH /v1/keys/${json.key.id}`, part)
      expect([part, code]).toEqual([part, 'SCOPE_DENIED'])
    }
    expect((await world.keyring.describe(json.key.id)).rev).toBe(1)
    const { key } = await world.issued({ owner: 'alice', ...OWN, scopes: ['orders:read'], expiresInMs: DAY })
    const path = `PATCH /v1/keys/${key.id}`
    expect((await asks(caller(), path, { policy: { ...OWN.policy, methods: ['GET'] } })).code).toBe(200)
    // Back to what its own policy allows, for longer than its own life, it is not.
    expect((await asks(caller(), path, { policy: OWN.policy })).code).toBe('SCOPE_DENIED')
    expect((await asks(caller(), path, { name: 'x' })).code).toBe(200)
  })
})

describe('an admin that may hand out more than it is', () => {
  it('is one of an API that says so, and still has no scope to give that it lacks', async () => {
    const open = apiWorld({ [unlimitedAdmins]: true })
    const admin = await open.issued({ owner: 'ops', ...OWN })
    const wide = {
      owner: 'bob',
      scopes: ['orders:read'],
      allowIp: [],
      policy: { methods: ['DELETE'] },
      expiresInMs: DAY,
    }
    const { status, json } = await open.ask(admin, 'POST /v1/keys', wide)
    expect([status, json.key.allowIp, json.key.policy]).toEqual([201, [], { methods: ['DELETE'] }])
    expect(json.key.expiresAtMs).toBe(NOW + DAY)
    expect((await open.ask(admin, 'POST /v1/keys', { scopes: ['orders:write'] })).json.code).toBe('SCOPE_DENIED')
    const manager = await open.issued({ owner: 'alice', ...OWN, scopes: ['keys:write'] })
    expect((await open.ask(manager, 'POST /v1/keys', { allowIp: [] })).json.code).toBe('SCOPE_DENIED')
  })
})

describe('the key of a verdict as the one that asks', () => {
  it('has everything that limits it', async () => {
    const [manager] = callers as [IssuedKey]
    const record = await world.keyring.get(manager.key.id)
    const stored = (await world.store.get(manager.key.id)) as StoredKey
    const actor = actorOf({ keyId: manager.key.id, record } as never)
    const { id, allowZeroPrefix: _, ...limits } = actor
    expect(id).toBe(manager.key.id)
    expect(limits).toEqual(limitsOf(stored))
    expect(Object.keys(limits).sort()).toEqual([...LIMITING].sort())
    const error = await world.keyring
      .issue({ owner: 'x', allowIp: [], actor: actor })
      .catch((caught: unknown) => caught)
    expect(isCountersignError(error, 'SCOPE_DENIED')).toBe(true)
    expect((await world.keyring.issue({ owner: 'x', actor: actor })).key.allowIp).toEqual(OWN.allowIp)
  })
})

describe('an actor below an admin', () => {
  const by = { id: 'bob', scopes: ['orders:read'] }
  it('cannot loosen or enable a key with more rights than its own', async () => {
    const w = open()
    const { key } = await w.keyring.issue({ ...ALICE, denyIp: ['10.0.0.1'] })
    const loosened = [
      { denyIp: [] },
      { allowIp: [] },
      { policy: {} },
      { rateLimit: { limit: 1e6, windowMs: 1_000 } },
      { rateLimit: null },
    ]
    for (const part of [
      ...loosened,
      { lockAfterIdleMs: 400 * DAY },
      { lockAfterIdleMs: null },
      { allowZeroPrefix: true },
    ])
      await expect(w.keyring.update(key.id, { ...part, actor: by }), JSON.stringify(part)).rejects.toThrow(
        withCode('SCOPE_DENIED'),
      )
    await w.keyring.disable(key.id, { actor: by })
    await expect(w.keyring.enable(key.id, { actor: by })).rejects.toThrow(withCode('SCOPE_DENIED'))
    // A name says nothing about what a key may do, and taking rights away needs none.
    await w.keyring.update(key.id, { name: 'x', actor: by })
    await w.keyring.update(key.id, { scopes: ['orders:read'], denyIp: [], actor: by })
    await w.keyring.enable(key.id, { actor: by })
    await w.keyring.revoke(key.id, { actor: by })
  })

  it('cannot gain scopes that change while they are read', async () => {
    const w = open()
    let reads = 0
    const shifty = {
      id: 'bob',
      get scopes() {
        return reads++ === 0 ? ['orders:read'] : ['*:*']
      },
    }
    await expect(w.keyring.issue({ owner: 'x', scopes: ['orders:write'], actor: shifty })).rejects.toThrow(
      withCode('SCOPE_DENIED'),
    )
  })
})
