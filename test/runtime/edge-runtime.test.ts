import { EdgeRuntime } from 'edge-runtime'
import { describe, expect, it } from 'vitest'

// The tools are JavaScript, which this program does not look into.
const TOOL: string = '../../tools/lib/bundle.mjs'
type Bundle = (input: object, options: object) => Promise<{ text: string; externals: string[] }>
const { bundleForBrowser } = (await import(TOOL)) as { bundleForBrowser: Bundle }

/** What a middleware in Next's edge runtime does, from keys to answer; and what a module of it does when it is loaded. */
const PROGRAM = `
import { createSignedFetch, hmacKey, httpRequest, rfc9421, signRequest, toFetchRequest } from 'countersign'
import { generateKeyPair } from 'countersign/crypto'
import { createVerifier, memoryReplayStore, randomBytes, rfc9421Verifier, staticKeys, strictPolicy } from 'countersign/server'
import { withSignature } from 'countersign/server/fetch'

const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
const verifierOf = (keys) =>
  createVerifier({
    schemes: [rfc9421Verifier()],
    keys: staticKeys(keys),
    policy: strictPolicy({ authorities: ['api.example.com'] }),
    replay: memoryReplayStore({ restartBarrier: false }),
  })
const handler = withSignature(
  verifierOf([{ key, owner: 'alice' }]),
  async (request, { owner }) => Response.json({ owner, order: await request.json() }),
  { publicOrigin: 'https://api.example.com' },
)
const url = 'https://api.example.com/v1/orders'
const order = () => httpRequest({ method: 'POST', url, headers: { 'content-type': 'application/json' }, body: '{"qty":1}' })

export async function run() {
  const signed = await signRequest(order(), rfc9421({ key }))
  const accepted = await handler(toFetchRequest(signed))
  const replayed = await handler(toFetchRequest(signed))
  const unsigned = await handler(new Request(url, { method: 'POST', body: '{}' }))
  const signedFetch = createSignedFetch(rfc9421({ key }), {
    origins: ['https://api.example.com'],
    fetch: (at, init) => handler(new Request(at, init)),
  })
  const fetched = await signedFetch(url, { method: 'POST', body: '{"qty":2}' })
  const pair = await generateKeyPair('ed25519', { keyId: 'bot-2' })
  const verdict = await verifierOf([{ key: pair.verifyingKey }]).verify(
    await signRequest(order(), rfc9421({ key: pair.signingKey })),
  )
  return JSON.stringify({
    accepted: [accepted.status, await accepted.json()],
    replayed: replayed.status,
    unsigned: unsigned.status,
    fetched: [fetched.status, await fetched.json()],
    ed25519: verdict.ok,
  })
}
`

/**
 * The process that Next puts into its edge runtime (next/src/server/web/sandbox/context.ts): its environment, and of all else
 * that Node's has a function that throws, or nothing.
 */
const NEXT_PROCESS = (names: readonly (readonly [string, boolean])[]): string => `
globalThis.process = { env: {} };
for (const [name, isFunction] of ${JSON.stringify(names)})
  Object.defineProperty(globalThis.process, name, {
    enumerable: false,
    get: () => isFunction
      ? () => { throw new Error('A Node.js API is used (process.' + name + ') which is not supported in the Edge Runtime.') }
      : undefined,
  })
`

const HOSTS: Readonly<Record<string, string>> = {
  'without a process': '',
  'with the process of Next': NEXT_PROCESS(
    Object.getOwnPropertyNames(process)
      .filter((name) => name !== 'env' && !name.startsWith('_'))
      .map((name) => [name, typeof process[name as keyof NodeJS.Process] === 'function']),
  ),
}

describe('the edge runtime', () => {
  const bundled = bundleForBrowser({ contents: PROGRAM }, { format: 'iife', globalName: 'app' })

  it.each(Object.entries(HOSTS))('signs, verifies and protects %s', async (_name, before) => {
    const { text, externals } = await bundled
    expect(externals).toEqual([])
    const runtime = new EdgeRuntime()
    runtime.evaluate(before)
    // A class or a variable of the outermost scope is no property of the global object.
    runtime.evaluate(`${text};globalThis.app = app`)
    const result: unknown = JSON.parse(await (runtime.evaluate('app.run()') as Promise<string>))
    expect(result).toEqual({
      accepted: [200, { owner: 'alice', order: { qty: 1 } }],
      replayed: 401,
      unsigned: 401,
      fetched: [200, { owner: 'alice', order: { qty: 2 } }],
      ed25519: true,
    })
  })

  it('finds no member of Node in what is bundled, which the build of Next would complain about', async () => {
    const { text } = await bundled
    expect(text.match(/(?<![.\w$])process\.(?!env\b)\w+/g) ?? []).toEqual([])
    expect(text.match(/\b(?:new Function|eval|WebAssembly\.compile|WebAssembly\.instantiate)\s*\(/g) ?? []).toEqual([])
    expect(text.match(/(?<![.\w$])(?:setImmediate|clearImmediate|Buffer)\b/g) ?? []).toEqual([])
  })
})
