import { base64, base64urlDecode } from '../../../src/crypto/encoding.js'
import { ed25519PrivateKey } from '../../../src/crypto/index.js'
import { CREATED, DIRECTORY_VECTOR, ED25519_KEYID } from './draft.js'

/** The private half of RFC 9421 B.1.4, which is printed there. */
const key = ed25519PrivateKey({
  keyId: ED25519_KEYID,
  seed: base64urlDecode('n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU') as Uint8Array,
})

/** One request that must not verify, in the form of ParallaxGrain/webbotauth-negative-vectors. */
export interface NegativeVector {
  readonly id: string
  readonly title: string
  readonly expected: { readonly outcome: string; readonly reason: string }
  readonly now: number
  readonly request: {
    readonly method: string
    readonly url: string
    readonly headers: Readonly<Record<string, string>>
    readonly body?: string
  }
  readonly directory?: {
    readonly url: string
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }
}

export const AGENT = 'https://signature-agent.test'
export const KEYS_URL = `${AGENT}/.well-known/http-message-signatures-directory`
const AUTHORITY = '"@authority"'
const MEMBER = '"signature-agent";key="sig1"'
const EMPTY_DIGEST = 'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:'

export const GOOD_DIRECTORY = {
  url: KEYS_URL,
  status: 200,
  headers: { 'Content-Type': 'application/http-message-signatures-directory+json' },
  body: DIRECTORY_VECTOR.body,
} as const

/** The value of Signature-Input without its label. */
export const paramsOf = (components: readonly string[], changes: Readonly<Record<string, unknown>> = {}): string => {
  const values = { created: CREATED, keyid: ED25519_KEYID, alg: 'ed25519', expires: 4_889_289_600, tag: 'web-bot-auth' }
  return Object.entries({ ...values, ...changes })
    .filter(([, value]) => value !== undefined)
    .reduce(
      (out, [name, value]) => `${out};${name}=${typeof value === 'number' ? value : `"${String(value)}"`}`,
      `(${components.join(' ')})`,
    )
}

/** A signature over a base that is written here, and need not be that of any message. */
export const signBase = (values: Readonly<Record<string, string>>, params: string): string => {
  const lines = Object.entries(values).map(([id, value]) => `${id}: ${value}\n`)
  return base64(key.sign(`${lines.join('')}"@signature-params": ${params}`))
}

