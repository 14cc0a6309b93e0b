import { hashText } from '#backend/hash'
import { utf8Decode } from '../../../crypto/encoding.js'
import { isCountersignError } from '../../../errors.js'
import { combinedValue, fieldValues } from '../../../message/fields.js'
import type { HttpRequest } from '../../../message/message.js'
import { splitTarget } from '../../../message/target.js'
import { fieldValueMistakes } from '../../scheme/field-values.js'
import { whichBody } from '../../scheme/other-bodies.js'
import type { Problem, SchemeHypotheses, SchemeReading } from '../../scheme/scheme-reading.js'
import type { Member, SignedForm, Texts } from '../../scheme/signed-form.js'
import { hostSuspects, urlSuspects } from '../../scheme/suspects.js'
import { ACS3 } from '../alibaba.js'
import { bodyHash, canonicalHeaders, payloadText, UNSIGNED, variantQuery } from '../canonical.js'
import { GOOG4_HMAC, GOOG4_RSA } from '../google.js'
import { HUAWEI } from '../huawei.js'
import { oss4Variant } from '../oss.js'
import { authorizationOf, type Claim, readAuthorization } from '../read-header.js'
import { ownNames, ownParameters, readParameters } from '../read-query.js'
import { AWS4A } from '../sigv4a-variant.js'
import { TC3 } from '../tencent.js'
import { AWS4_URLS, type QueryNames, type Variant } from '../variant.js'
import { TOS4, VOLC } from '../volcengine.js'
import { hostMistakes } from './hosts.js'
import { keysOf } from './keys.js'
import { ownMistakes, payloadMistakes, SCOPE, timeMistakes, whiteSpace } from './mistakes.js'
import { pathMistakes, queryMistakes } from './target-mistakes.js'

const VARIANTS: readonly Variant[] = /* @__PURE__ */ [
  ...[AWS4_URLS, AWS4A, GOOG4_HMAC, GOOG4_RSA, TC3, ACS3, VOLC, TOS4, HUAWEI],
  oss4Variant(undefined, new Set()),
]

/** Where senders go wrong with the signature of AWS, and with those that descend from it. */
export const SIGV4_HYPOTHESES: SchemeHypotheses = {
  ids: /* @__PURE__ */ [...new Set(VARIANTS.map(({ id }) => id))],
  read: (request, id) => {
    const variants = VARIANTS.filter((one) => id === undefined || one.id === id)
    const variant = variants.find((one) => inField(request, one) || inUrl(request, one))
    return variant === undefined
      ? variants[0] === undefined || id === undefined
        ? undefined
        : unsigned(variants[0], request)
      : readingOf(request, variant)
  },
}

const inField = ({ fields }: HttpRequest, { label }: Variant): boolean =>
  fieldValues(fields, 'authorization').some((one) => one.trim().startsWith(label))

function inUrl({ target }: HttpRequest, { query, label }: Variant): boolean {
  if (query === undefined) return false
  const text = splitTarget(target).query
  return new RegExp(`[?&]${query.algorithm}=${label}(?:&|$)`, 'i').test(text)
}

const LIST: Problem = {
  id: 'signed-headers-form',
  certainty: 'proven',
  cause: 'The list of signed headers has a name twice, or its names are not sorted, or not in small letters.',
  evidence: 'SignedHeaders stands so in the request.',
  fix: 'Put the names of the headers into one set in lower case, sort it, and join it with ";": a header that is set twice, in two cases perhaps, is listed once.',
}

const ONCE: Problem = {
  id: 'path-encoding',
  certainty: 'likely',
  cause:
    'The path has percent-encoded characters, and was probably signed as it is sent: every service but S3 encodes it once more.',
  evidence: 'The path holds "%", the service is not S3, and the answer is that of another text to sign.',
  fix: 'Encode each segment of the path twice in the canonical request ("%40" becomes "%2540"), and send it encoded once.',
}

/** The time that is absent, or in another form than the scheme's. */
function timeProblem(evidence: string, { fields }: HttpRequest, { name }: Variant): Problem | undefined {
  const field = /^field "([\w-]{1,64})" must be one time/.exec(evidence)?.[1]
  if (field === undefined) return undefined
  const isThere = fields.some((one, at) => at % 2 === 0 && one.toLowerCase() === field.toLowerCase())
  return {
    id: isThere ? 'time-form' : 'header-missing',
    certainty: 'proven',
    cause: isThere ? `The time in ${field} is not in the form that ${name} takes.` : `The header ${field} is missing.`,
    evidence,
    fix: `Send ${field} with the very time that is signed, in the form of the scheme.`,
  }
}

