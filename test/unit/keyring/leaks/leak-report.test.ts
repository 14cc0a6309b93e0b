import { createHash, createHmac, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { AuditEntry } from '../../../../src/audit/event.js'
import { importEcdsaVerifyingKey } from '../../../../src/crypto/import-ecdsa.js'
import { Secret } from '../../../../src/crypto/secret.js'
import { CountersignError, isCountersignError } from '../../../../src/errors.js'
import { createKeyring } from '../../../../src/keyring/keyring.js'
import { GITHUB_REPORT_KEYS_URL, githubReportKeys } from '../../../../src/keyring/leaks/github.js'
import { judgeLeakReport } from '../../../../src/keyring/leaks/judge.js'
import { createLeakReportHandler, type LeakReportOptions } from '../../../../src/keyring/leaks/report.js'
import type { LeakEvent, LeakReason } from '../../../../src/keyring/leaks/revoke.js'
import { revokeBySecret } from '../../../../src/keyring/leaks/revoke.js'
import { hashSecret, secretIndex } from '../../../../src/keyring/leaks/secret-index.js'
import { newSecretText } from '../../../../src/keyring/record/key-format.js'
import { createSealing } from '../../../../src/keyring/record/sealing.js'
import { memoryKeyStore } from '../../../../src/keyring/stores/memory.js'
import { cpuMs } from '../../../cpu-time.js'

const format = { prefix: 'acme' }
const reporter = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const keyId = createHash('sha256').update('reporter').digest('hex')
const pem = reporter.publicKey.export({ format: 'pem', type: 'spki' }) as string
const publicKeys = [{ keyId, publicKey: pem }]
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const NOW = 1_767_225_600_000
const clock = { now: () => NOW }
const golden = JSON.parse(readFileSync(join(process.cwd(), 'test/vectors/leaks/github.json'), 'utf8'))

/** A service with some keys, and what became of them. */
function service(options: Partial<LeakReportOptions> = {}) {
  const live = newSecretText(format, 'live')
  const test = newSecretText(format, 'test')
  const index = secretIndex(randomBytes(32))
  const ids = new Map([
    [index(live), 'acmek_live_1'],
    [index(test), 'acmek_test_1'],
  ])
  const revoked: [string, LeakReason][] = []
  const found: string[] = []
  const events: LeakEvent[] = []
  const handler = createLeakReportHandler({
    format,
    publicKeys,
    clock,
    find: async (secret) => {
      found.push(secret)
      return ids.get(index(secret))
    },
    revoke: async (id, why) => {
      revoked.push([id, why])
    },
    audit: (event) => events.push(event),
    ...options,
  })
  return { live, test, ids, index, revoked, found, events, handler }
}

const signed = (body: string | Uint8Array, key = reporter.privateKey): string =>
  sign('sha256', Buffer.from(body), key).toString('base64')

function post(body: string | Uint8Array, headers: Record<string, string | undefined> = {}): Request {
  const all = {
    'Github-Public-Key-Identifier': keyId,
    'Github-Public-Key-Signature': signed(body),
    'content-type': 'application/json',
    ...headers,
  }
  return new Request('https://api.example.com/leaks', {
    method: 'POST',
    body: body as BodyInit,
    headers: Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])) as [
      string,
      string,
    ][],
  })
}

const match = (token: string, more: object = {}): object => ({
  token,
  type: 'acme_api_secret',
  url: 'https://github.com/octocat/Hello-World/blob/12345/foo/bar.txt',
  source: 'commit',
  ...more,
})

/** What a refusal of the signature looks like from outside and inside. */
async function expectRefused(response: Response, status: number, of: ReturnType<typeof service>): Promise<void> {
  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({ status, code: 'LEAK_REPORT_REFUSED' })
  expect(of.revoked).toEqual([])
  expect(of.found).toEqual([])
  expect(of.events.map(({ event }) => event)).toEqual(['leak.refused'])
}

