import { utf8Decode } from '../crypto/encoding.js'
import { randomNonce } from '../crypto/random.js'
import { CountersignError, fail, isCountersignError } from '../errors.js'
import type { OpenedSession, SessionAnswer } from '../schemes/scheme/session.js'
import type { Service } from '../schemes/scheme.js'
import type { Clock } from '../sources/sources.js'
import { timeOf } from '../support/asked.js'
import { deadline } from '../support/deadline.js'
import { readSource } from './fetch/body.js'
import type { TransportOption } from './fetch/options.js'

export type { OpenedSession, SessionAnswer } from '../schemes/scheme/session.js'

/** How the sessions of one service are opened: what is asked for, and what the answer holds. It sends nothing itself. */
export interface SessionLogin<I extends RequestInit = RequestInit> {
  /** For people, in errors. */
  readonly name: string
  /** Where the session counts: its fields are shown to these origins and to no other. */
  readonly service: Pick<Service<I>, 'origins' | 'buildRequest' | 'fetchInit' | 'assertOwn'>
  /** The request that opens one. */
  request(): LoginRequest | Promise<LoginRequest>
  /**
   * The session that an answer opens.
   *
   * @throws {CountersignError} for an answer that opens none; nothing of it may be repeated.
   */
  open(answer: SessionAnswer): OpenedSession
  /** Refuses a socket that the session is not for. Without it no socket is shown the session. */
  assertSocket?(url: string): void
}

/** A request as `sign` of an exchange's signer returns it. */
export interface LoginRequest {
  /** Method of the request. */
  readonly method: string
  /** Where it goes. */
  readonly url: string
  /** Its fields, signed where the login is. */
  readonly headers: Readonly<Record<string, string>>
  /** Its body, where it has one. */
  readonly body?: string
}

/** A session that is open. */
export interface Session extends OpenedSession {
  /** A name for it in this process, which stands for it where a signature is expected. */
  readonly handle: string
  readonly openedAtMs: number
  readonly endsAtMs: number
}

/** What {@link openSession} works with. */
export interface SessionOpening {
  readonly transport: NonNullable<TransportOption['fetch']>
  readonly clock: Clock
  readonly timeoutMs: number
}

const MAX_ANSWER_BYTES = 65_536

/**
 * Logs in once.
 *
 * @throws {CountersignError} `EXCHANGE_REFUSED` for an answer that opens nothing, and where request and answer take too long.
 */
export async function openSession(
  login: SessionLogin<never>,
  { transport, clock, timeoutMs }: SessionOpening,
): Promise<Session> {
  const ended = new AbortController()
  const late = (): CountersignError => {
    ended.abort()
    return new CountersignError(
      'EXCHANGE_REFUSED',
      `the login at ${login.name} must be answered within ${timeoutMs} ms`,
    )
  }
  const ask = async (): Promise<SessionAnswer> => {
    // Whatever signs it may hang as well: a device, a service of keys.
    const { url, ...init } = await login.request()
    ended.signal.throwIfAborted()
    // A login goes where it is meant for, and nowhere else.
    const response = (await transport(url, { ...init, redirect: 'manual', signal: ended.signal })) as Response
    const { status, headers } = response
    return { status, headers, body: await jsonOf(response, ended.signal), receivedMs: timeOf(clock) }
  }
  const answer = await deadline(ask(), timeoutMs, late)
  const { receivedMs: openedAtMs } = answer
  const opened = openedBy(login, answer)
  return { ...opened, handle: randomNonce(), openedAtMs, endsAtMs: openedAtMs + opened.lifeMs }
}

/** The JSON of a login's answer. */
async function jsonOf({ body }: Response, signal: AbortSignal): Promise<unknown> {
  if (body === null) return undefined
  try {
    return JSON.parse(utf8Decode(await readSource(body, MAX_ANSWER_BYTES, signal)) ?? '')
  } catch {
    return undefined
  }
}

/** What an answer opened. What the exchange wrote is not repeated: it may hold what it was sent. */
function openedBy(login: SessionLogin<never>, answer: SessionAnswer): OpenedSession {
  const { name } = login
  const { status } = answer
  if (status !== 200) fail('EXCHANGE_REFUSED', `the login at ${name} was refused with status ${status}`)
  try {
    const opened = login.open(answer)
    if (opened.lifeMs > 0) return opened
  } catch (error) {
    if (isCountersignError(error)) throw error
  }
  return fail('EXCHANGE_REFUSED', `the answer to the login at ${name} must open a session, and holds none`)
}
