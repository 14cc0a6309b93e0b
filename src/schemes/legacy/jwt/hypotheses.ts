import type { SchemeHypotheses } from '../../scheme/scheme-reading.js'
import { behind } from '../hypotheses/credentials.js'
import { readingOf, readToken, timeProblems } from '../hypotheses/token-reading.js'

/** Where makers of tokens for one request go wrong. */
export const JWT_HYPOTHESES: SchemeHypotheses = {
  ids: ['jwt'],
  read: (request) => {
    const bearer = behind(request, 'authorization', 'Bearer')?.trim()
    const token = bearer === undefined ? undefined : readToken(bearer)
    return token === undefined
      ? undefined
      : readingOf('jwt', 'JWT', token, [...timeProblems(token, 'exp', 'nbf', 'iat')])
  },
}
