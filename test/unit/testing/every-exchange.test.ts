import { describe, expect, test } from 'vitest'
import { type AnswerTime, answerTime } from '../../../src/sources/answer-time.js'
import { EXCHANGE_ANSWERS } from '../../../src/testing/exchanges/all.js'
import type { MockExchangeOptions } from '../../../src/testing/options.js'
import { accountOf, samples, send, signed, unsigned } from './signed-samples.js'
import { answerOf, start, when } from './support.js'

const DAY = 86_400_000

describe.each(samples.map((one) => [one.name, one] as const))('a mock of %s', (_, sample) => {
  const { exchange, verifyingKey, bodies = { GET: 'none', POST: 'json' } } = sample
  const { spec } = exchange
  const account = accountOf(sample)
  const { passphrase } = account
  const open = (options: Partial<MockExchangeOptions> = {}) => start(exchange, { accounts: [account], ...options })
  const method = Object.keys(bodies)[0] as string
  /** The exchange's words, where any are known. */
  const itsOwn = ([status, body]: readonly [number, unknown], code: string): void => {
    expect(status === 200 || (status >= 400 && status <= 500)).toBe(true)
    if (EXCHANGE_ANSWERS[spec.id] === undefined) expect(body).toMatchObject({ error: code })
    else expect(Object(body).error).not.toBe(code)
  }

  test.each(Object.keys(bodies))('the mock accepts %s', async (method) => {
    const mock = await open()
    const [status, body] = await send(signed(sample, unsigned(sample, mock.origin, method)))
    expect(mock.requests).toMatchObject([{ code: undefined, keyId: verifyingKey.keyId, method }])
    expect(status).toBe(200)
    expect(body).toBeTypeOf('object')
  })

  test('refuses a forged signature, an unknown key and nothing at all', async () => {
    const mock = await open()
    const request = unsigned(sample, mock.origin, method)
    const forged = sample.forged ?? 'SIGNATURE_INVALID'
    itsOwn(await send(signed(sample, request, { forged: true })), forged)
    const empty = await open({ accounts: [] })
    itsOwn(await send(signed(sample, unsigned(sample, empty.origin, method))), 'KEY_UNKNOWN')
    itsOwn(await send(request), 'AUTH_MISSING')
    expect(mock.requests.map(({ code }) => code)).toEqual([forged, 'AUTH_MISSING'])
    expect(empty.requests.map(({ code }) => code)).toEqual(['KEY_UNKNOWN'])
  })

  when(spec.covers.includes('query') && sample.queryOn?.includes(method) !== false)(
    'refuses another query',
    async () => {
      const mock = await open()
      const request = signed(sample, unsigned(sample, mock.origin, method))
      await send({ ...request, target: request.target.replace('BTCUSDT', 'ETHUSDT') })
      expect(['SIGNATURE_INVALID', 'DIGEST_MISMATCH', 'AUTH_MALFORMED']).toContain(mock.requests[0]?.code)
    },
  )

  when(spec.nonce !== undefined)('refuses a nonce that was used', async () => {
    const mock = await open()
    const request = signed(sample, unsigned(sample, mock.origin, method))
    await send(request)
    itsOwn(await send(request), 'REPLAY')
    expect(mock.requests.map(({ code }) => code)).toEqual([undefined, 'REPLAY'])
  })

  when(spec.time !== undefined)(
    'refuses a time outside of its window, in words its clock error is found in',
    async () => {
      const mock = await open()
      const at = (aheadMs: number) => send(signed(sample, unsigned(sample, mock.origin, method), { aheadMs }))
      const late = await at(-DAY)
      itsOwn(late, 'TIMESTAMP_EXPIRED')
      const early = await at(DAY)
      expect(mock.requests.map(({ code }) => code)).toEqual([
        'TIMESTAMP_EXPIRED',
        spec.time?.lifeMs === undefined ? 'TIMESTAMP_FUTURE' : undefined,
      ])
      const { clock } = spec
      if (clock === undefined) return
      for (const [status, body] of mock.requests[1]?.code === undefined ? [late] : [late, early]) {
        // Revolut X documents one of the two only.
        if (spec.id === 'revolut-x' && !JSON.stringify(body).includes('future')) continue
        expect(typeof body === 'string' ? body : JSON.stringify(body)).toMatch(clock.error)
        expect(status === 200).toBe(clock.status200 === true)
      }
    },
  )

  when(passphrase !== undefined)('refuses another passphrase', async () => {
    const mock = await open({ accounts: [{ ...account, passphrase: 'another one' }] })
    const answer = await send(signed(sample, unsigned(sample, mock.origin, method)))
    const code = spec.passphrase === 'in-base' ? 'SIGNATURE_INVALID' : 'PASSPHRASE_INVALID'
    itsOwn(answer, code)
    expect(mock.requests.map((one) => one.code)).toEqual([code])
  })

  test('holds the key to its address and its permissions', async () => {
    const mock = await open({ accounts: [{ ...account, allowIp: ['203.0.113.9'] }] })
    itsOwn(await send(signed(sample, unsigned(sample, mock.origin, method))), 'IP_DENIED')
    const none = await open({ accounts: [{ ...account, permissions: [] }] })
    const answer = await send(signed(sample, unsigned(sample, none.origin, method)))
    // A login gives a token to any key.
    const isLogin = spec.token !== undefined && sample.paths?.[0] === spec.token.path
    if (!isLogin) itsOwn(answer, 'SCOPE_DENIED')
    expect([...mock.requests, ...none.requests].map(({ code }) => code)).toEqual([
      'IP_DENIED',
      isLogin ? undefined : 'SCOPE_DENIED',
    ])
  })

  test('repeats no passphrase, no signature and no secret', async () => {
    const mock = await open()
    const request = signed(sample, unsigned(sample, mock.origin, 'POST' in bodies ? 'POST' : method))
    const answer = await send(request)
    // A transaction of a chain is what was asked for, and is public with all it holds; its hash is the answer.
    const said = JSON.stringify([answer, mock.requests])
      .replaceAll(verifyingKey.keyId, '')
      .replace(/"tx":"[^"]+"|"hash":"[0-9A-F]{64}"|"digest":"0x[0-9a-f]{64}"/g, '')
    expect(said).not.toMatch(/[0-9a-f]{64}|[A-Za-z0-9+/_-]{43}/)
    expect(said).not.toMatch(/secret-|phrase-/)
  })

  when(spec.clock?.path !== undefined)('tells its time where the exchange does', async () => {
    const mock = await open({ skewMs: 42_000 })
    const [status, body] = await answerOf(fetch(mock.origin + spec.clock?.path))
    expect(status).toBe(200)
    const told = Number(answerTime(body, spec.clock as AnswerTime))
    expect(Math.abs(told - Date.now() - 42_000)).toBeLessThan(1_500)
  })
})
