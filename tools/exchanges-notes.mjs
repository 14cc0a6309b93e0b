/**
 * What the page of exchanges says that no spec holds, as data. `tools/exchanges-table.mjs` reads it.
 *
 * @typedef {{ covers?: string, socket?: string }} Note  `covers` stands behind the computed cell, `socket` in its place
 * @typedef {{ exchange: string, about: string, say: string, usual: string, other?: string }} Disagreement
 *   `exchange` is an id; `other` says how to get the other way, and names the variant where there is one.
 * @typedef {{ names: string, signs: string }} Outside
 */

/** @type {Readonly<Record<string, Note>>} */
export const NOTES = {
  bitbank: {
    covers: 'and the path of a GET',
    socket: 'PubNub token from a signed request',
  },
  'btc-markets': { socket: 'signature in each subscription (`login` is one)' },
  binance: { socket: 'login message (Ed25519), or in each message (`call`); FIX logon (`fix`)' },
  coinbase: { socket: 'token in each subscription (`login` is one)' },
  'coinbase-exchange': { socket: 'signature in the subscription (`login` is one)' },
  foxbit: { socket: 'the values of a login message (`socket`)' },
  'independent-reserve': { socket: 'none: public only' },
  'kraken-futures': { socket: "answer to the server's challenge in each subscription (`login` is one)" },
  latoken: {
    socket: "headers of the STOMP client's CONNECT frame, or of the upgrade",
  },
  bitso: { socket: 'none: public only' },
  polymarket: { socket: 'none: its user channel is shown the secret' },
}

/** Where two sources of one exchange do not say the same. @type {readonly Disagreement[]} */
export const DISAGREEMENTS = [
  {
    exchange: 'backpack',
    about: 'values in what is signed',
    say: 'the official client joins them as they are; others percent-encode',
    usual: 'as they are',
    other: '`encoded`',
  },
  {
    exchange: 'binance',
    about: 'parameters of socket calls',
    say: 'the document signs them as they are; `@binance/common` 2.4.9 percent-encodes',
    usual: 'as they are',
  },
  {
    exchange: 'binance',
    about: 'Ed25519 sample in rest-api.md',
    say: 'its signature is 256 bytes long, which is RSA',
    usual: 'it is no test vector here',
  },
  {
    exchange: 'bitflyer',
    about: 'unit of the time',
    say: 'the samples of one page send milliseconds and seconds',
    usual: 'milliseconds; a verifier reads both',
  },
  {
    exchange: 'bitmart',
    about: 'query of GET and DELETE',
    say: 'an older page signs it, the official SDKs do not',
    usual: 'not signed',
    other: '`signed-query`',
  },
  {
    exchange: 'btc-markets',
    about: 'time in a subscription',
    say: 'the official samples send a number; others send text',
    usual: 'a number',
  },
  {
    exchange: 'bybit',
    about: 'login with an RSA key',
    say: 'ccxt makes an HMAC keyed with the text of the PEM',
    usual: 'signed with the RSA key',
  },
  {
    exchange: 'coinbase',
    about: 'claims of the token',
    say: 'three official sources, three sets; ccxt takes two of them, by key type',
    usual: '`iss` cdp, `uri`',
    other: '`cdp-sdk`, `cloud`',
  },
  {
    exchange: 'coinbase-international',
    about: 'text of the secret',
    say: 'the document is silent; the official SDKs decode base64',
    usual: 'base64',
  },
  {
    exchange: 'coinex',
    about: 'how a text is signed',
    say: 'the document: HMAC; the official samples and ccxt: a hash with the secret behind the text',
    usual: 'HMAC',
    other: '`sha256-suffix`',
  },
  {
    exchange: 'crypto-com',
    about: 'objects inside parameters',
    say: 'the document goes into them; its second program and ccxt print `[object Object]`',
    usual: 'goes into them',
  },
  {
    exchange: 'foxbit',
    about: 'query in what is signed',
    say: 'older official samples sign it encoded; the official package and the newer ones decoded, a repeated name once',
    usual: 'decoded',
  },
  {
    exchange: 'gate',
    about: 'unit of the time',
    say: 'the document: whole seconds; the official SDK: with fractions',
    usual: 'whole seconds',
    other: '`decimal-seconds`, which reads both',
  },
  {
    exchange: 'kucoin',
    about: 'the query in what is signed, such as a literal `%` (`50%25` on the wire)',
    say: 'the page and the official SDK in five languages sign it before percent-encoding (`50%`); older clients sign it as it is sent (`50%25`), ccxt sends what it signs',
    usual: 'before percent-encoding',
  },
  {
    exchange: 'kucoin',
    about: 'a space in the query on the wire',
    say: 'the official SDK signs a space; those for Node and Java send `%20`, those for Go, PHP and Python `+`',
    usual: '`%20`; a verifier reads `+` as a plus sign',
  },
  {
    exchange: 'kucoin',
    about: 'version of the key',
    say: 'ccxt states 2, the official SDK 3; both sign alike',
    usual: '2',
    other: '`v3`, for keys that the API page calls so',
  },
  {
    exchange: 'latoken',
    about: 'parameters in what is signed',
    say: 'the official client for Python joins them as they are; ccxt and others percent-encode',
    usual: 'as they are',
    other: '`encoded`',
  },
  {
    exchange: 'latoken',
    about: 'where a socket is signed in',
    say: 'the official client for Python: the CONNECT frame; the one for Java: the upgrade, with SHA-256 that it calls SHA-512',
    usual: '`login().headers` fits either; SHA-512',
  },
  {
    exchange: 'orderly',
    about: 'query in what is signed',
    say: "the documents' code signs it as sent, ccxt before percent-encoding",
    usual: 'as sent',
    other: '`raw`',
  },
  {
    exchange: 'phemex',
    about: 'text of the secret',
    say: 'the document decodes URL-safe base64; the official samples and all clients do not',
    usual: 'its characters',
    other: '`base64url-secret`',
  },
  {
    exchange: 'toobit',
    about: 'JSON bodies of batches',
    say: "Toobit's example does not sign them; others do",
    usual: 'not signed',
    other: '`signed-json`',
  },
  {
    exchange: 'upbit',
    about: 'algorithm of the token',
    say: 'the page: HS512; its older samples and ccxt: HS256',
    usual: 'HS512',
    other: '`hs256`',
  },
  {
    exchange: 'xt',
    about: 'names of the fields',
    say: "the page: `validate-…`; XT's own libraries and all others: `xt-validate-…`",
    usual: '`xt-validate-…`',
    other: '`validate`, `validate-futures`',
  },
  {
    exchange: 'xt',
    about: 'query of futures',
    say: 'signed as sent by some, without percent-encoding by others',
    usual: 'without percent-encoding',
    other: '`futures-encoded`',
  },
]

