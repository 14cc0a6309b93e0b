import { createPrivateKey, sign as signBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { RSA_KEY } from '../keys.mjs'
import { DATE, elsewhere, http, listed, mac, publicOf, S, SECRET, same, sha, write } from './case.mjs'

// Kinds of mistakes that were missed once in one family, made in others.

const NOW = { secret: SECRET, nowMs: 1_700_000_001_000 }
const rsa = (text) => signBytes('sha256', Buffer.from(text), createPrivateKey(RSA_KEY)).toString('base64')
const rfc = (lines, params) => [...lines, `"@signature-params": ${params}`].join('\n')
const fold = (text, indent = '  ') => text.match(/.{1,60}/g).join(`\\\n${indent}`)

// --- lines that were folded for print
{
  const params = `("@method" "@authority" "@path");created=${S};keyid="key-1"`
  const text = rfc(['"@method": POST', '"@authority": api.example.com', '"@path": /orders/'], params)
  write(
    'rfc9421-folded-without-a-note',
    'rfc9421',
    'httpwg/http-extensions/issues/2347',
    same,
    '@path-slash',
    `Copied from our docs, where the renderer breaks the lines:\n\nPOST /orders HTTP/1.1\nHost: api.example.com\nSignature-Input: sig1=("@method" "@authority" \\\n    "@path");created=${S};keyid="key-1"\nSignature: sig1=:${fold(rsa(text), '    ')}:\n`,
    { publicKey: publicOf(RSA_KEY), algorithm: 'rsa-v1_5-sha256' },
  )
  write(
    'cavage-folded-signature',
    'cavage',
    null,
    listed,
    '(request-target)-case',
    `NOTE: '\\' line wrapping per RFC 8792\n\nPOST /inbox HTTP/1.1\nHost: social.example.com\nDate: ${DATE}\nSignature: keyId="https://a.example/u/1#main-key",\\\n  algorithm="rsa-sha256",headers="(request-target) host date",\\\n  signature="${fold(rsa(`(request-target): POST /inbox\nhost: social.example.com\ndate: ${DATE}`))}"\n`,
    { publicKey: publicOf(RSA_KEY) },
  )
}

// --- an exception or an error below the head, and a body that is not shown
{
  const hash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
  const head = (signature) =>
    `PUT /backup/db.gz HTTP/1.1\nHost: store.s3.eu-west-1.amazonaws.com\nx-amz-date: 20231114T221320Z\nx-amz-content-sha256: UNSIGNED-PAYLOAD\nContent-Type: application/gzip\nContent-Length: 73812\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20231114/eu-west-1/s3/aws4_request, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date, Signature=${signature}\n`
  const text = [
    'PUT',
    '/backup/db.gz',
    '',
    'content-type:application/octet-stream',
    'host:store.s3.eu-west-1.amazonaws.com',
    'x-amz-content-sha256:UNSIGNED-PAYLOAD',
    'x-amz-date:20231114T221320Z',
    '',
    'content-type;host;x-amz-content-sha256;x-amz-date',
    'UNSIGNED-PAYLOAD',
  ].join('\n')
  const step = (key, one) => mac(one, 'binary', 'sha256', Buffer.from(key, 'binary'))
  const key = ['20231114', 'eu-west-1', 's3', 'aws4_request'].reduce(
    step,
    Buffer.from(`AWS4${SECRET}`).toString('binary'),
  )
  const signature = mac(
    ['AWS4-HMAC-SHA256', '20231114T221320Z', '20231114/eu-west-1/s3/aws4_request', sha(text)].join('\n'),
    'hex',
    'sha256',
    Buffer.from(key, 'binary'),
  )
  write(
    'sigv4-exception-of-java-below-the-head',
    'sigv4',
    'Azure/azure-storage-python/issues/254',
    elsewhere,
    'content-type-other',
    `${head(signature)}\ncom.amazonaws.services.s3.model.AmazonS3Exception: The request signature we calculated does not match the signature you provided. Check your key and signing method. (Service: Amazon S3; Status Code: 403; Error Code: SignatureDoesNotMatch)\n\tat com.amazonaws.http.AmazonHttpClient.handleErrorResponse(AmazonHttpClient.java:1182)\n`,
    NOW,
  )
  write(
    'sigv4-error-in-xml-below-the-head',
    'sigv4',
    null,
    listed,
    'content-type-other',
    `${head(signature)}\n<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided.</Message></Error>\n`,
    NOW,
  )
  void hash
}

// --- receivers of another age
const cavageHead = (fields) =>
  `POST /inbox HTTP/1.1\nHost: social.example.com\nDate: ${DATE}\nContent-Type: application/activity+json\n${fields}Content-Length: 17\n\n{"type":"Follow"}`
write(
  'rfc9421-mastodon-requires-digest',
  'rfc9421',
  'mastodon/documentation/issues/1079',
  same,
  'field-of-other-age',
  `${cavageHead(`Content-Digest: sha-256=:${sha('{"type":"Follow"}', 'base64')}:\nSignature-Input: sig1=("@method" "@target-uri" "content-digest");created=${S};keyid="https://a.example/u/1#main-key"\nSignature: sig1=:${rsa('unknown')}:\n`)}\n\nHTTP/1.1 401 Unauthorized\n\n{"error":"Mastodon requires the Digest header to be signed when doing a POST request"}`,
  {},
)
write(
  'rfc9421-receiver-wants-keyid-and-signature',
  'rfc9421',
  'social-web-foundation/tags.pub/issues/22',
  elsewhere,
  'field-of-other-age',
  `${cavageHead(`Content-Digest: sha-256=:${sha('{"type":"Follow"}', 'base64')}:\nSignature-Input: sig1=("@method" "@target-uri" "content-digest");created=${S};keyid="https://a.example/u/1#main-key"\nSignature: sig1=:${rsa('unknown')}:\n`)}\n\nHTTP/1.1 401 Unauthorized\n\n{"error":"Incompatible request signature. keyId and signature are required"}`,
  {},
)
write(
  'cavage-receiver-wants-content-digest',
  'cavage',
  null,
  listed,
  'field-of-other-age',
  `${cavageHead(`Digest: SHA-256=${sha('{"type":"Follow"}', 'base64')}\nSignature: keyId="https://a.example/u/1#main-key",algorithm="rsa-sha256",headers="(request-target) host date digest",signature="${rsa('unknown')}"\n`)}\n\nHTTP/1.1 400 Bad Request\n\n{"error":"Content-Digest header is required"}`,
  {},
)

// --- bodies that are shown as what was parsed of them
{
  const event = '{"id": 7, "action": "opened",  "issue": {"number": 3}}'
  const value = JSON.parse(event)
  const signature = mac(event)
  write(
    'github-body-dumped-by-python-again',
    'github',
    'XeroAPI/xero-node/issues/563',
    elsewhere,
    'body-parsed',
    `POST /hooks HTTP/1.1\nHost: ci.example.com\nX-GitHub-Event: issues\nX-Hub-Signature-256: sha256=${signature}\nContent-Type: application/json\n\njson.dumps(request.json): ${JSON.stringify(value)}\n`,
    NOW,
  )
  write(
    'linear-body-stringified-by-express',
    'linear',
    'XeroAPI/xero-node/issues/563',
    elsewhere,
    'body-parsed',
    `The middleware says no. Here is what it has:\n\nPOST /webhooks/linear\nlinear-signature: ${signature}\ncontent-type: application/json\n\nJSON.stringify(req.body): ${JSON.stringify(value)}\n`,
    NOW,
  )
  const big = '{"id":4820982911946154508,"order":{"id":4820982911946154777,"url":"https:\\/\\/shop.example.com\\/1"}}'
  write(
    'shopify-two-long-numbers-rounded',
    'shopify',
    'Shopify/shopify-app-template-node/issues/680',
    same,
    'body-json-numbers-rounded',
    http(
      'POST',
      'app.example.com',
      '/webhooks',
      [
        ['X-Shopify-Topic', 'orders/create'],
        ['X-Shopify-Hmac-Sha256', mac(big, 'base64')],
        ['Content-Type', 'application/json'],
      ],
      JSON.stringify(JSON.parse(big)),
    ),
    NOW,
  )
  write(
    'stripe-event-as-node-prints-it',
    'stripe',
    'stripe/stripe-node/issues/356',
    same,
    'body-json-indented',
    `headers: {\n  host: 'api.example.com',\n  'content-type': 'application/json; charset=utf-8',\n  'stripe-signature': 't=${S},v1=${mac(`${S}.${JSON.stringify(value, null, 2)}`)}'\n}\nbody: ${inspect(value)}\nWebhook Error: No signatures found matching the expected signature for payload.\n`,
    NOW,
  )
}

// --- names of $_SERVER, one in a line
write(
  'github-fields-of-php',
  'github',
  'stripe/stripe-php/issues/884',
  elsewhere,
  'body-json-escapes',
  `PHP Warning: signature mismatch in /srv/hook.php on line 14\n$_SERVER['HTTP_X_HUB_SIGNATURE_256'] = sha256=${mac('{"ref":"refs\\/heads\\/main"}')}\n$_SERVER['HTTP_X_GITHUB_EVENT'] = push\n$payload = {"ref":"refs/heads/main"}\n`,
  NOW,
)

// --- keys that call an API, in the place of a secret
const body = '{"type":"email.delivered"}'
const svix = (secret) =>
  write(
    `svix-${secret.name}`,
    'svix',
    secret.source,
    secret.about,
    'secret-other',
    http(
      'POST',
      'app.example.com',
      '/hook',
      [
        ['svix-id', 'msg_1'],
        ['svix-timestamp', S],
        ['svix-signature', `v1,${mac(`msg_1.${S}.${body}`, 'base64', 'sha256', 'another')}`],
        ['Content-Type', 'application/json'],
      ],
      body,
    ),
    { ...NOW, secret: secret.text },
  )
svix({ name: 'key-of-resend', text: 're_8sKq2LxTz_canarycanarycanary', source: null, about: listed })
svix({
  name: 'key-of-clerk',
  text: 'sk_test_canary5d41402abc4b2a76',
  source: 'stripe/stripe-node/issues/356',
  about: elsewhere,
})
write(
  'paddle-key-of-the-api',
  'paddle',
  'PaddleHQ/paddle-node-sdk/issues/112',
  same,
  'secret-other',
  http(
    'POST',
    'app.example.com',
    '/paddle',
    [['Paddle-Signature', `ts=${S};h1=${mac(`${S}:${body}`, 'hex', 'sha256', 'another')}`]],
    body,
  ),
  { ...NOW, secret: 'pdl_live_apikey_01hcanarycanarycanary5d41402a' },
)
write(
  'twilio-sid-for-the-token',
  'twilio',
  'twilio/twilio-node/issues/924',
  same,
  'secret-other',
  http(
    'POST',
    'app.example.com',
    '/sms',
    [
      ['X-Twilio-Signature', mac('https://app.example.com/smsFrom+1', 'base64', 'sha1', 'another')],
      ['Content-Type', 'application/x-www-form-urlencoded'],
    ],
    'From=%2B1',
  ),
  { ...NOW, secret: 'AC5d41402abc4b2a765d41402abc4b2a76' },
)

// --- "v1," before the secret
{
  const key = Buffer.from('canary-secret-5d41402abc4b2a76')
  write(
    'standard-webhooks-v1-before-the-secret-and-body-spaced',
    'standard-webhooks',
    'standard-webhooks/standard-webhooks/issues/235',
    same,
    ['secret-prefix'],
    http(
      'POST',
      'app.example.com',
      '/hook',
      [
        ['webhook-id', 'msg_1'],
        ['webhook-timestamp', S],
        ['webhook-signature', `v1,${mac(`msg_1.${S}.${body}`, 'base64', 'sha256', key)}`],
      ],
      body,
    ),
    { ...NOW, secret: `v1,whsec_${key.toString('base64')}` },
  )
}

// --- a scheme that the text does not show
{
  const params = `("@method" "@target-uri" "accept");created=${S};keyid="key-1"`
  const text = rfc(['"@method": GET', '"@target-uri": http://intra.example.com/status', '"accept": */*'], params)
  write(
    'rfc9421-plain-http-and-another-accept',
    'rfc9421',
    'vlang/v/pull/27113',
    elsewhere,
    'accept-other',
    `GET /status HTTP/1.1\nHost: intra.example.com\nAccept: application/json\nSignature-Input: sig1=${params}\nSignature: sig1=:${mac(text, 'base64')}:\n\n`,
    NOW,
  )
}

// --- bodies as languages print them, and tests that call a server by its path
{
  const signed = '{"action": "opened", "title": "café"}'
  const own = JSON.stringify(JSON.parse(signed))
  const signature = `sha256=${mac(signed)}`
  const shown = (name, input) => write(`github-${name}`, 'github', null, listed, 'body-json-spaces', input, NOW)
  shown(
    'body-as-bytes-of-flask',
    `{'Host': 'ci.example.com', 'Content-Type': 'application/json', 'X-Github-Event': 'issues', 'X-Hub-Signature-256': '${signature}'}\nb'${own.replace('é', '\\xc3\\xa9')}'\nSignatures did not match!\n`,
  )
  shown(
    'body-as-a-text-of-elixir',
    `req_headers: [\n  {"host", "ci.example.com"},\n  {"content-type", "application/json"},\n  {"x-github-event", "issues"},\n  {"x-hub-signature-256", "${signature}"}\n]\nraw_body: ${JSON.stringify(own)}\n`,
  )
  shown(
    'body-as-a-buffer-in-json',
    JSON.stringify({
      method: 'POST',
      url: 'https://ci.example.com/hook',
      headers: { 'x-hub-signature-256': signature, 'x-github-event': 'issues', 'content-type': 'application/json' },
      body: Buffer.from(own),
    }),
  )
  shown(
    'body-named-below-the-environment-of-rack',
    `{"REQUEST_METHOD"=>"POST", "PATH_INFO"=>"/hook", "HTTP_HOST"=>"ci.example.com", "HTTP_X_HUB_SIGNATURE_256"=>"${signature}", "HTTP_X_GITHUB_EVENT"=>"issues", "CONTENT_TYPE"=>"application/json", "rack.url_scheme"=>"https"}\npayload_body: ${own}\n`,
  )
  shown(
    'test-with-supertest',
    `await request(app)\n  .post('/hook')\n  .set('X-GitHub-Event', 'issues')\n  .set('X-Hub-Signature-256', '${signature}')\n  .set('Content-Type', 'application/json')\n  .send('${own}')\n  .expect(200)\n`,
  )
}
