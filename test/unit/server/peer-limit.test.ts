import { expect, test } from 'vitest'
import { rfc9421Verifier } from '../../../src/schemes/rfc9421/index.js'
import type { VerifyScheme } from '../../../src/schemes/scheme.js'
import { rateLimits } from '../../../src/server/rate-limits.js'
import type { BodyStream } from '../../../src/support/body.js'
import { get, sign, world } from '../../attacks/world.js'

test('an address that is over its rate costs neither a parse nor a byte of its body', async () => {
  const asked: string[] = []
  const scheme: VerifyScheme = {
    ...rfc9421Verifier(),
    readsBody: true,
    parse: () => {
      asked.push('parse')
      return []
    },
  }
  const body: BodyStream = {
    async *[Symbol.asyncIterator]() {
      asked.push('body')
      yield new Uint8Array(1)
    },
  }
  const peer = { take: () => ({ ok: false, retryAfterMs: 1_000 }) }
  const { judge } = world({ schemes: [scheme], limits: rateLimits({ peer }) })
  expect(await judge({ ...(await sign(get())), method: 'POST', body })).toBe('RATE_LIMITED')
  expect(asked).toEqual([])
})
