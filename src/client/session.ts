import { utf8, utf8Decode } from '../crypto/encoding.js'
import { assertInteger, assertOptions, fail, mustBe, type OptionNames } from '../errors.js'
import { type HttpMessage, type HttpRequest, isRequest, withFields } from '../message/message.js'
import type { Service, Signer } from '../schemes/scheme.js'
import { type Clock, systemClock } from '../sources/sources.js'
import { assertParts, assertUnit, CLOCK, FETCH, timeOf } from '../support/asked.js'
import { isPromise } from '../support/deadline.js'
import type { TransportOption } from './fetch/options.js'
import { assertOrigin } from './fetch/origins.js'
import { openSession, type Session, type SessionLogin } from './session-login.js'
import type { SocketLogin } from './socket/login.js'

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
  /**
   * What makes a socket the session's: the `login` of `openExchangeSocket`.
   *
   * @throws {CountersignError} `CONFIG_INVALID` where the login has no `assertSocket` to state which sockets are meant.
   */
  login(): Promise<SocketLogin & { readonly expiresAtMs: number }>
  /** Forgets the session, such as one whose account was changed: the next request opens another. */
  forget(): void
}

const KNOWN: OptionNames<SessionOptions> = { fetch: 1, clock: 1, renewBeforeMs: 1, loginTimeoutMs: 1 }
const HINTS = { renewMs: 'renewBeforeMs', timeoutMs: 'loginTimeoutMs', baseUrl: '"baseUrl" of the login' }
/** A session as young as this is not the reason for a refusal: another login would only meet the next one. */
const YOUNG_MS = 5_000

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
  mustBe(
    Array.isArray(login.service?.origins) && login.service.origins.length > 0,
    'login.service.origins',
    'a list of https://host[:port]',
    login.service?.origins,
    'CONFIG_INVALID',
    'sessionSigner: ',
  )
  assertOptions('sessionSigner', options, KNOWN, HINTS)
  assertParts('sessionSigner', options, CLOCK, FETCH)
  assertUnit('sessionSigner: ', options?.clock)
  const { name, service } = login
  const { clock = systemClock, renewBeforeMs = 30_000, loginTimeoutMs = 10_000 } = options
  const { fetch: transport = (url: string, init: object) => globalThis.fetch(url, init) } = options
  assertInteger('renewBeforeMs', renewBeforeMs, 0, 86_400_000)
  assertInteger('loginTimeoutMs', loginTimeoutMs, 1, 600_000)

  // Exact origins, whatever the login itself looks at: the fields of a session are all that it takes to be its owner.
  const origins = new Set(service.origins)
  const assertOwn = (request: HttpRequest): void => {
    service.assertOwn?.(request)
    assertOrigin(origins, request)
  }

  let current: Session | undefined
  let opening: Promise<Session> | undefined
  // Goes up with each session that is forgotten: a login that is under way then opens none for later requests.
  let generation = 0
  // Of requests that are under way: a session may be replaced between the two halves of a signature.
  const sessions = new Map<string, Session>()
  const shownBy = new WeakMap<object, Session>()

  const fresh = (): Session | Promise<Session> => {
    if (current !== undefined) {
      const before = Math.min(renewBeforeMs, current.lifeMs / 2)
      if (timeOf(clock) < current.endsAtMs - before) return current
    }
    if (opening !== undefined) return opening
    const mine = generation
    const made = openSession(login, { transport, clock, timeoutMs: loginTimeoutMs })
      .then((session) => {
        sessions.set(session.handle, session)
        for (const handle of sessions.keys()) if (sessions.size > MOST_SESSIONS) sessions.delete(handle)
        if (mine === generation) current = session
        return session
      })
      .finally(() => {
        if (opening === made) opening = undefined
      })
    opening = made
    return made
  }

  const shown = <M extends HttpMessage>(message: M & HttpRequest, signature: Uint8Array | string): M => {
    const handle = typeof signature === 'string' ? signature : (utf8Decode(signature) ?? '')
    const session = sessions.get(handle)
    if (session === undefined)
      return fail('CONFIG_INVALID', 'a session is shown by its own signer, and by no other key')
    assertOwn(message)
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
      ...(service.fetchInit && { fetchInit: service.fetchInit }),
      assertOwn,
      // A 401 is the session's end, see `learn`.
      isClockError: () => false,
    },
    learn: ({ status }: { readonly status: number }, request: HttpRequest) => {
      if (status !== 401) return false
      const session = shownBy.get(request)
      if (session === undefined) return false
      // Another request has noticed already.
      if (session !== current) return true
      const ageMs = timeOf(clock) - session.openedAtMs
      // Below 0 the clock went back, and the age is not known.
      if (ageMs >= 0 && ageMs < YOUNG_MS) return false
      current = undefined
      return true
    },
    login: async () => {
      const { fields, messages = [], endsAtMs } = await fresh()
      if (login.assertSocket === undefined && messages.length + Object.keys(fields).length > 0)
        fail('CONFIG_INVALID', `the login at ${name} must have "assertSocket" before a socket is shown its session`)
      const made = messages.length > 0 ? { messages } : { messages, headers: fields }
      const assertSocket = (url: string): void => login.assertSocket?.(url)
      return Object.defineProperty({ ...made, expiresAtMs: endsAtMs }, 'assertSocket', { value: assertSocket })
    },
    forget: () => {
      generation++
      current = undefined
      opening = undefined
    },
  }
}

/** More are not shown at a time: each lives for minutes at least. */
const MOST_SESSIONS = 8
