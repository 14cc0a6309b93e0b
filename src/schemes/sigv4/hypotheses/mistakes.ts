import { hashText } from '#backend/hash'
import { JSON_MISTAKES } from '../../scheme/json-mistakes.js'
import type { Mistake, TextMistake } from '../../scheme/mistakes.js'
import { PAIRS_MISTAKES } from '../../scheme/pairs-mistakes.js'
import { type FormState, formWrites, withTexts } from '../../scheme/signed-form.js'
import { TEXT_MISTAKES } from '../../scheme/text-mistakes.js'
import { EMPTY_HASH, UNSIGNED } from '../canonical.js'
import type { Variant } from '../variant.js'

const BODY_MISTAKES: readonly TextMistake[] = [...JSON_MISTAKES, ...TEXT_MISTAKES, ...PAIRS_MISTAKES]

/** A mistake of a body as one of its hash. */
const hashedAs = ({ rank, alone, cause, apply }: TextMistake, body: string): TextMistake => ({
  ...(alone === true && { alone }),
  id: 'body',
  rank,
  cause: 'The hash that was signed is that of another body than the one that was sent.',
  fix: 'Serialise once, then hash, sign and send those bytes.',
  *apply() {
    for (const [changed, detail] of apply(body))
      if (changed !== body)
        yield [hashText('sha256', changed, 'hex'), detail ?? cause.replaceAll('$', 'body').replace(/\.$/, '')]
  },
})

/** What programs hash where there is no body. */
const NOTHING: TextMistake = {
  id: 'for-none',
  rank: 1,
  cause: 'The hash that was signed is that of a text that stands for no body, and nothing was sent.',
  fix: 'Hash the empty text where there is no body: e3b0c442…',
  apply: () =>
    ['{}', 'null', '""', '[]', 'undefined', 'None', '[object Object]', ' ', '\n'].map(
      (text) => [hashText('sha256', text, 'hex'), JSON.stringify(text)] as const,
    ),
}

/** The last line of the canonical request. `body` is the text of what was sent. */
export const payloadMistakes = (body: string | undefined): readonly TextMistake[] => [
  {
    id: 'kind',
    rank: 1,
    cause:
      'The last line of what was signed is another one than that of the request: the hash of nothing, or a word for an unsigned body.',
    fix: 'Sign the hash that x-amz-content-sha256 states, and state the hash of the body that is sent. A signed URL of S3 has UNSIGNED-PAYLOAD there.',
    apply: () => [
      [EMPTY_HASH, 'the hash of an empty body: the body was added after signing'],
      [UNSIGNED, UNSIGNED],
      ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'the word for a body in signed chunks'],
      ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'the word for a body with a trailer'],
      ['', 'nothing'],
      ...(body === undefined ? [] : [[hashText('sha256', body, 'hex'), 'the hash of the body that was sent'] as const]),
    ],
  },
  ...(body ? [] : [NOTHING]),
  // Each by itself, so that those that happen every day are tried before the thousands of one that hardly ever does.
  ...(body === undefined ? [] : BODY_MISTAKES.map((one) => hashedAs(one, body))),
  {
    id: 'form',
    rank: 2,
    cause: 'The hash of the body was signed in another form (base64, capitals, or the body itself).',
    fix: 'Lower-case hexadecimal.',
    *apply(text) {
      yield [text.toUpperCase()]
      if (body === undefined) return
      yield [hashText('sha256', body, 'base64')]
      yield [body]
    },
  },
]

/** The value of a header as it was sent, where white space within it is more than one space. */
export const whiteSpace = (sent: string | undefined): readonly TextMistake[] =>
  sent === undefined || !/\s\s/.test(sent)
    ? []
    : [
        {
          id: 'white-space',
          rank: 1,
          cause: 'The value of $ was signed with its white space as it is, not with one space for each run of them.',
          fix: 'Trim values before signing, and write one space for every run of white space in them (Trimall).',
          apply: () => [[sent], [sent.trim()]],
        },
      ]

const SCOPE_FIX =
  'Sign for the region and service of the host, and take the day from the same reading of the clock as the time.'
const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1', 'ap-southeast-1', 'auto', '']
const SERVICES = [
  's3',
  'execute-api',
  'es',
  'aoss',
  'dynamodb',
  'iam',
  'sts',
  'lambda',
  'appsync',
  'bedrock',
  'service',
]

