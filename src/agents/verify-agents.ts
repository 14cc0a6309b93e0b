import { mustBe } from '../errors.js'
import { combinedValue, type FieldLines } from '../message/fields.js'
import { fromHeaders } from '../message/from-fetch.js'
import type { HttpRequest } from '../message/message.js'
import {
  AGENT_ALGORITHMS,
  allowTestKeys,
  POST_QUANTUM,
  webBotAuthVerifier,
} from '../schemes/rfc9421/profiles/web-bot-auth-verifier.js'
import { verdictOf, verifyOf } from '../server/at-once.js'
import { judgeFetch, rawIncoming } from '../server/middleware/fetch-style.js'
import { type Gate, openGate } from '../server/middleware/gate.js'
import { strictPolicy } from '../server/policy/strict-policy.js'
import { memoryReplayStore } from '../server/replay/memory.js'
import type { RefusalAnswer } from '../server/respond.js'
import type { Verdict } from '../server/verdict.js'
import { createVerifier, type Verifier } from '../server/verifier.js'
import { monotonicClock } from '../sources/monotonic-clock.js'
import { isPromise } from '../support/deadline.js'
import { defined } from '../support/defined.js'
import { ignoreErrors } from '../support/ignore-errors.js'
import { PROBLEM_TYPE, problemText } from '../support/problem.js'
import { agentKeys } from './agent-keys.js'
import { newAgents } from './new-agents.js'
import { agentSettings, type VerifyAgentsOptions } from './options.js'
import { type AgentOutcome, outcomeOf, split } from './outcome.js'
import { inOwnName } from './own-name.js'

/** The half of a site: who the agent of a request is. Made by {@link verifyAgents}. */
export interface AgentVerifier {
  /**
   * Judges a request that is at hand as a message, such as `fromIncomingMessage()` of `countersign/server/node` makes. Rejects for nothing that a message holds, and
   * with `ARGUMENT_INVALID` for what is none. The client's address, where it is known, is what `newAgents` counts
   * by.
   */
  judge(request: HttpRequest, client?: { readonly clientIp?: string | undefined }): Promise<AgentOutcome>
  /**
   * A Fetch handler (Workers, Deno, Bun, Next) that gets the outcome with each request. What the options refuse is answered
   * with 403 and never gets there. For node:http and frameworks on it: `countersign/agents/node`.
   *
   * @throws {CountersignError} `CONFIG_INVALID` for a handler that is none; the handler made of it rejects with it for what is no Request.
   */
  fetch<Rest extends readonly unknown[]>(
    handler: (request: Request, agent: AgentOutcome, ...rest: Rest) => Response | Promise<Response>,
  ): (request: Request, ...rest: Rest) => Promise<Response>
  /**
   * Hono middleware: behind it `c.get('agent')` is the outcome.
   *
   * @throws {CountersignError} `CONFIG_INVALID` where the middleware is called with what is no context of Hono.
   */
  hono(): (context: HonoContext, next: () => Promise<void>) => Promise<Response | undefined>
  /**
   * Fetches the keys of the list now: for the start of a server. Those that fail are fetched again when they are needed.
   *
   * @throws {CountersignError} `DIRECTORY_UNAVAILABLE`, `DIRECTORY_REFUSED` where one of them failed, once all have answered.
   */
  refresh(): Promise<void>
}

/** What {@link AgentVerifier.hono} needs of a context. */
export interface HonoContext {
  /** The request of Hono, with that of Fetch inside. */
  readonly req: { readonly raw: Request }
  /** What the host of the application hands over, such as the bindings of a Worker. */
  readonly env?: unknown
  /** Sets a variable of the context: `agent`. */
  set(name: never, value: unknown): void
}

/** The parts that the hosts of {@link verifyAgents} share. */
export interface AgentGate {
  readonly gate: Gate
  /** The outcome of a verdict, and the answer where it is refused. */
  readonly settle: (verdict: Verdict, hasRead: boolean) => Settled
}

/** What becomes of a request. */
export interface Settled {
  readonly agent: AgentOutcome
  readonly answer: RefusalAnswer | undefined
}

