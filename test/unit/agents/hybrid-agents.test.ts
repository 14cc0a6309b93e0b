import * as mlDsa from '@noble/post-quantum/ml-dsa.js'
import { describe, expect, it } from 'vitest'
import {
  type AgentOutcome,
  agentDirectory,
  anyAgent,
  createAgent,
  type VerifyAgentsOptions,
  verifyAgents,
  webBotAuth,
} from '../../../src/agents/index.js'
import { signRequest } from '../../../src/client/sign-request.js'
import { ed25519PrivateKey, jwkThumbprint } from '../../../src/crypto/index.js'
import type { SigningKey } from '../../../src/crypto/key.js'
import { mlDsaKey, mlDsaKeys, mlDsaThumbprint } from '../../../src/crypto/ml-dsa.js'
import { type HttpRequest, httpRequest } from '../../../src/message/message.js'
import { hybridAgentKey, hybridAgents } from '../../../src/schemes/rfc9421/hybrid/index.js'
import { memoryReplayStore } from '../../../src/server/index.js'
import { withCode } from '../../expect-code.js'

const AGENT = 'https://bot.example'
const keysOf = (fill: number) => {
  const seed = new Uint8Array(32).fill(fill)
  const classical = ed25519PrivateKey({ keyId: 'classical', seed })
  const postQuantum = mlDsaKey({ keyId: 'post-quantum', algorithm: 'ml-dsa-44', seed, mlDsa })
  return { classical, postQuantum, both: hybridAgentKey({ classical, postQuantum }) }
}
const ours = keysOf(1)
const theirs = keysOf(2)
const clock = { now: () => 1_800_000_000_000 }
const HYBRID = { otherKeys: mlDsaKeys({ mlDsa }), hybrid: hybridAgents() }

const site = (options: Partial<VerifyAgentsOptions> = HYBRID, published: readonly SigningKey[] = [ours.both]) =>
  verifyAgents({
    allow: [AGENT, 'https://other.example'],
    authorities: ['shop.example'],
    clock,
    replay: memoryReplayStore({ clock, restartBarrier: false }),
    fetch: async (url, init) => {
      const agent = new URL(url).origin
      const directory = agentDirectory({ agent, keys: published.map((key) => ({ key })), clock })
      return (await directory.fetch(new Request(url, init))) as Response
    },
    ...options,
  })

/** A request of the agent, as `createAgent` sends it. */
async function sent(key: SigningKey, from = AGENT, draft?: 'legacy' | 'ietf-00' | 'ietf-01'): Promise<HttpRequest> {
  let request: HttpRequest | undefined
  const agent = createAgent({
    name: 'Bot',
    key,
    directory: from,
    clock,
    ...(draft && { draft }),
    fetch: async (url, init?: RequestInit) => {
      const headers = [...new Headers(init?.headers).entries()]
      request = { ...httpRequest({ url: String(url) }), fields: ['Host', 'shop.example', ...headers.flat()] }
      return new Response()
    },
  })
  await agent.fetch('https://shop.example/prices')
  return request as HttpRequest
}
const field = ({ fields }: HttpRequest, name: string): string =>
  fields[fields.findIndex((one, at) => at % 2 === 0 && one.toLowerCase() === name) + 1] as string
const withField = (request: HttpRequest, name: string, value: string): HttpRequest => ({
  ...request,
  fields: request.fields.map((one, at) =>
    at % 2 === 1 && request.fields[at - 1]?.toLowerCase() === name ? value : one,
  ),
})
const edited = (request: HttpRequest, edit: (text: string, name: string) => string): HttpRequest =>
  ['signature-input', 'signature'].reduce((one, name) => withField(one, name, edit(field(one, name), name)), request)
/** Without the signature of this label. */
const without = (request: HttpRequest, label: string): HttpRequest =>
  edited(request, (text) =>
    text
      .split(/, (?=sig1)/)
      .filter((one) => !one.startsWith(`${label}=`))
      .join(', '),
  )
const reason = (agent: AgentOutcome): string =>
  agent.outcome === 'verified' ? 'verified' : `${agent.outcome} ${agent.reason}`

