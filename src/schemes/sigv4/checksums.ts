import { createHasher } from '#backend/hash'
import { base64, base64Decode, equalBytes } from '../../crypto/encoding.js'

/** A checksum over a body as it passes. */
export interface Checksum {
  update(bytes: Uint8Array): void
  /** As it stands in its field: base64. */
  text(): string
}

/** A table for a reflected CRC of 32 bits. */
const tableOf = (polynomial: number): Uint32Array =>
  Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1
    return value >>> 0
  })

function crc(polynomial: number): () => Checksum {
  let table: Uint32Array | undefined
  return () => {
    table ??= tableOf(polynomial)
    const lookup = table
    let value = 0xffffffff
    return {
      update: (bytes) => {
        for (const byte of bytes) value = (value >>> 8) ^ (lookup[(value ^ byte) & 0xff] as number)
      },
      text: () => {
        const out = new Uint8Array(4)
        new DataView(out.buffer).setUint32(0, ~value >>> 0)
        return base64(out)
      },
    }
  }
}

function sha256(): Checksum {
  const hasher = createHasher('sha256')
  return { update: (bytes) => hasher.update(bytes), text: () => base64(hasher.digest()) }
}

/**
 * The checksums of S3 that are known here, by the name of their field. They find accidents; what proves a body is its signature.
 *
 * @see {@link https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html | Amazon S3, object integrity}
 */
export const CHECKSUMS: ReadonlyMap<string, () => Checksum> = /* @__PURE__ */ new Map([
  ['x-amz-checksum-crc32', /* @__PURE__ */ crc(0xedb88320)],
  ['x-amz-checksum-crc32c', /* @__PURE__ */ crc(0x82f63b78)],
  ['x-amz-checksum-sha256', sha256],
])

/** Whether a stated checksum is the one of the bytes that passed. */
export function checksumFits(checksum: Checksum, stated: string): boolean {
  const [own, other] = [base64Decode(checksum.text()), base64Decode(stated)]
  return own !== undefined && other !== undefined && equalBytes(own, other)
}
