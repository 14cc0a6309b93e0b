import { ALGORITHMS, isAlgorithm } from '../crypto/algorithm.js'
import { base64 } from '../crypto/encoding.js'
import type { Case } from './case-shape.js'
import type { Finding } from './diagnosis.js'
import { likely, proven } from './finding.js'
import type { Received } from './hunt.js'
import { makerOf } from './probes/signature-length.js'

// The older schemes have it, and nothing new may be signed with it.
const SHA1 = 'hmac-sha1'

/** How many bytes a signature of an algorithm has; `undefined` where that depends on the key, and for other words. */
export function lengthOf(name: string): number | undefined {
  // "sha256 of secret and text" is a hash as well.
  const bare = /^sha(\d{3}) of /.exec(name)?.[1]
  if (bare !== undefined) return Number(bare) / 8
  return name === SHA1 ? 20 : isAlgorithm(name) ? ALGORITHMS[name].signatureBytes : undefined
}

// MD5, SHA-1, SHA-224, SHA-256, SHA-384 and SHA-512.
const HASHES = new Set([16, 20, 28, 32, 48, 64])

// Digits of hexadecimal are those of base64 as well, so that a hash has the length of a longer one when it is read so.
const HEX = /^[0-9a-f]+$/
const isHash = (one: Received | undefined): boolean => one !== undefined && HASHES.has(one.bytes.length)

/**
 * What the text of a signature shows without a key: it has the right number of bytes in another form alone, or those of another
 * hash. Nothing is found where the scheme leaves algorithm or length open.
 */
export function shapeFindings({ received, algorithms }: Case): readonly Finding[] {
  const lengths = algorithms.map(lengthOf)
  // That of RSA is the length of the key.
  if (lengths.length === 0 || lengths.includes(undefined) || lengths.includes(0)) return anyShape(received, algorithms)
  const right = received.find(({ mistake }) => mistake === undefined)
  if (right !== undefined && lengths.includes(right.bytes.length)) return []
  const other = received.find(
    (one) =>
      one.mistake !== undefined &&
      lengths.includes(one.bytes.length) &&
      !(isHash(right) && HEX.test(base64(one.bytes))),
  )
  if (other?.mistake !== undefined)
    return [
      proven(
        other.mistake.id,
        other.mistake.cause,
        `Read so it has ${other.bytes.length} bytes, as ${algorithms[0]} makes; read as it is meant it has ${right === undefined ? 'none' : right.bytes.length}.`,
        other.mistake.fix,
      ),
    ]
  const read = right ?? received[0]
  if (read === undefined) return []
  const length = `It has ${read.bytes.length} bytes, and not ${[...new Set(lengths)].join(' or ')}`
  if (HASHES.has(read.bytes.length) && algorithms.every(isShared))
    return [
      proven(
        'algorithm',
        `The signature was made with another algorithm than ${algorithms[0]}.`,
        `${length}: this is the length of ${makerOf(read.bytes) ?? 'another hash'}.`,
        `Use ${algorithms[0]}.`,
      ),
    ]
  return [
    proven(
      'signature-length',
      'The signature was cut off or written wrongly, or another kind of key has made it.',
      `${length}.`,
      'Send the whole signature, as its bytes were written once.',
    ),
  ]
}

/** Whether one secret makes and verifies it. */
export const isShared = (name: string): boolean => /^hmac|^sha\d+ of /.test(name)

// Digits of hexadecimal alone are no accident in a text that is as long as a hash.
const LEAST = 16

/** The same where the key decides the algorithm. */
function anyShape(received: readonly Received[], algorithms: readonly string[]): readonly Finding[] {
  const [read] = received
  if (read === undefined) return []
  const written = received.find(({ bytes, form }) => form?.includes('hexadecimal') === true && bytes.length >= LEAST)
  const isEither = written?.bytes.length === 64 && algorithms.includes('ed25519') && algorithms.some(isShared)
  if (written?.mistake !== undefined)
    return [
      proven(
        written.mistake.id,
        isEither
          ? 'The signature has 128 hexadecimal digits: that is SHA-512 where another hash is meant, or Ed25519, which is written in base64.'
          : written.mistake.cause,
        `Read so it has ${written.bytes.length} bytes.`,
        written.mistake.fix,
      ),
    ]
  if (received.some(({ bytes }) => makerOf(bytes) !== undefined)) return []
  return [
    likely(
      'signature-length',
      `The signature has ${read.bytes.length} bytes: it was cut off or written wrongly.`,
      'No algorithm that is known here makes this length.',
      'Send the whole signature, as its bytes were written once.',
    ),
  ]
}
