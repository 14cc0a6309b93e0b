import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { signRequest } from '../../../../src/client/sign-request.js'
import { generateKeyPair } from '../../../../src/crypto/generate.js'
import { jwkThumbprint } from '../../../../src/crypto/thumbprint.js'
import { httpRequest } from '../../../../src/message/message.js'
import { rfc9421 } from '../../../../src/schemes/rfc9421/signer.js'
import { rfc9421Verifier } from '../../../../src/schemes/rfc9421/verifier.js'
import { directoryDocument, type KeyDirectoryOptions } from '../../../../src/server/directory/directory.js'
import type { FetchLike } from '../../../../src/server/directory/options.js'
import { strictPolicy } from '../../../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../../../src/server/replay/memory.js'
import { createVerifier } from '../../../../src/server/verifier.js'
import { answer, directoryOf, failure, host, jwk } from './host.js'

describe('what a directory answers', () => {
  it('finds a key by its kid and by its thumbprint, with its own algorithm', async () => {
    const pair = await generateKeyPair('ecdsa-p256-sha256', { keyId: 'bot-1' })
    const at = await host(answer(directoryDocument([pair.signingKey]).body))
    const { directory } = directoryOf(at, { owner: 'acme', scopes: ['orders:write'] })
    for (const keyId of ['bot-1', jwkThumbprint(pair.verifyingKey)]) {
      const record = await directory.get(keyId)
      expect(record).toMatchObject({ owner: 'acme', scopes: ['orders:write'] })
      expect(record?.key).toMatchObject({ keyId, algorithm: 'ecdsa-p256-sha256' })
      expect(await record?.key.verify('text', pair.signingKey.sign('text') as Uint8Array)).toBe(true)
    }
    expect(await directory.get('bot-2')).toBeUndefined()
    expect(at.requests).toHaveLength(1)
  })

  it('answers at once, with the same record, once it is known', async () => {
    const at = await host(answer({ keys: [await jwk('bot-1')] }))
    const { directory } = directoryOf(at)
    const first = await directory.get('bot-1')
    expect(directory.get('bot-1')).toBe(first)
    expect(first?.owner).toBe(at.origin)
  })

  it('takes the times of a key as seconds', async () => {
    const { verifyingKey: key } = await generateKeyPair('ed25519', { keyId: 'bot-1' })
    const { body } = directoryDocument([{ key, notBeforeMs: 1_790_000_000_001, expiresAtMs: 1_790_000_009_999 }])
    const { directory } = directoryOf(await host(answer(body)))
    expect(await directory.get('bot-1')).toMatchObject({
      notBeforeMs: 1_790_000_001_000,
      expiresAtMs: 1_790_000_009_000,
    })
  })

  it('asks an origin at its well-known path, for the types it reads', async () => {
    const at = await host(answer({ keys: [] }))
    await directoryOf(at.origin).directory.refresh()
    expect(at.requests[0]).toMatchObject({ method: 'GET', url: '/.well-known/http-message-signatures-directory' })
    expect(at.requests[0]?.headers.accept).toContain('application/http-message-signatures-directory+json')
  })
})

