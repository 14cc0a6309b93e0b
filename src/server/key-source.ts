import { assertIpRules } from '../access/ip-rules.js'
import { assertKeyPolicy } from '../access/key-policy.js'
import type { KeyRecord } from '../access/key-record.js'
import { assertRateRule } from '../access/rate-limit.js'
import type { VerifyingKey } from '../crypto/key.js'
import { Secret } from '../crypto/secret.js'
import { fail, kindOf } from '../errors.js'
import type { CarriedKey } from '../schemes/scheme.js'
import { assertRecord } from './steps/key-lookup.js'
import type { Verdict } from './verdict.js'

/** Where a server finds its keys. `undefined` means unknown; throwing means the store is down. */
export interface KeySource {
  /**
   * Asked once per request, and once more after a body that had to be waited for: keys are revoked meanwhile.
   * `carried` is a key that the message brought, where its scheme has such keys.
   */
  get(keyId: string, carried?: CarriedKey): KeyRecord | undefined | Promise<KeyRecord | undefined>
  /**
   * Keys that stand for unknown ones until the first known one was asked for, one per algorithm in use, so that the time of a
   * refusal reveals nothing from the first request on. Asked once, when a verifier is made.
   */
  samples?(): readonly VerifyingKey[]
  /** Called with every verdict on a key that exists. It must not throw, and it must not wait. */
  used?(keyId: string, verdict: Verdict, nowMs: number): void
}

/**
 * A key source over a fixed list, for tests, demos and services whose keys come with the deployment.
 *
 * @throws {CountersignError} `CONFIG_INVALID` when two records have the same key id, or one has a member that
 *   no record has or that cannot be meant: a misspelt limit would be none.
 * @example
 * ```ts
 * import { hmacKey, randomBytes, staticKeys } from 'countersign/server'
 *
 * const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * const keys = staticKeys([{ key, owner: 'alice' }])
 * ```
 */
export function staticKeys(records: readonly KeyRecord[]): KeySource {
  if (!Array.isArray(records)) fail('CONFIG_INVALID', `staticKeys: records must be an array, got ${kindOf(records)}`)
  for (const [at, record] of records.entries()) {
    // A rule under a misspelt name would be no rule.
    assertRecord(`staticKeys: record ${at}`, record)
    if (record.policy !== undefined) assertKeyPolicy(record.policy)
    if (record.rateLimit !== undefined) assertRateRule(record.rateLimit)
  }
  const byId = new Map(records.map((record) => [record.key.keyId, hidden(record)]))
  if (byId.size !== records.length) fail('CONFIG_INVALID', 'staticKeys: records must have different key ids')
  for (const record of records) assertIpRules(record)
  return { get: (keyId) => byId.get(keyId), samples: () => records.map(({ key }) => key) }
}

/** A record goes into verdicts, and from there into logs. */
const hidden = (record: KeyRecord): KeyRecord =>
  typeof record.passphrase === 'string' ? { ...record, passphrase: Secret.fromText(record.passphrase) } : record
