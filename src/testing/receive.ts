import { randomNonce } from '../crypto/random.js'
import type { VerdictCode } from '../errors.js'
import { secretDigest } from '../exchange/spec/static-secret.js'
import { combinedValue } from '../message/fields.js'
import type { Account } from './accounts.js'
import type { SessionAnswer } from './answers.js'
import type { Call, CallProblem } from './calls/call.js'
import { bodyOf, refusalFor, timeAnswer, tokenAnswer } from './general.js'
import { type Inside, type MockRequest, type MockRoute, masked, routeFor, withoutTokens } from './inside.js'
import { judgeRequest, type Received } from './judge-request.js'
import { parametersOf, without } from './parameters.js'
import type { Facts } from './refusal.js'

/** An answer: JSON (or text as it is), or what a route made. */
export type Reply = Response | { readonly status: number; readonly body: unknown }

const splitTarget = (target: string): readonly [path: string, query: string] => {
  const at = target.indexOf('?')
  return at === -1 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)]
}

/** Judges a request and answers it as the exchange would. */
export async function receive(inside: Inside, received: Received): Promise<Reply> {
  const { spec, answers, publicRoutes } = inside
  const { request, body } = received
  const { method } = request
  const [path, query] = splitTarget(request.target)
  const what = `${method} ${path}`
  const note = (one: Pick<MockRequest, 'code' | 'keyId' | 'status' | 'params' | 'json'>): MockRequest => {
    const entry: MockRequest = {
      via: 'http',
      method,
      path: withoutTokens(path, inside),
      receivedMs: inside.now(),
      ...one,
    }
    inside.log(entry)
    return entry
  }
  const asked = parametersOf(query, body)
  const hidden = new Set([...(spec.place?.list.map(([name]) => name) ?? []), spec.place?.sign ?? ''])
  const shownParts = { params: without({ ...asked.query, ...asked.form }, hidden), json: without(asked.json, hidden) }
  const plain = masked(shownParts, inside) as Pick<MockRequest, 'params' | 'json'>

  const time = answers.time?.[path] ?? (path === spec.clock?.path ? generalTime(inside) : undefined)
  if (method === 'GET' && time !== undefined) {
    note({ ...plain, code: undefined, keyId: undefined, status: 200 })
    return { status: 200, body: time(inside.now()) }
  }
  const session = answers.sessions?.[what]
  if (session !== undefined) {
    const opened = await openSession(inside, session, asked.json)
    if (opened instanceof Response) {
      note({ ...plain, code: undefined, keyId: undefined, status: 200 })
      return opened
    }
    const [status, said] = refusalFor(answers, opened)
    note({ ...plain, code: opened, keyId: undefined, status })
    const facts = { nowMs: inside.now(), clientIp: received.clientIp ?? '', method, path, json: plain.json }
    return { status, body: bodyOf(said, { ...facts, name: '', time: '', nonce: '', window: '', params: {} }) }
  }
  const bearer = bearerOf(inside, received)
  const open = await openAnswer(inside, what, path, asked.json, bearer)
  if (open !== undefined) {
    const refused = open instanceof Response && !open.ok
    const own = refused ? undefined : (routeFor(inside.routes, what) ?? routeFor(publicRoutes, what))
    return routed(own ?? (() => open), note({ ...plain, code: undefined, keyId: bearer?.keyId, status: 200 }))
  }
  const free = routeFor(publicRoutes, what)
  if (free !== undefined) return routed(free, note({ ...plain, code: undefined, keyId: undefined, status: 200 }))

  const shared = { nowMs: inside.now(), clientIp: received.clientIp ?? '', method, path, json: plain.json }
  const nothing = { name: '', time: '', nonce: '', window: '', params: plain.params }
  const call = callOf(inside, what)
  if (call === undefined || call.call.open === true) {
    const entry = note({ ...plain, code: undefined, keyId: undefined, status: 200 })
    return called(inside, call, entry, { ...shared, ...nothing })
  }
  const { code, account, draft, part, ended, astray, name = '' } = await judgeRequest(inside, received, what)
  const own = draft === undefined ? undefined : answers.params?.(draft)
  const params = own === undefined ? plain.params : (masked(own, inside) as MockRequest['params'])
  const { time: shown = '', nonce = '', window = '' } = draft ?? {}
  const facts: Facts = { ...shared, name, time: shown, nonce, window, params }
  if (code !== undefined || account === undefined) {
    const [status, said] =
      (ended === true ? answers.ends?.refusal : astray === true ? answers.environment : undefined) ??
      refusalFor(answers, code ?? 'KEY_UNKNOWN', part)
    note({ ...plain, params, code, keyId: draft?.key || undefined, status })
    return { status, body: bodyOf(said, facts) }
  }
  const entry = note({ ...plain, params, code, keyId: account.keyId, status: 200 })
  return granted(inside, what, account, () => called(inside, call, entry, facts), entry)
}

