import type { VerifyingKey } from '../crypto/key.js'
import type { Case } from './case.js'
import type { DiagnoseOptions, Finding } from './diagnosis.js'
import { possible, proven } from './finding.js'
import { type Found, huntKeys, huntMacs, type Search } from './hunt.js'
import { verifyingKeys } from './verifying-keys.js'

/** What a search came to. */
export interface Outcome {
  readonly verified: boolean
  readonly findings: readonly Finding[]
  readonly hit: Found | undefined
}

/** Tests the mistakes with the secret or key that was given. */
export async function searched(one: Case, options: DiagnoseOptions, search: Search): Promise<Outcome> {
  const { subject, received } = one
  const none: Outcome = { verified: false, findings: [], hit: undefined }
  if (subject === undefined || received.length === 0) return none
  let hit: Found | undefined
  const extra: Finding[] = []
  if (options.secret !== undefined) {
    const macs = one.macs(options.secret)
    hit = huntMacs(subject, macs, received, search)
    const wrong = one.passphrase?.(macs)
    if (wrong !== undefined) extra.push(wrong)
  } else {
    const keys: ReadonlyArray<{ readonly key: VerifyingKey }> = await verifyingKeys(options, one.keyId, one.algorithms)
    if (keys.length === 0) return none
    hit = await huntKeys(subject, keys, received, search)
  }
  if (hit === undefined)
    return {
      verified: false,
      hit,
      findings: [
        ...extra,
        possible(
          'no-hypothesis',
          'None of the mistakes that are known here leads to this signature: most often the secret or key is another one.',
          `${search.tried} hypotheses were tested.`,
          'Check that key id and secret belong together, and to this environment; or compare the text to sign with the one below.',
        ),
      ],
    }
  const evidence = `The received signature verifies under exactly this change, and it is one of ${search.tried} that were tested.`
  const mistakes = [
    ...hit.made,
    ...(hit.key === undefined ? [] : [hit.key]),
    ...(hit.form === undefined ? [] : [hit.form]),
  ]
  return {
    verified: mistakes.length === 0,
    hit,
    findings: [
      ...mistakes.map(({ id, cause, fix, detail = '' }) =>
        proven(id, cause, detail === '' ? evidence : `${detail}. ${evidence}`, fix),
      ),
      ...extra,
    ],
  }
}
