import type { KeyAlgorithm } from '../../crypto/algorithm.js'

/** What a finding is about. */
export type KeyFindingCode =
  /** A holder of the key can withdraw the funds. */
  | 'WITHDRAW_ENABLED'
  /** The key works from anywhere. */
  | 'NO_IP_LIST'
  /** The exchange does not say whether there is one. */
  | 'IP_LIST_UNKNOWN'
  | 'EXPIRED'
  | 'EXPIRES_SOON'
  /** It ends when it is not used for a while; this very read counted as a use. */
  | 'EXPIRES_IDLE'
  /** A shared secret, at an exchange that deprecates them. */
  | 'HMAC_KEY'
  /** Something was said to be needed that the key may not do. */
  | 'PERMISSION_MISSING'

/** One thing to know about a key. */
export interface KeyFinding {
  readonly code: KeyFindingCode
  readonly severity: 'danger' | 'warning' | 'info'
  /** For people. */
  readonly message: string
}

/** What an exchange says about a key, and what to think of it. */
export interface KeyReport {
  /** Id of the exchange. */
  readonly exchange: string
  /** By the exchange's own names; `:read` behind one that may only read. */
  readonly permissions: readonly string[]
  readonly withdraw: boolean
  readonly trade: boolean
  /** `undefined` where the exchange does not say. */
  readonly ipBound: boolean | undefined
  /** When the key ends, as the exchange says or by its rule for keys without an IP list; `undefined` for never or not known. */
  readonly expiresAtMs: number | undefined
  /** The worst first. */
  readonly findings: readonly KeyFinding[]
}

/** The facts in an exchange's answer. */
export interface KeyFacts extends Pick<KeyReport, 'permissions' | 'withdraw' | 'trade' | 'ipBound'> {
  readonly createdMs?: number | undefined
  /** As the exchange says. */
  readonly expiresAtMs?: number | undefined
}

/** How one exchange tells about a key. */
export interface KeyCheck {
  readonly method?: 'POST'
  readonly path: string
  /** The exchange's code in an answer that refuses, whatever the status; `undefined` in any other. */
  readonly refusal: (answer: Readonly<Record<string, unknown>>) => unknown
  /** @throws {CountersignError} `EXCHANGE_REFUSED` for an answer that is not as the exchange's page says. */
  readonly read: (answer: unknown, keyId: string | undefined) => KeyFacts
  /** The exchange's rule for keys without an IP list: so many days, since they were made or last used. */
  readonly lifetime?: {
    readonly days: number
    readonly since: 'creation' | 'use'
    readonly applies?: (facts: KeyFacts, algorithm: KeyAlgorithm | undefined) => boolean
  }
  /** Why a shared secret is not the best that the exchange has; absent where it has nothing else, or nothing against it. */
  readonly hmac?: string
}