/** Opens a session for the account whose secret was posted; otherwise why not. */
async function openSession(
  { accounts, now }: Inside,
  { secret, opened }: SessionAnswer,
  posted: unknown,
): Promise<Response | VerdictCode> {
  const shown = secret(Object(posted))
  if (typeof shown !== 'string' || shown === '') return 'AUTH_MISSING'
  for (const account of accounts.values())
    if (await account.record.key.verify('', secretDigest(shown)))
      return account.record.status === 'active' ? opened(account, shown, now()) : 'KEY_DISABLED'
  return 'KEY_UNKNOWN'
}

/** The account whose token is shown. */
function bearerOf({ accounts, tokens }: Inside, { request }: Received): Account | undefined {
  const [, token = ''] = /^Bearer (.+)$/.exec(combinedValue(request.fields, 'authorization') ?? '') ?? []
  return accounts.get(tokens.get(token) ?? '')
}

/** The answer to what nothing signs; `undefined` where the request is none. */
function openAnswer(
  { accounts, answers, options, now, nextId }: Inside,
  what: string,
  path: string,
  json: unknown,
  bearer: Account | undefined,
): unknown {
  const answer = answers.open && routeFor(answers.open, what)
  return answer?.({ path, json, bearer, accounts, options, nowMs: now(), nextId })
}

/** A call of the exchange, and the part of the path that names something in it. */
interface Found {
  readonly call: Call
  readonly rest: Readonly<Record<string, unknown>>
}

/** Anything goes: what the mock answers where it does not know the exchange's calls, or a test has its own. */
const ANY: Found = { call: {}, rest: {} }

/** The call of a request; `undefined` for one that the exchange does not have. */
function callOf({ spec, answers, routes, book }: Inside, what: string): Found | undefined {
  if (book === undefined || routeFor(routes, what) !== undefined) return ANY
  const free = Object.hasOwn(answers.keyInfo ?? {}, what) || what === `${spec.token?.method} ${spec.token?.path}`
  return free ? ANY : book.find(what)
}

const generalTime =
  ({ spec }: Inside) =>
  (nowMs: number) =>
    spec.clock && timeAnswer(spec.clock, nowMs)

/** The answer to a request that was accepted. */
async function granted(
  inside: Inside,
  what: string,
  account: Account,
  carryOut: () => Reply,
  entry: MockRequest,
): Promise<Reply> {
  const { spec, answers, routes } = inside
  const route = routeFor(routes, what)
  if (route !== undefined) return routed(route, entry)
  const ok = (body: unknown): Reply => ({ status: 200, body })
  const info = answers.keyInfo?.[what]
  if (info !== undefined) return ok(info(account, inside.now()))
  if (spec.token !== undefined && what === `${spec.token.method} ${spec.token.path}`) {
    const random = randomNonce()
    const token = answers.tokenText?.(random) ?? random
    inside.tokens.set(token, account.keyId)
    return ok(tokenAnswer(spec.token, token, answers.token?.(token, inside.socketUrl(), inside.now())))
  }
  return carryOut()
}

/** Carries a call out; one that is not there, or cannot be carried out, is refused as the exchange refuses it. */
function called(inside: Inside, found: Found | undefined, entry: MockRequest, facts: Facts): Reply {
  const { answers, book, spec } = inside
  const refused = (problem: CallProblem, name: string): Reply => {
    const [status, said] = answers.calls?.problems[problem] ?? [404, { error: problem }]
    Object.assign(entry, { status, problem })
    return { status, body: bodyOf(said, { ...facts, name }) }
  }
  if (found === undefined) return refused('path', '')
  const { json } = entry
  const echo = {
    ...entry.params,
    ...Object(spec.params?.wrap?.paramsOf(json)),
    ...(Array.isArray(json) ? { orders: json } : Object(json)),
  }
  const answer = (params: typeof echo, id: number): Reply => ({
    status: 200,
    body: answers.success?.(params, id, inside.now()) ?? { id: String(id), ...params },
  })
  if (book === undefined) return answer(echo, inside.nextId())
  const outcome = book.run(found.call, entry.keyId, { ...echo, ...found.rest }, inside.now(), inside.nextId)
  if (outcome.problem !== undefined) return refused(outcome.problem, outcome.name)
  if (found.call.answer !== undefined) return { status: 200, body: found.call.answer(outcome.facts) }
  const { '*': _, ...params } = outcome.facts.params
  return answer(params, outcome.number ?? inside.nextId())
}

async function routed(route: MockRoute, entry: MockRequest): Promise<Reply> {
  const made = await route(entry)
  if (!(made instanceof Response)) return { status: 200, body: made }
  Object.assign(entry, { status: made.status })
  return made
}
