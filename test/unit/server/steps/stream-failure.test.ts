import { describe, expect, test } from 'vitest'
import { CountersignError, type VerdictCode } from '../../../../src/errors.js'
import { streamRefusal } from '../../../../src/server/steps/stream-failure.js'
import { streamedBody } from '../../../../src/server/steps/streamed-body.js'
import type { Refused } from '../../../../src/server/verdict.js'

const challenges = [{ field: 'Accept-Signature', value: 'sig1=()' }]

/** A watch, what was told of it, and a refusal of each status. */
function watching(status = 400) {
  const told: Refused[] = []
  const watch = streamedBody(
    { challenges },
    (error) => ({ ok: false, code: error.code, status, detail: error.message }) as Refused,
    (refused) => told.push(refused),
  )
  return { told, ...watch }
}
const failure = (code = 'DIGEST_MISMATCH', cause?: unknown): CountersignError =>
  new CountersignError(code as VerdictCode, 'another body', cause === undefined ? undefined : { cause })

describe('a streamed body that fails', () => {
  test('is a refusal that is reported once, by whichever reader meets it first', () => {
    const { told, failed, accepted } = watching()
    accepted()
    expect(told).toEqual([])
    failed(failure())
    failed(failure('BODY_UNREADABLE'))
    expect(told).toMatchObject([{ code: 'DIGEST_MISMATCH' }])
  })

  test('is reported after the verdict on its head, where it has failed before', () => {
    const { told, failed, accepted } = watching()
    failed(failure())
    failed(failure('BODY_UNREADABLE'))
    expect(told).toEqual([])
    accepted()
    expect(told).toMatchObject([{ code: 'DIGEST_MISMATCH' }])
  })

  test('is met by the reader of the body, held to the policy while it arrives', async () => {
    const read = async (maxStreamBytes: number): Promise<unknown> => {
      const { told, open, accepted } = watching()
      accepted()
      const body = new Response('four').body as never
      const request = { method: 'POST', scheme: 'https', authority: 'a', target: '/', fields: [], body }
      const signature = { covers: new Set(['body' as const]), bodyDigests: [] }
      const chunks: Uint8Array[] = []
      try {
        for await (const chunk of open(request, signature, { maxStreamBytes, requireWithBody: ['body'] }))
          chunks.push(chunk)
      } catch (error) {
        return [streamRefusal(error)?.code, told.map(({ code }) => code)]
      }
      return [Buffer.concat(chunks).toString(), told]
    }
    expect(await read(4)).toEqual(['four', []])
    expect(await read(3)).toEqual(['BODY_TOO_LARGE', ['BODY_TOO_LARGE']])
  })

  test('is the fault of the request only with the code of a verdict', () => {
    const { told, failed, accepted } = watching()
    accepted()
    for (const error of [
      new Error('a bug of the handler'),
      failure('CONFIG_INVALID'),
      failure('toString'),
      null,
      'x',
      undefined,
    ]) {
      failed(error)
      expect(streamRefusal(error)).toBeUndefined()
    }
    expect(told).toEqual([])
  })

  test('is found in what a parser makes of its error, up to four errors deep', () => {
    const { told, failed, accepted } = watching()
    accepted()
    const error = failure()
    failed(error)
    let wrapped: unknown = error
    for (let depth = 0; depth < 4; depth++) {
      expect(streamRefusal(wrapped), String(depth)).toBe(told[0])
      wrapped = new Error('wrapped', { cause: wrapped })
    }
    expect(streamRefusal(wrapped)).toBeUndefined()
    for (const other of [
      failure(),
      new Error('x', { cause: null }),
      new Error('x', { cause: 'y' }),
      null,
      undefined,
      5,
    ])
      expect(streamRefusal(other)).toBeUndefined()
    const loop = new Error('loop')
    loop.cause = loop
    expect(streamRefusal(loop)).toBeUndefined()
  })

  test('is found by what caused it, which a source may throw itself', () => {
    const { told, failed } = watching()
    const cause = new Error('reset')
    failed(failure('BODY_UNREADABLE', cause))
    expect(told).toEqual([])
    expect(streamRefusal(cause)).toMatchObject({ code: 'BODY_UNREADABLE' })
    for (const odd of [null, 'reset']) {
      const error = failure('BODY_UNREADABLE', odd)
      failed(error)
      expect(streamRefusal(error)).toMatchObject({ code: 'BODY_UNREADABLE' })
    }
  })

  test('has the first refusal for every error of its readers', () => {
    const { failed } = watching()
    const [first, second] = [failure(), failure('BODY_UNREADABLE')]
    failed(first)
    failed(second)
    expect(streamRefusal(second)).toBe(streamRefusal(first))
    // One error of two requests is that of the first.
    watching().failed(first)
    expect(streamRefusal(second)).toBe(streamRefusal(first))
  })

  test('carries what frameworks answer with, out of the sight of printers', async () => {
    const error = failure() as CountersignError & {
      statusCode: number
      status: number
      headers: object
      getResponse(): Response
    }
    watching(401).failed(error)
    const plain = { 'cache-control': 'no-store', 'accept-signature': 'sig1=()', 'www-authenticate': 'Signature' }
    expect([error.status, error.statusCode]).toEqual([401, 401])
    expect(error.headers).toEqual(plain)
    const response = error.getResponse()
    expect(response.status).toBe(401)
    expect(Object.fromEntries(response.headers)).toEqual({ ...plain, 'content-type': 'application/problem+json' })
    expect(await response.json()).toMatchObject({ status: 401 })
    for (const name of ['status', 'statusCode', 'headers', 'getResponse'])
      expect(Object.keys(error)).not.toContain(name)
    // Parsers write a status of their own.
    error.status = 413
    expect(error.status).toBe(413)
    expect(Reflect.deleteProperty(error, 'status')).toBe(true)
  })
})
