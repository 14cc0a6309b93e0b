import { legacyHmac } from '#backend/legacy'
import { utf8, utf8Decode } from '../../../crypto/encoding.js'
import { isCountersignError } from '../../../errors.js'
import type { HttpRequest } from '../../../message/message.js'
import { normalizeAuthority, splitTarget } from '../../../message/target.js'
import type { Mistake, TextMistake } from '../../scheme/mistakes.js'
import { PATH } from '../../scheme/request-mistakes.js'
import type { KeyFault, KeyReading, Problem, SchemeHypotheses, SchemeReading } from '../../scheme/scheme-reading.js'
import type { FormState, SignedForm } from '../../scheme/signed-form.js'
import { withoutEnd } from '../../scheme/text-ends.js'
import { TEXT_MISTAKES } from '../../scheme/text-mistakes.js'
import { behind, inBase64, looseParams, missing, namedHosts } from '../hypotheses/credentials.js'
import { hostMistakes } from '../hypotheses/lines.js'
import { isForm, METHODS } from './base.js'
import { normal, parameterMistakes } from './parameter-mistakes.js'
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

const MOST_PAIRS = 64

/** What looks like parameters in a body that is no form. */
function unsignedOf(request: HttpRequest): readonly Pair[] {
  if (isForm(request) || !(request.body instanceof Uint8Array) || request.body.length > 65_536) return []
  const text = utf8Decode(request.body) ?? ''
  const value = /^\s*\{/.test(text) ? safely(() => jsonMembers(text)) : undefined
  if (value !== undefined) return value
  if (!text.startsWith('--'))
    return safely(() => formPairs(text))?.filter(([name]) => /^[\w[\]-]{1,64}$/.test(name)) ?? []
  return text
    .split(/\r?\n?--[^\r\n]{1,70}(?:--)?\r?\n/)
    .slice(0, MOST_PAIRS)
    .flatMap((part): Pair[] => {
      const [, name, inside] =
        /^Content-Disposition: form-data; name="([^"]{1,64})"\r?\n\r?\n([\s\S]*)$/i.exec(part) ?? []
      return name === undefined || inside === undefined ? [] : [[name, withoutBoundary(inside).replace(/\r?\n$/, '')]]
    })
}

/** The content of the last part, without the line that ends the body. */
function withoutBoundary(text: string): string {
  const ended = withoutEnd(text, ' \t\r\n')
  const start = ended.lastIndexOf('\n') + 1
  return start > 0 && ended.startsWith('--', start) ? text.slice(0, start) : text
}

function jsonMembers(text: string): readonly Pair[] | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return Object.entries(value as object)
    .slice(0, MOST_PAIRS)
    .map(([name, one]): Pair => [name, typeof one === 'object' ? JSON.stringify(one) : String(one)])
}

// RFC 5849 3.5.2 and 3.5.3: the parameters may also stand in the body or in the query.
function ofRequest(request: HttpRequest): ReadonlyMap<string, string> | undefined {
  const own = [...queryOf(request), ...bodyOf(request)].filter(([name]) => name.startsWith('oauth_'))
  return own.some(([name]) => name === 'oauth_signature') ? new Map(own) : undefined
}

/** As its characters stand in the header. */
const sentSignature = (request: HttpRequest): string =>
  /oauth_signature\s{0,4}=\s{0,4}"([^"]{0,4096})"/.exec(behind(request, 'authorization', 'OAuth') ?? '')?.[1] ?? ''

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
  const isPlain = method === 'PLAINTEXT'
  if (isPlain && /%26|%25/i.test(of('oauth_signature')))
    problems.push({
      id: 'signature-form',
      certainty: 'proven',
      cause: 'The signature of PLAINTEXT was percent-encoded twice.',
      evidence: 'Decoded once, it has "%26" where the "&" between the two secrets belongs.',
      fix: 'RFC 5849 3.4.4: the two secrets, each encoded, with "&" between them; the whole is encoded once where it is put into the header.',
    })
  // RFC 5849 3.5.1: the value is percent-encoded in the header too; a "+" that is not is a space to many servers.
  if (!isPlain && /[+/=]/.test(sentSignature(request)))
    problems.push({
      id: 'signature-form',
      certainty: 'proven',
      cause: 'The signature stands in the header as it is, where it has to be percent-encoded.',
      evidence: '"oauth_signature" holds "+", "/" or "=".',
      fix: 'RFC 5849 3.5.1: encode names and values of the header, the base64 of the signature too: "+" is %2B, "/" %2F, "=" %3D.',
    })
  // https://datatracker.ietf.org/doc/html/draft-eaton-oauth-bodyhash
  if (
    !isPlain &&
    !isForm(request) &&
    request.body instanceof Uint8Array &&
    request.body.length > 0 &&
    of('oauth_body_hash') === ''
  )
    problems.push({
      id: 'body-hash-missing',
      certainty: 'possible',
      cause: 'The body is no form, and "oauth_body_hash" is not there: nothing of the body is signed.',
      evidence: 'Some services (Mastercard, LTI outcomes, NetSuite) refuse that; most do not ask for it.',
      fix: 'Where the service asks for it, hash the body (base64 of SHA-1 or SHA-256) into oauth_body_hash, before signing.',
    })
  return {
    id: 'oauth1',
    name: 'OAuth 1.0a',
    form: formOf(request, params),
    signatures: isPlain
      ? [{ text: of('oauth_signature'), right: utf8(of('oauth_signature')) }]
      : inBase64(of('oauth_signature')),
    encoding: isPlain ? 'the two secrets' : 'base64',
    keyId: of('oauth_consumer_key'),
    keys: keysOf(isPlain ? 'plaintext' : (METHODS.get(method) ?? 'hmac-sha1'), isPlain),
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

// RFC 5849 3.4.4: nothing is signed, the key is sent.
const plain = (secret: Uint8Array) => () => secret

function keysOf(algorithm: string, isPlain: boolean): KeyReading {
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
    ...(isPlain ? { functions: [{ make: plain }] } : algorithm === 'hmac-sha1' && { functions: [{ make: sha1 }] }),
  }
}

