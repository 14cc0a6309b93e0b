import { describe, expect, test } from 'vitest'
import { sha256Hex } from '#backend/sha256'
import { base64, utf8, utf8Decode } from '../../../../src/crypto/encoding.js'
import type { VerifyingKey } from '../../../../src/crypto/key.js'
import { type HttpRequest, httpResponse } from '../../../../src/message/message.js'
import { type Signer, signPreparedSync } from '../../../../src/schemes/scheme.js'
import { ByteReader } from '../../../../src/schemes/sigv4/byte-reader.js'
import { CHECKSUMS, checksumFits } from '../../../../src/schemes/sigv4/checksums.js'
import {
  type Sigv4ChunkedOptions,
  sigv4Chunked,
  sigv4Key,
  type VerifyChunksOptions,
  verifyChunks,
} from '../../../../src/schemes/sigv4/index.js'
import { errorOf, textOf } from '../../../expect-code.js'
import { authorization, NOW, requestOf, S3_AREA, TIME, ZEROS } from './support.js'

/** A stream of texts, and whether it was cancelled. */
function streamOf(...parts: readonly string[]) {
  const seen = { cancelled: false }
  const stream = (async function* () {
    let ended = false
    try {
      for (const part of parts) yield utf8(part)
      ended = true
    } finally {
      seen.cancelled = !ended
    }
  })()
  return { stream, seen }
}

const says = async (call: () => Promise<unknown>): Promise<string> => {
  const { code, message } = await errorOf(call)
  return `${code} ${message}`
}
const BROKEN = 'BODY_UNREADABLE the body of chunks '

describe('a reader of bytes', () => {
  const reader = (...parts: readonly string[]) => new ByteReader(streamOf(...parts).stream, 1000)

  test('reads lines and counted bytes, however they are cut', async () => {
    for (const parts of [['ab\r\ncde\r\n\r\nf'], [...'ab\r\ncde\r\n\r\nf'], ['ab\r', '\ncd', 'e\r\n\r\nf']]) {
      const one = reader(...parts)
      expect(await one.line(2)).toBe('ab')
      expect(utf8Decode(await one.bytes(3))).toBe('cde')
      expect(await one.line(0)).toBe('')
      expect(await one.bytes(0)).toHaveLength(0)
      expect(await one.line(0)).toBe('')
      expect(utf8Decode(await one.bytes(1))).toBe('f')
      await one.end()
    }
  })

  test.each([
    ['ab', 'ends early'],
    ['', 'ends early'],
    ['abcd\r\n', 'has a line that is too long'],
    ['a\u001f\r\n', 'has a line that is not ASCII'],
    ['a\u007f\r\n', 'has a line that is not ASCII'],
    ['aé\r\n', 'has a line that is not ASCII'],
    ['a\t\r\n', 'has a line that is not ASCII'],
    ['ab\rc\n', 'has a line without its end'],
    ['ab\r\r\n', 'has a line without its end'],
    ['ab\r', 'has a line without its end'],
  ])('refuses %j as a line of three characters', async (text, what) => {
    expect(await says(() => reader(text).line(3))).toBe(BROKEN + what)
  })

  test('takes every character of ASCII in a line, and a line feed before its end', async () => {
    expect(await reader(' ~\n\r\n').line(3)).toBe(' ~\n')
  })

  test('refuses fewer bytes than are asked for, and bytes behind the end', async () => {
    expect(await says(() => reader('ab').bytes(3))).toBe(`${BROKEN}ends early`)
    expect(await says(() => reader('a').end())).toBe(`${BROKEN}has bytes behind its end`)
  })

  test('reads no more bytes than it may, and cancels its source', async () => {
    const { stream, seen } = streamOf('ab', 'cd', 'ef')
    const one = new ByteReader(stream, 3)
    expect(await says(() => one.bytes(4))).toBe('BODY_TOO_LARGE the body must have at most 3 bytes, got more')
    const other = streamOf('ab', 'cd')
    const open = new ByteReader(other.stream, 10)
    await open.bytes(1)
    expect([seen.cancelled, other.seen.cancelled]).toEqual([true, false])
    await open.close()
    expect(other.seen.cancelled).toBe(true)
  })
})

