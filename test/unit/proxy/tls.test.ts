import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:http2'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hmacKey } from '../../../src/crypto/hmac-key.js'
import { rfc9421 } from '../../../src/schemes/rfc9421/index.js'
import { later, signing, upstream } from './world.js'

const folder = mkdtempSync(join(tmpdir(), 'countersign-tls-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let tls = { cert: '', key: '' }

beforeAll(() => {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  tls = { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
})

const signer = rfc9421({
  key: hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(7) }),
})

test('with a certificate a proxy speaks HTTP/1.1 and HTTP/2 over TLS, under its own name alone', async () => {
  const service = await upstream()
  const { origin, port } = await signing({ targets: [{ target: service.origin, signer }], tls })
  expect(origin).toBe(`https://127.0.0.1:${port}`)
  const asked = (headers: Record<string, string> = {}): Promise<number> =>
    new Promise((resolve, reject) => {
      const options = { ca: tls.cert, agent: false as const, servername: 'localhost', headers }
      request(`${origin}/a`, options, (answer) => resolve(answer.resume().statusCode ?? 0))
        .on('error', reject)
        .end()
    })
  expect(await asked()).toBe(200)
  expect(await asked({ host: `evil.example:${port}` })).toBe(403)
  expect(await asked({ origin: `http://127.0.0.1:${port}` })).toBe(403)
  const session = connect(origin, { ca: tls.cert })
  later(() => session.destroy())
  const statusOf = (headers: Record<string, string>): Promise<number> =>
    new Promise((resolve, reject) => {
      const stream = session.request({ ':path': '/b', ...headers })
      stream.on('response', (found) => resolve(Number(found[':status']))).on('error', reject)
      stream.resume().end()
    })
  expect(await statusOf({})).toBe(200)
  expect(await statusOf({ ':authority': 'evil.example' })).toBe(403)
  expect(await statusOf({ host: 'evil.example' })).toBe(403)
  expect(service.received.map(({ url }) => url)).toEqual(['/a', '/b'])
})
