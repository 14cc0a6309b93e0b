import { generateKeyPairSync } from 'node:crypto'
import * as mlDsa from '@noble/post-quantum/ml-dsa.js'
import { ecdsaPrivateKey } from '../../../src/crypto/ecdsa-key.js'
import { ed25519PrivateKey } from '../../../src/crypto/ed25519-key.js'
import { hmacKey } from '../../../src/crypto/hmac-key.js'
import {
  importMlDsaKey,
  importMlDsaVerifyingKey,
  mlDsaKey,
  mlDsaKeys,
  mlDsaVerifyingKey,
  mlDsaWebCryptoSigningKey,
  mlDsaWebCryptoVerifyingKey,
} from '../../../src/crypto/ml-dsa.js'
import {
  hybrid,
  hybridAgentKey,
  hybridAgents,
  hybridVerifier,
  hybridVerifyingKey,
} from '../../../src/schemes/rfc9421/hybrid/index.js'
import {
  acceptSignature,
  component,
  negotiable,
  rfc9421,
  rfc9421Signer,
  rfc9421Verifier,
} from '../../../src/schemes/rfc9421/index.js'
import {
  activityPub,
  adcp,
  adcpVerifier,
  compatible,
  fapi2,
  fapi2Response,
  gnap,
  gnapRotation,
  ucp,
  ucpVerifier,
  visaTap,
  visaTapVerifier,
  visaTapVerifyingKey,
} from '../../../src/schemes/rfc9421/profiles/index.js'
import {
  type UnregisteredAlgorithmOptions,
  unregisteredAlgorithm,
  unregisteredVerifier,
} from '../../../src/schemes/rfc9421/unregistered.js'
import PEM from '../../vectors/rfc9964/pem.json' with { type: 'json' }
import type { OptionsRoom } from './row.js'

const RSA_PEM = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({
  format: 'pem',
  type: 'spki',
}) as string
const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(1) })
const ed25519 = ed25519PrivateKey({ keyId: 'agent-1', seed: new Uint8Array(32).fill(5) })
const p256 = ecdsaPrivateKey({
  keyId: 'agent-2',
  algorithm: 'ecdsa-p256-sha256',
  scalar: new Uint8Array(32).fill(5),
})
const ML_DSA = { keyId: 'bot-1-pq', algorithm: 'ml-dsa-44', mlDsa } as const
const mlDsaPair = mlDsaKey({ ...ML_DSA, seed: new Uint8Array(32) })
const webCryptoKey = (type: string, usage: string) =>
  ({ algorithm: { name: 'ML-DSA-44' }, type, usages: [usage] }) as unknown as CryptoKey
const UNREGISTERED: UnregisteredAlgorithmOptions<string, string> = {
  name: 'example-of-the-options-table',
  signatureBytes: 2,
  sign: () => new Uint8Array(2),
  verify: () => false,
}
const unregistered = unregisteredAlgorithm(UNREGISTERED)
const SIGNER = [
  ['lable', 'label'],
  ['tags', 'tag'],
  ['expiresIn', 'expiresInMs'],
  ['nonces', 'nonce'],
  ['digests', 'digest'],
  ['algorithm', 'alg'],
  ['keyId', 'key'],
] as const

