import { utf8, utf8Decode } from '../crypto/encoding.js'
import { isCountersignError } from '../errors.js'
import { checkDigest, contentDigest } from '../message/content-digest.js'
import { combinedValue } from '../message/fields.js'
import type { HttpRequest } from '../message/message.js'
import { normalizeAuthority } from '../message/target.js'
import { type BaseLine, type BaseState, baseText, rfc9421Mistakes } from '../schemes/rfc9421/mistakes.js'
import { rfc9421Verifier } from '../schemes/rfc9421/verifier.js'
import { JSON_MISTAKES } from '../schemes/scheme/json-mistakes.js'
import { TEXT_MISTAKES } from '../schemes/scheme/text-mistakes.js'
import type { UntrustedSignature } from '../schemes/scheme.js'
import type { Finding } from './diagnosis.js'
import type { Subject } from './search.js'

/** One signature of a message, read; or why it cannot be. */
export interface Rfc9421Reading {
  readonly signature: UntrustedSignature | undefined
  readonly subject: Subject<BaseState> | undefined
  readonly findings: readonly Finding[]
}

/** True where one of the fields of RFC 9421 is there. */
export const hasRfc9421 = ({ fields }: HttpRequest): boolean =>
  combinedValue(fields, 'signature-input') !== undefined || combinedValue(fields, 'signature') !== undefined

const proven = (id: string, cause: string, evidence: string, fix: string): Finding => ({
  id,
  certainty: 'proven',
  cause,
  evidence,
  fix,
})

/** Forms that a verifier must refuse, by what gives them away. */
const FORBIDDEN: ReadonlyArray<
  readonly [id: string, field: 'input' | 'signature', pattern: RegExp, cause: string, fix: string]
