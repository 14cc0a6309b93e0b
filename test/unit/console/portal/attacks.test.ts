import { beforeAll, describe, expect, it } from 'vitest'
import { DAY, storeWith } from '../../keyring/keyring-world.js'
import {
  ADDRESS,
  ALICE,
  BOB,
  closesPortals,
  ORIGIN,
  type Person,
  type PortalWorld,
  portalWorld,
  ROOT,
} from './portal-world.js'

closesPortals()

const SECRET = /acmes_(?:live|test)_\w{49}/g
const UNKNOWN = 'acmek_live_00000000000000000000'

/** Every route that names a key, with a body that would be taken for one's own. */
const ROUTES: readonly { readonly what: string; readonly body?: (rev: number) => object }[] = [
  { what: 'GET {id}' },
  { what: 'HEAD {id}' },
  { what: 'GET {id}/usage' },
  { what: 'GET {id}/incident' },
  { what: 'PATCH {id}', body: (rev) => ({ rev, name: 'mine now' }) },
  { what: 'POST {id}/rotate', body: () => ({}) },
  { what: 'POST {id}/renew', body: () => ({ reason: 'x' }) },
  { what: 'POST {id}/disable', body: () => ({}) },
  { what: 'POST {id}/enable', body: () => ({}) },
  { what: 'POST {id}/revoke', body: () => ({}) },
  { what: 'POST {id}/compromise', body: () => ({}) },
]

const made = async (person: Person, more: object = {}) => {
  const { status, json } = await person('POST keys', { scopes: ['orders:read'], ...more })
  expect(status).toBe(201)
  return json as { key: { id: string; rev: number }; secret: string }
}

let world: PortalWorld
let alice: Person
let bob: Person
let root: Person
let bobs: Awaited<ReturnType<typeof made>>
beforeAll(async () => {
  const free = { take: () => ({ ok: true, retryAfterMs: 0 }) }
  world = portalWorld({ rateLimit: { read: free, change: free, create: free, costly: free } })
  alice = world.as(ALICE)
  bob = world.as(BOB)
  root = world.as(ROOT)
  bobs = await made(bob)
})

describe('the key of another owner', () => {
  it.each(ROUTES)('answers $what like an id that never was', async ({ what, body }) => {
    const ask = (id: string) => alice(what.replace('{id}', `keys/${id}`), body?.(bobs.key.rev))
    const [theirs, unknown] = [await ask(bobs.key.id), await ask(UNKNOWN)]
    expect(theirs.status).toBe(404)
    expect([theirs.status, theirs.text, [...theirs.headers]]).toEqual([
      unknown.status,
      unknown.text,
      [...unknown.headers],
    ])
    expect(await world.keyring.describe(bobs.key.id)).toMatchObject({ rev: bobs.key.rev, state: 'active', name: '' })
  })

  it('asks the store as much as for an id that never was', async () => {
    const asked: string[] = []
    const { store } = world
    const counted = new Proxy(store, {
      get: (target, name) => {
        const member = Reflect.get(target, name) as unknown
        if (typeof member !== 'function') return member
        return (...args: unknown[]) => {
          asked.push(String(name))
          return (member as (...args: unknown[]) => unknown).apply(target, args)
        }
      },
    })
    const other = portalWorld({}, { store: counted }).as(ALICE)
    await other('GET session')
    const costOf = async (id: string): Promise<string[]> => {
      asked.length = 0
      await other(`GET keys/${id}`)
      return asked.slice()
    }
    expect(await costOf(bobs.key.id)).toEqual(await costOf(UNKNOWN))
  })

  it('is in no list, activity, notice or report of leaks', async () => {
    await world.use(bobs.key.id, bobs.secret)
    for (const what of [
      'GET keys?limit=1000',
      `GET activity?ids=${bobs.key.id}`,
      'GET notices',
      'GET notices?owner=bob',
    ])
      expect([what, (await alice(what)).text.includes(bobs.key.id)]).toEqual([what, false])
    expect((await alice('GET keys?owner=bob')).status).toBe(403)
    expect((await alice('POST keys', { owner: 'bob' })).status).toBe(403)
  })
})

