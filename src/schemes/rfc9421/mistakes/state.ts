import type { Bytes } from '../../../crypto/key.js'

/** One line of a signature base. */
export interface BaseLine {
  /** Component name without its parameters: `@path`, `content-type`. */
  readonly name: string
  /** As it stands in the base, quoted and with its parameters. */
  readonly id: string
  readonly value: string
}

/** What a sender may have signed: the lines, the parameters, and how they were joined. */
export interface BaseState {
  readonly lines: readonly BaseLine[]
  /** The value of the last line: `("@method");created=1`. */
  readonly params: string
  /** `undefined`: as RFC 9421 2.5 joins them. */
  readonly write?: (state: BaseState) => Bytes
  /** `http` or `https` of the request. */
  readonly scheme: string
  /** Path and query of the request as they were sent. */
  readonly target: string
  readonly authority: string
  /** As it was sent, where that is another case. */
  readonly sentAuthority?: string
  /** Other values of the content digest: those of bodies that the sender may have hashed. */
  readonly digests: () => Iterable<readonly [value: string, of: string]>
  /** Where proxies name the host that the client used. */
  readonly hosts: readonly string[]
  /** Path and query as the client sent them, where proxies that rewrote them say so. */
  readonly targets: readonly string[]
}

export const lineOf = ({ id, value }: BaseLine): string => `${id}: ${value}`

/** Lines and parameters as RFC 9421 2.5 joins them. */
export const linesText = ({ lines, params }: BaseState): string =>
  [...lines.map(lineOf), `"@signature-params": ${params}`].join('\n')

/** What is signed in a state. */
export const baseText = (state: BaseState): Bytes => (state.write === undefined ? linesText(state) : state.write(state))

export const valueAt =
  (name: string): ((state: BaseState) => string | undefined) =>
  ({ lines }) =>
    lines.find((line) => line.name === name)?.value
export const withValue =
  (name: string): ((state: BaseState, value: string) => BaseState) =>
  (state, value) => ({
    ...state,
    lines: state.lines.map((line) => (line.name === name ? { ...line, value } : line)),
  })
