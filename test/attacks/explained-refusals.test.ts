import { afterAll, describe, expect, it } from 'vitest'
import { signRequest } from '../../src/client/index.js'
import { hmacKey } from '../../src/crypto/hmac-key.js'
import { loopbackOnly } from '../../src/doctor/index.js'
import { type HttpRequest, httpRequest } from '../../src/message/message.js'
import { rfc9421 } from '../../src/schemes/rfc9421/index.js'
import { type Explainer, explainer } from '../../src/server/explain.js'
import { withSignature } from '../../src/server/middleware/fetch.js'
import type { MiddlewareOptions } from '../../src/server/middleware/gate.js'
import type { VerifyContext } from '../../src/server/verify-context.js'
import { textOf } from '../expect-code.js'
import { closeAll, HOSTS, type HostName, start } from './hosts.js'
import { bot, NOW, world } from './world.js'

const AUTHORITY = 'localhost:3000'
/** What an answer holds that explains nothing. */
const BARE = ['type', 'title', 'status']
const membersOf = (body: string): readonly string[] => Object.keys(JSON.parse(body))

/** A request that is signed for another body than the one it carries, in a form that people write. */
async function broken(authority = AUTHORITY): Promise<HttpRequest> {
  const signed = await signRequest(
    httpRequest({
      method: 'POST',
      url: `http://${authority}/orders`,
      headers: { 'content-type': 'application/json' },
      body: '{"symbol":"BTCUSDT","quantity":1}',
    }),
    rfc9421({ key: bot }),
    { clock: { now: () => NOW } },
  )
  return { ...signed, body: new TextEncoder().encode('{"symbol": "BTCUSDT", "quantity": 1}') }
}

const open = (host: HostName, more: { authorities?: string[]; with?: MiddlewareOptions } = {}) =>
  start(host, {
    explain: loopbackOnly(),
    policy: { authorities: more.authorities ?? [AUTHORITY] },
    ...(more.with && { with: more.with }),
  })

