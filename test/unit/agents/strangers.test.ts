import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AgentVerifier,
  agentIdentifier,
  anyAgent,
  type NewAgentsRule,
  verifyAgents,
} from '../../../src/agents/index.js'
import { newAgents } from '../../../src/agents/new-agents.js'
import { unlistedKeys } from '../../../src/agents/unlisted-keys.js'
import { base64 } from '../../../src/crypto/encoding.js'
import { ed25519PrivateKey } from '../../../src/crypto/index.js'
import { jwkThumbprint } from '../../../src/crypto/thumbprint.js'
import { httpRequest } from '../../../src/message/message.js'
import { AGENT_KEYS_PATH } from '../../../src/schemes/rfc9421/profiles/signature-agent.js'
import { directoryDocument } from '../../../src/server/directory/document.js'
import { withCode } from '../../expect-code.js'

const key = ed25519PrivateKey({ keyId: 'bot', seed: new Uint8Array(32).fill(9) })
const keyId = jwkThumbprint(key)
const { body, mediaType } = directoryDocument([ed25519PrivateKey({ keyId, seed: new Uint8Array(32).fill(9) })])
const COOLDOWN_MS = 30_000

/** A site that takes every agent, and what it has fetched. */
function world(newAgents?: NewAgentsRule) {
  const fetched: string[] = []
  const clock = { nowMs: 1_700_000_000_000, now: () => clock.nowMs }
  const agents = verifyAgents({
    allow: anyAgent,
    lookup: false,
    authorities: ['shop.example'],
    cooldownMs: COOLDOWN_MS,
    ...(newAgents && { newAgents }),
    clock,
    fetch: async (url) => {
      fetched.push(url)
      return url.startsWith('https://victim')
        ? new Response('no keys', { status: 404 })
        : new Response(body, { headers: { 'content-type': mediaType } })
    },
  })
  return { agents, clock, fetched }
}

/** What comes of a request that names a key set and was signed by no key. */
async function named(agents: AgentVerifier, url: string, nowMs: number, clientIp?: string): Promise<string> {
  const created = Math.floor(nowMs / 1000)
  const request = httpRequest({
    url: 'https://shop.example/',
    headers: {
      'signature-agent': `sig1="${url}"`,
      'signature-input': `sig1=("@authority" "signature-agent";key="sig1");created=${created};expires=${created + 60};keyid="${keyId}";tag="web-bot-auth"`,
      signature: `sig1=:${'A'.repeat(86)}==:`,
    },
  })
  const found = await agents.judge(request, { clientIp })
  return found.outcome === 'verified' ? 'verified' : found.reason
}

let nonces = 0
/** What comes of a request that was signed by the key of a URL. By hand, because an agent of this package has an origin. */
async function signed(agents: AgentVerifier, url: string, nowMs: number, clientIp?: string): Promise<string> {
  const created = Math.floor(nowMs / 1000)
  const params = `("@authority" "signature-agent";key="sig1");created=${created};expires=${created + 60};keyid="${keyId}";nonce="${base64(new Uint8Array(64).fill(++nonces))}";tag="web-bot-auth"`
  const base = `"@authority": shop.example\n"signature-agent";key="sig1": "${url}"\n"@signature-params": ${params}`
  const headers = {
    'signature-agent': `sig1="${url}"`,
    'signature-input': `sig1=${params}`,
    signature: `sig1=:${base64(key.sign(base))}:`,
  }
  const found = await agents.judge(httpRequest({ url: 'https://shop.example/', headers }), { clientIp })
  return found.outcome === 'verified' ? 'verified' : found.reason
}

