import { importEcdsaVerifyingKey } from '../../crypto/import-ecdsa.js'
import type { VerifyingKey } from '../../crypto/key.js'
import { fail } from '../../errors.js'
import type { Clock } from '../../sources/monotonic-clock.js'
import { deadline } from '../../support/deadline.js'

/** A public key that a reporter signs with. */
export interface LeakReportKey {
  /** Id of the key, as the report names it. */
  readonly keyId: string
  /** P-256, PEM (SubjectPublicKeyInfo). */
  readonly publicKey: string
}

/** Keys that do not change, or how to fetch them. */
export type LeakReportKeys = readonly LeakReportKey[] | (() => Promise<readonly LeakReportKey[]>)

/** Any request can name an unknown key id; the reporter's keys may not be fetched each time. */
const COOLDOWN_MS = 60_000
/** A key that the reporter has withdrawn is forgotten after this. */
const MAX_AGE_MS = 86_400_000
const MAX_KEYS = 64

async function imported(keys: readonly LeakReportKey[]): Promise<ReadonlyMap<string, VerifyingKey>> {
  const known = new Map<string, VerifyingKey>()
  for (const { keyId, publicKey } of keys.slice(0, MAX_KEYS)) {
    // One key that is none must not cost the others.
    const key = await importEcdsaVerifyingKey(publicKey, { keyId, algorithm: 'ecdsa-p256-sha256' }).catch(
      () => undefined,
    )
    if (key !== undefined) known.set(keyId, key)
  }
  return known
}

/**
 * Looks keys of a reporter up by their id: fetched when first needed, again after a day, and for an unknown id at most once
 * a minute, once for all who wait. `undefined` means that the reporter does not list the id.
 *
 * @throws {CountersignError} from the look-up, `STORE_UNAVAILABLE` while it is unknown whether the id is the reporter's.
 */
export function reporterKeys(
  source: LeakReportKeys,
  { clock, timeoutMs }: { readonly clock: Clock; readonly timeoutMs: number },
): (keyId: string) => Promise<VerifyingKey | undefined> {
  if (typeof source !== 'function') {
    const keys = imported(source)
    return async (keyId) => (await keys).get(keyId)
  }
  let known: ReadonlyMap<string, VerifyingKey> | undefined
  let fetchedMs = Number.NEGATIVE_INFINITY
  let triedMs = Number.NEGATIVE_INFINITY
  let failed = false
  let running: Promise<void> | undefined
  const fetchKeys = async (): Promise<void> => {
    triedMs = clock.now()
    try {
      known = await imported(await deadline(source(), timeoutMs))
      fetchedMs = triedMs
      failed = false
    } catch {
      failed = true
    }
  }
  // A clock that is set back must not keep the keys of yesterday for ever.
  const past = (sinceMs: number, spanMs: number): boolean => !(Math.abs(clock.now() - sinceMs) < spanMs)
  return async (keyId) => {
    const old = past(fetchedMs, MAX_AGE_MS)
    if ((old || known?.has(keyId) !== true) && (running !== undefined || past(triedMs, COOLDOWN_MS))) {
      running ??= fetchKeys().finally(() => {
        running = undefined
      })
      await running
    }
    const key = past(fetchedMs, MAX_AGE_MS) ? undefined : known?.get(keyId)
    if (key === undefined && failed) fail('STORE_UNAVAILABLE', "the reporter's public keys could not be fetched")
    return key
  }
}