describe('more than the session may grant', () => {
  const WIDE = [['account:admin'], ['*:*'], ['orders:*', '*:read'], ['account:*']]

  it('is not made, whatever is given', async () => {
    for (const scopes of WIDE)
      expect([scopes, (await alice('POST keys', { scopes })).json.code]).toEqual([scopes, 'SCOPE_DENIED'])
    for (const member of ['mayGrant', 'isAdmin', 'actor', 'createdBy', 'status', 'lineage', '__proto__', 'constructor'])
      expect([member, (await alice('POST keys', `{"${member}": true}`)).status]).toEqual([member, 400])
    // A rate of its own would come before the limiter's.
    expect((await alice('POST keys', { rateLimit: { limit: 1e9, windowMs: 1 } })).json.code).toBe('SCOPE_DENIED')
  })

  it('is not reached by editing', async () => {
    const { key } = await made(alice)
    for (const scopes of WIDE)
      expect((await alice(`PATCH keys/${key.id}`, { rev: key.rev, scopes })).json.code).toBe('SCOPE_DENIED')
    for (const more of [{ expiresInMs: 1e11 }, { neverExpires: true }, { owner: 'root' }, { expiresAtMs: null }])
      expect((await alice(`PATCH keys/${key.id}`, { rev: key.rev, ...more })).status).toBe(400)
    expect(await world.keyring.describe(key.id)).toMatchObject({ rev: key.rev, scopes: ['orders:read'] })
  })

  it('is not taken over: a key that an administrator made wider is neither rotated, renewed, enabled nor edited', async () => {
    const wide = await root('POST keys', { owner: 'alice', scopes: ['account:admin'] })
    const { id, rev } = wide.json.key
    expect((await alice(`POST keys/${id}/rotate`)).json.code).toBe('SCOPE_DENIED')
    expect((await alice(`POST keys/${id}/renew`, { reason: 'x' })).json.code).toBe('SCOPE_DENIED')
    expect((await alice(`PATCH keys/${id}`, { rev, allowIp: [] })).json.code).toBe('SCOPE_DENIED')
    expect((await alice(`POST keys/${id}/disable`)).status).toBe(200)
    expect((await alice(`POST keys/${id}/enable`)).json.code).toBe('SCOPE_DENIED')
    const leaked = await alice(`POST keys/${id}/compromise`)
    expect(leaked.json.key.state).toBe('revoked')
    expect([leaked.json.problem, leaked.json.replacement]).toEqual([expect.any(String), undefined])
  })

  it('is not lived by rotating', async () => {
    const short = portalWorld({ maxLifeMs: 30 * DAY })
    const endless = await short.keyring.issue({ owner: 'alice', scopes: [], actor: 'system' })
    const { expiresAtMs } = endless.key
    const next = await short.as(ALICE)(`POST keys/${endless.key.id}/rotate`)
    expect(next.json.key.expiresAtMs).toBe(expiresAtMs)
  })
})

