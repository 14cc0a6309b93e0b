import { hashText } from '#backend/hash'
import { utf8, utf8Decode } from '../../../crypto/encoding.js'
import { combinedValue } from '../../../message/fields.js'
import type { HttpRequest } from '../../../message/message.js'
import { splitTarget } from '../../../message/target.js'
import { joinBytes } from '../../../support/bytes.js'
import { JSON_MISTAKES } from '../../scheme/json-mistakes.js'
import type { TextMistake } from '../../scheme/mistakes.js'
import { PAIRS_MISTAKES } from '../../scheme/pairs-mistakes.js'
import { PATH } from '../../scheme/request-mistakes.js'
import type { Problem, SchemeHypotheses, SchemeReading } from '../../scheme/scheme-reading.js'
import type { SignedForm } from '../../scheme/signed-form.js'
import { TEXT_MISTAKES } from '../../scheme/text-mistakes.js'
import { behind, inBase64, looseParams, missing, namedHosts, TEXT_KEY } from '../hypotheses/credentials.js'
import { hostMistakes } from '../hypotheses/lines.js'

/** Where clients and servers of Hawk go wrong. */
export const HAWK_HYPOTHESES: SchemeHypotheses = {
  ids: ['hawk'],
  read: (request) => {
    const text = behind(request, 'authorization', 'Hawk')
    return text === undefined ? undefined : readingOf(request, looseParams(text))
  },
}

const FIX = 'Authorization: Hawk id="…", ts="…", nonce="…", mac="…"'

function readingOf(request: HttpRequest, params: ReadonlyMap<string, string>): SchemeReading {
  const of = (name: string): string => params.get(name) ?? ''
  const problems: Problem[] = ['id', 'ts', 'nonce', 'mac'].flatMap((name) =>
    of(name) === '' ? [missing(`"${name}"`, 'Authorization', FIX)] : [],
  )
  const ts = of('ts')
  if (ts !== '' && !/^\d{9,11}$/.test(ts))
    problems.push({
      id: 'time-form',
      certainty: 'proven',
      cause: '"ts" is no time in whole seconds.',
      evidence: /^\d{13}$/.test(ts) ? 'It has 13 digits: milliseconds.' : 'It is other text.',
      fix: 'Write whole seconds since 1970.',
    })
  problems.push(...payloadProblems(request, of('hash')))
  return {
    id: 'hawk',
    name: 'Hawk',
    form: formOf(request, params),
    signatures: inBase64(of('mac')),
    encoding: 'base64',
    keyId: of('id'),
    keys: TEXT_KEY,
    ...(/^\d{9,11}$/.test(ts) && { time: { ms: Number(ts) * 1000, pastMs: 60_000, futureMs: 60_000 } }),
    problems,
  }
}

const payload = (type: string, body: Uint8Array): string =>
  hashText('sha256', joinBytes([utf8(`hawk.1.payload\n${type}\n`), body, utf8('\n')]), 'base64')

const NO_HASH: Problem = {
  id: 'body-hash-missing',
  certainty: 'possible',
  cause: 'The body is not signed: "hash" is absent, which servers that validate payloads ask for.',
  evidence: 'There is a body, and no "hash" in Authorization.',
  fix: 'Let the client hash the payload (in Postman "Include payload hash"), with the content type that is sent.',
}

/** Whether "hash" is that of the body, and what else it is the hash of. */
function payloadProblems(request: HttpRequest, stated: string): readonly Problem[] {
  const body = request.body instanceof Uint8Array ? request.body : new Uint8Array(0)
  if (stated === '') return body.length === 0 ? [] : [NO_HASH]
  const type = combinedValue(request.fields, 'content-type') ?? ''
  const plain = (type.split(';', 1)[0] as string).trim().toLowerCase()
  if (payload(plain, body) === stated) return []
  const which = whichPayload(type, plain, body, stated)
  return [
    {
      id: 'digest-mismatch',
      certainty: 'proven',
      cause: `"hash" is not that of the content type and the body that were sent${which === undefined ? '' : `: ${which}`}.`,
      evidence: 'The hash of what was sent is another one.',
      fix: 'Hash "hawk.1.payload", the content type without its parameters in small letters, the body as it is sent, each with a line feed behind it.',
    },
  ]
}

