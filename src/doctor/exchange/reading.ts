import { CountersignError, isCountersignError } from '../../errors.js'
import type { Draft } from '../../exchange/spec/draft.js'
import { readRequest } from '../../exchange/verifier/read-request.js'
import type { HttpRequest } from '../../message/message.js'
import { lenient } from './lenient.js'
import type { Way } from './way.js'

/** A request as it was signed, read without refusing anything; what an exchange would refuse is in `problem`. */
export interface Reading {
  readonly draft: Draft
  readonly problem: CountersignError | undefined
}

export function readAt({ spec }: Way, request: HttpRequest): Reading {
  try {
    const found = readRequest(spec, request)
    if (found !== undefined) return { draft: found.draft, problem: undefined }
  } catch (error) {
    if (!isCountersignError(error)) throw error
    // The official package for Python writes what it leaves out as null, which the exchange takes.
    return {
      draft: lenient(spec, request),
      problem: /"vaultAddress".*, got null/.test(error.message) ? undefined : error,
    }
  }
  return {
    draft: lenient(spec, request),
    problem: new CountersignError('AUTH_MISSING', 'nothing of authentication is there'),
  }
}
