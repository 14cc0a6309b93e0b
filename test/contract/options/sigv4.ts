import { httpRequest } from '../../../src/message/message.js'
import { signPreparedSync } from '../../../src/schemes/scheme.js'
import {
  acs3,
  acs3Key,
  acs3Verifier,
  goog4,
  goog4Key,
  goog4PostPolicy,
  goog4Url,
  goog4Verifier,
  huawei,
  huaweiKey,
  huaweiVerifier,
  oss4,
  oss4Key,
  oss4Url,
  oss4Verifier,
  presign,
  sigv4,
  sigv4a,
  sigv4aKey,
  sigv4aUrl,
  sigv4aVerifier,
  sigv4Chunked,
  sigv4Key,
  sigv4PostPolicy,
  sigv4Url,
  sigv4Verifier,
  tc3,
  tc3Key,
  tc3Verifier,
  tos4,
  tos4Key,
  tos4Url,
  tos4Verifier,
  verifyChunks,
  verifyPostPolicy,
  volc,
  volcKey,
  volcVerifier,
} from '../../../src/schemes/sigv4/index.js'
import { signAwsRequest } from '../../../src/schemes/sigv4/sign-header.js'
import type { OptionsRoom } from './row.js'

const accessKey = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const key = sigv4Key(accessKey)
const place = { region: 'eu-central-1', service: 'orders' }

const NOW = 1_700_000_000_000
const pair = sigv4aKey(accessKey)
const several = { key: pair, regionSet: '*', service: 'orders' }

const chunks = sigv4Chunked({ key, region: 'a' })
const upload = signPreparedSync(
  chunks.scheme.prepare(httpRequest({ method: 'PUT', url: 'https://a.example/b', body: 'text' }), {
    keyId: key.keyId,
    algorithm: key.algorithm,
    nowMs: NOW,
    nonce: '',
  }),
  key,
)
const google = goog4Key(accessKey)

