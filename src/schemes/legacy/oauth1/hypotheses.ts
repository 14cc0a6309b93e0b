import { legacyHmac } from '#backend/legacy'
import { utf8, utf8Decode } from '../../../crypto/encoding.js'
import { isCountersignError } from '../../../errors.js'
import type { HttpRequest } from '../../../message/message.js'
import { normalizeAuthority, splitTarget } from '../../../message/target.js'
import type { TextMistake } from '../../scheme/mistakes.js'
import { PATH } from '../../scheme/request-mistakes.js'
import type { KeyFault, KeyReading, Problem, SchemeHypotheses, SchemeReading } from '../../scheme/scheme-reading.js'
import type { SignedForm } from '../../scheme/signed-form.js'
import { behind, inBase64, looseParams, missing, namedHosts } from '../hypotheses/credentials.js'
import { hostMistakes } from '../hypotheses/lines.js'
import { isForm, METHODS } from './base.js'
import { formPairs, type Pair, percent } from './percent.js'

/** Where clients of OAuth 1.0a go wrong. */
export const OAUTH1_HYPOTHESES: SchemeHypotheses = {
  ids: ['oauth1'],
  read: (request) => {
    const text = behind(request, 'authorization', 'OAuth')
    const params = text === undefined ? ofRequest(request) : decodedParams(looseParams(text))
    return params === undefined ? undefined : readingOf(request, params)
  },
}

const decodedParams = (params: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map([...params].map(([name, value]) => [name, safely(() => decodeURIComponent(value)) ?? value]))

function safely<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!(isCountersignError(error) || error instanceof URIError)) throw error
    return undefined
  }
}

const queryOf = ({ target }: HttpRequest): readonly Pair[] =>
  safely(() => formPairs(splitTarget(target).query.slice(1))) ?? []
const bodyOf = (request: HttpRequest): readonly Pair[] =>
  isForm(request) && request.body instanceof Uint8Array
    ? (safely(() => formPairs(utf8Decode(request.body as Uint8Array) ?? '')) ?? [])
    : []

// RFC 5849 3.5.2 and 3.5.3: the parameters may also stand in the body or in the query.
function ofRequest(request: HttpRequest): ReadonlyMap<string, string> | undefined {
  const own = [...queryOf(request), ...bodyOf(request)].filter(([name]) => name.startsWith('oauth_'))
  return own.some(([name]) => name === 'oauth_signature') ? new Map(own) : undefined
}

const FIX =
  'Authorization: OAuth oauth_consumer_key="…", oauth_nonce="…", oauth_signature="…", oauth_signature_method="HMAC-SHA1", oauth_timestamp="…", oauth_version="1.0"'

function readingOf(request: HttpRequest, params: ReadonlyMap<string, string>): SchemeReading {
  const of = (name: string): string => params.get(name) ?? ''
  const problems: Problem[] = [
    'oauth_consumer_key',
    'oauth_nonce',
    'oauth_signature',
    'oauth_signature_method',
    'oauth_timestamp',
  ].flatMap((name) => (of(name) === '' ? [missing(`"${name}"`, 'Authorization', FIX)] : []))
  const time = of('oauth_timestamp')
  if (time !== '' && !/^\d{9,11}$/.test(time))
    problems.push({
      id: 'time-form',
      certainty: 'proven',
      cause: '"oauth_timestamp" is no time in whole seconds.',
      evidence: /^\d{13}$/.test(time) ? 'It has 13 digits: milliseconds.' : 'It is other text.',
      fix: 'Write whole seconds since 1970.',
    })
  const method = of('oauth_signature_method')
  return {
    id: 'oauth1',
    name: 'OAuth 1.0a',
    form: formOf(request, params),
    signatures: inBase64(of('oauth_signature')),
    encoding: 'base64',
    keyId: of('oauth_consumer_key'),
    keys: keysOf(METHODS.get(method) ?? 'hmac-sha1'),
    ...(/^\d{9,11}$/.test(time) && { time: { ms: Number(time) * 1000, pastMs: 300_000, futureMs: 300_000 } }),
    problems,
    hint: 'Give the consumer secret as the secret and the token secret as the passphrase; both belong to the keys that the request names.',
  }
}