describe('fetching', () => {
  it('fetches once for a hundred who ask at the same time', async () => {
    const at = await host(answer({ keys: [await jwk('bot-1')] }))
    const { directory } = directoryOf(at)
    const records = await Promise.all(Array.from({ length: 100 }, () => directory.get('bot-1')))
    expect(records.every((record) => record?.key.keyId === 'bot-1')).toBe(true)
    expect(at.requests).toHaveLength(1)
  })

  it('asks again for an unknown key, once in a cooldown, and finds what was added', async () => {
    const [old, added] = [await jwk('old'), await jwk('new')]
    const at = await host(answer({ keys: [old] }))
    const { directory, clock } = directoryOf(at, { cooldownMs: 10_000 })
    await directory.get('old')
    at.handler = answer({ keys: [added] })
    clock.nowMs += 9_999
    expect(await directory.get('new')).toBeUndefined()
    expect(at.requests).toHaveLength(1)
    clock.nowMs += 1
    expect((await directory.get('new'))?.key.keyId).toBe('new')
    // What was taken out is out.
    expect(await directory.get('old')).toBeUndefined()
    for (let i = 0; i < 100; i++) expect(await directory.get(`unknown-${i}`)).toBeUndefined()
    expect(at.requests).toHaveLength(2)
  })

  it.each([
    ['max-age=60', 60],
    ['public, MAX-AGE="60"', 60],
    ['max-age=60, max-age=3600', 60],
    ['max-age=3600, no-cache', 10],
    ['no-store', 10],
    ['max-age=1e9', 10],
    ['max-age=99999999999999', 10],
    ['max-age=999999999', 600],
    ['', 300],
  ])('keeps a document for "%s" no longer than %i s', async (cacheControl, seconds) => {
    const at = await host(
      answer({ keys: [await jwk('bot-1')] }, cacheControl === '' ? {} : { 'cache-control': cacheControl }),
    )
    const { directory, clock } = directoryOf(at, { cooldownMs: 10_000, maxAgeMs: 600_000 })
    await directory.get('bot-1')
    clock.nowMs += seconds * 1_000 * 0.75 - 1
    expect(directory.get('bot-1')).toHaveProperty('key')
    expect(at.requests).toHaveLength(1)
    clock.nowMs += seconds * 1_000 * 0.25 + 1
    expect(directory.get('bot-1')).toBeInstanceOf(Promise)
    expect((await directory.get('bot-1'))?.key.keyId).toBe('bot-1')
    expect(at.requests).toHaveLength(2)
  })

  it('takes off the time that an answer has spent in caches', async () => {
    const at = await host(answer({ keys: [await jwk('bot-1')] }, { 'cache-control': 'max-age=60', age: '40' }))
    const { directory, clock } = directoryOf(at, { cooldownMs: 10_000 })
    await directory.get('bot-1')
    clock.nowMs += 20_000
    await directory.get('bot-1')
    expect(at.requests).toHaveLength(2)
  })

  it('counts the time in caches of one that is half over, and one of no meaning as all of it', async () => {
    const at = await host(answer({ keys: [await jwk('bot-1')] }, { 'cache-control': 'max-age=100', age: '40' }))
    const { directory, clock } = directoryOf(at, { cooldownMs: 10_000 })
    await directory.get('bot-1')
    clock.nowMs += 30_000
    await directory.get('bot-1')
    expect(at.requests).toHaveLength(1)
    at.handler = answer({ keys: [await jwk('bot-1')] }, { 'cache-control': 'max-age=100', age: 'old' })
    clock.nowMs += 30_000
    await directory.get('bot-1')
    expect(at.requests).toHaveLength(2)
    clock.nowMs += 10_000
    await directory.get('bot-1')
    expect(at.requests).toHaveLength(3)
  })

  it('fetches ahead of time without making anyone wait', async () => {
    const at = await host(answer({ keys: [await jwk('bot-1')] }, { 'cache-control': 'max-age=100' }))
    const { directory, clock } = directoryOf(at, { cooldownMs: 10_000 })
    const record = await directory.get('bot-1')
    clock.nowMs += 75_000
    expect(directory.get('bot-1')).toBe(record)
    await expect.poll(() => at.requests.length).toBe(2)
  })

  it('does not fetch ahead of time before three quarters of it, nor within a cooldown', async () => {
    const at = await host(answer({ keys: [await jwk('bot-1')] }, { 'cache-control': 'max-age=100' }))
    let begun = 0
    const counting = (url: string, init: RequestInit): Promise<Response> => {
      begun++
      return fetch(url, init)
    }
    const { directory, clock } = directoryOf(at, { cooldownMs: 80_000, fetch: counting })
    const record = await directory.get('bot-1')
    for (const aheadMs of [74_999, 1, 4_999]) {
      clock.nowMs += aheadMs
      expect(directory.get('bot-1')).toBe(record)
      expect(begun).toBe(1)
    }
    clock.nowMs += 1
    expect(directory.get('bot-1')).toBe(record)
    await directory.refresh()
    expect(at.requests).toHaveLength(2)
  })

  it('keeps its keys on a 304, and asks with the tag it got', async () => {
    const at = await host(answer({ keys: [await jwk('bot-1')] }, { etag: '"v1"', 'cache-control': 'max-age=10' }))
    const { directory, clock } = directoryOf(at, { cooldownMs: 10_000 })
    await directory.get('bot-1')
    at.handler = (_request, response) => response.writeHead(304, { 'cache-control': 'max-age=60' }).end()
    clock.nowMs += 10_000
    expect((await directory.get('bot-1'))?.key.keyId).toBe('bot-1')
    expect(at.requests[1]?.headers['if-none-match']).toBe('"v1"')
    clock.nowMs += 40_000
    expect(directory.get('bot-1')).toHaveProperty('key')
    expect(at.requests).toHaveLength(2)
  })

  it('asks with the tag of the last answer that had one', async () => {
    const at = await host(answer({ keys: [await jwk('bot-1')] }, { etag: '"v1"', 'cache-control': 'max-age=10' }))
    const { directory, clock } = directoryOf(at, { cooldownMs: 10_000 })
    await directory.get('bot-1')
    for (const [tags, asked] of [
      [{ etag: '"v2"' }, '"v1"'],
      [{}, '"v2"'],
      [{ etag: 'no tag' }, '"v2"'],
      [{ etag: 'x"v3"' }, '"v2"'],
      [{ etag: '"v3"x' }, '"v2"'],
      [{}, '"v2"'],
    ] as const) {
      at.handler = (_request, response) => response.writeHead(304, { 'cache-control': 'max-age=10', ...tags }).end()
      clock.nowMs += 10_000
      await directory.get('bot-1')
      expect(at.requests.at(-1)?.headers['if-none-match']).toBe(asked)
    }
  })

  it('refuses a 304 that it did not ask for', async () => {
    const at = await host((_request, response) => response.writeHead(304).end())
    expect(await failure(() => directoryOf(at).directory.refresh())).toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' })
  })
})