const GATES = new WeakMap<AgentVerifier, AgentGate>()

/** The parts of a verifier; `undefined` for anything else. */
export const agentGate = (agents: AgentVerifier): AgentGate | undefined => GATES.get(agents)

const MESSAGE =
  'a message of this package: of a request of node:http, which nodeAgents() of countersign/agents/node judges as it is, fromIncomingMessage() of countersign/server/node makes one, and fromFetchRequest() of countersign/message of a Request of Fetch'
const FETCHED = 'a Request of Fetch: for node:http and frameworks on it there is countersign/agents/node'
const OF_HONO =
  'a context of Hono: for Express, Fastify, Koa and node:http there are expressAgents(), fastifyAgents(), koaAgents() and nodeAgents() of countersign/agents/node'

// RFC 9421 5.1, with what the profile needs at least.
const ASKED = 'sig1=("@authority" "signature-agent";key="sig1");created;expires;keyid;tag="web-bot-auth"'

const REFUSED: RefusalAnswer = {
  status: 403,
  headers: { 'cache-control': 'no-store', 'content-type': PROBLEM_TYPE, 'accept-signature': ASKED },
  body: problemText(403),
}

/**
 * Finds out which crawler or AI agent has sent a request (Web Bot Auth). Three outcomes: `verified`, `invalid` for a claim that is
 * false, and `unverified` where there is no claim or nothing to check it with; what happens to the last two is up to the site. The
 * keys of an agent are fetched once for all who wait, over https, without redirects, never from a private network, and cached;
 * a directory that is down keeps its keys, one that answers replaces them.
 *
 * @throws {CountersignError} `CONFIG_INVALID`, `DIRECTORY_REFUSED` for a URL in `allow` that must not be fetched.
 * @see {@link https://datatracker.ietf.org/doc/draft-ietf-webbotauth-httpsig-protocol/ | Web Bot Auth}
 * @example
 * ```ts
 * import { verifyAgents } from 'countersign/agents'
 *
 * const agents = verifyAgents({ allow: ['https://chatgpt.com'], authorities: ['shop.example.com'] })
 * export default {
 *   fetch: agents.fetch((request, agent) =>
 *     new Response(agent.outcome === 'verified' ? `hello ${agent.agent}` : 'hello'),
 *   ),
 * }
 * ```
 */
export function verifyAgents(options: VerifyAgentsOptions): AgentVerifier {
  return inOwnName('verifyAgents', () => agentVerifier(options))
}

