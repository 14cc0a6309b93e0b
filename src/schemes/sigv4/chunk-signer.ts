import { hex, utf8 } from '../../crypto/encoding.js'
import type { SigningKey } from '../../crypto/key.js'
import { assertOptions, fail, type OptionNames } from '../../errors.js'
import { sentValue } from '../../message/fields.js'
import { type HttpMessage, type HttpRequest, isRequest, isStream } from '../../message/message.js'
import { type BodyStream, cappedBody } from '../../support/body.js'
import { joinBytes } from '../../support/bytes.js'
import { oneOf, whole } from '../../support/option-kinds.js'
import type { Prepared, SignContext, Signer } from '../scheme.js'
import { CHECKSUMS, type Checksum } from './checksums.js'
import { chunkText, trailerText } from './chunks.js'
import { SIGNER_HINTS, SIGNER_OPTIONS, type SignerOptions } from './parts.js'
import { readAuthorization } from './read-header.js'
import { headerSigner } from './signer.js'
import { AWS4 } from './variant.js'

/** Options of {@link sigv4Chunked}. */
export interface ChunkSignerOptions<K extends SigningKey = SigningKey>
  extends Omit<SignerOptions<K>, 'unsignedPayload' | 'signBodyHeader' | 'service'> {
  /** Default `s3`. */
  readonly service?: string
  /** Bytes of a chunk, from 8 KiB, as S3 has it. Default 64 KiB. */
  readonly chunkBytes?: number
  /** A checksum behind the body. */
  readonly checksum?: 'crc32' | 'crc32c' | 'crc64nvme' | 'sha1' | 'sha256' | 'sha512'
}

const { unsignedPayload: _, signBodyHeader: __, ...SHARED } = SIGNER_OPTIONS
const OPTIONS: OptionNames<ChunkSignerOptions> = {
  ...SHARED,
  chunkBytes: whole(8_192, 2 ** 30, ' bytes'),
  checksum: oneOf('crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256', 'sha512'),
}

const MAX_BODY = 5 * 2 ** 40

/**
 * AWS Signature Version 4 for an upload to S3 whose body is signed chunk by chunk while it is sent. The message that it gives has
 * the encoded body, a stream, and its length. A body that is a stream itself needs a field `x-amz-decoded-content-length`.
 *
 * @throws {CountersignError} as `sigv4`; `MESSAGE_MALFORMED` for a stream of unknown length.
 * @see {@link https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html | Amazon S3 API Reference}
 * @example
 * ```ts
 * import { sigv4Chunked, sigv4Key } from 'countersign/sigv4'
 *
 * const key = sigv4Key({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' })
 * const signer = sigv4Chunked({ key, region: 'eu-central-1', checksum: 'crc32c' })
 * ```
 */
export function sigv4Chunked<K extends SigningKey>(options: ChunkSignerOptions<K>): Signer<K> {
  assertOptions('sigv4Chunked', options, OPTIONS, SIGNER_HINTS)
  const { chunkBytes = 65_536, checksum, ...shared } = options
  const trailer = checksum === undefined ? undefined : `x-amz-checksum-${checksum}`
  const payload = `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailer === undefined ? '' : '-TRAILER'}`
  const { scheme, key } = headerSigner('sigv4Chunked', 'sigv4Key', AWS4, { service: 's3', ...shared })
  return {
    key,
    scheme: {
      id: scheme.id,
      prepare: <M extends HttpMessage>(message: M, context: SignContext): Prepared<M> => {
        const head = withHead(message, payload, trailer)
        const length = String(encodedLength(Number(statedLength(head)), chunkBytes, trailer))
        const sent = sentValue(head.fields, 'content-length')
        if (sent !== undefined && sent !== length)
          fail('MESSAGE_MALFORMED', `content-length must be that of the encoded body, ${length}, or be left out`)
        const prepared = scheme.prepare(head, context)
        return {
          ...prepared,
          trace: () => prepared.trace(),
          attach: (signature) => {
            const signed = prepared.attach(signature) as HttpRequest
            const body = encoded(signed, head.body, key, chunkBytes, trailer)
            // Not signed, because a browser leaves it out; there are servers that take no body of unknown length (411).
            const fields = sent === undefined ? [...signed.fields, 'Content-Length', length] : signed.fields
            return { ...signed, fields, body } as HttpMessage as M
          },
        }
      },
    },
  }
}