/** The scope in what was signed, which `Authorization` states otherwise. */
export const SCOPE: readonly TextMistake[] = [
  {
    id: 'other',
    rank: 1,
    cause: 'Another scope was signed than the credential states: day, region or service differ.',
    fix: SCOPE_FIX,
    *apply(text) {
      const [day = '', region = '', service = '', end = ''] = text.split('/')
      for (const one of REGIONS) yield [[day, one, service, end].join('/'), `region "${one}"`]
      for (const one of SERVICES) yield [[day, region, one, end].join('/'), `service "${one}"`]
      const at = Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}T00:00:00Z`)
      if (!Number.isNaN(at))
        for (const away of [-1, 1])
          yield [
            [
              new Date(at + away * 86_400_000).toISOString().slice(0, 10).replaceAll('-', ''),
              region,
              service,
              end,
            ].join('/'),
            away < 0 ? 'the day before' : 'the day after',
          ]
    },
  },
]

/** The time in what was signed; `format` writes one. */
export const timeMistakes = (format: Variant['time']): readonly TextMistake[] => [
  {
    id: 'other',
    rank: 2,
    cause: 'Another time was signed than was sent: the clock was read twice.',
    fix: 'Read the clock once, and use that text for the field and for what is signed.',
    *apply(text) {
      const ms = format.read(text)
      if (ms === undefined) return
      for (let away = 1; away <= 30; away++) {
        yield [format.write(ms - away * 1000), `${away} s earlier`]
        yield [format.write(ms + away * 1000), `${away} s later`]
      }
      yield [new Date(ms).toISOString(), 'as ISO 8601 with separators']
      yield [new Date(ms).toUTCString(), 'as a date of HTTP']
      for (let hours = -14; hours <= 14; hours++)
        if (hours !== 0) yield [format.write(ms + hours * 3_600_000), `in a zone ${hours} h away from UTC`]
    },
  },
]

// By search and no expression: one that looks for the end from each place of a long path takes the square of its length.

/** Where the line with the names of signed headers is: the last but one. */
function signedNames(text: string): readonly [from: number, to: number] {
  const to = text.lastIndexOf('\n')
  return to <= 0 ? [0, Math.max(to, 0)] : [text.lastIndexOf('\n', to - 1) + 1, to]
}

/** With something else in place of the empty line before the names, where there is one. */
function emptyLine(text: string, instead: string): string {
  const [from] = signedNames(text)
  return text.slice(from - 2, from) === '\n\n' ? text.slice(0, from - 2) + instead + text.slice(from) : text
}

const names = ({ texts }: FormState): readonly string[] => (texts['signed headers'] ?? '').split(';')

// Where the time stands in schemes that have no line for it.
const dates = ['x-acs-date', 'x-sdk-date', 'date']

/** What goes wrong with the head of the canonical request, and with the text around its hash. */
export const ownMistakes = (canonical: (texts: FormState['texts']) => string): ReadonlyArray<Mistake<FormState>> => [
  {
    id: 'signed-header-left-out',
    part: 'headers',
    rank: 1,
    cause: 'A header that is listed as signed was not in what was signed: it was added, or listed, afterwards.',
    fix: 'Set every header first, then sign; let nothing behind the signer add to the list.',
    *apply(state) {
      for (const name of names(state))
        if (name !== 'host') {
          const list = names(state).filter((one) => one !== name)
          yield [withTexts(state, { 'signed headers': list.join(';') }), `without ${name}`]
        }
      yield [withTexts(state, { 'signed headers': 'host' }), 'host alone']
    },
  },
  {
    id: 'headers-form',
    part: 'headers',
    rank: 2,
    cause: 'The header lines of the canonical request were written in another way.',
    fix: 'A line "name:value" for each, names in lower case and sorted, no space behind the colon, and an empty line behind the last one.',
    *apply(state) {
      const change = (detail: string, write: (text: string) => string) =>
        [formWrites(state, (base, texts) => rehashed(base, write(canonical(texts)))), detail] as const
      yield change('a space behind the colon', (text) => text.replace(/^([a-z0-9-]+):(?! )/gm, '$1: '))
      yield change('no empty line behind the headers', (text) => emptyLine(text, '\n'))
      yield change('one empty line more', (text) => emptyLine(text, '\n\n\n'))
      yield change('a line break at the end', (text) => `${text}\n`)
      yield change('names with capitals', (text) =>
        text.replace(/^[a-z0-9-]+(?=:)/gm, (one) => one.replace(/(^|-)([a-z])/g, (all) => all.toUpperCase())),
      )
      yield change('commas between the names of signed headers', (text) => {
        const [from, to] = signedNames(text)
        return text.slice(0, from) + text.slice(from, to).replaceAll(';', ',') + text.slice(to)
      })
      yield change('CR LF between the lines', (text) => text.replaceAll('\n', '\r\n'))
    },
  },
  {
    id: 'query-as-body',
    part: 'query',
    rank: 1,
    cause:
      'The parameters of the query were signed as the body of a form: the query is empty in what was signed, and the hash is theirs.',
    fix: 'Sign the query as the query and the hash of an empty body: an SDK takes the parameters of a POST without a body for a form, unless the body is set to an empty text.',
    *apply(state) {
      const query = state.texts['query'] ?? ''
      if (query === '') return
      for (const text of new Set([query, query.replaceAll('%20', '+'), decoded(query)]))
        yield [withTexts(state, { query: '', payload: hashText('sha256', text, 'hex') })]
    },
  },
  {
    id: 'path-with-query',
    part: 'query',
    rank: 1,
    cause: 'The query was signed as a part of the path, and the line of the query is empty in what was signed.',
    fix: 'Give the signer path and query apart: a query within the path is encoded as if it were a name of a file.',
    *apply(state) {
      const { path = '', query = '' } = state.texts
      if (query === '') return
      for (const raw of new Set([query, decoded(query), query.replaceAll('%20', '+')])) {
        yield [withTexts(state, { path: `${path}?${raw}`, query: '' }), 'as it is sent']
        yield [withTexts(state, { path: path + encodeURIComponent(`?${raw}`), query: '' }), 'with its marks encoded']
        yield [
          withTexts(state, { path: path + encodeURIComponent(encodeURIComponent(`?${raw}`)), query: '' }),
          'with its marks encoded twice',
        ]
        yield [withTexts(state, { path: encodeURI(`${path}?${raw}`), query: '' }), 'as encodeURI writes it']
        yield [withTexts(state, { path: `${path}?${raw}` }), 'and once more in its own line']
        yield [withTexts(state, { path: path + encodeURIComponent(`?${raw}`) }), 'and once more in its own line']
      }
    },
  },
  {
    id: 'text-lines',
    part: 'text to sign',
    rank: 1,
    cause: 'The text to sign has another number of lines before the hash than this scheme has.',
    fix: 'Follow the page of the service: AWS signs algorithm, time, scope and hash; ACS3 algorithm and hash alone.',
    *apply({ texts }) {
      const state = { texts }
      const lines = (write: (all: readonly string[]) => readonly string[]) =>
        formWrites(state, (base) => write(typeof base === 'string' ? base.split('\n') : []).join('\n'))
      const time = texts['time'] ?? dates.map((name) => texts[name]).find((one) => one !== undefined)
      if (texts['time'] === undefined && time !== undefined)
        yield [lines(([first = '', ...rest]) => [first, time, ...rest]), 'the time behind the algorithm']
      if (texts['time'] !== undefined) yield [lines(([first = '', , ...rest]) => [first, ...rest]), 'without the time']
      if (texts['scope'] !== undefined)
        yield [lines((all) => [...all.slice(0, -2), ...all.slice(-1)]), 'without the scope']
      yield [lines((all) => all.slice(1)), 'without the algorithm']
      yield [lines((all) => all.slice(-1)), 'the hash alone']
    },
  },
  {
    id: 'text-of-hash',
    part: 'text to sign',
    rank: 2,
    cause: 'The last line of the text to sign is not the hash of the canonical request.',
    fix: 'Hash the canonical request with SHA-256, write it in lower-case hexadecimal, and sign the text with that line.',
    *apply(state) {
      const last = (of: (canonicalText: string, hash: string) => string, detail: string) =>
        [
          formWrites(state, (base, texts) => {
            const text = typeof base === 'string' ? base : ''
            const at = text.lastIndexOf('\n') + 1
            return text.slice(0, at) + of(canonical(texts), text.slice(at))
          }),
          detail,
        ] as const
      yield last((text) => text, 'the canonical request itself')
      yield last((_, hash) => hash.toUpperCase(), 'the hash in capitals')
      yield last((text) => hashText('sha256', text, 'base64'), 'the hash in base64')
      yield [formWrites(state, (_, texts) => canonical(texts)), 'the canonical request alone was signed']
    },
  },
]

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function rehashed(base: string | Uint8Array, text: string): string {
  const before = typeof base === 'string' ? base : ''
  return before.slice(0, before.lastIndexOf('\n') + 1) + hashText('sha256', text, 'hex')
}
