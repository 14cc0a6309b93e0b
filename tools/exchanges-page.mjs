import { DISAGREEMENTS, LEFT_OUT, NOTES, OUTSIDE, VARIANTS } from './exchanges-notes.mjs'

/**
 * The page of exchanges as text.
 *
 * @typedef {import('./exchanges-table.mjs').Row} Row
 * @typedef {import('./exchanges-table.mjs').ExchangeSpec} ExchangeSpec
 * @typedef {NonNullable<ExchangeSpec['messages']>[string]} Message
 * @typedef {import('./exchanges-unsigned.mjs').Unsigned} Unsigned
 */

const ALGORITHMS = /** @type {Readonly<Record<string, string>>} */ ({
  'hmac-sha256': 'HMAC-SHA256',
  'hmac-sha384': 'HMAC-SHA384',
  'hmac-sha512': 'HMAC-SHA512',
  ed25519: 'Ed25519',
  'ecdsa-p256-sha256': 'ECDSA P-256',
  'rsa-v1_5-sha256': 'RSA PKCS #1 v1.5',
  'rsa-pss-sha256': 'RSA-PSS',
  'ecdsa-secp256k1-keccak256': 'wallet (EIP-712)',
  'ecdsa-secp256k1-sha256': 'Cosmos account',
  'ecdsa-stark': 'Starknet account',
})
const OUTPUTS = /** @type {Readonly<Record<string, string>>} */ ({
  anyhex: 'hex',
  HEX: 'HEX',
  'base64url=': 'padded base64url',
  plain: 'as it is',
})
const FACTS = {
  method: 'method',
  scheme: 'scheme',
  authority: 'host',
  path: 'path',
  query: 'query',
  'query-parameters': 'parameters of the query',
  parameters: 'parameters',
  body: 'body',
}
const TIMES = /** @type {Readonly<Record<string, string>>} */ ({
  iso: 'ISO 8601',
  utc: 'UTC',
  'ms or s': 'ms (reads s)',
})

const isStatic = (/** @type {ExchangeSpec} */ { keys }) => Object.values(keys).some((output) => output?.id === 'plain')
const words = (/** @type {readonly string[]} */ list) => list.filter((one) => one !== '').join(', ')

/** @param {ExchangeSpec} spec */
function keysCell(spec) {
  if (isStatic(spec)) return 'none: the secret is sent'
  const kinds = Object.entries(spec.keys).flatMap(([name, output]) =>
    output === undefined ? [] : [`${ALGORITHMS[name] ?? name} → ${OUTPUTS[output.id] ?? output.id}`],
  )
  const form = spec.secretKey === undefined ? undefined : spec.secret?.name
  const secret = form?.includes('base64') ? `secret in ${form}` : ''
  return words([
    ...kinds,
    secret,
    spec.passphrase === undefined ? '' : `passphrase ${spec.passphrase.replace('-', ' the ')}`,
  ])
}

/** @param {ExchangeSpec} spec */
function placeCell({ headers = [], place }) {
  if (place?.sign !== undefined)
    return `\`${place.sign}\` in ${place.parts.map((one) => (one === 'json' ? 'JSON' : one)).join(' or ')}`
  const [name] =
    headers.find(([, value]) => value === 'sign') ?? headers.find(([, value]) => typeof value === 'function') ?? []
  return name === undefined ? '?' : `\`${name}\``
}

/** @param {Row} row */
function coversCell({ id, spec }) {
  const facts = Object.entries(FACTS).flatMap(([fact, word]) => (spec.covers.some((one) => one === fact) ? [word] : []))
  const fields = spec.covers.filter((fact) => fact.includes(':'))
  const all = facts.length + fields.length === 0 ? '**nothing**' : words([...facts, ...fields])
  return [all, spec.notCovered === undefined ? '' : '(not of every request)', NOTES[id]?.covers ?? '']
    .filter((one) => one !== '')
    .join(' ')
}

/** @param {ExchangeSpec} spec */
function timeCell({ time, window }) {
  if (time === undefined) return 'none'
  const unit = TIMES[time.unit] ?? time.unit
  const end = time.lifeMs === undefined ? '' : `expires after ${time.lifeMs / 1000} s`
  const usual = window?.default === '' ? 'optional' : `${window?.default} ms`
  return words([unit, end, window === undefined ? '' : `window ${usual}, ≤ ${window.max}`])
}

/** @param {ExchangeSpec} spec */
function nonceCell({ nonce }) {
  if (nonce === undefined) return 'none'
  if (nonce.increasing) return 'increasing'
  return nonce.pattern.source.includes('-4[0-9a-f]{3}-') ? 'UUID' : 'random'
}