describe('a checksum', () => {
  const ALL = Uint8Array.from({ length: 1000 }, (_, at) => (at * 7 + (at >> 8)) & 0xff)
  const made = (name: string) =>
    (CHECKSUMS.get(`x-amz-checksum-${name}`) as () => ReturnType<NonNullable<ReturnType<typeof CHECKSUMS.get>>>)()
  const of = (name: string, ...parts: readonly Uint8Array[]): string => {
    const checksum = made(name)
    for (const part of parts) checksum.update(part)
    return checksum.text()
  }
  /** A reflected CRC as it is defined, bit by bit. */
  const defined = (bits: number, polynomial: bigint, bytes: Uint8Array): string => {
    const ones = (1n << BigInt(bits)) - 1n
    let value = ones
    for (const byte of bytes) {
      value ^= BigInt(byte)
      for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n
    }
    return base64(
      Uint8Array.from(
        (
          (value ^ ones)
            .toString(16)
            .padStart(bits / 4, '0')
            .match(/../g) ?? []
        ).map((one) => Number.parseInt(one, 16)),
      ),
    )
  }

  test.each([
    ['crc32', 32, 0xedb88320n, 'y/Q5Jg=='],
    ['crc32c', 32, 0x82f63b78n, '4waSgw=='],
    ['crc64nvme', 64, 0x9a6c9329ac4bc9b5n, 'rosUhgp5mIg='],
  ])('%s is that of its definition, in one part or in several', (name, bits, polynomial, check) => {
    expect(of(name, utf8('123456789'))).toBe(check)
    expect(of(name)).toBe(base64(new Uint8Array(bits / 8)))
    const expected = defined(bits, polynomial, ALL)
    expect(of(name, ALL)).toBe(expected)
    expect(of(name, ALL.subarray(0, 1), new Uint8Array(0), ALL.subarray(1, 300), ALL.subarray(300))).toBe(expected)
    for (const byte of [0, 1, 0x7f, 0x80, 0xff])
      expect(of(name, Uint8Array.of(byte))).toBe(defined(bits, polynomial, Uint8Array.of(byte)))
  })

  test('fits what it is, in base64, and nothing else', () => {
    const fits = (stated: string): boolean => {
      const checksum = made('crc32')
      checksum.update(utf8('123456789'))
      return checksumFits(checksum, stated)
    }
    expect(fits('y/Q5Jg==')).toBe(true)
    for (const stated of ['', '!', 'y/Q5Jg', 'y/Q5Jw==', 'y/Q5', 'y/Q5JgA=']) expect(fits(stated)).toBe(false)
  })
})

/** Takes every signature, and keeps the texts that it was asked about. */
function witness(answer: unknown = true) {
  const texts: string[] = []
  const verify = (text: unknown): unknown => {
    texts.push(String(text))
    return answer
  }
  const key = { keyId: 'AKIDEXAMPLE', algorithm: 'hmac-sha256', verify } as unknown as VerifyingKey
  return { key, texts }
}
const SIGNED = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'
const UNSIGNED = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'
const upload = (payload: string, length: string, trailer?: string, body = ''): HttpRequest =>
  requestOf({
    method: 'PUT',
    body: utf8(body),
    fields: [
      ...['X-Amz-Date', TIME, 'X-Amz-Content-Sha256', payload, 'X-Amz-Decoded-Content-Length', length],
      ...(trailer === undefined ? [] : ['X-Amz-Trailer', trailer]),
      ...['Authorization', authorization({ credential: `AKIDEXAMPLE/${S3_AREA}` })],
    ],
  })
const textIn = async (request: HttpRequest, more: Partial<VerifyChunksOptions> = {}): Promise<string> => {
  const parts: string[] = []
  for await (const part of verifyChunks({ request, key: witness().key, ...more })) parts.push(utf8Decode(part) ?? '')
  return parts.join('|')
}
/** A signature of 64 digits. */
const by = (digit: string): string => digit.repeat(64)
const at = (digit: string): string => `;chunk-signature=${by(digit)}`