function whichPayload(type: string, plain: string, body: Uint8Array, stated: string): string | undefined {
  const types = [type, type.toLowerCase(), '', 'application/json', 'text/plain', 'application/x-www-form-urlencoded']
  for (const one of types)
    if (payload(one, body) === stated)
      return one === '' ? 'it is made without a content type' : `it is made with the content type "${one}"`
  const text = utf8Decode(body) ?? ''
  if (hashText('sha256', body, 'base64') === stated) return 'it is the hash of the body alone'
  for (const of of types) if (payload(of, new Uint8Array(0)) === stated) return 'it is that of an empty body'
  for (const of of types)
    if (hashText('sha256', joinBytes([utf8(`hawk.1.payload\n${of}\n`), body]), 'base64') === stated)
      return 'it is made without the line feed behind the body'
  for (const { apply, cause } of [...JSON_MISTAKES, ...TEXT_MISTAKES])
    try {
      for (const [changed, detail] of apply(text))
        if (payload(plain, utf8(changed)) === stated)
          return detail ?? lowered(cause.replaceAll('$', 'body').replace('signed', 'hashed').replace(/\.$/, ''))
    } catch {
      // A mistake that this body does not allow.
    }
  return undefined
}

const lowered = (text: string): string => (text[0] ?? '').toLowerCase() + text.slice(1)

const PORT: readonly TextMistake[] = [
  {
    id: 'other',
    rank: 1,
    cause:
      'Another port was signed than the one that the request has arrived at: a proxy ends TLS, or forwards to another port.',
    fix: 'State host and port as the client has them (443 behind a proxy that ends TLS) where the request is verified.',
    apply: () =>
      ['443', '80', '8080', '3000', '8000', '8443', '5000', ''].map(
        (one) => [one, `port ${one || 'left out'}`] as const,
      ),
  },
]

function formOf(request: HttpRequest, params: ReadonlyMap<string, string>): SignedForm {
  const { path, query } = splitTarget(request.target)
  const authority = combinedValue(request.fields, 'host') ?? request.authority
  const [, host = authority, port] = /^(.*?)(?::(\d+))?$/s.exec(authority) ?? []
  const word = (name: string) => ({ name, kind: 'word', text: params.get(name) ?? '' }) as const
  const app = params.get('app')
  return {
    members: [
      { name: 'port', kind: 'own', text: port ?? (request.scheme === 'http' ? '80' : '443'), mistakes: PORT },
      { name: 'host', kind: 'host', text: host.toLowerCase(), mistakes: hostMistakes(namedHosts(request)) },
      { name: 'path', kind: 'path', text: path, mistakes: PATH },
      { name: 'query', kind: 'pairs', text: query.slice(1), mistakes: [...PAIRS_MISTAKES, ...TEXT_MISTAKES] },
      { name: 'method', kind: 'method', text: request.method },
      { name: 'ts', kind: 'time', text: params.get('ts') ?? '' },
      ...['nonce', 'hash', 'ext'].map(word),
    ],
    compose: ({ ts, nonce, method, path: at, query: behindMark, host: name, port: number, hash, ext = '' }) =>
      `hawk.1.header\n${ts}\n${nonce}\n${method}\n${at}${behindMark ? `?${behindMark}` : ''}\n${name}\n${number}\n${hash}\n${ext.replaceAll('\\', '\\\\')}\n${
        app === undefined ? '' : `${app}\n${params.get('dlg') ?? ''}\n`
      }`,
    own: [],
    opaque: true,
  }
}
