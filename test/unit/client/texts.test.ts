import { afterAll, describe, expect, test } from 'vitest'
import {
  createSignedFetch,
  dateHeaderTime,
  exchangeClock,
  increasingNonces,
  keyset,
  signRequest,
} from '../../../src/client/index.js'
import { requestSigner } from '../../../src/client/node.js'
import { openExchangeSocket } from '../../../src/client/socket/websocket.js'
import { signInterceptor } from '../../../src/client/undici.js'
import { generateKeyPair, hmacKey, importSigningKey, randomBytes, Secret } from '../../../src/crypto/index.js'
import { isCountersignError, kindOf } from '../../../src/errors.js'
import { binance } from '../../../src/exchange/catalogue/binance.js'
import { bybit } from '../../../src/exchange/catalogue/bybit.js'
import { coinbase } from '../../../src/exchange/catalogue/coinbase.js'
import { kraken } from '../../../src/exchange/catalogue/kraken.js'
import { okx } from '../../../src/exchange/catalogue/okx.js'
import { orderly } from '../../../src/exchange/catalogue/orderly.js'
import { checkKey, defineExchange, importExchangeKey } from '../../../src/exchange/index.js'
import { actorOf, createKeyring, createSealing, memoryKeyStore } from '../../../src/keyring/index.js'
import { fileKeyStore } from '../../../src/keyring/stores/file.js'
import { httpRequest } from '../../../src/message/index.js'
import { rfc9421 } from '../../../src/schemes/rfc9421/index.js'
import { github } from '../../../src/schemes/webhook/catalogue/github.js'
import { monotonicClock, publicUrlReader, staticKeys } from '../../../src/server/index.js'
import { requireSignature } from '../../../src/server/middleware/express.js'
import { mockExchange } from '../../../src/testing/index.js'
import { receiveWebhook } from '../../../src/webhook/index.js'

// As programs without types call them.
const any = (value: unknown) => value as never
const account = { apiKey: 'key', secret: 'hidden-secret' }
const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(7) })
const signer = rfc9421({ key })
const at = (origin: unknown) => () => createSignedFetch(signer, { origins: [origin as string] })

const NO_SCHEME = (name: string, must: string): string =>
  `"${name}" must be ${must}, got a text without http:// or https:// at its start`
const pair = await generateKeyPair('ed25519', { keyId: 'k' })
const keyring = createKeyring({
  store: memoryKeyStore(),
  prefix: 'acme',
  sealing: createSealing({ primary: { id: 'kek-1', key: randomBytes(32) } }),
})
afterAll(() => keyring.close())
const any2 = (value: unknown) => value as Record<string, ((...args: unknown[]) => unknown) | undefined>
const ID_METHODS = [
  ...['get', 'used', 'describe', 'update', 'rotate', 'renew', 'disable', 'enable', 'revoke', 'revokeAndWait'],
  ...['expire', 'compromise'],
]
const NO_KEY = 'Binance has no credentials to sign with: state "apiKey" and "secret", or "key"'

