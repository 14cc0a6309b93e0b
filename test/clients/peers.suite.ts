import { execFileSync } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { signRequest } from '../../src/client/sign-request.js'
import { hmacKey, importSigningKey, Secret } from '../../src/crypto/index.js'
import { httpRequest } from '../../src/message/message.js'
import { rfc9421 } from '../../src/schemes/rfc9421/index.js'
import { PRIVATE_KEY, SECRET } from './server.js'

const python = process.env['COUNTERSIGN_PYTHON'] ?? 'python3'
const pem = readFileSync(PRIVATE_KEY, 'utf8')
const BODY = '{"note":"größer"}'

interface Case {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Base64. */
  readonly body: string | null
  readonly algorithm: string
  readonly key: string
}

async function cases(): Promise<readonly Case[]> {
  const own = await importSigningKey(pem, { keyId: 'own-1', algorithm: 'ed25519' })
  const shared = hmacKey({ keyId: 'shared-1', algorithm: 'hmac-sha256', secret: Secret.fromText(SECRET) })
  const keys = [
    [shared, Buffer.from(SECRET).toString('base64')],
    [own, createPublicKey(pem).export({ type: 'spki', format: 'pem' }).toString()],
  ] as const
  const out: Case[] = []
  for (const [key, text] of keys)
    for (const [method, url, body] of [
      ['GET', 'https://api.example.com/orders/7?symbol=BTC%2FUSD&empty=&x=1&x=2'],
      ['POST', 'https://api.example.com/st%C3%A4dte', BODY],
      ['DELETE', 'https://api.example.com:8443/'],
    ] as const) {
      const headers = body === undefined ? {} : { 'content-type': 'application/json' }
      const request = httpRequest({ method, url, headers, ...(body === undefined ? {} : { body }) })
      const { fields } = await signRequest(request, rfc9421({ key }))
      const lines = fields.flatMap((name, at) => (at % 2 === 0 ? [[name, fields[at + 1] as string] as const] : []))
      const bytes = body === undefined ? null : Buffer.from(body).toString('base64')
      out.push({ method, url, headers: Object.fromEntries(lines), body: bytes, algorithm: key.algorithm, key: text })
    }
  return out
}

const judge = (list: readonly Case[]): readonly string[] =>
  JSON.parse(execFileSync(python, ['test/clients/peer_verify.py'], { input: JSON.stringify(list) }).toString())

test('http-message-signatures of Python accepts the preset, and refuses what was changed', async () => {
  const list = await cases()
  expect(list.length).toBe(6)
  expect(judge(list)).toEqual(list.map(() => 'ok'))
  const changed = list.flatMap((one) => [
    { ...one, method: 'PATCH' },
    { ...one, url: one.url.replace('api.', 'apj.') },
    { ...one, url: `${one.url}1` },
    ...(one.body === null ? [] : [{ ...one, body: Buffer.from(`${BODY} `).toString('base64') }]),
  ])
  for (const [at, verdict] of judge(changed).entries())
    expect(verdict, `${changed[at]?.method} ${changed[at]?.url}`).toMatch(/^refused: /)
})