describe('a signed leak report', () => {
  it('revokes what it names, writes it down, and answers with hashes', async () => {
    const { handler, live, test, revoked, found, events } = service()
    const never = newSecretText(format, 'live')
    const body = JSON.stringify([
      match(live),
      match(test, { source: 'Gist_content', url: '' }),
      match(never),
      match('sk_live_x'),
    ])
    const response = await handler(post(body))
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.get('cache-control')).toBe('no-store')
    const text = await response.text()
    expect(JSON.parse(text)).toEqual([
      { token_hash: sha256(live), token_type: 'acme_api_secret', label: 'true_positive' },
      { token_hash: sha256(test), token_type: 'acme_api_secret', label: 'true_positive' },
      { token_hash: sha256(never), token_type: 'acme_api_secret', label: 'false_positive' },
      { token_hash: sha256('sk_live_x'), token_type: 'acme_api_secret', label: 'false_positive' },
    ])
    for (const secret of [live, test, never]) expect(text).not.toContain(secret)
    const url = 'https://github.com/octocat/Hello-World/blob/12345/foo/bar.txt'
    expect(revoked).toEqual([
      ['acmek_live_1', { reason: 'leaked', url, source: 'commit' }],
      ['acmek_test_1', { reason: 'leaked', url: '', source: 'gist_content' }],
    ])
    // What is not ours was never looked up.
    expect(found).toEqual([live, test, never])
    const time = '2026-01-01T00:00:00.000Z'
    const event = { time, event: 'key.leaked', outcome: 'revoked', type: 'acme_api_secret' }
    expect(events).toEqual([
      { ...event, keyId: 'acmek_live_1', environment: 'live', url, source: 'commit' },
      { ...event, keyId: 'acmek_test_1', environment: 'test', url: '', source: 'gist_content' },
    ])
  })

  it('passes the environment of the secret to the look-up', async () => {
    const find = vi.fn(async (_secret: string, environment: string) =>
      environment === 'test' ? 'acmek_test_9' : undefined,
    )
    const { handler, live, test, revoked } = service({ find })
    await handler(post(JSON.stringify([match(live), match(test)])))
    expect(find.mock.calls.map(([, environment]) => environment)).toEqual(['live', 'test'])
    expect(revoked.map(([id]) => id)).toEqual(['acmek_test_9'])
  })

  it('takes the same secret in several places as one key and several sightings', async () => {
    const { handler, live, revoked, found, events } = service()
    const body = JSON.stringify(Array.from({ length: 50 }, (_, i) => match(live, { url: `https://example.com/${i}` })))
    const answer = (await (await handler(post(body))).json()) as unknown[]
    expect(answer).toHaveLength(50)
    expect(found).toHaveLength(1)
    expect(revoked).toHaveLength(1)
    expect(events.map((event) => event.event === 'key.leaked' && event.url)).toEqual(
      Array.from({ length: 50 }, (_, i) => `https://example.com/${i}`),
    )
  })

  it('a report may come twice', async () => {
    const { handler, live, revoked } = service({
      revoke: async (id, why) => {
        revoked.push([id, why])
        if (revoked.length > 1) throw new CountersignError('KEY_STATE', 'revoked already')
      },
    })
    for (let i = 0; i < 2; i++) {
      const response = await handler(post(JSON.stringify([match(live)])))
      expect(response.status).toBe(200)
      expect(await response.json()).toMatchObject([{ label: 'true_positive' }])
    }
    expect(revoked).toHaveLength(2)
  })

  it('revokes the others when one look-up or revocation fails or hangs, and asks for the report again', async () => {
    const secrets = Array.from({ length: 60 }, () => newSecretText(format, 'live'))
    let broken = true
    const revoked: string[] = []
    const { handler, events } = service({
      storeTimeoutMs: 50,
      find: (secret) => {
        const at = secrets.indexOf(secret)
        if (broken && at === 3) throw new Error(`no such secret: ${secret}`)
        if (broken && at === 4) return 7 as never
        if (broken && at === 5) return null as never
        return `acmek_live_${at}`
      },
      revoke: (id) => {
        if (broken && id === 'acmek_live_10') throw new CountersignError('STORE_UNAVAILABLE', 'down')
        if (broken && id === 'acmek_live_11') return new Promise(() => {})
        revoked.push(id)
        return undefined
      },
    })
    const body = JSON.stringify(secrets.map((secret) => match(secret)))
    const response = await handler(post(body))
    expect(response.status).toBe(500)
    const text = await response.text()
    expect(JSON.parse(text)).toEqual({ type: 'about:blank', title: 'Internal Server Error', status: 500 })
    expect(revoked).toHaveLength(55)
    expect(events).toHaveLength(60)
    expect(events.filter((event) => event.event === 'key.leaked' && event.outcome === 'failed')).toHaveLength(5)
    for (const secret of secrets) expect(text + inspect(events, { depth: 9 })).not.toContain(secret)
    broken = false
    expect((await handler(post(body))).status).toBe(200)
    expect(new Set(revoked).size).toBe(60)
  })

  it('ends in time when everything hangs', async () => {
    const { handler, live } = service({ find: () => new Promise(() => {}), storeTimeoutMs: 60_000, timeoutMs: 50 })
    expect((await handler(post(JSON.stringify([match(live)])))).status).toBe(500)
  })

  it('asks a few at a time', async () => {
    let running = 0
    let most = 0
    const { handler } = service({
      find: async () => {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setTimeout(resolve, 1))
        running--
        return undefined
      },
    })
    const body = JSON.stringify(Array.from({ length: 100 }, () => match(newSecretText(format, 'live'))))
    expect((await handler(post(body))).status).toBe(200)
    expect(most).toBe(8)
  })

  it('is not held up by an audit trail that throws', async () => {
    const { handler, live, revoked } = service({
      audit: () => {
        throw new Error('full')
      },
    })
    expect((await handler(post(JSON.stringify([match(live)])))).status).toBe(200)
    expect(revoked).toHaveLength(1)
  })

  it('keeps secrets and line breaks of a URL out of the audit trail', async () => {
    const { handler, live, events } = service()
    const split = `${live.slice(0, 20)}\n${live.slice(20)}`
    const urls = [
      `https://e.com/?q=${live}&r=${live}`,
      `a\r\n{"event":"x"}\u2028b`,
      split,
      `${'x'.repeat(2_040)}${live}`,
      7,
      null,
      {},
    ]
    const items = urls.map((url) => match(live, { url, source: url, type: 'a' }))
    expect((await handler(post(JSON.stringify(items)))).status).toBe(200)
    expect(events).toHaveLength(urls.length)
    expect(JSON.stringify(events)).not.toContain(live.slice(11, 30))
    expect(events.map((event) => event.event === 'key.leaked' && event.url)).toEqual([
      ...[
        'https://e.com/?q=[secret]&r=[secret]',
        'a{"event":"x"}b',
        '[secret]',
        `${'x'.repeat(2_040)}[secret]`,
        '',
        '',
        '',
      ],
    ])
    expect(events.map((event) => event.event === 'key.leaked' && event.source)).toEqual(urls.map(() => 'unknown'))
  })
})

