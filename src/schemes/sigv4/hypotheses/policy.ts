import { base64Decode, base64url, hexDecode, utf8, utf8Decode } from '../../../crypto/encoding.js'
import { combinedValue } from '../../../message/fields.js'
import type { HttpRequest } from '../../../message/message.js'
import { base64Of } from '../../scheme/base-text.js'
import { JSON_MISTAKES } from '../../scheme/json-mistakes.js'
import { only, type TextMistake } from '../../scheme/mistakes.js'
import type { Problem, SchemeHypotheses, SchemeReading } from '../../scheme/scheme-reading.js'
import { withoutEnd } from '../../scheme/text-ends.js'
import { GOOG4_HMAC, GOOG4_RSA } from '../google.js'
import { AWS4, type Variant } from '../variant.js'
import { keysOf } from './keys.js'

const VARIANTS: ReadonlyArray<readonly [id: string, variant: Variant]> = [
  ['sigv4-post-policy', AWS4],
  ['goog4-post-policy', GOOG4_RSA],
  ['goog4-hmac-post-policy', GOOG4_HMAC],
]

/** Where upload forms with a signed policy go wrong: Amazon S3 and what is compatible, and Google Cloud Storage. */
export const POLICY_HYPOTHESES: SchemeHypotheses = {
  ids: /* @__PURE__ */ VARIANTS.map(([id]) => id),
  read: (request, id) => {
    const fields = formFields(request)
    if (id === undefined && !fields.has('policy')) return undefined
    const [name, variant] =
      VARIANTS.find(([one, { prefix, label }]) =>
        id === undefined ? fields.get(`${prefix}algorithm`) === label : one === id,
      ) ?? (id === undefined && fields.has('awsaccesskeyid') ? (VARIANTS[0] as (typeof VARIANTS)[number]) : [])
    return name === undefined || variant === undefined ? undefined : readingOf(request, fields, name, variant)
  },
}

const MOST_FIELDS = 64

/** The fields of a form before its file, by name in lower case; of another body none. */
function formFields({ fields, body }: HttpRequest): ReadonlyMap<string, string> {
  const out = new Map<string, string>()
  const boundary = /boundary="?([^";,]+)/i.exec(combinedValue(fields, 'content-type') ?? '')?.[1]
  if (boundary === undefined || !(body instanceof Uint8Array)) return out
  // A byte a character: the file may be anything.
  const text = Array.from(body.subarray(0, 262_144), (byte) => String.fromCharCode(byte)).join('')
  for (const part of text.split(`--${boundary}`).slice(1, MOST_FIELDS)) {
    const at = part.search(/\r?\n\r?\n/)
    const name = /name="([^"]*)"/.exec(part.slice(0, Math.max(0, at)))?.[1]
    if (at === -1 || name === undefined) continue
    const value = part
      .slice(at)
      .replace(/^\r?\n\r?\n/, '')
      .replace(/\r?\n$/, '')
    if (!out.has(name.toLowerCase())) out.set(name.toLowerCase(), name.toLowerCase() === 'file' ? '' : value)
    if (name.toLowerCase() === 'file') break
  }
  return out
}

type Document = { readonly expiration?: unknown; readonly conditions?: unknown }

