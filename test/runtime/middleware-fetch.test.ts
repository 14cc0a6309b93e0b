import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { createResponseVerifier, createSignedFetch, signRequest } from '../../src/client/index.js'
import { type HttpRequest, httpRequest } from '../../src/message/message.js'
import { toFetchRequest } from '../../src/message/to-fetch.js'
import { rfc9421, rfc9421Verifier } from '../../src/schemes/rfc9421/index.js'
import { withSignature } from '../../src/server/middleware/fetch.js'
import { streamedBody } from '../../src/server/steps/streamed-body.js'
import type { Accepted } from '../../src/server/verdict.js'
import { middlewareContract, reply } from '../contract/middleware.js'
import { listen } from './wire.js'
import { serverKey, signed, signer, verifierFor } from './world.js'

middlewareContract('Fetch handler', (verifier, { options, mount = '', readFirst = false, handled, failed }) => {
  const { exemptPreflight, ...rest } = options
  const handler = async (request: Request, verdict?: Accepted): Promise<Response> => {
    handled()
    return new Response(reply(verdict, await request.text()))
  }
  const protectedHandler = withSignature<readonly unknown[]>(verifier, handler, {
    onError: failed,
    ...rest,
    ...(exemptPreflight === true ? { preflight: (request) => handler(request) } : {}),
  })
  const outer = new Hono().mount(mount === '' ? '/' : mount, protectedHandler)
  const listener = getRequestListener(async (request, host) => {
    if (readFirst) await request.text()
    return mount === '' ? protectedHandler(request, host) : outer.fetch(request, host)
  })
  return (request, response) => void listener(request, response)
})

describe('Fetch handler', () => {
  const URL = 'https://api.example.com/orders'
  const world = () => verifierFor('api.example.com')
  const ask = async (handler: (request: Request) => Promise<Response>, request: HttpRequest): Promise<Response> =>
    handler(toFetchRequest(request))

  it('passes on what the platform passes, and asks it for the address', async () => {
    const handler = withSignature<readonly [{ region: string }, { ip: string }]>(
      world().verifier,
      (_request, verdict, env, connection) => new Response(`${verdict.clientIp} ${env.region} ${connection.ip}`),
      { peer: (_request, _env, connection) => connection.ip },
    )
    const request = toFetchRequest(await signed(URL))
    expect(await (await handler(request, { region: 'eu' }, { ip: '2001:DB8::1' })).text()).toBe(
      '2001:db8::1 eu 2001:DB8::1',
    )
  })

  it.each([undefined, '{"a":1}'])('passes on %s where a Request has no body to stream, as in Firefox', async (body) => {
    const handler = withSignature(world().verifier, async (request) => new Response(`[${await request.text()}]`))
    const request = toFetchRequest(await signed(URL, body))
    const answer = await handler(Object.defineProperty(request, 'body', { value: undefined }))
    expect([answer.status, await answer.text()]).toEqual([200, `[${body ?? ''}]`])
  })

  it('knows a stream that turns out to be empty from a body', async () => {
    const handler = withSignature(world().verifier, async (request) => new Response(`[${await request.text()}]`))
    const signedPost = await signRequest(httpRequest({ method: 'POST', url: URL }), signer)
    const request = new Request(toFetchRequest(signedPost), {
      body: new ReadableStream({ start: (controller) => controller.close() }),
      ...{ duplex: 'half' },
    })
    expect(request.body).not.toBeNull()
    const answer = await handler(request)
    expect([answer.status, await answer.text()]).toEqual([200, '[]'])
  })

  it('demands a digest of a stream without a length that holds something, and survives one that breaks', async () => {
    const { verifier, codes } = world()
    const handler = withSignature(verifier, async (request) => new Response(await request.text()))
    const post = async (part: object, source: UnderlyingDefaultSource<Uint8Array>): Promise<number> => {
      const request = toFetchRequest({ ...(await signed(URL, '{}')), ...part })
      const streaming = new Request(request, { body: new ReadableStream(source), ...{ duplex: 'half' } })
      return (await handler(streaming)).status
    }
    const bytes = (text: string) => ({
      start: (controller: ReadableStreamDefaultController<Uint8Array>) => {
        for (const one of text) controller.enqueue(new TextEncoder().encode(one))
        controller.close()
      },
    })
    expect(await post({}, bytes('{}'))).toBe(200)
    expect(await post({}, bytes('[]'))).toBe(401)
    expect(await post(await signRequest(httpRequest({ method: 'POST', url: URL }), signer), bytes('{}'))).toBe(400)
    expect(await post({}, { pull: (controller) => controller.error(new Error('gone')) })).toBe(400)
    expect(codes).toEqual(['ok', 'DIGEST_MISMATCH', 'DIGEST_MISSING', 'BODY_UNREADABLE'])
  })

  it('streams: the handler reads the body while it arrives, and gets an error where it is another', async () => {
    const handler = withSignature(
      world().verifier,
      async (request) => {
        const text = await request.text().catch((error: { code?: string }) => `no body: ${error.code}`)
        return new Response(text)
      },
      { streamBody: streamedBody },
    )
    expect(await (await ask(handler, await signed(URL, '{"a":1}'))).text()).toBe('{"a":1}')
    const other = { ...(await signed(URL, '{"a":1}')), body: new TextEncoder().encode('{"a":2}') }
    expect(await (await ask(handler, other)).text()).toBe('no body: DIGEST_MISMATCH')
  })

  it('signs its answers over a real socket', async () => {
    const port = await listen((authority) => {
      const handler = withSignature<readonly unknown[]>(
        verifierFor(authority).verifier,
        (request) =>
          request.url.endsWith('/moved') ? Response.redirect('https://else.example/') : new Response('done'),
        { signResponses: rfc9421({ key: serverKey }) },
      )
      const listener = getRequestListener(handler)
      return (request, response) => void listener(request, response)
    })
    const origin = `http://127.0.0.1:${port}`
    const response = createResponseVerifier({ scheme: rfc9421Verifier(), keys: [serverKey] })
    const signedFetch = createSignedFetch(signer, { origins: [origin], response })
    const answer = await signedFetch(`${origin}/a?b`)
    expect([answer.status, await answer.text()]).toEqual([200, 'done'])
    expect(answer.headers.get('signature-input')).toContain('"@path";req')
  })

  it('leaves an immutable response alone and answers with its own', async () => {
    const handler = withSignature(world().verifier, () => Response.redirect('https://else.example/', 303))
    const answer = await ask(handler, await signed(URL))
    expect([answer.status, answer.headers.get('location')]).toEqual([303, 'https://else.example/'])
    expect(answer.headers.get('cache-control')).toBe('private, no-store')
  })

  it('refuses a signer that is none when it is set up', () => {
    const options = { signResponses: {} as typeof signer }
    expect(() => withSignature(world().verifier, () => new Response(), options)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    )
  })
})
