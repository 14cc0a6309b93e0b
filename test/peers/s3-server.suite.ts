import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createSignedFetch } from '../../src/index.js'
import { presign, sigv4, sigv4Chunked, sigv4Key } from '../../src/schemes/sigv4/index.js'

/*
 * What is signed here before an S3 server that was written elsewhere and verifies every signature: Versity's gateway, in Go.
 * Started where its program is named: VERSITYGW=/path/to/versitygw npm run test:peers
 */

const PROGRAM = process.env['VERSITYGW']
if (PROGRAM === undefined)
  console.warn('\n*** VERSITYGW names no program: the tests before a foreign S3 server are SKIPPED ***\n')
const title = `an S3 server that was written elsewhere${PROGRAM === undefined ? ' [SKIPPED: VERSITYGW names no program]' : ''}`

const freePort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return port
}

describe.skipIf(PROGRAM === undefined)(title, () => {
  const pair = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
  const key = sigv4Key(pair)
  const wrong = sigv4Key({ ...pair, secretAccessKey: `${pair.secretAccessKey}x` })
  const service = { key, region: 'us-east-1', service: 's3' } as const
  let child: ChildProcess
  let origin = ''
  const client = (signer = sigv4(service)) => createSignedFetch(signer, { origins: [origin] })
  const read = async (path: string) => (await client()(`${origin}${path}`)).text()

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-s3-'))
    for (const name of ['data', 'meta']) mkdirSync(join(folder, name))
    const port = await freePort()
    origin = `http://127.0.0.1:${port}`
    const names = [
      '--access',
      pair.accessKeyId,
      '--secret',
      pair.secretAccessKey,
      '--port',
      `127.0.0.1:${port}`,
      '--quiet',
    ]
    child = spawn(PROGRAM as string, [...names, 'posix', '--sidecar', join(folder, 'meta'), join(folder, 'data')], {
      stdio: 'ignore',
    })
    const isUp = () =>
      client()(`${origin}/`).then(
        ({ status }) => status === 200,
        () => false,
      )
    await vi.waitFor(async () => expect(await isUp()).toBe(true), { timeout: 20_000 })
    expect((await client()(`${origin}/photos`, { method: 'PUT' })).status).toBe(200)
  }, 60_000)
  afterAll(() => void child?.kill('SIGKILL'))

  test.each(['plain.txt', 'a b/ü+(1)~*.txt', "it's/a%2Fb&c=d.txt"])(
    'takes an upload and gives it back: %s',
    async (name) => {
      const path = `/photos/${name.split('/').map(encodeURIComponent).join('/')}`
      expect((await client()(`${origin}${path}`, { method: 'PUT', body: `of ${name}` })).status).toBe(200)
      expect(await read(path)).toBe(`of ${name}`)
      expect((await client(sigv4({ ...service, key: wrong }))(`${origin}${path}`)).status).toBe(403)
    },
  )

  test('takes parameters of the query', async () => {
    const answer = await client()(`${origin}/photos?list-type=2&prefix=a%20b%2F&delimiter=%2F&max-keys=10&start-after=`)
    expect(answer.status).toBe(200)
  })

  test('takes signed URLs, and no changed ones', async () => {
    const url = (method: string) =>
      presign({ ...service, url: `${origin}/photos/signed%20by.txt`, method, expiresS: 60, nowMs: Date.now() })
    expect((await fetch(url('PUT'), { method: 'PUT', body: 'by url' })).status).toBe(200)
    expect(await (await fetch(url('GET'))).text()).toBe('by url')
    expect((await fetch(url('GET').replace('signed%20by', 'plain'))).status).toBe(403)
    expect((await fetch(url('GET'), { method: 'DELETE' })).status).toBe(403)
  })

  describe.each([
    ['signed one by one', {}],
    ['with a checksum behind them', { checksum: 'crc32c' }],
    ['with SHA-256 behind them', { checksum: 'sha256' }],
  ] as const)('takes an upload in chunks, %s', (name, more) => {
    const chunked = (by: typeof key) => client(sigv4Chunked({ key: by, region: 'us-east-1', ...more }))
    const put = (by: typeof key, body: string) => chunked(by)(`${origin}/photos/chunks.txt`, { method: 'PUT', body })

    test.each([1, 9_000, 400_000])('that is sent while it is signed (%i)', async (times) => {
      const body = `${name} `.repeat(times)
      const answer = await put(key, body)
      expect([answer.status, await answer.text()]).toEqual([200, ''])
      expect((await read('/photos/chunks.txt')) === body).toBe(true)
    })

    test('the server refuses one of another key', async () => {
      // It answers before it has read the body, and closes: where the answer comes too late, the fetch fails.
      expect(await put(wrong, `${name} `.repeat(9_000)).then(({ status }) => String(status), String)).toMatch(
        /^(?:403|TypeError)/,
      )
    })
  })
})
