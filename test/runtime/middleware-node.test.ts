import type { IncomingMessage, ServerResponse } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createResponseVerifier, createSignedFetch } from '../../src/client/index.js'
import type { CountersignError } from '../../src/errors.js'
import type { HttpRequest } from '../../src/message/message.js'
import { rfc9421, rfc9421Verifier } from '../../src/schemes/rfc9421/index.js'
import { signAndSend, verifyRequest, withSignature } from '../../src/server/middleware/node.js'
import { createResponseSigner } from '../../src/server/respond.js'
import { streamedBody } from '../../src/server/steps/streamed-body.js'
import type { Accepted } from '../../src/server/verdict.js'
import type { BodyStream } from '../../src/support/body.js'
import { type MakeHost, middlewareContract, reply } from '../contract/middleware.js'
import { listen, send } from './wire.js'
import { serverKey, signed, signer, textOf, verifierFor } from './world.js'

const answer = (response: ServerResponse, verdict: Accepted | undefined): void => {
  const body = verdict?.body ?? new Uint8Array()
  response.end(reply(verdict, new TextDecoder().decode(body)))
}

/** What every framework does to a plain request on its way to a handler. */
const surrounded =
  (mount: string, readFirst: boolean, listener: (request: IncomingMessage, response: ServerResponse) => unknown) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    if (mount !== '') {
      Object.assign(request, { originalUrl: request.url })
      request.url = request.url?.slice(mount.length) ?? ''
    }
    if (!readFirst) void listener(request, response)
    else request.resume().on('end', () => void listener(request, response))
  }

const listening: MakeHost = (verifier, { options, mount = '', readFirst = false, handled, failed }) => {
  const { exemptPreflight: _, ...rest } = options
  return surrounded(
    mount,
    readFirst,
    withSignature<IncomingMessage, ServerResponse>(
      verifier,
      (_request, response, verdict) => {
        handled()
        answer(response, verdict)
      },
      { onError: failed, ...rest },
    ),
  )
}

const verifying: MakeHost = (verifier, { options, mount = '', readFirst = false, handled, failed }) => {
  const verify = verifyRequest(verifier, { onError: failed, ...options })
  return surrounded(mount, readFirst, async (request, response) => {
    const verdict = await verify(request, response)
    if (verdict?.ok === false) return
    handled()
    answer(response, verdict)
  })
}

middlewareContract('node:http, verifyRequest', verifying)
middlewareContract('node:http, withSignature', (verifier, setup) =>
  setup.options.exemptPreflight === true ? verifying(verifier, setup) : listening(verifier, setup),
)

