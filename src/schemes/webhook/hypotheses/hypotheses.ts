import { ecdsaSignatureOfDer } from '../../../crypto/format/ecdsa-signature.js'
import { combinedValue } from '../../../message/fields.js'
import type { HttpRequest } from '../../../message/message.js'
import type { Problem, SchemeHypotheses, SchemeReading, SignatureText } from '../../scheme/scheme-reading.js'
import { hostSuspects } from '../../scheme/suspects.js'
import { oneParameter, queryOf } from '../parameters.js'
import type { FoundSignatures, WebhookSpec } from '../webhook.js'
import { type Attempt, attempt } from './attempt.js'
import { isRounded } from './body.js'
import { formOf, timeText } from './form.js'
import { ROWS, type Row } from './rows.js'

/** Where senders and receivers of webhooks go wrong. */
export const WEBHOOK_HYPOTHESES: SchemeHypotheses = {
  ids: /* @__PURE__ */ [...new Set(ROWS.map(({ spec }) => spec.id))],
  read: (request, id) => {
    const row = ROWS.find((one) => (id === undefined ? isOf(one, request) : one.spec.id === id))
    return row === undefined ? undefined : readingOf(row, request)
  },
}

function isOf({ fields = [], query = [], if: also }: Row, request: HttpRequest): boolean {
  if (also?.(request) === false) return false
  if (fields.length === 0 && query.length === 0) return also !== undefined
  if (fields.some((name) => combinedValue(request.fields, name) !== undefined)) return true
  const names = new Set((attempt(() => queryOf(request)).value ?? []).map(([name]) => name))
  return query.length > 0 && query.every((name) => names.has(name))
}

const HINT =
  'Each endpoint has a secret of its own: compare which one this delivery belongs to (test or live, the endpoint of the dashboard or the one that a command line tool prints, the secret before it was rolled), and log the raw body before any parser.'

export function readingOf(row: Row, request: HttpRequest): SchemeReading {
  const { spec, name, keys } = row
  const found = attempt(() => spec.place.read(request))
  const form = formOf(row, request, found.value)
  const time = attempt(() => timeOf(spec, request, found.value))
  return {
    id: spec.id,
    name,
    form,
    signatures: signaturesOf(row, request, found.value),
    encoding: spec.place.codec.name,
    keyId: '',
    keys,
    ...(time.value !== undefined && time.value.ms !== undefined && { time: { ...time.value, ms: time.value.ms } }),
    problems: [...problemsOf(row, request, found), ...timeProblems(row, time)],
    suspects: [
      ...(spec.covers?.includes('authority') === true ? hostSuspects(request) : []),
      ...bodySuspects(row, request),
    ],
    hint: HINT,
  }
}

/** A body that is not there, or no longer as it was received. */
function bodySuspects({ spec, name }: Row, { method, body, fields }: HttpRequest): readonly Problem[] {
  if (spec.withoutBody === true) return []
  if (method === 'POST' && !(body instanceof Uint8Array && body.length > 0))
    return [
      {
        id: 'body-missing',
        certainty: 'likely',
        cause: 'The body is empty: what verifies does not get it, or it was read before.',
        evidence: `${name} signs the body of a delivery, and there is none here.`,
        fix: 'Verify where the body is: not in an authorizer of a gateway, which gets headers alone, and before anything else has read the stream.',
      },
    ]
  const text = body instanceof Uint8Array && body.length < 64 ? new TextDecoder().decode(body) : ''
  if (/^\s*(?:\[object Object\]|undefined|null|\{\}|\[object (?:ReadableStream|Promise)\])\s*$/.test(text))
    return [
      {
        id: 'body-parsed',
        certainty: 'likely',
        cause: 'What is verified is the text of an object, or of none, and not the body that was received.',
        evidence: `It is "${text.trim()}".`,
        fix: 'Verify the bytes that arrive, before any parser: express.raw() in place of express.json(), await request.text() in a route handler.',
      },
    ]
  if (isRounded(body))
    return [
      {
        id: 'body-json-numbers-rounded',
        certainty: 'likely',
        cause:
          'The body was parsed and written anew: numbers of more than 15 digits have lost their last ones, as JavaScript keeps no more.',
        evidence: 'Every such number in the body is one that a double is printed as.',
        fix: 'Verify the bytes that arrive, before any parser: express.raw() in place of express.json(), await request.text() in a route handler.',
      },
    ]
  const coding = combinedValue(fields, 'content-encoding')
  if (coding === undefined || /^identity$/i.test(coding)) return []
  return [
    {
      id: 'body-compressed',
      certainty: 'likely',
      cause: 'The delivery was compressed, and the body here may be what came out of it, or the other way round.',
      evidence: `Content-Encoding is ${coding.slice(0, 40)}.`,
      fix: 'Verify the bytes that the sender signed: most sign them before they are compressed; keep a proxy from compressing or unpacking them.',
    },
  ]
}

/** The signatures as they are read, or else whatever stands where they belong. */
function signaturesOf(
  { spec, keys, fields = [], query = [] }: Row,
  request: HttpRequest,
  found: FoundSignatures | undefined,
): readonly SignatureText[] {
  const texts = [
    ...fields.flatMap((name) => combinedValue(request.fields, name) ?? []),
    ...query.slice(0, 1).flatMap((name) => attempt(() => oneParameter(queryOf(request), name)).value ?? []),
  ].flatMap((text) => partsOf(text))
  const { codec } = spec.place
  if (found === undefined) return texts.map((text) => ({ text, right: codec.decode(text) }))
  const raw = (bytes: Uint8Array): Uint8Array =>
    keys.algorithms[0] === 'ecdsa-p256-sha256' ? (ecdsaSignatureOfDer(bytes, 32) ?? bytes) : bytes
  return [
    ...found.signatures.map((bytes) => ({ text: '', right: raw(bytes) })),
    ...texts.map((text) => ({ text, right: undefined })),
  ]
}

