import { presign, sigv4, sigv4Key, sigv4Url, sigv4Verifier } from '../../../src/schemes/sigv4/index.js'
import type { OptionsRoom } from './row.js'

const accessKey = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const key = sigv4Key(accessKey)
const place = { region: 'eu-central-1', service: 'orders' }

const KEY = [
  ['accessKey', 'accessKeyId'],
  ['secretKey', 'secretAccessKey'],
  ['keyId', 'accessKeyId'],
] as const
const SIGNER = [
  ['regions', 'region'],
  ['services', 'service'],
  ['sessiontoken', 'sessionToken'],
  ['secretAccessKey', 'sigv4Key'],
  ['singleEncode', 'doubleEncode'],
  ['normalizePaths', 'normalizePath'],
] as const
const VERIFIER = [
  ['regions', 'region'],
  ['services', 'service'],
  ['unsignedPayloads', 'unsignedPayload'],
  ['streaming', 'chunked'],
  ['reusableUrl', 'reusableUrls'],
  ['maxAgeMs', 'policy'],
] as const

export const room: OptionsRoom = {
  rows: [
    {
      name: 'countersign/sigv4#sigv4Key',
      call: (extra) => sigv4Key({ ...accessKey, ...extra }),
      misspelt: KEY,
    },
    {
      name: 'countersign/sigv4#sigv4',
      call: (extra) => sigv4({ key, ...place, ...extra }),
      misspelt: SIGNER,
    },
    {
      name: 'countersign/sigv4#sigv4Url',
      call: (extra) => sigv4Url({ key, ...place, expiresS: 60, ...extra }),
      misspelt: [...SIGNER, ['expires', 'expiresS'], ['expiresIn', 'expiresS']],
    },
    {
      name: 'countersign/sigv4#presign',
      call: (extra) =>
        presign({ key, ...place, expiresS: 60, url: 'https://api.example.com/', nowMs: 1_700_000_000_000, ...extra }),
      misspelt: [...SIGNER, ['expires', 'expiresS'], ['now', 'nowMs'], ['header', 'headers']],
    },
    { name: 'countersign/sigv4#sigv4Verifier', call: (extra) => sigv4Verifier(extra), misspelt: VERIFIER },
  ],
  without: {},
}