describe('a request that another site makes a browser send', () => {
  const body = JSON.stringify({ scopes: ['orders:read'] })
  const post = async (fields: Record<string, string | undefined>, text: string | null = body, method = 'POST') => {
    const { csrf } = (await alice('GET session')).json
    const headers = new Headers()
    const all = { origin: ORIGIN, 'content-type': 'application/json', 'x-csrf-token': csrf, ...fields }
    for (const [name, value] of Object.entries(all)) if (value !== undefined) headers.set(name, value)
    return world.send(new Request(`${ORIGIN}/keys/api/keys`, { method, headers, body: text }), ALICE)
  }

  it('is taken as it should be, and refused in every other form', async () => {
    expect((await post({})).status).toBe(201)
    expect((await post({ 'sec-fetch-site': 'same-origin' })).status).toBe(201)
    const { csrf: ofBob } = (await bob('GET session')).json
    const { csrf: own } = (await alice('GET session')).json
    const before = (await alice('GET keys?limit=1000')).json.keys.length
    const forms: Record<string, string | undefined>[] = [
      { 'x-csrf-token': undefined },
      { 'x-csrf-token': '' },
      { 'x-csrf-token': ofBob },
      { 'x-csrf-token': own.slice(0, -1) },
      { 'x-csrf-token': `${own}A` },
      { 'x-csrf-token': `${own}, ${own}` },
      { 'x-csrf-token': 'A'.repeat(100_000) },
      { origin: undefined },
      { origin: 'null' },
      { origin: 'https://evil.example' },
      { origin: `${ORIGIN}.evil.example` },
      { origin: ORIGIN.replace('https', 'http') },
      { origin: `${ORIGIN}:8443` },
      { origin: ORIGIN.toUpperCase() },
      { origin: `${ORIGIN}, ${ORIGIN}` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { 'content-type': undefined },
      { 'content-type': 'text/plain' },
      { 'content-type': 'text/plain;application/json' },
      { 'content-type': 'application/x-www-form-urlencoded' },
      { 'content-type': 'multipart/form-data; boundary=x' },
      { 'content-type': 'application/json, text/plain' },
      { 'content-type': 'application/json; charset=utf-16' },
    ]
    for (const form of forms) {
      const { status, json } = await post(form)
      expect([form, status, json.code]).toEqual([form, 403, 'CSRF'])
    }
    expect((await alice('GET keys?limit=1000')).json.keys.length).toBe(before)
  })

  it('changes nothing by GET, HEAD, OPTIONS or a field that names another method', async () => {
    const { rev, id } = bobs.key
    const override = { 'x-http-method-override': 'POST', 'x-method-override': 'PATCH', 'x-http-method': 'DELETE' }
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])
      for (const path of [`keys/${id}/revoke`, `keys/${id}/revoke?_method=POST`, 'audit/verify']) {
        const { status, headers } = await world.send(
          new Request(`${ORIGIN}/keys/api/${path}`, { method, headers: override }),
          BOB,
        )
        expect([method, path, status]).toEqual([method, path, 405])
        expect(headers.get('allow')).toBe('POST')
      }
    await bob(`GET keys/${id}`, undefined, override)
    expect((await world.keyring.describe(id)).rev).toBe(rev)
    const preflight = await world.send(
      new Request(`${ORIGIN}/keys/api/keys`, {
        method: 'OPTIONS',
        headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
      }),
      ALICE,
    )
    expect([...preflight.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  it('the other site reads nothing, either', async () => {
    for (const site of ['cross-site', 'same-site'])
      expect((await alice('GET keys', undefined, { 'sec-fetch-site': site })).json.code).toBe('CSRF')
    expect((await alice('GET keys', undefined, { 'sec-fetch-site': 'none' })).status).toBe(200)
  })

  it('needs a session first, and the token of a session that has ended is nothing', async () => {
    const { csrf } = (await alice('GET session')).json
    const again = { ...ALICE, id: 'the next session of alice' }
    expect((await world.as(undefined)('GET session')).json.code).toBe('SESSION_REQUIRED')
    expect((await world.as(undefined)('POST keys')).json.code).toBe('SESSION_REQUIRED')
    expect((await world.as(again)('POST keys', {}, { 'x-csrf-token': csrf })).json.code).toBe('CSRF')
  })
})

describe('texts that are not what they seem', () => {
  const HOSTILE = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "javascript:alert('x')",
    '{{constructor.constructor("alert(1)")()}}',
    '</script><svg/onload=alert(1)>',
    '__proto__',
    '%0d%0aSet-Cookie: a=b',
    "' OR 1=1 --",
  ]

  it.each(HOSTILE)('come back as they were, as JSON and nothing else: %s', async (text) => {
    const { key } = (await alice('POST keys', { name: text, tags: [text.slice(0, 64)], reason: text })).json
    await alice(`POST keys/${key.id}/disable`, { reason: text })
    const shown = await alice(`GET keys/${key.id}`)
    expect(shown.json.key).toMatchObject({ name: text, disabledReason: text })
    expect(shown.headers.get('content-type')).toBe('application/json')
    expect((await root(`GET audit?keyId=${key.id}`)).json.events[0].reason).toBe(text)
  })

  it('that hold line ends or control characters are refused, so that a log has one line for each event', async () => {
    for (const text of ['a\nb', 'a\r\nb', 'a\u0000b', 'a\u001b[2Jb', 'a\u2028b'])
      for (const member of ['name', 'reason'])
        expect([member, (await alice('POST keys', { [member]: text })).status]).toEqual([member, 400])
  })

  it('in a user agent are data of the report', async () => {
    const { key, secret } = await made(alice)
    await world.use(key.id, secret, { agent: HOSTILE[0] as string })
    const { json, headers } = await alice(`GET keys/${key.id}/incident`)
    expect(json.incident.proven.groups[0].userAgent).toBe(HOSTILE[0])
    expect(headers.get('content-type')).toBe('application/json')
  })

  it('in a path name nothing', async () => {
    const paths = [
      ...[
        'keys/__proto__',
        'keys/constructor',
        'keys/toString/usage',
        'keys/%2e%2e',
        'keys/..%2fsession',
        'keys//',
        'keys/',
      ],
      ...[`keys/${bobs.key.id}%00`, `keys/${bobs.key.id}/`, `keys/${bobs.key.id}/rotate/`, `keys/${bobs.key.id};x`],
      ...['', 'session/', 'SESSION', '__proto__', 'constructor', 'keys\\x', 'audit/../keys/x', 'toString'],
    ]
    for (const path of paths) {
      const { status } = await alice(`GET ${path}`)
      expect([path, status]).toEqual([path, 404])
    }
    for (const path of [
      '/keysx/api/session',
      '/api/session',
      '/keys/api',
      '//keys/api/session',
      '/keys/api/../../keys',
    ])
      expect([path, (await world.send(new Request(`${ORIGIN}${path}`), ALICE)).status]).toEqual([path, 404])
  })

  it('in a query are refused by name, once, and never as a member of every object', async () => {
    for (const query of [
      'owner=a&owner=b',
      'x=1',
      '__proto__=1',
      'limit=1e3',
      'limit=0',
      'limit=1001',
      'after=%00',
      '=1',
    ])
      expect([query, (await alice(`GET keys?${query}`)).status]).toEqual([query, 400])
    expect(({} as Record<string, unknown>)['limit']).toBeUndefined()
  })

  it('in a body are bounded, JSON, and each member once', async () => {
    const bodies = [
      ['{"name":"a","name":"b"}', 400],
      ['[]', 400],
      ['"x"', 400],
      ['{', 400],
      ['{"a":{"b":{"c":{"d":{"e":{"f":{"g":{"h":{"i":1}}}}}}}}}', 400],
      [`{"name":"${'a'.repeat(129)}"}`, 400],
      [`{"name":"${'a'.repeat(200_000)}"}`, 413],
      ['{"__proto__":{"isAdmin":true}}', 400],
    ] as const
    for (const [text, status] of bodies)
      expect([text.slice(0, 40), (await alice('POST keys', text)).status]).toEqual([text.slice(0, 40), status])
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined()
  })

  it('are not read further than the cap', async () => {
    let given = 0
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        given += 65_536
        controller.enqueue(new Uint8Array(65_536).fill(32))
      },
    })
    const { csrf } = (await alice('GET session')).json
    const request = new Request(`${ORIGIN}/keys/api/keys`, {
      method: 'POST',
      headers: { origin: ORIGIN, 'content-type': 'application/json', 'x-csrf-token': csrf },
      body: endless,
      duplex: 'half',
    } as RequestInit)
    expect((await world.send(request, ALICE)).status).toBe(413)
    expect(given).toBeLessThan(1_000_000)
  })
})

