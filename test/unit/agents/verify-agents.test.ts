import { describe, expect, it } from 'vitest'
import { type AgentOutcome, agentDirectory, verifyAgents, webBotAuth } from '../../../src/agents/index.js'
import { signRequest } from '../../../src/client/sign-request.js'
import { ed25519PrivateKey } from '../../../src/crypto/index.js'
import type { SigningKey } from '../../../src/crypto/key.js'
import { httpRequest } from '../../../src/message/message.js'
import { rfc9421Verifier } from '../../../src/schemes/rfc9421/index.js'
import { keyDirectory } from '../../../src/server/directory/directory.js'
import { CREATED, DIRECTORY_VECTOR, ED25519_KEYID } from '../../vectors/agents/draft.js'

const keyOf = (fill: number) => ed25519PrivateKey({ keyId: `k${fill}`, seed: new Uint8Array(32).fill(fill) })
const [ONE, OTHER] = ['https://one.example', 'https://other.example']
const failing = (status: number, headers = {}) => new Response(null, { status, headers })

type Answer = readonly SigningKey[] | (() => Response | Promise<Response>)

/** A site with a separate clock, and directories whose answers can be changed. */
function world(options: object = {}) {
  const state = { nowMs: 1_800_000_000_000, fetches: 0 }
  const answers = new Map<string, Answer>()
  const clock = { now: () => state.nowMs }
  const agents = verifyAgents({
    allow: [ONE, OTHER],
    authorities: ['shop.example'],
    cooldownMs: 1_000,
    clock,
    fetch: async (url, init) => {
      state.fetches++
      const agent = new URL(url).origin
      const answer = answers.get(agent) ?? (() => failing(404))
      if (typeof answer === 'function') return answer()
      const directory = agentDirectory({ agent, keys: answer.map((key) => ({ key })), maxAgeMs: 60_000, clock })
      return (await directory.fetch(new Request(url, init))) as Response
    },
    ...options,
  })
  const from = async (key: SigningKey, agent: string): Promise<AgentOutcome> =>
    agents.judge(
      await signRequest(httpRequest({ url: 'https://shop.example/' }), webBotAuth({ key, agent }), { clock }),
    )
  const pass = (seconds: number): void => {
    state.nowMs += seconds * 1_000
  }
  return { state, answers, from, pass }
}

const VERIFIED = { outcome: 'verified' }
const NOT_LISTED = { outcome: 'unverified', reason: 'key-not-in-directory' }
const UNAVAILABLE = { outcome: 'unverified', reason: 'directory-unavailable' }

describe('the pair of URL and key id', () => {
  it('keeps a key of one agent from being taken for one of another', async () => {
    const { answers, from } = world()
    answers.set(ONE, [keyOf(1)]).set(OTHER, [keyOf(2)])
    expect(await from(keyOf(1), ONE)).toMatchObject({ ...VERIFIED, origin: ONE })
    expect(await from(keyOf(1), OTHER)).toMatchObject(NOT_LISTED)
    expect(await from(keyOf(2), OTHER)).toMatchObject({ ...VERIFIED, origin: OTHER })
    expect(await from(keyOf(2), ONE)).toMatchObject(NOT_LISTED)
  })

  it('has one agent for each directory that lists a key', async () => {
    const { answers, from } = world()
    answers.set(ONE, [keyOf(1)]).set(OTHER, [keyOf(1)])
    const found = [await from(keyOf(1), ONE), await from(keyOf(1), OTHER), await from(keyOf(1), ONE)]
    expect(found).toMatchObject([{ origin: ONE }, { origin: OTHER }, { origin: ONE }])
  })

  it('fetches nothing for an agent that is not allowed', async () => {
    const { state, from } = world()
    expect(await from(keyOf(1), 'https://stranger.example')).toMatchObject({ reason: 'agent-not-allowed' })
    expect(state.fetches).toBe(0)
  })
})