describe('a directory that is down', () => {
  it('throws STORE_UNAVAILABLE and does not ask again within the cooldown', async () => {
    const at = await host((_request, response) => response.writeHead(503).end())
    const { directory, clock, problems } = directoryOf(at, { cooldownMs: 10_000 })
    for (let i = 0; i < 10; i++) {
      expect(await failure(() => directory.get('bot-1'))).toMatchObject({
        code: 'STORE_UNAVAILABLE',
        cause: 'DIRECTORY_UNAVAILABLE',
      })
    }
    expect(at.requests).toHaveLength(1)
    expect(problems.map(({ code }) => code)).toEqual(['DIRECTORY_UNAVAILABLE'])
    at.handler = answer({ keys: [await jwk('bot-1')] })
    clock.nowMs += 10_000
    expect((await directory.get('bot-1'))?.key.keyId).toBe('bot-1')
  })

  it('trusts the keys it had until maxAgeMs, and no longer', async () => {
    const at = await host(answer({ keys: [await jwk('bot-1')] }, { 'cache-control': 'max-age=60' }))
    const { directory, clock } = directoryOf(at, { cooldownMs: 10_000, maxAgeMs: 120_000 })
    await directory.get('bot-1')
    await at.close()
    clock.nowMs += 119_999
    expect((await directory.get('bot-1'))?.key.keyId).toBe('bot-1')
    // Whether that one was published since is unknown.
    expect((await failure(() => directory.get('bot-2'))).code).toBe('STORE_UNAVAILABLE')
    clock.nowMs += 1
    expect((await failure(() => directory.get('bot-1'))).code).toBe('STORE_UNAVAILABLE')
  })

  it('does not trust keys fetched at a time after its own', async () => {
    const at = await host(answer({ keys: [await jwk('bot-1')] }))
    const { directory, clock } = directoryOf(at)
    await directory.get('bot-1')
    await at.close()
    clock.nowMs -= 60_000
    expect((await failure(() => directory.get('bot-1'))).code).toBe('STORE_UNAVAILABLE')
  })

  it('keeps the error of a fetch as the cause, and has none where the answer is the fault', async () => {
    const broken = new Error('socket hang up')
    const fetches = async (call: KeyDirectoryOptions['fetch']): Promise<unknown> =>
      directoryOf('https://keys.example.com', { fetch: call as FetchLike })
        .directory.refresh()
        .catch((error: unknown) => error)
    expect(await fetches(() => Promise.reject(broken))).toMatchObject({ code: 'DIRECTORY_UNAVAILABLE', cause: broken })
    expect(await fetches(async () => new Response(null, { status: 500 }))).not.toHaveProperty('cause')
  })

  it('ends the fetch and its own timer, whether an answer came or not', async () => {
    vi.useFakeTimers()
    onTestFinished(() => {
      vi.useRealTimers()
    })
    const signals: (AbortSignal | null | undefined)[] = []
    for (const status of [200, 500]) {
      const { directory } = directoryOf('https://keys.example.com', {
        fetch: async (_url, { signal }) => {
          signals.push(signal)
          return new Response('{"keys":[]}', { status, headers: { 'content-type': 'application/json' } })
        },
      })
      await directory.refresh().catch(() => {})
      expect(vi.getTimerCount()).toBe(0)
    }
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true])
  })

  it('survives a log that throws', async () => {
    const at = await host((_request, response) => response.writeHead(503).end())
    const { directory } = directoryOf(at, {
      onProblem: () => {
        throw new Error('log is full')
      },
    })
    expect((await failure(() => directory.get('bot-1'))).code).toBe('STORE_UNAVAILABLE')
  })

  it('waits no longer than timeoutMs for the head, for the body, for a name or for a fetch that does not listen', async () => {
    const head = await host(() => {})
    const body = await host((_request, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).write('{'),
    )
    const never = (): Promise<never> => new Promise(() => {})
    for (const options of [{}, { lookup: never }, { fetch: never }]) {
      const url = `http://localhost:${new URL(head.origin).port}/keys`
      const { directory } = directoryOf(url, { timeoutMs: 50, ...options })
      expect((await failure(() => directory.refresh())).code).toBe('DIRECTORY_UNAVAILABLE')
    }
    const { directory } = directoryOf(body, { timeoutMs: 50 })
    expect((await failure(() => directory.refresh())).code).toBe('DIRECTORY_UNAVAILABLE')
  })
})

