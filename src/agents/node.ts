/** {@link verifyAgents} for servers on Node: `countersign/agents/node`. */
import { Readable } from 'node:stream'
import { fail } from '../errors.js'
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

/**
 * Middleware for Express and everything that is called with `(request, response, next)`: behind it `request.agent` is the outcome.
 * Mount it before body parsers.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for something that is not made by `verifyAgents()`.
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
export function expressAgents(
  agents: AgentVerifier,
): (request: NodeRequest, response: OutgoingLike, next: (error?: unknown) => void) => void {
  const parts = partsOf('expressAgents', agents)
  return (request, response, next) => {
    void judgeNode(parts, request as Incoming)
      .then(({ agent, answer }) => {
        if (answer !== undefined) return sendRefusal(request as Incoming, response, answer)
        Object.assign(request as WithAgent, { agent })
        next()
      })
      .catch(next)
  }
}

/**
 * For `node:http` and `node:http2`: judges one request. `undefined` where it was refused, and then it is answered.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for something that is not made by `verifyAgents()`.
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
export function nodeAgents(
  agents: AgentVerifier,
): (request: NodeRequest, response: OutgoingLike) => Promise<AgentOutcome | undefined> {
  const parts = partsOf('nodeAgents', agents)
  return async (request, response) => {
    const { agent, answer } = await judgeNode(parts, request as Incoming)
    if (answer === undefined) return agent
    sendRefusal(request as Incoming, response, answer)
    return undefined
  }
}

/** What {@link koaAgents} needs of a context. */
export interface KoaLike {
  readonly req: NodeRequest
  readonly state: object
  status: number
  body: unknown
  set(fields: Record<string, string>): void
}

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
export function koaAgents(agents: AgentVerifier): (context: KoaLike, next: () => Promise<unknown>) => Promise<void> {
  const parts = partsOf('koaAgents', agents)
  return async (context, next) => {
    const { agent, answer } = await judgeNode(parts, context.req as Incoming)
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
  hasRequestDecorator(name: string): boolean
  decorateRequest(name: string, value: null): unknown
  addHook(name: 'preParsing', hook: never): unknown
}

/** What it needs of a reply. */
interface FastifyReplyLike {
  code(status: number): { headers(fields: object): { send(body: string): unknown } }
}

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
export function fastifyAgents(agents: AgentVerifier): (app: FastifyLike, options: unknown, done: () => void) => void {
  const parts = partsOf('fastifyAgents', agents)
  const judge = async (request: { readonly raw: Incoming } & WithAgent, reply: FastifyReplyLike, payload: unknown) => {
    const { agent, answer } = await judgeNode(parts, request.raw)
    if (answer !== undefined) return reply.code(answer.status).headers(answer.headers).send(answer.body)
    request.agent = agent
    const { rawBody } = request.raw
    return rawBody instanceof Uint8Array ? Readable.from([rawBody], { objectMode: false }) : payload
  }
  const plugin = (app: FastifyLike, _: unknown, done: () => void): void => {
    if (!app.hasRequestDecorator('agent')) app.decorateRequest('agent', null)
    app.addHook('preParsing', judge as never)
    done()
  }
  // Without its own scope a plugin's hooks hold for the instance that registers it.
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true })
}

const EMPTY = new Uint8Array(0)

async function judgeNode({ gate, settle }: AgentGate, request: Incoming): Promise<Settled> {
  const reads = coversBody(request.rawHeaders)
  const verdict = await judgeIncoming(gate, request, (reads ? incomingRequest : bodyless) as Take<Incoming>)
  return settle(verdict as Verdict, reads)
}

/** The head alone: the body stays on the request, unread, for whatever comes next. */
function bodyless(request: NodeRequest, url: Parameters<typeof incomingRequest>[1]): HttpRequest {
  return { ...incomingRequest(request, { ...url, rawBody: EMPTY }), body: null }
}

function partsOf(where: string, agents: AgentVerifier): AgentGate {
  const parts = typeof agents === 'object' && agents !== null ? agentGate(agents) : undefined
  return parts ?? fail('CONFIG_INVALID', `${where}: "agents" must be made by verifyAgents()`)
}
