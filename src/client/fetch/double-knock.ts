import { assertInteger, assertOptions, fail, kindOf, type OptionNames } from '../../errors.js'
import type { Signer } from '../../schemes/scheme.js'
import { namedAs } from '../../support/named-as.js'
import type { SignedFetch, SignedFetchOptions } from './options.js'
import { createSignedFetch } from './signed-fetch.js'

/** Options of {@link doubleKnock}, beside those of `createSignedFetch`. */
export interface DoubleKnockOptions extends SignedFetchOptions {
  /** The statuses that refuse a signature. Default 400, 401 and 403: servers that do not know a scheme answer with any of them. */
  readonly refusedWith?: readonly number[]
  /** Of how many origins it is remembered what they took; the one that was asked longest ago is forgotten. Default 1000. */
  readonly maxOrigins?: number
}

const OWN: OptionNames<Pick<DoubleKnockOptions, 'refusedWith' | 'maxOrigins'>> = { refusedWith: 1, maxOrigins: 1 }

/**
 * A `fetch` that signs with one scheme and, where the server refuses that, with the next: what ActivityPub calls double knocking.
 * What an origin took is remembered and comes first from then on. Fedify asks with RFC 9421 first and draft-cavage second, Mastodon
 * the other way round: the order of the list is the order here.
 *
 * A body that cannot be sent twice (a stream) is sent once.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; the returned function rejects as that of `createSignedFetch`.
 * @see {@link https://swicg.github.io/activitypub-http-signature/#how-to-upgrade-supported-versions | SWICG, ActivityPub and HTTP Signatures}
 * @example
 * ```ts
 * import { rfc9421 } from 'countersign'
 * import { doubleKnock } from 'countersign/client'
 * import { importSigningKey } from 'countersign/crypto'
 * import { cavage } from 'countersign/legacy/cavage'
 *
 * declare const pem: string
 * const key = await importSigningKey(pem, { keyId: 'https://social.example/users/a#main-key', algorithm: 'rsa-v1_5-sha256' })
 * const deliver = doubleKnock([rfc9421({ key }), cavage({ key })], { origins: ['https://mastodon.example'] })
 * ```
 */
export function doubleKnock(signers: readonly Signer[], options: DoubleKnockOptions): SignedFetch {
  if (!Array.isArray(signers) || signers.length < 2 || signers.length > 4)
    fail('CONFIG_INVALID', `doubleKnock: "signers" must be a list of 2 to 4 signers, got ${kindOf(signers)}`)
  if (typeof options !== 'object' || options === null) assertOptions('doubleKnock', options, OWN)
  const { refusedWith = [400, 401, 403], maxOrigins = 1_000, ...rest } = options
  if (!Array.isArray(refusedWith)) fail('CONFIG_INVALID', `doubleKnock: "refusedWith" must be a list of statuses`)
  for (const [at, status] of refusedWith.entries())
    assertInteger(`refusedWith[${at}]`, status, 400, 499, 'doubleKnock: ')
  assertInteger('maxOrigins', maxOrigins, 1, 1_000_000, 'doubleKnock: ')
  const fetches = signers.map((signer) =>
    namedAs('doubleKnock', 'createSignedFetch', () => createSignedFetch(signer, rest)),
  )
  // Which of them an origin took last, the origin that was asked longest ago first.
  const taken = new Map<string, number>()

  const remember = (origin: string, index: number): void => {
    taken.delete(origin)
    taken.set(origin, index)
    if (taken.size > maxOrigins) taken.delete(taken.keys().next().value as string)
  }

  return async (input, init) => {
    const origin = originOf(input)
    const known = (origin === undefined ? undefined : taken.get(origin)) ?? 0
    const order = [known, ...fetches.keys()].filter((one, at, all) => all.indexOf(one) === at)
    const again = isRepeatable(input, init)
    for (const [at, index] of order.entries()) {
      const last = at === order.length - 1 || !again
      const call = fetches[index] as SignedFetch
      const response = await call(last || !isRequest(input) ? input : input.clone(), init)
      if (!refusedWith.includes(response.status)) {
        if (origin !== undefined) remember(origin, index)
        return response
      }
      if (last) return response
      response.body?.cancel().catch(() => {})
    }
    // The list is not empty, and its last entry returns.
    return fail('CONFIG_INVALID', 'doubleKnock: no signer')
  }
}

// By shape, because a Request may come from another realm or from undici.
const isRequest = (input: string | URL | Request): input is Request => typeof input === 'object' && 'url' in input

function originOf(input: string | URL | Request): string | undefined {
  try {
    return new URL(isRequest(input) ? input.url : input).origin
  } catch {
    // A relative URL, which the platform resolves.
    return undefined
  }
}

/** A stream can be read once. */
function isRepeatable(input: string | URL | Request, init: RequestInit | undefined): boolean {
  const body: unknown = init?.body
  if (body === undefined || body === null) return !(isRequest(input) && input.bodyUsed)
  return !(typeof body === 'object' && ('getReader' in body || Symbol.asyncIterator in body))
}
