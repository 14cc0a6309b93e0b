import type { Demands } from '../demands.js'
import { span } from '../refusals.js'
import type { Json } from './walk.js'

/** A header that signed requests have. */
export interface SignedHeader {
  /** Its name under `components.parameters`. */
  readonly key: string
  readonly name: string
  readonly description: string
  /** Of operations with a body only. */
  readonly withBody: boolean
  /** A field of the service's own: a parameter that is there already is this one. */
  readonly own: boolean
}

const keyOf = (name: string): string =>
  name
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('')

const header = (name: string, description: string, more: Partial<SignedHeader> = {}): SignedHeader => ({
  key: keyOf(name),
  name,
  description,
  withBody: false,
  own: false,
  ...more,
})

/** The headers of one scheme. */
export function headersOf(demands: Demands): readonly SignedHeader[] {
  const own = [
    ...demands.fields.map((name) => header(name, 'Covered by the signature.', { own: true })),
    ...demands.bodyFields.map((name) => header(name, 'Covered by the signature.', { own: true, withBody: true })),
  ]
  if (demands.kind === 'rfc9421') {
    const { covered, label } = demands.settings
    const example = `${label}=(${covered.map((name) => `"${name}"`).join(' ')});created=…;nonce="…";keyid="…"`
    return [
      header('Signature-Input', `What is signed, and how (RFC 9421 4.1): ${example}`),
      header('Signature', `The signature (RFC 9421 4.2): ${label}=:base64:`),
      header('Content-Digest', 'The digest of the body (RFC 9530 2), covered by the signature: sha-256=:base64:', {
        withBody: true,
      }),
      ...own,
    ]
  }
  const { headers, timestamp = 'ms', encoding = 'hex', prefix = '' } = demands.settings
  return [
    header(headers.key, 'The key id.'),
    header(headers.timestamp, `The time of signing (${timestamp}).`),
    ...(headers.nonce === undefined
      ? []
      : [header(headers.nonce, 'A nonce of 16 to 128 characters, never twice with one key.')]),
    ...(headers.bodyDigest === undefined ? [] : [header(headers.bodyDigest, 'The SHA-256 of the body.')]),
    header(headers.signature, `The signature, ${prefix === '' ? '' : `${prefix} and `}${encoding}.`),
    ...own,
  ]
}

export const parameterOf = ({ name, description }: SignedHeader, required: boolean): Json => ({
  name,
  in: 'header',
  required,
  description,
  schema: { type: 'string' },
})

/** The description of a scheme for people who read the document. */
export function schemeText(demands: Demands): string {
  const { policy, algorithms, kind } = demands
  const covered =
    kind === 'rfc9421'
      ? [...demands.settings.covered, ...demands.settings.whenPresent.map((name) => `${name} where it is there`)]
      : demands.settings.base
  const what = kind === 'rfc9421' ? 'HTTP Message Signatures (RFC 9421)' : `Signed headers (${demands.id})`
  return [
    `${what} with ${algorithms.join(' or ')}.`,
    `Signed: ${covered.join(', ')}.`,
    `Window: ${span(policy.maxAgeMs)} back, ${span(policy.maxFutureMs)} ahead.`,
    policy.requireNonce ? 'Each nonce counts once.' : '',
  ]
    .filter((one) => one !== '')
    .join(' ')
}

export const securityScheme = (demands: Demands): Json =>
  demands.kind === 'rfc9421'
    ? { type: 'http', scheme: 'signature', description: schemeText(demands) }
    : { type: 'apiKey', in: 'header', name: demands.settings.headers.key, description: schemeText(demands) }
