import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { afterAll, describe, expect, it } from 'vitest'
import { type AgentOutcome, verifyAgents } from '../../src/agents/index.js'
import { nodeAgents } from '../../src/agents/node.js'
import { AGENT_FAULTS } from '../../src/schemes/rfc9421/profiles/signature-agent.js'

// Programs of JavaScript, which this program does not look into.
const load = (name: string): Promise<object> => import(/* @vite-ignore */ join(process.cwd(), 'docs/examples', name))
const newKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
const AGENT = 'https://bot.example'

const closing: Array<() => unknown> = []
afterAll(() => {
  for (const close of closing) close()
})
const portOf = (server: Server): number => {
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** A `fetch` whose https origins lie at ports of this machine, in place of DNS and TLS. */
const over =
  (ports: ReadonlyMap<string, number>) =>
  async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const asked = new Request(input, init)
    const { origin, pathname, search } = new URL(asked.url)
    const response = await fetch(`http://127.0.0.1:${ports.get(origin)}${pathname}${search}`, {
      method: asked.method,
      headers: asked.headers,
      redirect: 'manual',
    })
    // A response has the address that it came from, which is not the one that was asked for.
    return new Response(await response.arrayBuffer(), { status: response.status, headers: response.headers })
  }

/** A shop on a socket that finds out who asks. */
async function shop(ports: Map<string, number>): Promise<AgentOutcome[]> {
  const seen: AgentOutcome[] = []
  const judge = nodeAgents(
    verifyAgents({
      allow: [AGENT],
      authorities: ['shop.example'],
      publicOrigin: 'https://shop.example',
      fetch: over(ports),
      onOutcome: (agent) => seen.push(agent),
    }),
  )
  const server = createServer(async (request, response) => {
    const agent = await judge(request, response)
    if (agent !== undefined) response.end(`hello ${agent.outcome}`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ports.set('https://shop.example', portOf(server))
  return seen
}

describe('an example', () => {
  it('on Node publishes its keys and is verified by a site', async () => {
    const { run } = (await load('agent-node.mjs')) as { run: (options: object) => Promise<Ran> }
    interface Ran {
      readonly server: Server
      readonly keyId: string
      readonly pages: ReadonlyArray<{ readonly status: number; readonly text: string }>
    }
    const ports = new Map<string, number>()
    const seen = await shop(ports)
    const setup = { privateKey: newKey(), nextKey: newKey(), directory: AGENT, port: 0, fetch: over(ports) }
    const { server } = await run({ ...setup, urls: [] })
    ports.set(AGENT, portOf(server))
    const { server: another, keyId, pages } = await run({ ...setup, urls: ['https://shop.example/a'] })
    portOf(another)
    expect(pages).toMatchObject([{ status: 200, text: 'hello verified' }])
    expect(seen).toMatchObject([{ outcome: 'verified', origin: AGENT, keyId }])
    // The one that was published beforehand signs after a change of the two.
    const changed = { ...setup, privateKey: setup.nextKey, nextKey: setup.privateKey }
    const after = await run({ ...changed, urls: ['https://shop.example/b?c=1'] })
    portOf(after.server)
    expect(after.keyId).not.toBe(keyId)
    expect(seen[1]).toMatchObject({ outcome: 'verified', keyId: after.keyId })
    expect((await over(ports)(`${AGENT}/agent-card.json`)).status).toBe(200)
    expect((await over(ports)(`${AGENT}/other`)).status).toBe(404)
  })

  it('as a Worker does the same', async () => {
    const { default: worker } = (await load('agent-worker.mjs')) as {
      default: {
        fetch: (request: Request, env: object) => Promise<Response>
        scheduled: (event: object, env: object) => Promise<void>
      }
    }
    const ports = new Map<string, number>()
    const seen = await shop(ports)
    const stored: unknown[] = []
    const env = {
      AGENT_KEY: newKey(),
      NEXT_KEY: newKey(),
      AGENT_ORIGIN: AGENT,
      URLS: 'https://shop.example/a https://shop.example/b',
      fetch: over(ports),
      store: async (...page: unknown[]) => void stored.push(page),
    }
    await new Promise<void>((resolve) => {
      const options = { fetch: (request: Request) => worker.fetch(request, env), port: 0, hostname: '127.0.0.1' }
      const server = serve(options, () => {
        ports.set(AGENT, portOf(server as Server))
        resolve()
      })
    })
    await worker.scheduled({}, env)
    expect(stored).toEqual([
      ['https://shop.example/a', 200, 'hello verified'],
      ['https://shop.example/b', 200, 'hello verified'],
    ])
    expect(seen.map(({ outcome }) => outcome)).toEqual(['verified', 'verified'])
    expect((await worker.fetch(new Request(`${AGENT}/other`), env)).status).toBe(404)
  })
})

describe('the page', () => {
  const text = readFileSync('docs/agents.md', 'utf8')
  const rows = new Map([...text.matchAll(/^\| `([a-z-]+)` \| (invalid|unverified) \|/gm)].map(([, a, b]) => [a, b]))

  it('has a row for every reason, and no other', () => {
    const source = readFileSync('src/agents/outcome.ts', 'utf8')
    const union = /export type AgentReason =([\s\S]*?)\n\n/.exec(source)?.[1] ?? ''
    const others = [...union.matchAll(/'([a-z-]+)'/g)].map(([, name]) => name as string)
    expect(others.length).toBeGreaterThan(15)
    expect([...rows.keys()].toSorted()).toEqual([...Object.keys(AGENT_FAULTS), ...others].toSorted())
  })

  it('has the outcome that the code has', () => {
    for (const [fault, [outcome]] of Object.entries(AGENT_FAULTS))
      expect([fault, rows.get(fault)]).toEqual([fault, outcome])
  })
})
