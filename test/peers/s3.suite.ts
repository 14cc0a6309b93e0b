import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { awsCredentials } from '../../src/aws/index.js'
import { sigv4Key, sigv4Verifier, verifyChunks } from '../../src/schemes/sigv4/index.js'
import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from '../../src/server/index.js'
import { withSignature } from '../../src/server/middleware/node.js'

/*
 * The client that most programs use, with its own uploads in chunks, before a server on loopback that this verifier guards.
 */

const REGION = 'us-east-1'

describe('the official client of S3 before a server that this verifier guards', () => {
  const pair = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
  const key = sigv4Key(pair)
  const stored = new Map<string, string>()
  let server: Server
  let endpoint = ''

  beforeAll(async () => {
    server = createServer()
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as AddressInfo
    endpoint = `http://127.0.0.1:${port}`
    const verifier = createVerifier({
      schemes: [
        sigv4Verifier({ region: REGION, service: 's3', chunked: true, unsignedPayload: true, reusableUrls: true }),
      ],
      keys: staticKeys([{ key, owner: 'photos' }]),
      policy: strictPolicy({ authorities: [`127.0.0.1:${port}`], contentCodings: ['identity', 'aws-chunked'] }),
      replay: memoryReplayStore({ restartBarrier: false }),
    })
    server.on(
      'request',
      withSignature(
        verifier,
        async (request, response, verdict) => {
          // Put together: of a key that begins with a slash a URL would make a host.
          const path = new URL(endpoint + request.url).pathname
          if (request.method === 'PUT') {
            const chunked = /^STREAMING-/.test(String(request.headers['x-amz-content-sha256']))
            const parts: Uint8Array[] = []
            if (chunked) for await (const part of verifyChunks({ request: verdict.request, key })) parts.push(part)
            stored.set(path, Buffer.concat(chunked ? parts : [verdict.body ?? new Uint8Array(0)]).toString())
            response.setHeader('etag', '"x"')
            response.end()
          } else if (path === '/photos' || path === '/photos/') {
            response.setHeader('content-type', 'application/xml')
            response.end('<ListBucketResult><Name>photos</Name><KeyCount>0</KeyCount></ListBucketResult>')
          } else response.end(stored.get(path))
        },
        { publicOrigin: endpoint, acceptAnyPath: true },
      ),
    )
  })
  afterAll(() => void server.close())

  const client = (more: object = {}) =>
    new S3Client({ region: REGION, endpoint, forcePathStyle: true, credentials: pair, ...more })

  test.each([
    ['as it uploads by itself', {}],
    ['with a hash of the whole body', { requestChecksumCalculation: 'WHEN_REQUIRED' }],
    [
      'with credentials from where the SDKs look',
      {
        credentials: awsCredentials({
          env: { AWS_ACCESS_KEY_ID: pair.accessKeyId, AWS_SECRET_ACCESS_KEY: pair.secretAccessKey },
        }),
      },
    ],
  ])('it is accepted, %s', async (name, options) => {
    const s3 = client(options)
    const Key = `a b/${name}(1)+ü.txt`
    await s3.send(new PutObjectCommand({ Bucket: 'photos', Key, Body: `body ${name}` }))
    const found = await s3.send(new GetObjectCommand({ Bucket: 'photos', Key }))
    expect(await found.Body?.transformToString()).toBe(`body ${name}`)
    await s3.send(new ListObjectsV2Command({ Bucket: 'photos', Prefix: 'a b/', Delimiter: '/' }))
  })

  test('keys that begin with slashes are accepted where the host is that of the bucket', async () => {
    for (const options of [{}, { requestChecksumCalculation: 'WHEN_REQUIRED' }]) {
      const s3 = client({ ...options, bucketEndpoint: true, forcePathStyle: false })
      for (const Key of ['/lead.txt', '//two//and/../dots', '/']) {
        await s3.send(new PutObjectCommand({ Bucket: endpoint, Key, Body: `body of ${Key}` }))
        const found = await s3.send(new GetObjectCommand({ Bucket: endpoint, Key }))
        expect(await found.Body?.transformToString()).toBe(`body of ${Key}`)
        const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket: endpoint, Key }), { expiresIn: 60 })
        if (!Key.includes('..')) expect(await (await fetch(url)).text()).toBe(`body of ${Key}`)
      }
    }
  })

  test('its signed URLs are accepted', async () => {
    const s3 = client({ requestChecksumCalculation: 'WHEN_REQUIRED' })
    const at = { Bucket: 'photos', Key: 'signed by it.txt' }
    const put = await getSignedUrl(s3, new PutObjectCommand(at), { expiresIn: 60 })
    expect((await fetch(put, { method: 'PUT', body: 'by its url' })).status).toBe(200)
    const get = await getSignedUrl(s3, new GetObjectCommand(at), { expiresIn: 60 })
    expect(await (await fetch(get)).text()).toBe('by its url')
    expect((await fetch(get.replace('signed%20by', 'signed%20bx'))).status).toBe(401)
  })

  test('with another secret it is refused', async () => {
    const s3 = client({ credentials: { ...pair, secretAccessKey: `${pair.secretAccessKey}x` } })
    await expect(s3.send(new GetObjectCommand({ Bucket: 'photos', Key: 'x' }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 401 },
    })
  })
})
