import type { SigningKey } from '../../../crypto/key.js'
import { assertOptions, type OptionNames } from '../../../errors.js'
import type { Signer, VerifyScheme } from '../../scheme.js'
import { LABEL_TEXT } from '../options.js'
import { always, fixedVerifier, type ProfileRules, present, presentInRequest, profileSigner } from './profile.js'

/*
 * Source: openid/fapi, fapi-2_0-http-signatures.md at ca7e60f (the draft that the final Message Signing of 2025-09 has left this part
 * to; its preview is of 2026-08), compared on 2026-11-30: the same rules as in the implementer's draft 01 of Message Signing. It asks a
 * client less of a response than a server signs: status, creation time, digest and tag. That what was asked has to be covered, and that
 * `keyid` is required, is ours: without it an answer to another request would do, and no key could be looked up.
 */

const REQUESTS: ProfileRules = {
  id: 'rfc9421/fapi2-request',
  tag: 'fapi-2-request',
  request: [
    /* @__PURE__ */ always('@method'),
    /* @__PURE__ */ always('@target-uri'),
    /* @__PURE__ */ always('authorization'),
    /* @__PURE__ */ present('dpop'),
    /* @__PURE__ */ present('content-digest'),
  ],
  parameters: ['created', 'keyid'],
  withBody: ['body'],
  // A server refuses what is older than a minute.
  maxAgeMs: 60_000,
}
const RESPONSES: ProfileRules = {
  id: 'rfc9421/fapi2-response',
  tag: 'fapi-2-response',
  request: [],
  response: [
    /* @__PURE__ */ always('@status'),
    /* @__PURE__ */ always('@method', { req: true }),
    /* @__PURE__ */ always('@target-uri', { req: true }),
    /* @__PURE__ */ presentInRequest('content-digest'),
    /* @__PURE__ */ presentInRequest('signature'),
    /* @__PURE__ */ presentInRequest('signature-input'),
    /* @__PURE__ */ present('content-digest'),
  ],
  parameters: ['created', 'keyid'],
  withBody: ['body'],
}

/** Options of {@link fapi2} and {@link fapi2Response}. */
export interface Fapi2Options<K extends SigningKey = SigningKey> {
  /** The key that is registered for the client, or published by the resource server. */
  readonly key: K
  /** Name of this signature among others in the message. Default `sig1`. */
  readonly label?: string
  /** Content-Digest made for a body that has none yet. Default `sha-256`. */
  readonly digest?: 'sha-256' | 'sha-512'
}

const KNOWN: OptionNames<Fapi2Options> = { key: 2, label: LABEL_TEXT, digest: 1 }

/**
 * Requests to a resource server by the FAPI 2.0 profile for HTTP signatures: method, target, access token, DPoP proof and digest.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; signing throws `COMPONENT_MISSING` for a request without `Authorization`.
 * @see {@link https://openid.bitbucket.io/fapi/fapi-2_0-http-signatures.html | FAPI 2.0 HTTP Signatures}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { generateKeyPair } from 'countersign/crypto'
 * import { fapi2 } from 'countersign/rfc9421/profiles'
 *
 * const { signingKey } = await generateKeyPair('ecdsa-p256-sha256', { keyId: 'client-1' })
 * const signedFetch = createSignedFetch(fapi2({ key: signingKey }), { origins: ['https://bank.example.com'] })
 * ```
 */
export function fapi2<K extends SigningKey>(options: Fapi2Options<K>): Signer<K> {
  assertOptions('fapi2', options, KNOWN)
  return profileSigner('fapi2', REQUESTS, { ...options, nonce: false })
}

/**
 * Accepts requests of FAPI 2.0 clients that are not older than a minute.
 *
 * @see {@link https://openid.bitbucket.io/fapi/fapi-2_0-http-signatures.html | FAPI 2.0 HTTP Signatures}
 * @example
 * ```ts
 * import { fapi2Verifier } from 'countersign/rfc9421/profiles'
 * import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from 'countersign/server'
 *
 * const verifier = createVerifier({
 *   schemes: [fapi2Verifier()],
 *   keys: staticKeys([]),
 *   policy: strictPolicy({ authorities: ['bank.example.com'] }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export const fapi2Verifier = (...none: readonly []): VerifyScheme => fixedVerifier('fapi2Verifier', REQUESTS, none)

/**
 * Responses of a resource server by the same profile: the status, what was asked (method, target, digest and signature of the
 * request) and the digest of the answer.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; signing throws `COMPONENT_MISSING` for a response whose request is not known.
 * @see {@link https://openid.bitbucket.io/fapi/fapi-2_0-http-signatures.html | FAPI 2.0 HTTP Signatures}
 * @example
 * ```ts
 * import { generateKeyPair } from 'countersign/crypto'
 * import { fapi2Response } from 'countersign/rfc9421/profiles'
 *
 * const { signingKey } = await generateKeyPair('ecdsa-p256-sha256', { keyId: 'bank-1' })
 * const answers = fapi2Response({ key: signingKey })
 * ```
 */
export function fapi2Response<K extends SigningKey>(options: Fapi2Options<K>): Signer<K> {
  assertOptions('fapi2Response', options, KNOWN)
  return profileSigner('fapi2Response', RESPONSES, { ...options, nonce: false })
}

/**
 * Accepts the responses of {@link fapi2Response}, in `createResponseVerifier`.
 *
 * @see {@link https://openid.bitbucket.io/fapi/fapi-2_0-http-signatures.html | FAPI 2.0 HTTP Signatures}
 * @example
 * ```ts
 * import { createResponseVerifier } from 'countersign/client'
 * import { fapi2ResponseVerifier } from 'countersign/rfc9421/profiles'
 *
 * const response = createResponseVerifier({ scheme: fapi2ResponseVerifier(), keys: [] })
 * ```
 */
export const fapi2ResponseVerifier = (...none: readonly []): VerifyScheme =>
  fixedVerifier('fapi2ResponseVerifier', RESPONSES, none)
