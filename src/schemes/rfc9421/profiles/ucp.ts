import type { KeyAlgorithm } from '../../../crypto/algorithm.js'
import type { SigningKey } from '../../../crypto/key.js'
import { assertOptions, fail, type OptionKind, type OptionNames } from '../../../errors.js'
import { hasField } from '../../../message/fields.js'
import { type HttpMessage, isRequest, withFields } from '../../../message/message.js'
import { FLAG } from '../../../support/option-kinds.js'
import type { Signer, UntrustedSignature, VerifyScheme } from '../../scheme.js'
import { LABEL_TEXT } from '../options.js'
import {
  always,
  type Part,
  type ProfileRules,
  present,
  profileSigner,
  profileVerifier,
  queryWhenThere,
} from './profile.js'

/*
 * Source: Universal-Commerce-Protocol/ucp, docs/specification/signatures.md at fdcf893 (2026-08-22), read on 2026-11-30.
 */

const CHANGES = /^(?:POST|PUT|DELETE|PATCH)$/

const requestParts = (mcp: boolean): readonly Part[] => [
  always('@method'),
  always('@authority'),
  always('@path'),
  queryWhenThere(),
  present('ucp-agent'),
  // Required of requests that change something: it is what keeps them from being carried out twice. Over MCP every request is a
  // POST, and the operation decides (MCP Transport).
  {
    component: always('idempotency-key').component,
    when: (message) =>
      hasField(message.fields, 'idempotency-key') || (!mcp && isRequest(message) && CHANGES.test(message.method)),
  },
  present('content-digest'),
  present('content-type'),
]
const RESPONSE: readonly Part[] = [
  /* @__PURE__ */ always('@status'),
  /* @__PURE__ */ present('content-digest'),
  /* @__PURE__ */ present('content-type'),
]

const ALGORITHMS: readonly KeyAlgorithm[] = ['ecdsa-p256-sha256', 'ecdsa-p384-sha384', 'ed25519']
const rulesOf = (mcp: boolean): ProfileRules => ({
  id: 'rfc9421/ucp',
  tag: undefined,
  request: requestParts(mcp),
  response: RESPONSE,
  parameters: ['created', 'keyid'],
  withBody: ['body', 'field:content-type'],
  algorithms: ALGORITHMS,
  check,
})

function check(signature: UntrustedSignature, { fields }: HttpMessage): void {
  const { claimedAlgorithm, covers, tag, label, createdMs, expiresMs } = signature
  if (claimedAlgorithm !== undefined)
    fail('AUTH_MALFORMED', 'rfc9421/ucp: the signature must not state "alg", which the key has')
  // Headers: implementations must use sha-256.
  if (covers.has('body') && !signature.bodyDigests.some(({ hash }) => hash === 'sha256'))
    fail('DIGEST_MISSING', 'rfc9421/ucp: Content-Digest must have sha-256')
  if (tag === 'web-bot-auth') {
    // WBA Interop, 3 and 5: the label names the member, and there is an end.
    if (createdMs === undefined || expiresMs === undefined)
      fail('TIMESTAMP_MALFORMED', 'rfc9421/ucp: a signature for Web Bot Auth must state "created" and "expires"')
    if (!covers.has(`field:signature-agent;key="${label}"`))
      fail('COMPONENT_MISSING', 'rfc9421/ucp: a signature for Web Bot Auth must cover the member of its label')
  }
  // Whole, or the member that the audience of Web Bot Auth reads.
  if (hasField(fields, 'signature-agent') && ![...covers].some((fact) => /^field:signature-agent(?:;|$)/.test(fact)))
    fail('COMPONENT_MISSING', 'rfc9421/ucp: the signature does not cover "signature-agent"')
}

/** Options of {@link ucp}. */
export interface UcpOptions<K extends SigningKey = SigningKey> {
  /** `ecdsa-p256-sha256`, which every party can verify, `ecdsa-p384-sha384` or `ed25519`; its id is the `kid` in your profile. */
  readonly key: K
  /** URL of your UCP profile. Requests without a `UCP-Agent` get one that names it. */
  readonly profile?: string
  /** Name of this signature among others in the message. Default `sig1`. */
  readonly label?: string
  /**
   * Signs for sites that verify Web Bot Auth as well: the profile is named in `Signature-Agent`, the signature ends after five
   * minutes, has a nonce and the tag `web-bot-auth`. The key id must be the thumbprint of the key. Needs `profile`.
   */
  readonly webBotAuth?: boolean
  /**
   * For the transport of MCP, where every request is a POST: the idempotency key is covered where the request has one, and a POST
   * without one is signed. Default `false`.
   */
  readonly mcp?: boolean
}

