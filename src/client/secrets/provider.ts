import type { Passphrase } from '../../crypto/format/pbes2.js'
import type { Secret } from '../../crypto/secret.js'

/** What a provider may use besides its reference. */
export interface SecretContext {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly timeoutMs: number
  /** What was read as the secret it was meant to be; `what` is its source, for errors. */
  clean(what: string, bytes: Uint8Array): Uint8Array
  /** Of a vault. */
  passphrase(): Promise<Passphrase>
  /** Vaults that this call has opened; each costs a second. */
  readonly opened: Map<string, Promise<ReadonlyMap<string, Secret>>>
}

/** Reads the secret of a reference, whose scheme is cut off. */
export type Provider = (rest: string, context: SecretContext) => Promise<Secret>

/** Longest secret, in bytes. */
export const MAX_SECRET_BYTES = 65_536
