import type { Mistake } from '../../scheme/mistakes.js'
import { permutations } from '../../scheme/permutations.js'
import { type BaseState, withValue } from './state.js'
import { valueFor } from './whole-target.js'

/** What goes wrong with the lines. */
export const LINES: ReadonlyArray<Mistake<BaseState>> = [
  {
    id: 'line-left-out',
    part: 'lines',
    rank: 1,
    cause: 'A component is listed in Signature-Input and its line was not signed.',
    fix: 'Sign a line for each listed component, in the order of the list.',
    *apply(state) {
      for (const { id } of state.lines) yield [{ ...state, lines: state.lines.filter((line) => line.id !== id) }, id]
    },
  },
  {
    id: 'line-order',
    part: 'lines',
    rank: 1,
    cause: 'The lines stand in another order than the list of Signature-Input.',
    fix: 'RFC 9421 2.5: the lines follow the order of the list.',
    *apply(state) {
      if (state.lines.length > 1 && state.lines.length < 6)
        for (const lines of permutations(state.lines)) yield [{ ...state, lines }, lines.map(({ id }) => id).join(' ')]
      else {
        yield [{ ...state, lines: [...state.lines].reverse() }, 'reversed']
        yield [{ ...state, lines: [...state.lines].sort((a, b) => (a.id < b.id ? -1 : 1)) }, 'by name']
      }
    },
  },
  {
    id: 'host-rewritten',
    part: 'lines',
    rank: 1,
    cause: 'The host was rewritten on the way: the signature is for the name that the client used.',
    fix: 'Let the proxy keep Host (proxy_set_header Host $host), or configure the public origin of the server.',
    *apply(state) {
      for (const host of state.hosts)
        yield [
          {
            ...state,
            lines: state.lines.map((line) => ({
              ...line,
              value:
                line.name === '@authority' || line.name === 'host'
                  ? host.toLowerCase()
                  : line.name === '@target-uri'
                    ? line.value.replace(/^(https?:\/\/)[^/?]+/, `$1${host.toLowerCase()}`)
                    : line.value,
            })),
          },
          host,
        ]
    },
  },
  {
    id: '@authority-case',
    part: 'lines',
    rank: 1,
    cause: 'The authority was signed with the capitals it was written with.',
    fix: 'RFC 9421 2.2.3: the authority is lower case.',
    *apply(state) {
      const { authority, sentAuthority = authority } = state
      if (sentAuthority === authority) return
      yield [
        {
          ...state,
          lines: state.lines.map((line) => ({
            ...line,
            value: /^@(?:authority|target-uri)$/.test(line.name)
              ? line.value.replace(authority, () => sentAuthority)
              : line.value,
          })),
        },
      ]
    },
  },
  {
    id: 'path-rewritten',
    part: 'lines',
    rank: 1,
    cause: 'The path was rewritten on the way: the signature is for the one that the client used.',
    fix: 'Let the proxy pass the path as it is, or verify the request in front of the proxy.',
    *apply(state) {
      for (const target of state.targets)
        yield [
          {
            ...state,
            lines: state.lines.map((line) => ({ ...line, value: valueFor(line, target, state.target) })),
          },
          target,
        ]
    },
  },
  {
    id: 'digest-of-other-body',
    part: 'content-digest',
    rank: 1,
    cause: 'The content digest that was signed is that of another body than was sent.',
    fix: 'Make the digest of the bytes that are sent.',
    *apply(state) {
      for (const [value, what] of state.digests()) yield [withValue('content-digest')(state, value), what]
    },
  },
]

export const PATH_WITH_QUERY: ReadonlyArray<Mistake<BaseState>> = [
  {
    id: 'path-with-query',
    part: '@path',
    rank: 1,
    cause: 'The path was signed with the query.',
    fix: 'RFC 9421 2.2.6: "@path" ends before the "?"; cover "@query" as well.',
    apply: (state) => [
      [withValue('@path')(state, state.target)],
      [withValue('@path')(state, `${state.scheme}://${state.authority}${state.target}`), 'as a URL'],
    ],
  },
]