export const room: OptionsRoom = {
  rows: [
    { name: 'countersign/rfc9421#rfc9421', call: (extra) => rfc9421({ key, ...extra }), misspelt: SIGNER },
    {
      name: 'countersign/rfc9421#rfc9421Signer',
      call: (extra) => rfc9421Signer({ key, ...extra }),
      misspelt: [...SIGNER, ['component', 'components'], ['covered', 'components'], ['whenpresent', 'whenPresent']],
    },
    {
      name: 'countersign/rfc9421#negotiable',
      call: (extra) => negotiable({ key, ...extra }),
      misspelt: [...SIGNER, ['parameter', 'parameters'], ['otherKey', 'otherKeys']],
    },
    {
      name: 'countersign/rfc9421#rfc9421Verifier',
      call: (extra) => rfc9421Verifier(extra),
      misspelt: [
        ['fieldType', 'fieldTypes'],
        ['parameter', 'parameters'],
        ['label', 'select'],
        ['maxAgeMs', 'policy'],
      ],
    },
    {
      name: 'countersign/rfc9421#component',
      call: (extra) => component('x-limits', { key: 'day', ...extra }),
      misspelt: [
        ['keys', 'key'],
        ['request', 'req'],
      ],
    },
    {
      name: 'countersign/rfc9421#acceptSignature',
      call: (extra) => acceptSignature({ required: new Set(['method']), ...extra }),
      misspelt: [
        ['require', 'required'],
        ['nonces', 'nonce'],
        ['expire', 'expires'],
      ],
    },
    {
      name: 'countersign/rfc9421/profiles#gnap',
      call: (extra) => gnap({ key, ...extra }),
      misspelt: [['nonces', 'nonce']],
    },
    {
      name: 'countersign/rfc9421/profiles#gnapRotation',
      call: (extra) => gnapRotation({ key, ...extra }),
      misspelt: [['previous', 'over']],
    },
    {
      name: 'countersign/rfc9421/profiles#adcp',
      call: (extra) => adcp({ key: ed25519, ...extra }),
      misspelt: [
        ['tag', 'use'],
        ['versions', 'version'],
      ],
    },
    {
      name: 'countersign/rfc9421/profiles#adcpVerifier',
      call: (extra) => adcpVerifier(extra),
      misspelt: [['digests', 'digest']],
    },
    {
      name: 'countersign/rfc9421/profiles#ucp',
      call: (extra) => ucp({ key: p256, ...extra }),
      misspelt: [
        ['profiles', 'profile'],
        ['dual', 'webBotAuth'],
      ],
    },
    {
      name: 'countersign/rfc9421/profiles#ucpVerifier',
      call: (extra) => ucpVerifier(extra),
      misspelt: [
        ['created', 'requireCreated'],
        ['mcps', 'mcp'],
      ],
    },
    {
      name: 'countersign/rfc9421/profiles#fapi2',
      call: (extra) => fapi2({ key, ...extra }),
      misspelt: [['digests', 'digest']],
    },
    {
      name: 'countersign/rfc9421/profiles#compatible',
      call: (extra) => compatible({ key: ed25519, ...extra }),
      misspelt: [
        ['lable', 'label'],
        ['expiresIn', 'expiresInMs'],
      ],
    },
    {
      name: 'countersign/rfc9421/profiles#fapi2Response',
      call: (extra) => fapi2Response({ key, ...extra }),
      misspelt: [['lable', 'label']],
    },
    {
      name: 'countersign/rfc9421/profiles#activityPub',
      call: (extra) => activityPub({ key: ed25519, ...extra }),
      misspelt: [['actor', 'key']],
    },
    {
      name: 'countersign/rfc9421/profiles#visaTap',
      call: (extra) => visaTap({ key: ed25519, purpose: 'pay', ...extra }),
      misspelt: [['tag', 'purpose']],
    },
    {
      name: 'countersign/rfc9421/profiles#visaTapVerifier',
      call: (extra) => visaTapVerifier(extra),
      misspelt: [['tag', 'purpose']],
    },
    {
      name: 'countersign/rfc9421/profiles#visaTapVerifyingKey',
      call: (extra) => visaTapVerifyingKey(RSA_PEM, { keyId: 'agent-1', ...extra }),
      misspelt: [['formats', 'format']],
    },
    {
      name: 'countersign/rfc9421/ml-dsa#mlDsaKey',
      call: (extra) => mlDsaKey({ ...ML_DSA, seed: new Uint8Array(32), ...extra }),
      misspelt: [
        ['kid', 'keyId'],
        ['seeds', 'seed'],
      ],
    },
    {
      name: 'countersign/rfc9421/ml-dsa#mlDsaVerifyingKey',
      call: (extra) => mlDsaVerifyingKey({ ...ML_DSA, publicKey: mlDsaPair.publicJwk, ...extra }),
      misspelt: [['publicKeys', 'publicKey']],
    },
    {
      name: 'countersign/rfc9421/ml-dsa#importMlDsaKey',
      call: (extra) => importMlDsaKey(PEM.keys[0]?.private ?? '', { keyId: 'a', mlDsa, ...extra }),
      misspelt: [['kid', 'keyId']],
    },
    {
      name: 'countersign/rfc9421/ml-dsa#importMlDsaVerifyingKey',
      call: (extra) => importMlDsaVerifyingKey(PEM.keys[0]?.public ?? '', { keyId: 'a', mlDsa, ...extra }),
      misspelt: [['alg', 'algorithm']],
    },
    {
      name: 'countersign/rfc9421/ml-dsa#mlDsaKeys',
      call: (extra) => mlDsaKeys({ mlDsa, ...extra }),
      misspelt: [['mldsa', 'mlDsa']],
    },
    {
      name: 'countersign/rfc9421/ml-dsa#mlDsaWebCryptoSigningKey',
      call: (extra) =>
        mlDsaWebCryptoSigningKey(webCryptoKey('private', 'sign'), { keyId: 'a', algorithm: 'ml-dsa-44', ...extra }),
      misspelt: [['alg', 'algorithm']],
    },
    {
      name: 'countersign/rfc9421/ml-dsa#mlDsaWebCryptoVerifyingKey',
      call: (extra) =>
        mlDsaWebCryptoVerifyingKey(webCryptoKey('public', 'verify'), { keyId: 'a', algorithm: 'ml-dsa-44', ...extra }),
      misspelt: [['alg', 'algorithm']],
    },
    {
      name: 'countersign/rfc9421/hybrid#hybrid',
      call: (extra) => hybrid({ classical: ed25519, postQuantum: mlDsaPair, ...extra }),
      misspelt: [
        ['key', 'classical'],
        ['label', 'labels'],
        ['expiresIn', 'expiresInMs'],
      ],
    },
    {
      name: 'countersign/rfc9421/hybrid#hybridVerifier',
      call: (extra) => hybridVerifier(extra),
      misspelt: [
        ['label', 'labels'],
        ['parameter', 'parameters'],
      ],
    },
    {
      name: 'countersign/rfc9421/hybrid#hybridVerifyingKey',
      call: (extra) =>
        hybridVerifyingKey({
          classical: ed25519.verifyingKey,
          postQuantum: mlDsaPair.verifyingKey,
          ...extra,
        }),
      misspelt: [['postquantum', 'postQuantum']],
    },
    {
      name: 'countersign/rfc9421/hybrid#hybridAgentKey',
      call: (extra) => hybridAgentKey({ classical: ed25519, postQuantum: mlDsaPair, ...extra }),
      misspelt: [['postquantum', 'postQuantum']],
    },
    {
      name: 'countersign/rfc9421/hybrid#hybridAgents',
      call: (extra) => hybridAgents(extra),
      misspelt: [['require', 'required']],
    },
    {
      name: 'countersign/rfc9421/unregistered#unregisteredAlgorithm',
      call: (extra) => unregisteredAlgorithm({ ...UNREGISTERED, ...extra }),
      misspelt: [
        ['alg', 'name'],
        ['signatureByte', 'signatureBytes'],
      ],
    },
    {
      name: 'countersign/rfc9421/unregistered#unregisteredVerifier',
      call: (extra) => unregisteredVerifier({ algorithms: [unregistered], ...extra }),
      misspelt: [
        ['algorithm', 'algorithms'],
        ['parameter', 'parameters'],
      ],
    },
  ],
  without: {
    'countersign/rfc9421/hybrid#hybridKeys': 'what mlDsaKeys() makes',
    'countersign/rfc9421/ml-dsa#mlDsaThumbprint': 'a JWK',
    'countersign/rfc9421/profiles#adcpTarget': 'one text',
    'countersign/rfc9421/profiles#adcpVerifyingKey': 'a JWK, and a word',
    'countersign/rfc9421/profiles#fapi2Verifier': '',
    'countersign/rfc9421/profiles#fapi2ResponseVerifier': '',
    'countersign/rfc9421/profiles#activityPubVerifier': '',
    'countersign/rfc9421/profiles#compatibleVerifier': '',
    'countersign/rfc9421#parseAcceptSignature': 'one text',
    'countersign/rfc9421#parseSignatureError': 'one text',
    'countersign/rfc9421/profiles#gnapVerifier': '',
    'countersign/rfc9421/profiles#gnapRotationVerifier': '',
  },
}
