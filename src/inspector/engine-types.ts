import type { Capture, Diagnosis } from '../doctor/index.js'
import type { SignedParts } from './code.js'
import type { CheckForm, SignForm } from './forms.js'

/** A name and what it is. */
export type Fact = readonly [name: string, value: string]

/** One signature that a request states. */
export interface SignatureFacts {
  /** '' where a scheme has only one. */
  readonly label: string
  readonly facts: readonly Fact[]
  readonly covered: readonly string[]
  /** Why no more can be said of it. */
  readonly problem?: string
}

/** The request as it was read. */
export interface ReadRequest {
  readonly format: Capture['format']
  readonly method: string
  readonly url: string
  readonly headers: readonly Fact[]
  readonly body: string
  readonly unread: Capture['unread']
}

/** What was judged with. */
export type KeyUse = 'none' | 'secret' | 'public key'

export interface Checked {
  /** Absent where an answer was pasted without its request. */
  readonly request?: ReadRequest
  readonly signatures: readonly SignatureFacts[]
  readonly diagnosis: Diagnosis
  readonly keyUse: KeyUse
}

export interface Composed {
  /** The canonical string. */
  readonly base: string
  /** True at an exchange whose accounts have a passphrase. */
  readonly takesPassphrase: boolean
  /** True where the address of an account stands in for one that is not given. */
  readonly standsIn?: true
  /** Absent without a key. */
  readonly signed?: SignedParts
}

/** What stands in the way, in one sentence; `field` is the member of the form that it is about. */
export interface Problem {
  readonly problem: string
  readonly field?: string
}

/** The part of the page that knows schemes and keys. It is run when it is first needed. */
export interface Engine {
  schemes(): readonly string[]
  check(form: CheckForm, nowMs: number): Promise<Checked | Problem>
  compose(form: SignForm, nowMs: number): Promise<Composed | Problem>
}
