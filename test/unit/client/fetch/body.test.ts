import { describe, expect, it } from 'vitest'
import { readSource } from '../../../../src/client/fetch/body.js'
import { createSignedFetch } from '../../../../src/client/fetch/signed-fetch.js'
import type { Accepted } from '../../../../src/server/verdict.js'
import { codeOf } from '../../../expect-code.js'
import { exchange, signer } from '../mock.js'

async function* chunks(count: number, length: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < count; i++) yield new Uint8Array(length).fill(i)
}

describe('readSource', () => {
  it('joins chunks in order, however many', async () => {
    expect(await readSource(chunks(3, 2), 6, null)).toEqual(new Uint8Array([0, 0, 1, 1, 2, 2]))
    expect(await readSource(chunks(0, 2), 0, null)).toEqual(new Uint8Array())
    expect(await readSource(chunks(200_000, 1), 200_000, null)).toHaveLength(200_000)
  })

  it('stops at the first chunk past the cap', async () => {
    let pulled = 0
    let stopped = false
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          pulled++
          yield new Uint8Array(4)
        }
      } finally {
        stopped = true
      }
    }
    expect(await codeOf(() => readSource(endless(), 10, null))).toBe('BODY_TOO_LARGE')
    await expect.poll(() => stopped).toBe(true)
    expect(pulled).toBe(3)
  })
})

describe('a browser whose Request has no body member', () => {
  const hidden = (request: Request): Request => {
    Object.defineProperty(request, 'body', { value: undefined })
    const clone = request.clone.bind(request)
    request.clone = () => hidden(clone())
    return request
  }

  it('still sends what a Request holds, with and without a digest', async () => {
    const at = await exchange()
    const signedFetch = createSignedFetch(signer, { origins: [at.origin] })
    const digest = { 'content-digest': 'sha-256=:LCa0a2j/xo/5m0U8HTBBNBNCLXBkg7+g+YpeiGJm564=:' }
    const requests = [
      new Request(at.origin, { method: 'POST', body: 'foo', headers: digest }),
      new Request(at.origin, { method: 'POST', body: 'foo' }),
      new Request(at.origin, { method: 'POST' }),
      new Request(at.origin),
    ].map(hidden)
    for (const request of requests) await signedFetch(request)
    expect(at.outcomes()).toEqual(['ok', 'ok', 'ok', 'ok'])
    expect(at.verdicts.map((one) => new TextDecoder().decode((one as Accepted).body ?? undefined))).toEqual([
      'foo',
      'foo',
      '',
      '',
    ])
    expect(requests.every((request) => !request.bodyUsed)).toBe(true)
  })
})
