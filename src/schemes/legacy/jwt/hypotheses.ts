import type { HttpRequest } from '../../../message/message.js'
import type { Problem, SchemeHypotheses } from '../../scheme/scheme-reading.js'
import { behind } from '../hypotheses/credentials.js'
import { readingOf, readToken, type Token, timeProblems } from '../hypotheses/token-reading.js'

/** Where makers of tokens for one request go wrong. */
export const JWT_HYPOTHESES: SchemeHypotheses = {
  ids: ['jwt'],
  read: (request) => {
    const bearer = behind(request, 'authorization', 'Bearer')?.trim() ?? elsewhere(request)
    const token = bearer === undefined ? undefined : readToken(bearer)
    return token === undefined
      ? undefined
      : readingOf('jwt', 'JWT', token, [...timeProblems(token, 'exp', 'nbf', 'iat'), ...pathProblems(token, request)])
  },
}

/** A token in a separate field, as some services take one. */
const elsewhere = ({ fields }: HttpRequest): string | undefined =>
  fields.find(
    (value, at) => at % 2 === 1 && /^eyJ[\w+/=-]+\.eyJ/.test(value) && !/^(?:cookie|dpop)$/i.test(fields[at - 1] ?? ''),
  )

/** A claim that names the request, with another path than that of the request. */
function pathProblems({ claims }: Token, { target }: HttpRequest): readonly Problem[] {
  const { path } = claims
  if (typeof path !== 'string' || !path.startsWith('/') || path === target) return []
  const [own = ''] = target.split('?', 1)
  return [
    {
      id: 'token-path',
      certainty: 'likely',
      cause:
        own === path
          ? 'The claim "path" leaves out the query of the request.'
          : 'The claim "path" is not that of the request.',
      evidence: `It is ${JSON.stringify(path.slice(0, 80))}, that of the request ${JSON.stringify(target.slice(0, 80))}.`,
      fix: 'Put path and query into the claim exactly as they are sent, where the service compares them.',
    },
  ]
}
