import { utf8Decode } from '../../crypto/encoding.js'
import type { ExchangeSpec } from '../../exchange/spec/spec.js'
import { secretDigest } from '../../exchange/spec/static-secret.js'
import type { Finding } from '../diagnosis.js'
import { likely } from '../finding.js'
import type { Received } from '../hunt.js'

/** True for an exchange that signs nothing: the secret itself stands where a signature would. */
export const isShownAt = ({ keys }: ExchangeSpec): boolean => Object.values(keys).some((one) => one?.id === 'plain')

/** What stands for the secret that was sent: its digest, so that secrets of all lengths are compared. */
export const shownReceived = (text: string): readonly Received[] => (text === '' ? [] : [{ bytes: secretDigest(text) }])

/** The digest of what a key shows. A key shows visible characters alone. */
export const shownDigest = (secret: Uint8Array): Uint8Array => secretDigest(utf8Decode(secret) ?? '')

/** What is wrong where neither the secret that was given nor another spelling of it was sent. */
export const otherSecret = (name: string): Finding =>
  likely(
    'secret-other',
    'Another secret was sent than the one that was given here.',
    `${name} is shown the secret itself, and what the request shows is no known spelling of the one given.`,
    'Check which of the two belongs to this key and environment, and that the program reads that one.',
  )
