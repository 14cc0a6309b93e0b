import { problemText } from './problem.js'

/** The names of the statuses that no verdict has. */
const TITLES: Readonly<Record<number, string>> = {
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  422: 'Unprocessable Content',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  504: 'Gateway Timeout',
}

/** {@link problemText} of whatever else an API or a proxy answers. Apart from it, so that a verifier's bundle has none of these names. */
export const anyProblemText = (status: number, members?: object): string => problemText(status, members, TITLES[status])
