import type { KeyAlgorithm } from '../crypto/algorithm.js'
import type { GuideCode, Place } from './code.js'
import type { Demands } from './demands.js'
import { type Block, code, heading, type Inline, listed, text } from './document.js'
import { EXAMPLE_SECRET, type Example } from './example.js'
import { codings, refusalRows, size, span, statusOf } from './refusals.js'

const ALGORITHM: Readonly<Partial<Record<KeyAlgorithm, string>>> = {
  'hmac-sha256': 'HMAC-SHA256 with a shared secret',
  ed25519: 'Ed25519 with a key of your own, of which we have the public half',
}

const COMPONENT: Readonly<Record<string, string>> = {
  '@method': 'the method, in capitals',
  '@authority': 'the host, in small letters, with a port where it is not the default one',
  '@path': 'the path, as it is sent',
  '@query': 'the query with its question mark, as it is sent; a question mark alone where there is none',
  '@scheme': 'http or https',
  '@target-uri': 'the whole URL',
  '@request-target': 'path and query, as they are sent',
  'content-digest': 'the SHA-256 (or SHA-512) of the body',
}
const PART: Readonly<Record<string, string>> = {
  key: 'the key id',
  timestamp: 'the time, as in its header',
  nonce: 'the nonce, as in its header',
  method: 'the method, in capitals',
  authority: 'the host',
  path: 'the path, as it is sent',
  query: 'the query without its question mark, as it is sent',
  target: 'path and query, as they are sent',
  body: 'the body',
  'body-sha256': 'the SHA-256 of the body, in hexadecimal small letters',
  'body-sha256-base64': 'the SHA-256 of the body, in base64',
}

const or = (names: readonly string[]): readonly Inline[] =>
  names.flatMap((name, at) => (at === 0 ? [code(name)] : [at === names.length - 1 ? ' or ' : ', ', code(name)]))

export function summary({ policy, algorithms }: Demands, nonce: boolean): Block {
  const { maxAgeMs, maxFutureMs, maxBodyBytes, authorities, requireNonce } = policy
  const rows: ReadonlyArray<readonly [string, readonly Inline[]]> = [
    ['hosts', or(authorities)],
    ['keys', [algorithms.map((one) => ALGORITHM[one] ?? one).join('; or ')]],
    ['window', [`at most ${span(maxAgeMs)} old and ${span(maxFutureMs)} ahead, by our clock`]],
    [
      'nonce',
      [
        nonce
          ? `${requireNonce ? 'required' : 'recommended'}: 16 to 128 characters, never twice with one key`
          : 'none: the same request cannot be sent twice',
      ],
    ],
    ['body', [`at most ${size(maxBodyBytes)}, ${codings(policy.contentCodings)}`]],
  ]
  return { kind: 'table', head: ['', ''], rows: rows.map(([name, value]) => [[name], value]) }
}

function signedByRfc9421(demands: Demands & { readonly kind: 'rfc9421' }): readonly Block[] {
  const { covered, whenPresent, label, tag, expiresIn } = demands.settings
  const when = (name: string): string =>
    name === 'content-digest'
      ? 'with a body'
      : demands.bodyFields.includes(name)
        ? 'with a body, which needs it'
        : 'where it is there'
  const what = (name: string): readonly Inline[] => [COMPONENT[name] ?? `the field ${name}, which has to be there`]
  const there = (name: string): readonly Inline[] => [COMPONENT[name] ?? `the field ${name}`]
  return [
    text(
      'The signature is one of HTTP Message Signatures (RFC 9421), in the fields ',
      code('Signature-Input'),
      ' and ',
      code('Signature'),
      ', under the label ',
      code(label),
      '. It covers:',
    ),
    {
      kind: 'table',
      head: ['component', 'what it is', 'when'],
      rows: [
        ...covered.map((name) => [[code(name)], what(name), ['always']]),
        ...whenPresent.map((name) => [[code(name)], there(name), [when(name)]]),
      ],
    },
    text(
      'Its parameters are ',
      ...listed(['created', ...(expiresIn > 0 ? ['expires'] : []), 'nonce', 'keyid']),
      ...(tag === '' ? [] : [' and ', code(`tag="${tag}"`)]),
      '. Times are whole seconds since 1970.',
      ...(demands.policy.methodOverrideFields.length === 0
        ? []
        : [' A field that overrides the method (', ...listed(demands.policy.methodOverrideFields), ') is refused.']),
    ),
  ]
}

const UNIT: Readonly<Record<string, string>> = {
  s: 'seconds since 1970',
  ms: 'milliseconds since 1970',
  date: 'a date of HTTP',
}