describe('GitHub’s own example', () => {
  const [current, older] = golden.reports
  const keys = async () =>
    golden.public_keys.map((each: { key_identifier: string; key: string }) => ({
      keyId: each.key_identifier,
      publicKey: each.key,
    }))

  it.each([current, older])('is accepted, signed by $key_identifier', async ({ key_identifier, signature, body }) => {
    const of = service({ publicKeys: keys })
    const headers = { 'Github-Public-Key-Identifier': key_identifier, 'Github-Public-Key-Signature': signature }
    const response = await of.handler(post(body, headers))
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual([
      { token_hash: sha256('some_token'), token_type: 'some_type', label: 'false_positive' },
    ])
    expect(of.found).toEqual([])
  })

  it('is refused with each other’s key, a changed byte, and as JSON written anew', async () => {
    for (const [body, id] of [
      [current.body, older.key_identifier],
      [current.body.replace('commit', 'Commit'), current.key_identifier],
      [`${current.body}\n`, current.key_identifier],
      [JSON.stringify(JSON.parse(current.body), null, 1), current.key_identifier],
    ]) {
      const of = service({ publicKeys: keys })
      const headers = { 'Github-Public-Key-Identifier': id, 'Github-Public-Key-Signature': current.signature }
      await expectRefused(await of.handler(post(body, headers)), 401, of)
    }
  })
})