describe('a body in signed chunks', () => {
  const framed = `3${at('1')}\r\nabc\r\n2${at('2')}\r\nde\r\n0${at('3')}\r\n\r\n`

  test('is read chunk by chunk, each with the signature before it', async () => {
    const { key, texts } = witness()
    expect(await textIn(upload(SIGNED, '5', undefined, framed), { key })).toBe('abc|de')
    const text = (previous: string, chunk: string): string =>
      ['AWS4-HMAC-SHA256-PAYLOAD', TIME, S3_AREA, previous, sha256Hex(''), sha256Hex(chunk)].join('\n')
    expect(texts).toEqual([text(ZEROS, 'abc'), text(by('1'), 'de'), text(by('2'), '')])
  })

  test('may come apart from the request, and be empty', async () => {
    const { stream } = streamOf(framed.slice(0, 50), framed.slice(50))
    expect(await textIn(upload(SIGNED, '5'), { body: stream })).toBe('abc|de')
    expect(await textIn({ ...upload(SIGNED, '5'), body: streamOf(framed).stream })).toBe('abc|de')
    expect(await textIn(upload(SIGNED, '0', undefined, `0${at('1')}\r\n\r\n`))).toBe('')
    expect(await says(() => textIn({ ...upload(SIGNED, '0'), body: null }))).toBe(`${BROKEN}ends early`)
  })

  test('is proven by nothing but true', async () => {
    for (const answer of [false, 1, 'yes', null])
      expect(await says(() => textIn(upload(SIGNED, '5', undefined, framed), { key: witness(answer).key }))).toBe(
        'SIGNATURE_INVALID the signature of a chunk does not match',
      )
  })

  test('has the length that the request states', async () => {
    expect(await says(() => textIn(upload(SIGNED, '4', undefined, framed)))).toBe(
      'DIGEST_MISMATCH the body is longer than the request states',
    )
    expect(await says(() => textIn(upload(SIGNED, '6', undefined, framed)))).toBe(
      'DIGEST_MISMATCH the body is shorter than the request states',
    )
  })

  test('has chunks and a length of a bounded size', async () => {
    const request = upload(SIGNED, '5', undefined, framed)
    expect(await textIn(request, { maxChunkBytes: 3, maxBytes: framed.length })).toBe('abc|de')
    expect(await says(() => textIn(request, { maxChunkBytes: 2 }))).toBe(
      'BODY_TOO_LARGE a chunk must have at most 2 bytes, got 3',
    )
    expect(await says(() => textIn(request, { maxBytes: framed.length - 1 }))).toContain('BODY_TOO_LARGE')
    const mebibyte = (size: number) =>
      says(() => textIn(upload(SIGNED, '5', undefined, `${size.toString(16)}${at('1')}\r\n`)))
    expect(await mebibyte(1_048_576)).toBe(`${BROKEN}ends early`)
    expect(await mebibyte(1_048_577)).toBe('BODY_TOO_LARGE a chunk must have at most 1048576 bytes, got 1048577')
  })

  test.each([
    ['a chunk without a signature', framed.replace(at('2'), ''), 'has a chunk that is none'],
    ['a size in capitals', framed.replace('3;', 'A;'), 'has a chunk that is none'],
    ['a size with a zero before it', `0${framed}`, 'has a chunk that is none'],
    ['a chunk without its end', framed.replace('abc\r\n', 'abc'), 'has a line that is too long'],
    ['a chunk that is longer', framed.replace('abc', 'abcd'), 'has a line that is too long'],
    ['a last chunk with data', framed.replace(/\r\n$/, 'x\r\n'), 'has a line that is too long'],
    ['no end', framed.slice(0, -2), 'ends early'],
    ['bytes behind its end', `${framed}\r`, 'has bytes behind its end'],
    ['a head that is too long', `${'1'.repeat(129)}${framed}`, 'has a line that is too long'],
  ])('is refused with %s', async (_, body, what) => {
    expect(await says(() => textIn(upload(SIGNED, '5', undefined, body)))).toBe(BROKEN + what)
  })

  test('is cancelled where its reader stops, or it is refused', async () => {
    const { stream, seen } = streamOf(framed.slice(0, -1), framed.slice(-1))
    for await (const _ of verifyChunks({ request: upload(SIGNED, '5'), key: witness().key, body: stream })) break
    expect(seen.cancelled).toBe(true)
    const other = streamOf('x\r\n', framed)
    await says(() => textIn(upload(SIGNED, '5'), { body: other.stream }))
    expect(other.seen.cancelled).toBe(true)
  })
})

