import type { HttpRequest } from '../message/message.js'
import { bodySuspects, decoderSuspects, encodingSuspects, wrappedSuspects } from '../schemes/scheme/suspects.js'
import { linesOf, marksOf } from './base-lines.js'
import { type Capture, headerOf, isCapture, NOT_ALL, NOT_SHOWN, type Refusal, UNKNOWN } from './capture.js'
import { caseOf } from './case.js'
import type { DiagnoseOptions, Diagnosis, Finding } from './diagnosis.js'
import { possible, proven } from './finding.js'
import { spaceFindings } from './given-secret.js'
import { huntText, type Search } from './hunt.js'
import {
  ageFindings,
  anewFindings,
  keyFindings,
  ofPort,
  ofProxy,
  onTheWay,
  openParts,
  statedIn,
  withoutBody,
  withoutUnshown,
} from './noted.js'
import { assertDiagnoseOptions } from './options.js'
import { printedFindings, printedTexts, withPrinted } from './printed-text.js'
import { unquoted } from './quoted-fields.js'
import { readRefusal } from './read/http.js'
import { readCapture } from './read-capture.js'
import { credentials, redacted, redactor } from './redact.js'
import { answerFindings, refusalFindings } from './refusals/refusals.js'
import { type Outcome, searched } from './searched.js'
import { signingFindings } from './shell-signing.js'
import { comparedTexts, fieldThatDiffers, shownText, textFindings } from './shown-text.js'
import { shownFindings, standInsOf, unreadOf, unsetFindings, withoutForms } from './stand-ins.js'
import { requestOf } from './target.js'

const NO_SCHEME: Finding = /* @__PURE__ */ possible(
  'scheme-unknown',
  'Nothing of a signature that is known here is in the request.',
  'No field of RFC 9421, and no host or header of an exchange.',
  'State "scheme"; or the request was not signed at all.',
)

const UNSIGNED: Finding = /* @__PURE__ */ proven(
  'signature-missing',
  'The request has nothing of the signature of this scheme: the field or parameter that it stands in is absent, or is another one.',
  'Nothing by which the given scheme is found is in the request.',
  'Send the signature in the field of the scheme, by its name and in its form; a proxy or a redirect may have dropped it.',
)

/** Where the body or a value is only not shown, nothing that failed was tested. */
const untested = (outcome: Outcome, hasNone: boolean): Outcome =>
  hasNone && outcome.signature === 'unexplained' ? { ...outcome, signature: 'untested' } : outcome

/**
 * Why a request is refused: reads it, and tests what may have been signed in place of what is verified. Nothing is sent, and no
 * secret is in what is returned.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for a capture without a request; `CONFIG_INVALID` for an option that is not one.
 * @example
 * ```ts
 * import { diagnose, readCapture } from 'countersign/doctor'
 *
 * const capture = readCapture('GET /api/v5/account/balance HTTP/1.1\nHost: www.okx.com\nOK-ACCESS-KEY: key\n\n')
 * const { findings } = await diagnose(capture, { secret: 'the secret' })
 * for (const { certainty, cause, fix } of findings) console.log(certainty, cause, fix)
 * ```
 */