describe('an attack on the leak report', () => {
  const body = (of: ReturnType<typeof service>): string => JSON.stringify([match(of.live)])

  it.each([
    ['no headers', { 'Github-Public-Key-Signature': undefined, 'Github-Public-Key-Identifier': undefined }],
    ['no signature', { 'Github-Public-Key-Signature': undefined }],
    ['an empty signature', { 'Github-Public-Key-Signature': '' }],
    ['no key id', { 'Github-Public-Key-Identifier': undefined }],
    ['an unknown key id', { 'Github-Public-Key-Identifier': 'f'.repeat(64) }],
    ['__proto__ as a key id', { 'Github-Public-Key-Identifier': '__proto__' }],
    ['a key id of 10 KB', { 'Github-Public-Key-Identifier': 'a'.repeat(10_000) }],
    ['a signature of 10 KB', { 'Github-Public-Key-Signature': 'AAAA'.repeat(2_500) }],
    ['an HMAC', { 'Github-Public-Key-Signature': createHmac('sha256', pem).update('x').digest('base64') }],
  ])('a report is refused: %s', async (_, headers) => {
    const of = service()
    await expectRefused(await of.handler(post(body(of), headers)), 401, of)
  })

  it('is refused: signed by another key, and by the reporter over other bytes', async () => {
    for (const signature of [
      (text: string) => signed(text, stranger.privateKey),
      (text: string) => signed(`${text} `),
      (text: string) => signed(JSON.stringify(JSON.parse(text), null, 2)),
      (text: string) => sign('sha512', Buffer.from(text), reporter.privateKey).toString('base64'),
      (text: string) =>
        sign('sha256', Buffer.from(text), { key: reporter.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64'),
    ]) {
      const of = service()
      const text = body(of)
      await expectRefused(await of.handler(post(text, { 'Github-Public-Key-Signature': signature(text) })), 401, of)
    }
  })

  it('is refused: every other spelling of a good signature', async () => {
    const of = service()
    const text = body(of)
    // Of 71 bytes, so that base64 ends with padding whose bits can be played with.
    let der = Buffer.alloc(0)
    while (der.length !== 71) der = sign('sha256', Buffer.from(text), reporter.privateKey)
    const good = der.toString('base64')
    expect((await of.handler(post(text, { 'Github-Public-Key-Signature': good }))).status).toBe(200)
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
    const trailing = alphabet[alphabet.indexOf(good.at(-2) as string) + 1] as string
    const longLength = Buffer.concat([Buffer.from([0x30, 0x81, der.length - 2]), der.subarray(2)])
    const rLength = der[3] as number
    const paddedR = Buffer.concat([
      Buffer.from([0x30, der.length - 1, 0x02, rLength + 1, 0x00]),
      der.subarray(4, 4 + rLength),
      der.subarray(4 + rLength),
    ])
    const spellings = [
      good.replace(/=+$/, ''),
      `${good}=`,
      `${good.slice(0, -2)}${trailing}=`,
      `${good.slice(0, 10)} ${good.slice(10)}`,
      `${good.slice(0, 10)}!${good.slice(10)}`,
      good.replaceAll('+', '-').replaceAll('/', '_'),
      `"${good}"`,
      `${good}, ${good}`,
      der.toString('hex'),
      Buffer.concat([der, Buffer.from([0])]).toString('base64'),
      der.subarray(0, -1).toString('base64'),
      longLength.toString('base64'),
      paddedR.toString('base64'),
      Buffer.from('3006020100020100', 'hex').toString('base64'),
      Buffer.from('3006020101020101', 'hex').toString('base64'),
      Buffer.from('3080', 'hex').toString('base64'),
      Buffer.from('3000', 'hex').toString('base64'),
    ].filter((spelling) => spelling !== good)
    for (const spelling of spellings) {
      const other = service()
      await expectRefused(await other.handler(post(text, { 'Github-Public-Key-Signature': spelling })), 401, other)
    }
    expect(spellings.length).toBeGreaterThanOrEqual(16)
  })

  it('is refused: every changed byte of a body, and every changed byte of a signature', async () => {
    const key = await importEcdsaVerifyingKey(pem, { keyId, algorithm: 'ecdsa-p256-sha256' })
    const text = Buffer.from(JSON.stringify([match(newSecretText(format, 'live'))]))
    const der = sign('sha256', text, reporter.privateKey)
    const judge = (body: Uint8Array, signature: Buffer) =>
      judgeLeakReport({ body, signature: signature.toString('base64'), key, format })
    expect((await judge(text, der)).ok).toBe(true)
    for (let at = 0; at < text.length; at++) {
      const changed = Buffer.from(text)
      changed[at] = (changed[at] as number) ^ (1 << (at % 8))
      expect(await judge(changed, der)).toMatchObject({ ok: false, status: 401, code: 'LEAK_REPORT_REFUSED' })
    }
    for (let at = 0; at < der.length; at++) {
      const changed = Buffer.from(der)
      changed[at] = (changed[at] as number) ^ (1 << (at % 8))
      expect(await judge(text, changed)).toMatchObject({ ok: false, status: 401 })
    }
  })

  it('is refused before it is read: a body that says it is too large', async () => {
    const of = service()
    let pulled = 0
    const stream = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          pulled++
          controller.enqueue(new Uint8Array(65_536))
        },
      },
      { highWaterMark: 0 },
    )
    const headers = {
      'Github-Public-Key-Identifier': keyId,
      'Github-Public-Key-Signature': 'x',
      'content-length': '10000000',
    }
    const request = new Request('https://api.example.com/', {
      method: 'POST',
      body: stream,
      headers,
      duplex: 'half',
    } as RequestInit)
    await expectRefused(await of.handler(request), 413, of)
    expect(pulled).toBe(0)
  })

  it('is cut off at the cap: 10 MB that do not say so', async () => {
    const of = service()
    let pulled = 0
    let cancelled = false
    const stream = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (++pulled > 160) controller.close()
          else controller.enqueue(new Uint8Array(65_536))
        },
        cancel() {
          cancelled = true
        },
      },
      { highWaterMark: 0 },
    )
    const headers = { 'Github-Public-Key-Identifier': keyId, 'Github-Public-Key-Signature': 'x' }
    const request = new Request('https://api.example.com/', {
      method: 'POST',
      body: stream,
      headers,
      duplex: 'half',
    } as RequestInit)
    await expectRefused(await of.handler(request), 413, of)
    expect(pulled).toBeLessThanOrEqual(18)
    expect(cancelled).toBe(true)
  })

  it('is given up when it never ends, and when it breaks', async () => {
    for (const pull of [() => new Promise<void>(() => {}), () => Promise.reject(new Error('gone'))]) {
      const of = service({ timeoutMs: 30 })
      const headers = { 'Github-Public-Key-Identifier': keyId, 'Github-Public-Key-Signature': 'x' }
      const stream = new ReadableStream<Uint8Array>({ pull })
      const request = new Request('https://api.example.com/', {
        method: 'POST',
        body: stream,
        headers,
        duplex: 'half',
      } as RequestInit)
      await expectRefused(await of.handler(request), 400, of)
    }
  })

  it('is refused as a whole: 100 000 signed matches, one match above the cap', async () => {
    const many = JSON.stringify(Array.from({ length: 100_000 }, () => ({ token: 'x', type: 'y' })))
    const small = service()
    await expectRefused(await small.handler(post(many)), 413, small)
    const large = service({ maxBodyBytes: 100_000_000 })
    const startMs = cpuMs()
    await expectRefused(await large.handler(post(many)), 413, large)
    expect(cpuMs() - startMs).toBeLessThan(2_000)
    const of = service({ maxTokens: 2 })
    await expectRefused(await of.handler(post(JSON.stringify([1, 2, 3].map(() => match(of.live))))), 413, of)
    const fits = service({ maxTokens: 2 })
    expect((await fits.handler(post(JSON.stringify([1, 2].map(() => match(fits.live)))))).status).toBe(200)
  })

  it.each([
    ['nothing', ''],
    ['no JSON', 'token=x'],
    ['no array', '{"token":"x","type":"y"}'],
    ['an empty array', '[]'],
    ['null', 'null'],
    ['a match that is none', '[null]'],
    ['a list in the list', '[["token"]]'],
    ['no token', '[{"type":"y"}]'],
    ['an empty token', '[{"token":"","type":"y"}]'],
    ['a number', '[{"token":7,"type":"y"}]'],
    ['a list', '[{"token":["x"],"type":"y"}]'],
    ['a token of 5 KB', `[{"token":"${'x'.repeat(5_000)}","type":"y"}]`],
    ['no type', '[{"token":"x"}]'],
    ['a type with a line break', '[{"token":"x","type":"a\\nb"}]'],
    ['a token by prototype', '[{"__proto__":{"token":"x","type":"y"}}]'],
    ['a byte order mark', '\ufeff[{"token":"x","type":"y"}]'],
    ['two values', '[{"token":"x","type":"y"}][]'],
    ['one match among others', '[{"token":"x","type":"y"},{"token":"x","type":null}]'],
  ])('is no report, though signed: %s', async (_, text) => {
    const of = service()
    await expectRefused(await of.handler(post(text)), 400, of)
  })

  it('is no report: bytes that are not UTF-8', async () => {
    const of = service()
    const bytes = Buffer.concat([
      Buffer.from('[{"token":"'),
      Buffer.from([0xff, 0xc0, 0x80]),
      Buffer.from('","type":"y"}]'),
    ])
    await expectRefused(await of.handler(post(bytes)), 400, of)
  })

  it('changes nothing by names such as __proto__', async () => {
    const of = service()
    const text = `[{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"token":"${of.live}","type":"__proto__","toString":1}]`
    const response = await of.handler(post(text))
    expect(await response.json()).toEqual([
      { token_hash: sha256(of.live), token_type: '__proto__', label: 'true_positive' },
    ])
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
    expect(of.revoked).toHaveLength(1)
  })

  it('is no report: a token by a prototype that other code has changed', async () => {
    const of = service()
    const request = post('[{"type":"y"}]')
    Object.defineProperty(Object.prototype, 'token', { value: of.live, configurable: true })
    try {
      await expectRefused(await of.handler(request), 400, of)
    } finally {
      delete (Object.prototype as { token?: unknown }).token
    }
  })

  it('by another method gets 405', async () => {
    const response = await service().handler(new Request('https://api.example.com/leaks'))
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST')
  })

  it('cannot be judged once something has read the body', async () => {
    const of = service()
    const request = post(body(of))
    await request.text()
    await expect(of.handler(request)).rejects.toSatisfy((error) => isCountersignError(error, 'BODY_CONSUMED'))
  })

  it('never finds a secret in what is judged, printed', async () => {
    const key = await importEcdsaVerifyingKey(pem, { keyId, algorithm: 'ecdsa-p256-sha256' })
    const secret = newSecretText(format, 'live')
    const text = JSON.stringify([match(secret, { type: `t ${secret}`, url: secret })])
    const judged = await judgeLeakReport({ body: Buffer.from(text), signature: signed(text), key, format })
    expect(judged.ok).toBe(true)
    for (const shown of [inspect(judged, { depth: 9, showHidden: true }), JSON.stringify(judged), String(judged)])
      expect(shown).not.toContain(secret.slice(11, 40))
  })

  it('of any bytes and headers never throws', async () => {
    const of = service()
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.string({ unit: 'grapheme-ascii' }),
        async (bytes, text) => {
          const key = await importEcdsaVerifyingKey(pem, { keyId, algorithm: 'ecdsa-p256-sha256' })
          for (const signature of [text, signed(bytes)]) {
            const judged = await judgeLeakReport({ body: bytes, signature, key, format })
            expect(judged.ok).toBe(false)
          }
        },
      ),
      { numRuns: 50 },
    )
    expect(of.revoked).toEqual([])
  })
})