describe('node:http', () => {
  const checked = createResponseVerifier({ scheme: rfc9421Verifier(), keys: [serverKey] })

  it('signs and sends an answer that the signed fetch accepts, and only as it was signed', async () => {
    const sign = createResponseSigner(rfc9421({ key: serverKey }))
    let spoil = false
    const port = await listen((authority) =>
      withSignature<IncomingMessage, ServerResponse>(
        verifierFor(authority).verifier,
        async (_request, response, verdict) => {
          const headers = { 'content-type': 'text/plain', 'cache-control': 'private', 'set-cookie': ['a=1', 'b=2'] }
          await signAndSend(
            async (answer, request) => {
              const signed = await sign(answer, request)
              return spoil ? { ...signed, body: new TextEncoder().encode('gold') } : signed
            },
            verdict,
            response,
            { status: 201, headers, body: 'done' },
          )
        },
      ),
    )
    const origin = `http://127.0.0.1:${port}`
    const signedFetch = createSignedFetch(signer, { origins: [origin], response: checked })
    const answer = await signedFetch(`${origin}/a`)
    expect(answer.status).toBe(201)
    expect(await answer.text()).toBe('done')
    expect(answer.headers.get('cache-control')).toBe('private')
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    spoil = true
    await expect(signedFetch(`${origin}/a`)).rejects.toMatchObject({ code: 'RESPONSE_UNVERIFIED' })
  })

  it('sends nothing when an answer cannot be signed', async () => {
    const failures: unknown[] = []
    const port = await listen((authority) =>
      withSignature<IncomingMessage, ServerResponse>(
        verifierFor(authority).verifier,
        async (_request, response, verdict) => {
          const sign = createResponseSigner(rfc9421({ key: serverKey }))
          await signAndSend(sign, verdict, response, { status: 200, headers: { 'x-a': 'b\r\nc: d' } }).catch((error) =>
            failures.push(error),
          )
          response.end(String(response.getHeader('x-a')))
        },
      ),
    )
    const answer = await send(port, await signed(`http://127.0.0.1:${port}/a`))
    expect(answer.body).toBe('undefined')
    expect(failures).toMatchObject([{ code: 'MESSAGE_MALFORMED' }])
  })

  it('hands a body out while it arrives, and ends it with an error where it is not what was signed', async () => {
    const outcomes: string[] = []
    const port = await listen((authority) =>
      withSignature<IncomingMessage, ServerResponse>(
        verifierFor(authority).verifier,
        async (_request, response, { body, bodyStream }) => {
          expect(body).toBeNull()
          outcomes.push(await textOf(bodyStream as BodyStream).catch((error) => (error as CountersignError).code))
          response.end()
        },
        { streamBody: streamedBody },
      ),
    )
    const body = 'x'.repeat(200_000)
    const request = await signed(`http://127.0.0.1:${port}/a`, body)
    await send(port, request, { chunked: true })
    const other = await signed(`http://127.0.0.1:${port}/a`, body)
    await send(port, { ...other, body: new TextEncoder().encode(`${'x'.repeat(199_999)}y`) })
    expect(outcomes).toEqual([body, 'DIGEST_MISMATCH'])
  })

  it('the middleware serves HTTP/2 as well', async () => {
    const codes: string[] = []
    const server = createHttp2Server()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const authority = `127.0.0.1:${(server.address() as AddressInfo).port}`
    const world = verifierFor(authority)
    const verify = verifyRequest(world.verifier, { exemptPreflight: true })
    server.on('request', (request, response) => {
      void verify(request, response).then((verdict) => {
        codes.push(verdict?.ok ? (verdict.owner ?? '') : (verdict?.code ?? ''))
        if (verdict === undefined) response.end('preflight')
        if (verdict?.ok) response.end(verdict.body === null ? 'none' : new TextDecoder().decode(verdict.body))
      })
    })
    const client = connectHttp2(`http://${authority}`)
    const ask = async ({ method, target, fields, body }: HttpRequest): Promise<readonly [number, string]> => {
      const headers: Record<string, string> = { ':method': method, ':path': target }
      for (let i = 0; i < fields.length; i += 2) headers[(fields[i] as string).toLowerCase()] = fields[i + 1] as string
      const stream = client.request(headers, { endStream: body === null })
      if (body !== null) stream.end(body)
      const status = await new Promise<number>((resolve) =>
        stream.on('response', (got) => resolve(got[':status'] ?? 0)),
      )
      return [status, await textOf(stream)]
    }
    expect(await ask(await signed(`http://${authority}/a?b`))).toEqual([200, 'none'])
    expect(await ask(await signed(`http://${authority}/a?b`, '{}'))).toEqual([200, '{}'])
    const other = await signed(`http://${authority}/a?b`, '{}')
    expect((await ask({ ...other, body: new TextEncoder().encode('{ }') }))[0]).toBe(401)
    // HTTP/2 announces no body: one behind a preflight would reach the handler unverified.
    const fields = ['Origin', 'https://app.example', 'Access-Control-Request-Method', 'POST']
    const preflight = { method: 'OPTIONS', target: '/a', fields, body: null } as unknown as HttpRequest
    expect(await ask(preflight)).toEqual([200, 'preflight'])
    expect((await ask({ ...preflight, body: new TextEncoder().encode('{}') }))[0]).toBe(401)
    expect(codes).toEqual(['alice', 'alice', 'DIGEST_MISMATCH', '', 'AUTH_MISSING'])
    client.close()
    server.close()
  })
})

describe('what a handler of withSignature() returns', () => {
  const rejecting = (then: PropertyDescriptor): Record<string, unknown> => ({
    'an object with a then that rejects': Object.defineProperty({}, 'then', then),
    'a function with a then that rejects': Object.defineProperty(() => {}, 'then', then),
  })
  const rejects = { value: (_: unknown, reject: (error: unknown) => void) => reject(new Error('of the handler')) }

  it.each(Object.entries(rejecting(rejects)))('is waited for where it is %s', async (_, answered) => {
    const errors: unknown[] = []
    const port = await listen((authority) =>
      withSignature(verifierFor(authority).verifier, () => answered, { onError: (error) => errors.push(error) }),
    )
    expect((await send(port, await signed(`http://127.0.0.1:${port}/`))).status).toBe(500)
    expect(errors).toEqual([new Error('of the handler')])
  })
})
