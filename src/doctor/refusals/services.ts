import { type Refusals, row } from './table.js'

const RAW_BODY = 'https://github.com/stripe/stripe-node/issues/356'

/** Answers that are read whatever the scheme is. */
export const SERVICE_REFUSALS: readonly Refusals[] = [
  row(
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html',
    undefined,
    // Behind the codes SignatureDoesNotMatch and InvalidSignatureException: the words tell what is meant.
    [/Signature expired:|Signature not yet current:/, 'time'],
    [/RequestTimeTooSkewed/, 'time'],
    [/Credential should be scoped to|Date in Credential scope does not match/, 'scope'],
    [/The request signature we calculated does not match|SignatureDoesNotMatch|InvalidSignatureException/, 'signature'],
  ),
  row('https://github.com/stripe/stripe-node/issues/407', undefined, [/Timestamp outside the tolerance zone/, 'time']),
  row(RAW_BODY, undefined, [/No signatures found matching the expected signature for payload/, 'signature']),
  row('https://github.com/octokit/webhooks.js/issues/593', undefined, [
    /signature does not match event payload and secret/,
    'signature',
  ]),
  row('https://github.com/standard-webhooks/standard-webhooks/issues/235', undefined, [
    /No matching signature found/,
    'signature',
  ]),
]

/** Words that mean the same wherever they stand. */
export const COMMON: Refusals = /* @__PURE__ */ row(
  '',
  undefined,
  [
    /invalid[ _-]?sign(?:ature)?\b|sign(?:ature)?[ _-](?:is[ _-])?(?:invalid|error|mismatch|not valid|verification failed)/i,
    'signature',
  ],
  [/invalid[ _-]?nonce|nonce (?:is )?(?:too small|not increased)/i, 'nonce'],
  [/timestamp.{0,40}(?:expired|invalid|outside|ahead)|(?:expired|invalid).{0,20}timestamp/i, 'time'],
  [/\bIP\b.{0,30}(?:not allowed|whitelist|denied|mismatch)|(?:invalid|forbidden) IP\b/i, 'address'],
  [/invalid[ _-]?(?:api[ _-]?)?key/i, 'key'],
)
