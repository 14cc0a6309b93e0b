import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hmacKey, Secret } from '../../src/crypto/index.js'
import { openapi, postmanCollection } from '../../src/guide/index.js'
import { createVerifier, memoryReplayStore, rfc9421Verifier, staticKeys, strictPolicy } from '../../src/server/index.js'
import { verifyRequest } from '../../src/server/middleware/node.js'
import { TOOLS } from './rows.js'
import { acme, SECRET } from './server.js'

// Beside the tools of this folder, or where the variable leads.
const NEWMAN = process.env['NEWMAN'] ?? `${TOOLS}npm/node_modules/.bin/newman`
const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'countersign-collection-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
if (!existsSync(NEWMAN)) console.warn('SKIPPED (newman is not here): the Postman collection against the verifier')

const content = {
  'application/json': {
    schema: { type: 'object', properties: { note: { example: 'größer als 東京' }, quantity: { type: 'number' } } },
  },
}
const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Orders', version: '1' },
  paths: {
    '/orders/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { example: 'a b' } }],
      get: { parameters: [{ name: 'q', in: 'query', required: true, schema: { example: 'x y&z' } }], responses: {} },
    },
    '/orders': { post: { requestBody: { content }, responses: {} } },
    '/health': { get: { security: [], responses: {} } },
  },
}

const CASES = [
  ['the strict preset', {}, undefined],
  [
    'a field, an end and a tag',
    { require: ['field:x-account'], requireExpires: true, select: { tag: 'orders' } },
    undefined,
  ],
  ['a scheme of its own', {}, [acme]],
] as const

describe.skipIf(!existsSync(NEWMAN)).each(CASES)('%s', (_, options, schemes) => {
  const seen: string[] = []
  let server: Server
  let policy: ReturnType<typeof strictPolicy>
  let origin = ''
  beforeAll(async () => {
    server = createServer()
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const authority = `127.0.0.1:${(server.address() as AddressInfo).port}`
    origin = `http://${authority}`
    policy = strictPolicy({ authorities: [authority], ...options })
    const verifier = createVerifier({
      schemes: schemes === undefined ? [rfc9421Verifier()] : [acme.verifier()],
      keys: staticKeys([
        { key: hmacKey({ keyId: 'shared-1', algorithm: 'hmac-sha256', secret: Secret.fromText(SECRET) }) },
      ]),
      policy,
      replay: memoryReplayStore({ restartBarrier: false }),
    })
    const judge = verifyRequest(verifier, { publicOrigin: origin })
    server.on('request', async (request, response) => {
      if (request.url === '/health') {
        seen.push(`open ${request.headers['signature'] ?? request.headers['x-acme-signature'] ?? 'unsigned'}`)
        response.end()
        return
      }
      const verdict = await judge(request, response)
      seen.push(verdict === undefined ? `refused ${request.url}` : `ok ${request.method} ${request.url}`)
      if (verdict !== undefined) response.end()
    })
  })
  afterAll(() => void server.close())

  test('every request of the collection is accepted', { timeout: 120_000 }, async () => {
    const how = { policy, ...(schemes && { schemes }) }
    const collection = postmanCollection(openapi(DOCUMENT, how), { ...how, origin })
    const values = [
      { key: 'SIGNING_KEY_ID', value: 'shared-1', enabled: true },
      { key: 'SIGNING_SECRET', value: SECRET, enabled: true, type: 'secret' },
    ]
    writeFileSync(join(folder, 'collection.json'), JSON.stringify(collection))
    writeFileSync(join(folder, 'environment.json'), JSON.stringify({ name: 'test', values }))
    const { stdout } = await run(
      NEWMAN,
      ['run', 'collection.json', '-e', 'environment.json', '--bail', '--color', 'off'],
      {
        cwd: folder,
      },
    )
    expect(seen, stdout).toEqual(['ok GET /orders/a%20b?q=x%20y%26z', 'ok POST /orders', 'open unsigned'])
  })
})