describe('fields behind a body', () => {
  const CRC = 'x-amz-checksum-crc32:y/Q5Jg=='
  const framed = (...lines: readonly string[]): string => ['9', '123456789', '0', ...lines, '', ''].join('\r\n')
  const unsigned = (trailer: string | undefined, ...lines: readonly string[]) =>
    textIn(upload(UNSIGNED, '9', trailer, framed(...lines)))

  test('hold what is not signed to its checksum', async () => {
    expect(await unsigned('x-amz-checksum-crc32', CRC)).toBe('123456789')
    expect(await unsigned(' X-Amz-Checksum-CRC32\t', 'X-AMZ-Checksum-crc32:  y/Q5Jg== ')).toBe('123456789')
    const two = 'x-amz-checksum-sha256,x-amz-checksum-crc32'
    const sha = `x-amz-checksum-sha256:${base64(Buffer.from(sha256Hex('123456789'), 'hex'))}`
    expect(await unsigned(two, CRC, sha)).toBe('123456789')
    const mismatch = 'DIGEST_MISMATCH the checksum behind the body is not that of the body, or of an unknown kind'
    expect(await says(() => unsigned('x-amz-checksum-crc32', CRC.replace('Jg', 'Jw')))).toBe(mismatch)
    expect(await says(() => unsigned(two, CRC, sha.replace(':F', ':G')))).toBe(mismatch)
    expect(await says(() => unsigned('x-a', 'x-a:y/Q5Jg=='))).toBe(mismatch)
  })

  test.each([
    ['a field that was not announced', 'x-amz-checksum-crc32', [CRC, 'x-b:1'], 'has a field behind it that was not'],
    ['a field twice', 'x-amz-checksum-crc32', [CRC, CRC], 'has a field behind it that was not announced'],
    ['no field', 'x-amz-checksum-crc32', [], 'lacks a field that was announced'],
    ['one field of two', 'x-amz-checksum-crc32,x-b', [CRC], 'lacks a field that was announced'],
    ['no colon', 'x-amz-checksum-crc32', [CRC.replace(':', '')], 'has a broken field behind it'],
    ['no name', 'x-amz-checksum-crc32', [':1'], 'has a broken field behind it'],
    ['a line feed inside', 'x-amz-checksum-crc32', [CRC.replace('Q', '\n')], 'has a broken field behind it'],
    ['two line feeds', 'x-amz-checksum-crc32', [`${CRC}\n\n`], 'has a broken field behind it'],
    ['a signature', 'x-amz-checksum-crc32', [CRC, `x-amz-trailer-signature:${ZEROS}`], 'that was not announced'],
    ['a long line', 'x-amz-checksum-crc32', [CRC.padEnd(1025)], 'has a line that is too long'],
  ] as const)('of a body that is not signed are refused: %s', async (_, trailer, lines, what) => {
    expect(await says(() => unsigned(trailer, ...lines))).toContain(what)
  })

  test('have a line of at most 1024 characters', async () => {
    expect(await unsigned('x-amz-checksum-crc32', CRC.padEnd(1024))).toBe('123456789')
  })

  test('are not taken with chunks that are signed, where these are not to be', async () => {
    const body = framed(CRC).replace('9\r\n', `9${at('1')}\r\n`)
    expect(await says(() => textIn(upload(UNSIGNED, '9', 'x-amz-checksum-crc32', body)))).toBe(
      `${BROKEN}has a chunk that is none`,
    )
  })

  const SEAL = `x-amz-trailer-signature:${by('f')}`
  const sealed = (trailer: string | undefined, lines: readonly string[], key = witness().key) =>
    textIn(
      upload(
        `${SIGNED}-TRAILER`,
        '9',
        trailer,
        [`9${at('1')}`, '123456789', `0${at('2')}`, ...lines, '', ''].join('\r\n'),
      ),
      { key },
    )

  test('of a signed body are signed, sorted by name', async () => {
    const { key, texts } = witness()
    expect(await sealed('x-b, X-Amz-Checksum-Crc32,x-a', ['x-b:2', `${CRC}\n`, 'X-A: 1 ', SEAL], key)).toBe('123456789')
    const block = `x-a:1\n${CRC}\nx-b:2\n`
    expect(texts.at(-1)).toBe(['AWS4-HMAC-SHA256-TRAILER', TIME, S3_AREA, by('2'), sha256Hex(block)].join('\n'))
    expect(texts).toHaveLength(3)
  })

  test.each([
    ['no signature', [CRC], 'has no signature of its end'],
    ['a short signature', [CRC, SEAL.slice(0, -1)], 'has no signature of its end'],
    ['a long signature', [CRC, `${SEAL}0`], 'has no signature of its end'],
    ['a signature with something before it', [CRC, SEAL.replace(':', ':0')], 'has no signature of its end'],
    ['a field behind the signature', [SEAL, CRC], 'has a broken field behind it'],
    ['two signatures', [CRC, SEAL, SEAL], 'has a broken field behind it'],
    ['another checksum', [CRC.replace('Jg', 'Jw'), SEAL], 'DIGEST_MISMATCH the checksum behind the body'],
  ])('of a signed body are refused: %s', async (_, lines, what) => {
    expect(await says(() => sealed('x-amz-checksum-crc32', lines))).toContain(what)
  })

  test('are at most eight, with the signature', async () => {
    const many = (count: number) => {
      const names = Array.from({ length: count }, (_, index) => `x-${index}`)
      return sealed(names.join(','), [...names.map((name) => `${name}:1`), SEAL])
    }
    expect(await many(7)).toBe('123456789')
    expect(await says(() => many(8))).toBe(`${BROKEN}has too many fields behind it`)
  })

  test('are named by the request', () => {
    const trailer = (value: string | undefined): string =>
      textOf(() => verifyChunks({ request: upload(UNSIGNED, '9', value), key: witness().key }))
    for (const value of [undefined, '', ',', 'x-a,', 'x a', 'x-a,x-a', 'x-a,X-A', 'x_a', 'x'.repeat(65)])
      expect(trailer(value)).toBe('AUTH_MALFORMED x-amz-trailer must name the fields behind the body')
    expect(verifyChunks({ request: upload(UNSIGNED, '9', `x-a,${'x'.repeat(64)}`), key: witness().key })).toBeDefined()
  })
})

