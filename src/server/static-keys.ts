import { Secret } from '../crypto/secret.js'
import { CountersignError } from '../errors.js'
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
  const byId = new Map(records.map((record) => [record.key.keyId, hidden(record)]))
  if (byId.size !== records.length)
    throw new CountersignError('CONFIG_INVALID', 'staticKeys expected different key ids')
  for (const record of records) assertIpRules(record)
  return { get: (keyId) => byId.get(keyId), samples: () => records.map(({ key }) => key) }
}

/** A record goes into verdicts, and from there into logs. */
const hidden = (record: KeyRecord): KeyRecord =>
  typeof record.passphrase === 'string' ? { ...record, passphrase: Secret.fromText(record.passphrase) } : record
