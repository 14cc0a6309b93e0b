import { createServer } from 'node:net'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { createSignedFetch } from '../../../src/client/fetch/signed-fetch.js'
import { exchangeVerifier } from '../../../src/exchange/verifier/verifier.js'
import type { HttpRequest } from '../../../src/message/message.js'
import { createSigningProxy } from '../../../src/proxy/index.js'
import { rfc9421, rfc9421Verifier } from '../../../src/schemes/rfc9421/index.js'
import type { Signer } from '../../../src/schemes/scheme.js'
import { staticKeys } from '../../../src/server/key-source.js'
import { strictPolicy } from '../../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../../src/server/replay/memory.js'
import { createVerifier } from '../../../src/server/verifier.js'
import { bot, ed, p256, pss, RECORDS, rsa } from '../../attacks/world.js'
import type { ExchangeSample } from '../../exchange/sample.js'
import { allSamples } from '../../exchange/samples.js'
import { methodsOf, requestOf, SIGNED_MS, signedOf } from '../../exchange/signed.js'
import { raw } from './world.js'

/** One request as its bytes were on the wire. */
interface Wire {
  readonly line: string
  readonly fields: ReadonlyArray<readonly [string, string]>
  readonly body: string
}

const wires: Wire[] = []
let origin = ''
let port = 0

