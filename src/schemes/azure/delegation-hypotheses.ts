import type { HttpRequest } from '../../message/message.js'
import type { Problem } from '../scheme/scheme-reading.js'
import { BINDS_USER, DELEGATES, delegationId, KEY_NAMES, NAMES_USERS, SIGNS_REQUEST } from './delegation-form.js'
import { SIGNS_SCOPE } from './sas-form.js'
import { NO_PARTS, partsOf, type RequestTexts } from './sas-request-parts.js'
import { sasTime } from './sas-values.js'

/* Where makers of a SAS with a user delegation key go wrong. */

/** A version of each of the five forms that the text has had. */
export const DELEGATED_VERSIONS: readonly string[] = [DELEGATES, NAMES_USERS, SIGNS_SCOPE, BINDS_USER, SIGNS_REQUEST]

const KEY_EVIDENCE = 'The query names a key of Entra ID, and does not hold it.'

/** What has to lie within what of the key. */
const KEY_LIMITS: ReadonlyArray<readonly [own: string, of: string, isBeyond: (own: number, of: number) => boolean]> = [
  ['se', 'ske', (own, of) => own > of],
  ['st', 'skt', (own, of) => own < of],
]

/** A time that is none is neither before nor after another. */
function momentOf(values: ReadonlyMap<string, string>, name: string): number {
  try {
    return sasTime(name, values.get(name) ?? '')
  } catch {
    return Number.NaN
  }
}

/** The id of its key, as far as it can be made. */
export function keyIdOf(account: string, values: ReadonlyMap<string, string>): string {
  try {
    return delegationId(account, values)
  } catch {
    return account
  }
}

/** The parts of the request that a SAS demands, and what is wrong with them. */
export function partsFound(
  request: HttpRequest,
  values: ReadonlyMap<string, string>,
): { readonly texts: RequestTexts; readonly lacks?: string } {
  try {
    return { texts: partsOf(request, values) }
  } catch (error) {
    return { texts: NO_PARTS, lacks: (error as Error).message }
  }
}

/** What is wrong with what a SAS states of its key, and of the request. */
export function keyProblems(
  request: HttpRequest,
  values: ReadonlyMap<string, string>,
  fix: string,
): readonly Problem[] {
  const missing = KEY_NAMES.filter((name) => !values.has(name)).map(
    (name): Problem => ({
      id: 'parameter-missing',
      certainty: 'proven',
      cause: `The parameter ${name} is missing.`,
      evidence: KEY_EVIDENCE,
      fix,
    }),
  )
  const beyond = KEY_LIMITS.filter(([own, of, isBeyond]) => isBeyond(momentOf(values, own), momentOf(values, of))).map(
    ([own, of]): Problem => ({
      id: 'sas-outlives-key',
      certainty: 'proven',
      cause: `The SAS is for a time in which its key is not valid: "${own}" is ${own === 'se' ? 'after' : 'before'} "${of}".`,
      evidence: `${own}=${values.get(own)}, ${of}=${values.get(of)}`,
      fix: 'Make it for a part of the time of the key, or ask for another key (Get User Delegation Key), of at most seven days.',
    }),
  )
  const { lacks } = partsFound(request, values)
  const parts: readonly Problem[] =
    lacks === undefined
      ? []
      : [
          {
            id: 'sas-request-part',
            certainty: 'proven',
            cause: 'The request has not what "srh" and "srq" of the SAS demand.',
            evidence: lacks,
            fix: 'Send every field and parameter that they name, once, with the value that was signed.',
          },
        ]
  return [...missing, ...beyond, ...parts]
}