describe('a request whose chunks are read', () => {
  const { key } = witness()
  const refused = (request: unknown, more: object = {}): string =>
    textOf(() => verifyChunks({ request: request as HttpRequest, key, ...more }))

  test('has a key that verifies', () => {
    expect(refused(upload(SIGNED, '5'), { key: undefined })).toBe(
      'CONFIG_INVALID verifyChunks: "key" must be the key that verified the request, got nothing',
    )
    for (const wrong of [null, {}, { verify: true }])
      expect(refused(upload(SIGNED, '5'), { key: wrong })).toContain('CONFIG_INVALID "key" must be a verifying key')
  })

  test('is a request that was signed in its fields', () => {
    for (const wrong of [undefined, null, {}, { fields: 'a' }])
      expect(refused(wrong)).toContain('CONFIG_INVALID verifyChunks: "request" must be the request that was verified')
    expect(refused(requestOf())).toBe('AUTH_MALFORMED the request has no signature for its chunks to start from')
  })

  test('states that its body is in chunks', () => {
    for (const payload of [ZEROS, 'UNSIGNED-PAYLOAD', 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD'])
      expect(refused(upload(payload, '5'))).toBe(
        'DIGEST_MISSING the body of the request is not in chunks that are known',
      )
    const { fields } = upload(SIGNED, '5')
    expect(refused(requestOf({ fields: fields.filter((_, index) => index < 2 || index > 3) }))).toContain(
      'DIGEST_MISSING',
    )
  })

  test('states the length of its body', () => {
    for (const length of ['', '05', '-1', '5.0', '5 5', '1'.repeat(16)])
      expect(refused(upload(SIGNED, length))).toBe(
        'AUTH_MALFORMED x-amz-decoded-content-length must be the length of the body',
      )
    const { fields } = upload(SIGNED, '5')
    expect(refused(requestOf({ fields: fields.filter((_, index) => index < 4 || index > 5) }))).toContain(
      'x-amz-decoded-content-length',
    )
    for (const length of ['0', '1'.repeat(15)])
      expect(verifyChunks({ request: upload(SIGNED, length), key })).toBeDefined()
  })
})

describe('a request that is signed with its chunks', () => {
  const key = sigv4Key({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' })
  const signerOf = (more: Partial<Sigv4ChunkedOptions> = {}): Signer =>
    sigv4Chunked({ key, region: 'eu-central-1', chunkBytes: 8_192, ...more })
  const prepare = (message: unknown, signer = signerOf()) =>
    signer.scheme.prepare(message as HttpRequest, { keyId: key.keyId, algorithm: key.algorithm, nowMs: NOW, nonce: '' })
  const sign = (message: HttpRequest, signer = signerOf()): HttpRequest =>
    signPreparedSync(prepare(message, signer), key)
  const read = (message: HttpRequest): Promise<string> => textIn(message, { key })
  const put = (more: Partial<HttpRequest> = {}): HttpRequest => requestOf({ method: 'PUT', body: utf8('abc'), ...more })

  test('has the fields of an upload', async () => {
    const plain = sign(put())
    expect(plain.fields.filter((_, index) => index !== 9)).toEqual([
      ...['Content-Encoding', 'aws-chunked', 'X-Amz-Decoded-Content-Length', '3'],
      ...['X-Amz-Content-Sha256', SIGNED, 'X-Amz-Date', TIME, 'Authorization', 'Content-Length', '175'],
    ])
    expect(await read(plain)).toBe('abc')
    const trailed = sign(put(), signerOf({ checksum: 'crc32' }))
    expect(trailed.fields.slice(4, 8)).toEqual([
      ...['X-Amz-Trailer', 'x-amz-checksum-crc32', 'X-Amz-Content-Sha256', `${SIGNED}-TRAILER`],
    ])
    expect(await read(trailed)).toBe('abc')
  })

  test('is traced as it is signed', () => {
    const prepared = prepare(put())
    expect(prepared.trace().scheme).toBe('sigv4')
    expect(prepared.trace().base).toBe(prepared.base)
    expect(prepared.trace().covered).toEqual([
      ...['content-encoding', 'host', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-decoded-content-length'],
    ])
    expect(signerOf().key).toBe(key)
  })

  test('may have no body, or one that arrives', async () => {
    expect(await read(sign(put({ body: null })))).toBe('')
    const fields = ['x-amz-decoded-content-length', '20000']
    const body = streamOf('a'.repeat(5_000), 'b'.repeat(15_000)).stream
    const found = await read(sign(put({ body, fields })))
    expect(found.split('|').map((chunk) => chunk.length)).toEqual([8_192, 8_192, 3_616])
    expect(found.replaceAll('|', '')).toBe('a'.repeat(5_000) + 'b'.repeat(15_000))
    const whole = streamOf('c'.repeat(16_384)).stream
    const even = await read(sign(put({ body: whole, fields: [fields[0] as string, '16384'] })))
    expect(even).toBe(`${'c'.repeat(8_192)}|${'c'.repeat(8_192)}`)
  })

  test('states a length that is true, or that cannot be known', () => {
    expect(textOf(() => prepare(put({ body: streamOf('a').stream })))).toBe(
      'MESSAGE_MALFORMED a body that is a stream needs a field x-amz-decoded-content-length',
    )
    const length = (value: string, body: HttpRequest['body']): string =>
      textOf(() => prepare(put({ body, fields: ['X-Amz-Decoded-Content-Length', value] })))
    const wrong = 'MESSAGE_MALFORMED x-amz-decoded-content-length must be the length of the body'
    for (const value of ['4', '2', '03', '', 'x']) expect(length(value, utf8('abc'))).toBe(wrong)
    expect(length('1', null)).toBe(wrong)
    for (const value of ['03', '', '-3', '3.0', '1'.repeat(16)])
      expect(length(value, streamOf('abc').stream)).toBe(wrong)
    for (const [value, body] of [
      ['3', utf8('abc')],
      ['0', null],
      ['1'.repeat(15), streamOf('a').stream],
    ] as const)
      expect(prepare(put({ body, fields: ['x-amz-decoded-content-length', value] })).encoding).toBe('hex')
  })

  test('has the length of the body that is sent, where it states one', () => {
    const stated = sign(put({ fields: ['content-length', '175'] }))
    expect(stated.fields.filter((name) => name.toLowerCase() === 'content-length')).toEqual(['content-length'])
    expect(textOf(() => prepare(put({ fields: ['content-length', '3'] })))).toBe(
      'MESSAGE_MALFORMED content-length must be that of the encoded body, 175, or be left out',
    )
  })

  test('is sent with as many bytes as it says', async () => {
    for (const checksum of [undefined, 'crc32', 'crc64nvme', 'sha512'] as const)
      for (const length of [0, 1, 15, 16, 8_192, 8_193, 16_384]) {
        const message = sign(put({ body: new Uint8Array(length) }), signerOf({ ...(checksum && { checksum }) }))
        let sent = 0
        for await (const part of message.body as AsyncIterable<Uint8Array>) sent += part.length
        expect(message.fields.slice(-2)).toEqual(['Content-Length', String(sent)])
      }
  })

  test('names its content coding', () => {
    const codings = (value: string): readonly string[] =>
      sign(put({ fields: ['content-encoding', value] })).fields.filter(
        (name) => name.toLowerCase() === 'content-encoding',
      )
    for (const value of ['aws-chunked', 'aws-chunked,gzip', 'gzip , aws-chunked'])
      expect(codings(value)).toEqual(['content-encoding'])
    for (const value of ['gzip', '', 'aws-chunked-x'])
      expect(textOf(() => codings(value))).toBe('MESSAGE_MALFORMED the content coding must name aws-chunked')
  })

  test('is a request', () => {
    expect(textOf(() => prepare(httpResponse({ status: 200 })))).toBe(
      'MESSAGE_MALFORMED only a request can be an upload',
    )
  })

  test('is for S3, or another service that is stated', () => {
    expect(sign(put()).fields.at(9)).toContain(`AKIDEXAMPLE/${S3_AREA},`)
    expect(sign(put(), signerOf({ service: 's3express' })).fields.at(9)).toContain('/s3express/')
  })

  test('has chunks of a size that S3 takes, and a checksum that is known', () => {
    const wrong = (more: object): string => textOf(() => signerOf(more))
    for (const chunkBytes of [8_191, 2 ** 30 + 1, 8_192.5])
      expect(wrong({ chunkBytes })).toContain('"chunkBytes" must be')
    for (const chunkBytes of [8_192, 2 ** 30]) expect(signerOf({ chunkBytes }).key).toBe(key)
    expect(wrong({ checksum: 'md5' })).toContain('"checksum" must be')
    expect(wrong({ unsignedPayload: true })).toContain('unknown option "unsignedPayload"')
    expect(wrong({ expiresIn: 5 })).toContain('sigv4Url({ expiresS })')
    const large = utf8('x'.repeat(70_000))
    const { fields } = sign(put({ body: large }), sigv4Chunked({ key, region: 'eu-central-1' }))
    expect(fields.at(-1)).toBe(String(70_000 + 3 * 85 + '10000'.length + '1170'.length + '0'.length))
  })
})
