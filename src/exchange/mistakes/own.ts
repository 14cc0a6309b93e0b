import { hash, hashText } from '#backend/hash'
import { concatBytes, utf8 } from '../../crypto/encoding.js'
import type { Bytes } from '../../crypto/key.js'
import { textOf } from '../../schemes/scheme/base-text.js'
import { punctuated } from '../../schemes/scheme/json-text.js'
import type { Mistake } from '../../schemes/scheme/mistakes.js'
import { otherOrders } from '../../schemes/scheme/pair-orders.js'
import { permutations } from '../../schemes/scheme/permutations.js'
import type { Draft } from '../spec/draft.js'
import { joinPairs, sortedPairs } from '../spec/pairs.js'
import type { ExchangeState } from './state.js'

const instead = (
  id: string,
  cause: string,
  fix: string,
  ...writes: ReadonlyArray<readonly [detail: string, write: (draft: Draft) => Bytes]>
): Mistake<ExchangeState> => ({
  id,
  part: 'text to sign',
  rank: 1,
  cause,
  fix,
  *apply(state) {
    for (const [detail, write] of writes) yield [{ ...state, write: (_, draft) => write(draft) }, detail]
  },
})

const wooPairs = (query: string, body: string): string => sortedPairs(joinPairs(query, body))
const krakenPath = (path: string): string => path.replace(/^\/derivatives/, '')

const joined = (value: unknown): string =>
  typeof value !== 'object' || value === null
    ? String(value)
    : Array.isArray(value)
      ? value.map(joined).join('')
      : membersJoined(Object.entries(value))
const membersJoined = (members: ReadonlyArray<readonly [string, unknown]>): string =>
  members.map(([name, one]) => name + joined(one)).join('')

/** The text of Crypto.com with its parameters written in another way. */
function cryptoComText({ path, body, key, time }: Draft, write: (params: object) => string): string {
  const { id, method = path, params = {} } = JSON.parse(body) as Readonly<Record<string, unknown>>
  return `${method}${id}${key}${write(params as object)}${time}`
}
type Members = Readonly<Record<string, unknown>>
const inOrder = (all: Members, names: readonly string[]): Members =>
  Object.fromEntries(names.map((name) => [name, all[name]]))

/** The text of Pacifica with its members in another order, the data in that of the body or sorted. */
function pacificaText(base: string, body: string, order: readonly string[], isSent: boolean): string {
  const whole = JSON.parse(base) as Members
  const sorted = Object(whole['data']) as Members
  const names = Object.keys(isSent ? (JSON.parse(body) as object) : sorted).filter((name) =>
    Object.hasOwn(sorted, name),
  )
  return JSON.stringify(inOrder({ ...whole, data: inOrder(sorted, names) }, order))
}

const NOT_SORTED = {
  id: 'parameters-not-sorted',
  part: 'text to sign',
  cause: 'The parameters were joined in another order than by name.',
  fix: 'Sort the names of "params" in ascending order, and those of every object in it, then join each with its value.',
} as const

const INSTRUCTIONS =
  'accountQuery balanceQuery borrowLendExecute collateralQuery depositQueryAll fillHistoryQueryAll orderCancel orderCancelAll orderExecute orderHistoryQueryAll orderQuery orderQueryAll positionQuery withdraw withdrawalQueryAll'.split(
    ' ',
  )
const INSTRUCTION = /^instruction=\w+&/

