import { isCountersignError } from '../errors.js'
import type { UntrustedSignature } from '../schemes/scheme.js'
import type { Fact, SignatureFacts } from './engine-types.js'
import { requestOf } from './judge/request-of.js'
import { verifierOf } from './judge/schemes.js'
import type { Capture } from './judge/types.js'

/** What the request states of its signatures, before any key has judged them. */
export function signaturesOf(capture: Capture, scheme: string | undefined): readonly SignatureFacts[] {
  const parser = scheme === undefined ? undefined : verifierOf(scheme)
  if (parser === undefined) return []
  try {
    return parser.parse(requestOf(capture)).map(factsOf)
  } catch (error) {
    if (!isCountersignError(error)) throw error
    return [{ label: '', facts: [], covered: [], problem: error.message }]
  }
}

const momentText = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : `${new Date(ms).toISOString()} (${ms % 1_000 === 0 ? ms / 1_000 : ms})`

function factsOf(signature: UntrustedSignature): SignatureFacts {
  const rows: ReadonlyArray<readonly [string, string | undefined]> = [
    ['key id', signature.keyId],
    ['algorithm stated', signature.claimedAlgorithm],
    ['created', momentText(signature.createdMs)],
    ['expires', momentText(signature.expiresMs)],
    ['nonce', signature.nonce],
    ['tag', signature.tag],
    ['signature', `${signature.signature.length} bytes`],
  ]
  const facts = rows.filter((row): row is Fact => row[1] !== undefined)
  return { label: signature.label, facts, covered: signature.covered }
}