describe.each(HOSTS)('a refusal by %s', (host) => {
  afterAll(closeAll)

  it('is explained to a caller on this machine', async () => {
    const server = await open(host)
    const answer = await server.send(await broken())
    expect([answer.status, answer.headers['content-type']]).toEqual([401, expect.stringContaining('problem+json')])
    expect(JSON.parse(answer.body)).toEqual({
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      code: 'DIGEST_MISMATCH',
      detail: expect.any(String),
      finding: expect.objectContaining({
        id: 'digest-mismatch',
        certainty: 'proven',
        cause: 'The content digest is not that of the body that was sent.',
        fix: expect.stringContaining('serialise once'),
      }),
    })
    expect(server.audit.at(-1)).toMatchObject({ code: 'DIGEST_MISMATCH' })
  })

  it('is explained by its code where nothing was signed', async () => {
    const server = await open(host)
    const unsigned = await server.send(httpRequest({ url: `http://${AUTHORITY}/orders` }))
    expect(JSON.parse(unsigned.body)).toEqual({
      ...{ type: 'about:blank', title: 'Unauthorized', status: 401 },
      ...{ code: 'AUTH_MISSING', detail: 'the request carries no signature' },
    })
  })

  const PROXIED: ReadonlyArray<readonly [name: string, fields: readonly string[]]> = [
    ['X-Forwarded-For', ['X-Forwarded-For', '203.0.113.9']],
    ['an X-Forwarded-For that claims loopback', ['x-forwarded-for', '127.0.0.1']],
    ['X-Forwarded-Host', ['X-Forwarded-Host', AUTHORITY]],
    ['X-Forwarded-Proto alone', ['X-FORWARDED-PROTO', 'https']],
    ['Forwarded', ['Forwarded', 'for=127.0.0.1']],
    ['Via', ['Via', '1.1 cache']],
    ['X-Real-IP', ['X-Real-IP', '127.0.0.1']],
    ['an underscore, which CGI reads as a hyphen', ['X_Forwarded_For', '127.0.0.1']],
    ['CF-Connecting-IP', ['CF-Connecting-IP', '127.0.0.1']],
    ['True-Client-IP', ['True-Client-IP', '::1']],
    ['Fly-Client-IP', ['Fly-Client-IP', '::1']],
    ['X-Envoy-External-Address', ['X-Envoy-External-Address', '127.0.0.1']],
    ['CDN-Loop', ['CDN-Loop', 'cloudflare']],
    ['a page of another site', ['Origin', 'https://attacker.example']],
    ['a page without an origin', ['Origin', 'null']],
    ['a page of a site that is named after this machine', ['Origin', 'http://localhost.attacker.example']],
  ]

  it('is bare where a field says that something stands between', async () => {
    const server = await open(host)
    const request = { ...httpRequest({ url: `http://${AUTHORITY}/orders` }) }
    for (const [name, fields] of PROXIED) {
      const answer = await server.send({ ...request, fields: [...request.fields, ...fields] })
      expect([name, membersOf(answer.body)]).toEqual([name, BARE])
    }
  })

  it.each([
    ['the service has a public name, and the proxy keeps it', ['api.example.com'], 'api.example.com'],
    ['the service has a public name, and the caller writes that of this machine', ['api.example.com'], AUTHORITY],
    ['the service has a public name as well', [AUTHORITY, 'api.example.com'], AUTHORITY],
    ['a name of the attacker leads to this machine', [AUTHORITY], 'rebound.attacker.example:3000'],
    ['the name only begins like that of this machine', [AUTHORITY], 'localhost.attacker.example'],
    ['the name is an address of the network', [AUTHORITY], '192.168.1.7:3000'],
  ])('is bare where %s', async (_, authorities, authority) => {
    const server = await open(host, { authorities: [...authorities] })
    const answer = await server.send(httpRequest({ url: `http://${authority}/orders` }))
    expect(membersOf(answer.body)).toEqual(BARE)
  })

  it('is bare where the name in public is given, whatever a proxy writes', async () => {
    const server = await open(host, {
      authorities: ['api.example.com'],
      with: { publicOrigin: 'https://api.example.com' },
    })
    const answer = await server.send(httpRequest({ url: `http://${AUTHORITY}/orders` }))
    expect(membersOf(answer.body)).toEqual(BARE)
  })

  it('is bare behind a trusted proxy, which shows the client by a field', async () => {
    const server = await open(host, { with: { trustedProxies: ['127.0.0.1'] } })
    for (const client of ['127.0.0.1', '203.0.113.9']) {
      const fields = ['X-Forwarded-For', client]
      const answer = await server.send({ ...httpRequest({ url: `http://${AUTHORITY}/orders` }), fields })
      expect(membersOf(answer.body)).toEqual(BARE)
    }
  })
})