describe('several directories', () => {
  it('finds keys in each, and refuses a key id that is in two', async () => {
    const [a, b] = [await host(answer({ keys: [await jwk('a'), await jwk('both')] })), await host(answer({ keys: [] }))]
    b.handler = answer({ keys: [await jwk('b'), await jwk('both')] })
    const { directory, problems } = directoryOf(a, { urls: [a.url, b.url] })
    expect(await directory.get('a')).toMatchObject({ owner: a.origin })
    expect(await directory.get('b')).toMatchObject({ owner: b.origin })
    expect(await directory.get('both')).toBeUndefined()
    expect(await directory.get('neither')).toBeUndefined()
    expect(problems.map(({ code }) => code)).toEqual(['DIRECTORY_REFUSED'])
  })

  it('answers nothing while one of them is not known: the key could be its own', async () => {
    const [a, b] = [
      await host(answer({ keys: [await jwk('a')] })),
      await host((_request, response) => response.destroy()),
    ]
    const { directory } = directoryOf(a, { urls: [a.url, b.url] })
    for (let i = 0; i < 3; i++) expect((await failure(() => directory.get('a'))).code).toBe('STORE_UNAVAILABLE')
    expect([a.requests.length, b.requests.length]).toEqual([1, 1])
  })

  it('lets a URL as key id choose among the given ones, and fetches nothing else', async () => {
    const [a, b] = [await host(answer({ keys: [await jwk('k')] })), await host(answer({ keys: [await jwk('k')] }))]
    const { directory } = directoryOf(a, { url: a.url, allowOrigins: [a.origin, b.origin], keyIdIsUrl: true })
    for (const keyId of [`${b.origin}#k`, `${b.origin}/#k`, `${b.url}#k`]) {
      expect(await directory.get(keyId)).toMatchObject({ owner: b.origin, key: { keyId } })
    }
    expect(a.requests).toHaveLength(0)
    const asked = b.requests.length
    for (const keyId of [
      'k',
      `${b.origin}`,
      `${b.url}/../admin#k`,
      `${b.origin}:1#k`,
      `${b.origin.replace('http:', 'HTTP:')}#k`,
      `http://user@${b.origin.slice(7)}#k`,
      'https://169.254.169.254#k',
      'constructor#k',
      '__proto__#k',
      '#k',
    ]) {
      expect(await directory.get(keyId)).toBeUndefined()
    }
    expect(b.requests).toHaveLength(asked)
  })
})

