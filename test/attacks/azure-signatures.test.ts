import { afterAll, describe, expect, test } from 'vitest'
import { utf8 } from '../../src/crypto/encoding.js'
import { type HttpRequest, httpRequest } from '../../src/message/message.js'
import { azureKey, azureSharedKey, azureSharedKeyVerifier } from '../../src/schemes/azure/index.js'
import { type Signer, signPreparedSync } from '../../src/schemes/scheme.js'
import { closeAll, HOSTS, start } from './hosts.js'
import { linear } from './linear.js'
import { HOST, NOW } from './world.js'

/* Shared Key signs the length of a body and its MD5: what each host makes of them. */

const key = azureKey({ account: 'myaccount', key: btoa('a key of the account, of 64 bytes') })
const records = [{ key, owner: 'alice' }]

const sign = ({ scheme }: Signer, request: HttpRequest): HttpRequest =>
  signPreparedSync(scheme.prepare(request, { keyId: key.keyId, algorithm: key.algorithm, nowMs: NOW, nonce: '' }), key)
const get = (target = '/v1/orders?comp=list&restype=container'): HttpRequest =>
  httpRequest({ url: `http://${HOST}${target}`, headers: { 'x-ms-version': '2022-11-02' } })
const put = (body = 'some bytes'): HttpRequest =>
  httpRequest({ method: 'PUT', url: `http://${HOST}/v1/orders`, headers: { 'x-ms-meta-a': 'b  c' }, body })

const signer = azureSharedKey({ key })
const GET = sign(signer, get())
const PUT = sign(signer, put())
const BARE = sign(azureSharedKey({ key, contentMd5: false }), put('other bytes'))

describe.each(HOSTS)('Shared Key behind %s', (host) => {
  afterAll(closeAll)

  test('is accepted, once, and refused where it is not what was signed', async () => {
    const server = await start(host, { schemes: [azureSharedKeyVerifier()], records })
    const codes: string[] = []
    for (const request of [
      ...[GET, PUT, GET, BARE],
      { ...sign(signer, put('once more')), body: utf8('once mure') },
      { ...GET, target: '/v1/orders?comp=list%0Arestype:container' },
      { ...GET, fields: [...GET.fields, 'x-ms-meta-b', 'c'] },
    ])
      codes.push((await server.send(request)).code)
    expect(codes).toEqual([
      ...['ok', 'ok', 'REPLAY', 'DIGEST_MISSING', 'DIGEST_MISMATCH', 'AUTH_MALFORMED', 'SIGNATURE_INVALID'],
    ])
  })

  test('is accepted with unsigned bodies where they are taken', async () => {
    const server = await start(host, { schemes: [azureSharedKeyVerifier({ unsignedPayload: true })], records })
    const codes: string[] = []
    for (const request of [GET, PUT, BARE, { ...BARE, body: utf8('another length') }])
      codes.push((await server.send(request)).code)
    expect(codes).toEqual(['ok', 'ok', 'ok', 'SIGNATURE_INVALID'])
  })
})

test('the time it takes to read a request grows with its length, and not faster', async () => {
  const verifier = azureSharedKeyVerifier()
  const base = (request: HttpRequest) => () => verifier.parse(request)[0]?.base
  await linear(
    (size) => base({ ...GET, target: `/a?${Array.from({ length: size }, (_, i) => `a${i}=1`).join('&')}` }),
    200,
  )
  await linear((size) => base({ ...GET, fields: [...GET.fields, 'x-ms-meta-b', ` ${' '.repeat(8 * size)}x`] }), 100)
  await linear((size) => base({ ...GET, target: `/a?b=${'%41'.repeat(100 * size)}` }), 20)
})
