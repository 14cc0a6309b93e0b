import { describe, expect, it } from 'vitest'
import { loopbackOnly } from '../../../src/doctor/index.js'
import { httpRequest } from '../../../src/message/message.js'
import { rfc9421Verifier } from '../../../src/schemes/rfc9421/index.js'
import {
  createVerifier,
  explainer,
  memoryReplayStore,
  rateLimits,
  staticKeys,
  streamedBody,
  strictPolicy,
} from '../../../src/server/index.js'
import { requireSignature as express } from '../../../src/server/middleware/express.js'
import { requireSignature as fastify } from '../../../src/server/middleware/fastify.js'
import { withSignature as ofFetch } from '../../../src/server/middleware/fetch.js'
import { requireSignature as hono } from '../../../src/server/middleware/hono.js'
import { requireSignature as koa } from '../../../src/server/middleware/koa.js'
import { withSignature as ofNode, verifyRequest } from '../../../src/server/middleware/node.js'
import { signatureHandle } from '../../../src/server/middleware/sveltekit.js'
import { withCode } from '../../expect-code.js'

const made = (more: object = {}) =>
  createVerifier({
    schemes: [rfc9421Verifier()],
    keys: staticKeys([]),
    policy: strictPolicy({ authorities: ['api.example.com'] }),
    replay: memoryReplayStore(),
    ...more,
  })

const someLimits = () => rateLimits({ peer: { take: () => ({ ok: true, retryAfterMs: 0 }) } })
const SIMPLE = [true, false, null, 0, 'text', {}, [], () => true, async () => ({})]
/** What looks like that which the functions of the package make. */
const LIKE = {
  limits: [
    { peer: { take: () => ({ ok: true }) } },
    { arrived: () => undefined, count: () => undefined },
    { ...someLimits() },
    explainer({ allows: () => true, finding: async () => undefined }),
    streamedBody,
  ],
  explain: [
    { allows: () => true, finding: async () => undefined },
    { coded: () => ({ ok: true }), explained: async () => ({ ok: true }) },
    { ...loopbackOnly() },
    someLimits(),
    streamedBody,
  ],
  streamBody: [
    () => ({ open: () => 'text', accepted: () => undefined, failed: () => undefined }),
    (...args: Parameters<typeof streamedBody>) => streamedBody(...args),
    someLimits(),
    loopbackOnly(),
  ],
}

describe('what is handed to a verifier comes from the function that makes it', () => {
  it.each(['limits', 'explain'] as const)('the option "%s" is refused where another function made it', (name) => {
    for (const value of [...SIMPLE, ...LIKE[name]])
      expect(() => made({ [name]: value })).toThrow(withCode('CONFIG_INVALID', `"${name}" must be`))
    expect(() => made({ limits: someLimits(), explain: loopbackOnly() })).not.toThrow()
  })

  const DOORS: Readonly<Record<string, (options: never) => unknown>> = {
    express: (options) => express(made(), options),
    fastify: (options) => fastify(made(), options),
    fetch: (options) => ofFetch(made(), () => new Response(), options),
    hono: (options) => hono(made(), options),
    koa: (options) => koa(made(), options),
    node: (options) => ofNode(made(), () => undefined, options),
    'one request of Node': (options) => verifyRequest(made(), options),
    sveltekit: (options) => signatureHandle(made(), options),
  }
  it.each(Object.entries(DOORS))('streamBody of %s must be the one that is exported', (_, open) => {
    for (const streamBody of [...SIMPLE, ...LIKE.streamBody])
      expect(() => open({ streamBody } as never)).toThrow(withCode('CONFIG_INVALID', '"streamBody" must be'))
    expect(() => open({ streamBody: streamedBody } as never)).not.toThrow()
  })

  it('streamBody of a verifier must be the one that is exported', async () => {
    const refused = withCode('CONFIG_INVALID', '"streamBody" must be')
    const request = httpRequest({ url: 'https://api.example.com/' })
    for (const streamBody of [...SIMPLE, ...LIKE.streamBody] as never[]) {
      const verifier = made()
      await expect(verifier.verify(request, { streamBody })).rejects.toThrow(refused)
      await expect(verifier.tryOut?.(request, { streamBody })).rejects.toThrow(refused)
    }
  })
})
