import type { KeyAlgorithm } from '../../../crypto/algorithm.js'
import type { SigningKey } from '../../../crypto/key.js'
import { assertOptions, fail, type OptionNames } from '../../../errors.js'
import { combinedValue, trimOws, withoutFields } from '../../../message/fields.js'
import { type HttpMessage, type HttpRequest, isRequest, withFields } from '../../../message/message.js'
import { splitTarget } from '../../../message/target.js'
import { oneOf } from '../../../support/option-kinds.js'
import type { Signer, UntrustedSignature, VerifyScheme } from '../../scheme.js'
import { LABEL_TEXT } from '../options.js'
import { rfc9421Verifier } from '../verifier.js'
import { always, type ProfileRules, profileSigner, profileVerifier } from './profile.js'

/*
 * Source: visa/trusted-agent-protocol at 16d59bd (2025-10-28), tap-agent/agent_app.py and cdn-proxy/server.js, read on 2026-11-30.
 */

const TAGS = { browse: 'agent-browser-auth', pay: 'agent-payer-auth' } as const

/** What an agent is at a shop for. */
export type TapPurpose = keyof typeof TAGS

const ALGORITHMS: readonly KeyAlgorithm[] = ['ed25519', 'rsa-pss-sha256']
// Eight minutes.
const LIFETIME_MS = 480_000

const rulesOf = (purpose: TapPurpose): ProfileRules => ({
  id: 'rfc9421/visa-tap',
  tag: TAGS[purpose],
  request: [always('@authority'), always('@path')],
  parameters: ['created', 'expires', 'nonce', 'keyid', 'alg'],
  withBody: [],
  algorithms: ALGORITHMS,
  maxLifetimeMs: LIFETIME_MS,
  maxAgeMs: LIFETIME_MS,
})

/** Options of {@link visaTap}. */
export interface VisaTapOptions<K extends SigningKey = SigningKey> {
  /** The key that the network lists for the agent: `ed25519` or `rsa-pss-sha256`. */
  readonly key: K
  /** `browse` for looking, `pay` for paying. */
  readonly purpose: TapPurpose
  /** Name of this signature among others in the message. Default `sig1`. */
  readonly label?: string
}

const PURPOSE = /* @__PURE__ */ oneOf('browse', 'pay')
const KNOWN: OptionNames<VisaTapOptions> = { key: 2, purpose: [PURPOSE, 2], label: LABEL_TEXT }

/**
 * Requests of Visa's Trusted Agent Protocol: authority and path for eight minutes. Method, query and body are not covered by this
 * protocol. Written as RFC 9421 has it (`keyid`, no spaces); the sample of Visa writes `keyId`, which is no key of a structured
 * field.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; signing throws as with `rfc9421()`.
 * @see {@link https://github.com/visa/trusted-agent-protocol | Visa, Trusted Agent Protocol}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { generateKeyPair } from 'countersign/crypto'
 * import { visaTap } from 'countersign/rfc9421/profiles'
 *
 * const { signingKey } = await generateKeyPair('ed25519', { keyId: 'agent-1' })
 * const signedFetch = createSignedFetch(visaTap({ key: signingKey, purpose: 'browse' }), {
 *   origins: ['https://shop.example.com'],
 * })
 * ```
 */
export function visaTap<K extends SigningKey>(options: VisaTapOptions<K>): Signer<K> {
  assertOptions('visaTap', options, KNOWN, { tag: 'purpose' })
  const { key, purpose, label = 'sig1' } = options
  if (purpose === undefined) fail('CONFIG_INVALID', 'visaTap: "purpose" must be "browse" or "pay"')
  return profileSigner('visaTap', rulesOf(purpose), { key, label, alg: true, digest: false, expiresInMs: LIFETIME_MS })
}

/** Options of {@link visaTapVerifier}. */
export interface VisaTapVerifierOptions {
  /** Accepts only signatures for this. Default: both; the verdict has the tag. */
  readonly purpose?: TapPurpose
}