const fault = (detail: string): KeyFault => ({
  id: 'key-parts',
  cause: 'The key was put together from the two secrets in another way.',
  fix: 'RFC 5849 3.4.2: the encoded consumer secret, "&", and the encoded token secret; the "&" stands there without a token, too.',
  detail,
})

const sha1 = (secret: Uint8Array) => (base: string | Uint8Array) => legacyHmac('sha1', secret, base)

function keysOf(algorithm: string): KeyReading {
  return {
    algorithms: [algorithm],
    // Where both are given as one text they have their "&" already.
    bytes: (text, token = '') => utf8(token === '' && text.includes('&') ? text : `${percent(text)}&${percent(token)}`),
    reading: 'with "&" and the token secret behind it',
    others: (text, token = '') => {
      const [consumer = '', own = token] = token === '' ? text.split('&') : [text]
      return [
        { bytes: utf8(`${percent(consumer)}&`), fault: fault('without the token secret') },
        { bytes: utf8(percent(consumer)), fault: fault('the consumer secret alone, without "&"') },
        { bytes: utf8(percent(consumer) + percent(own)), fault: fault('without the "&" between them') },
        { bytes: utf8(`${consumer}&${own}`), fault: fault('not percent-encoded') },
        { bytes: utf8(`${percent(own)}&${percent(consumer)}`), fault: fault('the token secret first') },
        { bytes: utf8(`&${percent(own)}`), fault: fault('without the consumer secret') },
        { bytes: utf8(percent(own)), fault: fault('the token secret alone') },
        { bytes: utf8(`${percent(consumer)}&undefined`), fault: fault('the text "undefined" for the token secret') },
        { bytes: utf8(`${percent(consumer)}&null`), fault: fault('the text "null" for the token secret') },
      ].filter(({ bytes }) => bytes.length > 0)
    },
    ...(algorithm === 'hmac-sha1' && { functions: [{ make: sha1 }] }),
  }
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const normal = (pairs: readonly Pair[], encode = percent): string =>
  pairs
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort((a, b) => byText(a[0], b[0]) || byText(a[1], b[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')

function parameterMistakes(
  query: readonly Pair[],
  form: readonly Pair[],
  own: readonly Pair[],
): readonly TextMistake[] {
  const all = [...query, ...form, ...own]
  const javaScript = (text: string): string => encodeURIComponent(text)
  const plus = (text: string): string => percent(text).replaceAll('%20', '+')
  return [
    {
      id: 'query-left-out',
      rank: 1,
      cause: 'The parameters of the query were not signed.',
      fix: 'RFC 5849 3.4.1.3.1: the parameters of query, form and Authorization are all signed, in one sorted list.',
      apply: () => [[normal([...form, ...own])]],
    },
    {
      id: 'form-left-out',
      rank: 1,
      cause: 'The parameters of the form in the body were not signed.',
      fix: 'RFC 5849 3.4.1.3.1: those of a body of application/x-www-form-urlencoded are signed; those of JSON are not.',
      apply: () => [[normal([...query, ...own])], [normal(own), 'the oauth parameters alone']],
    },
    {
      id: 'encoded',
      rank: 1,
      cause: 'Names and values of the parameters were encoded once too often, or once too seldom, or by other rules.',
      fix: 'RFC 5849 3.6: decode the parameters as they are sent, encode each once (A-Z a-z 0-9 - . _ ~ stay), sort, join, and encode the whole once.',
      *apply() {
        yield [
          normal([...query, ...form].map(([a, b]) => [percent(a), percent(b)] as const).concat(own)),
          'those of the request twice',
        ]
        yield [normal(all, (text) => percent(percent(text))), 'all of them twice']
        yield [normal(all, (text) => text), 'none of them']
        yield [normal(all, javaScript), "!'()* not encoded"]
        yield [normal(all, plus), 'a space as "+"']
        yield [
          normal(all.map(([a, b]) => [a.replaceAll(' ', '+'), b.replaceAll(' ', '+')] as const)),
          'the "+" of the wire as a character',
        ]
        yield [normal(all, (text) => percent(text).replaceAll('~', '%7E')), '"~" encoded']
        yield [normal(all, (text) => percent(text).toLowerCase()), 'in small letters']
        yield [normal(all, (text) => percent(text).replaceAll('%2A', '*')), '"*" not encoded']
      },
    },
    {
      id: 'order',
      rank: 1,
      cause: 'The parameters were not sorted, or sorted by other rules.',
      fix: 'RFC 5849 3.4.1.3.2: sort by the encoded name and then by the encoded value, as bytes.',
      *apply() {
        const text = (pairs: readonly Pair[]): string => pairs.map(([a, b]) => `${percent(a)}=${percent(b)}`).join('&')
        yield [text([...query, ...form, ...own]), 'request first, as they are sent']
        yield [text([...own, ...query, ...form]), 'oauth first, as they are sent']
        yield [`${normal(own)}&${normal([...query, ...form])}`, 'oauth and request sorted apart']
        yield [`${normal([...query, ...form])}&${normal(own)}`, 'request and oauth sorted apart']
        yield [
          [...all]
            .sort(([a], [b]) => a.localeCompare(b))
            .map(([a, b]) => `${percent(a)}=${percent(b)}`)
            .join('&'),
          'by the rules of a language',
        ]
        yield [
          [...all]
            .sort(([a], [b]) => byText(a.toLowerCase(), b.toLowerCase()))
            .map(([a, b]) => `${percent(a)}=${percent(b)}`)
            .join('&'),
          'without regard to case',
        ]
        const last = new Map(all)
        yield [normal([...last]), 'the last value of a name that is repeated']
        yield [normal([...new Map([...all].reverse())]), 'the first value of a name that is repeated']
      },
    },
    {
      id: 'left-out',
      rank: 2,
      cause: 'One of the parameters was not signed.',
      fix: 'Sign every parameter but realm and oauth_signature, also those that are added by the client (oauth_version, oauth_callback, oauth_token).',
      *apply() {
        for (const [at, [name]] of all.entries())
          yield [normal(all.filter((_, index) => index !== at)), `without ${JSON.stringify(name.slice(0, 64))}`]
        yield [normal([...all, ['oauth_token', '']]), 'with an empty oauth_token']
        yield [normal([...all, ['oauth_version', '1.0']]), 'with an oauth_version']
      },
    },
  ]
}

function formOf(request: HttpRequest, params: ReadonlyMap<string, string>): SignedForm {
  const isOwn = ([name]: Pair): boolean => name.startsWith('oauth_')
  const own = [...params].filter(([name]) => name !== 'realm' && name !== 'oauth_signature')
  const query = queryOf(request).filter((pair) => !isOwn(pair))
  const form = bodyOf(request).filter((pair) => !isOwn(pair))
  const { path, query: raw } = splitTarget(request.target)
  return {
    members: [
      {
        name: 'parameters',
        kind: 'own',
        text: normal([...query, ...form, ...own]),
        mistakes: parameterMistakes(query, form, own),
      },
      {
        name: 'url-scheme',
        kind: 'own',
        text: request.scheme,
        mistakes: [
          {
            id: 'other',
            rank: 1,
            cause: 'The URL was signed with the other scheme (https or http): a proxy ends TLS.',
            fix: 'Sign and verify the URL that the client calls.',
            apply: () => [['https'], ['http']],
          },
        ],
      },
      {
        name: 'host',
        kind: 'host',
        text: normalizeAuthority(request.authority, request.scheme),
        mistakes: hostMistakes(namedHosts(request)),
      },
      {
        name: 'path',
        kind: 'path',
        text: path,
        mistakes: [
          {
            id: 'with-query',
            rank: 1,
            cause: 'The URL was signed with its query.',
            fix: 'RFC 5849 3.4.1.2: the base URL has no query and no fragment; its parameters are signed with the others.',
            apply: () => [[path + raw]],
          },
          ...PATH,
        ],
      },
      { name: 'method', kind: 'method', text: request.method.toUpperCase() },
    ],
    compose: ({ method = '', 'url-scheme': scheme, host, path: at, parameters = '' }) =>
      `${method}&${percent(`${scheme}://${host}${at}`)}&${percent(parameters)}`,
    own: [],
    opaque: true,
  }
}
