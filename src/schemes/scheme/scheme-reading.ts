import type { Bytes } from '../../crypto/key.js'
import type { HttpRequest } from '../../message/message.js'
import type { SignedForm } from './signed-form.js'

/**
 * What a family of schemes brings for the doctor: how a request of it is found and read, what may have been signed in place of what
 * is verified, and with what else than the key. Data and pure functions: the doctor searches.
 */
export interface SchemeHypotheses {
  /** The schemes by the names that the option `scheme` takes. */
  readonly ids: readonly string[]
  /**
   * Reads a request.
   *
   * @param id one of `ids`; without it the request is read where its fields or parameters are those of one of them
   * @param beside what is signed and not in the request, such as the id of a webhook
   */
  readonly read: (request: HttpRequest, id: string | undefined, beside?: string) => SchemeReading | undefined
}

/** One request, read by the rules of one scheme. */
export interface SchemeReading {
  readonly id: string
  /** In words: `Stripe`. */
  readonly name: string
  /** `undefined` where so much is missing that nothing can be built. */
  readonly form: SignedForm | undefined
  /** Every signature that is there, as its text stands in the request. */
  readonly signatures: readonly SignatureText[]
  /** How the scheme writes them, in words: `hexadecimal`. */
  readonly encoding: string
  readonly keyId: string
  readonly keys: KeyReading
  /** The time that is given, where it is one, and how old and how far ahead it may be. */
  readonly time?: StatedTime
  /** What can be seen without a key. */
  readonly problems: readonly Problem[]
  /** What may be wrong where nothing that is known leads to the signature. */
  readonly suspects?: readonly Problem[]
  /** What is likely where the answer speaks of the signature, and no key was given. */
  readonly unchecked?: readonly Problem[]
  /** What to look at where nothing leads to it. */
  readonly hint?: string
}

export interface SignatureText {
  readonly text: string
  /** Its bytes, where it is written as it should be. */
  readonly right: Uint8Array | undefined
}

export interface StatedTime {
  readonly ms: number
  readonly pastMs: number
  readonly futureMs: number
}

/** Something that is wrong, or may be: see `Finding` of the doctor. */
export interface Problem {
  readonly id: string
  readonly certainty: 'proven' | 'likely' | 'possible'
  readonly cause: string
  readonly evidence: string
  readonly fix: string
}

/** What was done with a key where that is a mistake. */
export interface KeyFault {
  readonly id: string
  readonly cause: string
  readonly fix: string
  readonly detail?: string
}

/** How the text of a secret becomes what signs. */
export interface KeyReading {
  /** The first one is named where another was used. */
  readonly algorithms: readonly string[]
  /** The bytes of the secret as it is meant; `undefined` where the text has another form. A second secret comes as the passphrase. */
  readonly bytes: (text: string, passphrase?: string) => Uint8Array | undefined
  /** In words: `decoded from base64 behind "whsec_"`. */
  readonly reading: string
  /** Bytes that a program makes of the text by mistake, besides what it makes of any secret. */
  readonly others?: (
    text: string,
    passphrase?: string,
  ) => ReadonlyArray<{ readonly bytes: Uint8Array; readonly fault: KeyFault }>
  /** PEM or JWK of a public key that is written as the service shows it; `undefined` for other text. */
  readonly publicKey?: (text: string) => string | object | undefined | Promise<string | object | undefined>
  /** A public key that the message itself brings, where none is given. */
  readonly ownPublicKey?: object | undefined
  /** What signs, where it is no HMAC with these bytes: the scheme's function first, then what programs do in its place. */
  readonly functions?: readonly KeyFunction[]
}

/** Another way than the right one to make what signs. */
export interface KeyFunction {
  readonly make: (secret: Uint8Array) => (base: Bytes) => Uint8Array
  /** Absent for the right one. */
  readonly fault?: KeyFault
}
