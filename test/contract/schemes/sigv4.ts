import { type HmacKey, importRsaSigningKey, type SyncPrivateKey } from '../../../src/crypto/index.js'
import { type HttpMessage, httpRequest, isRequest } from '../../../src/message/message.js'
import type { Signer } from '../../../src/schemes/scheme.js'
import {
  acs3,
  acs3Key,
  acs3Verifier,
  goog4,
  goog4Key,
  goog4Url,
  goog4Verifier,
  huawei,
  huaweiKey,
  huaweiVerifier,
  oss4,
  oss4Key,
  oss4Url,
  oss4Verifier,
  sigv4,
  sigv4a,
  sigv4aKey,
  sigv4aUrl,
  sigv4aVerifier,
  sigv4Chunked,
  sigv4Key,
  sigv4Url,
  sigv4Verifier,
  tc3,
  tc3Key,
  tc3Verifier,
  tos4,
  tos4Key,
  tos4Url,
  tos4Verifier,
  volc,
  volcKey,
  volcVerifier,
} from '../../../src/schemes/sigv4/index.js'
import { rsaPem } from '../../attacks/world.js'
import { arbitraryRequest } from '../../property/rfc9421-messages.js'
import { HOST, type SchemeRow } from './row.js'

const access = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const key = sigv4Key(access)
const place = { region: 'eu-central-1', service: 'orders' }

// A "%" without two digits is in no URL, and a signer refuses it.
const arbitraryMessage = arbitraryRequest.map((message) =>
  isRequest(message) ? { ...message, target: message.target.replace(/%(?![0-9a-f]{2})/gi, '%25') } : message,
)

const withoutBody = arbitraryMessage.map((message) => ({ ...message, body: null }))
const pair = sigv4aKey(access)
const google = goog4Key(access)
const tencent = tc3Key(access)
const alibaba = acs3Key(access)
const huaweiCloud = huaweiKey(access)
const oss = oss4Key(access)
const tos = tos4Key(access)
const volcengine = volcKey(access)
// Google signs the host without its port.
const portless = <M extends HttpMessage>(message: M): M =>
  isRequest(message) ? { ...message, authority: message.authority.replace(/:\d+$/, '') } : message
const withoutPort = arbitraryMessage.map(portless)
const get = httpRequest({ url: `http://${HOST}/v1/orders?b=2&a=1` })
export const sessionToken = 'token/of+temporary/credentials=='
const at = { key, ...place }

/** The chunks are a stream, which has tests of its own. */
const headOf = ({ scheme, key }: Signer<HmacKey>): Signer<HmacKey> => ({
  key,
  scheme: {
    id: scheme.id,
    prepare: (message, context) => {
      const prepared = scheme.prepare(message, context)
      const { base, encoding, trace } = prepared
      return {
        ...{ base, encoding, trace },
        attach: (signature) => ({ ...prepared.attach(signature), body: new Uint8Array(0) }),
      }
    },
  },
})

/** RSA signs at once with the native backend only, which the laws need. */
const rsaRows = async (): Promise<readonly SchemeRow[]> => {
  if (process.env['COUNTERSIGN_BACKEND'] === 'portable') return []
  const keyId = 'orders@project.example'
  const rsa = (await importRsaSigningKey(rsaPem, { keyId, algorithm: 'rsa-v1_5-sha256' })) as unknown as SyncPrivateKey
  const { verifyingKey } = rsa
  return [
    {
      name: 'goog4 with RSA',
      of: ['goog4', 'goog4Verifier'],
      signer: goog4({ key: rsa }),
      verifyingKey,
      verifier: goog4Verifier(),
      arbitraryMessage: withoutPort,
      runs: 20,
    },
    {
      name: 'goog4 with RSA in the URL',
      of: ['goog4Url', 'goog4Verifier'],
      signer: goog4Url({ key: rsa, expiresS: 600 }),
      verifyingKey,
      verifier: goog4Verifier(),
      arbitraryMessage: withoutBody.map(portless),
      request: get,
      runs: 20,
    },
  ]
}

