import { createServer, type RequestListener } from 'node:http'
import { createServer as createServer2 } from 'node:http2'
import type { AddressInfo } from 'node:net'
import express, { type ErrorRequestHandler } from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { describe, expect, test } from 'vitest'
import { anyAgent, verifyAgents } from '../../../src/agents/index.js'
import { expressAgents, fastifyAgents, koaAgents, nodeAgents } from '../../../src/agents/node.js'
import { withCode } from '../../expect-code.js'

const site = { allow: ['https://bot.example'], authorities: ['shop.example'] }
const agents = verifyAgents(site)
const refused = (text: string): unknown => withCode('CONFIG_INVALID', text)

/** What a server answers to one request. */
async function answerOf(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)).text()
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

/** What a middleware hands to the handler of errors. */
const errorOf = (...middleware: readonly unknown[]): Promise<string> => {
  const shown: ErrorRequestHandler = (error, _request, response, _next) => {
    response.status(500).send(`${error.code} ${error.message}`)
  }
  return answerOf(
    express()
      .use(...(middleware as never[]))
      .use(shown),
  )
}

describe('what would leave a client without an answer is refused where it is called', () => {
  const CALLED = 'nodeAgents: its function must be called within a listener'

  test.each([
    ['node:http', () => createServer(nodeAgents(agents) as RequestListener)],
    ['node:http, by the name of the event', () => createServer().on('request', nodeAgents(agents) as RequestListener)],
    ['node:http2', () => createServer2(nodeAgents(agents) as never)],
  ])('the function of nodeAgents as a listener of %s throws', (_, server) => {
    const request = { method: 'GET', url: '/', headers: {}, rawHeaders: [] }
    expect(() => (server() as ReturnType<typeof createServer>).emit('request', request, {})).toThrow(refused(CALLED))
  })

  test('a server that calls the function within its listener, also as a method of it, gets the outcome', async () => {
    const judge = nodeAgents(agents)
    const listener: RequestListener = async function (this: unknown, request, response) {
      const agent = await judge.call(this, request, response)
      response.end(agent?.outcome)
    }
    expect(await answerOf(listener)).toBe('unverified')
  })

  test('the function of nodeAgents as a middleware is refused, and names that of Express', async () => {
    const text = await errorOf(nodeAgents(agents))
    expect(text).toContain(`CONFIG_INVALID ${CALLED}`)
    expect(text).toContain('expressAgents()')
  })

  test('the middleware of Express as a listener throws, and names that of node:http', () => {
    const server = createServer(expressAgents(agents) as never)
    expect(() => server.emit('request', { rawHeaders: [] }, {})).toThrow(
      refused('expressAgents: "next" must be a function: the middleware is called with (request, response, next)'),
    )
  })
})

describe('a function that is made for another host is refused in words', () => {
  test.each([
    [
      'agents.hono() in Express',
      () => errorOf(agents.hono()),
      /^CONFIG_INVALID agents\.hono: "context" must be .* expressAgents\(\)/,
    ],
    [
      'koaAgents in Express',
      () => errorOf(koaAgents(agents)),
      /^CONFIG_INVALID koaAgents: "request" must be a request of node:http: Express takes expressAgents\(\)/,
    ],
    [
      'fastifyAgents in Express',
      () => errorOf(fastifyAgents(agents)),
      /^CONFIG_INVALID fastifyAgents: "app" must be an application of Fastify/,
    ],
  ])('%s', async (_, answer, text) => {
    expect(await answer()).toMatch(text)
  })

  test('expressAgents as a plugin of Fastify fails its registration', async () => {
    const app = fastify()
    await expect(async () => app.register(expressAgents(agents) as never)).rejects.toThrow(
      refused(
        'expressAgents: "request" must be a request of node:http: Express takes expressAgents(), Fastify fastifyAgents()',
      ),
    )
    await app.close()
  })

  test('koaAgents in Hono, and agents.hono() in Koa', async () => {
    const errors: unknown[] = []
    const hono = new Hono().use(koaAgents(agents) as never)
    hono.onError((error, context) => {
      errors.push(error)
      return context.text('', 500)
    })
    await hono.request('https://shop.example/')
    const koa = new Koa().use(agents.hono() as never)
    koa.on('error', (error) => errors.push(error))
    await answerOf(koa.callback())
    expect(errors).toEqual([
      refused('koaAgents: "request" must be a request of node:http'),
      refused('agents.hono: "context" must be a context of Hono'),
    ])
  })
})

test.each([
  ['nodeAgents', nodeAgents],
  ['expressAgents', expressAgents],
  ['koaAgents', koaAgents],
  ['fastifyAgents', fastifyAgents],
])('%s takes nothing beside the verifier', (name, make) => {
  for (const further of [() => undefined, { onInvalid: 'pass' }, undefined])
    expect(() => (make as (...all: unknown[]) => unknown)(agents, further)).toThrow(
      refused(
        `${name}: must be called with what verifyAgents() made alone, got 2 arguments; options belong to verifyAgents()`,
      ),
    )
  expect(typeof make(agents)).toBe('function')
})

test('a judge that gets no message names what judges a request of Node, and what makes a message of one', async () => {
  await expect(agents.judge({ method: 'GET', url: '/', rawHeaders: [] } as never)).rejects.toThrow(
    /nodeAgents\(\) of countersign\/agents\/node .*fromIncomingMessage\(\) of countersign\/server\/node .*fromFetchRequest\(\) of countersign\/message/,
  )
})

describe('an entry of the list that is none is named by its place', () => {
  test.each([
    [
      ['bot.example.com'],
      'DIRECTORY_REFUSED',
      'verifyAgents: "allow[0]" must be an absolute URL such as https://bot.example.com, got a text without',
    ],
    [['https://a.example', 'http://b.example'], 'DIRECTORY_REFUSED', 'verifyAgents: "allow[1]" must be https'],
    [['https://a.example', 7], 'CONFIG_INVALID', 'verifyAgents: "allow[1]" must be an origin or a URL, got a number'],
    [new Array(1), 'CONFIG_INVALID', 'verifyAgents: "allow[0]" must be an origin or a URL, got nothing'],
    [
      ['https://a.example', '*'],
      'CONFIG_INVALID',
      'verifyAgents: "allow[1]" is "*", and no patterns are read: for every agent pass anyAgent in place of the list',
    ],
  ] as const)('%j', (allow, code, text) => {
    expect(() => verifyAgents({ ...site, allow: allow as never })).toThrow(withCode(code, text))
  })

  test('what the text for "*" names is taken', () => {
    expect(() => verifyAgents({ ...site, allow: anyAgent, lookup: false })).not.toThrow()
  })
})
