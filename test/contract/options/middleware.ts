import type { IncomingMessage } from 'node:http'
import { ipRanges } from '../../../src/access/cidr.js'
import { hmacKey } from '../../../src/crypto/hmac-key.js'
import { rfc9421, rfc9421Verifier } from '../../../src/schemes/rfc9421/index.js'
import { staticKeys } from '../../../src/server/key-source.js'
import { clientIp } from '../../../src/server/middleware/client-ip.js'
import * as onExpress from '../../../src/server/middleware/express.js'
import * as onFastify from '../../../src/server/middleware/fastify.js'
import * as onFetch from '../../../src/server/middleware/fetch.js'
import * as onHono from '../../../src/server/middleware/hono.js'
import * as onKoa from '../../../src/server/middleware/koa.js'
import * as onLambda from '../../../src/server/middleware/lambda.js'
import * as onNest from '../../../src/server/middleware/nest.js'
import * as onNode from '../../../src/server/middleware/node.js'
import { publicUrlReader } from '../../../src/server/middleware/public-url.js'
import * as onSvelteKit from '../../../src/server/middleware/sveltekit.js'
import { strictPolicy } from '../../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../../src/server/replay/memory.js'
import { createResponseSigner } from '../../../src/server/respond.js'
import type { Accepted } from '../../../src/server/verdict.js'
import { createVerifier } from '../../../src/server/verifier.js'
import { instrumentVerifier } from '../../../src/telemetry/index.js'
import type { OptionsRoom } from './row.js'

const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(1) })
const verifier = createVerifier({
  schemes: [rfc9421Verifier()],
  keys: staticKeys([{ key }]),
  policy: strictPolicy({ authorities: ['api.example.com'] }),
  replay: memoryReplayStore({ restartBarrier: false }),
})
const incoming = { rawHeaders: ['Host', 'api.example.com'], url: '/', method: 'GET', headers: {} } as IncomingMessage
const sending = { statusCode: 0, removeHeader: () => {}, appendHeader: () => {}, end: () => {} }
const publicOrigin = 'https://api.example.com'

const EVERYWHERE: ReadonlyArray<readonly [string, string]> = [
  ['publicorigin', 'publicOrigin'],
  ['origin', 'publicOrigin'],
  ['trustedProxy', 'trustedProxies'],
  ['trustProxy', 'trustedProxies'],
  ['forward', 'forwarded'],
  ['publicPathprefix', 'publicPathPrefix'],
  ['acceptAbsolute', 'acceptAbsoluteForm'],
  ['acceptEncodedSlashes', 'acceptEncodedSlash'],
  ['acceptAnyPaths', 'acceptAnyPath'],
  ['scopes', 'scope'],
  ['route', 'routes'],
  ['stream', 'streamBody'],
  ['requestID', 'requestId'],
  ['costs', 'cost'],
  ['onerror', 'onError'],
]
const PREFLIGHT = [['exemptPreflights', 'exemptPreflight']] as const
const SIGNED = [
  ['signResponse', 'signResponses'],
  ['peers', 'peer'],
] as const

