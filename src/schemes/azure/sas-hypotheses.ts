import { base64Decode } from '../../crypto/encoding.js'
import type { HttpRequest } from '../../message/message.js'
import { splitTarget } from '../../message/target.js'
import type { Mistake } from '../scheme/mistakes.js'
import type { Problem, SchemeHypotheses, SchemeReading } from '../scheme/scheme-reading.js'
import { type FormState, formWrites, type Member, type SignedForm, type Texts } from '../scheme/signed-form.js'
import { hostSuspects } from '../scheme/suspects.js'
import { TIME_MISTAKES } from '../scheme/time-mistakes.js'
import { DELEGATED_NAMES, isDelegated } from './delegation-form.js'
import { DELEGATED_VERSIONS, keyIdOf, keyProblems, partsFound } from './delegation-hypotheses.js'
import { accountText, SAS_NAMES, type SasService, SIGNS_SCOPE, serviceText } from './sas-form.js'
import { ACCOUNT, decoded, encodings, LETTERS, MOMENT, resource } from './sas-text-mistakes.js'

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
  const delegated = isDelegated(values)
  if (delegated) problems.push(...keyProblems(request, values, FIX))
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
    keyId: delegated ? keyIdOf(account, values) : account,
    keys: { algorithms: ['hmac-sha256'], bytes: base64Decode, reading: 'decoded from base64' },
    // It is good until its end: the other way it may be as far ahead as it likes.
    ...(!Number.isNaN(end) && { time: { ms: end, pastMs: 0, futureMs: Number.POSITIVE_INFINITY } }),
    problems,
    // The account is read from the host.
    suspects: hostSuspects(request),
    hint: `The answer of Azure shows the text that it has signed (stringToSign takes it). ${
      delegated
        ? 'The token is signed with the Value of the user delegation key that skoid to skv name, and with no key of the account.'
        : 'The account has two keys; a token of Entra ID (skoid) is signed with another one.'
    }`,
  }
}

/** A version of each of the three forms that the text has had. */
const VERSIONS = ['2015-04-05', '2018-11-09', SIGNS_SCOPE] as const

function formOf(
  request: HttpRequest,
  values: ReadonlyMap<string, string>,
  account: string,
  segments: readonly string[],
  service: SasService,
): SignedForm {
  const { target, authority } = request
  const { texts: parts } = partsFound(request, values)
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
      : serviceText(mapped(texts), service, texts['resource'] ?? '', parts)
  /** The lines of another version, which is still named. */
  const inVersion = (texts: Texts, version: string): string => {
    const all = mapped(texts)
    const own = all.get('sv') ?? ''
    all.set('sv', version)
    const text = isAccount ? accountText(all, account) : serviceText(all, service, texts['resource'] ?? '', parts)
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
      fix: isDelegated(values)
        ? 'A SAS with a user delegation key has three lines more from 2020-02-10 on (saoid, suoid, scid), the encryption scope from 2020-12-06, two lines from 2025-07-05 (skdutid, sduoid), and two from 2026-04-06 (srh, srq): make the text by the version that is sent.'
        : 'From 2018-11-09 a service SAS signs "sr" and the snapshot, from 2020-12-06 the encryption scope as well: make the text by the version that is sent.',
      *apply(state) {
        for (const version of isDelegated(values) ? DELEGATED_VERSIONS : VERSIONS)
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
    ...(isDelegated(values)
      ? [
          {
            id: 'sas-key-lines',
            part: 'lines',
            rank: 1,
            cause: 'The text is that of a SAS with a key of the account: it has no lines for the user delegation key.',
            fix: 'Behind the resource sign skoid, sktid, skt, ske, sks and skv (and, by version, saoid, suoid, scid, skdutid and sduoid) in the place of the stored policy.',
            *apply(state: FormState) {
              yield [
                formWrites(state, (_, texts) => {
                  const own = [...mapped(texts)].filter(([name]) => !DELEGATED_NAMES.includes(name))
                  return serviceText(new Map(own), service, texts['resource'] ?? '')
                }),
              ] as const
            },
          } satisfies Mistake<FormState>,
        ]
      : []),
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
