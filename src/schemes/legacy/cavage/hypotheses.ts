import { combinedValue, fieldValues, hasField } from '../../../message/fields.js'
import type { HttpRequest } from '../../../message/message.js'
import type { Problem, SchemeHypotheses, SchemeReading } from '../../scheme/scheme-reading.js'
import type { SignedForm, Texts } from '../../scheme/signed-form.js'
import { ecdsaFromDer } from '../ecdsa-der.js'
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
import { algorithmNamed, CAVAGE_ALGORITHMS, ecdsaSize } from './algorithms.js'

/** Where senders go wrong with draft-cavage: ActivityPub, banks, and services that took it before RFC 9421. */
export const CAVAGE_HYPOTHESES: SchemeHypotheses = {
  ids: ['cavage'],
  read: (request, id) => {
    const text = behind(request, 'authorization', 'Signature') ?? ownField(request)
    if (text === undefined || !(id !== undefined || /keyId\s*=/.test(text))) return undefined
    const params = looseParams(text)
    const reading = readingOf(request, params)
    const isQuotedTwice = [...text.matchAll(QUOTED_TWICE)].some(([, name = '']) => params.get(name) === '')
    const isNamed = fieldValues(request.fields, 'signature').some((one) => /^\s*Signature\s/i.test(one))
    const problems = [...(isQuotedTwice ? [QUOTES] : []), ...(isNamed ? [NAMED] : [])]
    return problems.length > 0 ? { ...reading, problems: [...problems, ...reading.problems] } : reading
  },
}

// The parameters that a signature is read by: what others hold is not looked at.
const QUOTED_TWICE = /(?:^|[\s,])(keyId|algorithm|created|expires|headers|signature)=""[^,\s]/g

const QUOTES: Problem = {
  id: 'authorization-form',
  certainty: 'proven',
  cause: 'A value of the signature has a quote too many, so that it is read as an empty text.',
  evidence: 'Two quotes follow each other, and text stands behind them.',
  fix: 'One quote before each value and one behind it: headers="(request-target) host date".',
}

const NAMED: Problem = {
  id: 'signature-prefix',
  certainty: 'likely',
  cause: 'The field Signature begins with the name of the scheme, which belongs into Authorization alone.',
  evidence: 'Its value begins with "Signature ".',
  fix: 'Signature: keyId="…",…; or Authorization: Signature keyId="…",….',
}

// Some put the name of the scheme into the field of its own as well.
const ownField = (request: HttpRequest): string | undefined =>
  hasField(request.fields, 'signature-input')
    ? undefined
    : fieldValues(request.fields, 'signature')[0]?.replace(/^\s*Signature\s+/i, '')

// Draft-12: "hs2019" leaves the algorithm to the key.
const ANY_ALGORITHM = ['hmac-sha256', ...CAVAGE_ALGORITHMS.filter((one) => one !== 'hmac-sha256')]

const FIX = 'Signature: keyId="…",algorithm="hs2019",headers="(request-target) host date digest",signature="…"'

function readingOf(request: HttpRequest, params: ReadonlyMap<string, string>): SchemeReading {
  const stated = params.get('headers')
  // Draft-12 2.1.6: without a list it is (created), in older drafts Date.
  const list = stated ?? (params.has('created') ? '(created)' : 'date')
  const names = listedNames(list.toLowerCase())
  const algorithm = params.get('algorithm') ?? 'hs2019'
  const claimed = algorithmNamed(algorithm)
  const text = params.get('signature') ?? ''
  const size = ecdsaSize(claimed)
  const signatures = inBase64(text).map(({ text: one, right }) => ({
    text: one,
    right: right === undefined || size === undefined ? right : (ecdsaFromDer(right, size) ?? right),
  }))
  const date = Date.parse(combinedValue(request.fields, 'date') ?? '')
  const created = Number(params.get('created')) * 1000
  const ms = names.includes('(created)') ? created : names.includes('date') ? date : Number.NaN
  return {
    id: 'cavage',
    name: 'draft-cavage',
    form: formOf(request, params, names),
    signatures,
    encoding: 'base64',
    keyId: params.get('keyId') ?? '',
    keys: { ...TEXT_KEY, algorithms: claimed === undefined ? ANY_ALGORITHM : [claimed] },
    // Mastodon takes twelve hours, most others five minutes.
    ...(!Number.isNaN(ms) && { time: { ms, pastMs: 43_200_000, futureMs: 3_600_000 } }),
    problems: [...listProblems(list), ...problemsOf(request, params, names)],
    hint: 'Compare the signed text line by line, and check that the key behind keyId is the one of this sender: it may have been replaced.',
  }
}