/** What is in the place of a signature that is not there. */
function unsigned(variant: Variant, { fields }: HttpRequest): SchemeReading {
  const reading = unread(
    variant,
    'The request has no signature of this scheme, neither in Authorization nor in its query.',
  )
  return fieldValues(fields, 'authorization').length > 0
    ? reading
    : { ...reading, problems: reading.problems.map((one) => ({ ...one, ...UNSIGNED_REQUEST })) }
}

const UNSIGNED_REQUEST = {
  id: 'signature-missing',
  cause: 'The request has no signature: there is no Authorization, and no signed URL.',
}

const DAY: Problem = {
  id: 'scope-date',
  certainty: 'proven',
  cause:
    'The day in the scope of the credential is not that of the time that is sent: the clock was read twice, or the date was set anew behind the signer.',
  evidence: 'Credential and the date of the request name different days.',
  fix: 'Read the clock once, in UTC, and use it for the date, the scope and the key; sign a retry anew.',
}

const CUT_OFF: Problem = {
  id: 'signature-missing',
  certainty: 'proven',
  cause: 'The URL was cut off: it has parameters of a signature, and not the signature itself.',
  evidence: 'Its query names the algorithm and has no parameter of the signature.',
  fix: 'Put the URL in quotes: in a shell "&" ends a command, and programs that find links in text stop at some characters.',
}

/** Whether a signed URL has lost its end. */
const isCutOff = ({ target }: HttpRequest): boolean =>
  /[?&]x-[a-z]{2,8}-(?:signature-)?(?:algorithm|version)=/i.test(target) &&
  !/[?&](?:x-[a-z]{2,8}-)?signature=/i.test(target)

function unread(variant: Variant, evidence: string, request?: HttpRequest): SchemeReading {
  const time = request && timeProblem(evidence, request, variant)
  return {
    id: variant.id,
    name: variant.name,
    form: undefined,
    signatures: [],
    encoding: 'hex',
    keyId: '',
    keys: keysOf(variant),
    problems: [
      ...(/sorted, each once|must be lower-case/.test(evidence) ? [LIST] : []),
      ...(/day of the scope must be/.test(evidence) ? [DAY] : []),
      ...(time === undefined ? [] : [time]),
      ...(request !== undefined && isCutOff(request) ? [CUT_OFF] : []),
      {
        id: 'authorization-form',
        certainty: 'proven',
        cause: `The signature is not in the form that ${variant.name} takes.`,
        evidence,
        fix: `Authorization: ${variant.label} ${variant.members.credential}=KEY/SCOPE, ${variant.members.signed}=host;…, Signature=…`,
      },
    ],
  }
}

function readingOf(request: HttpRequest, variant: Variant): SchemeReading {
  let claim: Claim
  try {
    claim = claimOf(request, variant)
  } catch (error) {
    if (!isCountersignError(error)) throw error
    return unread(variant, `${error.message}.`, request)
  }
  const rules = variant.rules(claim.service)
  const pastMs = claim.expiresS === undefined ? (rules.bodyField ? 900_000 : 300_000) : claim.expiresS * 1000
  return {
    id: variant.id,
    name: variant.name,
    form: formOf(request, variant, claim),
    signatures: [{ text: claim.signature, right: variant.readSignature?.(claim.signature) ?? hex(claim.signature) }],
    encoding: variant.readSignature === undefined ? 'hex' : 'DER in hexadecimal',
    keyId: claim.keyId,
    keys: keysOf(variant, claim.keyId),
    time: { ms: claim.createdMs, pastMs, futureMs: 900_000 },
    problems: [
      // Without its token a temporary key is refused before anything else is looked at.
      ...tokenProblems(request, variant, claim),
      ...problemsOf(request, variant, claim),
      ...regionProblems(request, variant, claim),
    ],
    // A host that is not public explains more than that the URL may be for another use.
    suspects: [...hostSuspects(request), ...(claim.inUrl ? urlSuspects(request) : [])],
    ...(rules.doubleEncode && /%[0-9A-Fa-f]{2}/.test(splitTarget(request.target).path) && { unchecked: [ONCE] }),
    hint: 'Check that secret access key and access key id belong together, that a session token is that of the same credentials, and that nothing on the way changes host, path, query or a signed header; the answer of S3 shows the canonical request it has built (stringToSign takes it).',
  }
}

