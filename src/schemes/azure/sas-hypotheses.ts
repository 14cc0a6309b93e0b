import { base64Decode } from '../../crypto/encoding.js'
import type { HttpRequest } from '../../message/message.js'
import { splitTarget } from '../../message/target.js'
import type { Mistake, TextMistake } from '../scheme/mistakes.js'
import { PATH } from '../scheme/request-mistakes.js'
import type { Problem, SchemeHypotheses, SchemeReading } from '../scheme/scheme-reading.js'
import { type FormState, formWrites, type Member, type SignedForm, type Texts } from '../scheme/signed-form.js'
import { hostSuspects } from '../scheme/suspects.js'
import { TIME_MISTAKES } from '../scheme/time-mistakes.js'
import { accountText, SAS_NAMES, type SasService, serviceText } from './sas-form.js'

const ID = 'azure-sas'

/** Where makers of shared access signatures go wrong. */
export const SAS_HYPOTHESES: SchemeHypotheses = {
  ids: [ID],
  read: (request, id) => {
    const values = valuesOf(request.target)
    const isSas = values.has('sig') && values.has('sv') && (values.has('se') || values.has('si'))
    return id === undefined && !isSas ? undefined : readingOf(request, values)
  },
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Parameters as they are written; one that stands twice as it stood first. */
function valuesOf(target: string): Map<string, string> {
  const out = new Map<string, string>()
  for (const pair of splitTarget(target).query.slice(1).split('&')) {
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? []
    if (!out.has(name.toLowerCase())) out.set(name.toLowerCase(), decoded(value))
  }
  return out
}

const SERVICES: readonly SasService[] = ['blob', 'file', 'queue', 'table']

const serviceOf = ({ authority }: HttpRequest, values: ReadonlyMap<string, string>): SasService =>
  SERVICES.find((one) => authority.includes(`.${one}.`)) ??
  (values.has('tn') ? 'table' : /^[fs]$/.test(values.get('sr') ?? '') ? 'file' : 'blob')

const FIX = 'Append the whole token as it was made: ?sv=…&sr=…&sp=…&se=…&sig=…, each value percent-encoded once.'

function readingOf(request: HttpRequest, values: Map<string, string>): SchemeReading {
  const { path, query } = splitTarget(request.target)
  const isEmulator = !/\.(?:blob|file|queue|table|dfs)\./.test(request.authority)
  const segments = path.split('/').slice(1)
  const account = isEmulator ? (segments.shift() ?? '') : (request.authority.split('.', 1)[0] as string)
  const end = Date.parse(values.get('se') ?? '')
  const sig = values.get('sig') ?? ''
  const problems: Problem[] = []
  const add = (id: string, certainty: Problem['certainty'], cause: string, evidence: string, fix: string): void => {
    problems.push({ id, certainty, cause, evidence, fix })
  }
  for (const name of ['sv', 'sp', 'se', 'sig'])
    if (!values.has(name) && !(values.has('si') && (name === 'sp' || name === 'se')))
      add('parameter-missing', 'proven', `The parameter ${name} is missing.`, 'The query does not hold it.', FIX)
  if (/[?&]sig=[^&]*\+/.test(query))
    add(
      'signature-plus',
      'proven',
      'The "+" of the signature stands in the URL as it is, and is read as a space.',
      'sig holds a "+".',
      'Percent-encode the signature: %2B for "+", %2F for "/", %3D for "=".',
    )
  if (/%25(?:2B|2F|3D|3A)/i.test(query))
    add(
      'query-encoded-twice',
      'likely',
      'A parameter was percent-encoded twice.',
      'The query holds "%25" before 2B, 2F, 3A or 3D.',
      'Encode each value once; do not encode the finished token again.',
    )
  return {
    id: ID,
    name: 'a shared access signature',
    form: formOf(request, values, account, segments.map(decoded), serviceOf(request, values)),
    signatures: sig === '' ? [] : [{ text: sig, right: base64Decode(sig) }],
    encoding: 'base64',
    keyId: account,
    keys: { algorithms: ['hmac-sha256'], bytes: base64Decode, reading: 'decoded from base64' },
    // It is good until its end: the other way it may be as far ahead as it likes.
    ...(!Number.isNaN(end) && { time: { ms: end, pastMs: 0, futureMs: Number.POSITIVE_INFINITY } }),
    problems,
    // The account is read from the host.
    suspects: hostSuspects(request),
    hint: 'The answer of Azure shows the text that it has signed (stringToSign takes it). The account has two keys; a token of Entra ID (skoid) is signed with another one.',
  }
}

/** A version of each of the three forms that the text has had. */
const VERSIONS = ['2015-04-05', '2018-11-09', '2020-12-06'] as const

const encodings: readonly TextMistake[] = [
  {
    id: 'encoding',
    rank: 1,
    cause: 'The $ was signed percent-encoded, and not as its characters.',
    fix: 'Sign the decoded values; encode them only when they are put into the URL.',
    apply: (text) => [[encodeURIComponent(text)], [decoded(text)]],
  },
]

/** Forms of ISO 8601 that the service takes, and a library writes anew. */
const MOMENT: TextMistake = {
  id: 'form',
  rank: 1,
  cause: 'The $ was signed in another form of the same moment than it was sent in: a library wrote the time anew.',
  fix: 'Append the token as text, as it was made; libraries that take it apart may write se=2023-11-20T13:21Z as …T13:21:00Z.',
  *apply(text) {
    const ms = Date.parse(text)
    if (Number.isNaN(ms)) return
    const iso = new Date(ms).toISOString()
    yield [`${iso.slice(0, 16)}Z`, 'to the minute']
    yield [`${iso.slice(0, 19)}Z`, 'to the second']
    yield [iso.slice(0, 10), 'the day alone']
    yield [iso.replace('Z', '0000Z'), 'with seven digits behind the point']
  },
}

const ACCOUNT: TextMistake = {
  id: 'other',
  rank: 1,
  cause: 'Another name was signed for the account than that of the host.',
  fix: 'Give the library the bare name of the account, without https:// and without .blob.core.windows.net.',
  apply: (text) =>
    ['blob', 'file', 'queue', 'table', 'dfs']
      .flatMap((service) => [`${text}.${service}.core.windows.net`, `https://${text}.${service}.core.windows.net`])
      .flatMap((one) => [[one, one] as const, [`${one}/`, `${one}/`] as const]),
}

const LETTERS: TextMistake = {
  id: 'order',
  rank: 1,
  cause: 'The permissions were signed in another order, or others were signed, than were sent.',
  fix: 'Write the letters in the order of the service (racwdxltmeop), sign that text and send it.',
  apply: (text) => [
    [[...text].sort().join('')],
    [[...text].reverse().join('')],
    ...['r', 'rl', 'rw', 'racwd', 'racwdl', 'rwdlac', 'rwdlacup'].map((one) => [one, one] as const),
  ],
}

const resource = (
  service: SasService,
  account: string,
  segments: readonly string[],
  authority: string,
): readonly TextMistake[] => {
  const [container = ''] = segments
  return [
    ...(service === 'table' && container !== container.toLowerCase()
      ? [
          {
            id: 'case',
            rank: 1,
            cause: 'The name of the table was signed with capitals.',
            fix: 'Sign it in small letters; in "tn" and in the path it may stand as it was made.',
            apply: () => [[`/${service}/${account}/${container.split('(', 1)[0]}`] as const],
          } satisfies TextMistake,
        ]
      : []),
    {
      id: 'kind',
      rank: 1,
      cause:
        'The signature is for another resource than "sr" states: for the container in place of the blob, or the other way round.',
      fix: 'With sr=b sign /blob/account/container/name, with sr=c /blob/account/container.',
      apply: () => [
        [`/${service}/${account}/${container}`, 'the container'],
        [`/${service}/${account}/${segments.join('/')}`, 'the whole path'],
        [`/${service}/${account}/$root/${segments.join('/')}`, 'in $root'],
        [`/${service}/${account}/`, 'the account'],
      ],
    },
    {
      id: 'account',
      rank: 1,
      cause: 'The canonical name of the resource was signed without the account, or with it twice.',
      fix: 'Since version 2015-02-21: "/", the service (blob, file, queue, table), "/", the account, and the decoded path.',
      apply: (text) => [
        [text.replace(`/${account}`, ''), 'without the account'],
        [text.replace(`/${account}`, '/'), 'an empty name in its place'],
        [text.replace(`/${account}/`, `/${account}/${account}/`), 'the account twice'],
      ],
    },
    {
      id: 'url',
      rank: 1,
      cause: 'The URL was signed where the canonical name of the resource belongs.',
      fix: 'Since version 2015-02-21: "/", the service (blob, file, queue, table), "/", the account, and the decoded path; no host.',
      apply: () => [
        [`https://${account}.${service}.core.windows.net/${segments.join('/')}`],
        [`https://${authority}/${segments.join('/')}`],
        [`/${service}/${account}https://${authority}/${segments.join('/')}`, 'behind the account'],
      ],
    },
    {
      id: 'form',
      rank: 1,
      cause: 'The canonical name of the resource was written in another way.',
      fix: 'Since version 2015-02-21: "/", the service (blob, file, queue, table), "/", the account, and the decoded path.',
      apply: (text) => [
        [text.replace(`/${service}/`, '/'), 'without the service'],
        [text.slice(1), 'without the first slash'],
        [`${text}/`, 'with a slash at its end'],
        [text.toLowerCase(), 'in small letters'],
        [`/${segments.join('/')}`, 'the path alone'],
        [text.split('/').map(encodeURIComponent).join('/'), 'percent-encoded'],
      ],
    },
    ...PATH.filter(({ id }) => id !== 'left-out').map((one) => ({
      ...one,
      *apply() {
        for (const [changed, detail = ''] of one.apply(`/${segments.join('/')}`))
          yield [`/${service}/${account}${changed}`, detail] as const
      },
    })),
  ]
}

function formOf(
  { target, authority }: HttpRequest,
  values: ReadonlyMap<string, string>,
  account: string,
  segments: readonly string[],
  service: SasService,
): SignedForm {
  const isAccount = values.has('srt') || values.has('ss')
  const kind = values.get('sr')
  const named =
    service === 'table'
      ? (values.get('tn') ?? '').toLowerCase()
      : kind === 'c' || kind === 's' || service === 'queue'
        ? (segments[0] ?? '')
        : segments.length === 1 && service === 'blob'
          ? `$root/${segments[0]}`
          : segments.join('/')
  const sent = SAS_NAMES.filter((name) => name !== 'sig' && values.has(name))
  const members: Member[] = [
    ...(isAccount
      ? [{ name: 'account', kind: 'own', text: account, mistakes: [ACCOUNT] } as const]
      : [
          {
            name: 'resource',
            kind: 'own',
            text: `/${service}/${account}/${named}`,
            mistakes: resource(service, account, segments, authority),
          } as const,
        ]),
    ...sent.map((name): Member => {
      const text = values.get(name) ?? ''
      const mistakes =
        name === 'sp'
          ? [LETTERS]
          : name === 'st' || name === 'se'
            ? [...encodings, MOMENT, ...TIME_MISTAKES]
            : encodings
      return { name, kind: 'own', text, mistakes }
    }),
  ]
  const mapped = (texts: Texts): Map<string, string> =>
    new Map([...values, ...sent.map((name) => [name, texts[name] ?? ''] as const)])
  const compose = (texts: Texts): string =>
    isAccount
      ? accountText(mapped(texts), texts['account'] ?? '')
      : serviceText(mapped(texts), service, texts['resource'] ?? '')
  /** The lines of another version, which is still named. */
  const inVersion = (texts: Texts, version: string): string => {
    const all = mapped(texts)
    const own = all.get('sv') ?? ''
    all.set('sv', version)
    const text = isAccount ? accountText(all, account) : serviceText(all, service, texts['resource'] ?? '')
    return text
      .split('\n')
      .map((line) => (line === version ? own : line))
      .join('\n')
  }
  const own: ReadonlyArray<Mistake<FormState>> = [
    {
      id: 'sas-version',
      part: 'lines',
      rank: 1,
      cause: 'The text has the lines of another version than "sv" states.',
      fix: 'From 2018-11-09 a service SAS signs "sr" and the snapshot, from 2020-12-06 the encryption scope as well: make the text by the version that is sent.',
      *apply(state) {
        for (const version of VERSIONS)
          yield [formWrites(state, (_, texts) => inVersion(texts, version)), `those of ${version}`]
      },
    },
    {
      id: 'sas-kind',
      part: 'lines',
      rank: 1,
      cause: 'The text is that of the other kind of SAS (account or service).',
      fix: 'An account SAS has ss and srt and signs the name of the account first; a service SAS has sr and signs the resource behind the times.',
      *apply(state) {
        yield [
          formWrites(state, (_, texts) =>
            isAccount
              ? serviceText(mapped(texts), service, `/${service}/${account}/${named}`)
              : accountText(mapped(texts), account),
          ),
        ]
      },
    },
    {
      id: 'sas-line',
      part: 'lines',
      rank: 1,
      cause: 'The text has a line too many or too few.',
      fix: 'Every line of the page stands there, empty where there is no value; an account SAS ends with a line break, a service SAS does not.',
      *apply(state) {
        const count = compose(state.texts).split('\n').length
        for (let at = 0; at < count; at++) {
          const without = (text: string): string =>
            text
              .split('\n')
              .filter((_, index) => index !== at)
              .join('\n')
          const doubled = (text: string): string =>
            text
              .split('\n')
              .flatMap((line, index) => (index === at ? ['', line] : [line]))
              .join('\n')
          yield [formWrites(state, (base) => without(String(base))), `without line ${at + 1}`]
          yield [formWrites(state, (base) => doubled(String(base))), `an empty one before line ${at + 1}`]
        }
      },
    },
  ]
  return { members, compose, own, ...(target === '' && { opaque: true as const }) }
}
