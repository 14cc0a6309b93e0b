import { createHash, createPublicKey, sign as signBytes } from 'node:crypto'
import { ED25519_KEY, OTHER_RSA_KEY, RSA_KEY } from '../keys.mjs'
import { answered, b64url, DATE, hook, http, JSON_BODY, listed, mac, publicOf, S, SECRET, sha, write } from './case.mjs'

// Kinds of mistakes that were missed once in one family, made in others.

const NOW = { secret: SECRET, nowMs: 1_700_000_001_000 }
const ed = (text) => signBytes(null, Buffer.from(text), ED25519_KEY).toString('base64')
const publicPart = (pem) => createPublicKey(pem).export({ format: 'jwk' })
const rfc = (lines, params) => [...lines, `"@signature-params": ${params}`].join('\n')

// --- keys as JWK and JWK sets, as text
{
  const params = `("@method" "@path");created=${S};keyid="two"`
  const request = (method) =>
    http('GET', 'api.example.com', '/me', [
      ['Signature-Input', `sig=${params}`],
      ['Signature', `sig=:${ed(rfc([`"@method": ${method}`, '"@path": /me'], params))}:`],
    ])
  const set = (...names) =>
    JSON.stringify({
      keys: names.map((kid) => ({ ...publicPart(kid === 'two' ? ED25519_KEY : RSA_KEY), kid })),
    })
  write('rfc9421-key-of-a-set', 'rfc9421', undefined, listed, '@method-case', request('get'), {
    publicKey: set('one', 'two'),
  })
  write('rfc9421-key-of-a-set-in-an-object', 'rfc9421', undefined, listed, '@method-case', request('get'), {
    publicKey: JSON.parse(set('one', 'two')),
  })
}
{
  const token = `${b64url({ alg: 'RS256', kid: 'rotated-2024' })}.${b64url({ sub: 'a', exp: 1_800_000_000 })}`
  const signature = signBytes('sha256', Buffer.from(token), RSA_KEY).toString('base64url')
  write(
    'jwt-key-of-before-a-rotation',
    'jwt',
    undefined,
    listed,
    'key-other',
    http('GET', 'api.example.com', '/me', [['Authorization', `Bearer ${token}.${signature}`]]),
    { publicKey: JSON.stringify({ ...publicPart(OTHER_RSA_KEY), kid: 'rotated-2023' }) },
  )
}

// --- a hash whose hexadecimal text was put into base64
const inBase64 = (text) => Buffer.from(text).toString('base64')
{
  const digest = `SHA-256=${inBase64(sha(JSON_BODY))}`
  const text = `(request-target): post /inbox\nhost: social.example.com\ndate: ${DATE}\ndigest: ${digest}`
  const signature = signBytes('sha256', Buffer.from(text), RSA_KEY).toString('base64')
  write(
    'cavage-digest-of-hexadecimal-text',
    'cavage',
    undefined,
    listed,
    'digest-form',
    http(
      'POST',
      'social.example.com',
      '/inbox',
      [
        ['Date', DATE],
        ['Digest', digest],
        [
          'Signature',
          `keyId="https://a.example/u/1#main-key",algorithm="rsa-sha256",headers="(request-target) host date digest",signature="${signature}"`,
        ],
      ],
      JSON_BODY,
    ),
    { publicKey: publicOf(RSA_KEY) },
  )
}
{
  const md5 = inBase64(createHash('md5').update('abc').digest('hex'))
  const text = `PUT\n\n\n3\n${md5}\ntext/plain\n\n\n\n\n\n\nx-ms-blob-type:BlockBlob\nx-ms-date:${DATE}\nx-ms-version:2021-08-06\n/shop/box/a.txt`
  const key = Buffer.from('an account key of the storage, thirty-two bytes and more')
  write(
    'azure-md5-of-hexadecimal-text',
    'azure-shared-key',
    undefined,
    listed,
    'digest-mismatch',
    http(
      'PUT',
      'shop.blob.core.windows.net',
      '/box/a.txt',
      [
        ['Content-Type', 'text/plain'],
        ['Content-MD5', md5],
        ['x-ms-blob-type', 'BlockBlob'],
        ['x-ms-date', DATE],
        ['x-ms-version', '2021-08-06'],
        ['Authorization', `SharedKey shop:${mac(text, 'base64', 'sha256', key)}`],
      ],
      'abc',
    ),
    { secret: key.toString('base64') },
  )
}

// --- what a language prints for an object
hook(
  'github-dictionary-of-python',
  undefined,
  'body-python-repr',
  [['X-Hub-Signature-256', `sha256=${mac("{'name': 'a', 'draft': False, 'assignee': None}")}`]],
  '{"name":"a","draft":false,"assignee":null}',
  undefined,
  {},
  listed,
)
hook(
  'shopify-object-object',
  undefined,
  'body-python-repr',
  [['X-Shopify-Hmac-Sha256', mac('[object Object]', 'base64')]],
  JSON_BODY,
  undefined,
  {},
  listed,
)

