import { describe, expect, test } from 'vitest'
import { utf8 } from '../../../../src/crypto/encoding.js'
import { type HttpRequest, httpRequest } from '../../../../src/message/message.js'
import { type Signer, signPreparedSync } from '../../../../src/schemes/scheme.js'
import { sigv4, sigv4Chunked, sigv4Key, sigv4Verifier, verifyChunks } from '../../../../src/schemes/sigv4/index.js'
import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from '../../../../src/server/index.js'
import { streamedBody } from '../../../../src/server/steps/streamed-body.js'
import { codeOf, verdictCode } from '../../../expect-code.js'

// Amazon S3 API Reference, "Transferring payload in multiple chunks", and the same with a trailer.
const NOW = Date.UTC(2013, 4, 24)
const key = sigv4Key({
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
})
const place = { key, region: 'us-east-1' }
const BODY = new Uint8Array(66_560).fill(0x61)

const upload = (headers: Record<string, string>, body: HttpRequest['body'] = BODY): HttpRequest =>
  httpRequest({ method: 'PUT', url: 'https://s3.amazonaws.com/examplebucket/chunkObject.txt', headers, body })

const signed = ({ scheme }: Signer, request: HttpRequest): HttpRequest =>
  signPreparedSync(scheme.prepare(request, { keyId: key.keyId, algorithm: 'hmac-sha256', nowMs: NOW, nonce: '' }), key)

async function bytesOf(body: HttpRequest['body']): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of body as AsyncIterable<Uint8Array>) parts.push(part)
  return Buffer.concat(parts)
}

/** The body cut anew, so that no reader depends on how it came. */
const cut = (bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> =>
  (async function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  })()

const read = async (request: HttpRequest, more = {}): Promise<Uint8Array> =>
  bytesOf(verifyChunks({ request, key, ...more }))