describe('the reporter’s keys', () => {
  const rotated = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const next = { keyId: 'a'.repeat(64), publicKey: rotated.publicKey.export({ format: 'pem', type: 'spki' }) as string }
  const signedBy = (text: string, id: string, key = reporter.privateKey): Request =>
    post(text, { 'Github-Public-Key-Identifier': id, 'Github-Public-Key-Signature': signed(text, key) })
  const text = '[{"token":"x","type":"y"}]'

  it('are fetched once for all who wait, and again for an unknown id at most once a minute', async () => {
    let nowMs = NOW
    let listed = publicKeys
    const fetchKeys = vi.fn(async () => listed)
    const { handler } = service({ publicKeys: fetchKeys, clock: { now: () => nowMs } })
    const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await handler(post(text))).status))
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(fetchKeys).toHaveBeenCalledTimes(1)
    for (let i = 0; i < 100; i++) expect((await handler(signedBy(text, `unknown-${i}`))).status).toBe(401)
    expect(fetchKeys).toHaveBeenCalledTimes(1)
    nowMs += 60_000
    listed = [...publicKeys, next]
    expect((await handler(signedBy(text, next.keyId, rotated.privateKey))).status).toBe(200)
    for (let i = 0; i < 100; i++) expect((await handler(signedBy(text, `unknown-${i}`))).status).toBe(401)
    expect(fetchKeys).toHaveBeenCalledTimes(2)
  })

  it('are forgotten a day after the reporter has withdrawn them', async () => {
    let nowMs = NOW
    let listed = [...publicKeys, next]
    const { handler } = service({ publicKeys: async () => listed, clock: { now: () => nowMs } })
    expect((await handler(post(text))).status).toBe(200)
    listed = [next]
    nowMs += 86_399_999
    expect((await handler(post(text))).status).toBe(200)
    nowMs += 1
    expect((await handler(post(text))).status).toBe(401)
  })

  it('that cannot be fetched make it 503, so that the report comes again', async () => {
    let nowMs = NOW
    let works = false
    const fetchKeys = vi.fn(async () => {
      if (!works) throw new Error('down')
      return publicKeys
    })
    const of = service({ publicKeys: fetchKeys, clock: { now: () => nowMs } })
    const request = () => post(JSON.stringify([match(of.live)]))
    const response = await of.handler(request())
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('60')
    expect(of.revoked).toEqual([])
    expect((await of.handler(request())).status).toBe(503)
    expect(fetchKeys).toHaveBeenCalledTimes(1)
    works = true
    nowMs += 60_000
    expect((await of.handler(request())).status).toBe(200)
    works = false
    nowMs += 86_400_000
    expect((await of.handler(request())).status).toBe(503)
  })

  it('of the wrong kind are left out, the others hold', async () => {
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({
      format: 'pem',
      type: 'spki',
    }) as string
    const privatePem = stranger.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string
    const listed = [
      { keyId: 'p384', publicKey: p384 },
      { keyId: 'private', publicKey: privatePem },
      { keyId: 'none', publicKey: '' },
      { keyId: '', publicKey: pem },
      ...publicKeys,
    ]
    const { handler } = service({ publicKeys: listed })
    expect((await handler(post(text))).status).toBe(200)
    expect((await handler(signedBy(text, 'private', stranger.privateKey))).status).toBe(401)
  })
})