// --- a secret that is stored in another way than it is shown
{
  const [shown, stored] = ['k9<Q&z"7p-canary', 'k9&lt;Q&amp;z&quot;7p-canary']
  hook(
    'github-secret-stored-as-html',
    undefined,
    'secret-escaped',
    [['X-Hub-Signature-256', `sha256=${mac(JSON_BODY, 'hex', 'sha256', stored)}`]],
    JSON_BODY,
    { secret: shown },
    {},
    listed,
  )
  const params = `("@method" "@authority");created=${S};keyid="k"`
  const text = rfc(['"@method": GET', '"@authority": api.example.com'], params)
  write(
    'rfc9421-secret-copied-out-of-html',
    'rfc9421',
    undefined,
    listed,
    'secret-escaped',
    http('GET', 'api.example.com', '/', [
      ['Signature-Input', `s=${params}`],
      ['Signature', `s=:${mac(text, 'base64', 'sha256', shown)}:`],
    ]),
    { secret: stored },
  )
}

// --- the parameters of a form behind a URL
for (const [name, tail] of [
  ['twilio-form-as-it-is-sent', 'To=%2B15550002&From=%2B15550001&Body=a+b'],
  ['twilio-form-decoded', 'To=+15550002&From=+15550001&Body=a b'],
  ['twilio-values-alone', '+15550002+15550001a b'],
])
  hook(
    name,
    undefined,
    'body-parameters-joined',
    [
      ['Content-Type', 'application/x-www-form-urlencoded'],
      ['X-Twilio-Signature', mac(`https://shop.example.com/webhook${tail}`, 'base64', 'sha1')],
    ],
    'To=%2B15550002&From=%2B15550001&Body=a+b',
    undefined,
    {},
    listed,
  )

// --- a hash of another body than the one that was sent, which no key is needed for
{
  const hash = sha('{"name": "a", "n": 1}')
  write(
    'sigv4-hash-of-the-body-with-spaces',
    'sigv4',
    undefined,
    listed,
    'digest-mismatch',
    http(
      'POST',
      'bedrock-runtime.us-east-1.amazonaws.com',
      '/model/m/invoke',
      [
        ['X-Amz-Date', '20231114T221320Z'],
        ['X-Amz-Content-Sha256', hash],
        [
          'Authorization',
          `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20231114/us-east-1/bedrock/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=${sha('a')}`,
        ],
      ],
      JSON_BODY,
    ),
    { nowMs: NOW.nowMs },
  )
}

// --- a slash within the name of an object
{
  const query =
    'X-Goog-Algorithm=GOOG4-HMAC-SHA256&X-Goog-Credential=GOOG1E%2F20231114%2Fauto%2Fstorage%2Fgoog4_request&X-Goog-Date=20231114T221320Z&X-Goog-Expires=600&X-Goog-SignedHeaders=host'
  const text = `GET\n/box/in/a.txt\n${query}\nhost:storage.googleapis.com\n\nhost\nUNSIGNED-PAYLOAD`
  const key = ['20231114', 'auto', 'storage', 'goog4_request'].reduce(
    (step, one) => Buffer.from(mac(one, 'hex', 'sha256', step), 'hex'),
    `GOOG4${SECRET}`,
  )
  const signature = mac(
    `GOOG4-HMAC-SHA256\n20231114T221320Z\n20231114/auto/storage/goog4_request\n${sha(text)}`,
    'hex',
    'sha256',
    key,
  )
  write(
    'goog4-slash-of-a-name-encoded',
    'goog4-hmac',
    undefined,
    listed,
    'path-slashes',
    `curl "https://storage.googleapis.com/box/in%2Fa.txt?${query}&X-Goog-Signature=${signature}"`,
    NOW,
  )
}

// --- a receiver that wants more to be signed
{
  const text = `(request-target): post /inbox\nhost: social.example.com\ndate: ${DATE}`
  const signature = signBytes('sha256', Buffer.from(text), RSA_KEY).toString('base64')
  write(
    'cavage-mastodon-wants-the-digest-signed',
    'cavage',
    undefined,
    listed,
    'digest-not-signed',
    answered(
      http(
        'POST',
        'social.example.com',
        '/inbox',
        [
          ['Date', DATE],
          ['Digest', `SHA-256=${sha(JSON_BODY, 'base64')}`],
          [
            'Signature',
            `keyId="https://a.example/u/1#main-key",headers="(request-target) host date",signature="${signature}"`,
          ],
        ],
        JSON_BODY,
      ),
      '401 Unauthorized',
      '{"error":"Mastodon requires the Digest header to be signed when doing a POST request"}',
    ),
    { publicKey: publicOf(RSA_KEY) },
  )
  const params = `("@method" "@path");created=${S};keyid="k"`
  write(
    'rfc9421-receiver-wants-the-authority-covered',
    'rfc9421',
    undefined,
    listed,
    'refused-not-signed',
    answered(
      http('GET', 'api.example.com', '/me', [
        ['Signature-Input', `s=${params}`],
        ['Signature', `s=:${ed(rfc(['"@method": GET', '"@path": /me'], params))}:`],
      ]),
      '401 Unauthorized',
      'component "@authority" must be covered',
    ),
    { publicKey: publicOf(ED25519_KEY) },
  )
}
