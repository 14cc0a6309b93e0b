import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { describe, expect, it } from 'vitest'
import { type AgentOutcome, type AgentVerifier, verifyAgents, webBotAuth } from '../../src/agents/index.js'
import { expressAgents, fastifyAgents, koaAgents, nodeAgents, type WithAgent } from '../../src/agents/node.js'
import { signRequest } from '../../src/client/sign-request.js'
import { ed25519PrivateKey } from '../../src/crypto/index.js'
import { jwkThumbprint } from '../../src/crypto/thumbprint.js'
import { httpRequest } from '../../src/message/message.js'
import { directoryDocument } from '../../src/server/directory/document.js'

const key = ed25519PrivateKey({ keyId: 'bot', seed: new Uint8Array(32).fill(9) })
const { body, mediaType } = directoryDocument([
  ed25519PrivateKey({ keyId: jwkThumbprint(key), seed: new Uint8Array(32).fill(9) }),
])
const signer = webBotAuth({ key, agent: 'https://bot.example' })

const verifier = (): AgentVerifier =>
  verifyAgents({
    allow: ['https://bot.example'],
    authorities: ['shop.example'],
    publicOrigin: 'https://shop.example',
    fetch: async () => new Response(body, { headers: { 'content-type': mediaType } }),
  })

interface Host {
  readonly port: number
  close(): unknown
}

const listening = async (listener: RequestListener): Promise<Host> => {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port, close: () => server.close() }
}

const answer = (agent: AgentOutcome | undefined, text: unknown): string =>
  JSON.stringify({ outcome: agent?.outcome, text })

const readAll = async (stream: AsyncIterable<Uint8Array>): Promise<string> => {
  let text = ''
  for await (const chunk of stream) text += Buffer.from(chunk).toString()
  return text
}

const HOSTS: Readonly<Record<string, (agents: AgentVerifier) => Promise<Host>>> = {
  'node:http': (agents) => {
    const judge = nodeAgents(agents)
    return listening(async (request, response) => {
      const agent = await judge(request, response)
      if (agent !== undefined) response.end(answer(agent, await readAll(request)))
    })
  },
  express: (agents) => {
    const app = express()
    app.use(expressAgents(agents), express.text({ type: '*/*' }), (req, res) => {
      res.send(answer((req as WithAgent).agent, typeof req.body === 'string' ? req.body : ''))
    })
    return listening(app)
  },
  koa: (agents) => {
    const app = new Koa()
    app.use(koaAgents(agents))
    app.use(async (ctx) => {
      ctx.body = answer((ctx.state as WithAgent).agent, await readAll(ctx.req))
    })
    return listening(app.callback())
  },
  fastify: async (agents) => {
    const app = fastify()
    await app.register(fastifyAgents(agents) as never)
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, text, done) => done(null, text))
    app.all('/*', async (request) => answer((request as WithAgent).agent, request.body ?? ''))
    await app.listen({ port: 0, host: '127.0.0.1' })
    return { port: (app.server.address() as AddressInfo).port, close: () => app.close() }
  },
  hono: (agents) => {
    const app = new Hono<{ Variables: { agent: AgentOutcome } }>()
    app.use(agents.hono())
    app.all('/*', async (c) => c.text(answer(c.get('agent'), await c.req.text())))
    return new Promise((resolve) => {
      const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
        resolve({ port, close: () => server.close() }),
      )
    })
  },
}

const send = async (port: number, changes: { body?: string; tampered?: boolean; signed?: boolean }) => {
  const { body: text, tampered = false, signed = true } = changes
  const request = httpRequest({
    method: text === undefined ? 'GET' : 'POST',
    url: 'https://shop.example/things',
    headers: { 'content-type': 'text/plain' },
    ...(text === undefined ? {} : { body: text }),
  })
  const { fields } = signed ? await signRequest(request, signer) : request
  const headers: Record<string, string> = {}
  for (let at = 0; at < fields.length; at += 2) headers[fields[at] as string] = fields[at + 1] as string
  const response = await fetch(`http://127.0.0.1:${port}/${tampered ? 'others' : 'things'}`, {
    method: request.method,
    headers,
    ...(text === undefined ? {} : { body: text }),
  })
  return { status: response.status, asked: response.headers.get('accept-signature'), text: await response.text() }
}

describe.each(Object.entries(HOSTS))('verifyAgents on %s', (_name, start) => {
  it('hands on who is verified, hands on who is unknown, and refuses what is false', async () => {
    const host = await start(verifier())
    try {
      expect(await send(host.port, {})).toMatchObject({
        status: 200,
        text: answer({ outcome: 'verified' } as never, ''),
      })
      expect((await send(host.port, { body: 'a signed body' })).text).toBe(
        answer({ outcome: 'verified' } as never, 'a signed body'),
      )
      expect((await send(host.port, { body: 'of a person', signed: false })).text).toBe(
        answer({ outcome: 'unverified' } as never, 'of a person'),
      )
      const refused = await send(host.port, { tampered: true })
      expect(refused.status).toBe(403)
      expect(refused.asked).toContain('web-bot-auth')
    } finally {
      await host.close()
    }
  })
})
