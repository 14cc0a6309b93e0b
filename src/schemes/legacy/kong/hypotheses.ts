import { combinedValue } from '../../../message/fields.js'
import type { HttpRequest } from '../../../message/message.js'
import type { Mistake } from '../../scheme/mistakes.js'
import type { Problem, SchemeHypotheses, SchemeReading } from '../../scheme/scheme-reading.js'
import { type FormState, formWrites, type SignedForm, type Texts } from '../../scheme/signed-form.js'
import { behind, inBase64, looseParams, missing, namedHosts, TEXT_KEY } from '../hypotheses/credentials.js'
import { digestProblems } from '../hypotheses/digests.js'
import {
  headerKind,
  hostMistakes,
  linesMistakes,
  listedNames,
  listProblems,
  requestTarget,
} from '../hypotheses/lines.js'
import { APISIX, type Dialect, KONG } from './dialect.js'

/** Where clients of the gateways go wrong. */
export const GATEWAY_HYPOTHESES: SchemeHypotheses = {
  ids: ['kong', 'apisix'],
  read: (request, id) => {
    for (const dialect of [KONG, APISIX]) {
      if (id !== undefined && id !== dialect.id) continue
      const text = behind(request, 'authorization', dialect.scheme)
      if (text === undefined) continue
      // APISIX shares the name of its scheme with draft-cavage.
      if (id === undefined && dialect === APISIX && !/@request-target/.test(text)) continue
      return readingOf(request, dialect, looseParams(text))
    }
    return undefined
  },
}

function readingOf(request: HttpRequest, dialect: Dialect, params: ReadonlyMap<string, string>): SchemeReading {
  const list = params.get('headers') ?? 'date'
  const names = listedNames(list)
  const keyId = params.get(dialect.idParam) ?? ''
  const date = Date.parse(combinedValue(request.fields, 'x-date') ?? combinedValue(request.fields, 'date') ?? '')
  const algorithm = params.get('algorithm') ?? 'hmac-sha256'
  const problems: Problem[] = ['signature', dialect.idParam, 'algorithm', 'headers'].flatMap((name) =>
    params.has(name)
      ? []
      : [
          missing(
            `"${name}"`,
            'Authorization',
            `Authorization: ${dialect.scheme} ${dialect.idParam}="…", algorithm="hmac-sha256", headers="date ${dialect.targetName}", signature="…"`,
          ),
        ],
  )
  problems.push(...listProblems(list))
  for (const name of names)
    if (
      dialect.pseudoLine(name, request, '1.1') === undefined &&
      name !== 'host' &&
      combinedValue(request.fields, name) === undefined
    )
      problems.push({
        id: 'header-missing',
        certainty: 'proven',
        cause: `The header ${name} is listed and is not in the request.`,
        evidence: 'It stands in "headers".',
        fix: 'Send every header that is listed.',
      })
  if (combinedValue(request.fields, 'digest') !== undefined) problems.push(...digestProblems(request))
  return {
    id: dialect.id,
    name: dialect.id === 'kong' ? 'Kong' : 'APISIX',
    form: formOf(request, dialect, keyId, names),
    signatures: inBase64(params.get('signature') ?? ''),
    encoding: 'base64',
    keyId,
    keys: { ...TEXT_KEY, algorithms: [algorithm] },
    ...(!Number.isNaN(date) && { time: { ms: date, pastMs: 300_000, futureMs: 300_000 } }),
    problems,
  }
}

function formOf(request: HttpRequest, dialect: Dialect, keyId: string, names: readonly string[]): SignedForm {
  const isLine = (name: string): boolean => dialect.pseudoLine(name, request, '1.1') !== undefined
  // The member is what stands behind the name, where the line has one.
  const named = (name: string): string => (name === '@request-target' && dialect === KONG ? '@request-target: ' : '')
  const lineOf = (name: string, texts: Texts): string =>
    isLine(name) ? named(name) + (texts[name] ?? '') : `${name}: ${texts[name] ?? ''}`
  const join = (lines: readonly string[]): string => dialect.text(keyId, lines)
  const other: Mistake<FormState> = {
    id: 'text-frame',
    part: 'text to sign',
    rank: 1,
    cause:
      'The lines were put together as the other gateway does it: with or without the key id before them and a line break at the end.',
    fix: 'Kong: the lines alone. APISIX: the key id, the lines, and a line break behind the last one.',
    *apply(state) {
      const of = (write: (lines: readonly string[]) => string, detail: string) =>
        [formWrites(state, (_, texts) => write(names.map((name) => lineOf(name, texts)))), detail] as const
      yield of((lines) => lines.join('\n'), 'the lines alone')
      yield of((lines) => [keyId, ...lines].join('\n'), 'the key id and the lines')
      yield of((lines) => `${[keyId, ...lines].join('\n')}\n`, 'the key id, the lines and a line break')
    },
  }
  return {
    members: names.map((name) => ({
      name,
      kind: isLine(name) ? 'own' : headerKind(name),
      text: isLine(name)
        ? (dialect.pseudoLine(name, request, '1.1') ?? '').slice(named(name).length)
        : name === 'host'
          ? request.authority
          : (combinedValue(request.fields, name) ?? ''),
      ...(isLine(name) && { mistakes: [...requestTarget(request), VERSION] }),
      ...(name === 'host' && { mistakes: hostMistakes(namedHosts(request)) }),
    })),
    compose: (texts) => join(names.map((name) => lineOf(name, texts))),
    own: [other, ...linesMistakes(names, lineOf, join)],
    opaque: true,
  }
}

const VERSION = {
  id: 'version',
  rank: 1,
  cause: 'The $ was signed with another version of HTTP than it was sent with.',
  fix: 'Sign the version that the gateway reads: HTTP/1.1, or HTTP/2.0 where the client speaks HTTP/2.',
  apply: (text: string) =>
    ['HTTP/1.0', 'HTTP/1.1', 'HTTP/2.0', 'HTTP/2', ''].map((one) => [text.replace(/HTTP\/[\d.]+$/, one), one] as const),
} as const
