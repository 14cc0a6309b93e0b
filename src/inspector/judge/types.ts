import type { Algorithm } from '../../crypto/algorithm.js'

/** The forms in which a request can be pasted. */
export type CaptureFormat = 'http' | 'curl' | 'har' | 'fetch' | 'object'

/** One request as it was sent. */
export interface Capture {
  readonly format: CaptureFormat
  readonly method: string
  /** Absolute, with the characters that were pasted. */
  readonly url: string
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body?: Uint8Array
  /** What was left out and what was assumed. */
  readonly unread: ReadonlyArray<{ readonly part: string; readonly problem: string }>
}

/** One thing that is wrong, or may be. */
export interface Finding {
  readonly id: string
  readonly certainty: 'proven' | 'likely' | 'possible'
  readonly cause: string
  readonly evidence: string
  readonly fix: string
}

/** One line of what is signed. `missing`: not in what was signed. `extra`: only in what was signed. */
export interface DiagnosedLine {
  readonly kind: 'same' | 'differs' | 'missing' | 'extra'
  readonly expected?: string
  readonly signed?: string
  /** From where to where each of the two differs from the other. */
  readonly marks?: readonly [expected: readonly [from: number, to: number], signed: readonly [from: number, to: number]]
}

/** What was found. */
export interface Diagnosis {
  readonly scheme: string | undefined
  readonly verified: boolean
  readonly findings: readonly Finding[]
  readonly base: readonly DiagnosedLine[]
  readonly tried: number
  readonly unread: Capture['unread']
}

/** What a request is judged with. */
export interface DiagnoseOptions {
  readonly scheme?: string
  readonly secret?: string | Uint8Array
  readonly publicKey?: string | object
  readonly algorithm?: Algorithm
  readonly passphrase?: string
  readonly nowMs?: number
  readonly stringToSign?: string
}