describe('guessing', () => {
  it('is bounded by owner, for every kind of request apart', async () => {
    const guessed = portalWorld()
    const person = guessed.as(ALICE)
    await person('POST keys')
    const statuses: number[] = []
    for (let i = 0; i < 30; i++) statuses.push((await person('POST keys')).status)
    expect(statuses.filter((status) => status === 201)).toHaveLength(19)
    const refused = await person('POST keys')
    expect([refused.status, refused.json.code]).toEqual([429, 'RATE_LIMITED'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    // Another session of the same owner has no share of its own, another owner has, and reading goes on.
    expect((await guessed.as({ ...ALICE, id: 'another' })('POST keys')).status).toBe(429)
    expect((await guessed.as(BOB)('POST keys')).status).toBe(201)
    expect((await person('GET keys')).status).toBe(200)
    for (let i = 0; i < 700; i++) statuses.push((await person(`GET keys/${UNKNOWN}`)).status)
    expect(statuses.filter((status) => status === 404).length).toBeLessThanOrEqual(600)
    expect(statuses.at(-1)).toBe(429)
    guessed.nowMs += 60_000
    expect((await person('POST keys')).status).toBe(201)
  })

  it('is closed where the limiter is down', async () => {
    const down = { take: () => Promise.reject(new Error('down')) }
    const closed = portalWorld({ rateLimit: { create: down } })
    expect((await closed.as(ALICE)('POST keys')).status).toBe(503)
    expect((await closed.keyring.list()).keys).toEqual([])
  })
})

describe('a secret', () => {
  it('is in the answer that made it, and in no other', async () => {
    const seen = new Map<string, number>()
    await alice('GET keys?limit=1000')
    await root('GET audit?limit=500')
    for (const text of world.said)
      for (const [secret] of text.matchAll(SECRET)) seen.set(secret, (seen.get(secret) ?? 0) + 1)
    expect(seen.size).toBeGreaterThan(10)
    expect([...seen.values()].every((times) => times === 1)).toBe(true)
    const all = world.said.join('\n')
    for (const word of ['secretHash', '"sealed":"', '"material"', '"nonce":"', 'session-of-alice', 'session-of-bob'])
      expect([word, all.includes(word)]).toEqual([word, false])
  })

  it('of a session is in no answer, and a broken login is a 500 without its reason', async () => {
    const failures: unknown[] = []
    for (const session of [
      () => Promise.reject(new Error('password=hunter2')),
      () => ({ owner: 'alice' }) as never,
      () => ({ ...ALICE, isAdmin: 'yes' }) as never,
      () => ({ ...ALICE, mayGrant: 'orders:*' }) as never,
      () => 'alice' as never,
    ]) {
      const broken = portalWorld({ session, onError: (error) => void failures.push(error) })
      const { status, text } = await broken.as(undefined)('GET session')
      expect(status).toBe(500)
      expect(text).not.toMatch(/hunter2|owner|mayGrant/)
    }
    expect(failures).toHaveLength(5)
  })

  it('nor an error of a store is in a 500', async () => {
    const store = world.store
    const broken = portalWorld(
      {},
      { store: storeWith(store, { list: () => Promise.reject(new Error(`postgres://u:hunter2@db ${ADDRESS}`)) }) },
    )
    const { status, text } = await broken.as(ALICE)('GET keys')
    expect(status).toBe(503)
    expect(text).not.toMatch(/hunter2|postgres/)
  })
})

describe('what an administrator has stopped', () => {
  it('is not started again by its owner in the moment between the look and the change', async () => {
    const free = { take: () => ({ ok: true, retryAfterMs: 0 }) }
    const limits = { read: free, change: free, create: free, costly: free }
    let between: (() => Promise<unknown>) | undefined
    const slow = portalWorld({ rateLimit: limits })
    const keyring = {
      ...slow.keyring,
      describe: async (id: string) => {
        const key = await slow.keyring.describe(id)
        await between?.()
        return key
      },
    }
    const raced = portalWorld({ rateLimit: limits, keyring })
    const owner = raced.as(ALICE)
    const { key } = await made(owner)
    between = () => {
      between = undefined
      return slow.keyring.disable(key.id, { actor: 'root' })
    }
    const { status, json } = await owner(`POST keys/${key.id}/enable`)
    expect([status, json.code]).toEqual([409, 'STORE_CONFLICT'])
    expect((await slow.keyring.describe(key.id)).state).toBe('disabled')
  })
})