/** What was written, and what the error says about it. */
const TEXTS: ReadonlyArray<readonly [wrote: string, call: () => unknown, code: string, text: string]> = [
  ...['verb', 'methd'].flatMap(
    (name): Array<(typeof TEXTS)[number]> => [
      [
        `signRequest({ ${name}: 'POST' })`,
        () => signRequest(any({ ...httpRequest({ url: 'https://a.example/' }), [name]: 'POST' }), signer),
        'ARGUMENT_INVALID',
        `signRequest: unknown option "${name}"; did you mean "method"?`,
      ],
      [
        `a signed fetch with ${name}: 'POST'`,
        () =>
          createSignedFetch(signer, { origins: ['https://a.example'] })('https://a.example/', any({ [name]: 'POST' })),
        'ARGUMENT_INVALID',
        `unknown member "${name}" of a request; did you mean "method"?`,
      ],
    ],
  ),
  // What is asked later is looked at when it is passed.
  ...(
    [
      [
        'increasingNonces({ store })',
        () => increasingNonces({ unit: 'ms', store: any('file') }),
        '"store" must be a store with read() and write(), or advance(), such as fileNonceStore(path), got a string',
      ],
      [
        'increasingNonces({ clock })',
        () => increasingNonces({ unit: 'ms', clock: any('x') }),
        'increasingNonces: "clock" must be a clock, such as { now: () => Date.now() }, got a string',
      ],
      [
        'increasingNonces({ max })',
        () => increasingNonces({ unit: 'ms', max: any(5) }),
        '"max" must be a bigint from 1n, got a number',
      ],
      [
        'keyset({ clock })',
        () => keyset({ keys: [key], primary: 'bot-1', clock: any('x') }),
        'keyset: "clock" must be a clock, such as { now: () => Date.now() }, got a string',
      ],
      [
        'signRequest({ clock })',
        () => signRequest(httpRequest({ url: 'https://a.example/' }), signer, { clock: any('x') }),
        'signRequest: "clock" must be a clock, such as { now: () => Date.now() }, got a string',
      ],
      [
        'signRequest({ nonces })',
        () => signRequest(httpRequest({ url: 'https://a.example/' }), signer, { nonces: any('x') }),
        'signRequest: "nonces" must be a source of nonces, such as randomNonces(), got a string',
      ],
      [
        'signInterceptor({ clock })',
        () => signInterceptor(binance(account), { clock: any('x') }),
        'signInterceptor: "clock" must be a clock, such as { now: () => Date.now() }, got a string',
      ],
      [
        'signInterceptor({ nonces })',
        () => signInterceptor(binance(account), { nonces: any(5) }),
        'signInterceptor: "nonces" must be a source of nonces, such as randomNonces(), got a number',
      ],
      [
        'signInterceptor({ otherOrigin })',
        () => signInterceptor(binance(account), { otherOrigin: any('x') }),
        'signInterceptor: "otherOrigin" must be "refuse" or "unsigned", got a string',
      ],
      [
        'signInterceptor({ maxBodyBytes })',
        () => signInterceptor(binance(account), { maxBodyBytes: any('1') }),
        'signInterceptor: "maxBodyBytes" must be a number of bytes, got a string',
      ],
      [
        'createSignedFetch({ clock: { sync } })',
        () => createSignedFetch(binance(account), { clock: any({ now: Date.now, sync: 'x' }) }),
        'createSignedFetch: "clock.sync" must be a function, got a string',
      ],
      [
        'exchangeClock({ fetch })',
        () => exchangeClock(binance(account), { fetch: any('x') }),
        'exchangeClock: "fetch" must be a function, such as globalThis.fetch, got a string',
      ],
      [
        'exchangeClock({ local })',
        () => exchangeClock(binance(account), { local: any('x') }),
        'exchangeClock: "local" must be a function that returns milliseconds, such as Date.now, got a string',
      ],
      [
        'exchangeClock({ monotonic })',
        () => exchangeClock(binance(account), { monotonic: any(5) }),
        'exchangeClock: "monotonic" must be a function that returns milliseconds, such as () => performance.now(), got a number',
      ],
      [
        'dateHeaderTime({ fetch })',
        () => dateHeaderTime('https://a.example/', { fetch: any('x') }),
        'dateHeaderTime: "fetch" must be a function, such as globalThis.fetch, got a string',
      ],
      [
        'monotonicClock({ wall })',
        () => monotonicClock({ wall: any('x') }),
        'monotonicClock: "wall" must be a function that returns milliseconds, such as Date.now, got a string',
      ],
      [
        'openExchangeSocket({ fetch })',
        () =>
          openExchangeSocket({
            url: 'wss://a.example',
            login: () => ({ messages: [] }),
            onMessage: () => {},
            fetch: any('x'),
          }),
        'openExchangeSocket: "fetch" must be a function, such as globalThis.fetch, got a string',
      ],
      [
        'baseUrl with a blank',
        () => binance({ ...account, baseUrl: ' https://a.example' }),
        '"baseUrl" must be a URL of https, with a path or without, got one with white space in it',
      ],
      [
        'baseUrl with a line break',
        () => binance({ ...account, baseUrl: 'https://a.example\n' }),
        '"baseUrl" must be a URL of https, with a path or without, got one with white space in it',
      ],
      [
        'defineExchange({ origins }) of plain http',
        () => defineExchange({ ...binance().spec, origins: ['http://a.example'] }),
        'defineExchange: "origins" must be https://host[:port] each, got plain http to another machine',
      ],
    ] as const
  ).map(([name, call, text]): (typeof TEXTS)[number] => [name, call, 'CONFIG_INVALID', text]),
  ...(
    [
      [
        'sign({ url })',
        () => binance(account).sign(any({ url: '/x' })),
        'sign: unknown option "url"; did you mean "path"?',
      ],
      [
        'a pair without a value',
        () => binance(account).sign({ path: '/x', params: any([['a']]) }),
        '"params[0]" must be a pair of a name and a value, got a list of 1',
      ],
      [
        'a pair of three',
        () => binance(account).sign({ path: '/x', params: any([['a', 'b', 'c']]) }),
        '"params[0]" must be a pair of a name and a value, got a list of 3',
      ],
      [
        'a signed fetch with headers: { a: 5 }',
        () => createSignedFetch(binance(account))('/x', any({ headers: { a: 5 } })),
        '"headers.a" must be a line of text, got a number',
      ],
      [
        'a signed fetch with timeout: 5',
        () => createSignedFetch(binance(account))('/x', any({ timeout: 5 })),
        'unknown member "timeout" of a request; did you mean "signal": AbortSignal.timeout(milliseconds)?',
      ],
    ] as const
  ).map(([name, call, text]): (typeof TEXTS)[number] => [name, call, 'ARGUMENT_INVALID', text]),
  ...(
    [
      [
        'checkKey({ needs }) with a misspelt word',
        () =>
          checkKey(
            binance(account),
            any(async () => {}),
            { needs: ['tarde'] },
          ),
        '"needs[0]" must be "trade", "withdraw" or a permission of the exchange, got "tarde"; did you mean "trade"?',
      ],
      [
        'a window that is no integer',
        () => bybit({ ...account, recvWindow: 5000.5 }),
        '"recvWindow" must be whole milliseconds, from 100 to 60000 at Bybit, got 5000.5',
      ],
      [
        'coinbase({ account, key })',
        () => coinbase(any({ account: 'x', key: 'y' })),
        'Coinbase Advanced Trade: unknown option "account"; did you mean "key": await importExchangeKey(privateKey, { apiKey: name, type })?',
      ],
      [
        'coinbase({ key }) of a PEM',
        () => coinbase(any({ key: '-----BEGIN EC PRIVATE KEY-----\\nMHc' })),
        '"key" must be a key of ecdsa-p256-sha256 or ed25519 at Coinbase Advanced Trade, from importExchangeKey(), got the text of a PEM: pass await importExchangeKey(text, { apiKey, type })',
      ],
      [
        'coinbase({ key }) of its name',
        () => coinbase(any({ key: 'organizations/a/apiKeys/b' })),
        '"key" must be a key of ecdsa-p256-sha256 or ed25519 at Coinbase Advanced Trade, from importExchangeKey(), got the name of the key: that is "apiKey" of importExchangeKey()',
      ],
      [
        'allowInsecure as text',
        () => createSignedFetch(binance(account), any({ allowInsecure: true })),
        'createSignedFetch: unknown option "allowInsecure"; did you mean [allowInsecure]: true, the symbol that countersign/client exports?',
      ],
    ] as const
  ).map(([name, call, text]): (typeof TEXTS)[number] => [name, call, 'CONFIG_INVALID', text]),
  [
    "the key and the secret of Kraken in each other's place",
    () => kraken({ apiKey: btoa('s'.repeat(64)), secret: btoa('k'.repeat(42)) }),
    'KEY_MALFORMED',
    '"secret" must be padded base64, got something shorter, while "apiKey" has the form of one: are key and secret swapped?',
  ],
  [
    'importSigningKey(undefined)',
    () => importSigningKey(any(undefined), { keyId: 'k', algorithm: 'ed25519' }),
    'KEY_MALFORMED',
    'the key must be PEM text, bytes, a Secret or a JWK, got nothing: is the environment variable set?',
  ],
  [
    'importExchangeKey(undefined)',
    () => importExchangeKey(any(undefined), { apiKey: 'k', type: 'ed25519' }),
    'ARGUMENT_INVALID',
    '"text" must be the text of a private key, got nothing: is the environment variable set?',
  ],
  // A key of the other kind.
  ...([
    [
      'rfc9421({ key }) of a verifying key',
      () => rfc9421({ key: any(pair.verifyingKey) }),
      'CONFIG_INVALID',
      'rfc9421: "key" must be a signing key, such as hmacKey({ … }), got a verifying key',
    ],
    [
      'okx({ key }) of a verifying key',
      () => okx({ key: any(pair.verifyingKey), passphrase: 'p' }),
      'CONFIG_INVALID',
      '"key" must be a key of hmac-sha256 at OKX, from importExchangeKey(), got a verifying key',
    ],
    [
      'keyset() of a verifying key',
      () => keyset({ keys: [any(pair.verifyingKey)], primary: 'k' }),
      'ARGUMENT_INVALID',
      '"keys" must hold signing keys, got a verifying key',
    ],
    [
      'staticKeys([signingKey])',
      () => staticKeys([any(pair.signingKey)]),
      'CONFIG_INVALID',
      'staticKeys: record 0: it must be a record such as { key }, got a signing key',
    ],
    [
      'staticKeys([{ key: signingKey }])',
      () => staticKeys([{ key: any(pair.signingKey) }]),
      'CONFIG_INVALID',
      'staticKeys: record 0: "key" must be a verifying key, got a signing key',
    ],
  ] as const satisfies Array<(typeof TEXTS)[number]>),
  // A server's options.
  [
    'trustedProxies: true',
    () => publicUrlReader({ trustedProxies: any(true) }),
    'CONFIG_INVALID',
    '"trustedProxies" must be a list of at most 256 address ranges, got a boolean',
  ],
  [
    'a trusted proxy by name',
    () => publicUrlReader({ trustedProxies: ['proxy'] }),
    'CONFIG_INVALID',
    '"trustedProxies[0]" must be an IPv4 or IPv6 address or CIDR range in its strict form, got "proxy"',
  ],
  [
    'publicOrigin without its scheme',
    () => publicUrlReader({ publicOrigin: 'api.example.com' }),
    'CONFIG_INVALID',
    '"publicOrigin" must be an origin such as https://api.example.com, got a text without http:// or https:// at its start',
  ],
  [
    'forwarded alone',
    () => publicUrlReader({ forwarded: 'x-forwarded' }),
    'CONFIG_INVALID',
    '"forwarded" must come with "trustedProxies"',
  ],
  [
    'requireSignature({ verifier }) of the middleware',
    () => requireSignature(any({ verifier: 5 })),
    'CONFIG_INVALID',
    'requireSignature: "verifier" must be what createVerifier() made, got an object',
  ],
  [
    'requireSignature() of a webhook',
    () => requireSignature(any(github({ secret: 'a secret of this test' }))),
    'CONFIG_INVALID',
    'requireSignature: "verifier" must be what createVerifier() made, got an object: pass webhookVerifier(webhook)',
  ],
  [
    'dateHeaderTime() of a bare host',
    () => dateHeaderTime('api.example.com'),
    'CONFIG_INVALID',
    '"url" must be a URL of https, or of this machine, without credentials, got a text without http:// or https:// at its start',
  ],
  ['origins: 127.0.0.1:1', at('127.0.0.1:1'), 'CONFIG_INVALID', NO_SCHEME('origins[0]', 'https://host[:port]')],
  [
    'baseUrl: 127.0.0.1:1',
    () => binance({ ...account, baseUrl: '127.0.0.1:1' }),
    'CONFIG_INVALID',
    NO_SCHEME('baseUrl', 'a URL of https, with a path or without'),
  ],
  [
    'price: null',
    () => binance(account).sign({ path: '/api/v3/order', params: any({ price: null }) }),
    'ARGUMENT_INVALID',
    '"params.price" must be text, a number, a boolean or a list of them, got null: leave it out, or say null in "json"',
  ],
  [
    'signedFetch(url, { json }) of an rfc9421 signer',
    () => createSignedFetch(signer, { origins: ['https://a.example'] })('https://a.example/', any({ json: {} })),
    'ARGUMENT_INVALID',
    'unknown member "json" of a request; did you mean "body" with JSON.stringify()?',
  ],
  [
    'signedFetch(url, { params }) of an rfc9421 signer',
    () => createSignedFetch(signer, { origins: ['https://a.example'] })('https://a.example/', any({ params: {} })),
    'ARGUMENT_INVALID',
    'unknown member "params" of a request; did you mean the query of the URL?',
  ],
  // A receiver's.
  ...([undefined, null, 5, 'body'] as const).map((request): (typeof TEXTS)[number] => [
    `receiveWebhook(webhook, ${JSON.stringify(request)})`,
    () => receiveWebhook(github({ secret: 'a secret of this repository' }), any(request)),
    'CONFIG_INVALID',
    `"request" must be a Request of Fetch, or { headers, body } with the raw body, got ${kindOf(request)}`,
  ]),
  [
    'receiveWebhook(webhook, { deliveries })',
    () => receiveWebhook(github({ secret: 'a secret of this repository' }), any({ deliveries: {} })),
    'CONFIG_INVALID',
    'request: unknown option "deliveries"; did you mean receiveWebhook(webhook, request, { deliveries })?',
  ],
  // A keyring's.
  [
    'createSealing({})',
    () => createSealing(any({})),
    'CONFIG_INVALID',
    'createSealing: "primary" must be a key-encryption key such as localKek(secret), got nothing',
  ],
  [
    'an id of a key-encryption key that is none',
    () => createSealing({ primary: { id: '', key: new Uint8Array(32) } }),
    'CONFIG_INVALID',
    '"primary.id" must be 1 to 128 letters, digits and ._:/-, got an empty string',
  ],
  [
    'createKeyring()',
    () => createKeyring(any(undefined)),
    'CONFIG_INVALID',
    'createKeyring needs options: { store, prefix }, got nothing',
  ],
  [
    'createKeyring({})',
    () => createKeyring(any({})),
    'CONFIG_INVALID',
    '"store" must be a key store, for example memoryKeyStore(), got nothing',
  ],
  [
    'fileKeyStore({ path })',
    () => fileKeyStore(any({ path: 'keys.json' })),
    'CONFIG_INVALID',
    'fileKeyStore: "path" must be the path of a file, got an object: pass its "path" itself',
  ],
  [
    'actorOf({})',
    () => actorOf(any({})),
    'ARGUMENT_INVALID',
    'actorOf: "verdict" must be that of an accepted request, got an object',
  ],
  ...ID_METHODS.map((name): (typeof TEXTS)[number] => [
    `keyring.${name}(record)`,
    () => any2(keyring)[name]?.({ id: 'acmek_live_x' }, { actor: 'ops', reason: 'x' }),
    'ARGUMENT_INVALID',
    '"id" must be the id of a key, got an object: pass its "id"',
  ]),
  [
    'keyring.issue({ expiresAtMs })',
    () => keyring.issue(any({ owner: 'alice', expiresAtMs: 5, actor: 'ops' })),
    'ARGUMENT_INVALID',
    'issue: unknown option "expiresAtMs"; did you mean "expiresInMs", a duration in milliseconds from now (a time less Date.now())?',
  ],
  [
    'createSealing({ indexSecret }) that is text',
    () => createSealing(any({ primary: { id: 'kek-1', key: randomBytes(32) }, indexSecret: 'abc' })),
    'ARGUMENT_INVALID',
    '"indexSecret" must be a Uint8Array, got a string',
  ],
  [
    'createSealing({ primary }) that is the secret',
    () => createSealing(any({ primary: new Secret(randomBytes(32)) })),
    'CONFIG_INVALID',
    'createSealing: "primary" must be a key-encryption key such as localKek(secret), got a Secret',
  ],
  [
    'keyring.issue({ secret }) that is text',
    () => keyring.issue(any({ owner: 'alice', secret: 'x', actor: 'ops' })),
    'ARGUMENT_INVALID',
    '"secret" must be a Uint8Array, got a string',
  ],
  [
    'keyring.issue({ actor }) without scopes',
    () => keyring.issue(any({ owner: 'alice', actor: { id: 'x' } })),
    'ARGUMENT_INVALID',
    '"actor.scopes" must be an array of 0 to 256 texts resource:action, got nothing',
  ],
  ...(['issue', 'update', 'rotate', 'renew', 'disable', 'revoke', 'expire', 'compromise', 'rewrap'] as const).map(
    (name): (typeof TEXTS)[number] => [
      `keyring.${name}() with no options`,
      () =>
        name === 'issue' || name === 'rewrap'
          ? keyring[name](any(undefined))
          : keyring[name](`acmek_live_${'a'.repeat(20)}`, any(undefined)),
      'ARGUMENT_INVALID',
      expect.stringMatching(new RegExp(`^${name} needs options: \\{ \\w+(, \\w+)* \\}, got nothing$`)),
    ],
  ),
  [
    'keyring.list({ limits })',
    () => keyring.list(any({ limits: 5 })),
    'ARGUMENT_INVALID',
    'list: unknown option "limits"; did you mean "limit"?',
  ],
  [
    'signRequest({ url })',
    () => signRequest(any({ url: 'https://a.example/' }), signer),
    'ARGUMENT_INVALID',
    'signRequest: unknown option "url"; did you mean httpRequest({ url })?',
  ],
  [
    'signRequest() with no request',
    () => signRequest(any(undefined), signer),
    'ARGUMENT_INVALID',
    'signRequest: the request must be one of httpRequest() or fromFetchRequest(), got nothing',
  ],
  [
    'signRequest() of a Request',
    () => signRequest(any(new Request('https://a.example/')), signer),
    'ARGUMENT_INVALID',
    'signRequest: the request must be one of httpRequest() or fromFetchRequest(), got a Request',
  ],
  [
    'secret: process.env.SECRET that is not set',
    () => binance({ apiKey: 'key', secret: any(undefined) }),
    'KEY_MALFORMED',
    '"secret" must be the text the exchange showed, got nothing: is the environment variable set?',
  ],
  [
    'secret: 5',
    () => binance({ apiKey: 'key', secret: any(5) }),
    'KEY_MALFORMED',
    '"secret" must be the text the exchange showed, got a number',
  ],
  [
    'apiSecret',
    () => binance(any({ apiKey: 'key', apiSecret: 'hidden-secret' })),
    'CONFIG_INVALID',
    'Binance: unknown option "apiSecret"; did you mean "secret"?',
  ],
  ['neither of the two', () => binance({ apiKey: any(undefined), secret: any(undefined) }), 'CONFIG_INVALID', NO_KEY],
  [
    'an API key that is not set',
    () => binance({ ...account, apiKey: any(undefined) }),
    'ARGUMENT_INVALID',
    '"apiKey" must be the API key as text, got nothing: is the environment variable set?',
  ],
  [
    'an API key with a blank at its end',
    () => binance({ ...account, apiKey: 'key ' }),
    'ARGUMENT_INVALID',
    '"apiKey" must be the API key alone, got one with white space at its end',
  ],
  [
    'an API key with a space inside',
    () => binance({ ...account, apiKey: 'my key' }),
    'ARGUMENT_INVALID',
    '"apiKey" must be the API key alone, got one with white space inside',
  ],
  [
    'a secret where there are key pairs only',
    () => orderly({ ...account, accountId: '0x1' }),
    'CONFIG_INVALID',
    'Orderly has no shared secrets: state "key", from importExchangeKey()',
  ],
  [
    'both a key and a secret',
    () => binance(any({ ...account, key })),
    'CONFIG_INVALID',
    '"key" and "secret" are two ways to sign at Binance: state one of them',
  ],
  [
    'a variant where there is none',
    () => binance(any({ ...account, variant: 'v3' })),
    'CONFIG_INVALID',
    '"variant" must be left out at Binance, which has no variants',
  ],
  [
    'no passphrase',
    () => okx(any(account)),
    'CONFIG_INVALID',
    '"passphrase" must be the one chosen when the API key was made at OKX, got nothing: is the environment variable set?',
  ],
  [
    'createSignedFetch()',
    () => createSignedFetch(any(undefined)),
    'CONFIG_INVALID',
    'createSignedFetch: "signer" must be a signer, such as rfc9421({ key }) or binance({ apiKey, secret }), got nothing',
  ],
  [
    'createSignedFetch(binance)',
    () => createSignedFetch(any(binance)),
    'CONFIG_INVALID',
    'createSignedFetch: "signer" must be a signer, such as rfc9421({ key }) or binance({ apiKey, secret }), got a function: call it with credentials first',
  ],
  [
    'createSignedFetch(binance({}))',
    () => createSignedFetch(any(binance({}))),
    'CONFIG_INVALID',
    `createSignedFetch: ${NO_KEY}`,
  ],
  ['binance({}).sign()', () => (binance({}) as unknown as { sign(): void }).sign(), 'CONFIG_INVALID', NO_KEY],
  [
    'signInterceptor(binance)',
    () => signInterceptor(any(binance)),
    'CONFIG_INVALID',
    'signInterceptor: "signer" must be a signer, such as rfc9421({ key }) or binance({ apiKey, secret }), got a function: call it with credentials first',
  ],
  [
    'signRequest(request, {})',
    () => signRequest(httpRequest({ url: 'https://a.example/' }), any({})),
    'CONFIG_INVALID',
    'signRequest: "signer" must be a signer, such as rfc9421({ key }) or binance({ apiKey, secret }), got an object',
  ],
  [
    'no origins',
    () => createSignedFetch(signer, any(undefined)),
    'CONFIG_INVALID',
    '"origins" must be a list of https://host[:port], got nothing',
  ],
  [
    'an origin with a slash',
    at('https://api.example.com/'),
    'CONFIG_INVALID',
    '"origins[0]" must be https://host[:port], got one with a slash at its end: leave it out',
  ],
  [
    'an origin with a path',
    at('https://api.example.com/v1'),
    'CONFIG_INVALID',
    '"origins[0]" must be https://host[:port], got one with a path: an origin ends with its host',
  ],
  [
    'an origin without encryption',
    at('http://api.example.com'),
    'CONFIG_INVALID',
    '"origins[0]" must be https://host[:port], got plain http to another machine',
  ],
  [
    'rfc9421({})',
    () => rfc9421(any({})),
    'CONFIG_INVALID',
    'rfc9421: "key" must be a signing key, such as hmacKey({ … }), got nothing',
  ],
  ...(
    [
      ['retry', false, 'a function, such as retries({ attempts: 3 })', 'a boolean'],
      ['retry', 3, 'a function, such as retries({ attempts: 3 })', 'a number'],
      ['clock', {}, 'a clock, such as { now: () => Date.now() }', 'an object'],
      ['clock', null, 'a clock, such as { now: () => Date.now() }', 'null'],
      ['nonces', 3, 'a source of nonces, such as randomNonces()', 'a number'],
      ['fetch', 'x', 'a function, such as globalThis.fetch', 'a string'],
      ['response', true, 'an object with check()', 'a boolean'],
      ['onClockError', {}, 'a function', 'an object'],
    ] as const
  ).map(
    ([name, value, must, got]) =>
      [
        `${name}: ${JSON.stringify(value)}`,
        () => createSignedFetch(binance(account), { [name]: any(value) }),
        'CONFIG_INVALID',
        `createSignedFetch: "${name}" must be ${must}, got ${got}`,
      ] as const,
  ),
  [
    'a size as text',
    () => createSignedFetch(binance(account), { maxBodyBytes: any('1') }),
    'CONFIG_INVALID',
    '"maxBodyBytes" must be a number of bytes, got a string',
  ],
  [
    'another host',
    () => createSignedFetch(binance(account))('https://api.example.com/v1'),
    'ORIGIN_REFUSED',
    'the origin must be one that is configured (https://api.binance.com, https://api1.binance.com, https://api2.binance.com, …), got https://api.example.com',
  ],
  [
    'a mock whose account has no passphrase',
    () => mockExchange(okx(), { accounts: [account as never] }),
    'CONFIG_INVALID',
    '"accounts[0].passphrase" must be text at OKX, got nothing',
  ],
  ['rfc9421()', () => rfc9421(any(undefined)), 'CONFIG_INVALID', 'rfc9421 needs options: { key }, got nothing'],
  [
    "generateKeyPair('ed25519')",
    () => generateKeyPair('ed25519', any(undefined)),
    'ARGUMENT_INVALID',
    'generateKeyPair needs options: { keyId }, got nothing',
  ],
  [
    "sign('/path')",
    () => binance(account).sign(any('/api/v3/account')),
    'ARGUMENT_INVALID',
    'sign: the request must be an object such as { method: "GET", path: "/" }, got a string: pass it as "path"',
  ],
  [
    'sign() without a path',
    () => binance(account).sign(any({ method: 'GET' })),
    'ARGUMENT_INVALID',
    'sign: "path" must be a path such as "/api/v1/orders", got nothing',
  ],
  [
    'a path without its slash',
    () => binance(account).sign({ path: 'api/v3/order' }),
    'ARGUMENT_INVALID',
    '"path" must start with "/" or be a URL: write "/api/v3/order"',
  ],
  [
    'the same in fetch',
    () => createSignedFetch(binance(account))('api/v3/order'),
    'ARGUMENT_INVALID',
    'the path must start with "/" or be a URL: write "/api/v3/order"',
  ],
  ...(['/v1/orders', 'v1/orders'] as const).map((url): (typeof TEXTS)[number] => [
    `signedFetch(${JSON.stringify(url)}) outside of a browser`,
    () => createSignedFetch(rfc9421({ key }), { origins: ['https://api.example.com'] })(url),
    'ARGUMENT_INVALID',
    'the URL must be absolute, got a text without http:// or https:// at its start',
  ]),
  [
    'signedFetch({ url }), as of other clients',
    () =>
      createSignedFetch(rfc9421({ key }), { origins: ['https://api.example.com'] })(any({ url: 'https://a.example/' })),
    'ARGUMENT_INVALID',
    'the URL must be absolute, got an object',
  ],
  [
    'a header of two lines',
    () =>
      createSignedFetch(rfc9421({ key }), { origins: ['https://api.example.com'] })('https://api.example.com/', {
        headers: { authorization: 'hidden-secret\nmore' },
      }),
    'ARGUMENT_INVALID',
    '"headers.authorization" must be a line of text, got a string',
  ],
  ...['hidden-\0secret', 'hidden-secret\n\u00a0', '\nhidden-secret\n\v'].map(
    (authorization) =>
      [
        `a header of ${JSON.stringify(authorization)}`,
        () =>
          createSignedFetch(rfc9421({ key }), { origins: ['https://api.example.com'] })('https://api.example.com/', {
            headers: { authorization },
          }),
        'ARGUMENT_INVALID',
        '"headers.authorization" must be a line of text, got a string',
      ] as const,
  ),
  [
    'a header of two lines in a Map',
    () =>
      createSignedFetch(rfc9421({ key }), { origins: ['https://api.example.com'] })('https://api.example.com/', {
        headers: any(new Map([['authorization', 'hidden-secret\nmore']])),
      }),
    'ARGUMENT_INVALID',
    '"headers.authorization" must be a line of text, got a string',
  ],
  [
    'a path for https.request',
    () => requestSigner(rfc9421({ key }), { origins: ['https://api.example.com'] })('/v1?token=hidden-secret'),
    'ARGUMENT_INVALID',
    '"url" must be absolute, got a text without http:// or https:// at its start',
  ],
  [
    'signRequest of a URL',
    () => signRequest(any('https://api.example.com/'), rfc9421({ key })),
    'ARGUMENT_INVALID',
    'signRequest: the request must be one of httpRequest() or fromFetchRequest(), got a string',
  ],
  [
    'origins of URL objects',
    () => createSignedFetch(rfc9421({ key }), { origins: any([new URL('https://api.example.com')]) }),
    'CONFIG_INVALID',
    '"origins[0]" must be https://host[:port], got a URL',
  ],
  [
    'a baseUrl that is a URL object',
    () => binance({ ...account, baseUrl: any(new URL('http://127.0.0.1:8080')) }),
    'CONFIG_INVALID',
    '"baseUrl" must be a URL of https, with a path or without, got a URL object',
  ],
  [
    'the text of an API key as a key',
    () => binance(any({ key: 'hidden-secret', secret: 'hidden-secret' })),
    'CONFIG_INVALID',
    '"key" and "secret" are two ways to sign at Binance: state one of them; an API key is "apiKey"',
  ],
  [
    'a PEM file read without its encoding',
    () =>
      importSigningKey(new TextEncoder().encode(`-----BEGIN PRIVATE KEY-----\n${'A'.repeat(64)}\n`), {
        keyId: 'a',
        algorithm: 'ed25519',
      }),
    'KEY_MALFORMED',
    'key must be raw bytes, got those of a PEM file: pass its text',
  ],
  [
    'a key pair of a shared secret',
    () => generateKeyPair(any('hmac-sha256'), { keyId: 'a' }),
    'ARGUMENT_INVALID',
    '"algorithm" must be one of key pairs: generateSecret() makes secrets',
  ],
  [
    'exchangeClock(binance)',
    () => exchangeClock(any(binance)),
    'CONFIG_INVALID',
    '"exchange" must be an exchange or its signer, got a function',
  ],
]