export const room: OptionsRoom = {
  rows: [
    {
      name: 'countersign/server/express#requireSignature',
      call: (extra) => onExpress.requireSignature(verifier, { publicOrigin, ...extra }),
      misspelt: [...EVERYWHERE, ...PREFLIGHT],
    },
    {
      name: 'countersign/server/fastify#requireSignature',
      call: (extra) => onFastify.requireSignature(verifier, { publicOrigin, ...extra }),
      misspelt: [...EVERYWHERE, ...PREFLIGHT],
    },
    {
      name: 'countersign/server/hono#requireSignature',
      call: (extra) => onHono.requireSignature(verifier, { publicOrigin, ...extra }),
      misspelt: [...EVERYWHERE, ...PREFLIGHT, ...SIGNED],
    },
    {
      name: 'countersign/server/koa#requireSignature',
      call: (extra) => onKoa.requireSignature(verifier, { publicOrigin, ...extra }),
      misspelt: [...EVERYWHERE, ...PREFLIGHT],
    },
    {
      name: 'countersign/server/node#verifyRequest',
      call: (extra) => onNode.verifyRequest(verifier, { publicOrigin, ...extra }),
      misspelt: [...EVERYWHERE, ...PREFLIGHT],
    },
    {
      name: 'countersign/server/node#withSignature',
      call: (extra) => onNode.withSignature(verifier, () => {}, { publicOrigin, ...extra }),
      misspelt: [...EVERYWHERE, ['exemptPreflight', 'known: ']],
    },
    {
      name: 'countersign/server/fetch#withSignature',
      call: (extra) => onFetch.withSignature(verifier, () => new Response(), { publicOrigin, ...extra }),
      misspelt: [...EVERYWHERE, ...SIGNED, ['preflights', 'preflight'], ['exemptPreflight', 'preflight']],
    },
    {
      name: 'countersign/server/lambda#withSignature',
      call: (extra) => onLambda.withSignature(verifier, () => ({ statusCode: 204 }), { publicOrigin, ...extra }),
      // The whole body is there before.
      misspelt: [
        ...EVERYWHERE.filter(([, meant]) => meant !== 'streamBody'),
        ...SIGNED,
        ['targets', 'target'],
        ['streamBody', 'known: '],
      ],
    },
    {
      name: 'countersign/server/nest#signatureGuard',
      call: (extra) => onNest.signatureGuard(verifier, { publicOrigin, ...extra }),
      misspelt: [...EVERYWHERE.filter(([, meant]) => meant !== 'streamBody'), ['streamBody', 'known: ']],
    },
    {
      name: 'countersign/server/sveltekit#signatureHandle',
      call: (extra) => onSvelteKit.signatureHandle(verifier, { publicOrigin, ...extra }),
      misspelt: [...EVERYWHERE, ...PREFLIGHT, ...SIGNED],
    },
    {
      name: 'countersign/telemetry#instrumentVerifier',
      call: (extra) => instrumentVerifier(verifier, { tracer: { startSpan: () => undefined as never }, ...extra }),
      misspelt: [
        ['trace', 'tracer'],
        ['metrics', 'meter'],
      ],
    },
    {
      name: 'countersign/server#publicUrlReader',
      call: (extra) => publicUrlReader({ publicOrigin, ...extra }),
      misspelt: EVERYWHERE.slice(0, 6),
    },
    {
      name: 'countersign/server#clientIp',
      call: (extra) => clientIp({ peer: '192.0.2.1', forwardedFor: [], trustedProxies: ipRanges([]), ...extra }),
      misspelt: [
        ['peerIp', 'peer'],
        ['forwarded', 'forwardedFor'],
        ['trustedProxy', 'trustedProxies'],
      ],
    },
    {
      name: 'countersign/server#createResponseSigner',
      call: (extra) => createResponseSigner(rfc9421({ key }), extra),
      misspelt: [['clocks', 'clock']],
    },
    {
      name: 'countersign/server/node#signAndSend',
      call: (extra) =>
        onNode.signAndSend(async (response) => response, {} as Accepted, sending, { status: 200, ...extra }),
      misspelt: [
        ['statusCode', 'status'],
        ['header', 'headers'],
        ['bodies', 'body'],
      ],
    },
    {
      name: 'countersign/server/node#fromIncomingMessage',
      call: (extra) => onNode.fromIncomingMessage(incoming, { scheme: 'https', rawBody: new Uint8Array(), ...extra }),
      misspelt: [
        ['schema', 'scheme'],
        ['host', 'authority'],
        ['rawbody', 'rawBody'],
      ],
    },
    {
      name: 'countersign/server/node#fromIncomingResponse',
      call: (extra) => onNode.fromIncomingResponse({ ...incoming, statusCode: 204 } as IncomingMessage, extra),
      misspelt: [['requests', 'request']],
    },
  ],
  without: {
    'countersign/server#refusalResponse': 'a verdict and its verifier',
    'countersign/server#streamedBody': 'a verifier and its answers, from the verifier',
    'countersign/server#signatureErrors': 'a verdict and its facts, from the verifier',
    'countersign/server/express#keepRawBody': 'called by a body parser',
    'countersign/server/express#requireScope': '',
    'countersign/server/fastify#requireScope': '',
    'countersign/server/fetch#verdictOf': 'a request',
    'countersign/telemetry#verdictSerializer': 'a verdict',
    'countersign/server/lambda#requireScope': '',
    'countersign/server/nest#scopeGuard': '',
    'countersign/server/fetch#requireScope': '',
    'countersign/server/hono#requireScope': '',
    'countersign/server/koa#requireScope': '',
    'countersign/server/node#requireScope': '',
    'countersign/server#ipRanges': 'a list of ranges',
    'countersign/server#assertIpRules': 'takes a whole record',
  },
}
