/** {@link verifyAgents} for servers on Node: `countersign/agents/node`. */
import { Readable } from 'node:stream'
import { fail, mustBe } from '../errors.js'
import { incomingRequest, type NodeRequest } from '../message/from-node.js'
import type { HttpRequest } from '../message/message.js'
import {
  type IncomingLike,
  judgeIncoming,
  type OutgoingLike,
  sendRefusal,
  type Take,
} from '../server/middleware/node-style.js'
import type { Verdict } from '../server/verdict.js'
import type { AgentOutcome } from './outcome.js'
import { type AgentGate, type AgentVerifier, agentGate, coversBody, type Settled } from './verify-agents.js'

export { type PublicFetchOptions, publicFetch } from './public-fetch.js'

type Incoming = NodeRequest & IncomingLike

/** A request of Node or Express with the outcome. */
export interface WithAgent {
  /** Who has sent this request. Set by the middleware, never by a header. */
  agent?: AgentOutcome
}

type ExpressAgents = (request: NodeRequest, response: OutgoingLike, next: (error?: unknown) => void) => void

const NEXT = 'a function: the middleware is called with (request, response, next); for node:http there is nodeAgents()'

/**
 * Middleware for Express and everything that is called with `(request, response, next)`: behind it `request.agent` is the outcome.
 * Mount it before body parsers.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for something that is not made by `verifyAgents()`, and for a further argument. The
 * middleware passes it to `next` where it is called with what is no request of Node.
 * @example
 * ```ts
 * import { verifyAgents } from 'countersign/agents'
 * import { expressAgents, type WithAgent } from 'countersign/agents/node'
 * import express from 'express'
 *
 * const agents = verifyAgents({ allow: ['https://chatgpt.com'], authorities: ['shop.example.com'] })
 * export const app = express().use(expressAgents(agents)).get('/', (req, res) => {
 *   res.send((req as WithAgent).agent?.outcome)
 * })
 * ```
 */
export function expressAgents(agents: AgentVerifier): ExpressAgents
export function expressAgents(agents: AgentVerifier, ...further: readonly unknown[]): ExpressAgents {
  const parts = partsOf('expressAgents', agents, further)
  return (request, response, next) => {
    mustBe(typeof next === 'function', 'next', NEXT, next, 'CONFIG_INVALID', 'expressAgents: ')
    void judgeNode(parts, request as Incoming)
      .then(({ agent, answer }) => {
        if (answer !== undefined) return sendRefusal(request as Incoming, response, answer)
        Object.assign(request as WithAgent, { agent })
        next()
      })
      .catch(next)
  }
}

type NodeAgents = (request: NodeRequest, response: OutgoingLike) => Promise<AgentOutcome | undefined>

/**
 * For `node:http` and `node:http2`: judges one request. `undefined` where it was refused, and then it is answered. It is called
 * within a listener, and is none itself: of what is not refused its caller makes the answer.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for something that is not made by `verifyAgents()`, and for a further argument. The
 * function throws it where it is the listener of a server or a middleware itself, as nothing would answer then.
 * @example
 * ```ts
 * import { createServer } from 'node:http'
 * import { verifyAgents } from 'countersign/agents'
 * import { nodeAgents } from 'countersign/agents/node'
 *
 * const judge = nodeAgents(verifyAgents({ allow: ['https://chatgpt.com'], authorities: ['shop.example.com'] }))
 * export const server = createServer(async (request, response) => {
 *   const agent = await judge(request, response)
 *   if (agent !== undefined) response.end(agent.outcome)
 * })
 * ```
 */
export function nodeAgents(agents: AgentVerifier): NodeAgents
export function nodeAgents(agents: AgentVerifier, ...further: readonly unknown[]): NodeAgents {
  const parts = partsOf('nodeAgents', agents, further)
  const judged = async (request: Incoming, response: OutgoingLike): Promise<AgentOutcome | undefined> => {
    const { agent, answer } = await judgeNode(parts, request)
    if (answer === undefined) return agent
    sendRefusal(request, response, answer)
    return undefined
  }
  // Not async: what is thrown here reaches a server and Express 4 as well, which wait for no promise.
  return function judge(this: unknown, request: NodeRequest, response: OutgoingLike, ...more: readonly unknown[]) {
    if (more.length > 0) fail('CONFIG_INVALID', `nodeAgents: ${CALLED}; for Express there is expressAgents()`)
    if (isListener(this, judge)) fail('CONFIG_INVALID', `nodeAgents: ${CALLED}, and not passed to createServer()`)
    return judged(request as Incoming, response)
  }
}

const CALLED =
  'its function must be called within a listener, "const agent = await judge(request, response)", which then makes the answer'

/** Whether a server calls the function for each request: it takes no outcome, so that nothing would answer. */
const isListener = (host: unknown, judge: unknown): boolean => {
  const { listeners } = Object(host) as { readonly listeners?: unknown }
  return typeof listeners === 'function' && (listeners.call(host, 'request') as readonly unknown[]).includes(judge)
}

/** What {@link koaAgents} needs of a context. */
export interface KoaLike {
  /** The request of `node:http`. */
  readonly req: NodeRequest
  /** Gets the member `agent`. */
  readonly state: object
  /** Set where the request is refused. */
  status: number
  /** Set where the request is refused. */
  body: unknown
  /** Sets fields of the answer. */
  set(fields: Record<string, string>): void
}