describe('key sets that requests name, where every agent is taken', () => {
  it('are fetched a few times from one origin, however many names there are for it', async () => {
    const { agents, clock, fetched } = world()
    for (let at = 0; at < 100; at++)
      expect(await named(agents, `https://victim.example/keys/${at}`, clock.nowMs)).toBe(
        at < 4 ? 'directory-unavailable' : 'too-many-agents',
      )
    expect(fetched).toHaveLength(4)
    clock.nowMs += 60_000
    for (let at = 100; at < 200; at++) await named(agents, `https://victim.example/keys/${at}`, clock.nowMs)
    expect(fetched).toHaveLength(8)
  })

  it('have a place where they were admitted, and an agent that is known stays known', async () => {
    const { agents, clock, fetched } = world({ inAll: 100_000 })
    expect(await signed(agents, 'https://bot.example', clock.nowMs)).toBe('verified')
    for (let at = 0; at < 300; at++) await named(agents, `https://victim${at}.example/keys`, clock.nowMs)
    expect(fetched).toHaveLength(1 + 300)
    expect(await signed(agents, 'https://bot.example', clock.nowMs)).toBe('verified')
    expect(fetched).toHaveLength(1 + 300)
  })

  it('of one origin do not keep its well-known place out, and no key set that has verified a request', async () => {
    const { agents, clock, fetched } = world()
    const junk = async () => {
      for (let at = 0; at < 4; at++)
        await named(agents, `https://bot.example/${clock.nowMs}/${at}`, clock.nowMs, '192.0.2.6')
    }
    const both = async () => [
      await signed(agents, 'https://bot.example', clock.nowMs),
      await signed(agents, 'https://bot.example/keys', clock.nowMs),
    ]
    expect(await signed(agents, 'https://bot.example/keys', clock.nowMs)).toBe('verified')
    for (let round = 0; round < 3; round++) {
      await junk()
      expect(await both()).toEqual(['verified', 'verified'])
      clock.nowMs += COOLDOWN_MS
    }
    expect(fetched.filter((url) => !/\/\d+\/\d$/.test(url))).toHaveLength(2)
  })

  it('do not push out an agent in use, however many are named', async () => {
    const { agents, clock, fetched } = world()
    expect(await signed(agents, 'https://bot.example', clock.nowMs)).toBe('verified')
    for (let minute = 1; minute < 4; minute++) {
      clock.nowMs += 60_000
      for (let at = 0; at < 120; at++) await named(agents, `https://victim${minute}-${at}.example/`, clock.nowMs)
      expect(await named(agents, 'https://victim.example/', clock.nowMs)).toBe('too-many-agents')
      expect(await signed(agents, 'https://bot.example', clock.nowMs)).toBe('verified')
    }
    expect(fetched.filter((url) => url.startsWith('https://victim'))).toHaveLength(3 * 120)
  })
})

describe('key sets that have verified a request', () => {
  /** The store alone, with what it has opened and how often it has asked whether it may. */
  function store(mostAdmitted = 256) {
    const opened: string[] = []
    const clock = { nowMs: 0, now: () => clock.nowMs }
    const count = { asked: 0 }
    const open = (url: string) => {
      opened.push(url)
      return { url, find: () => undefined, refresh: async () => {} }
    }
    const admits = () => ++count.asked > 0
    return { opened, clock, count, keys: unlistedKeys(open, admits, mostAdmitted, { clock, cooldownMs: COOLDOWN_MS }) }
  }
  const urlOf = (at: number) => `https://bot${at}.example${AGENT_KEYS_PATH}`

  it('are pushed out by others of the kind alone, the one whose last request is the longest ago first', () => {
    const { opened, clock, keys } = store()
    for (let at = 0; at < 256; at++) {
      keys.find(urlOf(at))
      keys.verified(urlOf(at))
    }
    clock.nowMs += COOLDOWN_MS
    for (let at = 1_000; at < 1_256; at++) keys.find(urlOf(at))
    keys.verified(urlOf(0))
    keys.verified(urlOf(1_000))
    opened.length = 0
    for (const at of [0, 2, 3, 255, 1_000]) keys.find(urlOf(at))
    expect(opened).toEqual([])
    keys.find(urlOf(1))
    expect(opened).toEqual([urlOf(1)])
  })

  it('stay for the time between two fetches, and what does not get a place among them is still known', () => {
    const { opened, clock, count, keys } = store()
    for (let at = 0; at < 300; at++) {
      keys.find(urlOf(at % 257))
      keys.verified(urlOf(at % 257))
    }
    expect(opened).toHaveLength(257)
    clock.nowMs += COOLDOWN_MS
    for (let at = 1_000; at < 1_256; at++) keys.find(urlOf(at))
    expect(count.asked).toBe(257 + 256)
    keys.find(urlOf(256))
    expect(count.asked).toBe(257 + 256)
  })

  it.each([
    [1, 256],
    [1_000, 1_000],
    [1_000_000, 4_096],
  ])(
    'push out no other kind, of which there is room for as many as may be fetched: %i, but at least 256',
    (most, room) => {
      const { opened, clock, keys } = store(most)
      for (let at = 0; at < room; at++) keys.find(urlOf(at))
      expect(() => keys.find(urlOf(room))).toThrow(withCode('STORE_UNAVAILABLE'))
      expect(opened).toHaveLength(room + 1)
      clock.nowMs += COOLDOWN_MS
      keys.find(urlOf(room))
      expect(opened).toHaveLength(room + 2)
    },
  )

  it('are not counted as new after they were pushed out, and that is bounded, too', () => {
    const { clock, count, keys } = store()
    for (let at = 0; at < 5_000; at++) {
      clock.nowMs += COOLDOWN_MS
      keys.find(urlOf(at))
      keys.verified(urlOf(at))
    }
    count.asked = 0
    // Just after one another, so that they fill what is kept for them.
    for (let at = 4_000; at < 4_256; at++) keys.find(urlOf(at))
    expect(() => keys.find(urlOf(4_256))).toThrow(withCode('STORE_UNAVAILABLE'))
    expect(count.asked).toBe(0)
    keys.find(urlOf(0))
    expect(count.asked).toBe(1)
  })
})

