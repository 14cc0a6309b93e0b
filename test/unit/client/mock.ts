import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll } from 'vitest'
import type { KeyRecord } from '../../../src/access/key-record.js'
import { hmacKey } from '../../../src/crypto/hmac-key.js'
import { fromIncomingMessage } from '../../../src/message/from-node.js'
import { rfc9421 } from '../../../src/schemes/rfc9421/signer.js'
import { rfc9421Verifier } from '../../../src/schemes/rfc9421/verifier.js'
import { staticKeys } from '../../../src/server/key-source.js'
import type { PolicyOptions } from '../../../src/server/policy/policy.js'
import { strictPolicy } from '../../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../../src/server/replay/memory.js'
import { refusalResponse } from '../../../src/server/respond.js'
import type { Accepted, Verdict } from '../../../src/server/verdict.js'
import { createVerifier } from '../../../src/server/verifier.js'
import { verdictCode } from '../../expect-code.js'

export const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(7) })
export const signer = rfc9421({ key })

/** `ok`, or why a request was refused. */
export const outcome = (verdict: Verdict | undefined): string =>
  verdict === undefined ? 'nothing arrived' : verdictCode(verdict)

type Route = (verdict: Verdict, response: ServerResponse, request: IncomingMessage) => void

/** A real server on a real socket that judges every request with the real verifier. */
export interface Exchange {
  readonly origin: string
  /** One for every request, in the order of arrival. */
  readonly verdicts: Verdict[]
  readonly outcomes: () => string[]
  /** The nonces of the accepted requests. */
  readonly nonces: () => string[]
  /** Raw header lines of every request. */
  readonly heads: string[][]
  /** Answers a path; without a route, accepted requests get 200 and refused ones the verifier's answer. */
  route(path: string, route: Route): void
}

const closing: Array<() => void> = []
afterAll(() => {
  for (const close of closing) close()
})

export async function exchange(
  options: { keys?: readonly KeyRecord[]; policy?: Partial<PolicyOptions>; clock?: { now(): number } } = {},
): Promise<Exchange> {
  const routes = new Map<string, Route>()
  const verdicts: Verdict[] = []
  const heads: string[][] = []
  const server = createServer((incoming, response) => {
    void (async () => {
      heads.push(incoming.rawHeaders)
      const verdict = await verifier.verify(fromIncomingMessage(incoming, { scheme: 'http' }))
      verdicts.push(verdict)
      const route = routes.get((incoming.url ?? '').split('?')[0] ?? '')
      if (route !== undefined) return route(verdict, response, incoming)
      if (verdict.ok) return response.end('ok')
      const { status, headers, body } = refusalResponse(verdict, verifier)
      response.writeHead(status, headers).end(body)
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const authority = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const clock = options.clock ?? { now: Date.now }
  const verifier = createVerifier({
    schemes: [rfc9421Verifier()],
    keys: staticKeys(options.keys ?? [{ key, owner: 'alice' }]),
    policy: strictPolicy({ authorities: [authority], ...options.policy }),
    replay: memoryReplayStore({ restartBarrier: false, clock }),
    clock,
  })
  return {
    origin: `http://${authority}`,
    verdicts,
    heads,
    outcomes: () => verdicts.map(outcome),
    nonces: () => verdicts.filter((one): one is Accepted => one.ok).map((one) => one.nonce ?? ''),
    route: (path, route) => routes.set(path, route),
  }
}

export const headOf = (head: readonly string[] | undefined, name: string): string | undefined => {
  for (let i = 0; head !== undefined && i < head.length; i += 2)
    if ((head[i] as string).toLowerCase() === name) return head[i + 1]
  return undefined
}
