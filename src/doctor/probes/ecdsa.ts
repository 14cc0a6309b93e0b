import { ecdsaVerifier } from '#backend/ecdsa'
import { type Algorithm, ECDSA_ALGORITHMS, type EcdsaAlgorithm, type HashName } from '../../crypto/algorithm.js'
import { concatBytes } from '../../crypto/encoding.js'
import type { KeyMistake, Received, SyncProbe } from '../hunt.js'

/** An INTEGER of DER (X.690 8.3), padded to a length; `undefined` for anything else. */
function integerAt(der: Uint8Array, at: number, length: number): Uint8Array | undefined {
  const size = der[at + 1] as number
  const value = der.subarray(at + 2, at + 2 + size)
  if (der[at] !== 2 || value.length !== size || size === 0) return undefined
  const bare = value[0] === 0 ? value.subarray(1) : value
  return bare.length > length ? undefined : concatBytes(new Uint8Array(length - bare.length), bare)
}

/** r and s side by side of a signature in DER (RFC 3279 2.2.3); `undefined` for other bytes. */
export function rawOfDer(der: Uint8Array, half: number): Uint8Array | undefined {
  // X.690 8.1.3: from 128 bytes on, which only P-521 has, the length takes a byte more.
  const start = der[1] === 0x81 && der.length > 130 ? 3 : 2
  if (der[0] !== 0x30 || der[start - 1] !== der.length - start) return undefined
  const r = integerAt(der, start, half)
  const next = start + 2 + (der[start + 1] as number)
  const s = integerAt(der, next, half)
  return r === undefined || s === undefined || next + 2 + (der[next + 1] as number) !== der.length
    ? undefined
    : concatBytes(r, s)
}

const DER: KeyMistake = {
  id: 'ecdsa-der',
  cause: 'The signature is written in DER (it starts with 30), where r and s side by side are meant.',
  fix: 'Ask the library for r and s: dsaEncoding: "ieee-p1363" (Node), "SHA256withECDSAinP1363Format" (Java), decode_dss_signature (Python), or convert.',
}

const HASHES: readonly HashName[] = ['sha256', 'sha512', 'sha384']

/** The tests with an elliptic curve: the hash that is meant first, then others. */
export function ecdsaProbes(
  algorithm: EcdsaAlgorithm,
  point: Uint8Array,
  meant: readonly Algorithm[],
  received: readonly Received[],
): readonly SyncProbe[] {
  const spec = ECDSA_ALGORITHMS[algorithm]
  const half = spec.signatureBytes / 2
  const readings = received.flatMap(({ bytes, mistake }) => {
    const raw = bytes.length === spec.signatureBytes ? bytes : rawOfDer(bytes, half)
    if (raw === undefined) return []
    return [{ raw, mistakes: [...(raw === bytes ? [] : [DER]), ...(mistake === undefined ? [] : [mistake])] }]
  })
  return HASHES.flatMap((hash) => {
    const verify = ecdsaVerifier({ ...spec, hash }, point)
    const wrong: readonly KeyMistake[] =
      hash === spec.hash && meant.includes(algorithm)
        ? []
        : [
            {
              id: 'algorithm',
              cause: `The signature was made with ECDSA on ${spec.curve} and ${hash.toUpperCase()}, where ${meant.join(' or ')} is meant.`,
              fix: `Sign with ${meant.join(' or ')}.`,
            },
          ]
    return readings.map(({ raw, mistakes }) => ({
      main: hash === spec.hash,
      test: (base) => (verify(base, raw) ? [...mistakes, ...wrong] : undefined),
    }))
  })
}
