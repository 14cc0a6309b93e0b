import { utf8, utf8Decode } from '../crypto/encoding.js'
import { randomNonce } from '../crypto/random.js'
import {
  assertInteger,
  assertOptions,
  CountersignError,
  fail,
  isCountersignError,
  mustBe,
  type OptionNames,
} from '../errors.js'
import { type HttpMessage, type HttpRequest, isRequest, withFields } from '../message/message.js'
import type { Service, Signer } from '../schemes/scheme.js'
import { type Clock, systemClock } from '../sources/sources.js'
import { assertParts, CLOCK, FETCH, timeOf } from '../support/asked.js'
import { deadline, isPromise } from '../support/deadline.js'
import { readSource } from './fetch/body.js'
import type { TransportOption } from './fetch/options.js'
import type { SocketLogin } from './socket/login.js'

/** The answer to a login, read. */
export interface SessionAnswer {
  readonly status: number
  readonly headers: Headers
  /** Its JSON; `undefined` for anything else. */
  readonly body: unknown
  /** When it arrived, by the signer's clock. */
  readonly receivedMs: number
}

/** What a login opened. */
export interface OpenedSession {
  /** Fields that every request shows until the end: a cookie, a token. */
  readonly fields: Readonly<Record<string, string>>
  /** For how long, counted from the answer. */
  readonly lifeMs: number
  /** What a socket is told, where that differs from the fields. */
  readonly messages?: readonly string[]
}

/** How the sessions of one service are opened: what is asked for, and what the answer holds. It sends nothing itself. */
export interface SessionLogin<I extends RequestInit = RequestInit> {
  /** For people, in errors. */
  readonly name: string
  /** Where the session counts: its fields are shown to these origins and to no other. */
  readonly service: Pick<Service<I>, 'origins' | 'buildRequest' | 'assertOwn'>
  /** The request that opens one. */
  request(): LoginRequest | Promise<LoginRequest>
  /** @throws {CountersignError} for an answer that opens none; nothing of it may be repeated. */
  open(answer: SessionAnswer): OpenedSession
  /** Refuses a socket that the session is not for. */
  assertSocket?(url: string): void
}

/** A request as `sign` of an exchange's signer returns it. */
export interface LoginRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** Options of {@link sessionSigner}. */
export interface SessionOptions extends TransportOption {
  /** What time the ends of sessions are counted by. Default: this machine's clock. */
  readonly clock?: Clock
  /** How long before its end a session is replaced. Default 30 000, and no more than half of its life. */
  readonly renewBeforeMs?: number
  /** How long a login may take. Default 10 000. */
  readonly loginTimeoutMs?: number
}

/** A signer that shows a session. */
export interface SessionSigner<I extends RequestInit = RequestInit> extends Signer {
  readonly service: Service<I>
  /** What makes a socket the session's: the `login` of `openExchangeSocket`. */
  login(): Promise<SocketLogin & { readonly expiresAtMs: number }>
  /** Forgets the session, such as one whose account was changed: the next request opens another. */
  forget(): void
}

const KNOWN: OptionNames<SessionOptions> = { fetch: 1, clock: 1, renewBeforeMs: 1, loginTimeoutMs: 1 }
const HINTS = { renewMs: 'renewBeforeMs', timeoutMs: 'loginTimeoutMs', baseUrl: '"baseUrl" of the login' }
const MAX_ANSWER_BYTES = 65_536
/** A session as young as this is not the reason for a refusal: another login would only meet the next one. */
const YOUNG_MS = 5_000

interface Session extends OpenedSession {
  readonly handle: string
  readonly openedAtMs: number
  readonly endsAtMs: number
}

/**
 * A signer for services that open a session: it logs in before the first request, shows what the login opened with each, logs in
 * again before the session ends, and once more where a request is refused with 401. Concurrent requests share one login. Pass it to
 * `createSignedFetch` as any other signer. NOTHING IS SIGNED with it: a reader of one request has the session until it ends.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be right. Requests reject with `EXCHANGE_REFUSED` where the
 *   login is refused or takes too long, which no later request is held to.
 * @example
 * ```ts
 * import { createSignedFetch, sessionSigner } from 'countersign/client'
 * import { grvtLogin } from 'countersign/exchange/logins/grvt'
 *
 * const session = sessionSigner(grvtLogin({ apiKey: 'key', environment: 'testnet' }))
 * const grvtFetch = createSignedFetch(session)
 * export const openOrders = () =>
 *   grvtFetch('/full/v1/open_orders', { method: 'POST', json: { sub_account_id: '1' } })
 * ```
 */