/** The request with the fields that an upload in chunks has. */
function withHead(message: HttpMessage, payload: string, trailer: string | undefined): HttpRequest {
  if (!isRequest(message)) fail('MESSAGE_MALFORMED', 'only a request can be an upload')
  const { fields, body } = message
  const stated = statedLength(message)
  const length = stated ?? (isStream(body) ? undefined : String(body?.length ?? 0))
  if (length === undefined)
    fail('MESSAGE_MALFORMED', 'a body that is a stream needs a field x-amz-decoded-content-length')
  if (!LENGTH.test(length) || (!isStream(body) && Number(length) !== (body?.length ?? 0)))
    fail('MESSAGE_MALFORMED', 'x-amz-decoded-content-length must be the length of the body')
  const out = [...fields]
  const coding = sentValue(fields, 'content-encoding')
  if (coding === undefined) out.push('Content-Encoding', 'aws-chunked')
  else if (!coding.split(',').some((one) => one.trim() === 'aws-chunked'))
    fail('MESSAGE_MALFORMED', 'the content coding must name aws-chunked')
  if (stated === undefined) out.push('X-Amz-Decoded-Content-Length', length)
  if (trailer !== undefined) out.push('X-Amz-Trailer', trailer)
  out.push('X-Amz-Content-Sha256', payload)
  return { ...message, fields: out }
}

const statedLength = ({ fields }: HttpMessage): string | undefined => sentValue(fields, 'x-amz-decoded-content-length')

const LENGTH = /^(?:0|[1-9]\d{0,14})$/
const FRAME = ';chunk-signature='.length + 64 + 4

/** Bytes of a body with what frames its chunks and stands behind them. */
function encodedLength(bytes: number, chunkBytes: number, trailer: string | undefined): number {
  const framed = (size: number): number => size.toString(16).length + FRAME + size
  const rest = bytes % chunkBytes
  const chunks = Math.floor(bytes / chunkBytes) * framed(chunkBytes) + (rest === 0 ? 0 : framed(rest))
  if (trailer === undefined) return chunks + framed(0)
  // Checksums of one kind have one length: that of an empty body is as long.
  const sum = (CHECKSUMS.get(trailer) as () => Checksum)().text().length
  // The last chunk has no data, so its second CRLF is the one behind the trailer.
  const lines = trailer.length + 1 + sum + 2 + 'x-amz-trailer-signature:'.length + 64 + 2
  return chunks + framed(0) + lines
}

async function* encoded(
  signed: HttpRequest,
  body: HttpRequest['body'],
  key: SigningKey,
  chunkBytes: number,
  trailer: string | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  // What a receiver starts from: the signature of the head.
  const claim = readAuthorization(signed, AWS4, signed.fields.at(-1) as string)
  const { time, area } = claim
  let previous = claim.signature
  const sign = async (text: string): Promise<string> => {
    previous = hex(await key.sign(text))
    return previous
  }
  const sum = trailer === undefined ? undefined : (CHECKSUMS.get(trailer) as () => Checksum)()
  const frame = async (chunk: Uint8Array): Promise<Uint8Array> => {
    const signature = await sign(chunkText(time, area, previous, chunk))
    return utf8(`${chunk.length.toString(16)};chunk-signature=${signature}\r\n`)
  }
  for await (const chunk of inChunks(body, chunkBytes)) {
    sum?.update(chunk)
    yield joinBytes([await frame(chunk), chunk, CRLF])
  }
  const last = await frame(new Uint8Array(0))
  if (sum === undefined) {
    yield joinBytes([last, CRLF])
    return
  }
  const line = `${trailer}:${sum.text()}`
  // Signed with a line feed, sent with CRLF: minio's client sends both, which stricter servers take for a part of the value.
  const signature = await sign(trailerText(time, area, previous, `${line}\n`))
  yield joinBytes([last, utf8(`${line}\r\nx-amz-trailer-signature:${signature}\r\n\r\n`)])
}

const CRLF = /* @__PURE__ */ Uint8Array.of(13, 10)

/** The body in pieces of one size; the last one may be shorter. */
async function* inChunks(body: HttpRequest['body'], size: number): AsyncGenerator<Uint8Array, void, undefined> {
  if (body === null) return
  if (!isStream(body)) {
    for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size)
    return
  }
  let chunk = new Uint8Array(size)
  let length = 0
  for await (const bytes of cappedBody(body as BodyStream, MAX_BODY)) {
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + size - length)
      chunk.set(part, length)
      length += part.length
      at += part.length
      if (length < size) continue
      yield chunk
      chunk = new Uint8Array(size)
      length = 0
    }
  }
  if (length > 0) yield chunk.subarray(0, length)
}
