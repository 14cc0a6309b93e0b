import dns from 'node:dns'
import type { ServerResponse } from 'node:http'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type AgentOutcome, anyAgent, createAgent, verifyAgents } from '../../../src/agents/index.js'
import { publicFetch } from '../../../src/agents/node.js'
import { generateKeyPair } from '../../../src/crypto/generate.js'
import type { CountersignError } from '../../../src/errors.js'
import { allowLoopback, keyDirectory } from '../../../src/server/directory/directory.js'
import { withCode } from '../../expect-code.js'
import { answer, host, jwk } from '../server/directory/host.js'

afterEach(() => {
  vi.restoreAllMocks()
})

/** What the name service answers from now on, one answer for each question, the last one for all that follow. */
function answers(...lists: ReadonlyArray<readonly string[]>): string[] {
  const asked: string[] = []
  vi.spyOn(dns, 'lookup').mockImplementation(((name: string, _options: object, done: (...parts: unknown[]) => void) => {
    const list = lists[Math.min(asked.push(name), lists.length) - 1] as readonly string[]
    done(
      null,
      list.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }) as never)
  return asked
}
const onLoopback = publicFetch({ [allowLoopback]: true })

describe('publicFetch', () => {
  it.each([
    ['loopback', ['127.0.0.1']],
    ['the metadata of a cloud', ['169.254.169.254']],
    ['a private network', ['10.0.0.7']],
    ['loopback of IPv6', ['::1']],
    ['a private address behind a public one', ['93.184.216.34', '192.168.1.1']],
  ])('connects to no name that leads to %s', async (_, list) => {
    const asked = answers(list)
    await expect(publicFetch()('https://keys.example.com/jwks', {})).rejects.toThrow(
      withCode('DIRECTORY_REFUSED', 'addresses are all public'),
    )
    expect(asked).toEqual(['keys.example.com'])
  })

  it('connects to no name without an address', async () => {
    answers([])
    await expect(publicFetch()('https://keys.example.com/', {})).rejects.toThrow(
      withCode('DIRECTORY_UNAVAILABLE', 'a host without an address'),
    )
  })

  it.each([
    ['https://127.0.0.1/'],
    ['https://2130706433/'],
    ['https://[::1]/'],
    ['https://[::ffff:10.0.0.1]/'],
    ['https://169.254.169.254/latest/meta-data/'],
  ])('connects to no private address that is written in a URL, such as %s', async (url) => {
    await expect(publicFetch()(url, {})).rejects.toThrow(withCode('DIRECTORY_REFUSED', 'addresses are all public'))
  })

  it.each([
    ['http://keys.example.com/', {}, 'must be https'],
    ['http://127.0.0.1/', {}, 'must be https'],
    ['ftp://keys.example.com/', {}, 'must be https'],
    ['https://keys.example.com/', { method: 'POST' }, 'with GET, and without a body'],
    ['https://keys.example.com/', { body: 'x' }, 'with GET, and without a body'],
  ])('refuses %s with %j', async (url, init, message) => {
    await expect(publicFetch()(url, init)).rejects.toThrow(withCode('DIRECTORY_REFUSED', message))
  })

  it('allows http of this machine alone where loopback is allowed', async () => {
    await expect(onLoopback('http://keys.example.com/', {})).rejects.toThrow(withCode('DIRECTORY_REFUSED', 'https'))
  })

  it('refuses an option that it does not have', () => {
    expect(() => publicFetch({ lookup: () => [] } as never)).toThrow(withCode('CONFIG_INVALID', '"lookup"'))
  })

  it('hands back what a server answers: status, fields and body, a redirect too', async () => {
    const server = await host((request, response: ServerResponse) => {
      expect(request.headers['accept-encoding']).toBe('identity')
      expect(request.headers.accept).toBe('text/plain')
      response.writeHead(302, [
        ['Location', 'http://10.0.0.1/'],
        ['X-A', '1'],
        ['X-A', '2'],
      ] as never)
      response.end('moved')
    })
    const response = await onLoopback(server.url, { headers: { accept: 'text/plain' } })
    expect([response.status, response.headers.get('location'), response.headers.get('x-a')]).toEqual([
      302,
      'http://10.0.0.1/',
      '1, 2',
    ])
    expect(await response.text()).toBe('moved')
    expect(server.requests).toHaveLength(1)
  })

  it('hands back an answer without a body', async () => {
    const server = await host((_, response) => response.writeHead(304).end())
    const response = await onLoopback(server.url, {})
    expect([response.status, response.body]).toEqual([304, null])
  })

  it('rejects a status that no answer has, and does not end the program', async () => {
    const server = await host((_, response) => response.writeHead(999).end('x'))
    await expect(onLoopback(server.url, {})).rejects.toThrow(RangeError)
  })

  it('rejects an answer that changes the protocol, after which nothing comes', async () => {
    const server = await host(({ socket }) =>
      socket.write('HTTP/1.1 101 -\r\nconnection: upgrade\r\nupgrade: a\r\n\r\n'),
    )
    await expect(onLoopback(server.url, {})).rejects.toThrow(withCode('DIRECTORY_UNAVAILABLE', 'no answer'))
  })

  it('takes true for loopback addresses, and refuses anything else', () => {
    for (const value of ['yes', 1, false, null])
      expect(() => publicFetch({ [allowLoopback]: value as never })).toThrow(
        withCode('CONFIG_INVALID', 'publicFetch: [allowLoopback] must be true, got '),
      )
  })

  it('is called like any fetch, also with a URL alone', async () => {
    const alone = publicFetch() as (url: string) => Promise<Response>
    await expect(alone('https://127.0.0.1/')).rejects.toMatchObject({ code: 'DIRECTORY_REFUSED' })
  })

  it('does not repeat what is no URL', async () => {
    await expect(publicFetch()('keys.example.com?token=secret', {})).rejects.toThrow(
      withCode('DIRECTORY_REFUSED', 'must be a URL'),
    )
  })

  it('ends when its signal does', async () => {
    const server = await host(() => undefined)
    const controller = new AbortController()
    const pending = onLoopback(server.url, { signal: controller.signal })
    controller.abort()
    await expect(pending).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
  })

  it('serves a key directory, whose keys are found', async () => {
    const server = await host(answer({ keys: [await jwk('bot-1')] }))
    const keys = keyDirectory({ url: server.url, fetch: onLoopback, [allowLoopback]: true })
    expect((await keys.get('bot-1'))?.key.keyId).toBe('bot-1')
    expect(await keys.get('bot-2')).toBeUndefined()
  })

  it('keeps a name that answers differently the second time out of the own network', async () => {
    const asked = answers(['93.184.216.34'], ['127.0.0.1'])
    const lookup = (name: string): Promise<string[]> =>
      new Promise((resolve) => {
        dns.lookup(name, { all: true }, (_, found) => resolve(found.map(({ address }) => address)))
      })
    const problems: CountersignError[] = []
    const agents = verifyAgents({
      allow: anyAgent,
      authorities: ['shop.example.com'],
      fetch: publicFetch(),
      lookup,
      onProblem: (problem) => problems.push(problem),
    })
    let outcome: AgentOutcome | undefined
    const { signingKey: key } = await generateKeyPair('ed25519', { keyId: 'agent' })
    const site = agents.fetch((_request, agent) => {
      outcome = agent
      return new Response()
    })
    const agent = createAgent({
      name: 'Example Bot',
      key,
      directory: 'https://rebinding.example.com',
      fetch: async (url, init) => site(new Request(url, init)),
    })
    await agent.fetch('https://shop.example.com/')
    expect(outcome).toMatchObject({ outcome: 'unverified', reason: 'directory-unavailable' })
    expect(problems.map(({ code }) => code)).toEqual(['DIRECTORY_REFUSED'])
    // Checked first, and then connected to: the second answer is the one that counts.
    expect(asked).toEqual(['rebinding.example.com', 'rebinding.example.com'])
  })
})