describe('agents that were not seen before, where every agent is taken', () => {
  const MINUTE_MS = 60_000

  it('are fetched ten times in a minute for one client, and for another one all the same', async () => {
    const { agents, clock, fetched } = world()
    const ask = (at: number, ip?: string) => named(agents, `https://victim${at}.example/`, clock.nowMs, ip)
    const reasons: string[] = []
    for (let at = 0; at < 50; at++) reasons.push(await ask(at, '192.0.2.1'))
    expect(reasons.filter((one) => one === 'directory-unavailable')).toHaveLength(10)
    expect(reasons.slice(10).every((one) => one === 'too-many-agents')).toBe(true)
    expect(fetched).toHaveLength(10)
    expect(await ask(100, '192.0.2.2')).toBe('directory-unavailable')
    // One that is known is not counted.
    expect(await ask(3, '192.0.2.1')).toBe('directory-unavailable')
    clock.nowMs += MINUTE_MS
    expect(await ask(200, '192.0.2.1')).toBe('directory-unavailable')
  })

  it('are counted for a network of 64 bits under IPv6', async () => {
    const { agents, clock, fetched } = world({ perClient: 3 })
    for (let at = 0; at < 20; at++)
      await named(agents, `https://victim${at}.example/`, clock.nowMs, `2001:db8:1:2::${at.toString(16)}`)
    expect(fetched).toHaveLength(3)
    await named(agents, 'https://victim.example/', clock.nowMs, '2001:db8:1:3::1')
    expect(fetched).toHaveLength(4)
  })

  it.each(['192.0.2.1:1001', '', 'fe80::1%eth0', 'unknown'])(
    'are bounded for all alone where the address is "%s"',
    async (text) => {
      const { agents, clock, fetched } = world({ perClient: 2, inAll: 6 })
      for (let at = 0; at < 10; at++) await named(agents, `https://victim${at}.example/`, clock.nowMs, text)
      expect(fetched).toHaveLength(6)
    },
  )

  it('are counted on while the clock is set back', async () => {
    const { agents, clock, fetched } = world({ perClient: 3 })
    for (let at = 0; at < 20; at++) {
      await named(agents, `https://victim${at}.example/`, clock.nowMs, '192.0.2.1')
      clock.nowMs += at % 2 === 0 ? -MINUTE_MS : MINUTE_MS
    }
    expect(fetched).toHaveLength(3)
    clock.nowMs += MINUTE_MS
    await named(agents, 'https://victim.example/', clock.nowMs, '192.0.2.1')
    expect(fetched).toHaveLength(4)
  })

  it('are fetched 120 times in a minute for all clients together, known addresses or not', async () => {
    const { agents, clock, fetched } = world()
    for (let at = 0; at < 300; at++) {
      const clientIp = at % 2 === 0 ? `198.51.${at >> 8}.${at & 255}` : undefined
      await named(agents, `https://victim${at}.example/`, clock.nowMs, clientIp)
    }
    expect(fetched).toHaveLength(120)
    clock.nowMs += MINUTE_MS
    await named(agents, 'https://victim.example/', clock.nowMs, '192.0.2.1')
    expect(fetched).toHaveLength(121)
  })

  it('cost a client nothing while one origin is full', async () => {
    const { agents, clock, fetched } = world()
    for (let at = 0; at < 50; at++) await named(agents, `https://victim.example/${at}`, clock.nowMs, '192.0.2.1')
    expect(fetched).toHaveLength(4)
    expect(await named(agents, 'https://victim2.example/', clock.nowMs, '192.0.2.1')).toBe('directory-unavailable')
  })

  it('are bounded by the address that the host of the requests has', async () => {
    const { agents, clock, fetched } = world({ perClient: 2 })
    const handler = agents.fetch((_, agent) => Response.json(agent))
    const reasons: string[] = []
    for (let at = 0; at < 5; at++) {
      const created = clock.nowMs / 1000
      const rawHeaders = Object.entries({
        host: 'shop.example',
        'signature-agent': `sig1="https://victim${at}.example"`,
        'signature-input': `sig1=("@authority" "signature-agent";key="sig1");created=${created};expires=${created + 60};keyid="${keyId}";tag="web-bot-auth"`,
        signature: `sig1=:${'A'.repeat(86)}==:`,
      })
      const request = new Request('https://shop.example/', { headers: Object.fromEntries(rawHeaders) })
      const socket = { remoteAddress: '192.0.2.9' }
      const incoming = { url: '/', rawHeaders: rawHeaders.flat(), socket }
      const answer = await (handler as (request: Request, host: object) => Promise<Response>)(request, { incoming })
      reasons.push(((await answer.json()) as { readonly reason: string }).reason)
    }
    expect(reasons).toEqual([
      ...['directory-unavailable', 'directory-unavailable'],
      ...['too-many-agents', 'too-many-agents', 'too-many-agents'],
    ])
    expect(fetched).toHaveLength(2)
  })

  it('are no option of another kind', () => {
    for (const rule of [{ perClient: 0 }, { inAll: -1 }, { windowMs: 1 }, { perIp: 3 }])
      expect(() => world(rule as never)).toThrow(/^verifyAgents: .*newAgents/)
  })
})

