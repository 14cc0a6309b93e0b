import type { VerdictCode } from '../errors.js'
import type { ExchangeVerifyScheme } from '../exchange/verifier/verifier.js'
import type { EndRule, ExchangeAnswers } from './answers.js'
import type { Book } from './calls/book.js'
import type { CallProblem } from './calls/call.js'
import type { Court } from './judge.js'

/** What arrived at a mock, and what became of it. Holds no secret, no signature and no token. */
export interface MockRequest {
  /** How it arrived. */
  readonly via: 'http' | 'socket'
  /** `GET`, `POST` …; on a socket the name of the signed message (`login` …), `upgrade`, `token`, or `message`. */
  readonly method: string
  /** Without query; '' for a message on an open socket. */
  readonly path: string
  /** What was asked for by query, form or message, without authentication. A repeated name is a list. */
  readonly params: Readonly<Record<string, unknown>>
  /** A JSON body, without authentication; `undefined` where there was none. */
  readonly json: unknown
  /** The API key that was named: proven where {@link MockRequest.code} is `undefined`. */
  readonly keyId: string | undefined
  /** The mock's time. */
  readonly receivedMs: number
  /** Why it was refused, in the words of a verifier; `undefined` for what was accepted. */
  readonly code: VerdictCode | undefined
  /**
   * What was wrong with a call that was signed rightly, or needs no signature: a path that the exchange does not have, a parameter
   * that is `absent`, a `word` such as the side of an order in another exchange's spelling, an unknown `symbol` or `order`, too
   * little `funds`.
   */
  readonly problem?: CallProblem
  /** HTTP status of the answer, also where an exchange refuses with 200; 101 for an open socket. */
  readonly status: number
}

/** Answers a request in place of the mock: JSON, or a `Response` as it is. */
export type MockRoute = (request: MockRequest) => unknown

/** Answers a message on a socket that is no login: with JSON, text, or nothing (`undefined`). */
export type MockListener = (message: unknown, by: { readonly keyId: string | undefined }) => unknown

/** The parts of a running mock that its halves share. */
export interface Inside extends Court {
  readonly scheme: ExchangeVerifyScheme
  readonly options: Readonly<Record<string, unknown>>
  readonly answers: ExchangeAnswers
  readonly routes: Readonly<Record<string, MockRoute>>
  readonly publicRoutes: Readonly<Record<string, MockRoute>>
  /** Without one every path is answered. */
  readonly book: Book | undefined
  /** At exchanges whose orders state an end of their own. */
  readonly ends: EndRule | undefined
  readonly listener: MockListener | undefined
  readonly maxBodyBytes: number
  /** Texts that no answer and no log may repeat. */
  readonly secrets: ReadonlySet<string>
  /** Tokens for the socket that were handed out, and whose. */
  readonly tokens: Map<string, string>
  readonly socketUrl: () => string
  readonly log: (request: MockRequest) => void
  readonly nextId: () => number
}

/** The route of a request: its own, or one that ends with `*`. */
export function routeFor<R>(routes: Readonly<Record<string, R>>, what: string): R | undefined {
  if (Object.hasOwn(routes, what)) return routes[what]
  const name = Object.keys(routes).find((one) => one.endsWith('*') && what.startsWith(one.slice(0, -1)))
  return name === undefined ? undefined : routes[name]
}

const MASK = '[secret]'

/** The same with secrets and tokens masked, wherever a client put one. */
export function masked(value: unknown, inside: Pick<Inside, 'secrets' | 'tokens'>): unknown {
  if (typeof value === 'string') return inside.secrets.has(value) ? MASK : withoutTokens(value, inside)
  if (Array.isArray(value)) return value.map((one) => masked(one, inside))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, masked(one, inside)]))
}

/** A text, such as a path, without the tokens that stand inside. */
export function withoutTokens(text: string, { tokens }: Pick<Inside, 'tokens'>): string {
  let out = text
  for (const token of tokens.keys()) if (out.includes(token)) out = out.replaceAll(token, MASK)
  return out
}