function documentOf(policy: string): Document | undefined {
  try {
    const bytes = base64Decode(policy.replace(/\s/g, '').replaceAll('-', '+').replaceAll('_', '/'))
    const value: unknown = JSON.parse(bytes === undefined ? '' : (utf8Decode(bytes) ?? ''))
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

function readingOf(
  request: HttpRequest,
  fields: ReadonlyMap<string, string>,
  id: string,
  variant: Variant,
): SchemeReading {
  const { prefix, label } = variant
  const of = (name: string): string => fields.get(name) ?? ''
  const policy = of('policy')
  const document = documentOf(policy)
  const signature = of(`${prefix}signature`)
  const [keyId = '', ...scope] = of(`${prefix}credential`).split('/')
  const end = Date.parse(typeof document?.expiration === 'string' ? document.expiration : '')
  return {
    id,
    name: 'a POST policy',
    form: {
      members: [{ name: 'policy', kind: 'own', text: policy, mistakes: POLICY }],
      compose: ({ policy: text = '' }) => text,
    },
    signatures: signature === '' ? [] : [{ text: signature, right: hexDecode(signature) }],
    encoding: 'hex',
    keyId,
    keys: keysOf(variant, keyId, scope.join('/')),
    // A policy is good until its end, and may end as late as it likes.
    ...(!Number.isNaN(end) && { time: { ms: end, pastMs: 0, futureMs: Number.POSITIVE_INFINITY } }),
    problems: [...partProblems(fields, variant, label), ...documentProblems(request, fields, document, variant)],
    hint: 'Check that the secret belongs to the access key of the credential, and day, region and service to the ones that signed.',
  }
}

const problem = (id: string, cause: string, evidence: string, fix: string): Problem => ({
  ...{ id, cause, evidence, fix },
  certainty: 'proven',
})

function* partProblems(fields: ReadonlyMap<string, string>, { prefix }: Variant, label: string): Iterable<Problem> {
  if (fields.has('awsaccesskeyid') && !fields.has(`${prefix}credential`)) {
    yield problem(
      'policy-version',
      'The form is signed with Version 2 (AWSAccessKeyId, signature), which newer regions and services refuse.',
      'It has the field AWSAccessKeyId.',
      'Sign with Version 4: x-amz-algorithm, x-amz-credential, x-amz-date, policy and x-amz-signature.',
    )
    return
  }
  for (const name of ['policy', `${prefix}algorithm`, `${prefix}credential`, `${prefix}date`, `${prefix}signature`])
    if (!fields.get(name))
      yield problem(
        'parameter-missing',
        `The form has no field ${name} before its file.`,
        'The file is the last field that is read.',
        `Put ${name} into the form before the file (${label}).`,
      )
}

/** What the form has that its policy does not allow, and the other way round. */
function* documentProblems(
  request: HttpRequest,
  fields: ReadonlyMap<string, string>,
  document: Document | undefined,
  { prefix }: Variant,
): Iterable<Problem> {
  if (!fields.get('policy')) return
  if (document === undefined || !Array.isArray(document.conditions)) {
    yield problem(
      'policy-form',
      'The policy is not base64 of a JSON document with conditions.',
      'It cannot be read.',
      'Write the JSON, encode it as base64 without line breaks, sign that text and send it.',
    )
    return
  }
  const named = new Set<string>(['policy', `${prefix}signature`, 'file'])
  const [, first = ''] = request.target.split(/[/?]/)
  const buckets = [request.authority.split('.', 1)[0], first]
  for (const [kind, name, value] of conditionsOf(document.conditions)) {
    if (kind === 'range') continue
    named.add(name)
    const own = name === 'bucket' ? buckets.find((one) => one === value) : fields.get(name)
    if (own !== undefined && (kind === 'eq' ? own === value : own.startsWith(value))) continue
    yield problem(
      'policy-condition',
      `The form does not meet the condition of its policy on ${name}.`,
      own === undefined
        ? name === 'bucket'
          ? 'Neither host nor path names that bucket.'
          : 'The form has no such field before its file.'
        : kind === 'eq'
          ? 'Its value is another one.'
          : 'Its value begins in another way.',
      'Send exactly what the policy states, in fields before the file; sign the policy anew where it should be something else.',
    )
  }
  for (const name of fields.keys())
    if (!named.has(name) && !name.startsWith('x-ignore-'))
      yield problem(
        'policy-field-added',
        `The form has a field that its policy does not name: ${name}.`,
        'No condition is for it ("Extra input fields").',
        `Add a condition for ${name} before signing, or leave the field out.`,
      )
}

function* conditionsOf(
  conditions: readonly unknown[],
): Iterable<readonly [kind: 'eq' | 'starts-with' | 'range', name: string, value: string]> {
  for (const one of conditions.slice(0, 256))
    if (Array.isArray(one)) {
      const [kind, name, value] = one as readonly unknown[]
      if (kind === 'content-length-range') yield ['range', '', '']
      else
        yield [
          kind === 'starts-with' ? 'starts-with' : 'eq',
          String(name).replace(/^\$/, '').toLowerCase(),
          String(value),
        ]
    } else if (typeof one === 'object' && one !== null)
      for (const [name, value] of Object.entries(one)) yield ['eq', name.toLowerCase(), String(value)]
}

const decodedPolicy = (policy: string): string => utf8Decode(base64Decode(policy.replace(/\s/g, '')) ?? utf8('')) ?? ''
const lines = (text: string, length: number): string => text.replace(new RegExp(`.{1,${length}}`, 'g'), '$&\n')

const POLICY: readonly TextMistake[] = [
  {
    id: 'quoted',
    rank: 1,
    cause: 'The policy was signed as a program shows its bytes, and not as they are.',
    fix: 'Decode the bytes to text before they are put into another text: b64encode(policy).decode() in Python.',
    apply: (text) => [[`b'${text}'`, "as Python shows bytes: b'…'"], [`"${text}"`]],
  },
  {
    id: 'json',
    rank: 1,
    cause: 'The JSON of the policy was signed, and not its base64.',
    fix: 'Encode the policy as base64, and sign that text: the one that is sent.',
    apply: (text) => [[decodedPolicy(text)]],
  },
  {
    id: 'line-breaks',
    rank: 1,
    cause: 'The base64 of the policy was signed with line breaks (or sent with them).',
    fix: 'Write base64 without line breaks: strict_encode64 in Ruby, b64encode in Python, -w0 or -A on a command line.',
    apply: (text) => [
      [lines(text, 60), 'behind every 60 characters'],
      [lines(text, 76), 'behind every 76 characters'],
      [lines(text, 76).replaceAll('\n', '\r\n'), 'CR LF behind every 76 characters'],
      [lines(text, 64), 'behind every 64 characters'],
      [`${text}\n`, 'one at the end'],
      [text.replace(/\s/g, ''), 'none'],
    ],
  },
  {
    id: 'base64',
    rank: 1,
    cause: 'The policy was signed in another alphabet of base64, or encoded twice.',
    fix: 'Use ordinary base64 with its padding, once.',
    apply: (text) => [
      [base64url(utf8(decodedPolicy(text)))],
      [text.replaceAll('+', '-').replaceAll('/', '_')],
      [withoutEnd(text, '='), 'without padding'],
      [base64Of(text), 'encoded twice'],
    ],
  },
  {
    id: 'rewritten',
    rank: 1,
    cause: 'The JSON of the policy was written anew between signing and sending.',
    fix: 'Serialise the policy once, keep its base64, sign that text and put the same text into the form.',
    *apply(text) {
      const json = decodedPolicy(text)
      for (const { apply, cause } of only(
        JSON_MISTAKES,
        'json-compact',
        'json-spaces',
        'json-indented',
        'json-sorted',
        'json-numbers-as-text',
        'json-escapes',
        'member-added',
      ))
        for (const [changed, detail] of apply(json))
          yield [base64Of(changed), detail ?? cause.replaceAll('$', 'policy').replace(/\.$/, '')]
    },
  },
]
