/**
 * Verification as the peers do it: read the signature, hold its time to a window, find the key, check. No policy, no body,
 * no replay store.
 * @param {ReadonlyMap<string, { verify(base: unknown, signature: Uint8Array): boolean }>} keys
 */
export function schemeVerifier(keys, scheme, maxAgeMs = 300_000, maxFutureMs = 5_000) {
  return (message) => {
    const [found] = scheme.parse(message)
    if (found === undefined) return false
    const nowMs = Date.now()
    const { createdMs } = found
    if (!(createdMs >= nowMs - maxAgeMs && createdMs <= nowMs + maxFutureMs)) return false
    return keys.get(found.keyId)?.verify(found.base, found.signature) === true
  }
}
