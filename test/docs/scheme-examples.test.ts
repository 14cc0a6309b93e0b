import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { importVerifyingKey } from '../../src/crypto/index.js'
import { httpRequest } from '../../src/message/message.js'
import { cavageVerifier } from '../../src/schemes/legacy/cavage/index.js'
import { rfc9421Verifier } from '../../src/schemes/rfc9421/index.js'
import type { VerifyScheme } from '../../src/schemes/scheme.js'
import { sigv4Key, sigv4Verifier } from '../../src/schemes/sigv4/index.js'
import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from '../../src/server/index.js'
import { withSignature } from '../../src/server/middleware/node.js'
import { verdictCode } from '../expect-code.js'

// Programs of JavaScript, which this program does not look into.
const load = <T>(name: string): Promise<{ run(options: object): Promise<T> }> =>
  import(/* @vite-ignore */ join(process.cwd(), 'docs/examples', name))
const servers: Server[] = []
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

describe('an example', () => {
  it('of signed URLs gives an upload and a download that are accepted, each for its own method', async () => {
    const { run } = await load<Record<'upload' | 'download', string>>('s3-presigned.mjs')
    const pair = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
    const host = 'my-bucket.s3.eu-central-1.amazonaws.com'
    const { upload, download } = await run({
      bucket: `https://${host}`,
      region: 'eu-central-1',
      name: 'a photo.jpg',
      credentials: async () => pair,
    })
    const verifier = createVerifier({
      schemes: [sigv4Verifier({ region: 'eu-central-1', service: 's3', unsignedPayload: true })],
      keys: staticKeys([{ key: sigv4Key(pair) }]),
      policy: strictPolicy({ authorities: [host] }),
      replay: memoryReplayStore({ restartBarrier: false }),
    })
    const judge = async (method: string, url: string) => {
      const body = method === 'PUT' ? 'jpeg' : null
      const verdict = await verifier.verify(httpRequest({ method, url, body }))
      return verdictCode(verdict)
    }
    expect(await judge('PUT', upload)).toBe('ok')
    expect(await judge('GET', download)).toBe('ok')
    expect(await judge('PUT', download)).toBe('SIGNATURE_INVALID')
  })

  it.each([
    ['newer', rfc9421Verifier()],
    ['older', cavageVerifier()],
  ] as ReadonlyArray<readonly [string, VerifyScheme]>)(
    'of a delivery is accepted by a %s server',
    async (_, scheme) => {
      const { run } = await load<Response>('mastodon-delivery.mjs')
      const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
      const folder = mkdtempSync(join(tmpdir(), 'countersign-actor-'))
      const keyFile = join(folder, 'actor.pem')
      writeFileSync(keyFile, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 })
      const actor = 'https://social.example/users/a'
      const key = await importVerifyingKey(publicKey.export({ format: 'pem', type: 'spki' }) as string, {
        keyId: `${actor}#main-key`,
        algorithm: 'rsa-v1_5-sha256',
      })
      const server = createServer()
      servers.push(server)
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
      const { port } = server.address() as AddressInfo
      const origin = `http://127.0.0.1:${port}`
      const verifier = createVerifier({
        schemes: [scheme],
        keys: staticKeys([{ key, owner: actor }]),
        policy: strictPolicy({ authorities: [`127.0.0.1:${port}`] }),
        replay: memoryReplayStore({ restartBarrier: false }),
      })
      const seen: string[] = []
      server.on(
        'request',
        withSignature(
          verifier,
          (_request, response, verdict) => {
            seen.push(`${verdict.owner} ${Buffer.from(verdict.body ?? []).toString()}`)
            response.writeHead(202).end()
          },
          { publicOrigin: origin },
        ),
      )
      const activity = { type: 'Follow', actor, object: `${origin}/users/b` }
      expect((await run({ actor, keyFile, inbox: `${origin}/inbox`, activity })).status).toBe(202)
      expect(seen).toEqual([`${actor} ${JSON.stringify(activity)}`])
    },
  )
})
