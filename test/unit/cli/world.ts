import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** A folder that is removed behind the tests of a file. */
export function folder(): (name: string) => string {
  const path = mkdtempSync(join(tmpdir(), 'countersign-cli-'))
  afterAll(() => rmSync(path, { recursive: true, force: true }))
  return (name) => join(path, name)
}

export interface Received {
  readonly method: string
  readonly url: string
  readonly rawHeaders: readonly string[]
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A server that keeps what arrives and answers what it is told. */
export async function listener(
  answer: (received: Received) => {
    status?: number
    headers?: Record<string, string>
    body?: string | Uint8Array
  } = () => ({}),
) {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const one = {
        method: request.method ?? '',
        url: request.url ?? '',
        rawHeaders: request.rawHeaders,
        headers: request.headers,
        body: Buffer.concat(chunks).toString('latin1'),
      }
      received.push(one)
      const { status = 200, headers = { 'content-type': 'application/json' }, body = '{"ok":true}' } = answer(one)
      response.writeHead(status, headers).end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterAll(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return { port, origin: `http://127.0.0.1:${port}`, received }
}