const hex = (text: string): Uint8Array | undefined =>
  /^(?:[0-9a-f]{2})+$/.test(text)
    ? Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
    : undefined

function claimOf(request: HttpRequest, variant: Variant): Claim {
  const header = authorizationOf(request, variant)
  return header === undefined
    ? readParameters(request, variant, ownParameters(request, ownNames(variant)))
    : readAuthorization(request, variant, header)
}

function problemsOf(
  request: HttpRequest,
  variant: Variant,
  { signed, payload, inUrl: isUrl }: Claim,
): readonly Problem[] {
  const out: Problem[] = []
  const add = (id: string, cause: string, evidence: string, fix: string): void => {
    out.push({ id, certainty: 'proven', cause, evidence, fix })
  }
  const names = request.fields.filter((_, at) => at % 2 === 0).map((one) => one.toLowerCase())
  for (const name of signed)
    if (name !== 'host' && !names.includes(name))
      add(
        'signed-header-missing',
        `The header ${name} is signed and is not in the request.`,
        'It stands in the list of signed headers.',
        'Send the header with the value that was signed; a browser or proxy may have taken it away.',
      )
  if (variant.isListed === undefined)
    for (const name of new Set(names))
      if (variant.prefix !== '' && name.startsWith(variant.prefix) && !signed.has(name))
        add(
          'header-not-signed',
          `The header ${name} is in the request and is not signed.`,
          `Every header that begins with ${variant.prefix} has to be signed.`,
          isUrl
            ? 'Make the signed URL with this header among the signed ones, or do not send it.'
            : 'Set the header before signing.',
        )
  if (payload !== undefined && /^[0-9a-f]{64}$/.test(payload) && payload !== bodyHashOf(request))
    add(
      'digest-mismatch',
      `${variant.fields.hash} is not the hash of the body that was sent.`,
      whichBody(request.body instanceof Uint8Array ? request.body : null, (body) => bodyHash({ body }) === payload),
      'Serialise once, then hash, sign and send those bytes.',
    )
  return out
}

// https://docs.aws.amazon.com/general/latest/gr/rande.html: the region stands in the host, and services of all regions are signed for one.
const REGIONAL =
  /(?:^|[.-])([a-z]{2}(?:-gov|-iso[a-z]?)?-(?:north|south|east|west|central)[a-z]{0,4}-\d)\.(?:[a-z0-9-]{1,63}\.)?(?:amazonaws\.com(?:\.cn)?|api\.aws|on\.aws)(?::\d+)?$/
const GLOBAL = /^(?:iam|sts|cloudfront|route53|organizations|importexport|waf)\.amazonaws\.com$/

/** A region that is not the one of the host. */
function regionProblems({ authority }: HttpRequest, { id }: Variant, { region }: Claim): readonly Problem[] {
  if (id !== 'sigv4' || region === undefined) return []
  const host = authority.toLowerCase()
  const meant = REGIONAL.exec(host)?.[1] ?? (GLOBAL.test(host) ? 'us-east-1' : undefined)
  return meant === undefined || meant === region
    ? []
    : [
        {
          id: 'scope-region',
          certainty: 'likely',
          cause: 'The region in the scope of the signature is not that of the host.',
          evidence: `The host is one of ${meant}, and the scope names ${region.slice(0, 40)}.`,
          fix: 'Sign for the region of the host that the request is sent to (us-east-1 for services that have one endpoint for all regions), or send it to the host of the region.',
        },
      ]
}

