import { EXCHANGE_REFUSALS } from '../../../src/doctor/refusals/exchanges.js'
import type { Kind } from '../../../src/doctor/refusals/kinds.js'
import { codesIn } from '../../../src/doctor/refusals/table.js'
import type { Source } from './source.js'

/** What the services say to a signature that is wrong, and to a time that is, by family. */
const BY_FAMILY: ReadonlyArray<readonly [family: string, signature: string, time: string]> = [
  [
    'SigV4',
    '<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided. Check your key and signing method.</Message></Error>',
    '<Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the current time is too large.</Message></Error>',
  ],
  [
    'Azure',
    '<?xml version="1.0"?><Error><Code>AuthenticationFailed</Code><Message>Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.</Message></Error>',
    '<?xml version="1.0"?><Error><Code>AuthenticationFailed</Code><Message>Server failed to authenticate the request.</Message><AuthenticationErrorDetail>Signature not valid in the specified time frame</AuthenticationErrorDetail></Error>',
  ],
  ['OAuth 1.0a', 'oauth_problem=signature_invalid', 'oauth_problem=timestamp_refused'],
  [
    'Hawk',
    '{"statusCode":401,"error":"Unauthorized","message":"Bad mac"}',
    '{"statusCode":401,"message":"Stale timestamp"}',
  ],
  [
    'draft-cavage, Kong, APISIX',
    '{"message":"HMAC signature does not match"}',
    '{"message":"HMAC signature cannot be verified, a valid date or x-date header is required"}',
  ],
  [
    'webhooks',
    'WebhookVerificationError: No matching signature found',
    'WebhookVerificationError: Message timestamp too old',
  ],
  ['DPoP, JWT, stamps', '{"error":"invalid_dpop_proof"}', 'JsonWebTokenError: jwt expired'],
]

const OWN = [
  '{"code":"SIGNATURE_INVALID","detail":"the signature does not fit"}',
  '{"code":"SIGNATURE_EXPIRED"}',
] as const

/** An answer with the code of an exchange for one of these kinds, as its page lists it; its words where it has no codes. */
function ofExchange(id: string, kinds: readonly Kind[]): string | undefined {
  const row = EXCHANGE_REFUSALS[id]
  for (const kind of kinds) {
    const [code] = codesIn(row?.codes?.[kind] ?? '')
    if (code) return JSON.stringify({ code, msg: 'refused' })
    const pattern = row?.texts?.find(([, of]) => of === kind)?.[0].source
    if (pattern !== undefined) return JSON.stringify({ msg: (pattern.split('|')[0] as string).replace(/\\(.)/g, '$1') })
  }
  return undefined
}

/** Mistakes that are about the time alone. */
const OF_TIME = /^(?:a time that is|(?:milli)?seconds sent for)/

/** The documented answer of the other side: to a wrong time where that is the mistake, or else to a wrong signature. */
export function answerTo({ family, scheme = '' }: Source, mistake: string): string {
  const isTime = OF_TIME.test(mistake)
  if (family === 'exchanges') {
    const [id = ''] = scheme.split('/')
    const kinds: readonly Kind[] = isTime
      ? ['time', 'signature', 'key-or-signature']
      : ['signature', 'key-or-signature', 'key-or-rights']
    return ofExchange(id, kinds) ?? '{"error":"invalid signature"}'
  }
  const row = BY_FAMILY.find(([name]) => name === family)
  return row === undefined ? OWN[isTime ? 1 : 0] : row[isTime ? 2 : 1]
}
