import type { DiagnoseOptions, Finding } from './diagnosis.js'
import type { Received, SyncProbe } from './hunt.js'
import type { Mac } from './probes/mac.js'
import type { Subject } from './search.js'

/** What a scheme gives to the search. */
export interface Case {
  readonly name: string
  readonly subject: Subject<never> | undefined
  readonly received: readonly Received[]
  /** The signature as it was sent; `undefined` where the scheme shows the secret itself. */
  readonly signText: string | undefined
  readonly findings: readonly Finding[]
  readonly macs: (secret: NonNullable<DiagnoseOptions['secret']>) => readonly Mac[]
  readonly keyId: string
  readonly algorithms: readonly string[]
  readonly hidden: readonly string[]
  readonly passphrase?: (macs: readonly Mac[]) => Finding | undefined
  /** The tests of a scheme whose keys are not known by what they are but by what they are called; `undefined` without one. */
  readonly tests?: (options: DiagnoseOptions) => readonly SyncProbe[] | undefined
  /** What may be wrong where nothing that is known leads to the signature. */
  readonly suspects?: readonly Finding[]
  /** What is likely where the answer speaks of the signature, and no key was given. */
  readonly unchecked?: readonly Finding[]
  /** What to look at then. */
  readonly hint?: string
  /** What is wrong then, where that is known: in place of the words for a signature that nothing leads to. */
  readonly unfound?: Finding
  /** A public key that the message itself brings, where none is given. */
  readonly ownPublicKey?: object
  /** True where the key id is the thumbprint of the key (RFC 7638). */
  readonly isThumbprint?: boolean
  /** True where keys are written in base58: a text of 43 characters may be base64 as well. */
  readonly isBase58?: true
  /** PEM or JWK of a public key that is written as the service shows it. */
  readonly publicKey?: (text: string) => string | object | undefined | Promise<string | object | undefined>
}
