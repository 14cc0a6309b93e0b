/** An event of a keyring, for the audit trail. No secret, no material. */
export interface KeyEvent {
  /** What has happened. */
  readonly event:
    | 'key.create'
    | 'key.update'
    | 'key.rotate'
    | 'key.disable'
    | 'key.enable'
    | 'key.revoke'
    | 'key.expire'
    | 'key.leaked'
    | 'key.new_network'
    | 'key.rewrap'
    | 'key.bind'
    | 'store.unavailable'
    | 'store.corrupted'
  /** When, in milliseconds since the epoch. */
  readonly atMs: number
  /** The key that it is about. */
  readonly keyId: string | undefined
  /** Which version of the key. */
  readonly keyVersion?: number
  /** Who owns the key. */
  readonly owner?: string
  /** The algorithm of the key. */
  readonly alg?: string
  /** Who did it. */
  readonly actor?: string
  /** Why, in the words of who did it. */
  readonly reason?: string | undefined
  /** The address of who did it. */
  readonly clientIp?: string | undefined
  /** The error, or further details. */
  readonly detail?: string
  /** Further facts. Never a secret. */
  readonly data?: Readonly<Record<string, string | number | boolean>>
}
