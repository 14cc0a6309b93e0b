/** An event of a keyring, for the audit trail. No secret, no material. */
export interface KeyEvent {
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
  readonly atMs: number
  readonly keyId: string | undefined
  readonly keyVersion?: number
  readonly owner?: string
  readonly alg?: string
  readonly actor?: string
  readonly reason?: string | undefined
  readonly clientIp?: string | undefined
  /** The error, or further details. */
  readonly detail?: string
  readonly data?: Readonly<Record<string, string | number | boolean>>
}