/** @param {Message} message */
const how = ({ template, headers, query }) =>
  template !== undefined
    ? 'login message'
    : headers !== undefined
      ? 'upgrade headers (not in browsers)'
      : query
        ? 'login in the URL'
        : '?'

/** @param {Row} row */
function socketCell({ id, spec: { messages = {}, token } }) {
  const note = NOTES[id]?.socket
  if (note !== undefined) return note
  const { login, ...others } = messages
  const names = Object.keys(others).map((name) => `\`${name}\``)
  if (login !== undefined) return how(login) + (names.length === 0 ? '' : `; also ${words(names)}`)
  if (token !== undefined) return token.query === undefined ? 'token in a message' : 'token in the URL'
  return names.length === 0 ? 'none' : `signature in each message: ${words(names)}`
}

/** @param {ExchangeSpec} spec */
function verifyCell(spec) {
  const read = Object.values(spec.messages ?? {}).some(
    ({ template, headers }) => typeof template === 'object' || headers,
  )
  return words([isStatic(spec) ? 'REST (compares the secret)' : 'REST', read ? 'socket' : ''])
}

const kB = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(2)} kB`

/**
 * @param {readonly string[]} titles
 * @param {ReadonlyArray<readonly string[]>} rows
 */
const table = (titles, rows) =>
  [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

/** @param {readonly Row[]} rows */
const exchangeTable = (rows) =>
  table(
    [
      'exchange',
      'import',
      'variants',
      'environments',
      'keys',
      'REST: signature in',
      'signed',
      'time, window',
      'nonce',
      'socket',
      'verifies',
      'gzip',
    ],
    rows.map((row) => [
      `[${row.spec.name}](${row.spec.docs})${row.spec.end === undefined ? '' : `, **${row.spec.end.state}** on ${row.spec.end.on}`}`,
      `\`${row.exported}\` from \`…/${row.id}\``,
      words(Object.keys(row.variants).map((name) => `\`${name}\``)),
      words(Object.keys(row.spec.environments ?? {}).map((name) => `\`${name}\``)),
      keysCell(row.spec),
      placeCell(row.spec),
      coversCell(row),
      timeCell(row.spec),
      nonceCell(row.spec),
      socketCell(row),
      verifyCell(row.spec),
      kB(row.gzip),
    ]),
  )

/** Variants that are no matter of two sources; everything about one that differs from the usual way. @param {readonly Row[]} rows */
const variantTable = (rows) =>
  table(
    ['exchange', 'variant', 'is', 'keys', 'time, window', 'nonce'],
    rows.flatMap((row) =>
      Object.entries(VARIANTS[row.id] ?? {}).flatMap(([name, what]) => {
        const spec = row.variants[name]
        return spec === undefined
          ? []
          : [[row.spec.name, `\`${name}\``, what, keysCell(spec), timeCell(spec), nonceCell(spec)]]
      }),
    ),
  )

/**
 * What the notes leave out or make up.
 * @param {readonly Row[]} rows
 */
function problemsOf(rows) {
  const known = new Map(rows.map((row) => [row.id, row]))
  const told = (/** @type {string} */ id) =>
    DISAGREEMENTS.filter(({ exchange }) => exchange === id).flatMap(({ other = '' }) =>
      [...other.matchAll(/`([a-z0-9-]+)`/g)].map(([, name = '']) => name),
    )
  const named = [...Object.keys(NOTES), ...Object.keys(VARIANTS), ...DISAGREEMENTS.map(({ exchange }) => exchange)]
  return [
    ...[...new Set(named)]
      .filter((id) => !known.has(id))
      .map((id) => `tools/exchanges-notes.mjs names "${id}", which is no exchange`),
    ...rows.flatMap(({ id, variants }) => {
      const said = [...told(id), ...Object.keys(VARIANTS[id] ?? {})]
      return [
        ...Object.keys(variants)
          .filter((name) => !said.includes(name))
          .map((name) => `tools/exchanges-notes.mjs says nothing of "${name}" at ${id}`),
        ...said
          .filter((name) => !(name in variants))
          .map((name) => `tools/exchanges-notes.mjs names "${name}" at ${id}, which has none`),
      ]
    }),
  ]
}

/**
 * @param {readonly Row[]} rows
 * @param {(spec: ExchangeSpec) => boolean} test
 */
const names = (rows, test) => words(rows.filter(({ spec }) => test(spec)).map(({ spec }) => spec.name))

/**
 * The exchanges at whose requests a change of one of these kinds was not noticed; not those that sign nothing.
 * @param {readonly Row[]} rows
 * @param {ReadonlyMap<string, Unsigned>} unsigned
 * @param {RegExp} kind
 */
