import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createSignedFetch } from '../../../../src/client/index.js'
import { utf8 } from '../../../../src/crypto/encoding.js'
import { hmacKey } from '../../../../src/crypto/hmac-key.js'
import { rfc9421 } from '../../../../src/schemes/rfc9421/index.js'
import { memoryReplayStore } from '../../../../src/server/replay/memory.js'

const folder = mkdtempSync(join(tmpdir(), 'keyring-server-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })

describe('docs/examples/keyring-server.mjs', () => {
  it('makes one admin, once, who works before and after a restart', async () => {
    const { run } = await import(/* @vite-ignore */ join(process.cwd(), 'docs/examples/keyring-server.mjs'))
    const port = await freePort()
    const origin = `http://127.0.0.1:${port}`
    const secrets = { kek: randomBytes(32), indexSecret: randomBytes(32) }
    const start = () => run({ folder, ...secrets, origin, port, replay: memoryReplayStore({ restartBarrier: false }) })

    const first = await start()
    const { id, secret } = first.admin as { readonly id: string; readonly secret: string }
    const key = hmacKey({ keyId: id, algorithm: 'hmac-sha256', secret: utf8(secret) })
    const signedFetch = createSignedFetch(rfc9421({ key }), { origins: [origin] })
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ owner: 'alice', scopes: ['orders:write'] })
    const made = await signedFetch(`${origin}/v1/keys`, { method: 'POST', headers, body })
    expect(made.status).toBe(201)
    const issued = (await made.json()) as { key: { id: string }; secret: string }
    await first.close()

    const second = await start()
    expect(second.admin).toBeUndefined()
    const seen = await signedFetch(`${origin}/v1/keys/${issued.key.id}`)
    expect([seen.status, ((await seen.json()) as typeof issued).key.id]).toEqual([200, issued.key.id])
    const asked = await signedFetch(`${origin}/v1/keys/${id}/incident`)
    expect(((await asked.json()) as { proven: { total: { count: number } } }).proven.total.count).toBeGreaterThan(0)
    expect((await fetch(`${origin}/v1/keys`)).status).toBe(401)
    await second.close()

    for (const file of ['keys', 'audit.jsonl']) {
      const text = readFileSync(join(folder, file), 'latin1')
      expect(text).toContain(issued.key.id)
      expect(text.includes(secret) || text.includes(issued.secret)).toBe(false)
    }
  })
})