describe('an agent that signs with Ed25519 and ML-DSA', () => {
  it.each(['legacy', 'ietf-00', 'ietf-01'] as const)(
    'is verified by a site that requires both, as %s',
    async (draft) => {
      const agents = site()
      const request = await sent(ours.both, AGENT, draft)
      const [first, second] = [jwkThumbprint(ours.classical), mlDsaThumbprint(ours.postQuantum.publicJwk)]
      expect(await agents.judge(request)).toMatchObject({
        outcome: 'verified',
        origin: AGENT,
        keyId: `${first}.${second}`,
      })
      expect(reason(await agents.judge(request))).toBe('invalid replayed')
      expect(reason(await agents.judge(await sent(ours.both, AGENT, draft)))).toBe('verified')
    },
  )

  it('publishes both keys, and is verified by its first where a site knows no pairs', async () => {
    const agent = createAgent({ name: 'Bot', key: ours.both, directory: AGENT, clock })
    const answer = (await agent.documents(
      new Request(`${AGENT}/.well-known/http-message-signatures-directory`),
    )) as Response
    const { keys } = (await answer.json()) as { keys: { kty: string }[] }
    expect(keys.map(({ kty }) => kty)).toEqual(['OKP', 'AKP'])
    for (const key of keys) for (const name of ['d', 'priv', 'seed']) expect(key).not.toHaveProperty(name)
    const request = await sent(ours.both)
    for (const options of [{}, { otherKeys: HYBRID.otherKeys }])
      expect(await site(options).judge(request)).toMatchObject({
        outcome: 'verified',
        keyId: jwkThumbprint(ours.classical),
      })
  })

  it('rotates as one key', async () => {
    const agent = createAgent({ name: 'Bot', key: ours.both, directory: AGENT, clock })
    agent.publish(theirs.both)
    agent.rotate(theirs.both)
    agent.retire(ours.both)
    expect(agent.keyId).toBe(jwkThumbprint(theirs.classical))
  })
})

