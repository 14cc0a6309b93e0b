import { sha256Hex } from '#backend/sha256'
import { hexDecode } from '../../crypto/encoding.js'
import type { VerifyingKey } from '../../crypto/key.js'
import { assertOptions, fail, kindOf, mustBe, type OptionNames } from '../../errors.js'
import { trimOws } from '../../message/fields.js'
import type { HttpRequest } from '../../message/message.js'
import { isStream } from '../../message/message.js'
import type { BodyStream } from '../../support/body.js'
import { having, whole } from '../../support/option-kinds.js'
import { ByteReader, unreadableChunk } from './byte-reader.js'
import { EMPTY_HASH } from './canonical.js'
import { CHECKSUMS, type Checksum, checksumFits } from './checksums.js'
import { authorizationOf, onlyValue, readAuthorization } from './read-header.js'
import { AWS4 } from './variant.js'

/** What a `STREAMING-…` value has behind it. */
interface Mode {
  readonly isSigned: boolean
  readonly hasTrailer: boolean
}

/** The bodies in chunks that are known. */
export const MODES: ReadonlyMap<string, Mode> = /* @__PURE__ */ new Map([
  ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', { isSigned: true, hasTrailer: false }],
  ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', { isSigned: true, hasTrailer: true }],
  ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', { isSigned: false, hasTrailer: true }],
])

/** The text that the key signs for one chunk. */
export const chunkText = (time: string, area: string, previous: string, chunk: Uint8Array): string =>
  `AWS4-HMAC-SHA256-PAYLOAD\n${time}\n${area}\n${previous}\n${EMPTY_HASH}\n${sha256Hex(chunk)}`

/** The text that the key signs for the fields behind the last chunk. */
export const trailerText = (time: string, area: string, previous: string, lines: string): string =>
  `AWS4-HMAC-SHA256-TRAILER\n${time}\n${area}\n${previous}\n${sha256Hex(lines)}`

/** Options of {@link verifyChunks}. */
export interface VerifyChunksOptions {
  /** The request that was accepted: its signature is what the chain of chunks starts from. */
  readonly request: HttpRequest
  /** The key that has verified it. */
  readonly key: VerifyingKey
  /** The body as it arrives. Default: that of the request. */
  readonly body?: BodyStream
  /** The largest chunk that is held in memory. Default 1 MiB. */
  readonly maxChunkBytes?: number
  /** The longest body, with what frames its chunks. Default 5 GiB, which is what S3 takes in one request. */
  readonly maxBytes?: number
}

const OPTIONS: OptionNames<VerifyChunksOptions> = {
  request: 2,
  key: [having('a verifying key', 'verify'), 2],
  body: 1,
  maxChunkBytes: whole(1, 2 ** 30, ' bytes'),
  maxBytes: whole(1, Number.MAX_SAFE_INTEGER, ' bytes'),
}

// RFC 9112 7.1, without leading zeros: one size has one spelling.
const HEAD = /^(0|[1-9a-f][0-9a-f]{0,7})(?:;chunk-signature=([0-9a-f]{64}))?$/
const MAX_HEAD = 128
const MAX_TRAILER = 1024
const MAX_TRAILERS = 8

/**
 * The bytes of an upload that S3 clients send in signed chunks. A chunk is handed out once its signature is proven, and the end
 * once the length, the trailing checksum and the signature of the trailer are. Without signatures of chunks (`STREAMING-UNSIGNED-…`)
 * only the checksum is held, which proves nothing about who sent it.
 *
 * @throws {CountersignError} From the iteration: `SIGNATURE_INVALID`, `DIGEST_MISMATCH`, `BODY_UNREADABLE`, `BODY_TOO_LARGE`. At once:
 *   `CONFIG_INVALID`, `AUTH_MALFORMED`, `DIGEST_MISSING` for a request whose body is not in chunks.
 * @see {@link https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html | Amazon S3 API Reference}
 * @example
 * ```ts
 * import { streamedBody, type Verifier } from 'countersign/server'
 * import { verifyChunks } from 'countersign/sigv4'
 *
 * declare const verifier: Verifier
 * declare const request: Parameters<Verifier['verify']>[0]
 * const verdict = await verifier.verify(request, { streamBody: streamedBody })
 * if (verdict.ok && verdict.bodyStream !== undefined) {
 *   const chunks = verifyChunks({ request: verdict.request, key: verdict.record.key, body: verdict.bodyStream })
 *   for await (const bytes of chunks) console.log(bytes.length)
 * }
 * ```
 */
export function verifyChunks(options: VerifyChunksOptions): AsyncGenerator<Uint8Array, void, undefined> {
  assertOptions('verifyChunks', options, OPTIONS)
  const { request, key, maxChunkBytes = 1_048_576, maxBytes = 5 * 2 ** 30 } = options
  if (typeof key?.verify !== 'function')
    fail('CONFIG_INVALID', `verifyChunks: "key" must be the key that verified the request, got ${kindOf(key)}`)
  mustBe(
    Array.isArray(request?.fields),
    'request',
    'the request that was verified',
    request,
    'CONFIG_INVALID',
    'verifyChunks: ',
  )
  const body = options.body ?? bodyOf(request)
  const value = authorizationOf(request, AWS4)
  if (value === undefined) return fail('AUTH_MALFORMED', 'the request has no signature for its chunks to start from')
  const { time, area, signature, payload = '' } = readAuthorization(request, AWS4, value)
  const mode = MODES.get(payload) ?? fail('DIGEST_MISSING', 'the body of the request is not in chunks that are known')
  const length = onlyValue(request, 'x-amz-decoded-content-length') ?? ''
  if (!/^(?:0|[1-9]\d{0,14})$/.test(length))
    fail('AUTH_MALFORMED', 'x-amz-decoded-content-length must be the length of the body')
  const trailers = mode.hasTrailer ? trailersOf(request) : []
  const seed: Chain = { key, time, area, previous: signature }
  return decode(new ByteReader(body, maxBytes), seed, mode, Number(length), trailers, maxChunkBytes)
}