describe('githubReportKeys', () => {
  const json = (value: unknown, init?: ResponseInit) => async () => new Response(JSON.stringify(value), init)

  it('reads GitHub’s document from GitHub’s address, with a token where there is one', async () => {
    const fetch = vi.fn(json(golden))
    const keys = await githubReportKeys({ fetch, token: Secret.fromText('ghp_x') })()
    expect(keys.map((key) => key.keyId)).toEqual(
      golden.public_keys.map((each: { key_identifier: string }) => each.key_identifier),
    )
    const [url, init] = fetch.mock.calls[0] as unknown as [string, RequestInit]
    expect(url).toBe(GITHUB_REPORT_KEYS_URL)
    expect(init).toMatchObject({ redirect: 'error', headers: { authorization: 'Bearer ghp_x' } })
    const bare = vi.fn(json(golden))
    await githubReportKeys({ fetch: bare })()
    expect((bare.mock.calls[0] as unknown as [string, RequestInit])[1].headers).toEqual({ accept: 'application/json' })
  })

  it.each([
    ['another status', json({}, { status: 403 }), 'DIRECTORY_UNAVAILABLE'],
    ['no answer', () => new Promise<Response>(() => {}), 'DIRECTORY_UNAVAILABLE'],
    ['a network error', () => Promise.reject(new Error('Bearer ghp_x')), 'DIRECTORY_UNAVAILABLE'],
    ['no JSON', async () => new Response('<html>'), 'DIRECTORY_REFUSED'],
    ['another document', json({ keys: [] }), 'DIRECTORY_REFUSED'],
    ['null', json(null), 'DIRECTORY_REFUSED'],
    ['keys that are none', json({ public_keys: [null] }), 'DIRECTORY_REFUSED'],
    ['too much', async () => new Response('x'.repeat(70_000)), 'DIRECTORY_UNAVAILABLE'],
  ] as const)('the source of keys refuses %s', async (_, fetch, code) => {
    const error = await githubReportKeys({ fetch, timeoutMs: 30, token: Secret.fromText('ghp_x') })().catch(
      (thrown) => thrown,
    )
    expect(isCountersignError(error, code)).toBe(true)
    expect(inspect(error, { depth: 9 })).not.toContain('ghp_x')
  })
})

