import { describe, expect, it, test } from 'vitest'
import { createAgent, verifyAgents } from '../../../src/agents/index.js'
import { VERIFY_AGENTS_OPTIONS } from '../../../src/agents/options.js'
import { ed25519PrivateKey, hmacKey } from '../../../src/crypto/index.js'
import { withCode } from '../../expect-code.js'

const keyOf = (byte: number) => ed25519PrivateKey({ keyId: `bot-${byte}`, seed: new Uint8Array(32).fill(byte) })
const key = keyOf(1)
const secret = hmacKey({ keyId: 'shared', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(1) })
const site = { allow: ['https://bot.example'], authorities: ['shop.example'] }
const agent = { name: 'Bot', key, directory: 'https://bot.example' }

/** The message of what is thrown, wherever it was found out. */
function message(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    return (error as Error).message
  }
  return 'nothing was thrown'
}

describe('a wrong option is refused in the name of the function that was called', () => {
  const values: readonly unknown[] = [7, -1, 'text', {}, [], ['not an origin'], [7], null, true]

  it.each(Object.keys(VERIFY_AGENTS_OPTIONS))('verifyAgents says its own name where "%s" is wrong', (name) => {
    const said = values.map((value) => message(() => verifyAgents({ ...site, [name]: value } as never)))
    expect(said.filter((one) => one !== 'nothing was thrown' && !one.startsWith('verifyAgents: '))).toEqual([])
  })

  it.each(['name', 'key', 'directory', 'published', 'card', 'draft', 'expiresInMs', 'cover', 'maxAgeMs', 'fetch'])(
    'createAgent says its own name where "%s" is wrong',
    (name) => {
      const said = values.map((value) => message(() => createAgent({ ...agent, [name]: value } as never)))
      expect(said.filter((one) => one !== 'nothing was thrown' && !one.startsWith('createAgent: '))).toEqual([])
    },
  )

  test.each<[what: string, call: () => unknown, text: RegExp]>([
    ['no options', () => (createAgent as () => unknown)(), /^createAgent needs options: /],
    ['no options', () => (verifyAgents as () => unknown)(), /^verifyAgents needs options: /],
    ['a shared secret', () => createAgent({ ...agent, key: secret }), /^createAgent: (?!.*webBotAuth)/],
    ['the same key twice', () => createAgent({ ...agent, published: [{ key }] }), /"published" names a key twice/],
    [
      'a misspelt member',
      () => createAgent({ ...agent, published: [{ key: keyOf(2), from: 1 } as never] }),
      /^createAgent: "published\[0\]": unknown option "from"/,
    ],
    ['a key that is published already', () => createAgent(agent).publish(key), /^createAgent: "published" names/],
    [
      'an option of its card that is called like another one of its own',
      () => createAgent({ ...agent, card: { keys: 1 } as never }),
      /^createAgent: "card": unknown option "keys"/,
    ],
    [
      'a component that is none',
      () => createAgent({ ...agent, cover: ['"agent"'] }),
      /^createAgent: "cover": a covered field name/,
    ],
    [
      'a component twice',
      () => createAgent({ ...agent, cover: ['@authority'] }),
      /^createAgent: "cover" names a component twice/,
    ],
    ['a key that is none', () => createAgent(agent).rotate({} as never), /^createAgent: /],
  ])('createAgent says its own name for %s', (_, call, text) => {
    expect(message(call)).toMatch(text)
  })
})

test.each([
  ['a little', { maxAgeMs: 5 }, 30_000],
  ['less than another cooldown', { maxAgeMs: 59_999, cooldownMs: 60_000 }, 60_000],
])('a key is not trusted for a shorter time than the one between two fetches: %s', (_, times, least) => {
  expect(message(() => verifyAgents({ ...site, ...times }))).toBe(
    `verifyAgents: "maxAgeMs" must be an integer from ${least} to 604800000, got ${times.maxAgeMs}`,
  )
  expect(message(() => verifyAgents({ ...site, ...times, maxAgeMs: least }))).toBe('nothing was thrown')
})

test('refresh() shows no query of a URL, which may hold a secret', async () => {
  const allow = ['https://bot.example/keys?token=hunter2']
  const agents = verifyAgents({ ...site, allow, fetch: async () => new Response(null, { status: 503 }) })
  const error = await agents.refresh().catch((reason: unknown) => reason)
  expect(error).toMatchObject({ message: expect.stringContaining(' https://bot.example/keys for one: ') })
  expect(String(error)).not.toContain('hunter2')
})

test('refresh() rejects where key sets of the list could not be fetched, once all have answered', async () => {
  const asked: string[] = []
  const agents = verifyAgents({
    ...site,
    allow: ['https://one.example', 'https://two.example', 'https://three.example'],
    fetch: async (url) => {
      asked.push(url)
      return url.startsWith('https://two')
        ? Response.json(
            { keys: [] },
            { headers: { 'content-type': 'application/http-message-signatures-directory+json' } },
          )
        : new Response('gone', { status: 503 })
    },
  })
  await expect(agents.refresh()).rejects.toThrow(
    withCode('DIRECTORY_UNAVAILABLE', 'verifyAgents: refresh() could not fetch 2 of 3 key sets, https://one.example/'),
  )
  expect(asked).toHaveLength(3)
  await expect(
    verifyAgents({ ...site, allow: ['https://two.example'], fetch: async () => new Response('{') }).refresh(),
  ).rejects.toThrow(withCode('DIRECTORY_REFUSED'))
})

describe('what a host hands over by mistake is refused in words', () => {
  const agents = verifyAgents(site)
  const ofNode = { method: 'GET', url: '/', headers: {}, rawHeaders: [] } as never
  const FETCHED = /^agents\.fetch: "request" must be a Request of Fetch: .* countersign\/agents\/node/

  test('a handler that is none', () => {
    for (const handler of [undefined, null, {}, 'handler'])
      expect(message(() => agents.fetch(handler as never))).toMatch(/^agents\.fetch: "handler" must be a function, got/)
  })

  test('a request of node:http, where requests of Fetch are taken', async () => {
    for (const request of [undefined, null, ofNode])
      await expect(agents.fetch(() => new Response())(request as never)).rejects.toThrow(FETCHED)
  })

  test('a request of node:http or of Fetch, where messages are taken', async () => {
    for (const request of [undefined, null, ofNode, new Request('https://shop.example/')])
      await expect(agents.judge(request as never)).rejects.toThrow(
        withCode('ARGUMENT_INVALID', 'agents.judge: "request" must be a message of this package'),
      )
  })
})
