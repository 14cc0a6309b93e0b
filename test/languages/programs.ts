import { execFile, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { promisify } from 'node:util'
import { signRequest } from '../../src/client/sign-request.js'
import { httpRequest } from '../../src/message/message.js'
import type { Signer } from '../../src/schemes/scheme.js'
import { type Algorithm, BUILT, type Peer, type Sample } from './peers.js'

/** Where run.mjs puts the keys of the programs. */
export const KEYS: string = `${BUILT}keys/`

export const keyText = (file: string): string => readFileSync(KEYS + file, 'utf8')

/** A request in pieces, to be sent as it is. */
export interface Wire {
  readonly method: string
  readonly target: string
  readonly lines: readonly string[]
  readonly body: Uint8Array | null
}

/** What we sign for a host, as it goes out. */
export async function wireOf(signer: Signer, { method, target, body }: Sample, host: string): Promise<Wire> {
  const headers = body === undefined ? {} : { 'content-type': 'application/json' }
  const url = `http://${host}${target}`
  const request = httpRequest({ method, url, headers, ...(body === undefined ? {} : { body }) })
  const { fields } = await signRequest(request, signer)
  const bytes = body === undefined ? null : Buffer.from(body)
  const length = bytes === null ? [] : ['Content-Length', String(bytes.length)]
  return { method, target, lines: ['Host', host, ...fields, ...length], body: bytes }
}

/** What a server answers to a request that is sent as it is. */
export const deliver = (port: number, { method, target, lines, body }: Wire): Promise<string> =>
  new Promise((done, failed) => {
    const headers = lines.filter((_, at) => !/^(?:connection|transfer-encoding)$/i.test(lines[at - (at % 2)] as string))
    const sent = request({ host: '127.0.0.1', port, method, path: target, headers, setHost: false })
    sent.on('error', failed)
    sent.on('response', async (response) => {
      const parts: Uint8Array[] = []
      for await (const part of response) parts.push(part)
      const text = Buffer.concat(parts).toString()
      done(response.statusCode === 200 ? 'ok' : text || String(response.statusCode))
    })
    sent.end(body ?? undefined)
  })

export interface Started {
  readonly port: number
  stop(): void
}

/** The verifying server of a library. */
export function startPeer({ name, command: [program, ...args] }: Peer): Promise<Started> {
  const child = spawn(program as string, [...args, 'verify', KEYS], { stdio: ['pipe', 'pipe', 'inherit'] })
  return new Promise((done, failed) => {
    child.on('error', failed)
    child.on('exit', (code) => failed(new Error(`${name} ended with ${code}`)))
    let text = ''
    child.stdout.on('data', (part) => {
      text += part
      const port = /^\d+\n/.exec(text)
      if (port) done({ port: Number(port[0]), stop: () => child.kill() })
    })
  })
}

const run = promisify(execFile)

/** Lets a library sign and send; what the server answered to it. */
export async function sendByPeer(
  peer: Peer,
  algorithm: Algorithm,
  { method, body }: Sample,
  url: string,
): Promise<string> {
  const [program, ...args] = peer.command as [string, ...string[]]
  const given = body === undefined ? [] : [body]
  const { stdout } = await run(program, [...args, 'sign', KEYS, algorithm, method, url, ...given], { timeout: 60_000 })
  return stdout.trim()
}
