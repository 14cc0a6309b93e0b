import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { hmacKey } from '../../../src/crypto/hmac-key.js'
import { rfc9421Verifier } from '../../../src/schemes/rfc9421/verifier.js'
import { staticKeys } from '../../../src/server/key-source.js'
import { strictPolicy } from '../../../src/server/policy/strict-policy.js'
import { rateLimits } from '../../../src/server/rate-limits.js'
import { createVerifier } from '../../../src/server/verifier.js'
import { HOST, NOW, order, sign } from '../../attacks/world.js'

const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(randomBytes(32)) })

/** Everything that a verifier touches outside of itself, counted. */
function world() {
  const touched: string[] = []
  const note = <T>(what: string, answer: T): T => {
    touched.push(what)
    return answer
  }
  const limiter = { take: () => note('limit', { ok: true, retryAfterMs: 0 }) }
  const source = staticKeys([{ key, owner: 'alice', scopes: ['orders:read'] }])
  const verifier = createVerifier({
    schemes: [rfc9421Verifier()],
    keys: { get: (id) => source.get(id), used: () => note('used', undefined) },
    policy: strictPolicy({ authorities: [HOST] }),
    replay: { claim: () => note('claim', 'claimed' as const) },
    limits: rateLimits({ peer: limiter, key: limiter, owner: limiter }),
    audit: () => note('audit', undefined),
    clock: { now: () => NOW },
  })
  return { verifier, touched, tryOut: verifier.tryOut as NonNullable<typeof verifier.tryOut> }
}

it('has the outcome of verify, and touches nothing outside', async () => {
  const { verifier, touched, tryOut } = world()
  const request = await sign(order(), { key, nowMs: NOW })
  for (let i = 0; i < 2; i++)
    expect(await tryOut(request)).toEqual({
      wouldAccept: true,
      code: undefined,
      detail: undefined,
      keyId: 'bot-1',
      reachedKey: true,
    })
  expect(touched).toEqual([])
  expect((await verifier.verify(request)).ok).toBe(true)
  expect(touched).toContain('claim')
})

it('has the codes of refusals, and whether a key was looked for', async () => {
  const { tryOut, touched } = world()
  const other = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(randomBytes(32)) })
  const rows = [
    [await sign(order(), { key, nowMs: NOW - 3_600_000 }), {}, 'TIMESTAMP_EXPIRED', false],
    [await sign(order(), { key: other, nowMs: NOW }), {}, 'SIGNATURE_INVALID', true],
    [await sign(order(), { key, nowMs: NOW }), { scope: 'orders:write' }, 'SCOPE_DENIED', true],
    [order(), {}, 'AUTH_MISSING', false],
    [{} as never, {}, 'HOST_FAULT', false],
  ] as const
  for (const [request, context, code, reachedKey] of rows) {
    const { wouldAccept, ...tried } = await tryOut(request, context)
    expect([wouldAccept, tried.code, tried.reachedKey]).toEqual([false, code, reachedKey])
  }
  expect(touched).toEqual([])
  await expect(tryOut(order(), { scoep: 'x' } as never)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
})
