import type { UntrustedSignature } from '../../schemes/scheme.js'
import type { Finding } from '../diagnosis.js'
import { likely, proven } from '../finding.js'

/** created and expires, against the moment the request was judged at. */
export function timeFindings(
  { createdMs, expiresMs }: UntrustedSignature,
  nowMs: number | undefined,
): readonly Finding[] {
  const out: Finding[] = []
  if (createdMs !== undefined && createdMs > 100_000_000_000_000)
    out.push(
      proven(
        'created-milliseconds',
        'created is in milliseconds.',
        'It has 13 digits.',
        'RFC 9421 2.3: created is whole seconds since 1970.',
      ),
    )
  else if (nowMs !== undefined && createdMs !== undefined && createdMs > nowMs + 5_000)
    out.push(
      proven(
        'clock-ahead',
        `The clock of the sender is ${createdMs - nowMs} ms ahead.`,
        'created lies after the moment the request was judged at.',
        'Synchronise the clock of the sender (NTP).',
      ),
    )
  else if (nowMs !== undefined && createdMs !== undefined && nowMs - createdMs > 300_000)
    out.push(
      likely(
        'time-expired',
        `The signature is ${Math.round((nowMs - createdMs) / 1000)} s old.`,
        'created lies more than five minutes before the moment the request was judged at.',
        'Sign when the request leaves, and synchronise the clock.',
      ),
    )
  if (expiresMs !== undefined && expiresMs > 100_000_000_000_000)
    out.push(
      proven(
        'expires-milliseconds',
        'expires is in milliseconds.',
        'It has 13 digits.',
        'RFC 9421 2.3: expires is whole seconds since 1970.',
      ),
    )
  if (nowMs !== undefined && expiresMs !== undefined && expiresMs < nowMs)
    out.push(
      proven(
        'expired',
        'The signature has expired.',
        `expires lies ${nowMs - expiresMs} ms before the moment the request was judged at.`,
        'Sign again for each attempt.',
      ),
    )
  return out
}