export async function diagnose(capture: Capture | string | object, given: DiagnoseOptions = {}): Promise<Diagnosis> {
  assertDiagnoseOptions(given)
  const options = given.passphrase === undefined ? { ...given, passphrase: statedIn(capture) } : given
  const read = isCapture(capture) ? capture : captureOf(capture, options)
  if ('findings' in read) return read
  const refusal = refusalOf(options.refusal) ?? read.refusal
  const dated = Date.parse((refusal && headerOf(refusal.headers, 'date')) ?? '')
  const nowMs = options.nowMs ?? (Number.isNaN(dated) ? undefined : dated)
  const { request, findings: quoted } = unquoted(requestOf(read))
  const standIns = standInsOf(request)
  const open = openParts(read, standIns)
  const isOpen = open.length > 0
  const isPartial = isOpen || read.unread.some(({ problem }) => problem === NOT_ALL || problem.endsWith(UNKNOWN))
  const shownOf = (all: readonly Finding[]): readonly Finding[] => (isPartial ? withoutUnshown(all, read, isOpen) : all)
  const isBare = read.headers.length === 0 && (read.format === 'printed' || read.format === 'program')
  const search: Search = { until: Date.now() + (options.budgetMs ?? 800), tried: 0 }
  const found = caseOf(request, refusal === undefined ? options : { ...options, refusal }, nowMs, search)
  const hide = redactor(options, [...(found?.hidden ?? []), ...credentials(request)])
  if (found === undefined) {
    return redacted(
      {
        scheme: undefined,
        verified: false,
        signature: 'untested',
        findings: [
          ...quoted,
          ...unsetFindings(standIns),
          ...(options.scheme === undefined ? [] : shownOf([UNSIGNED])),
          ...shownFindings(standIns, open, 'untested'),
          ...refusalFindings(options.scheme, refusal, 'untested'),
          ...(options.scheme === undefined ? [NO_SCHEME] : []),
        ],
        base: [],
        tried: 0,
        unread: read.unread,
      },
      hide,
      marksOf,
    )
  }
  const printed = printedTexts(capture)
  const isUnshown = read.body === undefined && read.unread.some(({ problem }) => problem === NOT_SHOWN)
  const isUntested = isUnshown || isOpen
  const { signature, findings, hit } = untested(
    await searched(withPrinted(found, printed), options, search),
    isUntested,
  )
  const { subject, shown } =
    // A request that fits as it was sent may have arrived as another one, which the text of the other side shows.
    hit === undefined || signature === 'fits'
      ? comparedTexts(found.subject, options.stringToSign, refusal?.body ?? '')
      : { subject: found.subject, shown: undefined }
  const expected = subject?.compose(subject.state)
  // Where the sender has signed what it sent, one header that arrives with another value says all.
  const isPlain =
    signature === 'fits' && expected !== undefined && fieldThatDiffers(shownText(expected), shown) !== undefined
  const other = subject === undefined || shown === undefined || isPlain ? undefined : huntText(subject, shown, search)
  const told = refusalFindings(found.name, refusal, signature)
  const compared =
    shown === undefined && signature === 'untested' && (told.length === 0 || told.some(isOfSignature))
      ? printedFindings(found, printed, search)
      : textFindings(other, shown, expected, signature)
  // Where the search has them already, it has tested a key.
  const suspects =
    signature === 'untested' && told.some(isOfSignature) && !compared.some(saysWhat)
      ? [...(found.unchecked ?? []), ...(found.suspects ?? [])]
      : []
  const known = [
    ...quoted,
    ...unsetFindings(standIns),
    ...(found.findings.some(({ id }) => id === 'header-quoted') ? [] : keyFindings(found.keyId)),
    ...withoutForms(
      [...shownOf(withoutVague(found.findings, findings)), ...(hit === undefined ? shownOf(findings) : findings)],
      standIns,
    ).filter(({ id }) => !isBare || id !== 'header-missing'),
    ...suspects,
    ...(signature === 'fits' || signature === 'explained' ? [] : signingFindings(capture)),
    ...compared,
    ...spaceFindings(
      options,
      signature === 'fits',
      signature === 'fits' && told.some(({ id }) => id === 'refused-although-it-fits'),
    ),
  ]
  // What may be wrong with any request is worth a look where nothing is known for certain.
  const isCertain =
    signature === 'fits' || compared.some(saysWhat) || known.some(({ certainty }) => certainty === 'proven')
  // It explains why a scheme cannot read the request.
  const isRefused = told.some(({ id }) => id === 'refused-although-it-fits') || /^40[13]$/.test(`${refusal?.status}`)
  const beside =
    signature !== 'fits'
      ? []
      : known.length + told.length === 0 && !isRefused
        ? [...ofPort(request), ...ofProxy(request, expected === undefined ? '' : shownText(expected))]
        : isRefused && !known.some(({ certainty }) => certainty === 'proven')
          ? onTheWay(request)
          : []
  const written = signature === 'explained' ? [] : shownFindings(standIns, open, signature)
  // What the answer says besides "wrong signature" is known, whatever was sent.
  const isToldMore = told.length > 0 && !told.some(isOfSignature)
  const seen = [
    ...beside,
    ...(isCertain || isOpen ? [] : seenIn(request, found.suspects ?? [], known)),
    ...(signature === 'unexplained' ? anewFindings(capture, read) : []),
    ...known,
    ...ageFindings(request, refusal?.body ?? ''),
    ...(isToldMore ? [...told, ...written] : [...written, ...told]),
  ]
  const all = isUnshown && signature !== 'explained' ? withoutBody(seen) : seen
  const verified =
    signature === 'fits' &&
    all.every(({ id }) => id !== 'body-not-shown') &&
    !all.some(({ certainty }) => certainty === 'proven')
  return redacted(
    {
      scheme: found.name,
      verified,
      signature,
      findings: ordered(all, read.unread.some(({ part }) => part === 'scheme') ? LATE_OR_SCHEME : LATE),
      base:
        expected === undefined
          ? []
          : linesOf(shownText(expected), hit === undefined || shown !== undefined ? shown : shownText(hit.base)),
      tried: search.tried,
      unread: [
        ...read.unread,
        ...unreadOf(standIns, read.unread),
        ...(isBare ? [{ part: 'headers', problem: 'the text shows none, so that nothing is known of them' }] : []),
      ],
    },
    hide,
    marksOf,
  )
}

