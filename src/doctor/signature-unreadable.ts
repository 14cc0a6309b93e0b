import type { Case } from './case-shape.js'
import type { Finding } from './diagnosis.js'
import { proven } from './finding.js'
import { makerOf } from './probes/signature-length.js'
import { isShared, lengthOf } from './signature-shape.js'

// Shorter ones are what is left of a value that was never there.
const LEAST = 4
// MD5, SHA-1, SHA-224, SHA-256, SHA-384 and SHA-512.
const MACS = new Set([16, 20, 28, 32, 48, 64])

/** A signature that no secret can have made: its text is none, or it has another number of bytes than any hash. */
export function unreadableFindings(
  { signText, received, algorithms: stated, name, keyId }: Case,
  hasSecret: boolean,
): readonly Finding[] {
  // RFC 9421 leaves the algorithm to the key.
  const algorithms = stated.length === 0 && hasSecret ? ['hmac-sha256'] : stated
  const lengths = [...new Set(received.map(({ bytes }) => bytes.length))]
  if (lengths.some((length) => MACS.has(length))) return []
  const [algorithm] = algorithms.filter((one) => lengthOf(one) !== undefined)
  if (
    algorithm === undefined ||
    !algorithms[hasSecret ? 'some' : 'every'](isShared) ||
    (received.length === 0 && (signText === undefined || signText.length < LEAST))
  )
    return []
  const meant = `${algorithm}, which has ${lengthOf(algorithm)} bytes`
  const [read] = received
  if (read === undefined)
    return [
      proven(
        'signature-form',
        `The text of the signature is none that ${name} takes: its bytes cannot be read.`,
        signText === keyId
          ? 'It is the key id.'
          : `It has ${signText?.length} characters, and is neither hexadecimal nor base64 of ${meant}.`,
        'Send the whole signature, as its bytes were written once: neither cut off, nor encoded again, nor wrapped in another text.',
      ),
    ]
  const maker = makerOf(read.bytes)
  return [
    proven(
      'signature-length',
      `The signature has ${read.bytes.length} bytes, which no shared secret makes: it was cut off or written wrongly, or a key pair has made it.`,
      maker === undefined
        ? `Meant is ${meant}; no algorithm that is known here makes this length.`
        : `Meant is ${meant}; this length is that of ${maker}.`,
      'Send the whole signature, and sign with the algorithm that the key is for.',
    ),
  ]
}
