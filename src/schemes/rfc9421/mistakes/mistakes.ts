import { CONTENT_TYPE, FIELD } from '../../scheme/field-mistakes.js'
import { REWRITTEN } from '../../scheme/field-values.js'
import { type Mistake, ofText, only, type TextMistake } from '../../scheme/mistakes.js'
import { PATH_IN_TARGET, QUERY_IN_TARGET } from '../../scheme/target-mistakes.js'
import { TEXT_MISTAKES } from '../../scheme/text-mistakes.js'
import { AGENT_FIELDS } from './agent-fields.js'
import { BASE } from './base.js'
import { LINES, PATH_WITH_QUERY } from './lines.js'
import { AUTHORITY, METHOD } from './origin.js'
import { PARAMS } from './parameters.js'
import { type BaseState, valueAt, withValue } from './state.js'
import { PATH, QUERY, QUERY_PARAM, TARGET_URI } from './target.js'
import { WHOLE_TARGET } from './whole-target.js'

const component = (name: string, mistakes: readonly TextMistake[]): ReadonlyArray<Mistake<BaseState>> =>
  ofText(name, valueAt(name), withValue(name), mistakes)

// Those that servers set, and what a framework has in place of one that is not set yet.
const STATUSES = [
  ...['200', '201', '202', '204', '206', '301', '302', '303', '304', '307', '308', '400', '401', '402', '403', '404'],
  ...['405', '409', '410', '412', '413', '415', '422', '429', '500', '501', '502', '503', '504', '0', '200 OK', ''],
]

const isStated = ({ id }: { readonly id: string }): boolean => id === 'host-rewritten' || id === 'path-rewritten'

/** What people do wrong with RFC 9421, for the components of one signature. */
export function rfc9421Mistakes(names: readonly string[]): ReadonlyArray<Mistake<BaseState>> {
  const byName: Readonly<Record<string, readonly TextMistake[]>> = {
    __proto__: null as never,
    '@method': METHOD,
    '@authority': AUTHORITY,
    host: AUTHORITY,
    '@target-uri': TARGET_URI,
    '@path': PATH,
    '@query': QUERY,
    '@query-param': QUERY_PARAM,
    '@request-target': [...PATH, ...PATH_IN_TARGET, ...QUERY_IN_TARGET],
    ...REWRITTEN,
    ...AGENT_FIELDS,
    'content-type': CONTENT_TYPE,
    // RFC 9421 2.2.9: of an answer.
    '@status': [
      {
        id: 'other',
        rank: 1,
        cause: 'Another status was signed than was sent: it was set behind the signer, or changed on the way.',
        fix: 'Sign when status, headers and body are final; leave "@status" out where a proxy changes it.',
        apply: () => STATUSES.map((status) => [status, status] as const),
      },
    ],
    '@scheme': [
      {
        id: 'other',
        rank: 1,
        cause: 'Another scheme was signed: a proxy ends TLS.',
        fix: 'Configure the public origin of the server.',
        apply: () => [['http'], ['https']],
      },
    ],
  }
  return [
    // What proxies state is more than a guess.
    ...LINES.filter(isStated),
    ...[...new Set(names)].flatMap((name) =>
      component(name, byName[name] ?? (name.startsWith('@') ? only(TEXT_MISTAKES, 'left-out') : FIELD)),
    ),
    ...ofText(
      'parameters',
      ({ params }: BaseState) => params,
      (state, params) => ({ ...state, params }),
      PARAMS,
    ),
    ...WHOLE_TARGET,
    ...LINES.filter((one) => !isStated(one)),
    ...BASE,
    ...PATH_WITH_QUERY,
  ]
}
