import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { verify as verifyMessage } from 'http-message-sig'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as wba from 'web-bot-auth'
import { signerFromJWK, verifierFromJWK } from 'web-bot-auth/crypto'
import { type AgentVerifier, agentDirectory, verifyAgents, webBotAuth } from '../../src/agents/index.js'
import { nodeAgents } from '../../src/agents/node.js'
import { signRequest } from '../../src/client/sign-request.js'
import { ed25519PrivateKey } from '../../src/crypto/ed25519-key.js'
import { exportPrivateKey, exportPublicKey, importSigningKey, type Jwk, jwkThumbprint } from '../../src/crypto/index.js'
import type { PrivateKey } from '../../src/crypto/key.js'
import { httpRequest } from '../../src/message/message.js'

/*
 * `web-bot-auth` of npm (Cloudflare), over loopback: a server of ours judges what it has signed, and it judges what we have signed
 * as it arrives at a server. It knows the oldest form of `Signature-Agent`, a bare string, and signs without the field as well.
 */

const AGENT = 'https://bot.example.com'
const key: PrivateKey = ed25519PrivateKey({ keyId: 'agent-1', seed: new Uint8Array(32).fill(11) })
let rsa: PrivateKey
const jwkOf = (one: PrivateKey): Jwk => exportPublicKey(one.verifyingKey, 'jwk') as Jwk
const privateJwkOf = async (one: PrivateKey): Promise<Jwk> => (await exportPrivateKey(one, 'jwk')) as Jwk

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown
const servers: ReturnType<typeof createServer>[] = []
async function listening(handler: Handler): Promise<number> {
  const server = createServer((request, response) => {
    Promise.resolve(handler(request, response)).catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port
}
afterAll(() => {
  for (const server of servers) server.close()
})

beforeAll(async () => {
  const { privateKey } = await crypto.subtle.generateKey(
    { name: 'RSA-PSS', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-512' },
    true,
    ['sign', 'verify'],
  )
  const jwk = await crypto.subtle.exportKey('jwk', privateKey)
  rsa = (await importSigningKey(jwk as never, { keyId: 'agent-2', algorithm: 'rsa-pss-sha512' })) as PrivateKey
})

/** A site of ours, whose answer is what it has found out. */
async function site(): Promise<string> {
  const directory = agentDirectory({ agent: AGENT, keys: [{ key }, { key: rsa }] })
  let agents: AgentVerifier | undefined
  const port = await listening(async (request, response) => {
    const agent = await nodeAgents(agents as AgentVerifier)(request, response)
    if (agent !== undefined) response.end(JSON.stringify(agent))
  })
  agents = verifyAgents({
    allow: [AGENT],
    authorities: [`127.0.0.1:${port}`],
    onInvalid: 'pass',
    lookup: false,
    fetch: async (url, init) => (await directory.fetch(new Request(url, init))) as Response,
  })
  return `http://127.0.0.1:${port}`
}

interface Sent {
  readonly method?: string
  readonly path?: string
  readonly agent?: boolean
  readonly components?: readonly string[]
  readonly change?: (headers: Record<string, string>) => void
  readonly by?: () => PrivateKey
}

/** What a site of ours makes of a request that they have signed. */
async function judged({ method = 'GET', path = '/', agent = true, components, change, by = () => key }: Sent) {
  const url = `${await site()}${path}`
  const headers: Record<string, string> = agent ? { 'signature-agent': `"${AGENT}"` } : {}
  const signer = await signerFromJWK({ ...(await privateJwkOf(by())), alg: by() === rsa ? 'PS512' : 'EdDSA' } as never)
  const now = new Date()
  const signed = await wba.signatureHeaders(new Request(url, { method, headers }), signer, {
    created: now,
    expires: new Date(now.getTime() + 300_000),
    ...(components && { components: components as never }),
  })
  Object.assign(headers, { 'signature-input': signed['Signature-Input'], signature: signed.Signature })
  change?.(headers)
  const response = await fetch(url, { method, headers })
  return (await response.json()) as { readonly outcome: string; readonly reason?: string; readonly keyId?: string }
}

describe('what web-bot-auth signs', () => {
  test('is verified, by Ed25519 and RSA-PSS', async () => {
    expect(await judged({})).toMatchObject({ outcome: 'verified', keyId: jwkThumbprint(key) })
    expect(await judged({ by: () => rsa })).toMatchObject({ outcome: 'verified', keyId: jwkThumbprint(rsa) })
  })

  test('is verified with what it can cover besides', async () => {
    const components = ['@authority', '@method', '@path', '@target-uri', '@scheme', 'signature-agent']
    expect(await judged({ method: 'POST', path: '/a%20b?c=d', components })).toMatchObject({ outcome: 'verified' })
  })

  test('without an agent is a signature of no agent', async () => {
    expect(await judged({ agent: false })).toMatchObject({ outcome: 'unverified', reason: 'signature-agent-absent' })
  })

  test.each([
    ['another agent', 'signature-agent', (text: string) => text.replace('bot.', 'bat.')],
    [
      'another signature',
      'signature',
      (text: string) => text.replace(/:(.)/, (_, one) => `:${one === 'A' ? 'B' : 'A'}`),
    ],
    [
      'another nonce',
      'signature-input',
      (text: string) => text.replace(/nonce="(.)/, (_, one) => `nonce="${one === 'A' ? 'B' : 'A'}`),
    ],
    ['another tag', 'signature-input', (text: string) => text.replace('web-bot-auth', 'web-bot-auto')],
    ['fewer components', 'signature-input', (text: string) => text.replace(' "signature-agent"', '')],
  ])('with %s is not', async (_, name, change) => {
    const found = await judged({
      change: (headers) => {
        headers[name] = change(headers[name] as string)
      },
    })
    expect(found.outcome).not.toBe('verified')
  })
})

/** What they make of a request that we have signed, as it arrives at a server. */
async function theirs(draft: 'legacy' | 'ietf-00', by: PrivateKey, change: (headers: Headers) => void = () => {}) {
  let verdict: unknown
  const port = await listening(async (request, response) => {
    const headers = new Headers()
    for (let at = 0; at < request.rawHeaders.length; at += 2)
      headers.append(request.rawHeaders[at] as string, request.rawHeaders[at + 1] as string)
    change(headers)
    const url = `http://${request.headers.host}${request.url}`
    const verifier = await verifierFromJWK({ ...jwkOf(by), alg: by === rsa ? 'PS512' : 'EdDSA' } as never)
    verdict = await wba.verify({ method: request.method as string, url, headers } as never, verifier).then(
      () => 'ok',
      (error: Error) => error.message,
    )
    response.end()
  })
  const url = `http://127.0.0.1:${port}/orders?limit=1`
  const { fields } = await signRequest(httpRequest({ url }), webBotAuth({ key: by, agent: AGENT, draft }))
  const headers = new Headers()
  for (let at = 0; at < fields.length; at += 2) headers.append(fields[at] as string, fields[at + 1] as string)
  await fetch(url, { headers })
  return verdict
}

describe('what we sign', () => {
  test('in the oldest form is verified by web-bot-auth, by Ed25519 and RSA-PSS', async () => {
    expect(await theirs('legacy', key)).toBe('ok')
    expect(await theirs('legacy', rsa)).toBe('ok')
    expect(await theirs('legacy', key, (headers) => headers.set('signature-agent', '"https://bat.example.com"'))).toBe(
      'invalid signature',
    )
  })

  test('in the form of a dictionary is not: 0.1.3 takes the whole field for one member of it', async () => {
    // RFC 9421 2.1.2 has the value of the member alone; where this begins to pass, their fault is mended.
    expect(await theirs('ietf-00', key)).toBe('invalid signature')
  })

  test('of a key directory is verified by http-message-sig, which it is made of', async () => {
    const directory = agentDirectory({ agent: AGENT, keys: [{ key }] })
    const url = `${AGENT}${wba.HTTP_MESSAGE_SIGNATURES_DIRECTORY}`
    const response = (await directory.fetch(new Request(url))) as Response
    const verifier = await verifierFromJWK(jwkOf(key) as never)
    const pair = {
      request: { method: 'GET', url, headers: new Headers() },
      response: { status: response.status, headers: response.headers },
    }
    await verifyMessage(
      pair as never,
      ((data: string, signature: Uint8Array, params: { tag: string }) => {
        expect(params.tag).toBe(wba.Tag.HTTP_MESSAGE_SIGNAGURES_DIRECTORY)
        return verifier(data, signature, params as never)
      }) as never,
    )
  })
})
