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
  /** No account of the exchange has approved the key, or none does any more. */
  | 'NOT_APPROVED'

/** One thing to know about a key. */
export interface KeyFinding {
  /** What was found, as a word for programs. */
  readonly code: KeyFindingCode
  /** How bad it is. */
  readonly severity: 'danger' | 'warning' | 'info'
  /** For people. */
  readonly message: string
}

/** What an exchange says about a key, and what to think of it. */
export interface KeyReport {
  /** Id of the exchange. */
  readonly exchange: string
  /** By the exchange's names; `:read` behind one that may only read. */
  readonly permissions: readonly string[]
  /** Whether the key may move funds away. */
  readonly withdraw: boolean
  /** Whether the key may trade. */
  readonly trade: boolean
  /** `undefined` where the exchange does not say, or has no lists of addresses. */
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
  /** Why the exchange takes the key for no account, for people. */
  readonly unapproved?: string
}

/** What is known of the key that is asked about. */
export interface AskedKey {
  readonly keyId: string | undefined
  /** Of keys that have one beside their id. */
  readonly publicKey: string | undefined
}

/** One read. */
export interface KeyRead {
  readonly method?: 'GET' | 'POST'
  readonly path: string
  /** True where nothing is signed: the platform's `fetch` sends it. */
  readonly open?: true
  /** Of an open read: its JSON body. */
  readonly json?: unknown
  /** Of an open read: a token that stands for the account. */
  readonly bearer?: string
  /** The status that means that there is no such thing; the answer is then `undefined`. */
  readonly none?: number
}

/** Sends a read, and returns the JSON of an answer that refuses nothing. */
export type AskKey = (read: KeyRead) => Promise<unknown>

/** How one exchange judges keys. */
interface KeyRules {
  /** The exchange's code in an answer that refuses, whatever the status; `undefined` in any other. */
  readonly refusal: (answer: Readonly<Record<string, unknown>>) => unknown
  /** The exchange's rule for keys without an IP list: so many days, since they were made or last used. */
  readonly lifetime?: {
    readonly days: number
    readonly since: 'creation' | 'use'
    readonly applies?: (facts: KeyFacts, algorithm: KeyAlgorithm | undefined) => boolean
  }
  /** Why a shared secret is not the best that the exchange has; absent where it has nothing else, or nothing against it. */
  readonly hmac?: string
  /** True where no key is bound to addresses: there is nothing to find about it. */
  readonly noIpLists?: true
}

/** How one exchange reports on a key: in the answer to one signed read. */
export interface KeyAnswer extends KeyRules, Pick<KeyRead, 'method' | 'path'> {
  /** @throws {CountersignError} `EXCHANGE_REFUSED` for an answer that is not as the exchange's page says. */
  readonly read: (answer: unknown, keyId: string | undefined) => KeyFacts
}

/** The same where one answer leads to the next read, or none is signed. */
export interface KeyWalk extends KeyRules {
  /** @throws {CountersignError} as {@link KeyAnswer.read}; `CONFIG_INVALID` for a key that lacks what is asked for. */
  readonly walk: (ask: AskKey, key: AskedKey) => Promise<KeyFacts>
}

export type KeyCheck = KeyAnswer | KeyWalk
