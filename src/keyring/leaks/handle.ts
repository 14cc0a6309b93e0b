import type { AuditEntry } from '../../audit/event.js'
import { assertOptions, fail, mustBe, type OptionNames } from '../../errors.js'
import { CLOCK, having, whole } from '../../support/option-kinds.js'
import type { Keyring } from '../keyring-options.js'
import type { Environment } from '../record/key-record.js'
import { githubReportKeys } from './github.js'
import { createLeakReportHandler, type LeakReportOptions, REPORTER_KEYS } from './report.js'

/** Set-up of {@link handleLeakReport}. */
export interface HandleLeakReportOptions
  extends Omit<LeakReportOptions, 'format' | 'find' | 'revoke' | 'audit' | 'publicKeys'> {
  /** The keyring, or one for each environment. Their sealing needs an `indexSecret`, or no secret is ever found. */
  readonly keyrings: Keyring | readonly Keyring[]
  /** The keyrings' own, by which a leaked secret is recognised. */
  readonly prefix: string
  /** Default: GitHub's. */
  readonly publicKeys?: LeakReportOptions['publicKeys']
  /** The audit log that holds what was reported and revoked. */
  readonly audit?: { record(entry: AuditEntry): void }
}

const AUDIT = /* @__PURE__ */ having('an audit log with record()', 'record')
const KNOWN: OptionNames<HandleLeakReportOptions> = {
  keyrings: 2,
  prefix: 2,
  publicKeys: REPORTER_KEYS,
  audit: AUDIT,
  maxBodyBytes: whole(1),
  maxTokens: whole(1),
  storeTimeoutMs: whole(1),
  timeoutMs: whole(1),
  clock: CLOCK,
}

/**
 * {@link createLeakReportHandler} over a keyring: a secret that a scanning partner found is looked up by its keyed hash and
 * revoked at once, on every node.
 *
 * @throws {CountersignError} `CONFIG_INVALID`
 * @example
 * ```ts
 * import { handleLeakReport, type Keyring } from 'countersign/keyring'
 *
 * declare const keyring: Keyring
 *
 * export const POST = handleLeakReport({ keyrings: keyring, prefix: 'acme' })
 * ```
 */
export function handleLeakReport(options: HandleLeakReportOptions): (request: Request) => Promise<Response> {
  const read = readable(options)
  assertOptions('handleLeakReport', read, KNOWN)
  const { keyrings, prefix, audit, publicKeys = githubReportKeys(), ...limits } = read
  const byEnvironment = new Map<Environment, Keyring>()
  for (const keyring of Array.isArray(keyrings) ? (keyrings as readonly Keyring[]) : [keyrings as Keyring]) {
    mustBe(typeof keyring?.findBySecret === 'function', 'keyrings', 'a keyring, or a list of them', keyring)
    if (byEnvironment.has(keyring.environment)) fail('CONFIG_INVALID', '"keyrings" must be one for each environment')
    byEnvironment.set(keyring.environment, keyring)
  }
  if (byEnvironment.size === 0) fail('CONFIG_INVALID', '"keyrings" must be at least one keyring')
  return createLeakReportHandler({
    ...limits,
    format: { prefix },
    publicKeys,
    find: (secret, environment) => byEnvironment.get(environment)?.findBySecret(secret),
    revoke: (keyId, { reason }) => {
      const environment = keyId.split('_')[1] as Environment
      return byEnvironment.get(environment)?.revoke(keyId, { actor: 'leak-report', reason })
    },
    ...(audit !== undefined && { audit: (event) => audit.record(event) }),
  })
}

function readable(options: HandleLeakReportOptions): HandleLeakReportOptions {
  try {
    return { ...options }
  } catch {
    fail('CONFIG_INVALID', 'handleLeakReport: options must have members that can be read')
  }
}
