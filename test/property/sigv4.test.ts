import { isRequest } from '../../src/message/message.js'
import {
  acs3,
  acs3Key,
  acs3Verifier,
  goog4,
  goog4Key,
  goog4Verifier,
  huawei,
  huaweiKey,
  huaweiVerifier,
  oss4,
  oss4Key,
  oss4Verifier,
  sigv4,
  sigv4a,
  sigv4aKey,
  sigv4aVerifier,
  sigv4Key,
  sigv4Url,
  sigv4Verifier,
  tc3,
  tc3Key,
  tc3Verifier,
  tos4,
  tos4Key,
  tos4Verifier,
  volc,
  volcKey,
  volcVerifier,
} from '../../src/schemes/sigv4/index.js'
import { draws } from '../thorough.js'
import { arbitraryRequest } from './rfc9421-messages.js'
import { schemeLaws } from './scheme-laws.js'

const access = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const key = sigv4Key(access)
const place = { region: 'eu-central-1', service: 'orders' }

// A "%" without two digits is in no URL, and a signer refuses it.
const arbitraryMessage = arbitraryRequest.map((message) =>
  isRequest(message) ? { ...message, target: message.target.replace(/%(?![0-9a-f]{2})/gi, '%25') } : message,
)

schemeLaws('sigv4', {
  signer: sigv4({ key, ...place }),
  verifyingKey: key,
  verifier: sigv4Verifier(place),
  arbitraryMessage,
  runs: draws(100),
})

schemeLaws('sigv4 for S3, with temporary credentials', {
  signer: sigv4({ key, ...place, service: 's3', sessionToken: 'a token of temporary credentials' }),
  verifyingKey: key,
  verifier: sigv4Verifier({ ...place, service: 's3' }),
  arbitraryMessage,
  runs: draws(60),
})

schemeLaws('sigv4 in the URL', {
  signer: sigv4Url({ key, ...place, expiresS: 3600, sessionToken: 'a token of temporary credentials' }),
  verifyingKey: key,
  verifier: sigv4Verifier(place),
  arbitraryMessage,
  runs: draws(60),
})

const pair = sigv4aKey(access)
schemeLaws('sigv4a', {
  signer: sigv4a({ key: pair, regionSet: ['eu-central-1', 'us-*'], service: 'orders' }),
  verifyingKey: pair.verifyingKey,
  verifier: sigv4aVerifier({ region: 'us-east-1', service: 'orders' }),
  arbitraryMessage,
  runs: draws(45),
})

const google = goog4Key(access)
const tencent = tc3Key(access)
const alibaba = acs3Key(access)
const huaweiCloud = huaweiKey(access)
const oss = oss4Key(access)
const tos = tos4Key(access)
const volcengine = volcKey(access)
// Google signs the host without its port.
const withoutPort = arbitraryMessage.map((message) =>
  isRequest(message) ? { ...message, authority: message.authority.replace(/:\d+$/, '') } : message,
)

for (const [name, signer, verifyingKey, verifier, messages = arbitraryMessage] of [
  ['goog4', goog4({ key: google }), google, goog4Verifier({ algorithm: 'hmac-sha256' }), withoutPort],
  ['tc3', tc3({ key: tencent, service: 'cvm' }), tencent, tc3Verifier()],
  ['acs3', acs3({ key: alibaba }), alibaba, acs3Verifier()],
  ['huawei', huawei({ key: huaweiCloud }), huaweiCloud, huaweiVerifier()],
  ['oss4', oss4({ key: oss, region: 'a', bucket: 'b' }), oss, oss4Verifier({ bucket: 'b', unsignedPayload: true })],
  ['tos4', tos4({ key: tos, region: 'a' }), tos, tos4Verifier()],
  ['volc', volc({ key: volcengine, ...place }), volcengine, volcVerifier()],
] as const)
  schemeLaws(name, { signer, verifyingKey, verifier, arbitraryMessage: messages, runs: draws(60) })
