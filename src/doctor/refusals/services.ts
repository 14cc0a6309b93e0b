import { type Refusals, row } from './table.js'

const issues = (repository: string, ...numbers: readonly number[]): string =>
  numbers.map((one) => `https://github.com/${repository}/issues/${one}`).join(' and ')

/** Answers that are read whatever the scheme is. */
export const SERVICE_REFUSALS: readonly Refusals[] = [
  row(
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html',
    undefined,
    // Behind the codes SignatureDoesNotMatch and InvalidSignatureException: the words tell what is meant.
    [/Signature expired:|Signature not yet current:/, 'time'],
    [/RequestTimeTooSkewed|RequestExpired|Request has expired\b/, 'time'],
    [/Credential should be scoped to|Date in Credential scope does not match/, 'scope'],
    [/AuthorizationHeaderMalformed.{0,400}expecting '/s, 'scope'],
    [/The request signature we calculated does not match|SignatureDoesNotMatch|InvalidSignatureException/, 'signature'],
    [/XAmzContentSHA256Mismatch|\bBadDigest\b/, 'digest'],
  ),
  row(
    'https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html',
    undefined,
    // API Gateway answers with the words, also where there is no such route.
    [/MissingAuthenticationToken|Missing Authentication Token/, 'missing'],
    [/IncompleteSignature|Authorization header requires '/, 'missing'],
    [/InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId/, 'key'],
    [/ExpiredToken(?:Exception)?\b/, 'expired'],
  ),
  row('https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key', undefined, [
    /The MAC signature found in the HTTP request .{0,400}is not the same as any computed signature/s,
    'signature',
  ]),
  row(
    'https://learn.microsoft.com/azure/cosmos-db/nosql/troubleshoot-unauthorized and https://learn.microsoft.com/rest/api/storageservices/create-service-sas',
    undefined,
    [
      /Signature not valid in the specified (?:key )?time frame|authorization token is not valid at the current time/i,
      'time',
    ],
    [/authorization token mandates Date header|Required Header authorization is missing/i, 'missing'],
    [/Signature did not match\. String to sign used was/, 'signature'],
    [/authorization token can't serve the request|is not the same as the computed signature/, 'key-or-signature'],
  ),
  row(
    'https://oauth.net/core/1.0a and https://developer.x.com/en/support/x-api/error-troubleshooting',
    undefined,
    [/oauth_problem=(?:timestamp_refused|.{0,20}timestamp)|Timestamp out of bounds/i, 'time'],
    [/oauth_problem=nonce_used|oauth_nonce.{0,20}(?:already )?used/i, 'nonce'],
    [
      /oauth_problem=(?:consumer_key_(?:unknown|rejected)|token_(?:rejected|expired|revoked))|Invalid or expired token/i,
      'key',
    ],
    [/oauth_problem=(?:parameter_absent|signature_method_rejected)/i, 'missing'],
    [/oauth_problem=signature_invalid|ERR_401_INVALID_SIGNATURE/i, 'signature'],
    [/Could not authenticate you/, 'key-or-signature'],
  ),
  row(
    'https://developer.konghq.com/plugins/hmac-auth/',
    undefined,
    [/HMAC signature cannot be verified, a valid date or x-date header/i, 'time'],
    [/HMAC signature (?:cannot be verified|does not match)/i, 'signature'],
  ),
  row(
    'https://github.com/mozilla/hawk/blob/main/lib/server.js',
    undefined,
    [/\bStale timestamp\b/, 'time'],
    [/\bBad payload hash\b/, 'digest'],
    [/\bBad mac\b/i, 'signature'],
  ),
  row(
    'https://github.com/auth0/node-jsonwebtoken',
    undefined,
    [/\bjwt expired\b|\bjwt not active\b/, 'time'],
    [/\bjwt malformed\b|\bjwt must be provided\b/, 'missing'],
  ),
  row('https://discord.com/developers/docs/interactions/receiving-and-responding', undefined, [
    /bad request signature|invalid request signature/i,
    'signature',
  ]),
  row(
    issues('stripe/stripe-node', 356, 407),
    undefined,
    [/Timestamp outside the tolerance zone/, 'time'],
    [/No signatures found matching the expected signature for payload/, 'signature'],
    [/Unable to extract timestamp and signatures from header|No signatures found with expected scheme/, 'missing'],
  ),
  row(issues('octokit/webhooks.js', 593), undefined, [
    /signature does not match event payload and secret/,
    'signature',
  ]),
  row(
    issues('slackapi/bolt-js', 1502, 1647, 1999),
    undefined,
    [/Failed to verify authenticity: stale|signing verification failed\. Timestamp is too old/, 'time'],
    [/signing verification failed\. Some headers are missing/, 'missing'],
    [/Failed to verify authenticity: signature mismatch|signing verification failed/, 'signature'],
  ),
  row(issues('slackapi/bolt-python', 195), undefined, [/Invalid request signature detected/, 'signature']),
  row(
    `${issues('standard-webhooks/standard-webhooks', 235)} and https://github.com/svix/svix-webhooks/pull/2147`,
    undefined,
    [/No matching signature found/, 'signature'],
    [/Message timestamp too (?:old|new)/, 'time'],
    [/Missing required headers/, 'missing'],
  ),
  row(
    `${issues('Shopify/shopify-app-template-node', 1296)} and ${issues('Shopify/shopify-api-ruby', 1266)}`,
    undefined,
    [/(?:Could not validate|Unable to verify) request HMAC|Invalid webhook HMAC/i, 'signature'],
  ),
  row('https://github.com/twilio/twilio-node/blob/main/src/webhooks/webhooks.ts', undefined, [
    /Twilio Request Validation Failed/i,
    'signature',
  ]),
]

/** Words that mean the same wherever they stand. */
export const COMMON: Refusals = /* @__PURE__ */ row(
  '',
  undefined,
  [/(?:invalid|wrong|incorrect|bad|illegal)[ _-]?(?:(?:api|request)[ _-])?(?:sign(?:ature)?|hmac)\b/i, 'signature'],
  [
    /\b(?:sign(?:ature)?|hmac)[ _-](?:is[ _-]|was[ _-])?(?:invalid|incorrect|wrong|error|mismatch|not valid|(?:verification )?failed|does ?n[o']t match)/i,
    'signature',
  ],
  [
    /invalid[ _-]?nonce|nonce (?:is )?(?:too (?:small|low)|not increased|already used)|nonce (?:must|should|has to) be (?:increas|increment|greater|higher)|nonce: small|specify a 'nonce'/i,
    'nonce',
  ],
  [
    /timestamp.{0,40}(?:expired|invalid|outside|ahead|too old|stale)|(?:expired|invalid).{0,20}timestamp|request (?:has )?expired/i,
    'time',
  ],
  [/\bIP\b.{0,30}(?:not allowed|whitelist|denied|mismatch|forbidden)|(?:invalid|forbidden) IP\b/i, 'address'],
  [/invalid[ _-]?(?:api[ _-]?)?key|(?:api|access)[ _-]?key.{0,20}(?:not found|does not exist|unknown)/i, 'key'],
)
