import { assertOptions, fail, isInteger, kindOf, type OptionNames } from '../errors.js'
import type { HttpRequest } from '../message/message.js'
import type { Signer } from '../schemes/scheme.js'
import { RANDOM } from '../sources/sources.js'
import { assertParts, assertUnit, CLOCK, NONCES } from '../support/asked.js'
import { AS_SYMBOL, assertOrigin, type InsecureOption, originSet } from './fetch/origins.js'
import { assertSigner, SERVICE, type SignRequestOptions, signWith } from './sign-request.js'

/** Options of what signs inside another client, and does not send itself. */
export interface SigningHookOptions extends SignRequestOptions, InsecureOption {
  /** The only origins that are signed for, each `https://host[:port]`. A signer for one service knows its own, and signs for no other. */
  readonly origins: readonly string[]
  /** Largest stream that is read into memory to be digested. Default 16 MiB. */
  readonly maxBodyBytes?: number
}

const KNOWN: OptionNames<SigningHookOptions> = { origins: 2, maxBodyBytes: 1, clock: 1, nonces: 1 }

/** A signer for listed origins. */
export interface HookSettings {
  readonly maxBodyBytes: number
  /** @throws {CountersignError} `ORIGIN_REFUSED`, before anything is read or signed. */
  assertOwn(request: HttpRequest): void
  sign(request: HttpRequest): HttpRequest | Promise<HttpRequest>
}

/**
 * Checks the options of a signing hook once.
 *
 * @throws {CountersignError} `CONFIG_INVALID`, also for nonces that have to arrive in order: a hook does not see the request go out.
 */
export function hookSettings(
  where: string,
  signer: Signer,
  given: Partial<SigningHookOptions> | undefined,
): HookSettings {
  assertSigner(where, signer)
  assertOptions(where, given, { ...KNOWN, ...SERVICE }, { allowInsecure: AS_SYMBOL })
  assertParts(where, given, CLOCK, NONCES)
  assertUnit(`${where}: `, given?.clock)
  const options = { ...signer.service, ...given } as SigningHookOptions
  const { nonces = RANDOM, maxBodyBytes = 16_777_216 } = options
  if (!isInteger(maxBodyBytes, 0))
    fail('CONFIG_INVALID', `${where}: "maxBodyBytes" must be a number of bytes, got ${kindOf(maxBodyBytes)}`)
  if (nonces.inTurn !== undefined)
    fail(
      'CONFIG_INVALID',
      `${where}: the nonces must arrive in order, which a hook cannot see to: use createSignedFetch()`,
    )
  const origins = originSet(options.origins, options)
  return {
    maxBodyBytes,
    assertOwn: (request) => assertOrigin(origins, request),
    sign: (request) => signWith(request, signer, options),
  }
}