describe('revokeBySecret', () => {
  it('revokes for every holder of the secret, again and again', async () => {
    const { live, index, ids } = service()
    const revoked: [string, LeakReason][] = []
    const events: LeakEvent[] = []
    const options = {
      format,
      clock,
      find: (secret: string) => ids.get(index(secret)),
      revoke: (id: string, why: LeakReason) => {
        revoked.push([id, why])
        if (revoked.length > 1) throw new CountersignError('KEY_STATE', 'revoked already')
      },
      audit: (event: LeakEvent) => void events.push(event),
    }
    expect(await revokeBySecret(live, options)).toBe('acmek_live_1')
    expect(await revokeBySecret(live, options)).toBe('acmek_live_1')
    expect(revoked[0]).toEqual(['acmek_live_1', { reason: 'leaked', url: '', source: 'holder' }])
    expect(events[0]).toMatchObject({
      event: 'key.leaked',
      outcome: 'revoked',
      keyId: 'acmek_live_1',
      source: 'holder',
    })
    expect(await revokeBySecret(newSecretText(format, 'live'), options)).toBeUndefined()
    expect(revoked).toHaveLength(2)
  })

  it('looks up nothing for a text that is no secret, and reveals nothing of one when the store fails', async () => {
    const find = vi.fn(async (secret: string): Promise<string> => {
      throw new Error(secret)
    })
    const events: LeakEvent[] = []
    const options = { format, find, revoke: () => {}, audit: (event: LeakEvent) => void events.push(event) }
    for (const text of [
      '',
      'acmes_live_',
      `${newSecretText(format, 'live')}x`,
      newSecretText({ prefix: 'beta' }, 'live'),
    ])
      expect(await revokeBySecret(text, options)).toBeUndefined()
    expect(find).not.toHaveBeenCalled()
    await expect(revokeBySecret(7 as never, options)).rejects.toSatisfy((error) =>
      isCountersignError(error, 'ARGUMENT_INVALID'),
    )
    const secret = newSecretText(format, 'live')
    const error = await revokeBySecret(secret, options).catch((thrown) => thrown)
    expect(isCountersignError(error, 'STORE_UNAVAILABLE')).toBe(true)
    expect(inspect(error, { depth: 9 }) + JSON.stringify(events)).not.toContain(secret)
    expect(events).toMatchObject([{ outcome: 'failed', keyId: undefined }])
  })
})

