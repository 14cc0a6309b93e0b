import { type Mistake, ofText } from '../../scheme/mistakes.js'
import { PATH_IN_TARGET, QUERY_IN_TARGET } from '../../scheme/target-mistakes.js'
import { AUTHORITY } from './origin.js'
import type { BaseLine, BaseState } from './state.js'

/** The value of a line for another path and query. */
export function valueFor({ name, value }: BaseLine, target: string, was: string): string {
  if (name === '@path') return target.replace(/\?.*$/s, '')
  if (name === '@query') return target.replace(/^[^?]*\??/, '?')
  if (name === '@request-target') return target
  return name === '@target-uri' && value.endsWith(was) ? value.slice(0, value.length - was.length) + target : value
}

const holding = (pattern: RegExp, { lines }: BaseState): number => lines.filter(({ name }) => pattern.test(name)).length
const OF_TARGET = /^@(?:path|query|request-target|target-uri)$/
const OF_AUTHORITY = /^(?:@authority|@target-uri|host)$/

/** What goes wrong with a part of the request that stands in more than one line: all of them change together. */
export const WHOLE_TARGET: ReadonlyArray<Mistake<BaseState>> = /* @__PURE__ */ [
  ...ofText(
    'target',
    (state: BaseState) => (holding(OF_TARGET, state) > 1 ? state.target : undefined),
    (state, target) => ({
      ...state,
      lines: state.lines.map((line) => ({ ...line, value: valueFor(line, target, state.target) })),
    }),
    [...PATH_IN_TARGET, ...QUERY_IN_TARGET],
  ),
  ...ofText(
    'authority',
    (state: BaseState) => (holding(OF_AUTHORITY, state) > 1 ? state.authority : undefined),
    (state, authority) => ({
      ...state,
      lines: state.lines.map((line) => ({
        ...line,
        value:
          line.name === '@target-uri'
            ? line.value.replace(/^(https?:\/\/)[^/?]+/, (_, scheme: string) => scheme + authority)
            : OF_AUTHORITY.test(line.name)
              ? authority
              : line.value,
      })),
    }),
    AUTHORITY.filter(({ id }) => id !== 'url' && id !== 'empty'),
  ),
  {
    id: 'scheme-other',
    part: 'scheme',
    rank: 1,
    cause: 'Another scheme was signed: a proxy ends TLS, or the server does not know of it.',
    fix: 'Configure the origin that clients of the server use (publicOrigin, or a trusted X-Forwarded-Proto).',
    *apply(state) {
      if (holding(/^@(?:scheme|target-uri)$/, state) < 2) return
      const other = state.scheme === 'https' ? 'http' : 'https'
      yield [
        {
          ...state,
          lines: state.lines.map((line) => ({
            ...line,
            value:
              line.name === '@scheme'
                ? other
                : line.name === '@target-uri'
                  ? line.value.replace(/^https?/, other)
                  : line.value,
          })),
        },
      ]
    },
  },
]