/** What temporary credentials ask for. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html, unique ID prefixes. */
function tokenProblems({ fields, target }: HttpRequest, { id }: Variant, { keyId }: Claim): readonly Problem[] {
  if (id !== 'sigv4') return []
  const query = splitTarget(target).query
  const spelt = /[?&](x-amz-security-token)=/.exec(query)?.[1]
  const out: Problem[] = []
  if (spelt !== undefined)
    out.push({
      id: 'session-token-name',
      certainty: 'proven',
      cause:
        'The parameter of the session token is written in small letters, and names of parameters are sensitive to case.',
      evidence: `It is "${spelt}".`,
      fix: 'Write X-Amz-Security-Token, as the other parameters, and sign the URL with it.',
    })
  else if (
    /^ASIA/.test(keyId) &&
    !/[?&]X-Amz-Security-Token=/.test(query) &&
    combinedValue(fields, 'x-amz-security-token') === undefined
  )
    out.push({
      id: 'session-token-missing',
      certainty: 'proven',
      cause: 'The key is a temporary one, and the request has no session token.',
      evidence:
        'Ids of temporary keys begin with ASIA; there is neither X-Amz-Security-Token in the query nor x-amz-security-token among the fields.',
      fix: 'Give the session token to the signer with key and secret, so that it is sent and signed: as a header, or in a signed URL as X-Amz-Security-Token.',
    })
  return out
}

const bodyHashOf = (request: HttpRequest): string => bodyHash({ body: request.body ?? null })

// Names of the texts that are no headers.
const OWN = new Set(['method', 'path', 'query', 'payload', 'time', 'scope', 'signed headers'])
const memberName = (header: string): string => (OWN.has(header) ? `header ${header}` : header)

function formOf(request: HttpRequest, variant: Variant, claim: Claim): SignedForm {
  const rules = variant.rules(claim.service)
  const { path, query } = splitTarget(request.target)
  const isWanted = (lower: string): boolean => claim.signed.has(lower) || variant.isListed?.(lower) === false
  const headers = canonicalHeaders(request.fields, request.authority, isWanted, variant)
  const values = headers.lines.split('\n').map((line) => line.slice(line.indexOf(':') + 1))
  const dropped = claim.inUrl ? new Set([(variant.query as QueryNames).signature]) : undefined
  const raw = query.slice(1)
  const search = variantQuery(variant, raw, dropped)
  const isUnsigned =
    claim.payload === undefined && ((claim.inUrl && rules.unsignedUrls) || rules.absentIsUnsigned === true)
  const payload = payloadText(variant, request, claim.payload ?? (isUnsigned ? UNSIGNED : bodyHashOf(request)))
  const body = request.body instanceof Uint8Array ? utf8Decode(request.body) : ''
  const listed = headers.list
  const members: Member[] = [
    { name: 'path', kind: 'path', text: variant.path(path, rules), mistakes: pathMistakes(path, variant, rules) },
    {
      name: 'query',
      kind: 'pairs',
      text: search,
      mistakes: queryMistakes(raw, claim.inUrl ? ownNames(variant) : undefined),
    },
    { name: 'payload', kind: 'own', text: payload, mistakes: payloadMistakes(body) },
    { name: 'method', kind: 'method', text: request.method },
    ...headers.names.map(
      (name, at): Member => ({
        name: memberName(name),
        kind: name === 'host' ? 'host' : name === 'content-type' ? 'content-type' : 'field',
        text: values[at] as string,
        ...(name === 'host' && { mistakes: hostMistakes(request, claim) }),
        ...(name !== 'host' &&
          name !== 'content-type' && {
            mistakes: [...whiteSpace(combinedValue(request.fields, name)), ...fieldValueMistakes(name)],
          }),
      }),
    ),
    { name: 'signed headers', kind: 'own', text: headers.names.join(';') },
    ...(variant.scope === undefined
      ? []
      : [{ name: 'scope', kind: 'own', text: claim.area, mistakes: SCOPE } as const]),
    ...(variant.isTimed
      ? [{ name: 'time', kind: 'own', text: claim.time, mistakes: timeMistakes(variant.time) } as const]
      : []),
  ]
  const canonical = (texts: Texts): string => {
    const names = (texts['signed headers'] ?? '').split(';')
    let lines = ''
    for (const name of names) lines += `${name}:${texts[memberName(name)] ?? ''}\n`
    const list = texts['signed headers'] === headers.names.join(';') ? listed : texts['signed headers']
    return `${texts['method']}\n${texts['path']}\n${texts['query']}\n${lines}\n${list}\n${texts['payload']}`
  }
  return {
    members,
    compose: (texts) =>
      `${variant.label}\n${variant.isTimed ? `${texts['time']}\n` : ''}${variant.scope === undefined ? '' : `${texts['scope']}\n`}${hashText('sha256', canonical(texts), 'hex')}`,
    canonical,
    own: ownMistakes(canonical),
    opaque: true,
  }
}
