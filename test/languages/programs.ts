import { execFile, spawn } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { promisify } from 'node:util'
import { type Algorithm, BUILT, type Peer, type Sample } from './peers.js'

/** Keys of the programs: `ALGORITHM.pem`, `ALGORITHM.pub.pem`, and the secret. */
export const KEYS: string = `${BUILT}keys/`

/** New ones for each run: none of them is worth anything. */
export function makeKeys(): void {
  mkdirSync(KEYS, { recursive: true })
  // Longer than one block of SHA-256, and text: the clients of clients/ read it from the environment.
  writeFileSync(`${KEYS}hmac-sha256.key`, randomBytes(48).toString('base64'))
  const pairs = {
    ed25519: generateKeyPairSync('ed25519'),
    'ecdsa-p256-sha256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    'rsa-pss-sha512': generateKeyPairSync('rsa', { modulusLength: 2048 }),
    'rsa-v1_5-sha256': generateKeyPairSync('rsa', { modulusLength: 2048 }),
  }
  for (const [name, { privateKey, publicKey }] of Object.entries(pairs)) {
    writeFileSync(`${KEYS}${name}.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' }))
    writeFileSync(`${KEYS}${name}.pub.pem`, publicKey.export({ type: 'spki', format: 'pem' }))
  }
}

export const keyText = (file: string): string => readFileSync(KEYS + file, 'utf8')

/** A request in pieces, to be sent as it is. */
export interface Wire {
  readonly method: string
  readonly target: string
  readonly lines: readonly string[]
  readonly body: Uint8Array | null
}

/** What a server answers to a request that is sent as it is. */
export const deliver = (port: number, { method, target, lines, body }: Wire): Promise<string> =>
  new Promise((done, failed) => {
    const request = httpRequest({ host: '127.0.0.1', port, method, path: target, headers: [...lines], setHost: false })
    request.on('error', failed)
    request.on('response', async (response) => {
      const parts: Uint8Array[] = []
      for await (const part of response) parts.push(part)
      const text = Buffer.concat(parts).toString()
      done(response.statusCode === 200 ? 'ok' : text || String(response.statusCode))
    })
    request.end(body ?? undefined)
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