describe('the names of a directory', () => {
  it('are its whole URL alone where it is not at the well-known path', async () => {
    const at = await host(answer({ keys: [await jwk('k')] }))
    const url = `${at.origin}/keys.json`
    const { directory } = directoryOf(url, { keyIdIsUrl: true })
    expect(await directory.get(`${url}#k`)).toMatchObject({ key: { keyId: `${url}#k` } })
    for (const keyId of [`${at.origin}#k`, `${at.origin}/#k`, url, 'k', `${url}k`])
      expect(await directory.get(keyId), keyId).toBeUndefined()
  })
})

describe('the names of a directory at the well-known path', () => {
  it('name no key without "#", whatever a key of it is called', async () => {
    const at = await host((_request, response) => response.destroy())
    at.handler = answer({ keys: [await jwk(`${at.origin}/`), await jwk(`${at.origin}k`)] })
    const { directory } = directoryOf(at, { keyIdIsUrl: true })
    await directory.refresh()
    for (const keyId of [`${at.origin}/`, `${at.origin}k`]) expect(await directory.get(keyId), keyId).toBeUndefined()
  })
})

describe('a record', () => {
  it('has no member that neither the directory nor the options state', async () => {
    const at = await host(answer({ keys: [await jwk('bot-1')] }))
    expect(Object.keys((await directoryOf(at).directory.get('bot-1')) ?? {})).toEqual(['key', 'owner'])
  })
})

describe('a verifier over a directory', () => {
  it('accepts through a rotation, refuses keys that are gone or over, and fails closed', async () => {
    const [old, next, over] = (await Promise.all(
      ['old', 'next', 'over'].map((keyId) => generateKeyPair('ed25519', { keyId })),
    )) as [Pair, Pair, Pair]
    const expired = { key: over.verifyingKey, expiresAtMs: 1_780_000_000_000 }
    const at = await host(answer(directoryDocument([old.verifyingKey, expired]).body))
    const { directory, clock } = directoryOf(at, { maxAgeMs: 60_000 })
    const verifier = createVerifier({
      schemes: [rfc9421Verifier()],
      keys: directory,
      policy: strictPolicy({ authorities: ['api.example.com'] }),
      replay: memoryReplayStore({ restartBarrier: false, clock }),
      clock,
      storeTimeoutMs: 10_000,
    })
    const outcome = async ({ signingKey: key }: Pair): Promise<string> => {
      const request = httpRequest({ url: 'https://api.example.com/v1/balance' })
      const verdict = await verifier.verify(await signRequest(request, rfc9421({ key }), { clock }))
      return verdict.ok ? `ok ${verdict.owner}` : `${verdict.code} ${verdict.status}`
    }
    expect(await outcome(old)).toBe(`ok ${at.origin}`)
    expect(await outcome(over)).toBe('KEY_EXPIRED 401')
    expect(await outcome(next)).toBe('KEY_UNKNOWN 401')
    at.handler = answer(directoryDocument([old.verifyingKey, next.verifyingKey]).body)
    clock.nowMs += 30_000
    expect(await outcome(next)).toBe(`ok ${at.origin}`)
    expect(await outcome(old)).toBe(`ok ${at.origin}`)
    at.handler = answer(directoryDocument([next.verifyingKey]).body)
    await directory.refresh()
    expect(await outcome(old)).toBe('KEY_UNKNOWN 401')
    await at.close()
    clock.nowMs += 60_000
    expect(await outcome(next)).toBe('STORE_UNAVAILABLE 503')
  })
})

type Pair = Awaited<ReturnType<typeof generateKeyPair>>