const unnoticed = (rows, unsigned, kind) =>
  words(
    rows
      .filter(({ id, spec }) => spec.covers.length > 0 && unsigned.get(id)?.kinds.some((one) => kind.test(one)))
      .map(({ spec }) => spec.name),
  )

/**
 * The fields of each exchange that stand beside the signature.
 * @param {readonly Row[]} rows
 * @param {ReadonlyMap<string, Unsigned>} unsigned
 */
const looseFields = (rows, unsigned) =>
  words(
    rows.flatMap(({ id, spec }) => {
      const fields = (unsigned.get(id)?.fields ?? []).filter((name) => !GENERAL.has(name.toLowerCase()))
      return fields.length === 0 ? [] : [`${spec.name} (${words(fields.map((name) => `\`${name}\``))})`]
    }),
  )
// Fields of HTTP itself; what is said of them below holds for all.
const GENERAL = new Set(['content-type', 'cache-control'])

/** @param {ExchangeSpec} spec */
const isUntimed = ({ time, nonce, covers }) => time === undefined && nonce?.increasing !== true && covers.length > 0

/** What the verifier of an exchange is made with besides the default. @param {ExchangeSpec} spec */
function recipeCell({ id, covers, notCovered, time, nonce, body }) {
  if (covers.length === 0)
    return (
      'none: it signs nothing, and `createVerifier` refuses it; a service can compare the secret that is shown, which proves ' +
      'no part of the request ([how](exchange.md#exchanges-that-sign-nothing))'
    )
  const bodies = notCovered !== undefined && !covers.some((one) => one === 'body')
  return words([
    time === undefined && nonce?.increasing !== true
      ? `\`perScheme: { 'exchange/${id}': { untimed } }\``
      : 'the default',
    notCovered !== undefined && covers.some((one) => one === 'body')
      ? `\`perScheme: { 'exchange/${id}': { requireWithBody: ['body'] } }\` refuses forms, of which the parameters are signed`
      : '',
    bodies && id !== 'backpack'
      ? 'a JSON body is refused with `COMPONENT_MISSING`: it is not signed, and a service takes the same parameters in the ' +
        `query or as a form${id === 'toobit' ? ", or `toobit({ variant: 'signed-json' })` on both sides" : ''}`
      : '',
    body === 'json' ? 'bodies are JSON' : '',
  ])
}

/**
 * @param {readonly Row[]} rows
 * @param {number} engine bytes of the engine's bundle, compressed
 * @param {ReadonlyMap<string, Unsigned>} unsigned what was found out by changing requests
 * @returns {{ text: string, problems: string[] }}
 */
