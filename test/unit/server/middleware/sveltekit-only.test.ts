import { expect, test } from 'vitest'
import { rfc9421Verifier } from '../../../../src/schemes/rfc9421/verifier.js'
import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from '../../../../src/server/index.js'
import { type KitEvent, signatureHandle } from '../../../../src/server/middleware/sveltekit.js'

const verifier = createVerifier({
  schemes: [rfc9421Verifier()],
  keys: staticKeys([]),
  policy: strictPolicy({ authorities: ['app.example.com'] }),
  replay: memoryReplayStore(),
})

/** Whether an unsigned request gets to the application. */
async function passes(path: string, only: (event: KitEvent) => boolean, id: string | null = null): Promise<boolean> {
  const url = new URL(path, 'https://app.example.com')
  const event: KitEvent = {
    request: new Request(url),
    url,
    route: { id },
    locals: {},
    getClientAddress: () => '203.0.113.1',
  }
  const handle = signatureHandle(verifier, { publicOrigin: 'https://app.example.com', only })
  return (await handle({ event, resolve: () => new Response('ok') })).ok
}

const byPath = ({ url }: KitEvent) => url.pathname.startsWith('/api/')

// SvelteKit's router decodes the path before it looks for a route, so all of these are /api/orders to it.
test.each(['/api/orders', '/%61pi/orders', '/%61%70%69/orders', '/ap%69/%6frders', '/x/%2e%2e/%61pi/orders'])(
  'a rule for a path holds for its spelling %s',
  async (path) => {
    expect(await passes(path, byPath)).toBe(false)
  },
)

test.each(['/', '/blog/%E4%BD%A0', '/%2561pi/orders', '/api%2Forders'])(
  'what is another path goes on: %s',
  async (path) => {
    expect(await passes(path, byPath)).toBe(true)
  },
)

test('what does not decode is verified', async () => {
  expect(await passes('/%ff', byPath)).toBe(false)
})

test('a rule may ask for the route', async () => {
  const byRoute = ({ route }: KitEvent) => route?.id?.startsWith('/api/') === true
  expect(await passes('/%61pi/orders', byRoute, '/api/orders')).toBe(false)
  expect(await passes('/blog', byRoute, '/blog')).toBe(true)
  expect(await passes('/none', byRoute)).toBe(true)
})