/**
 * Accepts requests of Visa's Trusted Agent Protocol, also as the sample of Visa writes them: `keyId` in place of `keyid`, and then
 * with the query as a part of `@path`; `PS256` for `rsa-pss-sha256`, and a space after each semicolon, which is then a part of what
 * is signed. RSA signatures of the sample have the longest salt that fits: keys of {@link visaTapVerifyingKey} take it, and others one
 * as long as the hash alone. Nothing but authority and path is proven: a body is not.
 *
 * @see {@link https://github.com/visa/trusted-agent-protocol | Visa, Trusted Agent Protocol}
 * @example
 * ```ts
 * import { visaTapVerifier } from 'countersign/rfc9421/profiles'
 * import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from 'countersign/server'
 *
 * const verifier = createVerifier({
 *   schemes: [visaTapVerifier()],
 *   keys: staticKeys([]),
 *   policy: strictPolicy({ authorities: ['shop.example.com'], maxAgeMs: 480_000 }),
 *   replay: memoryReplayStore({ maxAgeMs: 480_000 }),
 * })
 * ```
 */
export function visaTapVerifier(options: VisaTapVerifierOptions = {}): VerifyScheme {
  assertOptions('visaTapVerifier', options, { purpose: PURPOSE } satisfies OptionNames<VisaTapVerifierOptions>, {
    tag: 'purpose',
  })
  const purposes = options.purpose === undefined ? (['browse', 'pay'] as const) : [options.purpose]
  const base = rfc9421Verifier()
  const schemes = purposes.map((purpose) => profileVerifier(rulesOf(purpose), base))
  return {
    ...(schemes[0] as VerifyScheme),
    parse: (message, select) => {
      const text = combinedValue(message.fields, 'signature-input')
      if (text === undefined || !isRequest(message)) return []
      const read = withInput(message, legalInput(text))
      const found = schemes.flatMap((scheme) => scheme.parse(read, select))
      return found.map((one) => verbatim(one, text, message))
    },
  }
}

// A string, or what stands between strings.
const PIECES = /"(?:[^"\\]|\\.)*"?|[^"]+/g
const piecesOf = (text: string): readonly string[] => text.match(PIECES) ?? []
const isString = (piece: string): boolean => piece.startsWith('"')

/** The same with names that a structured field may have; what stands in strings is left alone, except the name of the algorithm. */
function legalInput(text: string): string {
  const pieces = piecesOf(text)
  return pieces
    .map((piece, at) => {
      if (!isString(piece)) return piece.replace(/; *keyId=/g, ';keyid=')
      return piece === '"PS256"' && /; *alg=$/.test(pieces[at - 1] ?? '') ? '"rsa-pss-sha256"' : piece
    })
    .join('')
}

const withInput = (message: HttpMessage, input: string): HttpMessage =>
  withFields(message, [...withoutFields(message.fields, 'signature-input'), 'Signature-Input', input])

/** The signature with its parameters as they were received: serialised anew they would be another text. */
function verbatim(signature: UntrustedSignature, text: string, { target }: HttpRequest): UntrustedSignature {
  const member = memberText(text, signature.label)
  const base = signature.base as string
  const lines = base.slice(0, base.lastIndexOf('\n') + 1)
  // The sample, which writes `keyId`, signs path and query as one (parse_url_components). The parameters are signed, so the form
  // cannot be chosen on the way; and a line with the query fits this query alone, where RFC 9421 2.2.6 leaves it open.
  const { query } = splitTarget(target)
  const isSample = query.length > 1 && outsideStrings(member).includes('keyId=')
  const own = `${isSample ? lines.replace(/^"@path": .*/m, (line) => line + query) : lines}"@signature-params": ${member}`
  return Object.create(signature, { base: { value: own, enumerable: true } }) as UntrustedSignature
}

const outsideStrings = (text: string): string =>
  piecesOf(text)
    .filter((one) => !isString(one))
    .join('')

/** The text of one member of a dictionary that has been parsed. */
function memberText(text: string, label: string): string {
  let start = 0
  let at = 0
  const members: string[] = []
  for (const piece of piecesOf(text)) {
    for (let comma = isString(piece) ? -1 : piece.indexOf(','); comma !== -1; comma = piece.indexOf(',', comma + 1)) {
      members.push(text.slice(start, at + comma))
      start = at + comma + 1
    }
    at += piece.length
  }
  members.push(text.slice(start))
  const own = members.map(trimOws).find((one) => one.startsWith(`${label}=`))
  return own === undefined
    ? fail('AUTH_MALFORMED', 'rfc9421/visa-tap: the input is not found')
    : own.slice(label.length + 1)
}