> = [
  [
    'cavage',
    'signature',
    /keyId\s*=\s*"/,
    'The Signature field is that of draft-cavage, the predecessor of RFC 9421.',
    'Use a library for RFC 9421 on both sides; the two are not compatible.',
  ],
  [
    'component-upper-case',
    'input',
    /"[^"]*[A-Z][^"]*"(?=[^)]*\))/,
    'A covered component is written with capitals.',
    'RFC 9421 2.1: component names are lower case, in Signature-Input and in the base.',
  ],
  [
    'component-unquoted',
    'input',
    /\(\s*[@a-z][^"]*\)/,
    'The covered components stand without quotes.',
    'RFC 9421 2.3: each component is a quoted string: ("@method" "@path").',
  ],
  [
    'component-commas',
    'input',
    /"\s*,\s*"/,
    'The covered components are separated by commas.',
    'RFC 9651 3.1.1: the items of an inner list are separated by spaces.',
  ],
  [
    'created-not-integer',
    'input',
    /;\s*(?:created|expires)=(?:"|\d+\.\d|\d{4}-)/,
    'created or expires is no integer.',
    'RFC 9421 2.3: write whole seconds since 1970 without quotes.',
  ],
  [
    'parameter-unquoted',
    'input',
    /;\s*(?:keyid|alg|nonce|tag)=[^"\s]/,
    'keyid, alg, nonce or tag stands without quotes.',
    'RFC 9421 2.3: these are strings: keyid="…".',
  ],
  [
    'signature-without-colons',
    'signature',
    // Behind a label only: base64 ends in "==".
    /(?:^|,)\s*[a-z*][\w.*-]*=\s*[^:\s]/,
    'The signature does not stand between colons.',
    'RFC 9651 3.3.5: a byte sequence is base64 between colons: sig1=:…:',
  ],
  [
    'signature-base64url',
    'signature',
    /=:[^:]*[-_][^:]*:/,
    'The signature is URL-safe base64.',
    'RFC 9651 3.3.5: use standard base64 ("+" and "/") with padding.',
  ],
]

function forbidden(input: string, signature: string): readonly Finding[] {
  return FORBIDDEN.filter(([, field, pattern]) => pattern.test(field === 'input' ? input : signature)).map(
    ([id, field, , cause, fix]) =>
      proven(id, cause, `${field === 'input' ? 'Signature-Input' : 'Signature'} has this form.`, fix),
  )
}

/** The bodies that a sender may have hashed, with what was done to them. */
function otherBodies(body: Uint8Array | null): ReadonlyArray<readonly [Uint8Array, string]> {
  const text = body === null ? '' : utf8Decode(body)
  const out: Array<readonly [Uint8Array, string]> = [
    [new Uint8Array(), 'the digest is that of no body'],
    [utf8('{}'), 'the digest is that of "{}"'],
  ]
  if (text === undefined) return out
  for (const { apply, cause } of [...JSON_MISTAKES, ...TEXT_MISTAKES])
    for (const [changed, detail] of safely(() => [...apply(text)]))
      out.push([utf8(changed), detail ?? cause.replaceAll('$', 'body').replace('signed', 'hashed')])
  return out
}

function safely<T>(make: () => readonly T[]): readonly T[] {
  try {
    return make()
  } catch {
    return []
  }
}

/** The digest beside the body. */
function digestFindings(request: HttpRequest): readonly Finding[] {
  const field = combinedValue(request.fields, 'content-digest')
  const body = request.body instanceof Uint8Array ? request.body : null
  if (field === undefined) {
    const old = combinedValue(request.fields, 'digest')
    return old === undefined
      ? []
      : [
          {
            id: 'digest-old-field',
            certainty: 'possible',
            cause: 'The body is hashed in the field Digest, which RFC 9530 replaced.',
            evidence: 'There is a Digest and no Content-Digest.',
            fix: 'Send Content-Digest: sha-256=:…: and cover it.',
          },
        ]
  }
  if (fits(field, body)) return []
  if (/sha-?(?:256|512)=[^:]/i.test(field))
    return [
      proven(
        'digest-form',
        'The content digest does not stand between colons.',
        'Content-Digest has the form of the older Digest field.',
        'RFC 9530: Content-Digest: sha-256=:…base64…:',
      ),
    ]
  const of = otherBodies(body).find(([other]) => fits(field, other))
  return [
    proven(
      'digest-mismatch',
      'The content digest is not that of the body that was sent.',
      of === undefined ? 'The hash of the body is another one.' : of[1],
      'Make the digest of the very bytes that are sent: serialise once, then hash, sign and send.',
    ),
  ]
}

function fits(field: string, body: Uint8Array | null): boolean {
  try {
    checkDigest(field, body)
    return true
  } catch {
    return false
  }
}

const LINE = /^("(?:[^"\\]|\\.)*"[^:]*): (.*)$/s

function stateOf(base: string, request: HttpRequest): BaseState {
  const rows = base.split('\n')
  const params = (rows.pop() ?? '').replace(/^"@signature-params": /, '')
  const lines: BaseLine[] = rows.map((row) => {
    const [, id = row, value = ''] = LINE.exec(row) ?? []
    return { id, name: /^"([^"]*)"/.exec(id)?.[1] ?? id, value }
  })
  const body = request.body instanceof Uint8Array ? request.body : null
  const named = [
    combinedValue(request.fields, 'x-forwarded-host'),
    /host="?([^";,]+)/i.exec(combinedValue(request.fields, 'forwarded') ?? '')?.[1],
    /^https?:\/\/([^/]+)/.exec(combinedValue(request.fields, 'origin') ?? '')?.[1],
    'localhost',
    'localhost:3000',
    'localhost:8080',
    '127.0.0.1',
  ]
  return {
    lines,
    params,
    scheme: request.scheme,
    target: request.target,
    authority: normalizeAuthority(request.authority, request.scheme),
    digests: otherBodies(body).flatMap(([other, what]) =>
      (['sha-256', 'sha-512'] as const).map((name) => [contentDigest(other, name), what] as const),
    ),
    hosts: named.filter((one): one is string => one !== undefined && one !== ''),
  }
}

