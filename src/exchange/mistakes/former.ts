import { legacyHash } from '#backend/legacy'
import { concatBytes, hexDecode, utf8, utf8Decode } from '../../crypto/encoding.js'
import type { Bytes } from '../../crypto/key.js'
import { combinedValue } from '../../message/fields.js'
import type { HttpRequest } from '../../message/message.js'
import { splitTarget } from '../../message/target.js'
import { textOf } from '../../schemes/scheme/base-text.js'
import type { Mistake } from '../../schemes/scheme/mistakes.js'
import type { KeyReading, SchemeHypotheses, SchemeReading } from '../../schemes/scheme/scheme-reading.js'
import { type FormState, formWrites, withTexts } from '../../schemes/scheme/signed-form.js'

/**
 * Older APIs of exchanges that sign their parameters: this package signs for those that followed. Programs still use them, or
 * follow a page about them, so that the doctor reads them.
 */
interface Former {
  readonly id: string
  readonly name: string
  readonly host: RegExp
  readonly path: RegExp
  /** The parameters that give it away, all of them. */
  readonly marks: readonly string[]
  /** The parameter of the signature; `undefined`: in Authorization. */
  readonly sign: string | undefined
  readonly key: string
  readonly time: string
  /** Behind the parameters. */
  readonly end: string
  readonly keys: KeyReading
  readonly encoding: string
  readonly pattern: RegExp
  readonly moved: string
}

const md5 = (secret: Uint8Array) => (base: Bytes) =>
  legacyHash('md5', concatBytes(typeof base === 'string' ? utf8(base) : base, secret))

const APIS: readonly Former[] = [
  {
    id: 'bybit-v2',
    name: 'Bybit (version 2)',
    host: /^api(?:-testnet)?\.bybit\.com$|^api\.bytick\.com$/,
    path: /^\/(?:v2|futures|private|open-api|spot\/v1)\//,
    marks: ['api_key', 'timestamp', 'sign'],
    sign: 'sign',
    key: 'api_key',
    time: 'timestamp',
    end: '',
    keys: { algorithms: ['hmac-sha256'], bytes: utf8, reading: 'as its characters' },
    encoding: 'hexadecimal',
    pattern: /^[0-9a-f]{64}$/,
    moved: 'Bybit answers this version no longer: sign for v5 (X-BAPI headers; time, key, window and query or body).',
  },
  {
    id: 'coinex-spot-v1',
    name: 'CoinEx (version 1)',
    host: /^api\.coinex\.com$/,
    path: /^\/v1\//,
    marks: ['access_id', 'tonce'],
    sign: undefined,
    key: 'access_id',
    time: 'tonce',
    end: '&secret_key=',
    keys: {
      algorithms: ['md5 of the text with the secret behind it'],
      bytes: utf8,
      reading: 'as its characters',
      functions: [{ make: md5 }],
    },
    encoding: 'hexadecimal in capitals',
    pattern: /^[0-9A-F]{32}$/,
    moved: 'CoinEx has v2 by now (X-COINEX headers; method, path, body and time, HMAC-SHA256).',
  },
]

type Pair = readonly [name: string, value: string]

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'))
  } catch {
    return text
  }
}

const pairsOf = (text: string): readonly Pair[] =>
  text
    .split('&')
    .filter(Boolean)
    .map((pair) => {
      const at = pair.indexOf('=')
      return at === -1 ? [decoded(pair), ''] : [decoded(pair.slice(0, at)), decoded(pair.slice(at + 1))]
    })

/** Parameters of query and body, which is a form or flat JSON. */
function parametersOf({ target, body }: HttpRequest): readonly Pair[] {
  const text = body instanceof Uint8Array ? (utf8Decode(body) ?? '') : ''
  const query = pairsOf(splitTarget(target).query.slice(1))
  if (!/^\s*\{/.test(text)) return [...query, ...pairsOf(text)]
  try {
    const members = Object.entries(JSON.parse(text) as object)
    return [
      ...query,
      ...members.map(
        ([name, value]): Pair => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)],
      ),
    ]
  } catch {
    return query
  }
}

const joined = (pairs: readonly Pair[]): string => pairs.map(([name, value]) => `${name}=${value}`).join('&')

const byName = ([a]: Pair, [b]: Pair): number => (a < b ? -1 : a > b ? 1 : 0)

const asSent = (part: string, text: string): Mistake<FormState> => ({
  id: 'parameters-order',
  part,
  rank: 1,
  cause: 'The parameters were signed in the order in which they are sent, not sorted by name.',
  fix: 'Sort the parameters by name before they are joined with "&" and signed.',
  apply: (state) => [[withTexts(state, { [part]: text })]],
})

const secretNames = (end: string): Mistake<FormState> => ({
  id: 'text-key-name',
  part: 'text to sign',
  rank: 1,
  cause: 'The secret was put behind the parameters under another name, or under none.',
  fix: `End the text with "${end}" and the secret.`,
  *apply(state) {
    for (const other of ['&secret=', '&secretKey=', '&secret_key', '&key=', '&', ''])
      yield [
        formWrites(state, (base) => textOf(base).slice(0, -end.length) + other),
        other === '' ? 'under none' : `"${other}"`,
      ]
  },
})

function readingOf(api: Former, request: HttpRequest, pairs: readonly Pair[], signature: string): SchemeReading {
  const { id, name, sign, key, time, end, keys, encoding, pattern, moved } = api
  const own = pairs.filter(([one]) => one !== sign)
  const of = (wanted: string): string => pairs.find(([one]) => one === wanted)?.[1] ?? ''
  const sorted = joined([...own].sort(byName))
  const part = request.body instanceof Uint8Array && request.body.length > 0 ? 'body' : 'query'
  const isTime = /^\d{13}$/.test(of(time))
  return {
    id,
    name,
    form: {
      members: [{ name: part, kind: 'pairs', text: sorted }],
      compose: (texts) => texts[part] + end,
      own: [asSent(part, joined(own)), ...(end === '' ? [] : [secretNames(end)])],
    },
    signatures: [{ text: signature, right: pattern.test(signature) ? hexDecode(signature.toLowerCase()) : undefined }],
    encoding,
    keyId: of(key),
    keys,
    ...(isTime && { time: { ms: Number(of(time)), pastMs: 60_000, futureMs: 60_000 } }),
    problems: isTime
      ? []
      : [
          {
            id: 'time-form',
            certainty: 'proven',
            cause: `The time is not in the form that ${name} takes (milliseconds since 1970, 13 digits).`,
            evidence: `The parameter ${time} has ${of(time).length} characters.`,
            fix: 'Write it in milliseconds since 1970.',
          },
        ],
    hint: moved,
  }
}

/** What is read of the older APIs. */
export const FORMER_HYPOTHESES: SchemeHypotheses = {
  ids: APIS.map(({ id }) => id),
  read: (request, id) => {
    const { path } = splitTarget(request.target)
    for (const api of APIS) {
      if (id === undefined ? !api.host.test(request.authority) || !api.path.test(path) : api.id !== id) continue
      const pairs = parametersOf(request)
      const signature =
        api.sign === undefined
          ? combinedValue(request.fields, 'authorization')?.trim()
          : pairs.find(([name]) => name === api.sign)?.[1]
      if (signature !== undefined && api.marks.every((mark) => pairs.some(([name]) => name === mark)))
        return readingOf(api, request, pairs, signature)
    }
    return undefined
  },
}