const HTTPS: OptionKind = [
  (value) => typeof value === 'string' && /^https:\/\/[!#-[\]-~]+$/.test(value),
  'an https URL',
]
const KNOWN: OptionNames<UcpOptions> = { key: 2, profile: HTTPS, label: LABEL_TEXT, webBotAuth: FLAG, mcp: FLAG }

/**
 * Requests and responses of the Universal Commerce Protocol: method, authority, path, query, agent, idempotency key, digest and
 * type of the body; of a response its status, digest and type.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; signing throws `COMPONENT_MISSING` for a POST, PUT, PATCH or DELETE without an
 *   `Idempotency-Key`.
 * @see {@link https://ucp.dev/specification/signatures | UCP, Signatures}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { generateKeyPair } from 'countersign/crypto'
 * import { ucp } from 'countersign/rfc9421/profiles'
 *
 * const { signingKey } = await generateKeyPair('ecdsa-p256-sha256', { keyId: 'platform-2026' })
 * const signedFetch = createSignedFetch(ucp({ key: signingKey, profile: 'https://agent.example/.well-known/ucp' }), {
 *   origins: ['https://shop.example.com'],
 * })
 * ```
 */
export function ucp<K extends SigningKey>(options: UcpOptions<K>): Signer<K> {
  assertOptions('ucp', options, KNOWN, { agent: 'profile', dual: 'webBotAuth' })
  const { key, profile, label = 'sig1', webBotAuth = false, mcp = false } = options
  if (webBotAuth && profile === undefined)
    fail('CONFIG_INVALID', 'ucp: "webBotAuth" needs "profile", the URL that Signature-Agent names')
  const rules = rulesOf(mcp)
  const agent = webBotAuth ? always('signature-agent', { key: label }) : present('signature-agent')
  const signer = profileSigner(
    'ucp',
    { ...rules, ...(webBotAuth && { tag: 'web-bot-auth' }), request: [...rules.request, agent] },
    // WBA Interop, 6: a nonce, which the idempotency key does not stand for.
    { key, label, nonce: webBotAuth, ...(webBotAuth && { expiresInMs: 300_000 }) },
  )
  if (profile === undefined) return signer
  const more = [
    ['UCP-Agent', `profile="${profile}"`],
    ...(webBotAuth ? [['Signature-Agent', `${label}="${profile}";type=jwks_uri`] as const] : []),
  ] as const
  const { scheme } = signer
  return {
    ...signer,
    scheme: { ...scheme, prepare: (message, context) => scheme.prepare(withMissing(message, more), context) },
  }
}

/** A request with those of the fields that it lacks; a response as it is. */
function withMissing<M extends HttpMessage>(
  message: M,
  more: ReadonlyArray<readonly [name: string, value: string]>,
): M {
  if (!isRequest(message)) return message
  const missing = more.filter(([name]) => !hasField(message.fields, name.toLowerCase()))
  return missing.length === 0 ? message : withFields(message, [...message.fields, ...missing.flat()])
}

/** Options of {@link ucpVerifier}. */
export interface UcpVerifierOptions {
  /**
   * Whether a signature has to state its time, which UCP leaves open. Default `true`. With `false` no window bounds those that do
   * not, and the policy has to state what is done with them (`untimed`); the idempotency key is then what stops a repetition.
   */
  readonly requireCreated?: boolean
  /** As in {@link UcpOptions}: a POST of MCP needs no idempotency key. What is there must be covered. */
  readonly mcp?: boolean
}

/**
 * Accepts requests of UCP, and responses in `createResponseVerifier`. The keys are those of the party's profile.
 *
 * @see {@link https://ucp.dev/specification/signatures | UCP, Signatures}
 * @example
 * ```ts
 * import { ucpVerifier } from 'countersign/rfc9421/profiles'
 * import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from 'countersign/server'
 *
 * const verifier = createVerifier({
 *   schemes: [ucpVerifier()],
 *   keys: staticKeys([]),
 *   policy: strictPolicy({ authorities: ['shop.example.com'] }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export function ucpVerifier(options: UcpVerifierOptions = {}): VerifyScheme {
  const known: OptionNames<UcpVerifierOptions> = { requireCreated: FLAG, mcp: FLAG }
  assertOptions('ucpVerifier', options, known, { created: 'requireCreated' })
  const rules = rulesOf(options.mcp === true)
  return profileVerifier(options.requireCreated === false ? { ...rules, parameters: ['keyid'] } : rules)
}