function signedByHeaders({ settings }: Demands & { readonly kind: 'header-scheme' }): readonly Block[] {
  const { headers, base, separator = '\n', timestamp = 'ms', encoding = 'hex', prefix = '' } = settings
  const names: ReadonlyArray<readonly [string | undefined, string]> = [
    [headers.key, 'your key id'],
    [headers.timestamp, `the time: ${UNIT[timestamp]}`],
    [headers.nonce, 'the nonce'],
    [headers.bodyDigest, 'the SHA-256 of the body, as it is signed'],
    [headers.signature, `the signature in ${encoding}${prefix === '' ? '' : `, behind ${prefix}`}`],
  ]
  const named = (part: string): string =>
    part.startsWith('field:')
      ? `the header ${part.slice(6)}, which has to be there`
      : part.startsWith('text:')
        ? 'this text'
        : (PART[part] ?? part)
  return [
    text('The signature stands in headers:'),
    {
      kind: 'table',
      head: ['header', 'what it holds'],
      rows: names.flatMap(([name, what]) => (name === undefined ? [] : [[[code(name)], [what]]])),
    },
    text(
      'It is over these parts, in this order, ',
      ...(separator === '\n' ? ['with a line feed'] : separator === '' ? ['with nothing'] : ['with ', code(separator)]),
      ' between them:',
    ),
    {
      kind: 'table',
      head: ['part', 'what it is'],
      rows: base.map((part) => [[code(part.replace(/^text:/, ''))], [named(part)]]),
    },
  ]
}

export const signedParts = (demands: Demands): readonly Block[] =>
  demands.kind === 'rfc9421' ? signedByRfc9421(demands) : signedByHeaders(demands)

export const worked = ({ keyId, algorithm, base, request }: Example): readonly Block[] => [
  text(
    'With the key ',
    code(keyId),
    ` of ${algorithm}, whose `,
    algorithm === 'hmac-sha256' ? 'secret' : 'seed',
    ' is the text ',
    code(EXAMPLE_SECRET),
    ', this text is signed:',
  ),
  { kind: 'code', syntax: 'text', text: base },
  text('and this request is sent:'),
  { kind: 'code', syntax: 'http', text: request },
]

export function keySection({ algorithms }: Demands, { envPrefix }: Place, keyId: string): readonly Block[] {
  const lines = [
    `export ${envPrefix}KEY_ID=${/^[A-Za-z0-9._:@/+-]+$/.test(keyId) ? keyId : `'${keyId}'`}`,
    ...(algorithms.includes('hmac-sha256') ? [`export ${envPrefix}SECRET=…`] : []),
    ...(algorithms.includes('ed25519')
      ? [`export ${envPrefix}KEY_FILE=key.pem`, `export ${envPrefix}KEY_PASSWORD=…          # where that file has one`]
      : []),
  ]
  const both = algorithms.length > 1
  return [
    text(
      'The programs below read the key from the environment',
      both ? ': a shared secret, or the file of an Ed25519 key (PKCS #8, PEM).' : '.',
    ),
    { kind: 'code', syntax: 'sh', text: lines.join('\n') },
    text('Keep it out of the source code, and out of what is logged. Give each program a key of its own.'),
  ]
}

/** Programs that are called otherwise than with method, URL and body. */
const ARGUMENTS: Readonly<Record<string, (origin: string) => string>> = {
  httpie: (origin) => `POST '${origin}/orders?dry=1' qty:=1`,
}
const usual = (origin: string): string => `POST '${origin}/orders?dry=1' '{"qty":1}'`

/** Scripts for the tools that send requests are pasted; all others are started. */
function howToRun(
  { language, needs, run, files, algorithms }: GuideCode,
  demands: Demands,
  origin: string,
): readonly Block[] {
  const short = algorithms.length < demands.algorithms.length ? ` It signs with ${algorithms.join(' and ')} only.` : ''
  if (run === 'pre-request script')
    return [text(`${needs}.${short} Paste it as the pre-request script of a collection:`)]
  return [
    text(`${needs}.${short} Save as `, ...listed(files.map(({ name }) => name)), ' and run:'),
    { kind: 'code', syntax: 'sh', text: `${run} ${(ARGUMENTS[language] ?? usual)(origin)}` },
  ]
}

export function codeSection(all: readonly GuideCode[], demands: Demands, { origin }: Place): readonly Block[] {
  return all.flatMap((one): readonly Block[] => [
    heading(3, `code-${one.scheme}-${one.language}`, one.name),
    ...howToRun(one, demands, origin),
    ...one.files.flatMap((file): readonly Block[] => [
      ...(one.files.length > 1 ? [text(code(file.name), ':')] : []),
      { kind: 'code', syntax: one.syntax, text: file.text },
    ]),
  ])
}

export function refusalSection({ policy }: Demands, support: string | undefined): readonly Block[] {
  return [
    text(
      'A refused request is answered with a status and nothing else, so that it reveals nothing. The codes are those of our log',
      support === undefined ? '.' : `; ask for yours at ${support}.`,
    ),
    {
      kind: 'table',
      head: ['status', 'what happened', 'what to do', 'codes'],
      rows: refusalRows(policy).map((row) => [[String(statusOf(row))], [row.what], [row.toDo], listed(row.codes)]),
    },
  ]
}
