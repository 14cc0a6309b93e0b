import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { diagnose } from '../../../../src/doctor/index.js'

test('OAuth 1.0a whose URL and parameters were joined without encoding them is named so', async () => {
  const own =
    'oauth_consumer_key=ck&oauth_nonce=n&oauth_signature_method=HMAC-SHA1&oauth_timestamp=1700000000&oauth_token=tk&oauth_version=1.0'
  const signature = createHmac('sha1', 'consumer-secret&token-secret')
    .update(`GET&https://api.example.com/1/a.json&${own}`)
    .digest('base64')
  const header = [...own.split('&'), `oauth_signature=${encodeURIComponent(signature)}`]
    .map((pair) => pair.replace(/=(.*)$/, '="$1"'))
    .join(', ')
  const { findings } = await diagnose(
    `GET /1/a.json HTTP/1.1\nHost: api.example.com\nAuthorization: OAuth ${header}\n`,
    { secret: 'consumer-secret', passphrase: 'token-secret' },
  )
  expect(findings[0]?.id).toBe('text-encoding')
})
