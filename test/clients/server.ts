import { createServer, request as httpRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type HmacKey, hmacKey, importVerifyingKey, Secret } from '../../src/crypto/index.js'
import { defineHeaderScheme } from '../../src/schemes/header/define-header-scheme.js'
import { createVerifier, memoryReplayStore, rfc9421Verifier, staticKeys, strictPolicy } from '../../src/server/index.js'
import { verifyRequest } from '../../src/server/middleware/node.js'
import type { Verdict } from '../../src/server/verdict.js'
import { verdictCode } from '../expect-code.js'

/** 64 bytes and more: libraries of other languages refuse shorter ones. */
export const SECRET = 'a secret of the tests, which is longer than the sixty-four bytes that one block of SHA-256 has'
export const PRIVATE_KEY = new URL('./ed25519.pem', import.meta.url).pathname

/** The description in docs/own-scheme.md, which the files in clients/ have as their default. */
export const acme = defineHeaderScheme({
  id: 'acme',
  headers: { key: 'X-Acme-Key', timestamp: 'X-Acme-Time', nonce: 'X-Acme-Nonce', signature: 'X-Acme-Signature' },
  base: ['timestamp', 'nonce', 'method', 'target', 'body-sha256'],
  algorithms: ['hmac-sha256', 'ed25519'],
})

/** Another one, with most of what can be described differently. */
export const ZENITH = {
  headers: {
    key: 'X-Zenith-Id',
    timestamp: 'X-Zenith-Date',
    nonce: 'X-Zenith-Once',
    signature: 'X-Zenith-Proof',
    bodyDigest: 'X-Zenith-Digest',
  },
  base: [
    'text:v2',
    'key',
    'timestamp',
    'nonce',
    'method',
    'authority',
    'path',
    'query',
    'field:x-account',
    'body-sha256-base64',
  ],
  timestamp: 'date',
  encoding: 'base64url',
  prefix: 'v2=',
} as const

/** What arrived, and what became of it. */
export interface Arrival {
  readonly method: string
  readonly target: string
  readonly lines: readonly string[]
  readonly body: Uint8Array | null
  readonly verdict: Verdict
}

/** A request in pieces, to be sent as it is. */
export type Wire = Omit<Arrival, 'verdict'>

export interface TestServer {
  readonly port: number
  readonly arrivals: Arrival[]
  /** The verdict on a request that is sent as it is. */
  send(wire: Wire): Promise<string>
  close(): void
}

/** One server for every client: it judges, remembers what arrived, and answers with the verdict's code. */
export async function startServer(publicKey: string, filled = false): Promise<TestServer> {
  const secret = Secret.fromText(SECRET)
  const shared: HmacKey = hmacKey({ keyId: 'shared-1', algorithm: 'hmac-sha256', secret })
  const own = await importVerifyingKey(publicKey, { keyId: 'own-1', algorithm: 'ed25519' })
  const arrivals: Arrival[] = []
  const server: Server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const verifier = createVerifier({
    schemes: filled
      ? [rfc9421Verifier(), defineHeaderScheme({ id: 'zenith', ...ZENITH }).verifier()]
      : [rfc9421Verifier(), acme.verifier()],
    keys: staticKeys([
      { key: shared, owner: 'alice' },
      { key: own, owner: 'alice' },
    ]),
    policy: strictPolicy({
      authorities: [`127.0.0.1:${port}`],
      requireWhenPresent: ['field:content-type'],
      // A scheme of a few headers signs the fields that it names.
      ...(filled
        ? {
            require: ['field:x-account'],
            perScheme: {
              rfc9421: { requireExpires: true },
              zenith: { requireWhenPresent: [] },
            },
          }
        : { perScheme: { acme: { requireWhenPresent: [] } } }),
    }),
    // false: there is no earlier process whose nonces could be replayed.
    replay: memoryReplayStore({ restartBarrier: false }),
  })
  const judge = verifyRequest(verifier, { publicOrigin: `http://127.0.0.1:${port}` })
  server.on('request', async (request, response) => {
    const verdict = await judge(request, response)
    if (verdict === undefined) return
    arrivals.push({
      method: request.method ?? '',
      target: request.url ?? '',
      lines: request.rawHeaders,
      body: verdict.ok ? verdict.body : null,
      verdict,
    })
    if (verdict.ok) response.end(JSON.stringify({ owner: verdict.owner, covered: verdict.covered }))
  })
  return {
    port,
    arrivals,
    send: ({ method, target, lines, body }) =>
      new Promise((done, failed) => {
        const request = httpRequest({
          host: '127.0.0.1',
          port,
          method,
          path: target,
          headers: lines.filter((_, at) => !/^(?:connection|transfer-encoding)$/i.test(lines[at - (at % 2)] as string)),
          setHost: false,
        })
        request.on('error', failed)
        request.on('response', (response) => {
          response.resume()
          response.on('end', () => {
            const { verdict } = arrivals.at(-1) as Arrival
            done(verdictCode(verdict))
          })
        })
        request.end(body ?? undefined)
      }),
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
