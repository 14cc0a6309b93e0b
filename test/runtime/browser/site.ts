import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { KeyRecord } from '../../../src/access/key-record.js'
import { importVerifyingKey } from '../../../src/crypto/import.js'
import type { VerifyingKey } from '../../../src/crypto/key.js'
import { rfc9421Verifier } from '../../../src/schemes/rfc9421/verifier.js'
import { withSignature } from '../../../src/server/middleware/node.js'
import { strictPolicy } from '../../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../../src/server/replay/memory.js'
import { createVerifier } from '../../../src/server/verifier.js'

/** One request as it arrived. */
export interface Captured {
  readonly method: string
  readonly url: string
  readonly rawHeaders: readonly string[]
  readonly body: Uint8Array
}

/** A page and the API it calls, on one origin. */
export interface Site {
  readonly port: number
  readonly origin: string
  /** Verdicts so far. */
  readonly codes: string[]
  /** What the API accepted, byte for byte. */
  readonly captured: Captured[]
  register(key: VerifyingKey, owner: string): void
  /** As a browser's key arrives: its public half and the algorithm it states. */
  registerPem(pem: string, keyId: string, algorithm: 'ed25519' | 'ecdsa-p256-sha256', owner: string): Promise<void>
  close(): Promise<void>
}

const PAGE = '<!doctype html><meta charset="utf-8"><title>page</title><script type="module" src="/page.js"></script>'

/** Serves the page with its bundle, and the API behind the real verifier. */
export async function site(bundle: string): Promise<Site> {
  const records = new Map<string, KeyRecord>()
  const codes: string[] = []
  const captured: Captured[] = []
  let api: (request: IncomingMessage, response: never) => Promise<void>
  const server: Server = createServer((request, response) => {
    if (request.url?.startsWith('/api/') === true) void api(request, response as never)
    else if (request.url === '/page.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(bundle)
    else if (request.url === '/') response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const verifier = createVerifier({
    schemes: [rfc9421Verifier()],
    keys: { get: (keyId) => records.get(keyId) },
    policy: strictPolicy({ authorities: [`localhost:${port}`] }),
    replay: memoryReplayStore({ restartBarrier: false }),
    audit: ({ code = 'ok' }) => codes.push(code),
    storeTimeoutMs: 10_000,
  })
  api = withSignature<IncomingMessage, never>(verifier, (request, response, { owner, body }) => {
    const { method = '', url = '', rawHeaders } = request
    captured.push({ method, url, rawHeaders, body: body ?? new Uint8Array(0) })
    ;(response as { end(text: string): void }).end(`${owner}: ${new TextDecoder().decode(body ?? undefined)}`)
  })
  const register = (key: VerifyingKey, owner: string): void => {
    records.set(key.keyId, { key, owner })
  }
  return {
    port,
    origin: `http://localhost:${port}`,
    codes,
    captured,
    register,
    registerPem: async (pem, keyId, algorithm, owner) =>
      register(await importVerifyingKey(pem, { keyId, algorithm }), owner),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