const LABEL = /^(?:sha1|sha256|v0|v1|h1|v1a|t|ts)[=,]/

/** The texts of a field that may be signatures: alone, behind a label, or in a list. */
function partsOf(value: string): readonly string[] {
  const all = value
    .split(/[\s;]+|,(?=\s*[a-z]\w{0,6}=)|(?<==[0-9a-f]{40,128}),/)
    .map((one) => one.trim().replace(LABEL, ''))
    .filter((one) => one.length >= 16)
  return [...new Set([value.trim(), ...all])].slice(0, 8)
}

function timeOf(
  { time, toleranceMs = 300_000 }: WebhookSpec,
  request: HttpRequest,
  found: FoundSignatures | undefined,
) {
  const text = timeText(time, request, found)
  if (time === undefined || text === undefined) return undefined
  return { text, ms: time.unit.read(text), pastMs: toleranceMs, futureMs: 300_000 }
}

function timeProblems({ name, spec }: Row, { problem }: Attempt<unknown>): readonly Problem[] {
  if (problem === undefined || spec.time === undefined) return []
  return [
    {
      id: 'time-form',
      certainty: 'proven',
      cause: `The time is not in the form that ${name} takes.`,
      evidence: `${problem}.`,
      fix: 'Hand the time to the verifier as it is received, and check its unit.',
    },
  ]
}

const OTHER_BODIES: ReadonlyArray<readonly [is: RegExp, id: string, cause: string]> = [
  [/^$/, 'body-missing', 'The body is empty, and the signature stands in it.'],
  [/^\ufeff/, 'body-byte-order-mark', 'A byte order mark stands before the body.'],
  [/^"[\s\S]*"$/, 'body-quoted', 'The body is a text in quotes, as a serialiser of JSON writes one.'],
  [/^[A-Za-z0-9+/]{16,}={0,2}$/, 'body-base64', 'The body is in base64, as a function gateway hands it over.'],
]

const OF_HASH = /^(sha-?\d{1,3})=/i

/** Why no signature is found in a body, whatever it holds. */
function otherBody({ body }: HttpRequest): readonly [id: string, cause: string] | undefined {
  const text = body instanceof Uint8Array ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(body) : ''
  const found = OTHER_BODIES.find(([is]) => is.test(text))
  return found && [found[1], found[2]]
}

function problemsOf(
  { spec, name, keys, fields = [], query = [] }: Row,
  request: HttpRequest,
  found: Attempt<FoundSignatures | undefined>,
): readonly Problem[] {
  const { time, delivery } = spec
  const out: Problem[] = []
  const absent = (field: string, why: string): void => {
    out.push({
      id: 'header-missing',
      certainty: 'proven',
      cause: `The header ${field} is missing.`,
      evidence: `${name} sends it: ${why}.`,
      fix: 'Hand all headers of the delivery to the verifier, and let no proxy or function gateway drop one.',
    })
  }
  const label = fields.map((one) => OF_HASH.exec(combinedValue(request.fields, one) ?? '')?.[1]).find(Boolean)
  if (
    found.problem !== undefined &&
    label !== undefined &&
    !keys.algorithms.some((one) => one.endsWith(label.replace('-', '')))
  )
    out.push({
      id: 'algorithm',
      certainty: 'proven',
      cause: `The signature is labelled ${label}, where ${name} signs with ${keys.algorithms[0]}.`,
      evidence: `The field begins with "${label}=".`,
      fix: `Sign with ${keys.algorithms[0]} in this field; the older hash has a field of its own, or none.`,
    })
  else if (found.problem !== undefined)
    out.push({
      id: 'signature-form',
      certainty: 'proven',
      cause: `The signature is not in the form that ${name} writes.`,
      evidence: `${found.problem}.`,
      fix: `Hand the header to the verifier as it is received; a sender of your own writes it as ${name} does.`,
    })
  else if (found.value === undefined && fields[0] !== undefined) {
    const other = fields.find((one) => combinedValue(request.fields, one) !== undefined && one !== time?.field)
    if (other === undefined) absent(fields[0], 'the signature stands in it')
    else
      out.push({
        id: 'signature-field-old',
        certainty: 'possible',
        cause: `The signature stands in ${other} alone, and not in ${fields[0]}.`,
        evidence: `${name} sends both, the older one for those who have not moved.`,
        fix: `Verify ${fields[0]}: hand all headers of the delivery to the verifier.`,
      })
  } else if (found.value === undefined) {
    const other = query.length === 0 ? otherBody(request) : undefined
    out.push({
      id: other?.[0] ?? 'signature-missing',
      certainty: 'proven',
      cause: other?.[1] ?? 'The request has no signature.',
      evidence: `${name} writes it into the ${other === undefined ? 'query or the body, and it is not there' : 'body, where it cannot be read so'}.`,
      fix: 'Hand the whole request to the verifier, with its query and its body as they are received.',
    })
  }
  if (time?.field !== undefined && combinedValue(request.fields, time.field) === undefined)
    absent(time.field, 'the time in it is signed')
  if (
    delivery !== undefined &&
    'field' in delivery &&
    delivery.signed &&
    combinedValue(request.fields, delivery.field) === undefined
  )
    absent(delivery.field, 'the id in it is signed')
  return out
}