describe('a request of a pair that lacks one, or has another', () => {
  it('is invalid where it comes with one signature, of either key', async () => {
    const request = await sent(ours.both)
    expect(reason(await site().judge(without(request, 'sig1-pq')))).toBe('invalid post-quantum-missing')
    expect(reason(await site().judge(without(request, 'sig1')))).toBe('unverified unsigned')
    for (const key of [ours.classical, ours.postQuantum]) {
      const plain = await signRequest(
        httpRequest({ url: 'https://shop.example/' }),
        webBotAuth({ key, agent: AGENT }),
        { clock },
      )
      expect(reason(await site().judge(plain))).toBe('invalid post-quantum-missing')
    }
  })

  it('is verified with one only of agents that need not send both', async () => {
    const plain = async (agent: string) =>
      signRequest(httpRequest({ url: 'https://shop.example/' }), webBotAuth({ key: ours.classical, agent }), { clock })
    const agents = site({ ...HYBRID, hybrid: hybridAgents({ required: [AGENT] }) })
    expect(reason(await agents.judge(await plain('https://other.example')))).toBe('verified')
    expect(reason(await agents.judge(await plain(AGENT)))).toBe('invalid post-quantum-missing')
    expect(reason(await agents.judge(await sent(ours.both)))).toBe('verified')
  })

  it('is a copy of the request with both, in either order, where one signature would do', async () => {
    const hybrid = hybridAgents({ required: ['https://other.example'] })
    const request = await sent(ours.both)
    const stripped = without(request, 'sig1-pq')
    const replay = memoryReplayStore({ clock, restartBarrier: false })
    for (const [first, second, store] of [
      [request, stripped, {}],
      [stripped, request, {}],
      // A node that knows no pairs yet, over the same store.
      [request, stripped, { replay }],
    ] as const) {
      const agents = site({ ...HYBRID, hybrid, ...store })
      expect(reason(await agents.judge(first))).toBe('verified')
      expect(reason(await agents.judge(second))).toBe('invalid replayed')
    }
    expect(reason(await site({ replay }).judge(stripped))).toBe('invalid replayed')
  })

  it('is invalid where either signature is not of its key', async () => {
    const request = await sent(ours.both)
    const other = await sent(theirs.both)
    const [a, b] = [field(request, 'signature').split(', '), field(other, 'signature').split(', ')]
    const published = [ours.both, theirs.both]
    for (const mixed of [
      [b[0], a[1]],
      [a[0], b[1]],
    ])
      expect(reason(await site(HYBRID, published).judge(withField(request, 'signature', mixed.join(', '))))).toBe(
        'invalid bad-signature',
      )
  })

  it('is invalid where the two are of two requests, cover different things, or differ in a parameter', async () => {
    const request = await sent(ours.both)
    const later = await sent(ours.both)
    const second = (one: HttpRequest, name: string) => field(one, name).split(/, (?=sig1-pq)/)[1]
    const mixed = edited(request, (text, name) => `${text.split(/, (?=sig1-pq)/)[0]}, ${second(later, name)}`)
    expect((await site().judge(mixed)).outcome).toBe('invalid')
    for (const [from, to] of [
      [/(sig1-pq=\(.*?) "@path"/, '$1'],
      [/(sig1-pq=.*?created=)\d/, '$19'],
      [/(sig1-pq=.*?expires=)\d/, '$19'],
      [/(sig1-pq=.*?nonce=")./, '$1!'],
      [/(sig1-pq=.*?);keyid/, '$1;alg="ed25519";keyid'],
      [/(sig1-pq=.*?keyid=")[^"]*/, `$1${jwkThumbprint(ours.classical)}`],
      [/(sig1-pq=.*?keyid=")[^"]*/, '$1post-quantum'],
    ] as const) {
      const changed = withField(request, 'signature-input', field(request, 'signature-input').replace(from, to))
      expect(field(changed, 'signature-input')).not.toBe(field(request, 'signature-input'))
      expect((await site().judge(changed)).outcome).not.toBe('verified')
    }
  })

  it('names two keys of one directory, which are a pair', async () => {
    const request = await sent(ours.both)
    expect(reason(await site(HYBRID, [ours.classical]).judge(request))).toBe('unverified key-not-in-directory')
    expect(reason(await site(HYBRID, [ours.postQuantum]).judge(request))).toBe('unverified key-not-in-directory')
    const swapped = hybridAgentKey({ classical: theirs.classical, postQuantum: ours.postQuantum })
    expect(reason(await site(HYBRID, [ours.both]).judge(await sent(swapped)))).toBe('unverified key-not-in-directory')
  })
})

it('is of algorithms that the site takes, both of them', async () => {
  const request = await sent(ours.both)
  for (const [algorithms, outcome] of [
    [['ed25519', 'ml-dsa-44'], 'verified'],
    [['ed25519', 'ml-dsa-65'], 'unverified algorithm-not-accepted'],
  ] as const)
    expect(reason(await site({ ...HYBRID, algorithms }).judge(request))).toBe(outcome)
  for (const algorithms of [['ed25519'], ['ml-dsa-44'], ['ecdsa-p256-sha256', 'ml-dsa-44']] as const)
    expect(() => site({ ...HYBRID, algorithms })).toThrow(withCode('CONFIG_INVALID', '"algorithms"'))
})

it('keeps a bounded number of the pairs that requests make of one directory', async () => {
  const fills = Array.from({ length: 12 }, (_, at) => at + 1)
  const seconds = fills.map((fill) => keysOf(fill).postQuantum)
  const { key: makes, ...rest } = hybridAgents()
  const made: string[] = []
  const key: typeof makes = (keyId, ...two) => {
    made.push(keyId)
    return makes(keyId, ...two)
  }
  const agents = site({ ...HYBRID, hybrid: { ...rest, key } }, [ours.classical, ...seconds])
  const judge = async (postQuantum: SigningKey) =>
    reason(await agents.judge(await sent(hybridAgentKey({ classical: ours.classical, postQuantum }))))
  for (const one of [...seconds, ...seconds]) expect(await judge(one)).toBe('verified')
  // Twelve of them are more than are kept, and one that is kept is made once.
  expect(made.length).toBeGreaterThan(12)
  const before = made.length
  expect(await judge(seconds.at(-1) as SigningKey)).toBe('verified')
  expect(made.length).toBe(before)
})

describe('the options of pairs', () => {
  it('are checked when they are made', () => {
    const { classical, postQuantum } = ours
    expect(() => hybridAgentKey({ classical: postQuantum, postQuantum: classical })).toThrow(
      withCode('CONFIG_INVALID', 'ed25519'),
    )
    expect(() => hybridAgentKey({ classical, second: postQuantum } as never)).toThrow(
      withCode('CONFIG_INVALID', 'second'),
    )
    expect(() => hybridAgents({ required: ['bot.example'] })).toThrow(withCode('CONFIG_INVALID', '"required"'))
    expect(() => hybridAgents({ required: [] })).toThrow(withCode('CONFIG_INVALID', '"required" must have an agent'))
    const misspelt = hybridAgents({ required: [AGENT, 'https://bto.example'] })
    expect(() => site({ ...HYBRID, hybrid: misspelt })).toThrow(
      withCode('CONFIG_INVALID', 'https://bto.example, which is not in "allow"'),
    )
    expect(() => site({ ...HYBRID, hybrid: misspelt, allow: anyAgent, lookup: false })).not.toThrow()
    expect(() => hybridAgents({ requires: [] } as never)).toThrow(withCode('CONFIG_INVALID', 'required'))
    expect(() => site({ hybrid: hybridAgents() })).toThrow(withCode('CONFIG_INVALID', 'otherKeys'))
    expect(() => site({ algorithms: ['ed25519', 'ml-dsa-65'] })).toThrow(withCode('CONFIG_INVALID', 'otherKeys'))
    expect(() => site({ ...HYBRID, hybrid: {} as never })).toThrow(withCode('CONFIG_INVALID', 'hybridAgents()'))
    expect(() => ours.both.sign('text')).toThrow(withCode('KEY_UNSUPPORTED'))
  })
})