beforeAll(async () => {
  const server = createServer((socket) => {
    let text = ''
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      for (;;) {
        const end = text.indexOf('\r\n\r\n')
        const length = Number(/\r\ncontent-length: (\d+)/i.exec(text.slice(0, end))?.[1] ?? 0)
        if (end === -1 || text.length < end + 4 + length) return
        const [line = '', ...lines] = text.slice(0, end).split('\r\n')
        const fields = lines.map((one) => [one.slice(0, one.indexOf(':')), one.slice(one.indexOf(':') + 2)] as const)
        wires.push({ line, fields, body: text.slice(end + 4, end + 4 + length) })
        text = text.slice(end + 4 + length)
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  const proxy = createSigningProxy({
    targets: [
      ...allSamples.map((sample, at) => ({ prefix: `/s${at}`, target: origin, signer: here(sample) })),
      ...KEYS.map((key) => ({ prefix: `/k-${key.keyId}`, target: origin, signer: rfc9421({ key }) })),
    ],
  })
  port = (await proxy.listen()).port
  return async () => {
    await proxy.close()
    server.close()
  }
})

const KEYS = [bot, ed, p256, rsa, pss]

/** The nonce of {@link signedOf}, and its time: what the proxy sends can then be compared byte for byte. */
function here(sample: ExchangeSample, at = (): string => origin): Signer {
  const { scheme, key, spec, service } = sample.signer
  const own = new URL(spec.origins[0] as string)
  const signer = {
    spec,
    key,
    scheme: {
      id: scheme.id,
      prepare: (message: HttpRequest, context: object) => {
        const home = { scheme: own.protocol.slice(0, -1), authority: own.host }
        const prepared = scheme.prepare(
          { ...message, ...home },
          { ...(context as { keyId: string; algorithm: 'ed25519' }), nowMs: SIGNED_MS, nonce: nonceOf(sample) },
        )
        const back = { scheme: message.scheme, authority: message.authority }
        return { ...prepared, attach: (signature: Uint8Array) => ({ ...prepared.attach(signature), ...back }) }
      },
    },
    service: {
      get origins() {
        return [at()]
      },
      baseUrl: undefined,
      buildRequest: service.buildRequest,
      isClockError: () => false,
      ...(service.nonces && { nonces: service.nonces }),
    },
  }
  return signer as unknown as Signer
}

/** As {@link signedOf} chooses it. */
const nonceOf = ({ arbitraryNonce }: ExchangeSample): string =>
  fc.sample(arbitraryNonce?.(SIGNED_MS) ?? fc.constant('aNonceOf32Characters0123456789aB'), {
    seed: 7,
    numRuns: 1,
  })[0] ?? ''

/** A client's request, unsigned, with old credentials of its own. */
function bytesOf(prefix: string, request: HttpRequest, stale: readonly string[]): string {
  const body = request.body instanceof Uint8Array ? Buffer.from(request.body).toString('latin1') : ''
  const lines = [`${request.method} ${prefix}${request.target} HTTP/1.1`, `Host: 127.0.0.1:${port}`]
  for (let i = 0; i < request.fields.length; i += 2) lines.push(`${request.fields[i]}: ${request.fields[i + 1]}`)
  lines.push(...stale, 'Connection: close', ...(body === '' ? [] : [`Content-Length: ${body.length}`]))
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}

/** Lines that a sender adds behind what is signed. */
const ADDED = /^(?:host|connection|content-length)$/i

describe('what leaves the proxy is what the library itself sends', () => {
  test.each(allSamples.map((sample, at) => [sample.name, sample, at] as const))(
    'the request of %s is the same',
    async (_, sample, at) => {
      for (const method of methodsOf(sample)) {
        const message = requestOf(sample, method, { symbol: 'BTC-USDT', limit: 5 }, { symbol: 'BTC-USDT', size: '1' })
        const { final } = signedOf(sample, message)
        const stale = [...(sample.exchange.spec.headers ?? []).map(([name]) => `${name}: old`), 'Authorization: old']
        wires.length = 0
        const answer = await raw(port, bytesOf(`/s${at}`, message, stale))
        expect(answer, method).toMatch(/^HTTP\/1\.1 200 /)
        const [wire] = wires
        expect(wire?.line).toBe(`${method} ${final.target} HTTP/1.1`)
        const lines = final.fields.flatMap((name, i) => (i % 2 === 0 ? [[name, final.fields[i + 1]]] : []))
        const sent = (wire?.fields ?? []).filter(([name]) => !ADDED.test(name))
        // ECDSA and RSA-PSS never sign twice alike.
        const isRandom = JSON.stringify(signedOf(sample, message).final) !== JSON.stringify(final)
        if (isRandom) {
          const [found] = exchangeVerifier(sample.exchange).parse({ ...final, fields: sent.flat() })
          expect(sample.verifyingKey.verify(found?.base as string, found?.signature as Uint8Array)).toBe(true)
          expect(sent.map(([name]) => name)).toEqual(lines.map(([name]) => name))
          continue
        }
        expect(sent).toEqual(lines)
        expect(wire?.body).toBe(final.body instanceof Uint8Array ? Buffer.from(final.body).toString('latin1') : '')
        // The library's client, over the platform's fetch, which writes its names in lower case and adds fields.
        const signer = here(sample) as Signer & { service: never }
        const send = createSignedFetch(signer, { buildRequest: (one: unknown) => one } as never) as unknown as (
          plan: object,
        ) => Promise<Response>
        const [scheme, authority] = origin.split('://') as [string, string]
        await (
          await send({
            request: { ...message, scheme, authority },
            body: null,
            rest: {},
            signal: undefined,
            redirect: 'manual',
          })
        ).text()
        const own = wires[1] as Wire
        expect([wire?.line, wire?.body]).toEqual([own.line, own.body])
        const sentFields = own.fields.map(([name, value]) => [name.toLowerCase(), value])
        for (const [name, value] of lines) expect(sentFields).toContainEqual([name?.toLowerCase(), value])
      }
    },
  )
})

describe('RFC 9421 with every kind of key', () => {
  test.each(KEYS.map((key) => [key.algorithm, key] as const))('both halves work with %s', async (_, key) => {
    const verifier = createVerifier({
      schemes: [rfc9421Verifier()],
      keys: staticKeys(RECORDS),
      policy: strictPolicy({ authorities: [new URL(origin).host] }),
      replay: memoryReplayStore({ restartBarrier: false }),
    })
    for (const [method, body] of [
      ['GET', ''],
      ['POST', '{"a":1}'],
      ['DELETE', ''],
    ] as const) {
      wires.length = 0
      const head = `${method} /k-${key.keyId}/a%2Fb?x=1&&y HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n`
      await raw(
        port,
        `${head}${body === '' ? '' : `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`}\r\n${body}`,
      )
      const { line, fields, body: sent } = wires[0] as Wire
      const [, target = ''] = line.split(' ')
      expect(target).toBe('/a%2Fb?x=1&&y')
      const verdict = await verifier.verify({
        ...{ method, scheme: 'http', authority: new URL(origin).host, target, fields: fields.flat() },
        body: sent === '' ? null : new Uint8Array(Buffer.from(sent, 'latin1')),
      })
      expect(verdict).toMatchObject({ ok: true, keyId: key.keyId })
    }
  })
})