describe('an error names what was written', () => {
  test.each(TEXTS)('the error of %s names what was written', async (_, call, code, text) => {
    const error = await (async () => call())().then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(isCountersignError(error) && [error.code, error.message]).toEqual([code, text])
    expect(String(error)).not.toContain('hidden-secret')
  })

  test('mockExchange(binance()) says what is missing', async () => {
    const error = await mockExchange(binance(), any(undefined)).then(
      async (mock) => mock.close(),
      (thrown: unknown) => thrown,
    )
    expect(error === undefined || isCountersignError(error)).toBe(true)
  })
})

describe('a refusal for the time', () => {
  const refused = (aheadMs: number) =>
    new Response('{"code":-1021,"msg":"Timestamp for this request was 1000ms ahead"}', {
      status: 400,
      headers: { date: new Date(1_700_000_000_000 + aheadMs).toUTCString() },
    })
  const clock = { now: () => 1_700_000_000_000 }

  test.each([70_000, -70_000])('says by how much the clock is off: %d ms', async (aheadMs) => {
    const heard: unknown[] = []
    const signedFetch = createSignedFetch(binance(account), {
      clock,
      fetch: async () => refused(aheadMs),
      onClockError: (event) => {
        heard.push(event)
        throw new Error('a listener that fails')
      },
    })
    expect((await signedFetch('/api/v3/account')).status).toBe(400)
    expect(heard).toEqual([{ origin: 'https://api.binance.com', keyId: 'key', offsetMs: aheadMs }])
  })

  test('is not called where a 401 has another cause', async () => {
    const heard: unknown[] = []
    const answer = () =>
      new Response(null, { status: 401, headers: { date: new Date(1_700_000_000_000).toUTCString() } })
    const onClockError = (event: unknown) => heard.push(event)
    const origins = ['https://api.example.com']
    await createSignedFetch(signer, { origins, clock, fetch: async () => answer(), onClockError })(origins[0] as string)
    expect(heard).toEqual([])
    const late = () => new Response(null, { status: 401, headers: { date: new Date(1_700_000_009_000).toUTCString() } })
    await createSignedFetch(signer, { origins, clock, fetch: async () => late(), onClockError })(origins[0] as string)
    expect(heard).toEqual([{ origin: 'https://api.example.com', keyId: 'bot-1', offsetMs: 9_000 }])
  })
})