/** Reads the signature of a request, and says what can be seen without a key. */
export function readRfc9421(request: HttpRequest, nowMs: number | undefined): Rfc9421Reading {
  const input = combinedValue(request.fields, 'signature-input') ?? ''
  const text = combinedValue(request.fields, 'signature') ?? ''
  const found: Finding[] = [...digestFindings(request)]
  if (input === '' && !/keyId/.test(text))
    found.push(
      proven(
        'signature-input-missing',
        'Signature-Input is missing.',
        'There is a Signature and nothing that says what it signs.',
        'Send both fields; a proxy must not drop one.',
      ),
    )
  if (text === '')
    found.push(
      proven(
        'signature-missing',
        'Signature is missing.',
        'There is a Signature-Input and no Signature.',
        'Send both fields; a proxy must not drop one.',
      ),
    )
  found.push(...forbidden(input, text))
  const extensions = [...input.matchAll(/;\s*([a-z*][a-z0-9_.*-]*)=/g)].map(([, name]) => name as string)
  try {
    const signature = rfc9421Verifier({
      parameters: [...new Set(extensions)].filter((one) => !REGISTERED.has(one)),
    }).parse(request)[0]
    const base = signature?.base
    if (signature === undefined || typeof base !== 'string') return { signature, subject: undefined, findings: found }
    const state = stateOf(base, request)
    found.push(...timeFindings(signature, nowMs), ...coverageFindings(signature, request))
    return {
      signature,
      findings: found,
      subject: { state, compose: baseText, mistakes: rfc9421Mistakes(state.lines.map(({ name }) => name)) },
    }
  } catch (error) {
    if (!isCountersignError(error)) throw error
    if (found.length === 0 || error.code === 'COMPONENT_MISSING')
      found.push(
        proven(
          error.code.toLowerCase().replaceAll('_', '-'),
          'The signature cannot be read.',
          error.message,
          'See the code in docs/errors.md.',
        ),
      )
    return { signature: undefined, subject: undefined, findings: found }
  }
}

const REGISTERED = new Set(['created', 'expires', 'nonce', 'alg', 'keyid', 'tag'])

function timeFindings({ createdMs, expiresMs }: UntrustedSignature, nowMs: number | undefined): readonly Finding[] {
  const out: Finding[] = []
  if (createdMs !== undefined && createdMs > 100_000_000_000_000)
    out.push(
      proven(
        'created-milliseconds',
        'created is in milliseconds.',
        'It has 13 digits.',
        'RFC 9421 2.3: created is whole seconds since 1970.',
      ),
    )
  else if (nowMs !== undefined && createdMs !== undefined && createdMs > nowMs + 5_000)
    out.push(
      proven(
        'clock-ahead',
        `The clock of the sender is ${createdMs - nowMs} ms ahead.`,
        'created lies behind the moment the request was judged at.',
        'Synchronise the clock of the sender (NTP).',
      ),
    )
  else if (nowMs !== undefined && createdMs !== undefined && nowMs - createdMs > 300_000)
    out.push({
      id: 'time-expired',
      certainty: 'likely',
      cause: `The signature is ${Math.round((nowMs - createdMs) / 1000)} s old.`,
      evidence: 'created lies more than five minutes before the moment the request was judged at.',
      fix: 'Sign when the request leaves, and synchronise the clock.',
    })
  if (nowMs !== undefined && expiresMs !== undefined && expiresMs < nowMs)
    out.push(
      proven(
        'expired',
        'The signature has expired.',
        `expires lies ${nowMs - expiresMs} ms before the moment the request was judged at.`,
        'Sign again for each attempt.',
      ),
    )
  return out
}

function coverageFindings({ covers }: UntrustedSignature, request: HttpRequest): readonly Finding[] {
  const possible = (id: string, cause: string, fix: string): Finding => ({
    id,
    certainty: 'possible',
    cause,
    evidence: 'Signature-Input does not list it; most verifiers require it.',
    fix,
  })
  const out: Finding[] = []
  if (request.body instanceof Uint8Array && request.body.length > 0 && !covers.has('body'))
    out.push(
      possible('body-not-covered', 'The body is not covered.', 'Send Content-Digest and cover "content-digest".'),
    )
  if (!covers.has('method')) out.push(possible('method-not-covered', 'The method is not covered.', 'Cover "@method".'))
  if (!covers.has('authority'))
    out.push(possible('authority-not-covered', 'The authority is not covered.', 'Cover "@authority" or "@target-uri".'))
  if (!covers.has('path'))
    out.push(possible('path-not-covered', 'The path is not covered.', 'Cover "@path" or "@target-uri".'))
  return out
}
