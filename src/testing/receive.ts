import { randomNonce } from '../crypto/random.js'
import type { Account } from './accounts.js'
import type { Facts } from './answers.js'
import { bodyOf, refusalFor, timeAnswer, tokenAnswer } from './general.js'
import { type DoubleRequest, type DoubleRoute, type Inside, masked, withoutTokens } from './inside.js'
import { judgeRequest, type Received } from './judge-request.js'
import { parametersOf, without } from './parameters.js'

/** An answer: JSON (or text as it is), or what a route made. */
export type Reply = Response | { readonly status: number; readonly body: unknown }

const splitTarget = (target: string): readonly [path: string, query: string] => {
  const at = target.indexOf('?')
  return at === -1 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)]
}

/** The route of a request: its own, or one that ends with `*`. */
function routeFor(routes: Readonly<Record<string, DoubleRoute>>, what: string): DoubleRoute | undefined {
  if (Object.hasOwn(routes, what)) return routes[what]
  const name = Object.keys(routes).find((one) => one.endsWith('*') && what.startsWith(one.slice(0, -1)))
  return name === undefined ? undefined : routes[name]
}

/** Judges a request and answers it as the venue would. */
export async function receive(inside: Inside, received: Received): Promise<Reply> {
  const { spec, answers, publicRoutes } = inside
  const { request, body } = received
  const { method } = request
  const [path, query] = splitTarget(request.target)
  const what = `${method} ${path}`
  const note = (one: Pick<DoubleRequest, 'code' | 'keyId' | 'status' | 'params' | 'json'>): DoubleRequest => {
    const entry: DoubleRequest = {
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
  const open = { params: without({ ...asked.query, ...asked.form }, hidden), json: without(asked.json, hidden) }
  const plain = masked(open, inside) as Pick<DoubleRequest, 'params' | 'json'>

  const time = answers.time?.[path] ?? (path === spec.clock?.path ? generalTime(inside) : undefined)
  if (method === 'GET' && time !== undefined) {
    note({ ...plain, code: undefined, keyId: undefined, status: 200 })
    return { status: 200, body: time(inside.now()) }
  }
  const free = routeFor(publicRoutes, what)
  if (free !== undefined) return routed(free, note({ ...plain, code: undefined, keyId: undefined, status: 200 }))

  const { code, account, draft, part, name = '' } = await judgeRequest(inside, received, what)
  const own = draft === undefined ? undefined : answers.params?.(draft)
  const params = own === undefined ? plain.params : (masked(own, inside) as DoubleRequest['params'])
  if (code !== undefined || account === undefined) {
    const [status, said] = refusalFor(answers, code ?? 'KEY_UNKNOWN', part)
    note({ ...plain, params, code, keyId: draft?.key || undefined, status })
    const facts: Facts = {
      nowMs: inside.now(),
      name,
      time: draft?.time ?? '',
      nonce: draft?.nonce ?? '',
      window: draft?.window ?? '',
      clientIp: received.clientIp ?? '',
      method,
      path,
      params,
      json: plain.json,
    }
    return { status, body: bodyOf(said, facts) }
  }
  const entry = note({ ...plain, params, code, keyId: account.keyId, status: 200 })
  return granted(inside, what, account, entry)
}

const generalTime =
  ({ spec }: Inside) =>
  (nowMs: number) =>
    spec.clock && timeAnswer(spec.clock, nowMs)

/** The answer to a request that was accepted. */
async function granted(inside: Inside, what: string, account: Account, entry: DoubleRequest): Promise<Reply> {
  const { spec, answers, routes } = inside
  const route = routeFor(routes, what)
  if (route !== undefined) return routed(route, entry)
  const ok = (body: unknown): Reply => ({ status: 200, body })
  const info = answers.keyInfo?.[what]
  if (info !== undefined) return ok(info(account, inside.now()))
  if (spec.token !== undefined && what === `${spec.token.method} ${spec.token.path}`) {
    const token = randomNonce()
    inside.tokens.set(token, account.keyId)
    return ok(tokenAnswer(spec.token, token, answers.token?.(token, inside.socketUrl(), inside.now())))
  }
  const id = inside.nextId()
  const echo = { ...entry.params, ...(Array.isArray(entry.json) ? { orders: entry.json } : Object(entry.json)) }
  return ok(answers.success?.(echo, id, inside.now()) ?? { id: String(id), ...echo })
}

async function routed(route: DoubleRoute, entry: DoubleRequest): Promise<Reply> {
  const made = await route(entry)
  if (!(made instanceof Response)) return { status: 200, body: made }
  Object.assign(entry, { status: made.status })
  return made
}