describe('the copy of a directory', () => {
  it('is fetched once for all who wait', async () => {
    const { state, answers, from } = world()
    answers.set(ONE, [keyOf(1)])
    const all = await Promise.all(Array.from({ length: 20 }, () => from(keyOf(1), ONE)))
    expect(new Set(all.map(({ outcome }) => outcome))).toEqual(new Set(['verified']))
    expect(state.fetches).toBe(1)
  })

  it('is replaced by an answer, also by one that lacks a key', async () => {
    const { answers, from, pass } = world()
    answers.set(ONE, [keyOf(1)])
    expect(await from(keyOf(1), ONE)).toMatchObject(VERIFIED)
    answers.set(ONE, [keyOf(2)])
    pass(2)
    expect(await from(keyOf(2), ONE)).toMatchObject(VERIFIED)
    expect(await from(keyOf(1), ONE)).toMatchObject(NOT_LISTED)
  })

  it('survives a directory that fails, for maxAgeMs', async () => {
    const { answers, from, pass } = world({ maxAgeMs: 600_000 })
    answers.set(ONE, [keyOf(1)])
    expect(await from(keyOf(1), ONE)).toMatchObject(VERIFIED)
    for (const answer of [
      () => failing(500),
      () => failing(302, { location: 'https://elsewhere.example/' }),
      () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
      () => Promise.reject(new TypeError('no network')),
    ]) {
      answers.set(ONE, answer)
      pass(100)
      expect(await from(keyOf(1), ONE)).toMatchObject(VERIFIED)
      // What is not in an old copy may have been published since.
      expect(await from(keyOf(2), ONE)).toMatchObject(UNAVAILABLE)
    }
    pass(300)
    expect(await from(keyOf(1), ONE)).toMatchObject(UNAVAILABLE)
  })
})

describe('Retry-After', () => {
  it('is waited for, and at most five minutes', async () => {
    const { state, answers, from, pass } = world()
    answers.set(ONE, () => failing(503, { 'retry-after': '120' }))
    const asked = async (): Promise<number> => {
      expect(await from(keyOf(1), ONE)).toMatchObject(UNAVAILABLE)
      return state.fetches
    }
    expect(await asked()).toBe(1)
    pass(119)
    expect(await asked()).toBe(1)
    pass(1)
    answers.set(ONE, () => failing(429, { 'retry-after': '86400' }))
    expect(await asked()).toBe(2)
    pass(299)
    expect(await asked()).toBe(2)
    pass(1)
    // Of another status it means nothing.
    answers.set(ONE, () => failing(500, { 'retry-after': '120' }))
    expect(await asked()).toBe(3)
    pass(2)
    answers.set(ONE, [keyOf(1)])
    expect(await from(keyOf(1), ONE)).toMatchObject(VERIFIED)
  })
})

describe('the signed directory that the draft prints', () => {
  const problems: string[] = []
  const read = (changes: { readonly body?: string; readonly nowMs?: number } = {}) => {
    const { body = DIRECTORY_VECTOR.body, nowMs = (CREATED + 60) * 1_000 } = changes
    problems.length = 0
    return keyDirectory({
      url: 'https://signature-agent.test',
      signature: rfc9421Verifier(),
      clock: { now: () => nowMs },
      onProblem: ({ message }) => problems.push(message),
      fetch: async () =>
        new Response(body, {
          headers: {
            'content-type': 'application/http-message-signatures-directory+json',
            'content-digest': DIRECTORY_VECTOR.digest,
            'signature-input': `sig1=${DIRECTORY_VECTOR.params}`,
            signature: `sig1=:${DIRECTORY_VECTOR.signature}:`,
          },
        }),
    })
  }

  it('the example of the draft is read', async () => {
    expect((await read().get(ED25519_KEYID))?.key.algorithm).toBe('ed25519')
    expect(problems).toEqual([])
  })

  it('is refused with another body, and before it was made', async () => {
    for (const changes of [{ body: `${DIRECTORY_VECTOR.body}\n` }, { nowMs: (CREATED - 60) * 1_000 }]) {
      await expect(read(changes).refresh()).rejects.toMatchObject({ code: 'DIRECTORY_REFUSED' })
      expect(problems).toEqual(['directory has a signature of its own that does not match'])
    }
  })
})

describe('options that cannot be meant', () => {
  it.each([
    [{ allow: [] }, 'verifyAgents: "allow" must be a list of agents such as ["https://chatgpt.com"], got an empty one'],
    [{ allow: 'x' }, 'verifyAgents: "allow" must be a list of agents such as ["https://chatgpt.com"], got a string'],
    [{ onInvalid: 'ignore' }, 'verifyAgents: "onInvalid" must be "refuse" or "pass", got "ignore"'],
    [{ onUnverified: true }, 'verifyAgents: "onUnverified" must be "refuse" or "pass", got a boolean'],
    // What looks like a key is not repeated.
    [{ onInvalid: 'sk1234567890abcdef' }, 'verifyAgents: "onInvalid" must be "refuse" or "pass", got a string'],
  ])('%j: the text says what was expected and what came', (options, message) => {
    expect(() => world(options)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message }))
  })
})

it('a request for a host that is none of the authorities is unverified, and the reason says so', async () => {
  const agents = verifyAgents({ allow: ['https://bot.example'], authorities: ['shop.example.com'] })
  const refused = { outcome: 'unverified', reason: 'host-not-listed', code: 'HOST_MISMATCH' }
  expect(await agents.judge(httpRequest({ url: 'https://www.example.com/' }))).toMatchObject({
    ...refused,
    detail: expect.stringContaining('"www.example.com"'),
  })
})