function problemsOf(
  request: HttpRequest,
  params: ReadonlyMap<string, string>,
  names: readonly string[],
): readonly Problem[] {
  const out: Problem[] = []
  for (const name of ['keyId', 'signature']) if (!params.get(name)) out.push(missing(`"${name}"`, 'The signature', FIX))
  // Draft-12 2.1.3 makes it optional; Misskey and others ask for it.
  if (!params.has('algorithm'))
    out.push({
      id: 'algorithm-missing',
      certainty: 'possible',
      cause: 'The signature names no algorithm, and some servers refuse that.',
      evidence: '"algorithm" is not among its parameters.',
      fix: 'Add algorithm="rsa-sha256", or "hs2019" where the other side knows that.',
    })
  for (const name of names)
    if (!name.startsWith('(') && name !== 'host' && combinedValue(request.fields, name) === undefined)
      out.push({
        id: 'header-missing',
        certainty: 'proven',
        cause: `The header ${name} is signed and is not in the request.`,
        evidence: 'It stands in the list of signed headers.',
        fix: 'Send the header with the value that was signed; a client or proxy may have taken it away.',
      })
  for (const name of ['created', 'expires'])
    if (names.includes(`(${name})`) && !params.has(name))
      out.push(missing(`"${name}"`, 'The signature, which lists it,', FIX))
  out.push(...digestProblems(request))
  const isPost = request.body instanceof Uint8Array && request.body.length > 0
  if (isPost && combinedValue(request.fields, 'digest') !== undefined && !names.includes('digest'))
    out.push({
      id: 'digest-not-signed',
      certainty: 'likely',
      cause: 'The digest is not among the signed headers.',
      evidence: 'The list of headers does not hold it.',
      fix: 'Sign the digest: Mastodon and others demand it of every request with a body.',
    })
  if (isPost && !names.includes('host'))
    out.push({
      id: 'host-not-signed',
      certainty: 'likely',
      cause: 'The host is not among the signed headers.',
      evidence: 'The list of headers does not hold it.',
      fix: 'Sign host: Mastodon (since 3.2.1) and others demand it of every request, beside date, digest and (request-target).',
    })
  if (!names.includes('(request-target)'))
    out.push({
      id: 'target-not-signed',
      certainty: 'possible',
      cause: 'Method and path are not signed.',
      evidence: 'The list of headers has no (request-target).',
      fix: 'Sign (request-target): most servers demand it.',
    })
  return out
}

function formOf(request: HttpRequest, params: ReadonlyMap<string, string>, names: readonly string[]): SignedForm {
  const sentValue = (name: string): string => {
    switch (name) {
      case '(request-target)':
        return `${request.method.toLowerCase()} ${request.target}`
      case '(created)':
        return params.get('created') ?? ''
      case '(expires)':
        return params.get('expires') ?? ''
      case 'host':
        return combinedValue(request.fields, 'host') ?? request.authority
      default:
        return combinedValue(request.fields, name) ?? ''
    }
  }
  const lineOf = (name: string, texts: Texts): string => `${name}: ${texts[name] ?? ''}`
  const join = (lines: readonly string[]): string => lines.join('\n')
  return {
    members: names.map((name) => ({
      name,
      kind: /^\((?:created|expires)\)$/.test(name) ? 'time' : name.startsWith('(') ? 'own' : headerKind(name),
      text: sentValue(name),
      ...(name === '(request-target)' && { mistakes: requestTarget(request) }),
      ...(name === 'host' && { mistakes: hostMistakes(namedHosts(request)) }),
    })),
    compose: (texts) => join(names.map((name) => lineOf(name, texts))),
    own: linesMistakes(names, lineOf, join),
    opaque: true,
  }
}