type KoaAgents = (context: KoaLike, next: () => Promise<unknown>) => Promise<void>

/**
 * Koa middleware: behind it `ctx.state.agent` is the outcome.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for something that is not made by `verifyAgents()`.
 * @example
 * ```ts
 * import { verifyAgents } from 'countersign/agents'
 * import { koaAgents } from 'countersign/agents/node'
 * import Koa from 'koa'
 *
 * const agents = verifyAgents({ allow: ['https://chatgpt.com'], authorities: ['shop.example.com'] })
 * export const app = new Koa().use(koaAgents(agents))
 * ```
 */
export function koaAgents(agents: AgentVerifier): KoaAgents
export function koaAgents(agents: AgentVerifier, ...further: readonly unknown[]): KoaAgents {
  const parts = partsOf('koaAgents', agents, further)
  return async (context, next) => {
    const { agent, answer } = await judgeNode(parts, context?.req as Incoming)
    if (answer === undefined) {
      Object.assign(context.state, { agent })
      await next()
      return
    }
    context.status = answer.status
    context.set({ ...answer.headers })
    context.body = answer.body
  }
}

/** What {@link fastifyAgents} needs of an application. */
export interface FastifyLike {
  /** Whether requests have such a member already. */
  hasRequestDecorator(name: string): boolean
  /** Gives every request such a member. */
  decorateRequest(name: string, value: null): unknown
  /** Adds a hook that runs before a body is parsed. */
  addHook(name: 'preParsing', hook: never): unknown
}

/** What it needs of a reply. */
interface FastifyReplyLike {
  code(status: number): { headers(fields: object): { send(body: string): unknown } }
}

type FastifyAgents = (app: FastifyLike, options: unknown, done: () => void) => void

/**
 * A Fastify plugin: behind it `request.agent` is the outcome.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for something that is not made by `verifyAgents()`.
 * @example
 * ```ts
 * import { verifyAgents } from 'countersign/agents'
 * import { fastifyAgents } from 'countersign/agents/node'
 * import fastify from 'fastify'
 *
 * const agents = verifyAgents({ allow: ['https://chatgpt.com'], authorities: ['shop.example.com'] })
 * export const app = fastify()
 * await app.register(fastifyAgents(agents))
 * ```
 */
export function fastifyAgents(agents: AgentVerifier): FastifyAgents
export function fastifyAgents(agents: AgentVerifier, ...further: readonly unknown[]): FastifyAgents {
  const parts = partsOf('fastifyAgents', agents, further)
  const judge = async (request: { readonly raw: Incoming } & WithAgent, reply: FastifyReplyLike, payload: unknown) => {
    const { agent, answer } = await judgeNode(parts, request.raw)
    if (answer !== undefined) return reply.code(answer.status).headers(answer.headers).send(answer.body)
    request.agent = agent
    const { rawBody } = request.raw
    return rawBody instanceof Uint8Array ? Readable.from([rawBody], { objectMode: false }) : payload
  }
  const plugin = (app: FastifyLike, _: unknown, done: () => void): void => {
    const isApp = typeof app?.addHook === 'function' && typeof app.hasRequestDecorator === 'function'
    mustBe(isApp, 'app', APP, app, 'CONFIG_INVALID', 'fastifyAgents: ')
    if (!app.hasRequestDecorator('agent')) app.decorateRequest('agent', null)
    app.addHook('preParsing', judge as never)
    done()
  }
  // Without its own scope a plugin's hooks hold for the instance that registers it.
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true })
}

const EMPTY = new Uint8Array(0)

const APP = 'an application of Fastify: register the plugin with app.register(fastifyAgents(agents))'
const OF_NODE =
  'a request of node:http: Express takes expressAgents(), Fastify fastifyAgents(), Koa koaAgents(), Hono agents.hono()'

/** Rejects with what is no request: each host has a function of its own. */
async function judgeNode({ where, gate, settle }: Parts, request: Incoming): Promise<Settled> {
  mustBe(Array.isArray(request?.rawHeaders), 'request', OF_NODE, request, 'CONFIG_INVALID', `${where}: `)
  const reads = coversBody(request.rawHeaders)
  const verdict = await judgeIncoming(gate, request, (reads ? incomingRequest : bodyless) as Take<Incoming>)
  return settle(verdict as Verdict, reads)
}

/** The head alone: the body stays on the request, unread, for whatever comes next. */
function bodyless(request: NodeRequest, url: Parameters<typeof incomingRequest>[1]): HttpRequest {
  return { ...incomingRequest(request, { ...url, rawBody: EMPTY }), body: null }
}

interface Parts extends AgentGate {
  /** The function that was called, which errors name. */
  readonly where: string
}

function partsOf(where: string, agents: AgentVerifier, further: readonly unknown[]): Parts {
  const parts = typeof agents === 'object' && agents !== null ? agentGate(agents) : undefined
  if (parts === undefined) fail('CONFIG_INVALID', `${where}: "agents" must be made by verifyAgents()`)
  if (further.length > 0)
    fail(
      'CONFIG_INVALID',
      `${where}: must be called with what verifyAgents() made alone, got ${further.length + 1} arguments; options belong to verifyAgents()`,
    )
  return { ...parts, where }
}
