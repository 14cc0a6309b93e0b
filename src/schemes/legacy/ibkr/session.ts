import { hex, hexDecode, utf8Decode } from '../../../crypto/encoding.js'
import type { HmacKey, SigningKey, VerifyingKey } from '../../../crypto/key.js'
import type { Secret } from '../../../crypto/secret.js'
import { assertNeeded, assertOptions, fail, type OptionNames } from '../../../errors.js'
import { having, TEXT, whole } from '../../../support/option-kinds.js'
import type { Signer } from '../../scheme.js'
import { keyIdOf, namesOf } from './base.js'
import { type Group, groupOf, numberOf, power, publicValueOf, sessionOf } from './diffie-hellman.js'
import { ibkrSigner } from './signer.js'

/** What both sides of a live session know. */
export interface IbkrParty {
  /** As it was registered. */
  readonly consumerKey: string
  /** Its text, which is no secret: letters and digits. */
  readonly accessToken: string
  /** Decrypted: of `ibkrAccessTokenSecret()`. */
  readonly accessTokenSecret: Secret
  /** The prime of `dhparam.pem`, in hexadecimal: `openssl dhparam -in dhparam.pem -text`. */
  readonly prime: string
  /** Default 2. */
  readonly generator?: number
}

/** Options of {@link ibkrSession}. */
export interface IbkrSessionOptions<K extends SigningKey = SigningKey> extends IbkrParty {
  /** The RSA key `private_signature.pem`, with `rsa-v1_5-sha256`; its id does not matter. */
  readonly signatureKey: K
  /** Default `limited_poa`; `test_realm` for the consumer TESTCONS. */
  readonly realm?: string
  /** The secret exponent of this one exchange: `randomBytes(32)`. */
  readonly exponent: Uint8Array
}

/** The answer of `/oauth/live_session_token`. */
export interface IbkrSessionAnswer {
  /** The other half of the key exchange, hexadecimal. */
  readonly diffie_hellman_response: string
  /** Proves that the other side has the same token, hexadecimal. */
  readonly live_session_token_signature: string
  /** Until when, in milliseconds. */
  readonly live_session_token_expiration: number
}

/** A live session that is being asked for. */
export interface IbkrSession {
  /** Signs the request for it: `POST` to `/oauth/live_session_token`, without a body. */
  readonly signer: Signer<SigningKey>
  /** The key of the session, for `ibkr()`. @throws {CountersignError} `SIGNATURE_INVALID` for an answer of another party. */
  key(answer: IbkrSessionAnswer): HmacKey
}

const PARTY: OptionNames<IbkrParty> = {
  consumerKey: [TEXT, 2],
  accessToken: [TEXT, 2],
  accessTokenSecret: [having('a Secret, such as ibkrAccessTokenSecret() returns', 'reveal'), 2],
  prime: [TEXT, 2],
  generator: whole(2, 65_537, ''),
}
const HINTS = {
  dhPrime: 'prime',
  dhGenerator: 'generator',
  dhRandom: 'exponent',
  accessSecret: 'accessTokenSecret',
  key: 'signatureKey',
}
const OPTIONS: OptionNames<IbkrSessionOptions> = {
  ...PARTY,
  signatureKey: [having('an RSA signing key', 'sign'), 2],
  realm: TEXT,
  exponent: 2,
}

/**
 * A live session of Interactive Brokers: signs the request for one, and makes its key of the answer. A session is good for a day.
 *
 * @throws {CountersignError} `CONFIG_INVALID`, `KEY_WEAK` for a prime under 2048 bits.
 * @see {@link https://www.interactivebrokers.com/campus/ibkr-api-page/oauth-1-0a-extended/ | Interactive Brokers: OAuth 1.0a Extended}
 * @example
 * ```ts
 * import { createSignedFetch, importSigningKey, randomBytes, type Secret } from 'countersign'
 * import { ibkr, ibkrSession } from 'countersign/legacy/ibkr'
 *
 * declare const files: { signature: string; prime: string; accessTokenSecret: Secret }
 * const session = ibkrSession({
 *   consumerKey: 'TESTCONS',
 *   accessToken: '2f3a4b5c6d7e8f901234',
 *   accessTokenSecret: files.accessTokenSecret,
 *   signatureKey: await importSigningKey(files.signature, { keyId: 'signature', algorithm: 'rsa-v1_5-sha256' }),
 *   prime: files.prime,
 *   exponent: randomBytes(32),
 * })
 * const origins = ['https://api.ibkr.com']
 * const url = 'https://api.ibkr.com/v1/api/oauth/live_session_token'
 * const answer = await createSignedFetch(session.signer, { origins })(url, { method: 'POST' })
 * const key = session.key(JSON.parse(await answer.text()))
 * export const signedFetch = createSignedFetch(ibkr({ key }), { origins })
 * ```
 */
