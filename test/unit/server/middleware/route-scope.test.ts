import { describe, expect, it } from 'vitest'
import type { KeyRecord } from '../../../../src/access/key-record.js'
import { hmacKey } from '../../../../src/crypto/hmac-key.js'
import { httpRequest } from '../../../../src/message/message.js'
import { rememberJudged, scopeCheck } from '../../../../src/server/middleware/route-scope.js'
import type { Verifier } from '../../../../src/server/options.js'
import type { Accepted } from '../../../../src/server/verdict.js'

const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(3) })

/** A verdict as a middleware leaves it, and what the verifier is asked to refuse. */
function accepted(scopes: readonly string[] | undefined) {
  const refused: unknown[][] = []
  const verifier = {
    challenges: [],
    refuse: (...asked: unknown[]) => {
      refused.push(asked)
      return { ok: false, code: asked[1], status: 403, retryAfterMs: undefined }
    },
  } as unknown as Verifier
  const record: KeyRecord = { key, ...(scopes && { scopes }) }
  const request = httpRequest({ url: 'https://api.example.com/v1/orders' })
  const verdict = { ok: true, keyId: 'bot-1', record, request } as unknown as Accepted
  rememberJudged(verdict, verifier, { clientIp: '192.0.2.1' })
  return { verdict, request, refused }
}

describe('the scope of a route behind the verifier', () => {
  it('lets a key pass that holds it, without a second event', () => {
    const { verdict, refused } = accepted(['orders:*'])
    expect(scopeCheck('orders:write')(verdict)).toBeUndefined()
    expect(refused).toEqual([])
  })

  it('denies any other with the public answer, and leaves in the trail what was needed and why', () => {
    const { verdict, request, refused } = accepted(['orders', 'orders:read'])
    expect(scopeCheck('orders:write')(verdict)).toMatchObject({ status: 403 })
    expect(refused).toEqual([
      [
        request,
        'SCOPE_DENIED',
        expect.stringMatching(/^the key lacks the scope [a-z:]+; "scopes\[0\]" .* grants nothing$/),
        { clientIp: '192.0.2.1', scope: 'orders:write' },
        verdict,
      ],
    ])
    expect(scopeCheck('orders:write')(accepted(undefined).verdict)).toMatchObject({ status: 403 })
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'verdict'],
    ['an object that looks like one', { ...accepted(['*:*']).verdict }],
  ])('throws for %s where the verdict should be', (_, verdict) => {
    expect(() => scopeCheck('orders:write')(verdict)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('found no verified request'),
      }),
    )
  })

  it.each([undefined, '', 'orders', 'orders:*', 5, () => 'orders:write'])('refuses %s when it is set up', (needed) => {
    expect(() => scopeCheck(needed as never)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })
})
