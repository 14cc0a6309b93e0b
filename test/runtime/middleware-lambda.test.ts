import { describe, expect, it } from 'vitest'
import { createResponseVerifier, createSignedFetch } from '../../src/client/index.js'
import { httpRequest } from '../../src/message/message.js'
import { rfc9421, rfc9421Verifier } from '../../src/schemes/rfc9421/index.js'
import {
  type LambdaEvent,
  type LambdaOptions,
  requireScope,
  withSignature,
} from '../../src/server/middleware/lambda.js'
import { middlewareContract, reply } from '../contract/middleware.js'
import { PLATFORMS, type Platform, platformListener } from './lambda-platforms.js'
import { listen, send } from './wire.js'
import { serverKey, signed, signer, verifierFor } from './world.js'

const text = (body: Uint8Array | null): string => new TextDecoder().decode(body ?? new Uint8Array())

for (const [name, platform] of Object.entries(PLATFORMS)) {
  middlewareContract(
    `Lambda, ${name}`,
    (verifier, { options, handled }) => {
      const { exemptPreflight: _, ...others } = options
      const peer = name.startsWith('load') ? { peer: () => '127.0.0.1' } : {}
      const handler = withSignature(
        verifier,
        (_event: LambdaEvent, verdict) => {
          handled()
          return { statusCode: 200, body: reply(verdict, text(verdict.body)) }
        },
        { ...others, ...peer },
      )
      return platformListener(platform, (event) => handler(event))
    },
    {
      // What cannot happen there: the platform has read the whole request before, and answers preflights itself.
      without: [
        'reports that the body was read before',
        'lets CORS preflights through',
        'outlives a client that leaves',
        ...(name === 'HTTP API' ? ['refuses a path that its router could read', 'an absolute-form target'] : []),
        // Two seconds of waiting; the same everywhere.
        ...(name === 'REST API' ? [] : ['answers a barrier']),
        ...(platform.lists ? ['an absolute-form target'] : ['comes twice']),
      ],
    },
  )
}

const open = (platform: Platform, answer: (event: LambdaEvent) => unknown, options: LambdaOptions = {}) => {
  const codes: string[][] = []
  return listen((authority) => {
    const world = verifierFor(authority)
    codes.push(world.codes)
    const handler = withSignature(world.verifier, answer, options)
    return platformListener(platform, (event) => handler(event))
  }).then((port) => ({ port, url: `http://127.0.0.1:${port}`, codes: () => codes.flat() }))
}
const of = (name: string): Platform => PLATFORMS[name] as Platform

const posted = (url: string, body: Uint8Array | string, headers: Record<string, string>) =>
  createSignedFetch(signer, { origins: [new URL(url).origin] })(url, {
    method: 'POST',
    body: body as BodyInit,
    headers,
  })

describe.each(Object.entries(PLATFORMS))('Lambda behind %s', (name, platform) => {
  it('verifies a query and a path that were encoded as clients do', async () => {
    const { port, url, codes } = await open(platform, () => ({ statusCode: 204 }))
    for (const target of ['/a-b/c~d?a=1&a=2&b=%20%2F%3D%C3%BC', '/', '/a@b:c?x=', '/v1/orders?symbol=BTC%2FUSDT'])
      expect((await send(port, await signed(url + target))).status, target).toBe(204)
    // Decoded by REST APIs: a space that was sent as "+" is signed as "+".
    const plus = await send(port, await signed(`${url}/?a=b+c`))
    expect(plus.status).toBe(name === 'REST API' ? 401 : 204)
    expect(codes().slice(0, 4)).toEqual(Array(4).fill('ok'))
  })

  it('verifies cookies and lines of one name', async () => {
    const { port, url, codes } = await open(platform, () => ({ statusCode: 204 }))
    const request = await signed(`${url}/`, undefined, { cookie: 'a=1; b=2', 'x-list': 'a' })
    const fields = [...request.fields, 'X-List', 'b']
    expect((await send(port, { ...request, fields })).status).toBe(204)
    expect(codes()).toEqual(['ok'])
  })

  it('answers with headers, cookies and bytes, out of shared caches', async () => {
    const body = new Uint8Array([0, 255, 128, 10])
    const { url } = await open(platform, () => ({
      statusCode: 201,
      headers: { 'Content-Type': 'application/octet-stream', Vary: 'Origin', 'X-A': 1 },
      ...(platform.lists ? { multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] } } : { cookies: ['a=1', 'b=2'] }),
      body: Buffer.from(body).toString('base64'),
      isBase64Encoded: true,
    }))
    const answer = await posted(`${url}/`, '{}', { 'content-type': 'application/json' })
    expect([answer.status, new Uint8Array(await answer.arrayBuffer())]).toEqual([201, body])
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(answer.headers.get('x-a')).toBe('1')
    expect(answer.headers.get('vary')).toBe('Origin, Authorization, Signature, Signature-Input')
    expect(answer.headers.get('cache-control')).toBe('private, no-store')
  })

  it('answers 500 for a handler that fails, with the reason for onError alone', async () => {
    const errors: unknown[] = []
    const { port, url } = await open(
      platform,
      () => {
        throw new Error('a secret')
      },
      { onError: (error) => errors.push(error) },
    )
    const answer = await send(port, await signed(`${url}/`))
    expect([answer.status, answer.body]).toEqual([500, expect.not.stringContaining('secret')])
    expect(errors).toMatchObject([{ message: 'a secret' }])
  })
})

