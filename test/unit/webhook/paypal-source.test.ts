import { afterEach, describe, expect, test, vi } from 'vitest'
import { type CertificateSource, certificateKeys } from '../../../src/webhook/paypal/source.js'
import { caught, outcomeOf } from '../../expect-code.js'
import { certificate, FROM, NAME, UNTIL } from './paypal-certificates.js'

const NOW = Date.UTC(2026, 0, 1)
const DAY = 86_400_000
const urlOf = (name: string): string => `https://certs.example/v1/notifications/certs/${name}`
const CERT = certificate()

/** A source of certificates, and what it has asked for. */
function world(answer: (url: string) => Response | Promise<Response> = () => new Response(CERT), more: object = {}) {
  const fetch = vi.fn(async (url: string, _init: RequestInit) => answer(url))
  const source: CertificateSource = {
    ...{ hosts: ['certs.example', 'api.example'], name: NAME, authorities: undefined, fetch, timeoutMs: 1_000 },
    ...more,
  }
  const keys = certificateKeys(source)
  const codeOf = async (url: string, nowMs = NOW): Promise<unknown> => {
    const outcome = await outcomeOf(async () => keys(url, nowMs))
    return typeof outcome === 'string' ? outcome : 'ok'
  }
  return { fetch, keys, codeOf, asked: () => fetch.mock.calls.length }
}

afterEach(() => {
  vi.useRealTimers()
})

describe('the URL of a certificate', () => {
  test.each([urlOf('C'), 'https://api.example/v1/notifications/certs/a_-9', urlOf('c'.repeat(128))])(
    'may be %s',
    async (url) => {
      const { fetch, codeOf } = world()
      expect(await codeOf(url)).toBe('ok')
      expect(fetch.mock.calls[0]?.[0]).toBe(url)
      expect(fetch.mock.calls[0]?.[1]).toMatchObject({ redirect: 'manual' })
    },
  )

  test.each([
    '',
    'C',
    'http://certs.example/v1/notifications/certs/C',
    'https://evil.example/v1/notifications/certs/C',
    'https://certs.example:8443/v1/notifications/certs/C',
    'https://user@certs.example/v1/notifications/certs/C',
    'https://user:password@certs.example/v1/notifications/certs/C',
    'https://:password@certs.example/v1/notifications/certs/C',
    'https://CERTS.example/v1/notifications/certs/C',
    'https://certs.example/v1/notifications/certs/C?a',
    'https://certs.example/v1/notifications/certs/C#a',
    'https://certs.example/v1/notifications/certs/',
    'https://certs.example/v1/notifications/certs/a/b',
    'https://certs.example/x/v1/notifications/certs/C',
    urlOf('a.b'),
    urlOf('c'.repeat(129)),
  ])('may not be %j', async (url) => {
    const { keys, asked } = world()
    expect(await caught(async () => keys(url, NOW))).toMatchObject({
      code: 'KEY_UNKNOWN',
      message: 'the certificate must be on the host of PayPal',
    })
    expect(asked()).toBe(0)
  })
})

