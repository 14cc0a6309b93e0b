import type { SigningKey } from '../../src/crypto/index.js'
import { isCountersignError } from '../../src/errors.js'
import { matchesDigests } from '../../src/message/content-digest.js'
import type { HttpRequest } from '../../src/message/message.js'
import type { SchemeDemands, UntrustedSignature, VerifyScheme } from '../../src/schemes/scheme.js'
import { baseFor, matchesPassphrase } from '../../src/server/steps/key-check.js'

/** A verifying key of any kind: what waits is waited for. */
export interface AnyVerifyingKey {
  readonly keyId: string
  readonly algorithm: SigningKey['algorithm']
  verify(base: Uint8Array | string, signature: Uint8Array): boolean | Promise<boolean>
}

/** Algorithms whose verification takes most of a millisecond or more, and of how many texts one is put to the curve. */
export const SPARED: Readonly<Record<string, number>> = {
  'ecdsa-p521-sha512': 16,
  'ecdsa-secp256k1-keccak256': 16,
  'ecdsa-secp256k1-sha256': 16,
  'ed25519+ml-dsa-44': 16,
  'ecdsa-stark': 1024,
}

/**
 * A key that asks a slow curve once for what it has signed, and of what it has not signed for one of several: that a curve
 * accepts no other text is its own claim, and what is measured here is which text the package makes of a changed request.
 */
export function spared(key: AnyVerifyingKey): AnyVerifyingKey {
  const oneIn = SPARED[key.algorithm] ?? 1
  if (oneIn === 1) return key
  const signed = new Set<string>()
  let asked = 0
  const pair = (base: Uint8Array | string, signature: Uint8Array): string =>
    `${Buffer.from(base as Uint8Array).toString('latin1')}\n${Buffer.from(signature).toString('latin1')}`
  return {
    keyId: key.keyId,
    algorithm: key.algorithm,
    verify: (base, signature) => {
      const one = pair(base, signature)
      if (signed.has(one)) return true
      // The first texts are those of the requests as they were signed.
      if (asked++ >= FIRST && asked % oneIn !== 0) return false
      const keep = (good: boolean): boolean => {
        if (good) signed.add(one)
        return good
      }
      const answer = key.verify(base, signature)
      return typeof answer === 'boolean' ? keep(answer) : answer.then(keep)
    },
  }
}

/** As many as a subject signs at most, see `measure`. */
export const FIRST = 400

/** A signed request, and where the lines begin that its signer has added. */
export interface Signed {
  readonly request: HttpRequest
  readonly own: number
}

/** One scheme with one key: what is changed, and who must refuse it. */
export interface Subject {
  readonly group: string
  readonly name: string
  readonly algorithm: string
  /** Signed requests, the same ones for the same seed. */
  signed(count: number, seed: number): Promise<readonly Signed[]>
  /** What the request counts as: a signature that was accepted, `undefined` where none is. */
  accepts(request: HttpRequest): Promise<UntrustedSignature | undefined>
  /** The request in the one spelling that the scheme's page makes of several. */
  readonly spelling?: (request: HttpRequest) => HttpRequest
}

const TARGET = /^\/[!"$-[\]-~]*$/

const HOST = /^(?:\[[0-9a-f:.]+\]|[\w.-]+)(?::\d*)?$/i

const isEmpty = ({ body }: HttpRequest): boolean => body === null || (body as Uint8Array).length === 0

/**
 * Whom a scheme accepts by itself: the signature that it reads covers what the scheme demands, and fits the key, the body and the passphrase of the account.
 * These are the steps of the verifier that depend on the bytes of a request; windows and policies are not asked, so that they
 * can hide nothing.
 */
export function acceptedBy(
  scheme: VerifyScheme,
  key: AnyVerifyingKey,
  passphrase?: string,
  /** What a verifier asks of every signature of the scheme. */
  demands: Partial<SchemeDemands> = scheme.demands ?? {},
): (request: HttpRequest) => Promise<UntrustedSignature | undefined> {
  const judge = spared(key)
  const record = { key: judge, ...(passphrase === undefined ? {} : { passphrase }) } as Parameters<
    typeof matchesPassphrase
  >[1]
  return async (request) => {
    // Every verifier refuses these before a scheme is asked (RFC 9112 3.2): no path, and no host that a list could have.
    if (!TARGET.test(request.target) || !HOST.test(request.authority)) return undefined
    try {
      for (const one of scheme.parse(request)) {
        // Another key has not made this signature: its source is asked for that one.
        if (one.keyId !== undefined && one.keyId !== judge.keyId) continue
        if (one.claimedAlgorithm !== undefined && one.claimedAlgorithm !== judge.algorithm) continue
        const required = [...(demands.require ?? []), ...(isEmpty(request) ? [] : (demands.requireWithBody ?? []))]
        if (required.some((fact) => !one.covers.has(fact))) continue
        const digests = one.bodyDigests
        if (digests.length > 0 && !matchesDigests(digests, request.body as Uint8Array | null)) continue
        if (!(await judge.verify(baseFor(one, record), one.signature))) continue
        if (await matchesPassphrase(one, record)) return one
      }
    } catch (error) {
      if (!isCountersignError(error)) throw error
    }
    return undefined
  }
}