export function sessionSigner<I extends RequestInit>(
  login: SessionLogin<I>,
  options: SessionOptions = {},
): SessionSigner<I> {
  mustBe(
    typeof login?.request === 'function' && typeof login.open === 'function',
    'login',
    'a login, such as grvtLogin({ apiKey })',
    login,
    'CONFIG_INVALID',
    'sessionSigner: ',
  )
  assertOptions('sessionSigner', options, KNOWN, HINTS)
  assertParts('sessionSigner', options, CLOCK, FETCH)
  const { name, service } = login
  const { clock = systemClock, renewBeforeMs = 30_000, loginTimeoutMs = 10_000 } = options
  const { fetch: transport = (url: string, init: object) => globalThis.fetch(url, init) } = options
  assertInteger('renewBeforeMs', renewBeforeMs, 0, 86_400_000)
  assertInteger('loginTimeoutMs', loginTimeoutMs, 1, 600_000)

  const open = async (): Promise<Session> => {
    const { url, ...init } = await login.request()
    const ended = new AbortController()
    const late = (): CountersignError => {
      ended.abort()
      return new CountersignError(
        'EXCHANGE_REFUSED',
        `the login at ${name} must be answered within ${loginTimeoutMs} ms`,
      )
    }
    const answer = await deadline(
      (async () => {
        // A login goes where it is meant for, and nowhere else.
        const response = (await transport(url, { ...init, redirect: 'manual', signal: ended.signal })) as Response
        const { status, headers } = response
        return { status, headers, body: await jsonOf(response, ended.signal), receivedMs: timeOf(clock) }
      })(),
      loginTimeoutMs,
      late,
    )
    const { receivedMs: openedAtMs } = answer
    const opened = openedBy(login, answer)
    return { ...opened, handle: randomNonce(), openedAtMs, endsAtMs: openedAtMs + opened.lifeMs }
  }

  let current: Session | undefined
  let opening: Promise<Session> | undefined
  // Of requests that are under way: a session may be replaced between the two halves of a signature.
  const sessions = new Map<string, Session>()
  const shownBy = new WeakMap<object, Session>()

  const fresh = (): Session | Promise<Session> => {
    if (current !== undefined) {
      const before = Math.min(renewBeforeMs, current.lifeMs / 2)
      if (timeOf(clock) < current.endsAtMs - before) return current
    }
    opening ??= open()
      .then((made) => {
        sessions.set(made.handle, made)
        for (const handle of sessions.keys()) if (sessions.size > MOST_SESSIONS) sessions.delete(handle)
        current = made
        return made
      })
      .finally(() => {
        opening = undefined
      })
    return opening
  }

  const shown = <M extends HttpMessage>(message: M, signature: Uint8Array | string): M => {
    const handle = typeof signature === 'string' ? signature : (utf8Decode(signature) ?? '')
    const session = sessions.get(handle)
    if (session === undefined)
      return fail('CONFIG_INVALID', 'a session is shown by its own signer, and by no other key')
    const fields = [...message.fields]
    for (const [field, value] of Object.entries(session.fields)) {
      for (let at = 0; at < fields.length; at += 2)
        if (fields[at]?.toLowerCase() === field.toLowerCase())
          fail('MESSAGE_MALFORMED', `the request has a "${field}" already`)
      fields.push(field, value)
    }
    const signed = withFields(message, fields)
    shownBy.set(signed, session)
    return signed
  }

  return {
    scheme: {
      id: 'session',
      prepare: (message) => {
        if (!isRequest(message)) fail('MESSAGE_MALFORMED', 'the message must be a request')
        return {
          base: '',
          encoding: 'hex',
          attach: (signature) => shown(message, signature),
          trace: () => ({ scheme: 'session', base: '', covered: [] }),
        }
      },
    },
    key: {
      keyId: name,
      algorithm: 'hmac-sha256',
      // A name of the session in this process, so that no other scheme can make it send the session itself.
      sign: (base) => {
        if (base.length > 0) return fail('CONFIG_INVALID', 'a session is shown as it is: it signs nothing')
        const session = fresh()
        return isPromise(session) ? session.then(({ handle }) => utf8(handle)) : utf8(session.handle)
      },
    },
    service: {
      origins: service.origins,
      clock,
      buildRequest: service.buildRequest,
      ...(service.assertOwn && { assertOwn: service.assertOwn }),
      // A 401 is the session's end, see `learn`.
      isClockError: () => false,
    },
    learn: ({ status }: { readonly status: number }, request: HttpRequest) => {
      if (status !== 401) return false
      const session = shownBy.get(request)
      if (session === undefined) return false
      // Another request has noticed already.
      if (session !== current) return true
      if (timeOf(clock) - session.openedAtMs < YOUNG_MS) return false
      current = undefined
      return true
    },
    login: async () => {
      const { fields, messages = [], endsAtMs } = await fresh()
      const made = messages.length > 0 ? { messages } : { messages, headers: fields }
      const { assertSocket } = login
      return Object.defineProperty({ ...made, expiresAtMs: endsAtMs }, 'assertSocket', { value: assertSocket })
    },
    forget: () => {
      current = undefined
    },
  }
}

/** More are not shown at a time: each lives for minutes at least. */
const MOST_SESSIONS = 8

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
function openedBy({ name, open }: SessionLogin, answer: SessionAnswer): OpenedSession {
  const { status } = answer
  if (status !== 200) fail('EXCHANGE_REFUSED', `the login at ${name} was refused with status ${status}`)
  try {
    const opened = open(answer)
    if (opened.lifeMs > 0) return opened
  } catch (error) {
    if (isCountersignError(error)) throw error
  }
  return fail('EXCHANGE_REFUSED', `the answer to the login at ${name} must open a session, and holds none`)
}
