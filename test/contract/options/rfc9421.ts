import { hmacKey } from '../../../src/crypto/hmac-key.js'
import {
  acceptSignature,
  component,
  negotiable,
  rfc9421,
  rfc9421Signer,
  rfc9421Verifier,
} from '../../../src/schemes/rfc9421/index.js'
import { gnap, gnapRotation } from '../../../src/schemes/rfc9421/profiles/index.js'
import type { OptionsRoom } from './row.js'

const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(1) })
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
      misspelt: [...SIGNER, ['parameter', 'parameters']],
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
  ],
  without: {
    'countersign/rfc9421#parseAcceptSignature': 'one text',
    'countersign/rfc9421/profiles#gnapVerifier': '',
    'countersign/rfc9421/profiles#gnapRotationVerifier': '',
  },
}