describe('Lambda', () => {
  it('hands over binary bodies, byte for byte, and refuses one that the platform has made text of', async () => {
    const bytes = new Uint8Array([0, 255, 128, 10, 13])
    const answer = (_event: LambdaEvent) => ({ statusCode: 204 })
    const whole = await open(of('function URL'), answer)
    expect((await posted(whole.url, bytes, { 'content-type': 'image/png' })).status).toBe(204)
    const mangled = await open(of('REST API'), answer)
    expect((await posted(mangled.url, bytes, { 'content-type': 'image/png' })).status).toBe(401)
    expect([whole.codes(), mangled.codes()]).toEqual([['ok'], ['DIGEST_MISMATCH']])
  })

  it('takes any value as an answer in format 2.0, as the platform does, and nothing but a result elsewhere', async () => {
    const errors: unknown[] = []
    const url = await open(of('HTTP API'), () => ({ hello: 1 }))
    const json = await send(url.port, await signed(url.url))
    expect([json.status, json.headers['content-type'], json.body]).toEqual([200, 'application/json', '{"hello":1}'])
    const rest = await open(of('REST API'), () => ({ hello: 1 }), { onError: (error) => errors.push(error) })
    expect((await send(rest.port, await signed(rest.url))).status).toBe(500)
    expect(errors).toMatchObject([{ code: 'MESSAGE_MALFORMED' }])
  })

  it('signs its answers, bound to the request', async () => {
    const platform = of('load balancer with lists')
    const { url } = await open(platform, () => ({ statusCode: 200, body: 'ok' }), {
      signResponses: rfc9421({ key: serverKey }),
    })
    const response = createResponseVerifier({ scheme: rfc9421Verifier(), keys: [serverKey] })
    const signedFetch = createSignedFetch(signer, { origins: [url], response })
    expect(await (await signedFetch(url)).text()).toBe('ok')
  })

  it('asks for a scope at one handler', async () => {
    const handler = requireScope('funds:withdraw', () => ({ statusCode: 204 }))
    const codes: string[] = []
    const port = await listen((authority) => {
      const world = verifierFor(authority)
      const invoke = withSignature(world.verifier, handler)
      codes.push(authority)
      return platformListener(of('HTTP API'), (event) => invoke(event))
    })
    expect((await send(port, await signed(`http://127.0.0.1:${port}/`))).status).toBe(403)
  })

  it('takes the target from elsewhere where a mapping of a domain has changed it', async () => {
    const platform = of('HTTP API')
    const { port, url, codes } = await open(platform, () => ({ statusCode: 204 }), {
      target: ({ rawPath, rawQueryString }) => `${rawPath?.replace(/^\/prod/, '/api')}?${rawQueryString}`,
    })
    const request = await signed(`${url}/api/orders?a=1`)
    expect((await send(port, { ...request, target: '/prod/orders?a=1' })).status).toBe(204)
    expect(codes()).toEqual(['ok'])
  })

  it('refuses what is no event of HTTP, and text that is no text', async () => {
    const errors: unknown[] = []
    const { verifier, codes } = verifierFor('api.example.com')
    const invoke = withSignature(verifier, () => ({ statusCode: 204 }), { onError: (error) => errors.push(error) })
    const good = { httpMethod: 'GET', path: '/', requestContext: {} }
    const others = [undefined, null, {}, { Records: [] }, { requestContext: {} }, { requestContext: null }]
    for (const event of [...others, { ...good, body: 5 }, { ...good, cookies: 'a=1' }])
      expect((await invoke(event as never)).statusCode, JSON.stringify(event)).toBe(500)
    expect(new Set(codes)).toEqual(new Set(['HOST_FAULT']))
    const odd = {
      httpMethod: 'GET',
      path: '/',
      queryStringParameters: { '\ud800': '\udfff' },
      requestContext: {},
    }
    expect((await invoke(odd as never)).statusCode).toBe(421)
    // As an invocation by hand may have it.
    const numbers = { ...good, headers: { 'x-limit': 5 }, multiValueQueryStringParameters: { limit: 5 } }
    expect((await invoke(numbers as never)).statusCode).toBe(421)
    // As emulators of the platform write it.
    expect((await invoke({ ...good, cookies: null, headers: null, body: null } as never)).statusCode).toBe(421)
    expect(errors).toHaveLength(8)
  })

  it('refuses an unsigned request of every platform alike', async () => {
    for (const platform of Object.values(PLATFORMS)) {
      const { port, url, codes } = await open(platform, () => ({ statusCode: 204 }))
      expect((await send(port, httpRequest({ url }))).status).toBe(401)
      expect(codes()).toEqual(['AUTH_MISSING'])
    }
  })
})
