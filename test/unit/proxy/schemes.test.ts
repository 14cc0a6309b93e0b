import { expect, test } from 'vitest'
import { hmacKey } from '../../../src/crypto/hmac-key.js'
import { Secret } from '../../../src/crypto/secret.js'
import { contentDigest } from '../../../src/message/content-digest.js'
import type { HttpRequest } from '../../../src/message/message.js'
import { cavage } from '../../../src/schemes/legacy/cavage/signer.js'
import { hawk } from '../../../src/schemes/legacy/hawk/signer.js'
import { jwt } from '../../../src/schemes/legacy/jwt/signer.js'
import { kong } from '../../../src/schemes/legacy/kong/signer.js'
import { oauth1Key } from '../../../src/schemes/legacy/oauth1/index.js'
import { oauth1 } from '../../../src/schemes/legacy/oauth1/signer.js'
import { rfc9421 } from '../../../src/schemes/rfc9421/index.js'
import { type Signer, signPrepared } from '../../../src/schemes/scheme.js'
import { sigv4, sigv4Key } from '../../../src/schemes/sigv4/index.js'
import { raw, signing, upstream } from './world.js'

const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(7) })
const NOW_MS = 1_790_000_000_000
const NONCE = '0123456789abcdef0123456789abcdef'

const SIGNERS: Readonly<Record<string, Signer>> = {
  rfc9421: rfc9421({ key }),
  cavage: cavage({ key }),
  hawk: hawk({ key }),
  kong: kong({ key }),
  jwt: jwt({ key, bind: { uri: 'target', bodyHash: 'body-hex' } }),
  oauth1: oauth1({ key: oauth1Key({ consumerKey: 'c', consumerSecret: Secret.fromText('kd94hf93k423kf44') }) }),
  sigv4: sigv4({
    key: sigv4Key({
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: Secret.fromText('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'),
    }),
    region: 'eu-central-1',
    service: 'execute-api',
  }),
}

/** With one time and one nonce, so that what the proxy sends can be compared byte for byte. */
const fixed = ({ scheme, key }: Signer): Signer => ({
  key,
  scheme: {
    id: scheme.id,
    prepare: (message, context) => scheme.prepare(message, { ...context, nowMs: NOW_MS, nonce: NONCE }),
  },
})

const BODY = '{"symbol":"BTCUSDT","qty":"1"}'
const OF_THE_HOP = /^(?:host|connection|content-length|transfer-encoding|keep-alive)$/i

test.each(Object.entries(SIGNERS))(
  '%s through the proxy is what the library sends itself, and replaces what a client had of it',
  async (_, signer) => {
    const service = await upstream()
    const proxy = await signing({ targets: [{ target: service.origin, signer: fixed(signer) }] })
    const request: HttpRequest = {
      ...{ method: 'POST', scheme: 'http', authority: `127.0.0.1:${service.port}`, target: '/v1/orders?a=%20b&c=1' },
      fields: ['Content-Type', 'application/json', 'X-Own', 'kept'],
      body: Buffer.from(BODY),
    }
    const { scheme, key: own } = fixed(signer)
    const context = { keyId: own.keyId, algorithm: own.algorithm, nowMs: 0, nonce: '' }
    const expected = await signPrepared(scheme.prepare(request, context), own)
    const written = expected.fields.filter(
      (name, at) => at % 2 === 0 && !/^(?:content-|x-own|date|digest|host)/i.test(name),
    )
    expect(written.length).toBeGreaterThan(0)
    const lines = [
      ...[`POST ${request.target} HTTP/1.1`, `Host: 127.0.0.1:${proxy.port}`, 'Content-Type: application/json'],
      ...[
        'X-Own: kept',
        ...written.map((name) => `${name}: stale`),
        `Content-Length: ${BODY.length}`,
        'Connection: close',
      ],
    ]
    expect(await raw(proxy.port, `${lines.join('\r\n')}\r\n\r\n${BODY}`)).toMatch(/^HTTP\/1\.1 200 /)
    const [received] = service.received
    const got = (received?.rawHeaders ?? []).filter((_name, at, all) => !OF_THE_HOP.test(all[at - (at % 2)] as string))
    expect(got).toEqual(expected.fields.filter((_name, at, all) => !OF_THE_HOP.test(all[at - (at % 2)] as string)))
    expect([received?.url, received?.body.toString()]).toEqual([request.target, BODY])
  },
)

test('a body is signed while it arrives where its digest is signed, and read whole where its bytes are', async () => {
  const service = await upstream()
  const maxBodyBytes = 8
  const proxy = await signing({
    targets: Object.entries(SIGNERS).map(([name, signer]) => ({
      prefix: `/${name}`,
      target: service.origin,
      signer,
      maxBodyBytes,
    })),
  })
  const statuses: Record<string, number> = {}
  for (const name of Object.keys(SIGNERS))
    statuses[name] = (
      await fetch(`${proxy.origin}/${name}/v1`, {
        method: 'POST',
        body: BODY,
        headers: { 'content-type': 'application/json', 'content-digest': contentDigest(Buffer.from(BODY)) },
      })
    ).status
  // 413: its bytes are needed, and are more than may be read. A scheme that covers neither passes them on.
  expect(statuses).toEqual({ rfc9421: 200, cavage: 413, hawk: 413, kong: 413, jwt: 413, oauth1: 413, sigv4: 413 })
})
