import { equalBytes, utf8, utf8Decode } from '../../crypto/encoding.js'
import { Secret } from '../../crypto/secret.js'
import { CountersignError } from '../../errors.js'
import type { HttpRequest } from '../../message/message.js'
import type {
  KeyReading,
  Problem,
  SchemeHypotheses,
  SchemeReading,
  StatedTime,
} from '../../schemes/scheme/scheme-reading.js'
import { type FormState, formMistakes, formText, stateOf } from '../../schemes/scheme/signed-form.js'
import { bodySuspects, decoderSuspects, hostSuspects, targetSuspects } from '../../schemes/scheme/suspects.js'
import type { Case } from '../case-shape.js'
import type { DiagnoseOptions, Finding } from '../diagnosis.js'
import { proven } from '../finding.js'
import type { KeyMistake, Received } from '../hunt.js'
import type { Mac } from '../probes/mac.js'
import { macsOf } from '../probes/macs.js'
import { cleanSecret } from '../probes/secret-variants.js'
import type { Subject } from '../search.js'
import { readingsOf } from '../signature-text.js'
import { FAMILIES, FORMER } from './families.js'

const MAX_OF_A_KIND = 16

/** The case of a request whose scheme is neither RFC 9421 nor that of an exchange; `undefined` where none is found. */
export function familyCase(
  request: HttpRequest,
  { scheme, passphrase }: Pick<DiagnoseOptions, 'scheme' | 'passphrase'>,
  nowMs: number | undefined,
  families: readonly SchemeHypotheses[] = FAMILIES,
): Case | undefined {
  for (const family of families) {
    if (scheme !== undefined && !family.ids.includes(scheme)) continue
    try {
      const reading = family.read(request, scheme, passphrase)
      if (reading !== undefined) return caseOf(reading, request, passphrase, nowMs)
    } catch (error) {
      if (!(error instanceof CountersignError) || error.code !== 'MESSAGE_MALFORMED') throw error
      return refusedCase(scheme ?? (family.ids[0] as string), error)
    }
  }
  return undefined
}

/** What a request states of its signatures, in words, before any key has judged it. */
export interface FamilyFacts {
  readonly keyId: string
  /** The first is the one that is meant. */
  readonly algorithms: readonly string[]
  readonly createdMs: number | undefined
  /** Names of the parts that are signed. */
  readonly covered: readonly string[]
  /** Bytes of each signature; `undefined` where it is written in another form than its scheme's. */
  readonly bytes: ReadonlyArray<number | undefined>
}

/** The facts of a request of this scheme; `undefined` where it is none of it. */
export function familyFacts(request: HttpRequest, scheme: string): FamilyFacts | undefined {
  const reading = FAMILIES.find(({ ids }) => ids.includes(scheme))?.read(request, scheme)
  if (reading === undefined) return undefined
  const { form, keyId, keys, signatures, time } = reading
  const members = form?.members ?? []
  const there = members.filter(({ text }) => text !== '')
  // A field with several parts is also read as a whole, which is no signature of its own.
  const rights = signatures.flatMap(({ right }) => right?.length ?? [])
  return {
    keyId,
    algorithms: keys.algorithms,
    createdMs: time?.ms,
    covered: [...new Set((there.length === 0 ? members : there).map(({ name }) => name))],
    bytes: rights.length > 0 ? rights : signatures.slice(0, 1).map(() => undefined),
  }
}

/** The case of a request to an older API of an exchange. */
export const formerCase = (
  request: HttpRequest,
  options: Pick<DiagnoseOptions, 'scheme' | 'passphrase'>,
  nowMs: number | undefined,
): Case | undefined => familyCase(request, options, nowMs, FORMER)

/** A request of which no text to sign can be made. */
const refusedCase = (name: string, { message }: CountersignError): Case => ({
  name,
  subject: undefined,
  received: [],
  signText: '',
  findings: [
    proven(
      'message-malformed',
      'The request is not one that this scheme can sign.',
      `${message[0]?.toUpperCase()}${message.slice(1)}.`,
      'Send what the scheme takes: field values of ASCII alone, for instance percent-encoded where they hold other characters.',
    ),
  ],
  macs: () => [],
  keyId: '',
  algorithms: [],
  hidden: [],
})

function caseOf(
  reading: SchemeReading,
  request: HttpRequest,
  passphrase: string | undefined,
  nowMs: number | undefined,
): Case {
  const { id, form, signatures, keyId, keys, problems, suspects, unchecked, hint, time } = reading
  const signsHost = form?.members.some(({ name, kind }) => name === 'host' && kind !== 'own') === true
  const received = receivedOf(reading)
  const subject: Subject<FormState> | undefined =
    form === undefined
      ? undefined
      : {
          state: stateOf(form),
          compose: (state) => formText(form, state),
          mistakes: formMistakes(form),
          ...(form.canonical !== undefined && {
            canonical: ({ texts }: FormState) => form.canonical?.(texts),
          }),
        }
  return {
    name: id,
    subject: subject as unknown as Subject<never> | undefined,
    received,
    signText: signatures[0]?.text ?? '',
    findings: [...fewOf(problems), ...timeFindings(time, nowMs)],
    macs: (secret) => familyMacs(keys, keyId, secret, passphrase, received),
    keyId,
    algorithms: keys.algorithms,
    hidden: [],
    suspects: [
      ...(suspects ?? (signsHost ? hostSuspects(request) : [])),
      ...targetSuspects(request),
      ...bodySuspects(request),
      ...decoderSuspects(request),
    ],
    ...(hint !== undefined && { hint }),
    ...(unchecked !== undefined && { unchecked }),
    ...(keys.ownPublicKey !== undefined && { ownPublicKey: keys.ownPublicKey }),
    ...(keys.publicKey !== undefined && { publicKey: keys.publicKey }),
  }
}