/** The request; or, of a text that holds none, what an answer in it says (an exception is all that many have). */
function captureOf(given: string | object, options: DiagnoseOptions): Capture | Diagnosis {
  try {
    return readCapture(given)
  } catch (error) {
    const isText = typeof given === 'string' && given.length <= MOST_ANSWER
    const findings = isText ? answerFindings(options.scheme, given) : []
    if (findings.length === 0) throw error
    const unread = [{ part: 'request', problem: 'there is none in the text, which was read as an answer' }]
    const { scheme } = options
    return redacted(
      { scheme, verified: false, signature: 'untested', findings, base: [], tried: 0, unread },
      redactor(options, []),
      marksOf,
    )
  }
}

/** What can be seen in any request, and was not seen by its scheme. */
function seenIn(request: HttpRequest, suspects: readonly Finding[], known: readonly Finding[]): readonly Finding[] {
  const ids = new Set(known.map(({ id }) => id))
  return [
    // What else a request may have been signed for is a guess while no key has been tried.
    ...suspects.filter(({ id, certainty }) => certainty === 'likely' && /^(?:body|host|path)-/.test(id)),
    ...bodySuspects(request),
    ...wrappedSuspects(request),
    ...decoderSuspects(request),
    ...encodingSuspects(request),
  ].filter(({ id }) => !ids.has(id))
}

/** Without what a scheme says of the form of a signature in general, where it was found which form it is. */
const withoutVague = (seen: readonly Finding[], found: readonly Finding[]): readonly Finding[] =>
  found.some(({ id }) => id === 'signature-form')
    ? seen.filter(({ id, cause }) => id !== 'signature-form' || !cause.includes('is not in the form that'))
    : seen

/** Whether it names what differs from the text of the other side. */
const saysWhat = ({ id }: Finding): boolean => id !== 'text-same' && id !== 'text-differs'

const MOST_ANSWER = 65_536

const isOfSignature = ({ id }: Finding): boolean => id === 'refused-signature' || id === 'refused-key-or-signature'

const ORDER = { proven: 0, likely: 1, possible: 2 } as const
const ordered = (findings: readonly Finding[], late: RegExp): readonly Finding[] => {
  // What is not covered may be wanted so: anything else comes before it.
  const rank = ({ certainty, id }: Finding): number =>
    ORDER[certainty] + (/-not-covered$|^signature-field-old$/.test(id) ? 0.5 : late.test(id) ? 0.25 : 0)
  return [...findings].sort((a, b) => rank(a) - rank(b))
}

// What a profile wants besides, and what was only assumed of a text that does not show it.
const LATE = /^(?:profile-|signature-agent-missing)/
const LATE_OR_SCHEME = /^(?:profile-|signature-agent-missing)|ur[il]-scheme/

function refusalOf(given: DiagnoseOptions['refusal']): Refusal | undefined {
  if (typeof given !== 'string') return given
  return readRefusal(given) ?? { headers: [], body: given }
}
