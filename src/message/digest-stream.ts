import { createHasher } from '#backend/hash'
import { base64, equalBytes } from '../crypto/encoding.js'
import { type CountersignError, fail } from '../errors.js'
import type { BodyStream } from '../support/body.js'
import { type BodyCheck, cappedBody, tooLarge } from '../support/body.js'
import {
  DIGESTS,
  type DigestAlgorithms,
  digestAlgorithms,
  digestMismatch,
  digestMissing,
  type ExpectedDigest,
} from './digest-algorithm.js'

/**
 * A body checked while it streams. The last chunk is held back until every digest has matched, so a caller that reads to the end
 * has read what was given; one that acts on chunks before that acts on unproven bytes.
 *
 * @throws {CountersignError} `DIGEST_MISMATCH`, `BODY_TOO_LARGE` and `BODY_UNREADABLE` from the iteration, in place of its
 *   end; `DIGEST_MISSING` for no digests and `ARGUMENT_INVALID` for a bad cap, at once.
 * @example
 * ```ts
 * import { activeDigests, checkedBody } from 'countersign/message'
 *
 * export async function store(body: AsyncIterable<Uint8Array>, field: string, write: (part: Uint8Array) => void) {
 *   for await (const part of checkedBody(body, activeDigests(field), 50_000_000)) write(part)
 * }
 * ```
 */
export function checkedBody(
  source: BodyStream,
  digests: readonly ExpectedDigest[],
  capBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (digests.length === 0) throw digestMissing()
  return check(cappedBody(source, capBytes), digests)
}

async function* check(
  chunks: AsyncGenerator<Uint8Array, void, undefined>,
  digests: readonly ExpectedDigest[],
): AsyncGenerator<Uint8Array, void, undefined> {
  const hashers = digests.map(({ hash: name, digest }) => ({ hasher: createHasher(name), digest }))
  let held: Uint8Array | undefined
  for await (const chunk of chunks) {
    for (const { hasher } of hashers) hasher.update(chunk)
    if (held !== undefined) yield held
    held = chunk
  }
  let matches = true
  for (const { hasher, digest } of hashers) if (!equalBytes(hasher.digest(), digest)) matches = false
  if (!matches) throw digestMismatch()
  if (held !== undefined) yield held
}

/** The same for a source that checks itself; `refused` is why it may hold no byte. */
export function bodyCheck(
  digests: readonly ExpectedDigest[],
  capBytes: number,
  refused: CountersignError | undefined,
): BodyCheck {
  const hashers = digests.map(({ hash: name, digest }) => ({ hasher: createHasher(name), digest }))
  let size = 0
  return {
    chunk: (bytes) => {
      size += bytes.length
      if (size > capBytes) return tooLarge(capBytes)
      for (const { hasher } of hashers) hasher.update(bytes)
      return bytes.length === 0 ? undefined : refused
    },
    end: () => {
      let matches = true
      for (const { hasher, digest } of hashers) if (!equalBytes(hasher.digest(), digest)) matches = false
      return matches ? undefined : digestMismatch()
    },
  }
}

/** A stream that is hashed as it passes. */
export interface DigestingStream {
  /** The same chunks. Can be read once. */
  readonly body: BodyStream
  /**
   * The `Content-Digest` value, for a trailer (RFC 9530 2).
   *
   * @throws {CountersignError} `BODY_UNREADABLE` before the body has been read to its end.
   */
  contentDigest(): string
}

/**
 * Computes digests of a body that is too large to hold, while it is being sent.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for an algorithm that is not active.
 * @example
 * ```ts
 * import { digestingStream } from 'countersign/message'
 *
 * export async function upload(file: AsyncIterable<Uint8Array>, send: (part: Uint8Array) => Promise<void>) {
 *   const { body, contentDigest } = digestingStream(file, 'sha-512')
 *   for await (const part of body) await send(part)
 *   return { 'content-digest': contentDigest() }
 * }
 * ```
 */
export function digestingStream(source: BodyStream, algorithms: DigestAlgorithms = 'sha-256'): DigestingStream {
  const hashers = digestAlgorithms(algorithms).map((name) => ({ name, hasher: createHasher(DIGESTS[name].hash) }))
  let value: string | undefined
  async function* pass(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of cappedBody(source, Number.MAX_SAFE_INTEGER)) {
      for (const { hasher } of hashers) hasher.update(chunk)
      yield chunk
    }
    value = hashers.map(({ name, hasher }) => `${name}=:${base64(hasher.digest())}:`).join(', ')
  }
  return {
    body: pass(),
    contentDigest: () => {
      if (value === undefined) fail('BODY_UNREADABLE', 'the body was not read to its end')
      return value
    },
  }
}