const form = { conditions: [{ bucket: 'photos' }], expiresS: 60, nowMs: 1_700_000_000_000 } as const
const POLICY = [
  ['expiration', 'expiresS'],
  ['condition', 'conditions'],
  ['now', 'nowMs'],
] as const

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
      call: (extra) => presign({ key, ...place, expiresS: 60, url: 'https://api.example.com/', nowMs: NOW, ...extra }),
      misspelt: [...SIGNER, ['expires', 'expiresS'], ['now', 'nowMs'], ['header', 'headers']],
    },
    { name: 'countersign/sigv4#sigv4aKey', call: (extra) => sigv4aKey({ ...accessKey, ...extra }), misspelt: KEY },
    {
      name: 'countersign/sigv4#sigv4a',
      call: (extra) => sigv4a({ ...several, ...extra }),
      misspelt: [...SIGNER.slice(1, 3), ['region', 'regionSet']],
    },
    {
      name: 'countersign/sigv4#sigv4aUrl',
      call: (extra) => sigv4aUrl({ ...several, expiresS: 60, ...extra }),
      misspelt: [...SIGNER.slice(1, 3), ['regions', 'regionSet'], ['expires', 'expiresS']],
    },
    { name: 'countersign/sigv4#sigv4aVerifier', call: (extra) => sigv4aVerifier(extra), misspelt: VERIFIER },
    { name: 'countersign/sigv4#goog4Key', call: (extra) => goog4Key({ ...accessKey, ...extra }), misspelt: KEY },
    { name: 'countersign/sigv4#goog4', call: (extra) => goog4({ key: google, ...extra }), misspelt: SIGNER },
    {
      name: 'countersign/sigv4#goog4Url',
      call: (extra) => goog4Url({ key: google, expiresS: 60, ...extra }),
      misspelt: [...SIGNER, ['expires', 'expiresS']],
    },
    {
      name: 'countersign/sigv4#goog4Verifier',
      call: (extra) => goog4Verifier(extra),
      misspelt: [...VERIFIER, ['algorithms', 'algorithm']],
    },
    ...Object.entries({ acs3Key, huaweiKey, oss4Key, tc3Key, tos4Key, volcKey }).map(([name, make]) => ({
      name: `countersign/sigv4#${name}`,
      call: (extra: object) => make({ ...accessKey, ...extra }),
      misspelt: KEY,
    })),
    ...Object.entries({
      acs3: (extra: object) => acs3({ key: acs3Key(accessKey), ...extra }),
      huawei: (extra: object) => huawei({ key: huaweiKey(accessKey), ...extra }),
      oss4: (extra: object) => oss4({ key: oss4Key(accessKey), region: 'a', ...extra }),
      oss4Url: (extra: object) => oss4Url({ key: oss4Key(accessKey), region: 'a', expiresS: 60, ...extra }),
      tc3: (extra: object) => tc3({ key: tc3Key(accessKey), service: 'a', ...extra }),
      tos4: (extra: object) => tos4({ key: tos4Key(accessKey), region: 'a', ...extra }),
      tos4Url: (extra: object) => tos4Url({ key: tos4Key(accessKey), region: 'a', expiresS: 60, ...extra }),
      volc: (extra: object) => volc({ key: volcKey(accessKey), ...place, ...extra }),
    }).map(([name, call]) => ({ name: `countersign/sigv4#${name}`, call, misspelt: SIGNER })),
    ...Object.entries({
      acs3Verifier,
      huaweiVerifier,
      oss4Verifier,
      tc3Verifier,
      tos4Verifier,
      volcVerifier,
    }).map(([name, call]) => ({ name: `countersign/sigv4#${name}`, call, misspelt: VERIFIER.slice(2) })),
    {
      name: 'countersign/sigv4#sigv4Chunked',
      call: (extra) => sigv4Chunked({ key, region: 'a', ...extra }),
      misspelt: [...SIGNER, ['chunkSize', 'chunkBytes'], ['checksums', 'checksum']],
    },
    {
      name: 'countersign/sigv4#verifyChunks',
      call: (extra) => verifyChunks({ request: upload, key, ...extra }),
      misspelt: [
        ['maxChunkSize', 'maxChunkBytes'],
        ['maxSize', 'maxBytes'],
        ['keys', 'key'],
      ],
    },
    {
      name: 'countersign/sigv4#sigv4PostPolicy',
      call: (extra) => sigv4PostPolicy({ key, region: 'a', ...form, ...extra }),
      misspelt: POLICY,
    },
    {
      name: 'countersign/sigv4#goog4PostPolicy',
      call: (extra) => goog4PostPolicy({ key: google, ...form, ...extra }),
      misspelt: POLICY,
    },
    {
      name: 'countersign/sigv4#verifyPostPolicy',
      call: async (extra) =>
        verifyPostPolicy({
          fields: Object.entries(await sigv4PostPolicy({ key, region: 'a', ...form })),
          ...{ bucket: 'photos', fileBytes: 1, keyFor: () => key, nowMs: form.nowMs },
          ...extra,
        }),
      misspelt: [
        ['field', 'fields'],
        ['fileByte', 'fileBytes'],
        ['now', 'nowMs'],
      ],
    },
    {
      name: 'countersign/sigv4/header#signAwsRequest',
      call: (extra) =>
        signAwsRequest({ url: 'https://a.example/', ...extra }, accessKey, { region: 'a', service: 'b' }, NOW),
      misspelt: [
        ['header', 'headers'],
        ['hash', 'payloadHash'],
      ],
    },
    {
      name: 'countersign/sigv4/header#signAwsRequest: the access key',
      call: (extra) =>
        signAwsRequest({ url: 'https://a.example/' }, { ...accessKey, ...extra }, { region: 'a', service: 'b' }, NOW),
      misspelt: [
        ['accessKey', 'accessKeyId'],
        ['token', 'sessionToken'],
      ],
    },
    {
      name: 'countersign/sigv4/header#signAwsRequest: the scope',
      call: (extra) =>
        signAwsRequest({ url: 'https://a.example/' }, accessKey, { region: 'a', service: 'b', ...extra }, NOW),
      misspelt: [['regions', 'region']],
    },
    { name: 'countersign/sigv4#sigv4Verifier', call: (extra) => sigv4Verifier(extra), misspelt: VERIFIER },
  ],
  without: {},
}
