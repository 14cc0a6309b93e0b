import type { KeyAlgorithm } from '../../../crypto/algorithm.js'
import { held } from '../../../crypto/held.js'
import type { SigningKey } from '../../../crypto/key.js'
import { assertOptions, fail, type OptionNames } from '../../../errors.js'
import { milliseconds } from '../../../support/option-kinds.js'
import type { Signer, VerifyScheme } from '../../scheme.js'
import { LABEL_TEXT } from '../options.js'
import { always, fixedVerifier, type ProfileRules, present, profileSigner } from './profile.js'

// Each was seen in two other languages or more, both ways.
const ALGORITHMS: readonly KeyAlgorithm[] = [
  'hmac-sha256',
  'ed25519',
  'ecdsa-p256-sha256',
  'rsa-pss-sha512',
  'rsa-v1_5-sha256',
]
// No @target-uri: some build it without its "?". Parts of the URL are built alike everywhere.
const RULES: ProfileRules = {
  id: 'rfc9421/compatible',
  tag: undefined,
  request: [
    /* @__PURE__ */ always('@method'),
    /* @__PURE__ */ always('@authority'),
    /* @__PURE__ */ always('@path'),
    /* @__PURE__ */ always('@query'),
    /* @__PURE__ */ present('content-type'),
    /* @__PURE__ */ present('content-digest'),
  ],
  parameters: ['created', 'keyid', 'nonce'],
  withBody: ['body'],
  algorithms: ALGORITHMS,
}
/** One block of SHA-256: some of the libraries refuse shorter secrets. */
const SECRET_BYTES = 64

/** Options of {@link compatible}. */
export interface CompatibleOptions<K extends SigningKey = SigningKey> {
  /** HMAC-SHA256 with 64 bytes or more, Ed25519, ECDSA P-256, or RSA. */
  readonly key: K
  /** Name of this signature among others in the message. Default `sig1`. */
  readonly label?: string
  /** Adds `expires`, this many milliseconds after `created` (whole seconds, rounded down). */
  readonly expiresInMs?: number
}

const KNOWN: OptionNames<CompatibleOptions> = {
  key: 2,
  label: LABEL_TEXT,
  expiresInMs: /* @__PURE__ */ milliseconds(1_000, 86_400_000),
}

/**
 * RFC 9421 as the libraries of other languages verify it, for a service whose verifier is not this package. It covers what the preset
 * covers, and leaves out everything that one of them cannot do: no `alg`, no tag, SHA-256 digests, secrets of 64 bytes.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a key of another algorithm, and for a shorter secret.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421 | RFC 9421}
 * @example
 * ```ts
 * import { createSignedFetch, hmacKey, randomBytes } from 'countersign'
 * import { compatible } from 'countersign/rfc9421/profiles'
 *
 * const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(64) })
 * const signedFetch = createSignedFetch(compatible({ key }), { origins: ['https://api.example.com'] })
 * ```
 */
export function compatible<K extends SigningKey>(options: CompatibleOptions<K>): Signer<K> {
  assertOptions('compatible', options, KNOWN)
  const bytes = held(options.key)?.secretBytes ?? SECRET_BYTES
  if (bytes < SECRET_BYTES)
    fail('CONFIG_INVALID', `compatible: the secret must have ${SECRET_BYTES} bytes or more, got ${bytes}`)
  return profileSigner('compatible', RULES, options)
}

/**
 * Accepts requests of clients that sign with the library of another language: what {@link compatible} covers, in whatever order, with
 * time, key id and nonce. `alg`, a tag and further components may be there.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421 | RFC 9421}
 * @example
 * ```ts
 * import { compatibleVerifier } from 'countersign/rfc9421/profiles'
 * import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from 'countersign/server'
 *
 * const verifier = createVerifier({
 *   schemes: [compatibleVerifier()],
 *   keys: staticKeys([]),
 *   policy: strictPolicy({ authorities: ['api.example.com'] }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export const compatibleVerifier = (...none: readonly []): VerifyScheme =>
  fixedVerifier('compatibleVerifier', RULES, none)
