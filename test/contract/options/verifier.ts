import { generateKeyPairSync } from 'node:crypto'
import { assertKeyPolicy } from '../../../src/access/key-policy.js'
import { hmacKey } from '../../../src/crypto/hmac-key.js'
import { importVerifyingKey } from '../../../src/crypto/index.js'
import { httpRequest } from '../../../src/message/message.js'
import { rfc9421Verifier } from '../../../src/schemes/rfc9421/index.js'
import { schemeDemands } from '../../../src/schemes/scheme.js'
import { directoryDocument, keyDirectory } from '../../../src/server/directory/directory.js'
import { explainer } from '../../../src/server/explain.js'
import { staticKeys } from '../../../src/server/key-source.js'
import { strictPolicy, tradingPolicy } from '../../../src/server/policy/strict-policy.js'
import { rateLimits } from '../../../src/server/rate-limits.js'
import { memoryReplayStore } from '../../../src/server/replay/memory.js'
import { createVerifier } from '../../../src/server/verifier.js'
import type { OptionsRoom } from './row.js'

const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(1) })
const authorities = ['api.example.com']
const made = (extra: object) =>
  createVerifier({
    schemes: [rfc9421Verifier()],
    keys: staticKeys([{ key }]),
    policy: strictPolicy({ authorities }),
    replay: memoryReplayStore({ restartBarrier: false }),
    ...extra,
  })
const POLICY = [
  ['maxAge', 'maxAgeMs'],
  ['maxfutureMs', 'maxFutureMs'],
  ['requires', 'require'],
  ['authority', 'authorities'],
  ['algorithm', 'algorithms'],
  ['requireexpires', 'requireExpires'],
  ['perschemes', 'perScheme'],
] as const

export const room: OptionsRoom = {
  rows: [
    {
      name: 'countersign/server#strictPolicy',
      call: (extra) => strictPolicy({ authorities, ...extra }),
      misspelt: POLICY,
    },
    {
      name: 'countersign/server#tradingPolicy',
      call: (extra) => tradingPolicy({ authorities, ...extra }),
      misspelt: POLICY,
    },
    {
      name: 'countersign/server#strictPolicy: perScheme',
      call: (extra) => strictPolicy({ authorities, perScheme: { rfc9421: extra } }),
      misspelt: [
        ['maxAge', 'maxAgeMs'],
        ['untime', 'untimed'],
      ],
    },
    {
      name: 'countersign/server#createVerifier',
      call: made,
      misspelt: [
        ['scheme', 'schemes'],
        ['key', 'keys'],
        ['replays', 'replay'],
        ['nonces', 'replay'],
        ['limit', 'limits'],
        ['storeTimeout', 'storeTimeoutMs'],
        ['authorities', 'policy'],
        ['explains', 'explain'],
        ['signatureErrors', 'signatureError'],
        ['debug', 'explain'],
      ],
    },
    {
      name: 'countersign/server#rateLimits',
      call: (extra) => rateLimits({ peer: { take: () => ({ ok: true, retryAfterMs: 0 }) }, ...extra }),
      misspelt: [
        ['peers', 'peer'],
        ['keys', 'key'],
      ],
    },
    {
      name: 'countersign/server#explainer',
      call: (extra) => explainer({ allows: () => false, finding: async () => undefined, ...extra }),
      misspelt: [
        ['allow', 'allows'],
        ['findings', 'finding'],
      ],
    },
    {
      name: 'countersign/server#createVerifier().verify',
      call: (extra) => made({}).verify(httpRequest({ url: 'https://api.example.com/' }), extra),
      misspelt: [
        ['scopes', 'scope'],
        ['clientIP', 'clientIp'],
        ['stream', 'streamBody'],
      ],
    },
    {
      name: 'countersign/server#staticKeys',
      call: (extra) => staticKeys([{ key, ...extra }]),
      misspelt: [
        ['allowIPs', 'allowIp'],
        ['expiresAt', 'expiresAtMs'],
        ['scope', 'scopes'],
        ['rateLimits', 'rateLimit'],
      ],
    },
    {
      name: 'countersign/server/directory#keyDirectory',
      call: (extra) => keyDirectory({ url: 'https://keys.example.com', ...extra }),
      misspelt: [
        ['uri', 'url'],
        ['maxAge', 'maxAgeMs'],
        ['allowOrigin', 'allowOrigins'],
        ['cooldown', 'cooldownMs'],
      ],
    },
    {
      name: 'countersign/server/directory#directoryDocument',
      call: async (extra) => {
        const { publicKey } = generateKeyPairSync('ed25519')
        const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string
        return directoryDocument([
          { key: await importVerifyingKey(pem, { keyId: 'k', algorithm: 'ed25519' }), ...extra },
        ])
      },
      misspelt: [
        ['expiresAt', 'expiresAtMs'],
        ['notBefore', 'notBeforeMs'],
      ],
    },
    {
      name: 'countersign/server#schemeDemands',
      call: (extra) => schemeDemands({ require: ['method'], requireWithBody: [], requireNonce: false, ...extra }),
      misspelt: [['maxLifetime', 'maxLifetimeMs']],
    },
    {
      name: 'countersign/server#assertKeyPolicy',
      call: (extra) => assertKeyPolicy({ methods: ['GET'], ...extra }),
      misspelt: [
        ['method', 'methods'],
        ['maxBody', 'maxBodyBytes'],
      ],
    },
  ],
  without: {
    'countersign/server/directory#isPublicAddress': 'an address',
  },
}
