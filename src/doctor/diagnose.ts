import { hex, utf8, utf8Decode } from '../crypto/encoding.js'
import type { Bytes, VerifyingKey } from '../crypto/key.js'
import { assertOptions, CountersignError, type OptionNames } from '../errors.js'
import type { HttpRequest } from '../message/message.js'
import { whole } from '../support/option-kinds.js'
import { linesOf, marksOf } from './base-lines.js'
import { type Capture, headerOf, type Refusal } from './capture.js'
import type { DiagnoseOptions, Diagnosis, Finding } from './diagnosis.js'
import {
  exchangeSubject,
  macsAt,
  passphraseFinding,
  readAt,
  readingFindings,
  receivedAt,
  WAYS,
  type Way,
  wayName,
  wayOf,
} from './exchange.js'
import { type Found, huntKeys, huntMacs, huntText, type Received, type Search } from './hunt.js'
import { readRefusal } from './read/http.js'
import { readCapture } from './read-capture.js'
import { redacted, redactor } from './redact.js'
import { refusalFindings, textInRefusal } from './refusals.js'
import { hasRfc9421, readRfc9421 } from './rfc9421.js'
import type { Subject } from './search.js'
import { type Mac, macsOf } from './secret-keys.js'
import { requestOf } from './target.js'
import { verifyingKeys } from './verifying-keys.js'

const KNOWN: OptionNames<DiagnoseOptions> = {
  scheme: 1,
  variant: 1,
  secret: 1,
  publicKey: 1,
  key: 1,
  algorithm: 1,
  passphrase: 1,
  nowMs: 1,
  stringToSign: 1,
  refusal: 1,
  budgetMs: whole(0, 600_000),
}

/** The schemes that {@link diagnose} knows, by the names that {@link DiagnoseOptions.scheme} takes. */
export const schemeIds = (): readonly string[] => ['rfc9421', ...new Set(WAYS.map(({ id }) => id))]

/** What a scheme gives to the search. */
interface Case {
  readonly name: string
  readonly subject: Subject<never> | undefined
  readonly received: readonly Received[]
  readonly findings: readonly Finding[]
  readonly macs: (secret: NonNullable<DiagnoseOptions['secret']>) => readonly Mac[]
  readonly keyId: string
  readonly algorithms: readonly string[]
  readonly hidden: readonly string[]
  readonly passphrase?: (macs: readonly Mac[]) => Finding | undefined
}

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
export async function diagnose(capture: Capture | string | object, options: DiagnoseOptions = {}): Promise<Diagnosis> {
  assertOptions('diagnose', options, KNOWN, {
    exchange: 'scheme',
    environment: 'scheme',
    now: 'nowMs',
    body: 'refusal',
  })
  if (options.scheme !== undefined && !schemeIds().includes(options.scheme.split('/')[0] as string))
    throw new CountersignError(
      'CONFIG_INVALID',
      '"scheme" must be "rfc9421" or the id of an exchange, got another text',
    )
  const read = isCapture(capture) ? capture : readCapture(capture)
  const refusal = refusalOf(options.refusal) ?? read.refusal
  const dated = Date.parse((refusal && headerOf(refusal.headers, 'date')) ?? '')
  const nowMs = options.nowMs ?? (Number.isNaN(dated) ? undefined : dated)
  const request = requestOf(read)
  const found = caseOf(request, options, nowMs)
  const hide = redactor(options, [...(found?.hidden ?? []), ...credentials(request)])
  const search: Search = { until: Date.now() + (options.budgetMs ?? 800), tried: 0 }
  const told = refusalFindings(found?.name, refusal?.body ?? '')
  if (found === undefined) {
    const nothing: Finding = {
      id: 'scheme-unknown',
      certainty: 'possible',
      cause: 'Nothing of a signature that is known here is in the request.',
      evidence: 'No field of RFC 9421, and no host or header of an exchange.',
      fix: 'State "scheme"; or the request was not signed at all.',
    }
    return redacted(
      { scheme: undefined, verified: false, findings: [...told, nothing], base: [], tried: 0, unread: read.unread },
      hide,
      marksOf,
    )
  }
  const shown = options.stringToSign ?? textInRefusal(refusal?.body ?? '')
  const { verified, findings, hit } = await searched(found, options, search)
  const other =
    found.subject === undefined || shown === undefined || hit !== undefined
      ? undefined
      : huntText(found.subject, shown, search)
  const expected = found.subject?.compose(found.subject.state)
  const all = [...found.findings, ...findings, ...textFindings(other, shown, expected), ...told]
  return redacted(
    {
      scheme: found.name,
      verified,
      findings: ordered(verified ? all.filter(({ id }) => id !== 'refused-signature') : all),
      base: expected === undefined ? [] : linesOf(shownText(expected), hit === undefined ? shown : shownText(hit.base)),
      tried: search.tried,
      unread: read.unread,
    },
    hide,
    marksOf,
  )
}

const isCapture = (value: unknown): value is Capture =>
  typeof value === 'object' && value !== null && 'unread' in value && 'format' in value

const ORDER = { proven: 0, likely: 1, possible: 2 } as const
const ordered = (findings: readonly Finding[]): readonly Finding[] =>
  [...findings].sort((a, b) => ORDER[a.certainty] - ORDER[b.certainty])

const shownText = (base: Bytes): string => (typeof base === 'string' ? base : (utf8Decode(base) ?? hex(base)))

function refusalOf(given: DiagnoseOptions['refusal']): Refusal | undefined {
  if (typeof given !== 'string') return given
  return readRefusal(given) ?? { headers: [], body: given }
}