describe('a refusal of a verifier', () => {
  const LOCAL: VerifyContext = { peerIp: '127.0.0.1', clientIp: '127.0.0.1', ipSource: 'socket' }
  const judged = async (context: VerifyContext, explain: Explainer = loopbackOnly()) => {
    const { verifier } = world({ explain, policy: { authorities: [AUTHORITY] } })
    const verdict = await verifier.verify(await broken(), context)
    return verdict.ok ? undefined : verdict.explanation
  }

  it.each([
    [LOCAL],
    [{ ...LOCAL, peerIp: '::1', clientIp: '::1' }],
    [{ ...LOCAL, peerIp: '127.8.9.10', clientIp: '127.8.9.10' }],
    [{ ...LOCAL, peerIp: '::ffff:127.0.0.1', clientIp: '::ffff:127.0.0.1' }],
  ])('is explained with %o', async (context) => {
    expect(await judged(context)).toMatchObject({ code: 'DIGEST_MISMATCH', finding: { id: 'digest-mismatch' } })
  })

  it.each([
    ['no address at all', {}],
    ['no address of the connection', { clientIp: '127.0.0.1', ipSource: 'socket' }],
    ['an address of the network', { ...LOCAL, peerIp: '192.168.1.7', clientIp: '192.168.1.7' }],
    ['another client than the connection', { ...LOCAL, clientIp: '203.0.113.9' }],
    ['a loopback client over another connection', { ...LOCAL, peerIp: '203.0.113.9' }],
    ['a client that a field has named', { ...LOCAL, ipSource: 'x-forwarded-for' }],
    ['an address in another spelling', { ...LOCAL, peerIp: '127.1', clientIp: '127.1' }],
    ['an address as a number', { ...LOCAL, peerIp: '2130706433', clientIp: '2130706433' }],
    ['the unspecified address', { ...LOCAL, peerIp: '0.0.0.0', clientIp: '0.0.0.0' }],
    ['a name', { ...LOCAL, peerIp: 'localhost', clientIp: 'localhost' }],
  ])('is bare with %s', async (_, context) => {
    expect(await judged(context)).toBeUndefined()
  })

  it('has no explanation where the explainer fails or does not answer yes', async () => {
    const thrown = (): never => {
      throw new Error('of the explainer')
    }
    const finding = async () => undefined
    expect(await judged(LOCAL, explainer({ allows: thrown, finding }))).toBeUndefined()
    expect(await judged(LOCAL, explainer({ allows: () => 'yes' as never, finding }))).toBeUndefined()
    const explanation = { code: 'DIGEST_MISMATCH', detail: expect.any(String) }
    expect(await judged(LOCAL, explainer({ allows: () => true, finding }))).toEqual(explanation)
    expect(await judged(LOCAL, explainer({ allows: () => true, finding: thrown }))).toEqual(explanation)
  })

  it('is not kept waiting by an explainer that does not end', async () => {
    const never = explainer({ allows: () => true, finding: () => new Promise<never>(() => {}) })
    expect(await judged(LOCAL, never)).toEqual({ code: 'DIGEST_MISMATCH', detail: expect.any(String) })
  })

  it('is bare without the option, on the same connection', async () => {
    const { verifier } = world({ policy: { authorities: [AUTHORITY] } })
    const verdict = await verifier.verify(await broken(), LOCAL)
    expect(verdict).not.toHaveProperty('explanation')
  })

  it('names the mistake that the signature proves, with the key of the service', async () => {
    const { verifier } = world({ explain: loopbackOnly(), policy: { authorities: [AUTHORITY] } })
    const signed = await signRequest(httpRequest({ url: `http://${AUTHORITY}/orders/` }), rfc9421({ key: bot }), {
      clock: { now: () => NOW },
    })
    const verdict = await verifier.verify({ ...signed, target: '/orders' }, LOCAL)
    expect(verdict).toMatchObject({
      code: 'SIGNATURE_INVALID',
      explanation: { code: 'SIGNATURE_INVALID', finding: { certainty: 'proven' } },
    })
    expect(JSON.stringify(verdict.ok || verdict.explanation)).not.toContain(Buffer.from(bot.keyId).toString('hex'))
  })

  it('is a verdict and bare where the clock fails', async () => {
    let readings = 0
    const now = (): number => {
      if (readings++ > 0) throw new Error('of the clock')
      return NOW
    }
    const { verifier } = world({ explain: loopbackOnly(), clock: { now }, policy: { authorities: [AUTHORITY] } })
    const verdict = await verifier.verify(await broken(), LOCAL)
    expect(verdict.ok).toBe(false)
    expect(verdict).not.toHaveProperty('explanation')
    expect(verifier.refuse(await broken(), 'SCOPE_DENIED', 'the key may not', LOCAL)).not.toHaveProperty('explanation')
  })

  it('goes out with the texts of a finding and nothing else of it', async () => {
    const texts = { id: 'a', certainty: 'proven', cause: 'b', evidence: 'c', fix: 'd' }
    const by = (finding: unknown) => explainer({ allows: () => true, finding: async () => finding as never })
    expect(await judged(LOCAL, by({ ...texts, base: 'the text that is signed', count: 1n }))).toMatchObject({
      finding: texts,
    })
    for (const finding of [{ a: 1n }, { ...texts, fix: 1n }, 'text', null, 7])
      expect(await judged(LOCAL, by(finding))).toEqual({ code: 'DIGEST_MISMATCH', detail: expect.any(String) })
  })

  it.each([
    ...[
      'X-Amzn-Requestid',
      'X-Amzn-Oidc-Data',
      'CloudFront-Viewer-Address',
      'X-Goog-Iap-Jwt-Assertion',
      'X-Google-Apps',
    ],
    ...['CDN-RequestId', 'X-Origin-Host', 'X-Originating-IP', 'Client-Cert', 'Disguised-Host', 'WAS-Default-Hostname'],
    ...[
      'X-Kong-Request-Id',
      'X-Consumer-Id',
      'X-Auth-Request-User',
      'Incap-Client-IP',
      'DO-Connecting-IP',
      'Ali-Cdn-Real-Ip',
    ],
    ...['l5d-client-id', 'X-Istio-Attributes', 'X-GitHub-Codespace-Name', 'X-Cf-Connecting-Ip', 'Surrogate-Capability'],
    ...['X-Netlify-Original-Pathname', 'X-FD-HealthProbe', 'X.Forwarded.For', 'WL-Proxy-Client-IP', 'X-Peer-Addr'],
  ])('is bare with %s', async (name) => {
    const { verifier } = world({ explain: loopbackOnly(), policy: { authorities: [AUTHORITY] } })
    const request = httpRequest({ url: `http://${AUTHORITY}/orders` })
    const explanation = async (...fields: readonly string[]) => {
      const verdict = await verifier.verify({ ...request, fields: [...request.fields, ...fields] }, LOCAL)
      return verdict.ok || verdict.explanation
    }
    expect(await explanation('Accept', '*/*', 'X-Own', 'a', 'Sec-Fetch-Site', 'same-origin')).toMatchObject({
      code: 'AUTH_MISSING',
    })
    expect(await explanation(name, 'a')).toBeUndefined()
    expect(await explanation('Sec-Fetch-Site', 'cross-site')).toBeUndefined()
  })

  it('names the key id that the service does not know', async () => {
    const { verifier } = world({ explain: loopbackOnly(), policy: { authorities: [AUTHORITY] } })
    const key = hmacKey({ keyId: 'a-thumbprint', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(9) })
    const request = httpRequest({ url: `http://${AUTHORITY}/orders` })
    const verdict = await verifier.verify(
      await signRequest(request, rfc9421({ key }), { clock: { now: () => NOW } }),
      LOCAL,
    )
    expect(verdict).toMatchObject({
      code: 'KEY_UNKNOWN',
      explanation: { finding: { id: 'key-unknown', cause: expect.stringContaining('"a-thumbprint"') } },
    })
  })

  it('is not that the host is of this machine, where another key has signed', async () => {
    const { verifier } = world({ explain: loopbackOnly(), policy: { authorities: [AUTHORITY] } })
    const key = hmacKey({ keyId: bot.keyId, algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(9) })
    const request = httpRequest({ url: `http://${AUTHORITY}/orders` })
    const verdict = await verifier.verify(
      await signRequest(request, rfc9421({ key }), { clock: { now: () => NOW } }),
      LOCAL,
    )
    expect(verdict).toMatchObject({ code: 'SIGNATURE_INVALID', explanation: { code: 'SIGNATURE_INVALID' } })
    expect(verdict.ok || verdict.explanation?.finding?.id).not.toBe('host-not-public')
  })

  it('of a scope is explained by its code', async () => {
    const { verifier } = world({ explain: loopbackOnly(), policy: { authorities: [AUTHORITY] } })
    const refused = verifier.refuse(await broken(), 'SCOPE_DENIED', 'the key may not', LOCAL)
    expect(refused.explanation).toEqual({ code: 'SCOPE_DENIED', detail: 'the key may not' })
  })

  it('of a Fetch host is bare where the platform does not state the address of the connection', async () => {
    const { verifier } = world({ explain: loopbackOnly(), policy: { authorities: [AUTHORITY] } })
    const request = (): Request => new Request(`http://${AUTHORITY}/orders`)
    const bare = await withSignature(verifier, () => new Response())(request())
    expect(membersOf(await bare.text())).toEqual(BARE)
    const stated = withSignature(verifier, () => new Response(), { peer: () => '127.0.0.1' })
    expect(await (await stated(request())).json()).toMatchObject({ code: 'AUTH_MISSING' })
  })
})

describe('the option', () => {
  it.each([true, 'loopback', {}, { allows: () => true }, loopbackOnly])('explainTo refuses the value %o', (explain) => {
    expect(textOf(() => world({ explain: explain as never }))).toMatch(
      /^CONFIG_INVALID .*"explain" must be an explainer/,
    )
  })

  it('of another name is refused with this one', () => {
    expect(textOf(() => world({ debug: true } as never))).toMatch(/^CONFIG_INVALID .*explain/)
    expect(textOf(() => loopbackOnly({ budget: 5 } as never))).toMatch(/^CONFIG_INVALID .*budgetMs/)
  })
})
