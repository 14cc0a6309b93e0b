import { Request as UndiciRequest } from 'undici'
import { describe, expect, it } from 'vitest'
import { type Agent, createAgent, readAgentCard, readAgentRegistry, verifyAgents } from '../../../src/agents/index.js'
import { ed25519PrivateKey } from '../../../src/crypto/index.js'
import { rfc9421Verifier } from '../../../src/schemes/rfc9421/index.js'
import { keyDirectory } from '../../../src/server/directory/directory.js'

const keyOf = (fill: number) => ed25519PrivateKey({ keyId: `k${fill}`, seed: new Uint8Array(32).fill(fill) })
const DIRECTORY = 'https://bot.example'

/** The bot, its directory and a site, on one machine without a network. */
function world() {
  const seen: string[] = []
  const agents = verifyAgents({
    allow: [DIRECTORY],
    authorities: ['shop.example', 'www.shop.example'],
    cooldownMs: 1_000,
    fetch: async (url, init) => (await agent.documents(new Request(url, init))) as Response,
  })
  const site = agents.fetch((request, found) => {
    seen.push(found.outcome === 'verified' ? `${found.agent} ${found.keyId}` : `${found.outcome} ${found.reason}`)
    return new URL(request.url).host === 'shop.example'
      ? Response.redirect('https://www.shop.example/there', 302)
      : new Response('prices')
  })
  const agent: Agent = createAgent({
    name: 'Example Bot',
    key: keyOf(1),
    directory: DIRECTORY,
    fetch: async (url, init) => site(new Request(url, init)),
  })
  return { agent, agents, seen }
}

describe('createAgent', () => {
  it('is verified at every origin that a redirect leads to', async () => {
    const { agent, seen } = world()
    expect(await (await agent.fetch('https://shop.example/')).text()).toBe('prices')
    const one = `${DIRECTORY}/.well-known/http-message-signatures-directory ${agent.keyId}`
    expect(seen).toEqual([one, one])
  })

  it('reads a Request of another class than the platform has now', async () => {
    const { agent, seen } = world()
    expect(await (await agent.fetch(new UndiciRequest('https://shop.example/') as never)).text()).toBe('prices')
    expect(seen.length).toBe(2)
  })

  it('publishes a key before it signs by it, and the last one after', async () => {
    const { agent, agents, seen } = world()
    expect(() => agent.rotate(keyOf(2))).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    agent.publish(keyOf(2))
    await agents.refresh()
    const before = agent.keyId
    agent.rotate(keyOf(2))
    expect(agent.keyId).not.toBe(before)
    await agent.fetch('https://www.shop.example/')
    expect(seen[0]).toContain(agent.keyId)
    expect(() => agent.retire(keyOf(2))).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    agent.retire(keyOf(1))
  })

  it('answers for its directory with a proof of each key, and for its card', async () => {
    const { agent } = world()
    agent.publish(keyOf(2))
    const keys = keyDirectory({
      url: DIRECTORY,
      signature: rfc9421Verifier(),
      fetch: async (url, init) => (await agent.documents(new Request(url, init))) as Response,
    })
    await keys.refresh()
    expect(await keys.get(agent.keyId)).toBeDefined()
    const url = `${DIRECTORY}/agent-card.json`
    const card = await agent.documents(new Request(url))
    expect(readAgentCard((await card?.text()) as string, url)).toMatchObject({ name: 'Example Bot' })
    expect(await agent.documents(new Request(`${DIRECTORY}/other`))).toBeUndefined()
  })
})

it('readAgentRegistry leaves out comments and what is no URL', () => {
  const text =
    '# bots\nhttps://bot1.example.com/card # primary\n\nhttp://plain.example\nhttps://bot2.example.com/card\n'
  expect(readAgentRegistry(text)).toEqual(['https://bot1.example.com/card', 'https://bot2.example.com/card'])
})
