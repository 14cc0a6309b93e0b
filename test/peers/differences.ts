import type { Result } from './try-case.js'

/** Cases in which ccxt and this package do not do the same. The suite holds that they still do not. */
export interface Difference {
  /** Name of the row. */
  readonly row: string
  /** Found in the name of each such case, and in no other. */
  readonly cases: RegExp
  readonly result: Exclude<Result, 'same'>
  readonly why: string
  /** What proves who is right, or that no source does. */
  readonly source: string
}

// Values that a URL cannot hold as they are.
const NOT_IN_A_URL = '(?:space|reserved|marks|chinese|latin|quotes)$'
const ENCODED = '(?:comma|space|plus|reserved|marks|percent|chinese|latin|list|quotes|nested)$'

const rawInUrl = (row: string, methods: string, source: string): Difference => ({
  row,
  cases: new RegExp(`^(?:${methods}) .*${NOT_IN_A_URL}`),
  result: 'refused',
  why: 'ccxt writes and signs the query without encoding; a client encodes it on its way, so what is signed is not what is sent',
  source,
})

// "#" starts a fragment, which is never sent, and "%" a code; a line break is left out.
const brokenInUrl = (row: string, cases: RegExp, source: string): Difference => ({
  row,
  cases,
  result: 'refused',
  why: 'ccxt writes the parameters without encoding, where "#" ends them, "&" parts them, "%" starts a code and a line break is nothing',
  source,
})

const BYBIT =
  'bybit-exchange.github.io/docs/v5/guide#authentication signs the query string of the request; ccxt bybit.js sign(), rawencode'
const KUCOIN = 'RFC 3986 3.5; ccxt kucoin.js sign(), rawencode'