describe('secretIndex', () => {
  const pepper = randomBytes(32)

  it('is the beginning of HMAC-SHA-256 of the text, and what a sealing makes of it', () => {
    const secret = newSecretText(format, 'live')
    const expected = createHmac('sha256', pepper).update(secret).digest().subarray(0, 16).toString('base64url')
    expect(secretIndex(pepper)(secret)).toBe(expected)
    expect(hashSecret(secret, new Secret(pepper))).toBe(expected)
    expect(hashSecret(Buffer.from(secret), pepper)).toBe(expected)
    const sealing = createSealing({ primary: { id: 'kek-1', key: randomBytes(32) }, indexSecret: pepper })
    expect(sealing.hashesOf(Buffer.from(secret))).toEqual([expected])
    expect(hashSecret(secret, randomBytes(32))).not.toBe(expected)
  })

  it.each([
    ['KEY_WEAK', () => secretIndex(new Uint8Array(31))],
    ['ARGUMENT_INVALID', () => secretIndex('a'.repeat(32) as never)],
    ['ARGUMENT_INVALID', () => secretIndex(pepper)(7 as never)],
  ] as const)('the function secretIndex throws %s', (code, run) => {
    let error: unknown
    try {
      run()
    } catch (thrown) {
      error = thrown
    }
    expect(isCountersignError(error, code)).toBe(true)
  })
})

describe('with a keyring', () => {
  it('revokes the leaked key, and only that one', async () => {
    const sealing = createSealing({ primary: { id: 'kek-1', key: randomBytes(32) }, indexSecret: randomBytes(32) })
    const keyring = createKeyring({ store: memoryKeyStore(), prefix: 'acme', sealing })
    const [leaked, other] = await Promise.all(
      ['alice', 'bob'].map((owner) => keyring.issue({ owner, scopes: ['orders:read'], actor: 'admin' })),
    )
    const { handler, events } = service({
      find: (secret) => keyring.findBySecret(secret),
      revoke: (id, { reason, source }) => keyring.revoke(id, { actor: 'leak-report', reason: `${reason}: ${source}` }),
    })
    const id = leaked?.key.id as string
    const report = JSON.stringify([match((leaked as { secret: Secret }).secret.revealText())])
    for (let i = 0; i < 2; i++) expect((await handler(post(report))).status).toBe(200)
    expect(await keyring.describe(id)).toMatchObject({ status: 'revoked', revokedReason: 'leaked: commit' })
    expect(await keyring.describe(other?.key.id as string)).toMatchObject({ status: 'active' })
    const entries: readonly AuditEntry[] = events
    expect(entries.map(({ keyId }) => keyId)).toEqual([id, id])
    await keyring.close()
  })
})

describe('createLeakReportHandler', () => {
  it.each([
    { format: { prefix: 's' } },
    { format: undefined },
    { publicKeys: [] },
    { publicKeys: undefined },
    { find: undefined },
    { revoke: undefined },
    { maxBodyBytes: 0 },
    { maxTokens: Number.NaN },
    { timeoutMs: Number.POSITIVE_INFINITY },
    { storeTimeoutMs: '5' },
  ])('the handler refuses the options %j', (wrong) => {
    let error: unknown
    try {
      service(wrong as never)
    } catch (thrown) {
      error = thrown
    }
    expect(isCountersignError(error, 'CONFIG_INVALID')).toBe(true)
  })

  it('is tested against signatures that another implementation makes and checks', () => {
    const text = '[{"token":"x","type":"y"}]'
    expect(verify('sha256', Buffer.from(text), pem, Buffer.from(signed(text), 'base64'))).toBe(true)
  })
})