interface Row {
  readonly id: string
  readonly title: string
  readonly outcome: string
  readonly reason: string
  readonly now?: number
  readonly agent?: string | null
  readonly signed: Readonly<Record<string, string>>
  readonly params?: string
  readonly input?: string
  readonly label?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

const good = { [AUTHORITY]: 'example.com', [MEMBER]: `"${AGENT}"` }
const withDigest = { [AUTHORITY]: 'example.com', '"content-digest"': EMPTY_DIGEST, [MEMBER]: `"${AGENT}"` }

/** Restated from `vectors.src.mjs` at dd489ba: the same inputs give the same signatures, as Ed25519 has no randomness. */
const ROWS: readonly Row[] = [
  {
    id: 'NV-01',
    title: 'no request target is covered',
    outcome: 'invalid',
    reason: 'target-not-covered',
    signed: { [MEMBER]: `"${AGENT}"` },
  },
  {
    id: 'NV-03',
    title: 'a required parameter is absent',
    outcome: 'invalid',
    reason: 'missing-fields',
    signed: good,
    params: paramsOf([AUTHORITY, MEMBER], { expires: undefined }),
  },
  {
    id: 'NV-04',
    title: 'the signature has expired',
    outcome: 'invalid',
    reason: 'expired',
    now: CREATED + 7_200,
    signed: good,
    params: paramsOf([AUTHORITY, MEMBER], { expires: CREATED + 3_600 }),
  },
  {
    id: 'NV-05',
    title: 'the signature is dated in the future',
    outcome: 'invalid',
    reason: 'clock-ahead',
    now: CREATED - 3_600,
    signed: good,
  },
  {
    id: 'NV-06',
    title: 'another authority was signed',
    outcome: 'invalid',
    reason: 'bad-signature',
    signed: { ...good, [AUTHORITY]: 'other.example' },
  },
  {
    id: 'NV-07',
    title: 'an empty path was signed',
    outcome: 'invalid',
    reason: 'canonicalization-mismatch',
    signed: { [AUTHORITY]: 'example.com', '"@path"': '', [MEMBER]: `"${AGENT}"` },
  },
  {
    id: 'NV-08',
    title: 'the digest is not that of the body',
    outcome: 'invalid',
    reason: 'content-digest-mismatch',
    method: 'POST',
    headers: { 'Content-Digest': EMPTY_DIGEST },
    body: '{"hello":"world"}',
    signed: withDigest,
  },
  {
    id: 'NV-09',
    title: 'a covered component is absent',
    outcome: 'invalid',
    reason: 'missing-component',
    signed: withDigest,
  },
  {
    id: 'NV-10',
    title: 'Signature-Input does not parse',
    outcome: 'invalid',
    reason: 'signature-input-unreadable',
    signed: good,
    input: `sig1=${paramsOf([AUTHORITY, MEMBER]).replace(')', '')}`,
  },
  {
    id: 'NV-11',
    title: 'the labels differ',
    outcome: 'invalid',
    reason: 'signature-value-unreadable',
    signed: good,
    label: 'sig9',
  },
  {
    id: 'NV-12',
    title: 'there is no Signature-Agent',
    outcome: 'unverified',
    reason: 'signature-agent-absent',
    agent: null,
    signed: { [AUTHORITY]: 'example.com' },
  },
  {
    id: 'NV-13',
    title: 'several members and none is chosen',
    outcome: 'invalid',
    reason: 'signature-agent-ambiguous-member',
    agent: `first="${AGENT}", second="https://other-agent.test"`,
    signed: { [AUTHORITY]: 'example.com', '"signature-agent"': `first="${AGENT}", second="https://other-agent.test"` },
  },
  {
    id: 'NV-14',
    title: 'the covered member is absent',
    outcome: 'invalid',
    reason: 'signature-agent-member-missing',
    agent: `other="${AGENT}"`,
    signed: good,
  },
  {
    id: 'NV-16',
    title: 'the agent is not https',
    outcome: 'invalid',
    reason: 'signature-agent-not-https',
    agent: 'sig1="http://signature-agent.test"',
    signed: { ...good, [MEMBER]: '"http://signature-agent.test"' },
  },
  {
    id: 'NV-17',
    title: 'a directory is not an origin',
    outcome: 'unverified',
    reason: 'signature-agent-not-origin',
    agent: `sig1="${AGENT}/keys"`,
    signed: { ...good, [MEMBER]: `"${AGENT}/keys"` },
  },
  {
    id: 'NV-18',
    title: 'Signature-Agent does not parse',
    outcome: 'invalid',
    reason: 'signature-agent-unparsable',
    agent: `sig1="${AGENT}`,
    signed: good,
  },
  {
    id: 'NV-19',
    title: 'a component is covered twice',
    outcome: 'invalid',
    reason: 'duplicate-component',
    signed: good,
    params: paramsOf([AUTHORITY, AUTHORITY, MEMBER]),
  },
]

/** The seventeen published vectors. */
export const NEGATIVE_VECTORS: readonly NegativeVector[] = ROWS.map((row) => {
  const { id, title, outcome, reason, now = CREATED + 60, agent, signed, method = 'GET', headers, body } = row
  const params = row.params ?? paramsOf(Object.keys(signed))
  return {
    id,
    title,
    expected: { outcome, reason },
    now,
    request: {
      method,
      url: 'https://example.com/',
      headers: {
        ...(agent === null ? {} : { 'Signature-Agent': agent ?? `sig1="${AGENT}"` }),
        ...headers,
        'Signature-Input': row.input ?? `sig1=${params}`,
        Signature: `${row.label ?? 'sig1'}=:${signBase(signed, params)}:`,
      },
      ...(body === undefined ? {} : { body }),
    },
    directory: GOOD_DIRECTORY,
  }
})