export function ibkrSession<K extends SigningKey>(options: IbkrSessionOptions<K>): IbkrSession {
  assertOptions('ibkrSession', options, OPTIONS, HINTS)
  assertNeeded('ibkrSession', options, OPTIONS)
  const { signatureKey, realm, exponent } = options
  const { keyId, secret, group } = partyOf('ibkrSession', options)
  const own = exponentOf('ibkrSession', exponent)
  const challenge = power(group.generator, own, group.prime).toString(16)
  const key = ibkrSignatureKey({ key: signatureKey, ...namesIn(options), accessTokenSecret: options.accessTokenSecret })
  return {
    signer: ibkrSigner('ibkrSession', key as SigningKey, realm, [['diffie_hellman_challenge', challenge]]),
    key: (answer) => {
      const shared = power(publicValueOf(answer?.diffie_hellman_response, group), own, group.prime)
      const session = sessionOf(keyId, shared, secret)
      const proof = answer.live_session_token_signature
      const bytes = typeof proof === 'string' ? hexDecode(proof.toLowerCase()) : undefined
      if (bytes === undefined || session.proof.verify(options.consumerKey, bytes) !== true)
        fail('SIGNATURE_INVALID', 'the answer is not of the party that knows the access token')
      return session.key
    },
  }
}

/** Options of {@link ibkrSessionAnswer}. */
export interface IbkrSessionAnswerOptions extends IbkrParty {
  /** Of the request that was accepted: `ibkrChallenge()`. */
  readonly challenge: string
  /** Until when the session lasts. */
  readonly expiresMs: number
  /** The secret exponent of this one exchange: `randomBytes(32)`. */
  readonly exponent: Uint8Array
}

const ANSWER: OptionNames<IbkrSessionAnswerOptions> = { ...PARTY, challenge: [TEXT, 2], expiresMs: 2, exponent: 2 }

/**
 * The other side of {@link ibkrSession}, for a service or a mock that speaks as Interactive Brokers does.
 *
 * @returns What to answer, and the key that the caller signs its requests with.
 * @throws {CountersignError} `CONFIG_INVALID`; `AUTH_MALFORMED` for a challenge outside of the group.
 * @example
 * ```ts
 * import { randomBytes, type Secret } from 'countersign'
 * import { ibkrSessionAnswer } from 'countersign/legacy/ibkr'
 *
 * declare const known: { accessTokenSecret: Secret; prime: string }
 * const names = { consumerKey: 'TESTCONS', accessToken: '2f3a4b5c6d7e8f901234' }
 * export const answerTo = (challenge: string) =>
 *   ibkrSessionAnswer({ ...names, ...known, challenge, exponent: randomBytes(32), expiresMs: Date.now() + 86_400_000 })
 * ```
 */
export function ibkrSessionAnswer(options: IbkrSessionAnswerOptions): {
  /** What to answer. */
  readonly answer: IbkrSessionAnswer
  /** What the caller signs its requests with. */
  readonly key: HmacKey
} {
  assertOptions('ibkrSessionAnswer', options, ANSWER, HINTS)
  assertNeeded('ibkrSessionAnswer', options, ANSWER)
  const { challenge, expiresMs, exponent, consumerKey } = options
  const { keyId, secret, group } = partyOf('ibkrSessionAnswer', options)
  const own = exponentOf('ibkrSessionAnswer', exponent)
  const { key, proof } = sessionOf(keyId, power(publicValueOf(challenge, group), own, group.prime), secret)
  const answer: IbkrSessionAnswer = {
    diffie_hellman_response: power(group.generator, own, group.prime).toString(16),
    live_session_token_signature: hex(proof.sign(consumerKey)),
    live_session_token_expiration: expiresMs,
  }
  return { answer, key }
}

