import { describe, expect, test } from 'vitest'
import { CountersignError } from '../../../src/errors.js'
import type { Coverage, VerifyScheme } from '../../../src/schemes/scheme.js'
import { streamedBody } from '../../../src/server/steps/streamed-body.js'
import type { Accepted } from '../../../src/server/verdict.js'
import { arriving, BODY, DIGEST, NOW, PLAIN, pipeline, plain } from './pipeline.js'

describe('a body that arrives', () => {
  const covers = new Set<Coverage>(['method', 'body'])
  const signature = { covers, bodyDigests: [DIGEST] }

  test('is read after the signature has proven whose it is, and its key is asked for again', async () => {
    const { verifier, steps } = pipeline({ signature })
    const verdict = await verifier.verify({ ...plain, body: arriving(BODY) })
    expect(verdict).toMatchObject({ ok: true, body: BODY, bodyStream: undefined, request: { body: BODY } })
    expect(steps.slice(1, 5)).toEqual(['parse', 'get', 'verify', 'get'])
  })

  test('is read first where a scheme signs it, and its key asked for once', async () => {
    const parsed: unknown[] = []
    const parse: VerifyScheme['parse'] = ({ body }) => {
      parsed.push(body)
      return [{ ...PLAIN, covers, bodyDigests: [] }]
    }
    const reading = pipeline({ scheme: { parse, readsBody: true } })
    const verdict = await reading.verifier.verify({ ...plain, body: arriving(BODY) }, { streamBody: streamedBody })
    expect(verdict).toMatchObject({ ok: true, body: BODY, bodyStream: undefined })
    expect(parsed).toEqual([BODY])
    expect(reading.steps.filter((step) => step === 'get')).toHaveLength(1)
    // One of several schemes is enough.
    const other: VerifyScheme = { id: 'other', parse: () => [] }
    const own: VerifyScheme = { id: 'own', parse, readsBody: true }
    const two = pipeline({ options: { schemes: [other, own] } })
    expect(await two.judge({ body: arriving(BODY) }, { streamBody: streamedBody })).toBe('ok')
    expect(parsed).toEqual([BODY, BODY])
  })

  test.each<readonly [string, Error | Uint8Array, string]>([
    ['another one', new TextEncoder().encode('bodi'), 'DIGEST_MISMATCH 401: the body is not the one that was signed'],
    ['one that breaks off', new Error('reset'), 'BODY_UNREADABLE 400: the body ended early or could not be read'],
    // By then no store is asked: it is the message's fault.
    ['one that cannot be parsed', new CountersignError('FIELD_MALFORMED', 'odd'), 'AUTH_MALFORMED 400: odd'],
  ])('is refused with its true status for %s', async (_, chunk, expected) => {
    const { judge, steps } = pipeline({ signature })
    expect(await judge({ body: arriving(chunk) })).toBe(expected)
    expect(steps).not.toContain('claim')
  })

  test('is handed out while it arrives where that is asked for, and only then', async () => {
    const { verifier, steps, events } = pipeline({ signature })
    const verdict = await verifier.verify({ ...plain, body: arriving(BODY) }, { streamBody: streamedBody })
    expect(verdict).toMatchObject({ ok: true, body: null })
    const chunks: Uint8Array[] = []
    for await (const chunk of (verdict as Accepted).bodyStream ?? []) chunks.push(chunk)
    expect(chunks).toEqual([BODY])
    expect(steps.filter((step) => step === 'get')).toHaveLength(1)
    expect(events).toHaveLength(1)
    // A body that is there is no stream.
    for (const body of [BODY, null]) {
      const read = await pipeline({ signature: body === null ? {} : signature }).verifier.verify(
        { ...plain, body },
        { streamBody: streamedBody },
      )
      expect(read).toMatchObject({ ok: true, body, bodyStream: undefined })
    }
  })

  test('that fails while it is handed out is a second event, with its own status', async () => {
    const { verifier, events, used } = pipeline({ signature })
    const verdict = await verifier.verify(
      { ...plain, body: arriving(new TextEncoder().encode('bodi')) },
      { streamBody: streamedBody },
    )
    const reading = (async () => {
      for await (const _ of (verdict as Accepted).bodyStream ?? []);
    })()
    await expect(reading).rejects.toMatchObject({ code: 'DIGEST_MISMATCH', status: 401 })
    expect(events).toMatchObject([
      { outcome: 'ok' },
      { outcome: 'denied', code: 'DIGEST_MISMATCH', status: 401, keyId: 'a' },
    ])
    expect(used).toMatchObject([
      ['a', { ok: true }, NOW],
      ['a', { code: 'DIGEST_MISMATCH' }, NOW],
    ])
  })

  test.each<readonly [string, () => unknown, string]>([
    ['is gone', () => null, 'KEY_UNKNOWN 401: the key is gone'],
    [
      'cannot be looked up',
      () => Promise.reject(new Error('down')),
      'KEY_SOURCE_FAILED 503: the key source failed: an unexpected Error',
    ],
    ['is not one', () => ({}), 'KEY_SOURCE_FAILED 503: the key source returned something that is not a key record'],
  ])('is refused where the key %s by then', async (_, latest, expected) => {
    let count = 0
    const found: ReturnType<typeof pipeline> = pipeline({
      signature,
      at: { get: () => (count++ === 0 ? { key: found.key } : latest()) },
    })
    expect(await found.judge({ body: arriving(BODY) })).toBe(expected)
  })

  test('is answered with the record that holds by then', async () => {
    let count = 0
    const found: ReturnType<typeof pipeline> = pipeline({
      signature,
      at: { get: async () => ({ key: found.key, owner: `owner-${count++}` }) },
    })
    const verdict = await found.verifier.verify({ ...plain, body: arriving(BODY) })
    expect(verdict).toMatchObject({ ok: true, owner: 'owner-1', record: { owner: 'owner-1' } })
    expect(found.events).toMatchObject([{ owner: 'owner-1' }])
    expect(found.steps.slice(-2)).toEqual(['owner owner:owner-1 1', 'give peer'])
  })
})
