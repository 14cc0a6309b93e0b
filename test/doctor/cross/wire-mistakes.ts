import {
  ascii,
  type Edit,
  mapped,
  onBody,
  onJson,
  onPairs,
  onPath,
  onQuery,
  reordered,
  sortedMembers,
  sortedPairs,
  spaced,
  valued,
} from './edits.js'

/**
 * A request that is sent otherwise than it was signed: `signed` is done before it is signed and `sent` behind it. The causes under
 * which it counts as named are ids of findings that say the same; a finding of another mistake does not count, although it may
 * lead to the same text.
 */
export interface WireMistake {
  readonly name: string
  readonly part: 'query' | 'path' | 'body' | 'host' | 'method' | 'fields'
  readonly causes: RegExp
  readonly signed?: Edit
  readonly sent: Edit
}

const BODY_CHANGED = 'digest-mismatch|digest-of-other-body|payload-body|payload-kind|length-of-other-body'
const json = (
  name: string,
  causes: string,
  sent: (value: Record<string, unknown>, text: string) => string | undefined,
): WireMistake => ({ name, part: 'body', causes: new RegExp(`${causes}|${BODY_CHANGED}`), sent: onJson(sent) })
const body = (name: string, causes: string, sent: (text: string) => string | Uint8Array | undefined): WireMistake => ({
  name,
  part: 'body',
  causes: new RegExp(`${causes}|${BODY_CHANGED}`),
  sent: onBody(sent),
})
const pairs = (name: string, causes: RegExp, sent: (text: string) => string | undefined): WireMistake => ({
  name,
  part: 'query',
  causes,
  sent: onPairs(sent),
})
const path = (name: string, causes: RegExp, sent: (text: string) => string | undefined): WireMistake => ({
  name,
  part: 'path',
  causes,
  sent: onPath(sent),
})

const numberText = (one: unknown): unknown => (typeof one === 'number' ? String(one) : one)
const textNumber = (one: unknown): unknown =>
  typeof one === 'string' && /^\d+(?:\.\d+)?$/.test(one) && String(Number(one)) === one ? Number(one) : one
const escaped = (text: string): string =>
  text.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('&', '\\u0026')
const encodedCharacters = (text: string, characters: RegExp): string =>
  text.replace(characters, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
const unescaped = (text: string, codes: RegExp): string => text.replace(codes, (one) => decodeURIComponent(one))

const PREFIX = /(?:prefix|segment)$|path-rewritten|^proof-url-path|^token-uris?$/
const ORDER = /-(?:sorted|reversed|order)$|query-as-sent|parameters-not-sorted/
const SPACES = 'json-(?:compact|spaces|indented|indented-escapes)|body-parsed'
const NUMBERS = 'json-(?:numbers-as-text|text-as-numbers|numbers-spelt)|numbers-spelt'
const ENCODING =
  /(?:query|body|form|path|parameters|target-uri|target\)?)-(?:query-)?(?:space|encoder|encoded|encoded-twice|decoded|encoding|characters|digits-case|plus)|text-parameters-encoding|digits-case|json-as-form|query-quoted|target-not-encoded/

