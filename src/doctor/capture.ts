/** The answer that refused a request. */
export interface Refusal {
  /** The status, where it was captured. */
  readonly status?: number
  /** The fields of the answer. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  /** Body as text, '' where there is none. */
  readonly body: string
}

/** A part of a capture that was left out, or where something was assumed. */
export interface Unread {
  /** Which part of the capture it is. */
  readonly part: string
  /** Why it could not be read. */
  readonly problem: string
}

const FORMATS = [
  'http',
  'curl',
  'powershell',
  'httpie',
  'python',
  'program',
  'printed',
  'har',
  'postman',
  'fetch',
  'object',
] as const

/** The forms in which a request can be pasted; a call of axios is one of `fetch`. */
export type CaptureFormat = (typeof FORMATS)[number]

/** One request as it was sent, read from whatever it was pasted as. */
export interface Capture {
  /** What kind of text it was read from. */
  readonly format: CaptureFormat
  /** Method of the request. */
  readonly method: string
  /** Absolute, with the characters that were pasted: nothing is encoded or decoded. */
  readonly url: string
  /** The fields as they were sent, in their order. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  /** The body, where it was captured. */
  readonly body?: Uint8Array
  /** The answer, where one was pasted with the request. */
  readonly refusal?: Refusal
  /** What was left out and what was assumed. */
  readonly unread: readonly Unread[]
}

/** Of a body that was sent, and is not in what was pasted. */
export const NOT_SHOWN = 'the text shows no body, and says that one was sent'

/** Of what stands for headers that were sent, and are not in what was pasted. */
export const NOT_ALL = 'what it stands for is not shown, so that headers may have been sent that are not here'

/** Ends what is said of every part that the text does not show the value of. */
export const UNKNOWN = 'its value is not known'

/** Of what holds a variable of the shell that was set elsewhere. */
export const VARIABLE: string = `a variable of the shell stands in it; ${UNKNOWN}`

/** Of a text of a program with a name in it. */
export const TEMPLATE: string = `a variable stands in the text; ${UNKNOWN}`

/** Of an expression of a program. */
export const EXPRESSION: string = `an expression stands there; ${UNKNOWN}`

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

const isPair = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && value.every((one) => typeof one === 'string')

/** True for what `readCapture` returns, as against another object. */
export function isCapture(value: unknown): value is Capture {
  if (typeof value !== 'object' || value === null) return false
  const { format, method, url, headers, body, refusal, unread } = value as Readonly<Record<string, unknown>>
  return (
    FORMATS.includes(format as CaptureFormat) &&
    typeof method === 'string' &&
    typeof url === 'string' &&
    Array.isArray(headers) &&
    headers.every(isPair) &&
    (body === undefined || body instanceof Uint8Array) &&
    (refusal === undefined || isRefusal(refusal)) &&
    Array.isArray(unread)
  )
}

/** True for an answer in parts. */
export function isRefusal(value: unknown): value is Refusal {
  if (typeof value !== 'object' || value === null) return false
  const { headers, body } = value as Readonly<Record<string, unknown>>
  return typeof body === 'string' && Array.isArray(headers) && headers.every(isPair)
}