export const differences: readonly Difference[] = [
  rawInUrl('bybit', 'GET', BYBIT),
  rawInUrl('bybit RSA', 'GET', BYBIT),
  brokenInUrl('kucoin', /^(?:GET|DELETE) .*(?:reserved|percent|quotes)$/, KUCOIN),
  brokenInUrl('kucoin futures', /^(?:GET|DELETE) .*(?:reserved|percent|quotes)$/, KUCOIN),
  {
    row: 'coinex',
    cases: /./,
    result: 'refused',
    why: 'ccxt hashes the text with the secret behind it, the document makes an HMAC; the variant of the next row is ccxt’s',
    source: 'docs.coinex.com/api/v2/authorization; ccxt coinex.js sign(), preparedString',
  },
  brokenInUrl(
    'coinex with a hash',
    /^GET .*(?:reserved|percent|quotes)$/,
    'RFC 3986 3.5; ccxt coinex.js sign(), rawencode',
  ),
  brokenInUrl(
    'coinex futures v1',
    /^GET .*(?:reserved|percent|quotes)$|^POST .*percent$/,
    'RFC 3986 3.5; ccxt coinex.js sign(), rawencode',
  ),
  brokenInUrl('apex', /^GET .*(?:reserved|percent|quotes)$/, 'RFC 3986 3.5; ccxt apex.js sign(), rawencode'),
  brokenInUrl(
    'apex',
    /^POST .*percent$/,
    'URL Standard, application/x-www-form-urlencoded; ccxt apex.js sign(), rawencode',
  ),
  brokenInUrl(
    'kraken futures',
    /^POST batchorder reserved$/,
    'URL Standard, application/x-www-form-urlencoded; ccxt krakenfutures.js sign() writes the JSON of a batch as it is',
  ),
  {
    row: 'latoken',
    cases: new RegExp(ENCODED),
    result: 'refused',
    why: 'ccxt signs parameters encoded, the exchange’s own clients do not; the variant of the next row is ccxt’s',
    source:
      'api.latoken.com/doc/v2/#section/Authentication and the clients it names; ccxt latoken.js sign(), urlencode',
  },
  {
    row: 'latoken encoded',
    cases: /^POST .*(?:list|nested)$/,
    result: 'refused',
    why: 'ccxt signs lists and objects in a JSON body as ids[0]=…; no document defines how they are signed',
    source: 'ccxt latoken.js sign(), urlencode of the body',
  },
  {
    row: 'foxbit',
    cases: /^GET .*(?:list|kinds|empty|nested)$/,
    result: 'refused',
    why: 'ccxt leaves out of the signature what safeString does not read, though it sends it: lists, objects, booleans and empty text',
    source:
      'docs.foxbit.com.br/rest/v3/#section/Authentication signs the whole query; ccxt foxbit.js sign(), signatureQuery',
  },
  {
    row: 'orderly',
    cases: new RegExp(`^(?:GET|DELETE) .*${ENCODED}`),
    result: 'refused',
    why: 'ccxt signs the query before it is encoded, the document’s code as it is sent; the variant of the next row is ccxt’s',
    source: 'orderly.network/docs/build-on-omnichain/evm-api/api-authentication; ccxt woofipro.js sign(), rawencode',
  },
  {
    row: 'independentreserve',
    cases: /^(?!.*nested$)/,
    result: 'wire',
    why: 'ccxt writes the nonce as a number, this package as text, and the signature behind the parameters; the document has both forms of the nonce',
    source: 'independentreserve.com/features/api#authentication, request of GetOpenOrders and example in Python',
  },
  ...['hashkey', 'toobit'].map(
    (row): Difference => ({
      row,
      cases: /^(?:POST|DELETE) .*none$/,
      result: 'wire',
      why: 'where there are no parameters, ccxt makes a form of the authentication alone, this package states it in the query',
      source: 'both are documented: parameters go into the query string or the body',
    }),
  ),
  {
    row: 'htx',
    cases: /^GET .*order$/,
    result: 'refused',
    why: 'ccxt sorts authentication and parameters apart, so that names with a capital do not stand in the order of ASCII',
    source: 'huobiapi.github.io/docs/spot/v1/en/#authentication, step 4; ccxt htx.js sign(), keysort twice',
  },
  {
    row: 'upbit',
    cases: /./,
    result: 'refused',
    why: 'ccxt makes tokens with HS256, the page says HS512; the variant of the next row is ccxt’s',
    source: 'docs.upbit.com/kr/reference/auth; ccxt upbit.js sign(), jwt with sha256',
  },
  {
    row: 'upbit HS256',
    cases: /^POST .*(?:list|nested)$/,
    result: 'refused',
    why: 'ccxt hashes lists and objects in a JSON body as ids[0]=…, the page writes ids[]=…',
    source: 'docs.upbit.com/kr/reference/auth, query_hash; ccxt upbit.js sign(), rawencode',
  },
  {
    row: 'bithumb',
    cases: /marks$/,
    result: 'refused',
    why: "ccxt hashes !'()* unencoded; of these a client encodes the apostrophe on its way, and of a JSON body no document defines which are",
    source: 'URL Standard, special-query percent-encode set; ccxt bithumb.js urlencodeWithArrayBrackets',
  },
  {
    row: 'bithumb',
    cases: /^POST .*(?:kinds|empty|nested)$/,
    result: 'refused',
    why: 'ccxt hashes booleans, empty text and objects of a JSON body as "undefined"',
    source: 'ccxt bithumb.js urlencodeWithArrayBrackets, safeString',
  },
  {
    row: 'gemini',
    cases: /^(?!.*none$)/,
    result: 'wire',
    why: 'ccxt sends the parameters a second time as the body, which the page leaves empty',
    source: 'docs.gemini.com/rest-api/#private-api-invocation; ccxt gemini.js sign()',
  },
  {
    row: 'cryptocom',
    cases: /^(?!.*nested$)/,
    result: 'wire',
    why: 'ccxt writes the nonce as text and the signature before it, this package a number as the document does',
    source: 'exchange-docs.crypto.com/exchange/v1/rest-ws/index.html#common-api-reference',
  },
  {
    row: 'xt futures',
    cases: new RegExp(`^GET .*${ENCODED}`),
    result: 'refused',
    why: 'ccxt signs the query of futures encoded and that of spot not; the variant of the next row is ccxt’s',
    source: 'the exchange’s own libraries join names and values as they are; ccxt xt.js sign(), urlencoded',
  },
  {
    row: 'backpack',
    cases: new RegExp(ENCODED),
    result: 'refused',
    why: 'ccxt signs values encoded, the exchange’s own client does not; the variant of the next row is ccxt’s',
    source: 'backpack-exchange/bpx-api-client (Rust); ccxt backpack.js sign(), urlencode',
  },
  {
    row: 'backpack encoded',
    cases: /^(?:POST|DELETE) .*(?:list|nested)$/,
    result: 'refused',
    why: 'ccxt signs lists and objects in a JSON body as ids[0]=…; no document defines how they are signed',
    source: 'ccxt backpack.js sign(), urlencode of the body',
  },
  {
    row: 'independentreserve',
    cases: /nested$/,
    result: 'refused',
    why: 'ccxt signs an object as "[object Object]"; the document has none',
    source: 'ccxt independentreserve.js sign(), toString',
  },
  {
    row: 'cryptocom',
    cases: /nested$/,
    result: 'refused',
    why: 'ccxt signs an object inside the parameters as "[object Object]", the document goes into it',
    source:
      'exchange-docs.crypto.com/exchange/v1/rest-ws/index.html#digital-signature; ccxt cryptocom.js paramsToString',
  },
  {
    row: 'toobit',
    cases: /batch$/,
    result: 'refused',
    why: 'ccxt signs the JSON of a batch before the query, the example of the page does not; the variant of the next row is ccxt’s',
    source: 'api-docs.toobit.com/api/spot-example.html; ccxt toobit.js sign(), payload',
  },
  {
    row: 'bingx',
    cases: /transferAsset order$/,
    result: 'wire',
    why: 'ccxt sorts the members of a JSON body, this package puts the timestamp behind the others; the signed text is the same',
    source: 'bingx-api.github.io/docs, signature: by name wherever they stand',
  },
  {
    row: 'bingx',
    cases: /transferAsset nested$/,
    result: 'refused',
    why: 'ccxt signs an object in a JSON body in pieces; no document defines how one is signed',
    source: 'ccxt bingx.js customEncode',
  },
]