/** Each once, and of one kind as many as can be read: a list of names is as long as its writer wants. */
function fewOf(problems: SchemeReading['problems']): readonly Problem[] {
  const counts = new Map<string, number>()
  return [...new Map([...problems].map((one) => [`${one.id} ${one.cause}`, one])).values()].filter(({ id }) => {
    const count = (counts.get(id) ?? 0) + 1
    counts.set(id, count)
    return count <= MAX_OF_A_KIND
  })
}

/** The signatures as they are meant, and what else their texts may be. */
function receivedOf({ signatures, encoding, name }: SchemeReading): readonly Received[] {
  const rights = signatures.flatMap(({ right }) => (right === undefined ? [] : [right]))
  const others = signatures
    .flatMap(({ text }) => readingsOf(text))
    .filter(({ bytes }) => !rights.some((right) => equalBytes(right, bytes)))
  return [
    ...rights.map((bytes) => ({ bytes })),
    ...others.map(({ bytes, form, flaw }) => ({
      bytes,
      // In the form that is meant and of another length: its form is right.
      ...(!(flaw === undefined && form === (encoding === 'hex' ? 'hexadecimal' : encoding)) && {
        form,
        mistake: {
          id: 'signature-form',
          cause:
            flaw === undefined
              ? `The signature is written in ${form}, where ${name} takes ${encoding}.`
              : `The text of the signature is not as it is meant: ${flaw}.`,
          fix: `Write the bytes of the signature as ${encoding}.`,
        },
      }),
    })),
  ]
}

function familyMacs(
  { algorithms, bytes: read, reading, others, functions = [] }: KeyReading,
  keyId: string,
  secret: NonNullable<DiagnoseOptions['secret']>,
  passphrase: string | undefined,
  received: readonly Received[],
): readonly Mac[] {
  const revealed = secret instanceof Secret ? secret.reveal() : secret
  const text = typeof revealed === 'string' ? revealed : utf8Decode(revealed)
  const clean = text === undefined ? undefined : cleanSecret(text)
  const right = clean === undefined ? undefined : read(clean, passphrase)
  const [own, ...wrong] = functions
  return macsOf(
    secret,
    {
      keyId,
      passphrase: '',
      rights:
        right !== undefined && right.length > 0
          ? [{ bytes: right }]
          : clean
            ? [{ bytes: utf8(clean), mistake: otherForm(reading) }]
            : [],
      reading,
      algorithms,
      ...(own !== undefined && { own: own.make }),
      otherFunctions: wrong.map(({ make, fault }) => ({ make, mistake: fault as KeyMistake })),
      otherSecrets:
        clean === undefined
          ? []
          : (others?.(clean, passphrase) ?? []).map(({ bytes, fault }) => ({ bytes, mistake: fault })),
    },
    new Set(received.map((one) => one.bytes.length)),
  )
}

const otherForm = (reading: string): KeyMistake => ({
  id: 'secret-encoding',
  cause: `The signature fits the characters of the secret, which is meant ${reading} and is not in that form.`,
  fix: 'Check with the other side how the secret becomes a key; most libraries decode it first, and refuse or misread this one.',
})

// Milliseconds that were read as seconds are thousands of years away, and seconds that were read as milliseconds lie in 1970.
const MOST_MS = 1e14
const LEAST_MS = 1e10

function timeFindings(time: StatedTime | undefined, nowMs: number | undefined): readonly Finding[] {
  if (time === undefined) return []
  if (time.ms > MOST_MS || (time.ms > 0 && time.ms < LEAST_MS)) {
    const [stated, meant] = time.ms > MOST_MS ? ['milliseconds', 'seconds'] : ['seconds', 'milliseconds']
    return [
      proven(
        'time-unit',
        `The time is given in ${stated}, where ${meant} are meant.`,
        `Read as ${meant} it is ${time.ms > MOST_MS ? 'thousands of years ahead' : 'in 1970'}.`,
        `Write it in ${meant} since 1970.`,
      ),
    ]
  }
  return nowMs === undefined ? [] : ageFindings(time, nowMs)
}

function ageFindings({ ms, pastMs, futureMs }: StatedTime, nowMs: number): readonly Finding[] {
  const away = ms - nowMs
  if (away > futureMs)
    return [
      proven(
        'clock-ahead',
        `The given time is ${Math.round(away / 1000)} s ahead of the moment the request was judged at.`,
        `${Math.round(futureMs / 1000)} s are allowed.`,
        'Synchronise the clocks (NTP), and check the unit of the time (seconds or milliseconds).',
      ),
    ]
  if (-away > pastMs)
    return [
      proven(
        'time-expired',
        `The request is ${Math.round(-away / 1000)} s old.`,
        `It was judged that long after the time it states; ${Math.round(pastMs / 1000)} s are allowed.`,
        'Sign right before sending, judge on arrival (before any queue), and synchronise the clocks; a request that was recorded cannot be sent again later.',
      ),
    ]
  return []
}