/** What happens to a request between its signature and its verifier; each in both directions where there are two. */
export const WIRE_MISTAKES: readonly WireMistake[] = [
  // Body, JSON
  json('JSON sent with spaces', SPACES, (value) => spaced(value)),
  json('JSON sent indented', SPACES, (value) => JSON.stringify(value, null, 2)),
  json('JSON sent with four spaces', SPACES, (value) => JSON.stringify(value, null, 4)),
  json('JSON sent with sorted members', 'json-(?:sorted|order)|members-order', (value) =>
    JSON.stringify(sortedMembers(value)),
  ),
  json('JSON sent in another order', 'json-(?:sorted|order)|members-order', (value) =>
    JSON.stringify(Object.fromEntries(Object.entries(value).reverse())),
  ),
  json('JSON sent with numbers as text', NUMBERS, (value) => JSON.stringify(mapped(value, numberText))),
  json('JSON sent with text as numbers', NUMBERS, (value) => JSON.stringify(mapped(value, textNumber))),
  json('JSON sent with 2.0 for 2', NUMBERS, (_, text) => text.replace(':2,', ':2.0,')),
  json('JSON sent with escapes', 'json-escapes', (_, text) => ascii(text)),
  json('JSON sent with escaped HTML', 'json-escapes', (_, text) => escaped(text)),
  json('JSON sent with escaped slashes', 'json-escapes', (_, text) => text.replaceAll('/', '\\/')),
  json('JSON serialised twice', 'json-(?:twice|once)|body-quoted', (_, text) => JSON.stringify(text)),
  json(
    'a member added behind the signature',
    'member-added|signed-before-added|parameter-added|json-nothing',
    (value) => JSON.stringify({ ...value, clientId: 'x1' }),
  ),
  json('a member without a value sent', 'json-nothing|member-added', (value) =>
    JSON.stringify({ ...value, stop: null }),
  ),
  json('JSON sent as a form', 'as-form|as-json|as-query', (value) => {
    const flat = Object.entries(value).every(([, one]) => typeof one !== 'object')
    return flat ? new URLSearchParams(value as never).toString() : undefined
  }),
  // Body, any
  body('a line break behind the body', 'line-break|white-space', (text) => `${text}\n`),
  body('CRLF behind the body', 'line-break|line-endings|white-space', (text) => `${text}\r\n`),
  body('a byte order mark before the body', 'byte-order-mark', (text) => `\ufeff${text}`),
  body('the body in base64', 'base64', (text) => Buffer.from(text).toString('base64')),
  body('the body read as Latin-1', 'charset|replaced-characters', (text) => Buffer.from(text).toString('latin1')),
  body('the body with lost characters', 'charset|replaced-characters|json-', (text) =>
    text.replace(/[^\0-\x7f]/g, '\ufffd'),
  ),
  body(
    'the body is lost',
    'body-(?:missing|empty|left-out|for-none)|json-empty|body-json-nothing|body-placeholder',
    () => '',
  ),
  body('the body in quotes', 'quoted|json-twice|json-once', (text) => `"${text}"`),
  // Pairs: a query, or a form
  pairs(
    'parameters sent in another order',
    ORDER,
    reordered((all) => [...all].reverse()),
  ),
  {
    ...pairs(
      'parameters signed sorted',
      ORDER,
      reordered((all) => all),
    ),
    signed: onPairs(reordered(sortedPairs)),
    sent: onPairs(reordered((all) => all.toSorted((a, b) => (a < b ? 1 : -1)))),
  },
  pairs('a space sent as +', ENCODING, (text) => text.replaceAll('%20', '+')),
  pairs('a space sent as it is', ENCODING, (text) => text.replaceAll('%20', ' ')),
  pairs('a comma sent as it is', ENCODING, (text) => text.replaceAll('%2C', ',')),
  pairs('colon and at sent as they are', ENCODING, (text) => unescaped(text, /%3A|%40/g)),
  pairs('percent-encoding in small letters', ENCODING, (text) =>
    valued((one) => one.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))(text),
  ),
  pairs(
    'values encoded twice',
    ENCODING,
    valued((one) => one.replaceAll('%', '%25')),
  ),
  pairs(
    'values sent decoded',
    ENCODING,
    valued((one) => unescaped(one, /%2C|%20|%3A|%40/g)),
  ),
  pairs(
    'hyphens sent encoded',
    ENCODING,
    valued((one) => encodedCharacters(one, /-/g)),
  ),
  pairs(
    'a parameter added behind the signature',
    // One of the parameters was not signed: what OAuth 1.0a lists together is said of all of them.
    /parameter-added|query-left-out|signed-before-added|member-added|parameters-added|^parameters-left-out/,
    (text) => `extra=1&${text}`,
  ),
  {
    name: 'the query was not signed',
    part: 'query',
    causes:
      /query-left-out|query-empty|-query$|^parameters-left-out|query-form|target-not-signed|parameters-query-left-out|path-with-query|query-parameter-added|parameters-left-out|parameters-added|query-params|text-part-left-out/,
    signed: onQuery(() => ''),
    sent: (request) =>
      onQuery((query) => `symbol=BTC-USDT&limit=50&${query}`)(request) ?? {
        ...request,
        target: `${request.target.replace(/\?$/, '')}?symbol=BTC-USDT&limit=50`,
      },
  },
  // Path
  path('a prefix lost', PREFIX, (text) => text.replace(/^\/[^/]+(?=\/.)/, '')),
  path('a prefix added', PREFIX, (text) => `/api${text}`),
  path('a slash at the end', /(?:trailing-slash|path-slash|-slash)$|^proof-url|^token-uris?$/, (text) =>
    text.endsWith('/') ? undefined : `${text}/`,
  ),
  path(
    'a double slash',
    /(?:double-slash|segment|prefix|slash)$|path-encoding|^proof-url-path|^token-uris?$/,
    (text) => `/${text}`,
  ),
  path('another version', /-version$|^proof-url-path|^token-uris?$/, (text) =>
    /v\d/.test(text) ? text.replace(/v(\d)/, (_, digit) => `v${Number(digit) + 1}`) : undefined,
  ),
  path('the path in capitals', /-case$|^token-uris?$/, (text) =>
    text.replace(/\/([a-z])(?=[a-z]*$)/, (_, letter) => `/${letter.toUpperCase()}`),
  ),
  path(
    'a letter of the path encoded',
    /-(?:decoded|encoded|encoding|characters)$|target-not-encoded|^proof-url-path|^token-uris?$/,
    (text) => text.replace(/e/, '%65'),
  ),
  // Method, host
  {
    name: 'another method',
    part: 'method',
    causes: /method-other|-method$|method-not|^token-uris?$/,
    sent: (request) => ({ ...request, method: request.method === 'POST' ? 'PUT' : 'POST' }),
  },
  {
    name: 'a port behind the host',
    part: 'host',
    causes: /port|host-(?:other|rewritten)|url-host|^token-uris?$/,
    sent: (request) => hosted(request, `${request.authority}:8443`),
  },
  {
    name: 'another host behind a proxy',
    part: 'host',
    causes: /host-(?:other|rewritten|not-public)|url-host|proof-url-host|authority-other|^token-uris?$/,
    sent: (request) => hosted(request, 'backend.internal'),
  },
  {
    name: 'http for https',
    part: 'host',
    // Hawk signs the port and no scheme.
    causes: /scheme|target-uri|url-scheme|origin|port-other/,
    sent: (request) => ({ ...request, scheme: request.scheme === 'https' ? 'http' : 'https' }),
  },
]

const hosted = (request: Parameters<Edit>[0], authority: string): ReturnType<Edit> => ({
  ...request,
  authority,
  fields: request.fields.map((one, at, all) =>
    at % 2 === 1 && (all[at - 1] as string).toLowerCase() === 'host' ? authority : one,
  ),
})