/** The schemes of clouds that descend from Signature Version 4. */
export const SIGV4_SCHEMES: readonly SchemeRow[] = [
  {
    name: 'sigv4',
    of: ['sigv4', 'sigv4Verifier'],
    signer: sigv4(at),
    verifyingKey: key,
    verifier: sigv4Verifier(place),
    arbitraryMessage,
    runs: 100,
  },
  {
    name: 'sigv4 for S3, with temporary credentials',
    of: ['sigv4', 'sigv4Verifier'],
    signer: sigv4({ ...at, service: 's3', sessionToken }),
    verifyingKey: key,
    verifier: sigv4Verifier({ ...place, service: 's3' }),
    arbitraryMessage,
    sessionToken,
    runs: 60,
  },
  {
    name: 'sigv4 in the URL',
    of: ['sigv4Url', 'sigv4Verifier'],
    signer: sigv4Url({ ...at, expiresS: 600, sessionToken }),
    verifyingKey: key,
    verifier: sigv4Verifier(place),
    arbitraryMessage,
    sessionToken,
    request: get,
    runs: 60,
  },
  {
    name: 'sigv4 for S3 in the URL',
    of: ['sigv4Url', 'sigv4Verifier'],
    signer: sigv4Url({ ...at, service: 's3', expiresS: 600 }),
    verifyingKey: key,
    verifier: sigv4Verifier({ ...place, service: 's3' }),
    arbitraryMessage: withoutBody,
    request: get,
    runs: 30,
  },
  {
    name: 'the head of an upload in chunks',
    of: ['sigv4Chunked', 'sigv4Verifier'],
    signer: headOf(sigv4Chunked({ key, region: place.region, checksum: 'crc32' })),
    verifyingKey: key,
    verifier: sigv4Verifier({ ...place, service: 's3', chunked: true }),
    arbitraryMessage: arbitraryMessage.filter((message) => isRequest(message)),
    request: httpRequest({ method: 'PUT', url: `http://${HOST}/v1/orders` }),
    contentCodings: ['aws-chunked'],
    runs: 20,
  },
  {
    name: 'sigv4a',
    of: ['sigv4a', 'sigv4aVerifier'],
    signer: sigv4a({ key: pair, regionSet: ['eu-central-1', 'us-*'], service: 'orders' }),
    verifyingKey: pair.verifyingKey,
    verifier: sigv4aVerifier({ region: 'us-east-1', service: 'orders' }),
    arbitraryMessage,
    runs: 45,
  },
  {
    name: 'sigv4a in the URL',
    of: ['sigv4aUrl', 'sigv4aVerifier'],
    signer: sigv4aUrl({ key: pair, regionSet: '*', service: 'orders', expiresS: 600 }),
    verifyingKey: pair.verifyingKey,
    verifier: sigv4aVerifier({ region: 'us-east-1', service: 'orders' }),
    arbitraryMessage,
    request: get,
    runs: 20,
  },
  {
    name: 'goog4',
    of: ['goog4', 'goog4Verifier'],
    signer: goog4({ key: google }),
    verifyingKey: google,
    verifier: goog4Verifier({ algorithm: 'hmac-sha256' }),
    arbitraryMessage: withoutPort,
    runs: 60,
  },
  {
    name: 'goog4 in the URL',
    of: ['goog4Url', 'goog4Verifier'],
    signer: goog4Url({ key: google, expiresS: 600 }),
    verifyingKey: google,
    verifier: goog4Verifier({ algorithm: 'hmac-sha256' }),
    arbitraryMessage: withoutBody.map(portless),
    request: get,
    runs: 30,
  },
  {
    name: 'tc3',
    of: ['tc3', 'tc3Verifier'],
    signer: tc3({ key: tencent, service: 'cvm' }),
    verifyingKey: tencent,
    verifier: tc3Verifier(),
    arbitraryMessage,
    runs: 60,
  },
  {
    name: 'acs3',
    of: ['acs3', 'acs3Verifier'],
    signer: acs3({ key: alibaba }),
    verifyingKey: alibaba,
    verifier: acs3Verifier(),
    arbitraryMessage,
    runs: 60,
  },
  {
    name: 'huawei',
    of: ['huawei', 'huaweiVerifier'],
    signer: huawei({ key: huaweiCloud }),
    verifyingKey: huaweiCloud,
    verifier: huaweiVerifier(),
    arbitraryMessage,
    runs: 60,
  },
  {
    name: 'oss4',
    of: ['oss4', 'oss4Verifier'],
    signer: oss4({ key: oss, region: 'a', bucket: 'b' }),
    verifyingKey: oss,
    verifier: oss4Verifier({ bucket: 'b', unsignedPayload: true }),
    arbitraryMessage,
    request: get,
    runs: 60,
  },
  {
    name: 'oss4 in the URL',
    of: ['oss4Url', 'oss4Verifier'],
    signer: oss4Url({ key: oss, region: 'a', bucket: 'b', expiresS: 600 }),
    verifyingKey: oss,
    verifier: oss4Verifier({ bucket: 'b' }),
    arbitraryMessage: withoutBody,
    request: get,
    runs: 30,
  },
  {
    name: 'tos4',
    of: ['tos4', 'tos4Verifier'],
    signer: tos4({ key: tos, region: 'a' }),
    verifyingKey: tos,
    verifier: tos4Verifier(),
    arbitraryMessage,
    runs: 60,
  },
  {
    name: 'tos4 in the URL',
    of: ['tos4Url', 'tos4Verifier'],
    signer: tos4Url({ key: tos, region: 'a', expiresS: 600 }),
    verifyingKey: tos,
    verifier: tos4Verifier(),
    arbitraryMessage: withoutBody,
    request: get,
    runs: 30,
  },
  {
    name: 'volc',
    of: ['volc', 'volcVerifier'],
    signer: volc({ key: volcengine, ...place }),
    verifyingKey: volcengine,
    verifier: volcVerifier(),
    arbitraryMessage,
    runs: 60,
  },
  ...(await rsaRows()),
]
