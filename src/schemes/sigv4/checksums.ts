import { createHasher } from '#backend/hash'
import { createSha1 } from '#backend/sha1'
import type { Hasher } from '../../crypto/backend/backend.js'
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

// CRC-64/NVME, reflected: the polynomial and the running value as halves of 32 bits, because a BigInt per byte is slow.
const [NVME_HIGH, NVME_LOW] = [0x9a6c9329, 0xac4bc9b5]
let nvme: readonly [high: Uint32Array, low: Uint32Array] | undefined

function nvmeTables(): readonly [high: Uint32Array, low: Uint32Array] {
  const tables = [new Uint32Array(256), new Uint32Array(256)] as const
  for (let byte = 0; byte < 256; byte++) {
    let [high, low] = [0, byte]
    for (let bit = 0; bit < 8; bit++) {
      const isOdd = (low & 1) === 1
      low = (low >>> 1) | (high << 31)
      high >>>= 1
      if (isOdd) {
        high ^= NVME_HIGH
        low ^= NVME_LOW
      }
    }
    tables[0][byte] = high
    tables[1][byte] = low
  }
  return tables
}

function crc64nvme(): Checksum {
  nvme ??= nvmeTables()
  const [highs, lows] = nvme
  let [high, low] = [0xffffffff, 0xffffffff]
  return {
    update: (bytes) => {
      for (const byte of bytes) {
        const at = (low ^ byte) & 0xff
        low = ((low >>> 8) | (high << 24)) ^ (lows[at] as number)
        high = (high >>> 8) ^ (highs[at] as number)
      }
    },
    text: () => {
      const out = new Uint8Array(8)
      const view = new DataView(out.buffer)
      view.setUint32(0, ~high >>> 0)
      view.setUint32(4, ~low >>> 0)
      return base64(out)
    },
  }
}

const hashed = (create: () => Hasher) => (): Checksum => {
  const hasher = create()
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
  ['x-amz-checksum-crc64nvme', crc64nvme],
  ['x-amz-checksum-sha1', /* @__PURE__ */ hashed(createSha1)],
  ['x-amz-checksum-sha256', /* @__PURE__ */ hashed(() => createHasher('sha256'))],
  ['x-amz-checksum-sha512', /* @__PURE__ */ hashed(() => createHasher('sha512'))],
])

/** Whether a given checksum is the one of the bytes that passed. */
export function checksumFits(checksum: Checksum, stated: string): boolean {
  const other = base64Decode(stated)
  return other !== undefined && equalBytes(base64Decode(checksum.text()) as Uint8Array, other)
}