/** What only the rules of one exchange let go wrong, by its id. */
export const OWN_MISTAKES: Readonly<Record<string, ReadonlyArray<Mistake<ExchangeState>>>> = {
  backpack: [
    {
      id: 'instruction-left-out',
      part: 'text to sign',
      rank: 1,
      cause: 'The instruction was not signed before the parameters.',
      fix: 'Begin the text with "instruction=…&", by the name that the page gives this method and path.',
      apply: (state) => [
        [{ ...state, write: (base) => textOf(base).replace(INSTRUCTION, '') }],
        [{ ...state, write: (base) => textOf(base).replace(/^instruction=/, '') }, 'without its name'],
      ],
    },
    {
      id: 'instruction-other',
      part: 'text to sign',
      rank: 2,
      cause: 'The instruction of another method or path was signed.',
      fix: 'Begin the text with "instruction=…&", by the name that the page gives this method and path.',
      apply: (state) =>
        INSTRUCTIONS.map((one) => [
          { ...state, write: (base) => textOf(base).replace(INSTRUCTION, `instruction=${one}&`) },
          one,
        ]),
    },
  ],
  kraken: [
    instead(
      'kraken-hash-as-text',
      'The SHA-256 of nonce and body was put into the signed text as hexadecimal or base64 text, not as its 32 bytes.',
      'Join path and the raw digest: hashlib.sha256(...).digest(), createHash("sha256").update(...).digest() without "hex".',
      ['hexadecimal', ({ path, nonce, body }) => path + hashText('sha256', nonce + body, 'hex')],
      ['base64', ({ path, nonce, body }) => path + hashText('sha256', nonce + body, 'base64')],
      [
        'bytes read as Latin-1 text',
        ({ path, nonce, body }) =>
          path + Array.from(hash('sha256', nonce + body), (byte) => String.fromCharCode(byte)).join(''),
      ],
    ),
    instead(
      'kraken-nonce-not-hashed',
      'The nonce was not put before the body when it was hashed.',
      'Hash nonce + body, where the body holds "nonce=…" as well: path + SHA256(nonce + body).',
      ['the body alone', ({ path, body }) => concatBytes(utf8(path), hash('sha256', body))],
      ['body before nonce', ({ path, nonce, body }) => concatBytes(utf8(path), hash('sha256', body + nonce))],
    ),
    instead(
      'kraken-hash-order',
      'Path and digest were joined in another way.',
      'Sign path + SHA256(nonce + body): the bytes of the path, then the 32 bytes of the digest.',
      ['the path hashed too', ({ path, nonce, body }) => hash('sha256', path + nonce + body)],
      ['without the hash', ({ path, nonce, body }) => path + nonce + body],
      ['digest before path', ({ path, nonce, body }) => concatBytes(hash('sha256', nonce + body), utf8(path))],
      ['SHA-512', ({ path, nonce, body }) => concatBytes(utf8(path), hash('sha512', nonce + body))],
    ),
  ],
  'kraken-futures': [
    instead(
      'kraken-futures-hash',
      'The text was not hashed with SHA-256 before it was signed, or its digest was signed as text.',
      'Sign the 32 bytes of SHA256(data + nonce + path).',
      ['not hashed', ({ query, body, nonce, path }) => query + body + nonce + krakenPath(path)],
      [
        'hexadecimal',
        ({ query, body, nonce, path }) => hashText('sha256', query + body + nonce + krakenPath(path), 'hex'),
      ],
      [
        'base64',
        ({ query, body, nonce, path }) => hashText('sha256', query + body + nonce + krakenPath(path), 'base64'),
      ],
    ),
    instead(
      'kraken-futures-order',
      'The parts were hashed in another order, or the path with "/derivatives".',
      'Hash data + nonce + path, the path without "/derivatives".',
      ['with "/derivatives"', ({ query, body, nonce, path }) => hash('sha256', query + body + nonce + path)],
      ['path first', ({ query, body, nonce, path }) => hash('sha256', krakenPath(path) + nonce + query + body)],
      ['nonce first', ({ query, body, nonce, path }) => hash('sha256', nonce + query + body + krakenPath(path))],
    ),
  ],
  'crypto-com': [
    instead(
      NOT_SORTED.id,
      NOT_SORTED.cause,
      NOT_SORTED.fix,
      ['in the order of the body', (draft) => cryptoComText(draft, joined)],
      ['as JSON', (draft) => cryptoComText(draft, JSON.stringify)],
    ),
    {
      ...NOT_SORTED,
      rank: 1,
      alone: true,
      *apply(state) {
        const { params = {} } = JSON.parse(state.draft.body) as { readonly params?: object }
        // As a map of Go hands them out.
        for (const [order, how] of otherOrders(Object.entries(params), ([name]) => name.slice(0, 64)))
          yield [{ ...state, write: (_, draft) => cryptoComText(draft, () => membersJoined(order)) }, how]
      },
    },
  ],
  pacifica: [
    {
      id: 'json-not-sorted',
      part: 'text to sign',
      rank: 1,
      cause: 'The JSON that was signed has its members in another order than by name, or spaces between them.',
      fix: 'Sort the names at every depth and write the JSON without spaces: json.dumps(…, sort_keys=True, separators=(",", ":")).',
      *apply(state) {
        for (const [comma, colon, spaces] of [
          [',', ':', ''],
          [', ', ': ', ', with spaces'],
        ] as const)
          for (const isSent of [true, false])
            for (const order of permutations(['type', 'timestamp', 'expiry_window', 'data']))
              yield [
                {
                  ...state,
                  write: (base, { body }) => punctuated(pacificaText(textOf(base), body, order, isSent), comma, colon),
                },
                `${order.join(', ')}${isSent ? ', and the data as they were sent' : ''}${spaces}`,
              ]
      },
    },
  ],
  htx: [
    {
      id: 'host-case',
      part: 'text to sign',
      rank: 1,
      cause: 'The host was signed in capitals.',
      fix: 'Write the host in small letters in the text to sign, however the URL is written: api.huobi.pro.',
      *apply(state) {
        for (const change of [
          () => state.draft.host,
          (host: string) => host.toUpperCase(),
          (host: string) => host.replace(/\b\w/g, (one) => one.toUpperCase()),
        ])
          yield [
            {
              ...state,
              write: (base, { host }) => textOf(base).replace(`\n${host.toLowerCase()}\n`, `\n${change(host)}\n`),
            },
          ]
      },
    },
  ],
  'woo-v1': [
    instead(
      'woo-time-joined',
      'The time was joined to the parameters in another way than with "|".',
      'Sign the parameters sorted by name, then "|" and the time: symbol=…&side=…|1700000000123.',
      ['"&timestamp=" before it', ({ query, body, time }) => `${wooPairs(query, body)}&timestamp=${time}`],
      ['"timestamp=" before it', ({ query, body, time }) => `${wooPairs(query, body)}timestamp=${time}`],
      ['"|timestamp=" before it', ({ query, body, time }) => `${wooPairs(query, body)}|timestamp=${time}`],
      [
        'sorted among them',
        ({ query, body, time }) => sortedPairs(joinPairs(joinPairs(query, body), `timestamp=${time}`)),
      ],
      ['before them', ({ query, body, time }) => `${time}|${wooPairs(query, body)}`],
    ),
  ],
  gate: [
    instead(
      'gate-body-not-hashed',
      'The body was put into the signed text as it is, or left out, not as its SHA-512 in hexadecimal.',
      'The fourth line is SHA-512 of the body in hexadecimal, also where the body is empty (cf83e1357eef…).',
      ['as it is', ({ method, path, query, body, time }) => [method, path, query, body, time].join('\n')],
      ['left out', ({ method, path, query, time }) => [method, path, query, time].join('\n')],
      ['an empty line', ({ method, path, query, time }) => [method, path, query, '', time].join('\n')],
      [
        'SHA-256',
        ({ method, path, query, body, time }) =>
          [method, path, query, hashText('sha256', body, 'hex'), time].join('\n'),
      ],
      [
        'in base64',
        ({ method, path, query, body, time }) =>
          [method, path, query, hashText('sha512', body, 'base64'), time].join('\n'),
      ],
    ),
  ],
}
