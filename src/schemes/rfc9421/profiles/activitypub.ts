import type { KeyAlgorithm } from '../../../crypto/algorithm.js'
import type { SigningKey } from '../../../crypto/key.js'
import { assertOptions, type OptionNames } from '../../../errors.js'
import type { Signer, VerifyScheme } from '../../scheme.js'
import { LABEL_TEXT } from '../options.js'
import { always, fixedVerifier, type ProfileRules, present, profileSigner } from './profile.js'

// RSA is what actors publish; Ed25519 is for those with an assertion method (FEP-521a).
const ALGORITHMS: readonly KeyAlgorithm[] = ['rsa-v1_5-sha256', 'ed25519']
const RULES: ProfileRules = {
  id: 'rfc9421/activitypub',
  tag: undefined,
  untagged: true,
  request: [
    /* @__PURE__ */ always('@method'),
    /* @__PURE__ */ always('@target-uri'),
    /* @__PURE__ */ present('content-digest'),
  ],
  parameters: ['created', 'keyid'],
  withBody: ['body'],
  algorithms: ALGORITHMS,
}

/** Options of {@link activityPub}. */
export interface ActivityPubOptions<K extends SigningKey = SigningKey> {
  /** `rsa-v1_5-sha256`, or `ed25519` for servers that know FEP-521a. Its id is the URL of the actor's key. */
  readonly key: K
  /** Name of this signature among others in the message. Default `sig1`. */
  readonly label?: string
}

const KNOWN: OptionNames<ActivityPubOptions> = { key: 2, label: LABEL_TEXT }

/**
 * Deliveries and fetches between ActivityPub servers by RFC 9421: method, target and the SHA-256 digest of a body, with the time
 * and the URL of the actor's key. For servers that only know draft-cavage, see `doubleKnock`.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; signing throws as with `rfc9421()`.
 * @see {@link https://swicg.github.io/activitypub-http-signature/ | ActivityPub and HTTP Signatures}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { generateKeyPair } from 'countersign/crypto'
 * import { activityPub } from 'countersign/rfc9421/profiles'
 *
 * const { signingKey } = await generateKeyPair('rsa-v1_5-sha256', { keyId: 'https://social.example/users/a#main-key' })
 * const signedFetch = createSignedFetch(activityPub({ key: signingKey }), { origins: ['https://mastodon.example'] })
 * ```
 */
export function activityPub<K extends SigningKey>(options: ActivityPubOptions<K>): Signer<K> {
  assertOptions('activityPub', options, KNOWN, { actor: 'key: a key with its URL as keyId' })
  return profileSigner('activityPub', RULES, { ...options, nonce: false })
}

/**
 * Accepts what {@link activityPub} signs. A signature with a tag is that of another application, and is not read. Mastodon allows twelve hours and an hour of skew; the policy of the server decides here.
 *
 * @see {@link https://swicg.github.io/activitypub-http-signature/ | ActivityPub and HTTP Signatures}
 * @example
 * ```ts
 * import { activityPubVerifier } from 'countersign/rfc9421/profiles'
 * import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from 'countersign/server'
 *
 * const verifier = createVerifier({
 *   schemes: [activityPubVerifier()],
 *   keys: staticKeys([]),
 *   policy: strictPolicy({ authorities: ['social.example'] }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export const activityPubVerifier = (...none: readonly []): VerifyScheme =>
  fixedVerifier('activityPubVerifier', RULES, none)
