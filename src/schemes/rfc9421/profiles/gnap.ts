import type { SigningKey } from '../../../crypto/key.js'
import { assertOptions, fail, type OptionNames } from '../../../errors.js'
import { FLAG, TEXT } from '../../../support/option-kinds.js'
import type { Signer, VerifyScheme } from '../../scheme.js'
import { LABEL, LABEL_TEXT } from '../options.js'
import { assertChained } from './chain.js'
import { always, fixedVerifier, type Part, type ProfileRules, present, profileSigner } from './profile.js'

// RFC 9635 7.3.1: method and target, the digest of content, the authorization field with a token.
const PARTS: readonly Part[] = [
  /* @__PURE__ */ always('@method'),
  /* @__PURE__ */ always('@target-uri'),
  /* @__PURE__ */ present('content-digest'),
  /* @__PURE__ */ present('authorization'),
]
const RULES: ProfileRules = {
  id: 'rfc9421/gnap',
  tag: 'gnap',
  request: PARTS,
  parameters: ['created', 'keyid'],
  withBody: ['body'],
  check: (signature) => {
    // RFC 9635 7.3.1: the algorithm is that of the key, and the parameter is not sent.
    if (signature.claimedAlgorithm !== undefined)
      fail('AUTH_MALFORMED', 'rfc9421/gnap: the signature must not state "alg", which the key has')
  },
}

/** Options of {@link gnap}. */
export interface GnapOptions<K extends SigningKey = SigningKey> {
  /** The key of the client instance; its id is the `kid` of its JWK. */
  readonly key: K
  /** Name of this signature among others in the message. Default `sig1`. */
  readonly label?: string
  /** Adds a nonce, which RFC 9635 recommends. Default `true`. */
  readonly nonce?: boolean
  /** Content-Digest made for a body that has none yet. Default `sha-256`. */
  readonly digest?: 'sha-256' | 'sha-512'
}

const KNOWN: OptionNames<GnapOptions> = { key: 2, label: LABEL_TEXT, nonce: FLAG, digest: 1 }

/**
 * Requests of the Grant Negotiation and Authorization Protocol (Open Payments): method, target, digest and access token are
 * signed by the key of the client instance.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; signing throws as with `rfc9421()`.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9635#section-7.3.1 | RFC 9635 7.3.1}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { generateKeyPair } from 'countersign/crypto'
 * import { gnap } from 'countersign/rfc9421/profiles'
 *
 * const { signingKey } = await generateKeyPair('ed25519', { keyId: 'client-key-1' })
 * const signedFetch = createSignedFetch(gnap({ key: signingKey }), { origins: ['https://auth.example.com'] })
 * ```
 */
export function gnap<K extends SigningKey>(options: GnapOptions<K>): Signer<K> {
  assertOptions('gnap', options, KNOWN)
  return profileSigner('gnap', RULES, options)
}

/**
 * Accepts requests of GNAP clients. The algorithm is that of the key; a signature that states one is refused.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9635#section-7.3.1 | RFC 9635 7.3.1}
 * @example
 * ```ts
 * import { gnapVerifier } from 'countersign/rfc9421/profiles'
 * import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from 'countersign/server'
 *
 * const verifier = createVerifier({
 *   schemes: [gnapVerifier()],
 *   keys: staticKeys([]),
 *   policy: strictPolicy({ authorities: ['auth.example.com'] }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export const gnapVerifier = (...none: readonly []): VerifyScheme => fixedVerifier('gnapVerifier', RULES, none)

/** Options of {@link gnapRotation}. */
export interface GnapRotationOptions<K extends SigningKey = SigningKey> extends GnapOptions<K> {
  /** Label of the signature by the key that is replaced, which is there already. Default `sig1`. */
  readonly over?: string
}

const ROTATION: OptionNames<GnapRotationOptions> = { ...KNOWN, over: TEXT }

/**
 * The second signature of a request that replaces a key, by the new one: it covers the signature that the old key has made with
 * {@link gnap}. Its label is `sig2` by default.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; signing throws `COMPONENT_MISSING` where the old key has not signed.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9635#section-7.3.1.1 | RFC 9635 7.3.1.1}
 * @example
 * ```ts
 * import { httpRequest, signRequest } from 'countersign'
 * import { generateKeyPair } from 'countersign/crypto'
 * import { gnap, gnapRotation } from 'countersign/rfc9421/profiles'
 *
 * const old = await generateKeyPair('ed25519', { keyId: 'client-key-1' })
 * const fresh = await generateKeyPair('ed25519', { keyId: 'client-key-2' })
 * const request = httpRequest({ method: 'POST', url: 'https://auth.example.com/token/PRY5NM33', body: '{"key":{}}' })
 * const once = await signRequest(request, gnap({ key: old.signingKey }))
 * const twice = await signRequest(once, gnapRotation({ key: fresh.signingKey }))
 * ```
 */
export function gnapRotation<K extends SigningKey>(options: GnapRotationOptions<K>): Signer<K> {
  assertOptions('gnapRotation', options, ROTATION, { old: 'over', previous: 'over' })
  const { over = 'sig1', label = 'sig2', ...others } = options
  if (!LABEL.test(over)) fail('CONFIG_INVALID', 'gnapRotation: "over" must be a structured-field key, got another text')
  if (over === label) fail('CONFIG_INVALID', 'gnapRotation: "over" must name another signature than "label"')
  return profileSigner(
    'gnapRotation',
    { ...ROTATION_RULES, request: [...PARTS, ...membersOf(over)] },
    { ...others, label },
  )
}

const membersOf = (label: string): readonly Part[] =>
  ['signature', 'signature-input'].map((name) => always(name, { key: label }))

const ROTATION_RULES: ProfileRules = {
  ...RULES,
  id: 'rfc9421/gnap-rotate',
  tag: 'gnap-rotate',
  check: (signature, message) => {
    RULES.check?.(signature, message)
    if (assertChained(signature, message).length === 0)
      fail('COMPONENT_MISSING', 'rfc9421/gnap-rotate: the signature must cover the one of the key that is replaced')
  },
}

/**
 * Accepts the second signature of a request that replaces a key. Both signatures have to be judged before the key is replaced:
 * by a verifier of {@link gnapVerifier} for the old key, and one of this scheme for the new one, whose key source returns the key
 * that the request brings.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9635#section-7.3.1.1 | RFC 9635 7.3.1.1}
 * @example
 * ```ts
 * import { gnapRotationVerifier } from 'countersign/rfc9421/profiles'
 * import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from 'countersign/server'
 *
 * const verifier = createVerifier({
 *   schemes: [gnapRotationVerifier()],
 *   keys: staticKeys([]),
 *   policy: strictPolicy({ authorities: ['auth.example.com'] }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export const gnapRotationVerifier = (...none: readonly []): VerifyScheme =>
  fixedVerifier('gnapRotationVerifier', ROTATION_RULES, none)
