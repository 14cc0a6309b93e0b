import type { Algorithm } from '../crypto/algorithm.js'
import type { VerifyingKey } from '../crypto/key.js'
import type { Secret } from '../crypto/secret.js'
import type { Refusal, Unread } from './capture.js'

/** How sure a finding is: tested with the key or plain from the bytes, named by a refusal, or worth a look. */
export type Certainty = 'proven' | 'likely' | 'possible'

/** One thing that is wrong, or may be. */
export interface Finding {
  /** Stable, lower case with hyphens. */
  readonly id: string
  /** How sure it is. */
  readonly certainty: Certainty
  /** One sentence. */
  readonly cause: string
  /** What it rests on. Never a secret. */
  readonly evidence: string
  /** What to change, in the caller's terms. */
  readonly fix: string
}

/** One line of what is signed. */
export interface DiagnosedLine {
  /** `missing`: not in what was signed. `extra`: only in what was signed. */
  readonly kind: 'same' | 'differs' | 'missing' | 'extra'
  /** As the verifier builds it. */
  readonly expected?: string
  /** As the sender signed it, where that is known. */
  readonly signed?: string
  /** From where to where each of the two differs from the other. */
  readonly marks?: readonly [expected: readonly [from: number, to: number], signed: readonly [from: number, to: number]]
}

/** What a signature came to; see {@link Diagnosis.signature}. */
export type SignatureVerdict = 'fits' | 'explained' | 'unexplained' | 'untested'

/** What was found. */
export interface Diagnosis {
  /** One of `schemeIds()`, of an exchange also with its variant: `coinbase/hmac`. `undefined` where none was found. */
  readonly scheme: string | undefined
  /**
   * True where the signature fits the request and the key as they are, and nothing that is proven speaks against the request:
   * with a digest of another body, or an age that is past, it is false although the signature fits.
   */
  readonly verified: boolean
  /**
   * The signature alone. `fits`: it is that of this request and this key. `explained`: it is so with the mistakes that the
   * findings name. `unexplained`: none that is known leads to it. `untested`: there was no key, or no signature to test.
   */
  readonly signature: SignatureVerdict
  /** The most certain first. */
  readonly findings: readonly Finding[]
  /** What the verifier builds, line by line, beside what was signed where that is known. */
  readonly base: readonly DiagnosedLine[]
  /** How many hypotheses were tested. */
  readonly tried: number
  /** What of the input could not be read. */
  readonly unread: readonly Unread[]
}

/** Options of {@link diagnose}. */
export interface DiagnoseOptions {
  /** `rfc9421`, the id of an exchange such as `okx`, or a scheme such as `stripe`: `schemeIds()`. Default: found by host, headers and parameters. */
  readonly scheme?: string | undefined
  /** One of the exchange's variants. Default: the first that fits. */
  readonly variant?: string | undefined
  /** The shared secret as people have it: as text every encoding of it is tried. */
  readonly secret?: string | Uint8Array | Secret | undefined
  /** The public key: PEM (also of a certificate), a JWK or JWK set (also as JSON), Ed25519 as services show it, the address of a wallet. */
  readonly publicKey?: string | object | undefined
  /** A key object in place of `secret` and `publicKey`. */
  readonly key?: VerifyingKey | undefined
  /** Of the key, for RFC 9421. Default: what the message names, else what the signature can be of. */
  readonly algorithm?: Algorithm | undefined
  /** The passphrase (memo) that the account has. */
  readonly passphrase?: string | undefined
  /** When the request was judged, in milliseconds since the epoch. Default: the `Date` of the refusal; without it no age is judged. */
  readonly nowMs?: number | undefined
  /** The text to sign that the other side shows. */
  readonly stringToSign?: string | undefined
  /** The answer: as it is on the wire, its body alone, or in parts. */
  readonly refusal?: string | Refusal | undefined
  /** How long hypotheses are tested, in milliseconds. Default 800. */
  readonly budgetMs?: number | undefined
}
