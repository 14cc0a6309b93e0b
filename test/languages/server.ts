import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  hmacKey,
  importSigningKey,
  importVerifyingKey,
  Secret,
  type SigningKey,
  type VerifyingKey,
} from '../../src/crypto/index.js'
import type { VerifyScheme } from '../../src/schemes/scheme.js'
import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from '../../src/server/index.js'
import { verifyRequest } from '../../src/server/middleware/node.js'
import type { Verdict } from '../../src/server/verdict.js'
import { ALGORITHMS, type Algorithm } from './peers.js'
import { keyText, type Wire } from './programs.js'

const shared = () => {
  const secret = Secret.fromText(keyText('hmac-sha256.key'))
  return hmacKey({ keyId: 'hmac-sha256', algorithm: 'hmac-sha256', secret })
}

export const signingKey = async (algorithm: Algorithm): Promise<SigningKey> =>
  algorithm === 'hmac-sha256'
    ? shared()
    : importSigningKey(keyText(`${algorithm}.pem`), { keyId: algorithm, algorithm })

const verifyingKey = async (algorithm: Algorithm): Promise<VerifyingKey> =>
  algorithm === 'hmac-sha256'
    ? shared()
    : importVerifyingKey(keyText(`${algorithm}.pub.pem`), { keyId: algorithm, algorithm })

export interface Arrival extends Wire {
  readonly verdict: Verdict
}

export interface OurServer {
  readonly port: number
  readonly arrivals: Arrival[]
  close(): void
}

/** Our verifier on a socket: it remembers what arrived, with its verdict. */
export async function startOurs(scheme: VerifyScheme): Promise<OurServer> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const keys = await Promise.all(ALGORITHMS.map(verifyingKey))
  const verifier = createVerifier({
    schemes: [scheme],
    keys: staticKeys(keys.map((key) => ({ key, owner: 'alice' }))),
    policy: strictPolicy({ authorities: [`127.0.0.1:${port}`], requireWhenPresent: ['field:content-type'] }),
    // false: there is no earlier process whose nonces could be replayed.
    replay: memoryReplayStore({ restartBarrier: false }),
  })
  const judge = verifyRequest(verifier, { publicOrigin: `http://127.0.0.1:${port}` })
  const arrivals: Arrival[] = []
  server.on('request', async (request, response) => {
    const verdict = await judge(request, response)
    if (verdict === undefined) return
    const { method = '', url: target = '', rawHeaders: lines } = request
    arrivals.push({ method, target, lines, body: verdict.ok ? verdict.body : null, verdict })
    if (verdict.ok) response.end('ok')
  })
  return {
    port,
    arrivals,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