export function page(rows, engine, unsigned) {
  const not = (/** @type {RegExp} */ kind) => unnoticed(rows, unsigned, kind)
  const nameOf = (/** @type {string} */ id) => rows.find((row) => row.id === id)?.spec.name ?? id
  const text = `# Exchanges

Made by \`npm run docs:exchanges\` from the specs in \`src/exchange/catalogue\`; \`npm run docs:exchanges -- --check\` fails where the two differ. ${rows.length} exchanges, each a file of data that the signing and the verifying side share.

\`\`\`ts
import { createSignedFetch } from 'countersign'
import { okx } from 'countersign/exchange/okx'

const signer = okx({ apiKey: 'key', secret: 'secret', passphrase: 'phrase' })
export const okxFetch = createSignedFetch(signer)
export const { headers } = signer.sign({ path: '/api/v5/account/balance' })
export const login = () => signer.login().messages
\`\`\`

## The table

- **import**: \`…\` is \`countersign/exchange\`.
- **variants**: \`okx({ …, variant: 'name' })\`; they are explained [below](#where-sources-disagree).
- **keys**: algorithm and text form of the signature. A passphrase is *shown* as it is, *signed* with the key, or *in the base*, part of what is signed.
- **signed**: what of a request the signature proves; the rest is for TLS alone, see [below](#what-an-exchange-does-not-sign).
- **socket**: what \`login()\` gives. *Upgrade headers* are fields of the request that opens the socket, which no browser lets a page set.
- **verifies**: REST with \`exchangeVerifier\`, what is said on a socket with \`readMessage\` or \`readUpgrade\`.
- **gzip**: what the exchange's own file adds, compressed and with what it takes from its family, to a page that has the engine. The engine with a shared secret is ${kB(engine)} without the hash.

${exchangeTable(rows)}

## Where sources disagree

The default is what the official documents demand or, where those contradict themselves, what real servers accept. The other way is a variant where one is needed.

${table(
  ['exchange', 'about', 'sources', 'default', 'variant'],
  DISAGREEMENTS.map(({ exchange, about, say, usual, other = '' }) => [nameOf(exchange), about, say, usual, other]),
)}

RSA keys in PKCS #1 files: some clients rename the header and read the file as PKCS #8. \`importExchangeKey()\` reads either as what it is.

### Other variants

${variantTable(rows)}

## What an exchange does not sign

What is not signed can be changed on the way without being noticed, if TLS is broken or ends at a proxy. These lists are not written by hand: for each exchange, variant and key type a request is signed and then changed in every way (each part, each field, names, values, order, spelling, types, characters moved from one place to the next), and what the signature still fits is listed. A verifier never claims that any of it was covered.

- **Nothing at all**: ${names(rows, ({ covers }) => covers.length === 0)}. Key and secret are in every request; one request seen is the account. \`createVerifier\` refuses these schemes.
- **Neither a time nor a nonce**: ${names(rows, ({ time, nonce, covers }) => time === undefined && nonce === undefined && covers.length > 0)}. A request can be sent again for ever.
- **No time**, nor a nonce that tells one: ${names(rows, isUntimed)}. See [the verifier of each](#the-verifier-of-each).
- **Not the method**: ${not(/^method$/)}.
- **Not the path**: ${not(/^path$/)}. What was signed for one endpoint fits another with the same parameters.
- **Not the query**: ${not(/^query: (?:another value|a pair added)$/)}.
- **Not the body**: ${not(/^(?:JSON|form): another value$/)}; at HashKey, MEXC and Toobit where it is JSON.
- **The host** is signed only by: ${words(rows.filter(({ id }) => unsigned.get(id)?.kinds.includes('authority') === false).map(({ spec }) => spec.name))}.
- **Fields of the exchange** beside the signature, not in it: ${looseFields(rows, unsigned)}. \`Content-Type\` and every other field are signed by none; Bitstamp signs \`Content-Type\`.
- **Order** of parameters or members: ${not(/: order$/)}.
- **Spelling** of the same characters (percent-encoding, escapes, white space in JSON): ${not(/: (?:spelling|decoded|white space)$/)}.
- **Type** of a JSON value (\`1\` or \`"1"\`, a list or its items): ${not(/^JSON: another (?:type|number)$/)}.
- **Where a name or value ends**: ${not(/: (?:neighbours joined|an encoded "="|name and value joined|characters moved)$/)}. An encoded separator and a real one, or two members and one, are the same to them.
- **Query or body**: ${not(/^(?:query (?:for|before) (?:form|JSON)|(?:form|JSON) for query|characters moved from (?:query to body|body to query).*)$/)}. A parameter can be moved from one to the other.
- **Where the path ends**: ${not(/^characters moved from (?:path to (?:query|body)|(?:query|body) to path).*$/)}.

## The verifier of each

\`createVerifier({ schemes: [exchangeVerifier(…)], keys, policy: tradingPolicy({ authorities }), replay })\` with any exchange but those that sign nothing; the scheme states what its signatures cover, their algorithms and how long they live. What its own signer makes passes, once: the tests send every sample through it. \`untimed\` is a store with \`claim(keyId, nonce)\` that remembers as long as the key lives, such as a table with a unique index ([several schemes](server.md#several-schemes)); without it a request could be sent again for ever. Kraken Futures needs none with \`variant: 'nonce'\` on both sides.

\`parameters\` under **signed** means that a text made of them is signed, not query or body as they are: what else holds is in the lists above. A policy that needs more says so (\`perScheme: { 'exchange/…': { require: ['query'] } }\`), and is then refused by what does not have it.

${table(
  ['exchange', 'besides the default'],
  rows.filter(({ spec }) => recipeCell(spec) !== 'the default').map(({ spec }) => [spec.name, recipeCell(spec)]),
)}

## Not here

These sign the order itself, with a wallet: other curves, other hashes, and what is signed is a transaction and not a request.

${table(
  ['exchange', 'signs'],
  OUTSIDE.map(({ names: who, signs }) => [who, signs]),
)}

Left out for other reasons: ${words(LEFT_OUT.filter(({ id }) => !rows.some((row) => row.id === id)).map(({ why }) => why))}.
`
  const wrong = [...unsigned.values()].flatMap((one) => one.wrong.map((line) => `claims too much: ${line}`))
  const lost = rows
    .filter(({ id }) => !unsigned.has(id))
    .map(({ id }) => `${id} has no sample in test/exchange/samples`)
  return { text, problems: [...problemsOf(rows), ...wrong, ...lost] }
}
