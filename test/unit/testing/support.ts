import { once } from 'node:events'
import { afterEach, test } from 'vitest'
import { WebSocket } from 'ws'
import type { Exchange } from '../../../src/exchange/spec/signer-types.js'
import { type MockExchange, mockExchange } from '../../../src/testing/mock-exchange.js'
import type { MockExchangeOptions } from '../../../src/testing/options.js'

const running: MockExchange[] = []
afterEach(async () => {
  for (const mock of running.splice(0)) await mock.close()
})

/** A mock that ends with its test. Calls are not checked unless a test asks for it: most look at signatures alone. */
export async function start(exchange: Exchange, options: MockExchangeOptions): Promise<MockExchange> {
  const mock = await mockExchange(exchange, { strict: false, ...options })
  running.push(mock)
  return mock
}

/** Status and body of an answer. */
export async function answerOf(answer: Response | Promise<Response>): Promise<readonly [number, unknown]> {
  const response = await answer
  const text = await response.text()
  return [response.status, response.headers.get('content-type') === 'application/json' ? JSON.parse(text) : text]
}

/** A signed request as it is, on the wire. */
export const send = (
  {
    method,
    url,
    headers,
    body,
  }: { method: string; url: string; headers: Readonly<Record<string, string>>; body?: string },
  change: { headers?: Record<string, string | undefined>; url?: string; body?: string } = {},
): Promise<readonly [number, unknown]> => {
  const all = Object.entries({ ...headers, ...change.headers }).filter(
    (one): one is [string, string] => one[1] !== undefined,
  )
  const sent = change.body ?? body
  return answerOf(fetch(change.url ?? url, { method, headers: all, ...(sent === undefined ? {} : { body: sent }) }))
}

/** A conversation on a socket. */
export interface Talk {
  /** Says something and waits for the answer. */
  ask(message: unknown): Promise<unknown>
  say(message: unknown): void
  /** The next thing that was said, or will be. */
  next(): Promise<unknown>
  /** The code with which it ends. */
  readonly closed: Promise<number>
  close(): void
}

/** Opens a socket; rejects with the status of a refused upgrade. */
export async function talk(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Talk> {
  const socket = new WebSocket(url, { headers })
  // From the start: a greeting may come with the upgrade itself.
  const heard: unknown[] = []
  socket.on('message', (data) => {
    const text = String(data)
    heard.push(/^[{[]/.test(text) ? JSON.parse(text) : text)
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  const say = (message: unknown): void => socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  const next = async (): Promise<unknown> => {
    if (heard.length === 0) await once(socket, 'message')
    return heard.shift()
  }
  return {
    say,
    next,
    closed,
    ask: (message) => {
      say(message)
      return next()
    },
    close: () => socket.terminate(),
  }
}

/** `test` where there is something to try; where there is not, no test is made, and none is counted as skipped. */
export const when =
  (applies: boolean) =>
  (name: string, run: () => void | Promise<void>, timeoutMs?: number): void => {
    if (applies) test(name, run, timeoutMs)
  }