/** What else a variant is. @type {Readonly<Record<string, Readonly<Record<string, string>>>>} */
export const VARIANTS = {
  aster: { v1: 'the older API with a shared secret, for keys of before 2026-03-25' },
  bitbank: { nonce: 'a number that increases in the place of time and window' },
  coinbase: { hmac: 'legacy API keys with a secret' },
  coinex: { v1: 'the first version of the futures API' },
  gemini: { 'time-nonce': 'keys with a time-based nonce' },
  'kraken-futures': { nonce: 'with the optional nonce, which increases' },
  xt: { futures: 'both hosts of futures, which sign no method' },
}

/** Exchanges that sign with something else, so they are not here. @type {readonly Outside[]} */
export const OUTSIDE = [
  {
    names: 'Extended',
    signs: 'orders, with a Stark key ([wallets](exchange.md#wallets)); its requests show an API key',
  },
  {
    names: 'Lighter',
    signs:
      'a transaction of its own rollup, with a curve (ECgFp5) and a hash (Poseidon2 over Goldilocks) that no audited JavaScript has: use its official WebAssembly signer',
  },
  {
    names: 'Apex Omni orders',
    signs: 'a zkLink signature inside the order; its requests are [Apex Omni](#the-table) above',
  },
]

/** Exchanges that could be here. @type {ReadonlyArray<{ id: string, why: string }>} */
export const LEFT_OUT = [
  { id: 'bullish', why: 'Bullish, whose requests need a session token besides their signature' },
  { id: 'digifinex', why: 'DigiFinex' },
]
