import { type Refusals, row } from './table.js'

const issues = (repository: string, ...numbers: readonly number[]): string =>
  numbers.map((one) => `https://github.com/${repository}/issues/${one}`).join(' and ')

/** Answers that are read whatever the scheme is. */
export const SERVICE_REFUSALS: readonly Refusals[] = [
  row(
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html',
    undefined,
    // Behind the codes SignatureDoesNotMatch and InvalidSignatureException: the text of the answer decides.
    [/Signature expired:|Signature not yet current:/, 'time'],
    [/RequestTimeTooSkewed|RequestExpired|Request has expired\b|difference between the request time and the/, 'time'],
    [/Credential should be scoped to|Date in Credential scope does not match/, 'scope'],
    [/AuthorizationHeaderMalformed.{0,400}expecting '|the region '[^']{1,64}' is wrong/s, 'scope'],
    [/headers present in the request which were not signed|HeadersNotSigned/, 'digest'],
    [/x-amz-content-sha256 must be/i, 'digest'],
    [/Missing required header for this request: x-amz/i, 'missing'],
    [/The request signature we calculated does not match|SignatureDoesNotMatch|InvalidSignatureException/, 'signature'],
    [/XAmzContentSHA256Mismatch|\bBadDigest\b/, 'digest'],
  ),
  row(
    'https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html',
    undefined,
    // API Gateway answers with the words, also where there is no such route.
    [/MissingAuthenticationToken|Missing Authentication Token/, 'missing'],
    [/IncompleteSignature|Authorization header requires '/, 'missing'],
    [/ExpiredToken(?:Exception)?\b|security token included in the request is expired/, 'expired'],
    [
      /InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|security token included in the request is invalid|provided token is malformed/,
      'key',
    ],
    [/AuthorizationQueryParametersError/, 'missing'],
  ),
  row(
    'https://www.tencentcloud.com/document/api/213/33281 and https://www.alibabacloud.com/help/en/sdk/product-overview/common-error-codes',
    undefined,
    [/AuthFailure\.SignatureExpire|InvalidTimeStamp\.(?:Expired|Format)|SignatureExpired\b/, 'time'],
    [/AuthFailure\.SignatureFailure/, 'signature'],
    [/AuthFailure\.SecretIdNotFound|AuthFailure\.InvalidSecretId|InvalidAccessKeyId\.(?:NotFound|Inactive)/, 'key'],
    [/AuthFailure\.TokenFailure|InvalidSecurityToken\.Expired/, 'expired'],
    [/AuthFailure\.InvalidAuthorization|MissingParameter\.(?:Signature|Timestamp)|MissingAccessKeyId/, 'missing'],
    [/AuthFailure\.UnauthorizedOperation|Forbidden\.RAM\b/, 'permission'],
    [/SignatureNonceUsed/, 'nonce'],
    [/Specified signature is not matched with our calculation/, 'signature'],
  ),
  row('https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-errorcode.html', undefined, [
    /APIGW\.0301|APIG\.0301|Incorrect (?:IAM|app) authentication information/,
    'key-or-signature',
  ]),
  row(
    'https://docs.adcontextprotocol.org/docs/building/by-layer/L1/security',
    undefined,
    [/(?:request|webhook)_signature_window_invalid/, 'life'],
    [/(?:request|webhook)_signature_components_\w+/, 'coverage'],
    [/(?:request|webhook)_signature_(?:alg_not_allowed|key_purpose_invalid)/, 'algorithm'],
    [/(?:request|webhook)_signature_digest_mismatch/, 'digest'],
    [/(?:request|webhook)_signature_key_\w+/, 'key'],
    [/(?:request|webhook)_signature_replayed/, 'nonce'],
    [/(?:request|webhook)_signature_(?:required|params_incomplete)/, 'missing'],
    [/(?:request|webhook)_signature_(?:tag_invalid|target_uri_malformed)/, 'form'],
    [/(?:request|webhook)_signature_header_malformed/, 'signature-form'],
    [/(?:request|webhook)_signature_invalid/, 'signature'],
  ),
  row(
    'https://ucp.dev/specification/signatures and https://datatracker.ietf.org/doc/draft-hardt-httpbis-signature-key/',
    undefined,
    [/\b(?:algorithm_unsupported|unsupported_algorithm)\b/, 'algorithm'],
    [/\bcoverage_insufficient\b/, 'coverage'],
    [/\bdigest_mismatch\b/, 'digest'],
    [/\b(?:key_not_found|unknown_key)\b/, 'key'],
  ),
  row('https://developer.paypal.com/api/rest/webhooks/rest/', undefined, [
    /"?verification_status"?\W{1,4}FAILURE/,
    'signature',
  ]),
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
    [/Signature fields not well formed|Signature not well formed/i, 'missing'],
    [/AuthorizationPermissionMismatch|not authorized to perform this operation using this permission/, 'permission'],
    [/Make sure the value of Authorization header is formed correctly/, 'key-or-signature'],
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
    [/Bad Authentication data/, 'missing'],
    [/Consumer key is (?:invalid|unknown|missing)/i, 'key'],
    [/Could not authenticate you|InvalidLoginAttempt|Invalid login attempt/, 'key-or-signature'],
  ),
  row(
    'https://developer.konghq.com/plugins/hmac-auth/',
    undefined,
    [/HMAC signature cannot be verified, a valid date or x-date header/i, 'time'],
    [/enforced header .{0,64}not used for HMAC/i, 'missing'],
    [/HMAC signature (?:cannot be verified|does not match)/i, 'signature'],
  ),
  row(
    'https://github.com/mozilla/hawk/blob/main/lib/server.js',
    undefined,
    [/\bStale timestamp\b/, 'time'],
    [/\bBad payload hash\b/, 'digest'],
    [/\bMissing attributes\b/, 'missing'],
    [/\bUnknown credentials\b/, 'key'],
    [/\bBad mac\b/i, 'signature'],
  ),
  row(
    'https://github.com/auth0/node-jsonwebtoken',
    undefined,
    [/\bjwt expired\b|\bjwt not active\b/, 'time'],
    [/\bjwt malformed\b|\bjwt must be provided\b/, 'missing'],
    [/secretOrPrivateKey must be|secretOrPublicKey must be/, 'key-form'],
  ),
  row(
    'https://github.com/mastodon/mastodon/blob/main/app/controllers/concerns/signature_verification.rb',
    undefined,
    // Date, Digest, Host and (request-target): docs.joinmastodon.org/spec/security.
    [/requires the [\w() -]{1,64} to be signed/, 'missing'],
    [/Invalid Digest value/, 'digest'],
    [/Signed request date outside acceptable time window/, 'time'],
    [/Public key not found for key/, 'key'],
    [/Request not signed/, 'missing'],
    [/Verification failed for \S+ .{0,80}using /, 'signature'],
  ),
  row('https://www.rfc-editor.org/rfc/rfc9449', undefined, [/use_dpop_nonce/, 'missing']),
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
    [/payload must be provided as a string or a Buffer|payload was provided as a parsed/i, 'parsed'],
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
    [/Expected payload to be of type string or Buffer/, 'parsed'],
    [/Base64Coder: incorrect characters/, 'key-form'],
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

/** What libraries print of a key that they cannot read. */
const KEY_FORM =
  /no start line|DECODER routines::unsupported|Could not (?:deserialize key data|parse the provided public key)|Unable to load PEM|Illegal character at offset \d|Could not read (?:private|public) key|Too few bytes to (?:parse DER|read ASN\.1 value)|unsupported key format|[Ii]llegal base64 (?:data|character)|binascii\.Error|not a valid Base-?64 string|Invalid keyObject/

/** Words that mean the same wherever they stand. */
export const COMMON: Refusals = /* @__PURE__ */ row(
  '',
  undefined,
  [KEY_FORM, 'key-form'],
  // node-http-signature and what came of it; Mastodon; AWS.
  [
    /[\w()-]{1,40} was not a signed header|requires the .{1,60} to be signed|must be a 'SignedHeader'|(?:component|header|field)s? [\w"@()-]{1,40} (?:(?:is|was) not|(?:must|has to|should) be) (?:signed|covered)/i,
    'not-signed',
  ],
  // Binance and those that answer as it does; Bybit; OKX. Many paste such an answer alone.
  [/invalid api[ _-]?key, ip,? or permission/i, 'key-or-rights'],
  [/check your server timestamp/i, 'time'],
  [/\bapi ?key (?:has |is )?expired/i, 'expired'],
  [/api ?key does not match (?:the )?current environment/i, 'environment'],
  [
    /(?:digest|content[- ]sha256|body hash|payload hash).{0,24}(?:mismatch|not match|invalid|incorrect|failed)/i,
    'digest',
  ],
  [
    /clock skew|(?:signature|token|jwt) (?:has |is )?expired|expired (?:signature|jwt)|outside (?:of )?the (?:recv|time|allowed)/i,
    'time',
  ],
  [
    /(?:invalid|wrong|incorrect|bad|illegal|error)[ _-]?(?:[\w-]{1,24}[ _-]){0,2}(?:sign(?:ature)?|hmac)\b/i,
    'signature',
  ],
  [
    /\b(?:sign(?:ature)?|hmac)[ _-](?:for this request )?(?:is[ _-]|was[ _-])?(?:invalid|incorrect|wrong|error|illegal|mismatch|not (?:valid|correct)|(?:(?:verification|validation|check) )?failed|(?:does|did) ?n[o']t match)/i,
    'signature',
  ],
  [/(?:could not|cannot|can't|failed to|unable to) (?:verify|validate).{0,24}sign/i, 'signature'],
  // What a receiver prints of its own check.
  [
    /(?:valid|verif|authentic|sign|match)\w{0,16}["']?\W{1,4}(?:(?:returned|returns|is|was)\W{1,4})?false\b/i,
    'signature',
  ],
  [/签名(?:错误|无效|不正确|失败|校验失败|验证失败)|验签失败|無效的簽名|簽名錯誤/, 'signature'],
  [
    /invalid[ _-]?nonce|nonce (?:is )?(?:too (?:small|low)|not increas\w*|already used)|nonce (?:must|should|has to) be (?:increas|increment|greater|higher)|nonce: small|specify a 'nonce'/i,
    'nonce',
  ],
  [
    /timestamp.{0,40}(?:expired|invalid|outside|ahead|too old|too far|stale)|(?:expired|invalid).{0,20}timestamp|request (?:has )?expired|时间戳.{0,8}(?:过期|无效|错误)/i,
    'time',
  ],
  [/passphrase.{0,24}(?:invalid|incorrect|wrong|error)|(?:invalid|incorrect|wrong).{0,24}passphrase/i, 'passphrase'],
  [
    /\bunmatched IP\b|\bIP\b.{0,30}(?:not allowed|whitelist|denied|mismatch|forbidden)|(?:invalid|forbidden) IP\b/i,
    'address',
  ],
  [
    /invalid[ _-]?(?:api[ _-]?)?key|(?:api|access)[ _-]?key.{0,20}(?:not found|does not exist|doesn't exist|unknown|invalid)/i,
    'key',
  ],
  [
    /missing (?:required )?(?:[\w-]{1,32} )?(?:sign(?:ature)?|authorization|api[ _-]?key|auth\w* headers?)\b|\b(?:sign(?:ature)?|authorization)(?: header)? (?:is )?(?:missing|required|not (?:found|provided|present))|request (?:is |was )?not signed|mandatory parameter '(?:signature|timestamp)'/i,
    'missing',
  ],
  [/permission denied|insufficient (?:permission|privilege|scope)|no permission/i, 'permission'],
  [/invalid[ _-]credentials|authentication failed/i, 'key-or-signature'],
)