// Fields whose values are secrets by themselves.
const credentials = ({ fields }: HttpRequest): readonly string[] =>
  fields
    .filter(
      (_, at) => at % 2 === 1 && /^(?:cookie|proxy-authorization)$|passphrase|password/i.test(fields[at - 1] as string),
    )
    .concat(
      fields.filter(
        (one, at) => at % 2 === 1 && /^authorization$/i.test(fields[at - 1] as string) && /^Basic /i.test(one),
      ),
    )

function caseOf(request: HttpRequest, options: DiagnoseOptions, nowMs: number | undefined): Case | undefined {
  const { scheme, variant } = options
  if (scheme === 'rfc9421' || (scheme === undefined && hasRfc9421(request))) return rfc9421Case(request, options, nowMs)
  const way = wayOf(request, scheme, variant)
  return way === undefined ? undefined : exchangeCase(way, request, options, nowMs)
}

function exchangeCase(way: Way, request: HttpRequest, options: DiagnoseOptions, nowMs: number | undefined): Case {
  const reading = readAt(way, request)
  const { draft } = reading
  const received = receivedAt(way, draft)
  const passphrase = options.passphrase ?? ''
  return {
    name: wayName(way),
    subject: exchangeSubject(way, draft) as unknown as Subject<never>,
    received,
    findings: readingFindings(way, request, reading, nowMs),
    macs: (secret) => macsAt(way, draft, secret, passphrase, received),
    keyId: draft.key,
    algorithms: Object.keys(way.spec.keys),
    hidden: way.spec.passphrase === undefined || way.spec.passphrase === 'signed' ? [] : [draft.passphrase],
    passphrase: (macs) => passphraseFinding(way, draft, macs, passphrase),
  }
}

function rfc9421Case(request: HttpRequest, { algorithm }: DiagnoseOptions, nowMs: number | undefined): Case {
  const { signature, subject, findings } = readRfc9421(request, nowMs)
  const bytes = signature?.signature ?? new Uint8Array()
  return {
    name: 'rfc9421',
    subject: subject as unknown as Subject<never> | undefined,
    received: bytes.length === 0 ? [] : [{ bytes }],
    findings,
    macs: (secret) =>
      macsOf(
        secret,
        {
          keyId: signature?.keyId ?? '',
          passphrase: '',
          right: typeof secret === 'string' ? utf8(secret.trim()) : undefined,
          reading: 'as the other side uses it',
          algorithms: algorithm === undefined ? ['hmac-sha256', 'hmac-sha512', 'hmac-sha384'] : [algorithm],
        },
        new Set([bytes.length]),
      ),
    keyId: signature?.keyId ?? '',
    algorithms: signature?.claimedAlgorithm === undefined ? [] : [signature.claimedAlgorithm],
    hidden: [],
  }
}

interface Outcome {
  readonly verified: boolean
  readonly findings: readonly Finding[]
  readonly hit: Found | undefined
}

async function searched(one: Case, options: DiagnoseOptions, search: Search): Promise<Outcome> {
  const { subject, received } = one
  const none: Outcome = { verified: false, findings: [], hit: undefined }
  if (subject === undefined || received.length === 0) return none
  let hit: Found | undefined
  const extra: Finding[] = []
  if (options.secret !== undefined) {
    const macs = one.macs(options.secret)
    hit = huntMacs(subject, macs, received, search)
    const wrong = one.passphrase?.(macs)
    if (wrong !== undefined) extra.push(wrong)
  } else {
    const keys: ReadonlyArray<{ readonly key: VerifyingKey }> = await verifyingKeys(options, one.keyId, one.algorithms)
    if (keys.length === 0) return none
    hit = await huntKeys(subject, keys, received, search)
  }
  if (hit === undefined)
    return {
      verified: false,
      hit,
      findings: [
        ...extra,
        {
          id: 'no-hypothesis',
          certainty: 'possible',
          cause:
            'None of the mistakes that are known here leads to this signature: most often the secret or key is another one.',
          evidence: `${search.tried} hypotheses were tested.`,
          fix: 'Check that key id and secret belong together, and to this environment; or compare the text to sign with the one below.',
        },
      ],
    }
  const evidence = `The received signature verifies under exactly this change, and it is one of ${search.tried} that were tested.`
  const mistakes = [
    ...hit.made,
    ...(hit.key === undefined ? [] : [hit.key]),
    ...(hit.form === undefined ? [] : [hit.form]),
  ]
  return {
    verified: mistakes.length === 0,
    hit,
    findings: [
      ...mistakes.map(({ id, cause, fix, detail = '' }) => ({
        id,
        certainty: 'proven' as const,
        cause,
        evidence: detail === '' ? evidence : `${detail}. ${evidence}`,
        fix,
      })),
      ...extra,
    ],
  }
}

function textFindings(
  found: Found | undefined,
  shown: string | undefined,
  expected: Bytes | undefined,
): readonly Finding[] {
  if (shown === undefined || expected === undefined || shown === expected) return []
  if (found !== undefined)
    return found.made.map(({ id, cause, fix, detail }) => ({
      id,
      certainty: 'likely',
      cause,
      evidence: `${detail === '' ? 'With this change' : detail}: the text to sign becomes the one that the other side shows.`,
      fix,
    }))
  return [
    {
      id: 'text-differs',
      certainty: 'likely',
      cause: 'The other side signs another text.',
      evidence: 'Its text differs from that of this request where it is marked.',
      fix: 'Compare the two texts.',
    },
  ]
}