const PLAIN = signed(
  sigv4Chunked(place),
  upload({ 'content-length': '66824', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' }),
)
const TRAILER = signed(
  sigv4Chunked({ ...place, checksum: 'crc32c' }),
  upload({ 'x-amz-storage-class': 'REDUCED_REDUNDANCY' }),
)

describe('the example of Amazon S3', () => {
  test('has the signatures that are printed', async () => {
    expect(PLAIN.fields.at(-1)).toContain('Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9')
    const text = Buffer.from(await bytesOf(PLAIN.body)).toString('latin1')
    expect(text).toHaveLength(66_824)
    expect(
      [...text.matchAll(/(?:^|\n)(\w{1,8});chunk-signature=(\w+)/g)].map(([, size, signature]) => [size, signature]),
    ).toEqual([
      ['10000', 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648'],
      ['400', '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497'],
      ['0', 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9'],
    ])
  })

  test('with a trailer ends in the checksum and its signature', async () => {
    const text = Buffer.from(await bytesOf(TRAILER.body)).toString('latin1')
    expect(text.slice(text.lastIndexOf('0;chunk'))).toBe(
      '0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n' +
        'x-amz-checksum-crc32c:sOO8/Q==\r\n' +
        'x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n',
    )
  })
})

describe.each<readonly [string, ReturnType<typeof sigv4Chunked<typeof key>>]>([
  ['chunks', sigv4Chunked({ ...place, chunkBytes: 8_192 })],
  ...(['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256', 'sha512'] as const).map(
    (checksum) =>
      [`chunks with ${checksum} behind them`, sigv4Chunked({ ...place, chunkBytes: 8_192, checksum })] as const,
  ),
])('%s', (_, signer) => {
  test.each([0, 1, 8_191, 8_192, 8_193, 20_000])('of %i bytes are read, and have the given length', async (length) => {
    const message = signed(signer, upload({}, BODY.slice(0, length)))
    const body = await bytesOf(message.body)
    expect(message.fields.slice(-2)).toEqual(['Content-Length', String(body.length)])
    expect(Buffer.compare(await read({ ...message, body }), BODY.slice(0, length))).toBe(0)
  })

  test.each([1, 7, 70_000])('are read however they are cut (%i)', async (size) => {
    const message = signed(signer, upload({}, BODY.slice(0, 9_000)))
    const body = cut(await bytesOf(message.body), size)
    expect(Buffer.compare(await read({ ...message, body }), BODY.slice(0, 9_000))).toBe(0)
  })
})

test('a length that is not that of the body is refused before anything is signed', () => {
  const [chunks, url] = [sigv4Chunked(place), upload({})]
  for (const [name, value] of [
    ['Content-Length', '66560'],
    ['X-Amz-Decoded-Content-Length', '66824'],
    ['X-Amz-Decoded-Content-Length', '066560'],
  ] as const)
    expect(codeOf(() => signed(chunks, { ...url, fields: [...url.fields, name, value] }))).toBe('MESSAGE_MALFORMED')
})

const small = utf8('0123456789'.repeat(1000))
const head = signed(sigv4Chunked({ ...place, chunkBytes: 8_192, checksum: 'crc32' }), upload({}, small))
const wire = Buffer.from(await bytesOf(head.body)).toString('latin1')
const arriving = (change: (text: string) => string): HttpRequest => ({
  ...head,
  body: Buffer.from(change(wire), 'latin1'),
})

test("a trailer in the spelling of minio's client, with a line feed before CRLF, is read too", async () => {
  const body = await read(arriving((t) => t.replace(/(x-amz-checksum-crc32:[^\r]*)\r\n/, '$1\n\r\n')))
  expect(Buffer.compare(body, small)).toBe(0)
})

describe('a body that was changed', () => {
  test.each<[string, (text: string) => string, string]>([
    ['a byte of a chunk', (t) => t.replace('0123456789', '0123456780'), 'SIGNATURE_INVALID'],
    [
      'a signature of a chunk',
      (t) => t.replace(/signature=./, (s) => `signature=${s.endsWith('0') ? '1' : '0'}`),
      'SIGNATURE_INVALID',
    ],
    [
      'chunks in another order',
      (t) => {
        const [, one = '', two = '', rest = ''] =
          /^(2000;[\s\S]*?\r\n[\s\S]{8192}\r\n)(710;[\s\S]*?\r\n[\s\S]{1808}\r\n)([\s\S]*)$/.exec(t) ?? []
        return two + one + rest
      },
      'SIGNATURE_INVALID',
    ],
    ['a chunk left out', (t) => t.replace(/^2000;[^\r]*\r\n[\s\S]{8192}\r\n/, ''), 'SIGNATURE_INVALID'],
    ['an end that is gone', (t) => t.slice(0, -10), 'BODY_UNREADABLE'],
    ['everything behind a chunk gone', (t) => t.slice(0, t.indexOf('710;')), 'BODY_UNREADABLE'],
    ['bytes behind the end', (t) => `${t}x`, 'BODY_UNREADABLE'],
    ['a size with a zero before it', (t) => `0${t}`, 'BODY_UNREADABLE'],
    ['a size in capitals', (t) => t.replace('710;', '71A;'), 'BODY_UNREADABLE'],
    ['no signature of a chunk', (t) => t.replace(/;chunk-signature=\w+/, ''), 'BODY_UNREADABLE'],
    ['a size that is too large', (t) => t.replace(/^2000/, '7fffffff'), 'BODY_TOO_LARGE'],
    ['another checksum', (t) => t.replace(/crc32:..../, 'crc32:AAAA'), 'SIGNATURE_INVALID'],
    ['no checksum', (t) => t.replace(/x-amz-checksum-crc32:[^\n]*\r\n/, ''), 'BODY_UNREADABLE'],
    [
      'a field that was not announced',
      (t) => t.replace('x-amz-trailer-s', 'x-amz-meta-a:b\r\nx-amz-trailer-s'),
      'BODY_UNREADABLE',
    ],
    ['no signature of the trailer', (t) => t.replace(/x-amz-trailer-signature:\w+\r\n/, ''), 'BODY_UNREADABLE'],
    [
      'another signature of the trailer',
      (t) => t.replace(/trailer-signature:\w{64}/, `trailer-signature:${'0'.repeat(64)}`),
      'SIGNATURE_INVALID',
    ],
  ])('the body is refused: %s', async (_, change, code) => {
    expect(await codeOf(read(arriving(change)))).toBe(code)
  })

  test('hands out nothing of a chunk before it is proven', async () => {
    const seen: number[] = []
    const body = arriving((t) => t.replace(/\d(?=\r\n0;)/, 'x'))
    const reading = (async () => {
      for await (const chunk of verifyChunks({ request: body, key })) seen.push(chunk.length)
    })()
    expect(await codeOf(reading)).toBe('SIGNATURE_INVALID')
    expect(seen).toEqual([8192])
  })
})

describe('chunks that are not signed', () => {
  const framed = (checksum: string): string => `a\r\n0123456789\r\n0\r\nx-amz-checksum-crc32:${checksum}\r\n\r\n`
  const request = signed(
    sigv4({ ...place, service: 's3' }),
    upload({
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': '10',
      'x-amz-trailer': 'x-amz-checksum-crc32',
    }),
  )

  test.each([
    ['crc32c', 'KAwGng=='],
    ['crc64nvme', 'Ffmx7kz9nB0='],
    ['sha1', 'h6zsF82dzSCnFsws9nQXtxyKcBY='],
    ['sha256', 'hNiYd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII='],
    ['sha512', 'u5bC/EDS1UYX1vJ2/r5XH2I6ja3wtzSFUpmw4Qf9oyz2tp8toys2RF1zaQuTy9D3v8IOD38oVT0qRCjyO3FukA=='],
  ])('are held to a checksum of the kind %s', async (kind, right) => {
    const name = `x-amz-checksum-${kind}`
    const fields = request.fields.map((one) => (one === 'x-amz-checksum-crc32' ? name : one))
    const body = (checksum: string) => utf8(framed(checksum).replace('x-amz-checksum-crc32', name))
    expect(Buffer.from(await read({ ...request, fields, body: body(right) })).toString()).toBe('0123456789')
    const wrong = `${right.startsWith('A') ? 'B' : 'A'}${right.slice(1)}`
    expect(await codeOf(read({ ...request, fields, body: body(wrong) }))).toBe('DIGEST_MISMATCH')
  })

  test('of a checksum of another kind are refused, because nothing would hold them', async () => {
    const fields = request.fields.map((one) => (one === 'x-amz-checksum-crc32' ? 'x-amz-checksum-xxhash3' : one))
    const body = utf8(framed('poTHxg==').replace('crc32', 'xxhash3'))
    expect(await codeOf(read({ ...request, fields, body }))).toBe('DIGEST_MISMATCH')
  })

  test('are held to their checksum', async () => {
    const good = { ...request, body: utf8(framed('poTHxg==')) }
    expect(Buffer.from(await read(good)).toString()).toBe('0123456789')
    expect(await codeOf(read({ ...request, body: utf8(framed('poTHxw==')) }))).toBe('DIGEST_MISMATCH')
  })

  test.each([
    [{ chunked: true }, 'DIGEST_MISSING'],
    [{ chunked: true, unsignedPayload: true }, 'ok'],
  ] as const)('are taken by %j: %s', async (options, expected) => {
    const verifier = createVerifier({
      schemes: [sigv4Verifier({ service: 's3', ...options })],
      keys: staticKeys([{ key }]),
      policy: strictPolicy({ authorities: ['s3.amazonaws.com'], contentCodings: ['identity', 'aws-chunked'] }),
      replay: memoryReplayStore({ restartBarrier: false }),
      clock: { now: () => NOW },
    })
    const verdict = await verifier.verify({ ...request, body: utf8(framed('poTHxg==')) })
    expect(verdictCode(verdict)).toBe(expected)
  })
})

test('an upload passes a server and is read behind it', async () => {
  const verifier = createVerifier({
    schemes: [sigv4Verifier({ service: 's3', chunked: true })],
    keys: staticKeys([{ key }]),
    policy: strictPolicy({ authorities: ['s3.amazonaws.com'], contentCodings: ['identity', 'aws-chunked'] }),
    replay: memoryReplayStore({ restartBarrier: false }),
    clock: { now: () => NOW },
  })
  const stream = (async function* () {
    yield BODY.slice(0, 10_000)
    yield BODY.slice(10_000)
  })()
  const request = signed(sigv4Chunked(place), upload({ 'x-amz-decoded-content-length': '66560' }, stream))
  const verdict = await verifier.verify(request, { streamBody: streamedBody })
  if (!verdict.ok || verdict.bodyStream === undefined) throw new Error('refused')
  const { key: own } = verdict.record
  expect(
    Buffer.compare(await bytesOf(verifyChunks({ request: verdict.request, key: own, body: verdict.bodyStream })), BODY),
  ).toBe(0)
})
