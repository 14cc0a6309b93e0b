import { fail } from '../../errors.js'
import { type AlgorithmNames, readAlgorithm } from '../spec/algorithm-names.js'
import type { Draft } from '../spec/draft.js'
import { assertNoQuery } from '../spec/one-place.js'
import { joinTexts, textPairs } from '../spec/pairs.js'
import { percentEncoded } from '../spec/percent.js'

const METHODS: AlgorithmNames = { 'hmac-sha256': 'HmacSHA256', 'rsa-v1_5-sha256': 'RSA' }

/** The key as it stands in a form. */
export const encodedKey = ({ key }: Draft): { readonly key: string } => ({ key: percentEncoded(key) })

/** What LBank calls the algorithm of a key. */
export const methodOf = ({ algorithm }: Draft): string => METHODS[algorithm as 'hmac-sha256'] as string

/** All parameters by name, also those that stand in the fields and not in the form. */
export function lbankTexts(draft: Draft): string {
  if (/^\s*[{[]/.test(draft.body)) fail('MESSAGE_MALFORMED', 'the body must be a form at LBank, got JSON')
  return joinTexts([
    ...textPairs(draft.body),
    ['echostr', draft.nonce],
    ['signature_method', methodOf(draft)],
    ['timestamp', draft.time],
  ])
}

/** Reads what the algorithm is called. @throws {CountersignError} `MESSAGE_MALFORMED` for a query and for another spelling of the form, `AUTH_MALFORMED`. */
export function readLbank(draft: Draft): void {
  assertNoQuery(draft)
  readAlgorithm(draft, METHODS, 'signature_method')
  // The same text in other characters.
  if (/%(?:[a-f]|.[a-f])/.test(draft.body))
    fail('MESSAGE_MALFORMED', 'the form must have percent-encoding with upper-case digits')
}