describe('a certificate', () => {
  test('is kept for a day, and found at once', async () => {
    const { keys, asked } = world()
    const [key] = await keys(urlOf('C'), NOW)
    expect(key?.keyId).toBe('paypal')
    expect(keys(urlOf('C'), NOW + DAY - 1)).toEqual([key])
    expect(asked()).toBe(1)
    expect(keys(urlOf('C'), NOW + DAY)).toBeInstanceOf(Promise)
    expect(asked()).toBe(2)
  })

  test('is kept under its own URL', async () => {
    const { codeOf, asked } = world()
    for (const name of ['C', 'D', 'C', 'D']) expect(await codeOf(urlOf(name))).toBe('ok')
    expect(asked()).toBe(2)
  })

  test('that is kept counts within its own time alone', async () => {
    const { keys, codeOf, asked } = world()
    await keys(urlOf('C'), FROM + 1_000)
    expect(await codeOf(urlOf('C'), FROM)).toBe('ok')
    expect(asked()).toBe(1)
    expect(await codeOf(urlOf('C'), FROM - 1)).toBe('KEY_UNKNOWN')
    const late = world()
    await late.keys(urlOf('C'), UNTIL - 1_000)
    expect(await late.codeOf(urlOf('C'), UNTIL)).toBe('ok')
    expect(late.asked()).toBe(1)
    expect(await late.codeOf(urlOf('C'), UNTIL + 1)).toBe('KEY_UNKNOWN')
  })

  test('is fetched once however many wait for it, and anew where that has failed', async () => {
    let isDown = true
    const { keys, codeOf, asked } = world(() => new Response(isDown ? null : CERT, { status: isDown ? 503 : 200 }))
    const first = keys(urlOf('C'), NOW) as Promise<unknown>
    expect(keys(urlOf('C'), NOW)).toBe(first)
    expect(await caught(() => first)).toMatchObject({ code: 'KEY_SOURCE_FAILED' })
    expect(asked()).toBe(1)
    isDown = false
    expect(await codeOf(urlOf('C'))).toBe('ok')
    expect(asked()).toBe(2)
  })

  test('must be one that counts', async () => {
    expect(await world(() => new Response('no certificate')).codeOf(urlOf('C'))).toBe('KEY_UNKNOWN')
    expect(await world(() => new Response(Uint8Array.of(0xff))).codeOf(urlOf('C'))).toBe('KEY_UNKNOWN')
    expect(await world(undefined, { authorities: [] }).codeOf(urlOf('C'))).toBe('KEY_UNKNOWN')
    expect(await world(undefined, { name: 'another.example' }).codeOf(urlOf('C'))).toBe('KEY_UNKNOWN')
  })
})

describe('a source', () => {
  const answeredWith = async (answer: () => Response | Promise<Response>) => {
    const { fetch, keys } = world(answer)
    const error = (await caught(async () => keys(urlOf('C'), NOW))) as Error & { code: string }
    return [error.code, error.message, fetch.mock.calls[0]?.[1].signal?.aborted]
  }
  const broken = (): never => {
    throw new TypeError('fetch failed')
  }

  test.each<[string, () => Response, string]>([
    ['an error', () => new Response(CERT, { status: 500 }), 'the certificate was answered with status 500'],
    ['another status', () => new Response(CERT, { status: 203 }), 'the certificate was answered with status 203'],
    [
      'a redirect that was followed',
      () => Object.defineProperty(new Response(CERT), 'redirected', { value: true }),
      'the certificate was answered with status 200',
    ],
    ['more than 64 KiB', () => new Response('x'.repeat(65_537)), 'the certificate could not be fetched'],
    ['a broken connection', broken, 'the certificate could not be fetched'],
  ])('that answers with %s has failed, and what it has begun is ended', async (_, answer, message) => {
    expect(await answeredWith(answer)).toEqual(['KEY_SOURCE_FAILED', message, true])
  })

  test('may answer with 64 KiB', async () => {
    expect(await world(() => new Response(CERT.padEnd(65_536, '\n'))).codeOf(urlOf('C'))).toBe('ok')
  })

  test('that takes too long has failed', async () => {
    vi.useFakeTimers()
    const { keys, fetch } = world(() => new Promise(() => {}))
    const error = caught(async () => keys(urlOf('C'), NOW))
    await vi.advanceTimersByTimeAsync(999)
    expect(fetch.mock.calls[0]?.[1].signal?.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await error).toMatchObject({ code: 'KEY_SOURCE_FAILED', message: 'the certificate could not be fetched' })
    expect(fetch.mock.calls[0]?.[1].signal?.aborted).toBe(true)
  })

  test('is asked twenty times a minute at most, whatever the clock does', async () => {
    const { keys, codeOf, asked } = world()
    for (let n = 0; n < 20; n++) expect(await codeOf(urlOf(`C${n}`))).toBe('ok')
    expect(await caught(async () => keys(urlOf('C'), NOW))).toMatchObject({
      code: 'KEY_SOURCE_FAILED',
      message: 'too many certificates were asked for',
    })
    expect(await codeOf(urlOf('C'), NOW + 59_999)).toBe('KEY_SOURCE_FAILED')
    expect(asked()).toBe(20)
    // What is kept goes on counting.
    expect(await codeOf(urlOf('C19'), NOW + 59_999)).toBe('ok')
    expect(await codeOf(urlOf('C'), NOW + 60_000)).toBe('ok')
    const back = world()
    for (let n = 0; n < 20; n++) await back.codeOf(urlOf(`C${n}`))
    // Set back, it would have to wait for those that lie ahead.
    expect(await back.codeOf(urlOf('C'), NOW - 1)).toBe('ok')
  })
})
