import { defined } from '../support/defined.js'
import { durationMs } from './durations.js'
import { usage } from './usage.js'
import { flagOf, type Options, textOf } from './world.js'

/** What `rfc9421()` takes besides the key. */
export interface SignatureOptions {
  readonly label?: string
  readonly tag?: string
  readonly expiresInMs?: number
  readonly alg?: boolean
}

export function signatureOptions(options: Options): SignatureOptions {
  const label = textOf(options, 'label')
  const tag = textOf(options, 'tag')
  const expires = textOf(options, 'expiresIn')
  return defined({
    label,
    tag,
    ...(expires !== undefined && { expiresInMs: durationMs('--expires-in', expires) }),
    ...(flagOf(options, 'alg') && { alg: true }),
  })
}

/** The scheme that the client used: it is nowhere in a raw message. */
export function schemeOf(options: Options): string {
  const scheme = textOf(options, 'scheme') ?? 'https'
  return scheme === 'https' || scheme === 'http' ? scheme : usage('--scheme must be https or http')
}
