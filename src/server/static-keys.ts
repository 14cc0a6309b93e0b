import { Secret } from '../crypto/secret.js'
import { assertOptions, CountersignError, kindOf, type OptionNames } from '../errors.js'
import { assertIpRules } from './ip-rules.js'
import type { KeyRecord, KeySource } from './key-source.js'

/**
 * A key source over a fixed list, for tests, demos and services whose keys come with the deployment.
 *
 * @throws {CountersignError} `CONFIG_INVALID` when two records have the same key id, or address rules that cannot be read.
 * @example
 * ```ts
 * import { hmacKey, randomBytes, staticKeys } from 'countersign/server'
 *
 * const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * const keys = staticKeys([{ key, owner: 'alice' }])
 * ```
 */
export function staticKeys(records: readonly KeyRecord[]): KeySource {
  if (!Array.isArray(records))
    throw new CountersignError('CONFIG_INVALID', `staticKeys: records must be an array, got ${kindOf(records)}`)
  for (const [at, record] of records.entries()) {
    // A rule under a misspelt name would be no rule.
    assertOptions(`staticKeys: record ${at}`, record ?? null, KNOWN, HINTS)
    if (typeof record.key?.verify !== 'function')
      throw new CountersignError(
        'CONFIG_INVALID',
        `staticKeys: record ${at}: "key" must be a verifying key, got ${kindOf(record.key)}`,
      )
  }
  const byId = new Map(records.map((record) => [record.key.keyId, hidden(record)]))
  if (byId.size !== records.length)
    throw new CountersignError('CONFIG_INVALID', 'staticKeys expected different key ids')
  for (const record of records) assertIpRules(record)
  return { get: (keyId) => byId.get(keyId), samples: () => records.map(({ key }) => key) }
}

const KNOWN: OptionNames<KeyRecord> = {
  key: 1,
  owner: 1,
  status: 1,
  passphrase: 1,
  notBeforeMs: 1,
  expiresAtMs: 1,
  scopes: 1,
  allowIp: 1,
  denyIp: 1,
  allowZeroPrefix: 1,
  policy: 1,
  rateLimit: 1,
  lineage: 1,
  version: 1,
  replacedBy: 1,
}
const HINTS = { allowIPs: 'allowIp', ips: 'allowIp', expiresIn: 'expiresAtMs', rateLimits: 'rateLimit' }

/** A record goes into verdicts, and from there into logs. */
const hidden = (record: KeyRecord): KeyRecord =>
  typeof record.passphrase === 'string' ? { ...record, passphrase: Secret.fromText(record.passphrase) } : record