describe('the turn of a new agent, while others name key sets without end', () => {
  const MINUTE_MS = 60_000
  const ipOf = (at: number) => `198.51.${at >> 8}.${at & 255}`
  /** Windows until an agent at this URL is verified, which asks once in each, after `flood`. */
  async function windows(
    { agents, clock }: ReturnType<typeof world>,
    url: string,
    flood: (window: number) => Promise<void>,
    most: number,
  ): Promise<number> {
    for (let window = 1; window <= most; window++) {
      await flood(window)
      if ((await signed(agents, url, clock.nowMs, '203.0.113.7')) === 'verified') return window
      clock.nowMs += MINUTE_MS
    }
    return Number.POSITIVE_INFINITY
  }

  it('comes in the next window where names of its own origin fill the bound of it, however many one client names', async () => {
    const site = world()
    const flood = async (window: number) => {
      for (let at = 0; at < 200; at++)
        await named(site.agents, `https://bot.example/junk/${window}/${at}`, site.clock.nowMs, '192.0.2.1')
    }
    expect(await windows(site, 'https://bot.example/keys', flood, 5)).toBe(2)
    // Four of its origin in each window, and no more.
    expect(site.fetched).toHaveLength(8)
  })

  it.each([3, 4, 40])('comes after at most one in four of the %i addresses that do so', async (addresses) => {
    const site = world()
    const flood = async (window: number) => {
      for (let at = 0; at < addresses; at++)
        for (let name = 0; name < 5; name++)
          await named(site.agents, `https://bot.example/${window}/${at}/${name}`, site.clock.nowMs, ipOf(at))
    }
    expect(await windows(site, 'https://bot.example/keys', flood, 50)).toBeLessThanOrEqual(
      2 + Math.floor(addresses / 4),
    )
    // Each of them once, and no more of the origin than its bound in any window.
    expect(new Set(site.fetched).size).toBe(site.fetched.length)
  })

  it.each([
    ['its well-known place', 'https://bot.example'],
    ['a URL of its own', 'https://bot.example/keys'],
  ])(
    'comes at %s after the addresses before it, in order, where made-up agents fill the bound for all',
    async (_, url) => {
      const site = world({ inAll: 20 })
      const flood = async (window: number) => {
        for (let at = 0; at < 60; at++)
          for (let name = 0; name < 3; name++)
            await named(site.agents, `https://made-up-${window}-${at}-${name}.example`, site.clock.nowMs, ipOf(at))
      }
      // 60 addresses, 20 in each window.
      expect(await windows(site, url, flood, 10)).toBeLessThanOrEqual(2 + 60 / 20)
      for (const origin of new Set(site.fetched)) expect(site.fetched.filter((one) => one === origin)).toHaveLength(1)
    },
  )

  it('is for the origin that was named, and goes with its window', async () => {
    const { agents, clock, fetched } = world({ inAll: 2 })
    const ask = (url: string, ip: string) => named(agents, url, clock.nowMs, ip)
    for (const at of [1, 2]) await ask(`https://made-up-${at}.example`, '192.0.2.1')
    expect(await ask('https://late.example', '192.0.2.2')).toBe('too-many-agents')
    clock.nowMs += MINUTE_MS
    // One is kept for the one who waits, and it is not for another place.
    expect(await ask('https://made-up-3.example', '192.0.2.1')).toBe('bad-signature')
    expect(await ask('https://made-up-4.example', '192.0.2.1')).toBe('too-many-agents')
    expect(await ask('https://other.example', '192.0.2.2')).toBe('too-many-agents')
    expect(await ask('https://late.example', '192.0.2.2')).toBe('bad-signature')
    expect(fetched).toHaveLength(4)
    clock.nowMs += 2 * MINUTE_MS
    // It has not come in the window that was its own.
    clock.nowMs += MINUTE_MS
    for (const at of [5, 6]) await ask(`https://made-up-${at}.example`, '192.0.2.3')
    expect(await ask('https://late-2.example', '192.0.2.2')).toBe('too-many-agents')
  })

  it('comes at once before those whose address is not known, and not for one of them', async () => {
    const site = world({ inAll: 2 })
    const flood = async (window: number) => {
      for (let at = 0; at < 5; at++)
        await named(site.agents, `https://made-up-${window}-${at}.example`, site.clock.nowMs)
    }
    expect(await windows(site, 'https://bot.example', flood, 5)).toBe(2)
    expect(site.fetched).toHaveLength(4)
    await flood(10)
    expect(await signed(site.agents, 'https://other.example', site.clock.nowMs)).toBe('too-many-agents')
  })

  it('comes within three windows where one network of IPv6 names key sets from each of its addresses', async () => {
    const clock = { nowMs: 0, now: () => clock.nowMs }
    const { admits } = newAgents(undefined, clock)
    let count = 0
    const flood = () => {
      for (let at = 0; at < 5_000; at++) {
        const clientIp = `2001:db8:1:${at.toString(16)}::1`
        admits(clientIp, { url: `https://a${count++}.example`, origin: undefined })
        // Of one origin that is full: its places in the line do not become free.
        admits(clientIp, { url: `https://b.example/${count++}`, origin: 'https://b.example' })
      }
    }
    const own = { url: 'https://bot.example', origin: undefined }
    let windows = 1
    for (flood(); !admits('203.0.113.7', own) && windows < 20; windows++) {
      flood()
      clock.nowMs += MINUTE_MS
      flood()
    }
    expect(windows).toBeLessThanOrEqual(3)
  })

  it('is waited for by a bounded number of clients', async () => {
    const clock = { nowMs: 0, now: () => clock.nowMs }
    const { admits } = newAgents({ inAll: 1, perClient: 1 }, clock)
    const ask = (at: number) =>
      admits(`10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`, { url: `https://${at}.example`, origin: undefined })
    for (let at = 0; at < 6_000; at++) ask(at)
    let served = 0
    for (let window = 1; window < 6_000; window++) {
      clock.nowMs += MINUTE_MS
      // A client beside the line, so that each window begins.
      admits('192.0.2.1', { url: 'https://beside.example', origin: undefined })
      served += Number(ask(window))
    }
    expect(served).toBe(4_096)
  })
})