/** Options of {@link ibkrSignatureKey}. */
export interface IbkrSignatureKeyOptions<K extends SigningKey | VerifyingKey = SigningKey | VerifyingKey>
  extends Pick<IbkrParty, 'consumerKey' | 'accessToken' | 'accessTokenSecret'> {
  /** The RSA key: the private one of the client, or the public one of a service. */
  readonly key: K
}

const SIGNATURE_KEY: OptionNames<IbkrSignatureKeyOptions> = {
  key: 2,
  consumerKey: [TEXT, 2],
  accessToken: [TEXT, 2],
  accessTokenSecret: PARTY.accessTokenSecret,
}

/**
 * The RSA key of a request for a live session, whose signed text begins with the secret of the access token.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 * @example
 * ```ts
 * import { importVerifyingKey, type Secret } from 'countersign'
 * import { ibkrSignatureKey } from 'countersign/legacy/ibkr'
 *
 * declare const known: { publicSignaturePem: string; accessTokenSecret: Secret }
 * const key = await importVerifyingKey(known.publicSignaturePem, { keyId: 'signature', algorithm: 'rsa-v1_5-sha256' })
 * const names = { consumerKey: 'TESTCONS', accessToken: '2f3a4b5c6d7e8f901234' }
 * export const verifyingKey = ibkrSignatureKey({ ...names, key, accessTokenSecret: known.accessTokenSecret })
 * ```
 */
export function ibkrSignatureKey<K extends SigningKey | VerifyingKey>(options: IbkrSignatureKeyOptions<K>): K {
  assertOptions('ibkrSignatureKey', options, SIGNATURE_KEY, { ...HINTS, signatureKey: 'key' })
  assertNeeded('ibkrSignatureKey', options, SIGNATURE_KEY)
  const { key, accessTokenSecret } = options
  if (key?.algorithm !== 'rsa-v1_5-sha256')
    fail('CONFIG_INVALID', 'ibkrSignatureKey: "key" must be an RSA key with rsa-v1_5-sha256')
  const keyId = keyIdOfNames('ibkrSignatureKey', options)
  const prepend = hex(accessTokenSecret.reveal())
  const text = (base: string | Uint8Array): string => {
    const plain = typeof base === 'string' ? base : utf8Decode(base)
    return plain === undefined ? fail('ARGUMENT_INVALID', 'the signed text must be UTF-8') : prepend + plain
  }
  const { algorithm } = key
  const sign = (key as Partial<SigningKey>).sign
  const verify = (key as Partial<VerifyingKey>).verify
  return {
    keyId,
    algorithm,
    ...(sign !== undefined && { sign: (base: string | Uint8Array) => sign.call(key, text(base)) }),
    ...(verify !== undefined && {
      verify: (base: string | Uint8Array, signature: Uint8Array) => verify.call(key, text(base), signature),
    }),
  } as unknown as K
}

const namesIn = ({ consumerKey, accessToken }: Pick<IbkrParty, 'consumerKey' | 'accessToken'>) => ({
  consumerKey,
  accessToken,
})

function keyIdOfNames(
  where: string,
  { consumerKey, accessToken }: Pick<IbkrParty, 'consumerKey' | 'accessToken'>,
): string {
  const keyId = keyIdOf(consumerKey, accessToken)
  return namesOf(keyId) === undefined
    ? fail('CONFIG_INVALID', `${where}: "consumerKey" and "accessToken" must be letters and digits`)
    : keyId
}

function partyOf(
  where: string,
  party: IbkrParty,
): { readonly keyId: string; readonly secret: Uint8Array; readonly group: Group } {
  const secret = party.accessTokenSecret.reveal()
  if (secret.length < 16)
    fail('KEY_WEAK', `${where}: "accessTokenSecret" must have at least 16 bytes, got ${secret.length}`)
  return { keyId: keyIdOfNames(where, party), secret, group: groupOf(where, party.prime, party.generator ?? 2) }
}

function exponentOf(where: string, exponent: Uint8Array): bigint {
  if (!(exponent instanceof Uint8Array) || exponent.length < 32)
    fail('CONFIG_INVALID', `${where}: "exponent" must be at least 32 random bytes`)
  return numberOf(exponent)
}
