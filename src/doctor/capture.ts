/** The answer that refused a request. */
export interface Refusal {
  readonly status?: number
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  /** Body as text, '' where there is none. */
  readonly body: string
}

/** A part of a capture that was left out, or where something was assumed. */
export interface Unread {
  readonly part: string
  readonly problem: string
}

/** The forms in which a request can be pasted. */
export type CaptureFormat = 'http' | 'curl' | 'har' | 'fetch' | 'object'

/** One request as it was sent, read from whatever it was pasted as. */
export interface Capture {
  readonly format: CaptureFormat
  readonly method: string
  /** Absolute, with the characters that were pasted: nothing is encoded or decoded. */
  readonly url: string
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body?: Uint8Array
  /** The answer, where one was pasted with the request. */
  readonly refusal?: Refusal
  /** What was left out and what was assumed. */
  readonly unread: readonly Unread[]
}

/** A capture while it is read. */
export interface Draft {
  method: string
  url: string
  headers: Array<readonly [name: string, value: string]>
  body: Uint8Array | undefined
  refusal: Refusal | undefined
  unread: Unread[]
}

export const emptyDraft = (): Draft => ({
  method: '',
  url: '',
  headers: [],
  body: undefined,
  refusal: undefined,
  unread: [],
})

/** The first value of a header by its lower-case name. */
export const headerOf = (headers: Capture['headers'], lower: string): string | undefined =>
  headers.find(([name]) => name.toLowerCase() === lower)?.[1]
