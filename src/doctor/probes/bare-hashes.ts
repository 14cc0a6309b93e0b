import { hash } from '#backend/hash'
import { hmac } from '#backend/hmac'
import { type LegacyHash, legacyHash, legacyHmac } from '#backend/legacy'
import { type HashName, HMAC_HASHES } from '../../crypto/algorithm.js'
import { concatBytes, hex, utf8 } from '../../crypto/encoding.js'
import type { Bytes } from '../../crypto/key.js'
import type { Mac } from './mac.js'

const HASHES: ReadonlyArray<readonly [name: string, length: number, digest: (data: Uint8Array) => Uint8Array]> = [
  ['sha256', 32, (data) => hash('sha256', data)],
  ['sha384', 48, (data) => hash('sha384', data)],
  ['sha512', 64, (data) => hash('sha512', data)],
  ['sha1', 20, (data) => legacyHash('sha1', data)],
  ['md5', 16, (data) => legacyHash('md5', data)],
]

const toBytes = (base: Bytes): Uint8Array => (typeof base === 'string' ? utf8(base) : base)

/** Hashes of text and secret that are no HMAC. */
export function bareHashes(key: Uint8Array, expected: string, lengths: ReadonlySet<number>): readonly Mac[] {
  return HASHES.filter(([, length]) => lengths.has(length)).flatMap(([name, length, digest]) => {
    const mac = (what: string, sign: (base: Bytes) => Uint8Array): Mac => ({
      bytes: length,
      sign,
      mistakes: [
        {
          id: 'hash-without-key',
          cause: `The signature is ${name} ${what}, which is no HMAC.`,
          fix: `Use ${expected} with the secret as its key (hmac.new, createHmac).`,
        },
      ],
    })
    const legacy = name as LegacyHash
    const hash = (HMAC_HASHES as Readonly<Record<string, HashName | undefined>>)[`hmac-${name}`]
    return [
      mac('of the text with the secret behind it', (base) => digest(concatBytes(toBytes(base), key))),
      mac('of the secret with the text behind it', (base) => digest(concatBytes(key, toBytes(base)))),
      mac('of the text alone', (base) => digest(toBytes(base))),
      ...(hash === undefined
        ? [
            mac('as HMAC with key and text swapped', (base) => legacyHmac(legacy, toBytes(base), key)),
            mac('as HMAC of the hash of the text', (base) => legacyHmac(legacy, key, digest(toBytes(base)))),
            mac('as HMAC of the hash of the text, in hexadecimal', (base) =>
              legacyHmac(legacy, key, hex(digest(toBytes(base)))),
            ),
          ]
        : [mac('as HMAC with key and text swapped', (base) => hmac(hash, toBytes(base)).sign(key))]),
    ]
  })
}
