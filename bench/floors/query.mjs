// An exchange's signed query, verified by hand: timestamp and signature among the parameters, key id in a header.
//
// It does: the signature as the last parameter, cut off without parsing; one anchored expression each for timestamp and
// signature; a window; KeyObject made once; constant-time comparison of bytes; and, where asked, a replay cache.
// It leaves out: repeated parameters, a host check, key states, and a bound on the cache's memory.

import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'

const MAX_AGE_MS = 60_000
const MAX_FUTURE_MS = 1_000
const MARK = '&signature='
const TIMESTAMP = /(?:^|&)timestamp=([1-9]\d{12})(?:&|$)/
const SIGNATURE = /^[0-9a-f]{64}$/

/**
 * @param {ReadonlyMap<string, import('node:crypto').KeyObject>} keys by key id
 * @param {{ add(nonce: string, nowMs: number): boolean } | undefined} [replay]
 */
export function handQueryVerifier(keys, replay) {
  return (query, headers) => {
    const at = query.lastIndexOf(MARK)
    if (at === -1) return false
    const hex = query.slice(at + MARK.length)
    const base = query.slice(0, at)
    const time = TIMESTAMP.exec(base)
    if (time === null || !SIGNATURE.test(hex)) return false
    const now = Date.now()
    const age = now - Number(time[1])
    if (age > MAX_AGE_MS || age < -MAX_FUTURE_MS) return false
    const key = keys.get(headers['x-api-key'])
    if (key === undefined) return false
    const expected = createHmac('sha256', key).update(base).digest()
    if (!timingSafeEqual(expected, Buffer.from(hex, 'hex'))) return false
    return replay === undefined || replay.add(hex, now)
  }
}

/** The key of {@link handQueryVerifier}. */
export const handQueryKey = (secret) => createSecretKey(secret)