describe('an agent is of the host that its keys come from', () => {
  it.each([
    ['//chatgpt.example/', 'https://attacker.example//chatgpt.example/'],
    ['///chatgpt.example/keys', 'https://attacker.example///chatgpt.example/keys'],
    ['/%2F/chatgpt.example', 'signature-agent-unsupported'],
    ['/.//chatgpt.example/', 'https://attacker.example//chatgpt.example/'],
  ])('the path %s does not change the host', async (path, expected) => {
    const { agents, clock, fetched } = world()
    const created = clock.nowMs / 1000
    const member = `"https://attacker.example${path}"`
    const params = `("@authority" "signature-agent";key="sig1");created=${created};expires=${created + 60};keyid="${keyId}";tag="web-bot-auth"`
    const base = `"@authority": shop.example\n"signature-agent";key="sig1": ${member}\n"@signature-params": ${params}`
    const request = httpRequest({
      url: 'https://shop.example/',
      headers: {
        'signature-agent': `sig1=${member}`,
        'signature-input': `sig1=${params}`,
        signature: `sig1=:${base64(key.sign(base))}:`,
      },
    })
    const found = await agents.judge(request)
    expect(found.outcome === 'verified' ? found.agent : found.reason).toBe(expected)
    expect(found.outcome === 'verified' ? found.origin : 'https://attacker.example').toBe('https://attacker.example')
    for (const url of fetched) expect(new URL(url).host).toBe('attacker.example')
  })

  it('no path changes the host', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('/', '//', '.', '..', '%2e', '%2F', '\\\\', '@', ':', 'a.example', '%%32e')),
        (parts) => {
          const url = `https://bot.example/${parts.join('')}`
          expect(new URL(agentIdentifier(url)).origin).toBe('https://bot.example')
        },
      ),
    )
  })
})