interface Chain {
  readonly key: VerifyingKey
  readonly time: string
  readonly area: string
  previous: string
}

async function* decode(
  reader: ByteReader,
  chain: Chain,
  mode: Mode,
  length: number,
  trailers: readonly string[],
  maxChunkBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const checksums = new Map<string, Checksum>()
  for (const name of trailers) {
    const make = CHECKSUMS.get(name)
    if (make !== undefined) checksums.set(name, make())
  }
  let total = 0
  try {
    for (;;) {
      const head = HEAD.exec(await reader.line(MAX_HEAD))
      if (head === null || (head[2] !== undefined) !== mode.isSigned) throw unreadableChunk('has a chunk that is none')
      const size = Number.parseInt(head[1] as string, 16)
      if (size > maxChunkBytes) fail('BODY_TOO_LARGE', `a chunk must have at most ${maxChunkBytes} bytes, got ${size}`)
      const chunk = await reader.bytes(size)
      if (mode.isSigned)
        await proven(chain, chunkText(chain.time, chain.area, chain.previous, chunk), head[2] as string)
      total += size
      if (total > length) fail('DIGEST_MISMATCH', 'the body is longer than the request states')
      if (size === 0) break
      for (const checksum of checksums.values()) checksum.update(chunk)
      // A line without text, or it throws.
      await reader.line(0)
      yield chunk
    }
    if (total !== length) fail('DIGEST_MISMATCH', 'the body is shorter than the request states')
    if (mode.hasTrailer) await readTrailer(reader, chain, mode, trailers, checksums)
    else await reader.line(0)
    await reader.end()
  } finally {
    await reader.close()
  }
}

/** Continues the chain with a signature that the key has made. */
async function proven(chain: Chain, text: string, signature: string): Promise<void> {
  if ((await chain.key.verify(text, hexDecode(signature) as Uint8Array)) !== true)
    fail('SIGNATURE_INVALID', 'the signature of a chunk does not match')
  chain.previous = signature
}

/** The fields behind the last chunk. In the signed form `name:value` may end in a separate line feed. */
async function readTrailer(
  reader: ByteReader,
  chain: Chain,
  { isSigned }: Mode,
  expected: readonly string[],
  checksums: ReadonlyMap<string, Checksum>,
): Promise<void> {
  const found = new Map<string, string>()
  let signature: string | undefined
  for (let lines = 0; ; lines++) {
    if (lines > MAX_TRAILERS) throw unreadableChunk('has too many fields behind it')
    const line = await reader.line(MAX_TRAILER)
    if (line === '') break
    const text = line.endsWith('\n') ? line.slice(0, -1) : line
    const colon = text.indexOf(':')
    const name = text.slice(0, Math.max(0, colon)).toLowerCase()
    const value = trimOws(text.slice(colon + 1))
    if (name === '' || text.includes('\n') || signature !== undefined)
      throw unreadableChunk('has a broken field behind it')
    if (isSigned && name === 'x-amz-trailer-signature') signature = value
    else if (found.has(name) || !expected.includes(name))
      throw unreadableChunk('has a field behind it that was not announced')
    else found.set(name, value)
  }
  if (found.size !== expected.length) throw unreadableChunk('lacks a field that was announced')
  if (isSigned) {
    if (signature === undefined || !/^[0-9a-f]{64}$/.test(signature))
      throw unreadableChunk('has no signature of its end')
    const block = expected.map((name) => `${name}:${found.get(name)}\n`).join('')
    await proven(chain, trailerText(chain.time, chain.area, chain.previous, block), signature)
  }
  for (const [name, value] of found) {
    const checksum = checksums.get(name)
    // A signed chunk is proven without; an unsigned one would be proven by nothing.
    if (checksum === undefined && isSigned) continue
    if (checksum === undefined || !checksumFits(checksum, value))
      fail('DIGEST_MISMATCH', 'the checksum behind the body is not that of the body, or of an unknown kind')
  }
}

/** The names of the fields that are to come, sorted as they are signed. */
function trailersOf(request: HttpRequest): readonly string[] {
  const names = (onlyValue(request, 'x-amz-trailer') ?? '').toLowerCase().split(',').map(trimOws)
  if (names.some((name) => !/^[a-z0-9-]{1,64}$/.test(name)) || new Set(names).size !== names.length)
    fail('AUTH_MALFORMED', 'x-amz-trailer must name the fields behind the body')
  return names.sort()
}

function bodyOf({ body }: HttpRequest): BodyStream {
  if (isStream(body)) return body
  return (async function* () {
    if (body !== null) yield body
  })()
}
