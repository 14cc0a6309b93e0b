import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { exportPublicKey } from '../../../../src/crypto/export.js'
import type { Jwk } from '../../../../src/crypto/format/jwk.js'
import { generateKeyPair } from '../../../../src/crypto/generate.js'
import type { CountersignError } from '../../../../src/errors.js'
import {
  allowLoopback,
  DIRECTORY_MEDIA_TYPE,
  DIRECTORY_PATH,
  type KeyDirectoryOptions,
  keyDirectory,
} from '../../../../src/server/directory/directory.js'
import { errorOf } from '../../../expect-code.js'

export type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

/** A directory on loopback whose behaviour a test sets as it goes along, and the requests it got. */
export interface Host {
  readonly url: string
  readonly origin: string
  readonly requests: IncomingMessage[]
  handler: Handler
  close(): Promise<void>
}

export async function host(handler: Handler): Promise<Host> {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    void made.handler(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  onTestFinished(close)
  const made: Host = { url: origin + DIRECTORY_PATH, origin, requests, handler, close }
  return made
}

/** Answers with JSON as a directory does. */
export const answer =
  (body: unknown, headers: Record<string, string> = {}): Handler =>
  (_request, response) =>
    response
      .writeHead(200, { 'content-type': DIRECTORY_MEDIA_TYPE, ...headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body))

/** A new public key as a JWK with that id. */
export async function jwk(kid: string, algorithm: 'ed25519' | 'ecdsa-p256-sha256' = 'ed25519'): Promise<Jwk> {
  return exportPublicKey((await generateKeyPair(algorithm, { keyId: kid })).verifyingKey, 'jwk')
}

/** A time that stands still until it is moved. */
export const clockAt = (nowMs: number): { nowMs: number; now(): number } => ({
  nowMs,
  now() {
    return this.nowMs
  },
})

/** A directory over a host, with its problems. */
export function directoryOf(at: Host | string, options: Partial<KeyDirectoryOptions> = {}) {
  const problems: CountersignError[] = []
  const clock = clockAt(1_790_000_000_000)
  const directory = keyDirectory({
    ...(options.urls === undefined ? { url: typeof at === 'string' ? at : at.url } : {}),
    clock,
    onProblem: (problem) => problems.push(problem),
    [allowLoopback]: true,
    ...options,
  })
  return { directory, clock, problems }
}

/** What a call rejects with or throws: its code, its text and those of its causes. */
export async function failure(call: () => unknown): Promise<{ code: string; cause: string | undefined; text: string }> {
  const { code, cause, stack } = await errorOf(async () => call())
  const behind = cause as CountersignError | undefined
  return { code, cause: behind?.code, text: `${stack} ${behind?.stack}` }
}
