import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createSignedFetch } from '../../../../src/client/fetch/signed-fetch.js'
import type { SigningKey } from '../../../../src/crypto/key.js'
import { rfc9421 } from '../../../../src/schemes/rfc9421/signer.js'
import type { Accepted } from '../../../../src/server/verdict.js'
import { increasingNonces } from '../../../../src/sources/increasing-nonces.js'
import { codeOf } from '../../../expect-code.js'
import { exchange, headOf, key, signer } from '../mock.js'

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)
const streamOf = (...parts: readonly string[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start: (controller) => {
      for (const part of parts) controller.enqueue(utf8(part))
      controller.close()
    },
  })
const digestOf = (text: string): string => `sha-256=:${createHash('sha256').update(text).digest('base64')}:`
const bodyOf = (verdict: unknown): string => new TextDecoder().decode((verdict as Accepted).body ?? new Uint8Array())

describe('createSignedFetch', () => {
  it.each([
    [{ origins: [] }],
    [{ origins: ['https://a.example'], redirects: { max: 21 } }],
    [{ origins: ['https://a.example'], redirects: { max: Number.NaN } }],
    [{ origins: ['https://a.example'], maxBodyBytes: Number.NaN }],
    [{} as never],
  ])('the options %o are refused', async (options) => {
    expect(await codeOf(() => createSignedFetch(signer, options))).toBe('CONFIG_INVALID')
  })

  it('is accepted for every kind of body, which arrives as it was signed', async () => {
    const { origin, outcomes, verdicts, heads } = await exchange()
    const signedFetch = createSignedFetch(signer, { origins: [origin] })
    const form = new FormData()
    form.set('symbol', 'BTC')
    form.set('file', new Blob(['a,b\n1,2'], { type: 'text/csv' }), 'rows.csv')
    const bytes = utf8('..bytes..')
    const bodies: ReadonlyArray<readonly [BodyInit | Readable, string | RegExp, string | RegExp | undefined]> = [
      ['text ✓', 'text ✓', 'text/plain;charset=UTF-8'],
      [bytes.subarray(2, 7), 'bytes', undefined],
      [bytes.slice().buffer, '..bytes..', undefined],
      [new DataView(bytes.buffer, 2, 5), 'bytes', undefined],
      [new URLSearchParams({ a: '1', b: 'x y' }), 'a=1&b=x+y', 'application/x-www-form-urlencoded;charset=UTF-8'],
      [new Blob(['blob'], { type: 'application/json' }), 'blob', 'application/json'],
      [form, /name="symbol"\r\n\r\nBTC\r\n.*rows\.csv.*a,b\n1,2/s, /^multipart\/form-data; boundary=/],
      [streamOf('str', 'eam'), 'stream', undefined],
      [Readable.from([Buffer.from('no'), Buffer.from('de')]), 'node', undefined],
      ['', '', 'text/plain;charset=UTF-8'],
    ]
    for (const [body] of bodies) {
      const response = await signedFetch(`${origin}/orders?a=1`, { method: 'POST', body: body as BodyInit })
      expect(response.status).toBe(200)
    }
    expect(outcomes()).toEqual(bodies.map(() => 'ok'))
    bodies.forEach(([, text, type], i) => {
      if (typeof text === 'string') expect(bodyOf(verdicts[i])).toBe(text)
      else expect(bodyOf(verdicts[i])).toMatch(text)
      const sent = headOf(heads[i], 'content-type')
      if (type instanceof RegExp) expect(sent).toMatch(type)
      else expect(sent).toBe(type)
      if (type !== undefined) expect((verdicts[i] as Accepted).covered).toContain('"content-type"')
    })
    const [, boundary = '?'] = /boundary=(.*)$/.exec(headOf(heads[6], 'content-type') ?? '') ?? []
    expect(bodyOf(verdicts[6])).toContain(boundary)
  })

  it('takes a string, a URL and a Request', async () => {
    const { origin, outcomes } = await exchange()
    const signedFetch = createSignedFetch(signer, { origins: [origin] })
    await signedFetch(`${origin}/a`)
    await signedFetch(new URL(`${origin}/a?x=%2F&y#fragment`))
    await signedFetch(`${origin}/bare?`)
    await signedFetch(`${origin}/%7Euser/a b/../ü?q=ü'"`)
    await signedFetch(new Request(`${origin}/a`, { method: 'PUT', body: 'x', headers: { 'x-a': '1' } }))
    await signedFetch(new Request(`${origin}/a`), { method: 'delete' })
    await signedFetch(`${origin}/a`, { method: 'HEAD' })
    expect(outcomes()).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok'])
  })

  it('lets the init override the Request, as fetch does', async () => {
    const { origin, verdicts, heads } = await exchange()
    const signedFetch = createSignedFetch(signer, { origins: [origin] })
    const request = new Request(`${origin}/a`, { method: 'POST', body: 'old', headers: { 'x-a': 'old', 'x-b': 'old' } })
    await signedFetch(request, { method: 'PUT', body: 'new', headers: { 'x-a': 'new' } })
    expect([verdicts[0]?.request.method, bodyOf(verdicts[0])]).toEqual(['PUT', 'new'])
    expect([headOf(heads[0], 'x-a'), headOf(heads[0], 'x-b')]).toEqual(['new', undefined])
  })

  it('leaves Request, init and bytes as they were', async () => {
    const { origin, outcomes } = await exchange()
    const signedFetch = createSignedFetch(signer, { origins: [origin] })
    const request = new Request(`${origin}/a`, { method: 'POST', body: 'kept' })
    await signedFetch(request)
    await signedFetch(request)
    expect([request.bodyUsed, await request.text()]).toEqual([false, 'kept'])
    const headers = new Headers({ 'x-a': '1' })
    const init = Object.freeze({ method: 'POST', headers, body: utf8('kept') as BodyInit })
    await signedFetch(`${origin}/a`, init)
    expect([...headers]).toEqual([['x-a', '1']])
    expect(outcomes()).toEqual(['ok', 'ok', 'ok'])
  })

  it('sends the bytes as they were when it was called, whatever happens to them while the key works', async () => {
    const { origin, outcomes, verdicts } = await exchange()
    const body = utf8('quantity 1')
    const slow: SigningKey = {
      ...key,
      keyId: key.keyId,
      sign: async (base) => {
        await new Promise((resolve) => setTimeout(resolve, 5))
        return key.sign(base)
      },
    }
    const { signText: _, ...remote } = slow as typeof key
    const sent = createSignedFetch(rfc9421({ key: remote }), { origins: [origin] })(`${origin}/a`, {
      method: 'POST',
      body: body as BodyInit,
    })
    body[9] = 0x39
    await sent
    expect([outcomes(), bodyOf(verdicts[0])]).toEqual([['ok'], 'quantity 1'])
  })

  it('refuses other origins before anything is read or sent', async () => {
    const { origin, verdicts } = await exchange()
    const signedFetch = createSignedFetch(signer, { origins: [origin] })
    const stream = streamOf('secret')
    for (const url of ['https://evil.example/', origin.replace('127.0.0.1', 'localhost'), 'http://127.0.0.1:1/'])
      expect(await codeOf(() => signedFetch(url, { method: 'POST', body: stream }))).toBe('ORIGIN_REFUSED')
    expect(await codeOf(() => signedFetch(origin, { headers: { host: 'evil.example' } }))).toBe('ORIGIN_REFUSED')
    expect([stream.locked, verdicts.length]).toEqual([false, 0])
  })

  it('refuses what would lose the signature or cannot be sent', async () => {
    const { origin, verdicts } = await exchange()
    const signedFetch = createSignedFetch(signer, { origins: [origin] })
    expect(await codeOf(() => signedFetch(origin, { mode: 'no-cors' }))).toBe('ARGUMENT_INVALID')
    expect(await codeOf(() => signedFetch(new Request(origin, { mode: 'no-cors' })))).toBe('ARGUMENT_INVALID')
    expect(await codeOf(() => signedFetch(origin, { method: 'GET', body: 'x' }))).toBe('ARGUMENT_INVALID')
    await expect(signedFetch('https://user:pass@a.example/')).rejects.toThrow(TypeError)
    await expect(signedFetch('/relative')).rejects.toThrow(
      'the URL must be absolute, got a text without http:// or https:// at its start',
    )
    const used = new Request(origin, { method: 'POST', body: 'x' })
    await used.text()
    expect(await codeOf(() => signedFetch(used))).toBe('BODY_CONSUMED')
    const locked = streamOf('x')
    locked.getReader()
    expect(await codeOf(() => signedFetch(origin, { method: 'POST', body: locked }))).toBe('BODY_CONSUMED')
    expect(verdicts).toHaveLength(0)
  })

  it('reads a stream up to its cap only, and says what to do', async () => {
    const { origin, outcomes } = await exchange()
    const signedFetch = createSignedFetch(signer, { origins: [origin], maxBodyBytes: 10 })
    let cancelled = false
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(utf8('12345')),
      cancel: () => {
        cancelled = true
      },
    })
    const sending = signedFetch(origin, { method: 'POST', body: endless })
    await expect(sending).rejects.toMatchObject({
      code: 'BODY_TOO_LARGE',
      message: expect.stringContaining('Content-Digest'),
    })
    expect(cancelled).toBe(true)
    const request = new Request(origin, { method: 'POST', body: 'eleven byte' })
    expect(await codeOf(() => signedFetch(request))).toBe('BODY_TOO_LARGE')
    expect((await signedFetch(origin, { method: 'POST', body: streamOf('12345', '67890') })).status).toBe(200)
    expect(outcomes()).toEqual(['ok'])
  })

  it('passes a stream on unread when its digest comes with it', async () => {
    const { origin, outcomes, verdicts, heads } = await exchange()
    const signedFetch = createSignedFetch(signer, { origins: [origin], maxBodyBytes: 1 })
    const headers = { 'content-digest': digestOf('large upload'), 'content-type': 'text/plain' }
    for (const body of [
      streamOf('large', ' upload'),
      Readable.from([Buffer.from('large upload')]),
      streamOf('something else'),
    ])
      await signedFetch(origin, { method: 'PUT', headers, body: body as BodyInit })
    expect(outcomes()).toEqual(['ok', 'ok', 'DIGEST_MISMATCH'])
    expect([bodyOf(verdicts[0]), bodyOf(verdicts[1])]).toEqual(['large upload', 'large upload'])
    expect(headOf(heads[0], 'transfer-encoding')).toBe('chunked')
  })

  it('rejects with a broken stream’s error and refuses chunks that are no bytes', async () => {
    const { origin, verdicts } = await exchange()
    const signedFetch = createSignedFetch(signer, { origins: [origin] })
    const broken = new ReadableStream({ start: (controller) => controller.error(new Error('disk failed')) })
    await expect(signedFetch(origin, { method: 'POST', body: broken })).rejects.toThrow('disk failed')
    const words = new ReadableStream({ start: (controller) => controller.enqueue('text') })
    expect(await codeOf(() => signedFetch(origin, { method: 'POST', body: words }))).toBe('BODY_UNREADABLE')
    expect(verdicts).toHaveLength(0)
  })

  it('keeps other signatures of the caller and refuses one of its own name', async () => {
    const { origin, outcomes, heads } = await exchange({ policy: { select: { label: 'sig1' } } })
    const signedFetch = createSignedFetch(signer, { origins: [origin] })
    const other = { 'signature-input': 'proxy=("@method");keyid="p"', signature: 'proxy=:AAAA:' }
    await signedFetch(origin, { headers: other })
    expect(outcomes()).toEqual(['ok'])
    expect(headOf(heads[0], 'signature')).toMatch(/^proxy=:AAAA:, sig1=:/)
    const own = { 'signature-input': 'sig1=("@method");keyid="p"', signature: 'sig1=:AAAA:' }
    expect(await codeOf(() => signedFetch(origin, { headers: own }))).toBe('MESSAGE_MALFORMED')
  })

  it('adds no field that a platform would change', async () => {
    let added: string[] = []
    const fetch = async (_: string, init: RequestInit): Promise<Response> => {
      added = (init.headers as Array<[string, string]>).map(([name]) => name.toLowerCase())
      return new Response()
    }
    await createSignedFetch(signer, { origins: ['https://a.example'], fetch })('https://a.example/', {
      method: 'POST',
      body: 'x',
    })
    expect(added.sort()).toEqual(['content-digest', 'content-type', 'signature', 'signature-input'])
  })

  it('hands settings of Request and init to the transport, and nothing that was not there', async () => {
    const seen: Array<{ url: string; init: RequestInit }> = []
    const fetch = async (url: string, init: RequestInit): Promise<Response> => {
      seen.push({ url, init })
      return new Response()
    }
    const signedFetch = createSignedFetch(signer, { origins: ['https://a.example'], fetch })
    const dispatcher = {}
    await signedFetch('https://a.example/x#part', { cache: 'no-store', dispatcher } as RequestInit)
    const request = new Request('https://a.example/', { credentials: 'omit', keepalive: true })
    await signedFetch(request, { cache: 'reload' })
    expect(seen[0]).toMatchObject({ url: 'https://a.example/x', init: { cache: 'no-store', redirect: 'manual' } })
    expect((seen[0] as { init: { dispatcher?: object } }).init.dispatcher).toBe(dispatcher)
    expect(seen[0]?.init).not.toHaveProperty('credentials')
    expect(seen[1]?.init).toMatchObject({ credentials: 'omit', keepalive: true, cache: 'reload', mode: 'cors' })
  })

  it('looks the global fetch up at each call', async () => {
    const signedFetch = createSignedFetch(signer, { origins: ['https://a.example'] })
    const original = globalThis.fetch
    try {
      globalThis.fetch = async () => new Response('patched')
      expect(await (await signedFetch('https://a.example/')).text()).toBe('patched')
    } finally {
      globalThis.fetch = original
    }
  })

  it('sends 200 requests at once, each with its own nonce', async () => {
    const { origin, outcomes, nonces } = await exchange()
    const signedFetch = createSignedFetch(signer, { origins: [origin] })
    await Promise.all(Array.from({ length: 200 }, async (_, i) => (await signedFetch(`${origin}/${i}`)).text()))
    expect(outcomes()).toEqual(Array.from({ length: 200 }, () => 'ok'))
    expect(new Set(nonces()).size).toBe(200)
  })

  it('hands 1000 parallel requests to the transport in the order of their nonces, even with a key that dawdles', async () => {
    const sent: bigint[] = []
    const fetch = async (_: string, init: RequestInit): Promise<Response> => {
      const headers = new Headers(init.headers)
      sent.push(BigInt(/nonce="(\d+)"/.exec(headers.get('signature-input') ?? '')?.[1] ?? '0'))
      return new Response()
    }
    let calls = 0
    const dawdling: SigningKey = {
      keyId: 'bot-1',
      algorithm: 'hmac-sha256',
      sign: async (base) => {
        if (calls++ % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 2))
        return key.sign(base)
      },
    }
    const nonces = increasingNonces({ unit: 'us' })
    const clients = [signer, rfc9421({ key: dawdling })].map((by) =>
      createSignedFetch(by, { origins: ['https://a.example'], fetch, nonces }),
    )
    await Promise.all(
      Array.from({ length: 1_000 }, (_, i) =>
        clients[i % 2]?.('https://a.example/', i % 3 === 0 ? {} : { method: 'POST', body: streamOf('x'.repeat(i)) }),
      ),
    )
    expect(sent).toHaveLength(1_000)
    expect(sent.every((one, i) => i === 0 || one > (sent[i - 1] as bigint))).toBe(true)
  })
})