function agentVerifier(options: VerifyAgentsOptions): AgentVerifier {
  const { allowed, keys: directory } = agentSettings(options)
  const { authorities, drafts, requireNonce, clock = monotonicClock(), maxBodyBytes } = options
  const { algorithms = options.otherKeys ? [...AGENT_ALGORITHMS, ...POST_QUANTUM] : AGENT_ALGORITHMS } = options
  const { onInvalid = 'refuse', onUnverified = 'pass', onOutcome, timeoutMs = 3_000 } = options
  // Of the request whose key is looked up: a key source is asked in the same turn.
  let clientIp: string | undefined
  const admission = newAgents(options.newAgents, clock)
  const keys = agentKeys(
    allowed.listed,
    allowed.allows,
    directory,
    (place) => admission.admits(clientIp, place),
    admission.mostWithin(directory.cooldownMs),
    options.hybrid,
  )
  const single = webBotAuthVerifier(
    defined({
      algorithms,
      drafts,
      requireNonce,
      ...(options[allowTestKeys] && { [allowTestKeys]: true }),
    }),
  )
  // No barrier: for five seconds after each start it would take every agent for unknown.
  const replay = options.replay ?? memoryReplayStore({ clock, restartBarrier: false })
  const judging = createVerifier({
    schemes: [options.hybrid?.scheme(single) ?? single],
    keys,
    policy: strictPolicy(defined({ authorities, maxBodyBytes })),
    replay: options.hybrid?.replay(replay) ?? replay,
    clock,
    // A little longer than a fetch may take, so that its own error is the one that is seen.
    storeTimeoutMs: timeoutMs + 500,
  })
  const verifier: Verifier = {
    ...judging,
    verify: verifyOf((request, context) => {
      clientIp = context.clientIp
      try {
        return verdictOf(judging, request, context)
      } finally {
        clientIp = undefined
      }
    }),
  }
  const { publicOrigin, trustedProxies, forwarded, publicPathPrefix } = options
  const gate = openGate(verifier, defined({ publicOrigin, trustedProxies, forwarded, publicPathPrefix }))
  const seen = (verdict: Verdict): AgentOutcome => {
    const agent = outcomeOf(verdict, allowed.allows)
    if (verdict.ok) keys.verified(split(verdict.keyId)[0])
    ignoreErrors(() => onOutcome?.(agent))
    return agent
  }
  const settle: AgentGate['settle'] = (verdict, hasRead) => {
    const agent = seen(verdict)
    const { outcome } = agent
    const isRefused =
      outcome === 'invalid' ? onInvalid === 'refuse' || hasRead : outcome === 'unverified' && onUnverified === 'refuse'
    return { agent, answer: isRefused ? REFUSED : undefined }
  }
  const ofFetch = async (request: Request, host: unknown): Promise<Settled> => {
    const incoming = rawIncoming(host)
    // A body is read only where its digest is signed, and from a copy: the handler gets the request as it came.
    const judged = coversBody(fromHeaders(request.headers)) ? request.clone() : bodyless(request)
    return settle((await judgeFetch(gate, judged, incoming, undefined)) as Verdict, false)
  }
  const ofHono = async (context: HonoContext, next: () => Promise<void>): Promise<Response | undefined> => {
    const { agent, answer } = await ofFetch(context.req.raw, context.env)
    if (answer !== undefined) return refused(answer)
    context.set('agent' as never, agent)
    await next()
    return undefined
  }
  const agents: AgentVerifier = {
    judge: async (request, client) => {
      mustBe(Array.isArray(request?.fields), 'request', MESSAGE, request, 'ARGUMENT_INVALID', 'agents.judge: ')
      const verdict = verdictOf(verifier, withCoveredBody(request), { clientIp: client?.clientIp })
      return seen(isPromise(verdict) ? await verdict : verdict)
    },
    refresh: keys.refresh,
    fetch: (handler) => {
      mustBe(typeof handler === 'function', 'handler', 'a function', handler, 'CONFIG_INVALID', 'agents.fetch: ')
      return async (request, ...rest) => {
        mustBe(
          typeof request?.headers?.get === 'function',
          'request',
          FETCHED,
          request,
          'CONFIG_INVALID',
          'agents.fetch: ',
        )
        const { agent, answer } = await ofFetch(request, rest[0])
        return answer === undefined ? handler(request, agent, ...rest) : refused(answer)
      }
    },
    // Thrown in the same turn: Express 4 waits for no promise, and would leave its client without an answer.
    hono: () => (context, next) => {
      const isContext = typeof context?.req?.raw?.headers?.get === 'function'
      mustBe(isContext, 'context', OF_HONO, context, 'CONFIG_INVALID', 'agents.hono: ')
      return ofHono(context, next)
    },
  }
  GATES.set(agents, { gate, settle })
  return agents
}

/** The request, without a body that its signature does not cover. */
const withCoveredBody = (request: HttpRequest): HttpRequest =>
  request.body === null || coversBody(request.fields) ? request : { ...request, body: null }

const refused = ({ status, headers, body }: RefusalAnswer): Response => new Response(body, { status, headers })

/** Whether a signature of the message may cover the body. A claim: it only decides whether the body is looked at. */
export const coversBody = (fields: FieldLines): boolean =>
  combinedValue(fields, 'signature-input')?.includes('"content-digest"') === true

function bodyless(request: Request): Request {
  if (request.body === null) return request
  const headers = new Headers(request.headers)
  // Of a body that is not there.
  headers.delete('content-length')
  headers.delete('transfer-encoding')
  return new Request(request.url, { method: request.method, headers })
}
