import { describe, expect, test } from 'vitest'
import { createAgent, verifyAgents } from '../../src/agents/index.js'
import { createSignedFetch } from '../../src/client/index.js'
import { requestSigner } from '../../src/client/node.js'
import { isCountersignError } from '../../src/errors.js'
import { okx } from '../../src/exchange/catalogue/okx.js'
import { generateKeyPair, httpRequest, rfc9421 } from '../../src/index.js'
import { azureKey, azureSasUrl } from '../../src/schemes/azure/index.js'
import { square } from '../../src/schemes/webhook/catalogue/square.js'
import { standardWebhooks } from '../../src/schemes/webhook/catalogue/standard.js'
import { keyDirectory } from '../../src/server/directory/directory.js'
import { receiveWebhook, signWebhook } from '../../src/webhook/index.js'
import { sendWebhook } from '../../src/webhook/send/send-webhook.js'

// A URL without a host is the usual slip: each function that takes one says what came, and repeats none of it, since a URL may hold a
// secret.

const SECRET = 's3cret-in-the-url'
const { signingKey } = await generateKeyPair('ed25519', { keyId: 'bot-1' })
const signer = rfc9421({ key: signingKey })
const origins = ['https://api.example.com']
const webhook = standardWebhooks({ secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' })
const account = { apiKey: 'bot-1', secret: 'a secret', passphrase: 'phrase' }
const TEXT = 'got a text without http:// or https:// at its start'

/** Each function, how it refuses a path, and how a host without a scheme. */
const DOORS: ReadonlyArray<readonly [door: string, call: (url: string) => unknown, path: string, host: string]> = [
  ['httpRequest', (url) => httpRequest({ url }), 'got a path', 'got a string'],
  [
    'azureSasUrl',
    (url) =>
      azureSasUrl({
        url,
        key: azureKey({ account: 'api', key: btoa('a key of the account, of 64 bytes') }),
        ...{ permissions: 'r', expiresS: 60, nowMs: 1_700_000_000_000 },
      }),
    'got a path',
    'got a string',
  ],
  ['signWebhook', (url) => signWebhook(webhook, { body: '{}', url }), 'got a path', 'got a string'],
  ['sendWebhook', (url) => sendWebhook(webhook, { body: '{}', url, id: 'msg_1' }), TEXT, TEXT],
  ['square', (url) => square({ secret: 'a signature key of Square', notificationUrl: url }), TEXT, TEXT],
  ['createSignedFetch', (url) => createSignedFetch(signer, { origins })(url), TEXT, TEXT],
  ['createSignedFetch, origins', (url) => createSignedFetch(signer, { origins: [url] }), TEXT, TEXT],
  ['requestSigner', (url) => requestSigner(signer, { origins })(url), TEXT, TEXT],
  ['okx, origin', (url) => okx({ ...account, origin: url }), TEXT, TEXT],
  ['keyDirectory', (url) => keyDirectory({ url }), TEXT, TEXT],
  ['verifyAgents, allow', (url) => verifyAgents({ allow: [url], authorities: ['a.example'] }), TEXT, TEXT],
  [
    'createAgent, fetch',
    (url) => createAgent({ name: 'Bot', key: signingKey, directory: 'https://bot.example.com' }).fetch(url),
    TEXT,
    TEXT,
  ],
]

describe.each(DOORS)('%s', (_, call, path, host) => {
  test.each([
    [`/orders?key=${SECRET}`, path],
    [`api.example.com/orders?key=${SECRET}`, host],
  ])('refuses %j and says what came, not the URL', async (url, text) => {
    const error: unknown = await Promise.resolve()
      .then(() => call(url))
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
    expect(isCountersignError(error)).toBe(true)
    expect((error as Error).message).toContain(text)
    expect((error as Error).message).not.toContain(SECRET)
  })
})

test('a URL that is not passed, or of another scheme, is named as that', () => {
  expect(() => httpRequest({} as never)).toThrow('"url" must be an absolute http(s) URL, got nothing')
  expect(() => httpRequest({ url: 5 } as never)).toThrow('"url" must be an absolute http(s) URL, got a number')
  expect(() => httpRequest({ url: 'ftp://api.example.com/x' })).toThrow(
    '"url" must be an absolute http(s) URL, got ftp:',
  )
})

test('a delivery whose URL has no host is refused with the reason in its verdict', async () => {
  const verdict = await receiveWebhook(webhook, { url: '/hook', headers: {}, body: '{}' })
  expect(verdict).toMatchObject({ ok: false, code: 'TARGET_MALFORMED' })
})
