import { hmacKey } from '../../../src/crypto/hmac-key.js'
import { isCountersignError } from '../../../src/errors.js'
import { createGate, createMcpServer, createSigningProxy, memoryRateLimiter, probe } from '../../../src/proxy/index.js'
import { rfc9421, rfc9421Verifier } from '../../../src/schemes/rfc9421/index.js'
import { staticKeys } from '../../../src/server/key-source.js'
import { strictPolicy } from '../../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../../src/server/replay/memory.js'
import { createVerifier } from '../../../src/server/verifier.js'
import type { OptionsRoom } from './row.js'

const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(7) })
const target = { target: 'https://api.example.com', signer: rfc9421({ key }) }
const verifier = createVerifier({
  schemes: [rfc9421Verifier()],
  keys: staticKeys([{ key }]),
  policy: strictPolicy({ authorities: ['api.example.com'] }),
  replay: memoryReplayStore({ restartBarrier: false }),
})

/** Nothing listens there, which is found only where the options are taken. */
const unanswered = (error: unknown): void => {
  if (!isCountersignError(error, 'HOST_FAULT')) throw error
}

export const room: OptionsRoom = {
  rows: [
    {
      name: 'countersign/proxy#createSigningProxy',
      call: (extra) => createSigningProxy({ targets: [target], ...extra }),
      misspelt: [
        ['target', 'targets'],
        ['port', 'listen: { port }'],
        ['signer', 'targets: [{ signer }]'],
        ['grace', 'graceMs'],
      ],
    },
    {
      name: 'countersign/proxy#createSigningProxy: targets',
      call: (extra) => createSigningProxy({ targets: [{ ...target, ...extra }] }),
      misspelt: [
        ['url', 'target'],
        ['key', 'rfc9421({ key })'],
        ['timeout', 'timeoutMs'],
        ['route', 'routes'],
      ],
    },
    {
      name: 'countersign/proxy#createSigningProxy: routes',
      call: (extra) => createSigningProxy({ targets: [{ ...target, routes: [{ path: '/orders', ...extra }] }] }),
      misspelt: [
        ['methods', 'method'],
        ['url', 'path'],
      ],
    },
    {
      name: 'countersign/proxy#createSigningProxy: listen',
      call: (extra) => createSigningProxy({ targets: [target], listen: extra }),
      misspelt: [
        ['address', 'host'],
        ['beyondLoop', 'beyondLoopback'],
      ],
    },
    {
      name: 'countersign/proxy#createGate',
      call: (extra) => createGate({ verifier, upstream: 'http://127.0.0.1:8080', ...extra }),
      misspelt: [
        ['target', 'upstream'],
        ['port', 'listen: { port }'],
        ['keys', 'createVerifier({ keys })'],
        ['scopes', 'scope'],
        ['timeout', 'timeoutMs'],
      ],
    },
    {
      name: 'countersign/proxy#memoryRateLimiter',
      call: (extra) => memoryRateLimiter({ limit: 600, windowMs: 60_000, ...extra }),
      misspelt: [
        ['window', 'windowMs'],
        ['points', 'limit'],
      ],
    },
    {
      name: 'countersign/proxy#createMcpServer',
      call: (extra) => createMcpServer({ targets: [target], ...extra }),
      misspelt: [
        ['target', 'targets'],
        ['signer', 'targets: [{ signer }]'],
        ['maxAnswer', 'maxAnswerBytes'],
      ],
    },
    {
      name: 'countersign/proxy#probe',
      call: (extra) => probe('http://127.0.0.1:1/', { key, ...extra }).catch(unanswered),
      misspelt: [
        ['headders', 'headers'],
        ['data', 'body'],
        ['timeout', 'timeoutMs'],
        ['iOwnThisServer', 'ownServer'],
      ],
    },
  ],
  without: {},
}
