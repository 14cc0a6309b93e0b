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
  const record = { key, ...(passphrase === undefined ? {} : { passphrase }) } as Parameters<typeof matchesPassphrase>[1]
  return async (request) => {
    // Every verifier refuses these before a scheme is asked (RFC 9112 3.2): no path, and no host that a list could have.
    if (!TARGET.test(request.target) || !HOST.test(request.authority)) return undefined
    try {
      for (const one of scheme.parse(request)) {
        // Another key has not made this signature: its source is asked for that one.
        if (one.keyId !== undefined && one.keyId !== key.keyId) continue
        if (one.claimedAlgorithm !== undefined && one.claimedAlgorithm !== key.algorithm) continue
        const required = [...(demands.require ?? []), ...(isEmpty(request) ? [] : (demands.requireWithBody ?? []))]
        if (required.some((fact) => !one.covers.has(fact))) continue
        const digests = one.bodyDigests
        if (digests.length > 0 && !matchesDigests(digests, request.body as Uint8Array | null)) continue
        if (!(await key.verify(baseFor(one, record), one.signature))) continue
        if (await matchesPassphrase(one, record)) return one
      }
    } catch (error) {
      if (!isCountersignError(error)) throw error
    }
    return undefined
  }
}
