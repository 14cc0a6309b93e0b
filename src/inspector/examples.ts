import { type CheckForm, EMPTY_CHECK } from './forms.js'

/** Requests to try the page with, each with the key that belongs to it. No account has one of these keys. */
export const EXAMPLES: ReadonlyArray<readonly [name: string, form: CheckForm]> = [
  [
    'a body with other spaces',
    {
      ...EMPTY_CHECK,
      // Signed as json.dumps(…, separators=(',', ':')) writes it, sent as json.dumps(…) does.
      text: `curl -X POST 'https://www.okx.com/api/v5/trade/order' \\
  -H 'Content-Type: application/json' \\
  -H 'OK-ACCESS-KEY: 37c541a1-1111-2222-3333-10fe7a038418' \\
  -H 'OK-ACCESS-SIGN: l2tWvM72dcX7Iqor0gX13z4hi7doCSbV1qJlGJ7jS/4=' \\
  -H 'OK-ACCESS-TIMESTAMP: 2026-11-29T04:00:00.000Z' \\
  -H 'OK-ACCESS-PASSPHRASE: open-sesame' \\
  -d '{"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "px": "21000", "sz": "0.5"}'`,
      key: '22582BD0CFF14C41EDBF1AB98506286D',
      passphrase: 'open-sesame',
      refusal:
        'HTTP/1.1 401 Unauthorized\nDate: Sun, 29 Nov 2026 04:00:01 GMT\n\n{"msg":"Invalid Sign","code":"50113"}',
    },
  ],
  [
    'a host that a proxy changed',
    {
      ...EMPTY_CHECK,
      // Signed for api.example.com; what is behind the proxy sees its own name.
      text: `POST /v1/orders?dry=1 HTTP/1.1
Host: orders.internal:8080
X-Forwarded-Host: api.example.com
Content-Type: application/json
Content-Digest: sha-256=:NCOEZj0xh294XINeZN9OEat1pU0FpquCzJSYsj2OazI=:
Signature-Input: sig1=("@method" "@authority" "@path" "@query" "content-type" "content-digest");created=1795924800;nonce="4f2c9a61d7b84e03";keyid="bot-1"
Signature: sig1=:b2HXNrAOz0dLu4c9Ezbg9g1BHKpkuQ+GWZ5mrUKI8f8=:

{"symbol":"BTCUSDT","qty":0.5}`,
      key: 'an example secret of 32 characters',
    },
  ],
  [
    'one that verifies',
    {
      ...EMPTY_CHECK,
      // RFC 9421 B.2.6, with the public key of B.1.4.
      text: `POST /foo?param=Value&Pet=dog HTTP/1.1
Host: example.com
Date: Tue, 20 Apr 2021 02:07:55 GMT
Content-Type: application/json
Content-Digest: sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:
Content-Length: 18
Signature-Input: sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"
Signature: sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:

{"hello": "world"}`,
      key: `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
-----END PUBLIC KEY-----`,
    },
  ],
]