const LARGE_FORM = 65_536

/** What became of a form as a text on its way, behind which its parameters are other ones. */
function bodyMistakes(request: HttpRequest, write: (pairs: readonly Pair[]) => string): readonly TextMistake[] {
  const { body } = request
  if (!isForm(request) || !(body instanceof Uint8Array) || body.length > LARGE_FORM) return []
  const sent = utf8Decode(body) ?? ''
  return TEXT_MISTAKES.filter(({ id }) => id !== 'left-out').map((one) => ({
    ...one,
    id: `body-${one.id}`,
    cause: one.cause.replaceAll('$', 'body'),
    fix: one.fix.replaceAll('$', 'body'),
    *apply() {
      for (const [changed, detail = ''] of one.apply(sent)) {
        const pairs = safely(() => formPairs(changed))
        if (pairs !== undefined) yield [write(pairs), detail] as const
      }
    },
  }))
}

/** encodeURIComponent leaves five characters as they are, which RFC 5849 3.6 has encoded. */
const LEFT: Mistake<FormState> = {
  id: 'url-encoder',
  part: 'URL',
  rank: 1,
  cause: "The URL was encoded by a function that leaves ! ' ( ) * as they are.",
  fix: "RFC 5849 3.6: encode everything but letters, digits and - . _ ~; encodeURIComponent leaves ! ' ( ) * as they are.",
  *apply(state) {
    yield [
      {
        ...state,
        write: (base) => {
          if (typeof base !== 'string') return base
          const [method = '', url = '', ...rest] = base.split('&')
          return [method, url.replace(/%2[1789A]/g, (one) => decodeURIComponent(one)), ...rest].join('&')
        },
      },
    ]
  },
}

/** The three parts joined as they are: what RFC 5849 3.4.1.1 asks to encode once more. */
const UNENCODED: Mistake<FormState> = {
  id: 'text-encoding',
  part: 'text to sign',
  rank: 1,
  cause:
    'The URL or the parameters stand in the text to sign as they are, where each has to be percent-encoded as a whole.',
  fix: 'RFC 5849 3.4.1.1: method, "&", the encoded URL, "&", and the list of parameters encoded once more ("=" is %3D, "&" %26).',
  *apply(state) {
    const written = (change: (parts: readonly string[]) => string): FormState => ({
      ...state,
      write: (base) => (typeof base === 'string' ? change(base.split('&')) : base),
    })
    yield [written((parts) => parts.map(decodedOnce).join('&')), 'neither of them encoded']
    yield [written(([method, url, ...rest]) => [method, decodedOnce(url ?? ''), ...rest].join('&')), 'the URL as it is']
    yield [
      written(([method, url, list = '']) => [method, url, decodedOnce(list)].join('&')),
      'the parameters as they are',
    ]
  },
}

function decodedOnce(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The host with the capitals that it was written with, which no client sends as they are and some servers keep. */
const asSent = ({ authority }: HttpRequest): TextMistake => ({
  id: 'case',
  rank: 1,
  cause: 'The host was signed in capitals.',
  fix: 'RFC 5849 3.4.1.2: scheme and host of the base URL are in small letters, however the URL is written.',
  apply: () => [[authority]],
})

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
        mistakes: [
          ...parameterMistakes(query, form, own, unsignedOf(request)),
          ...bodyMistakes(request, (pairs) => normal([...query, ...pairs.filter((pair) => !isOwn(pair)), ...own])),
        ],
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
        mistakes: [asSent(request), ...hostMistakes(namedHosts(request))],
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
    own: [UNENCODED, LEFT],
    opaque: true,
  }
}
