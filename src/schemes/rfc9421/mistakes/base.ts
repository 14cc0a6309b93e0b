import { hash, hashText } from '#backend/hash'
import type { Bytes } from '../../../crypto/key.js'
import type { Mistake } from '../../scheme/mistakes.js'
import { permutations } from '../../scheme/permutations.js'
import { withoutEnd } from '../../scheme/text-ends.js'
import { paramsOf } from './parameters.js'
import { type BaseLine, type BaseState, lineOf, linesText } from './state.js'

const withoutLineEnds = (text: string): string =>
  text
    .split('\n')
    .map((line) => withoutEnd(line, ' '))
    .join('\n')

const MARK = { part: 'base', rank: 1 } as const

/** How the name of a parameter was written as that of a line. */
const MARKS: ReadonlyArray<readonly [mark: (id: string) => string, name: string]> = [
  [(id) => `"${id}"`, 'in quotes'],
  [(id) => id, 'without quotes'],
  [(id) => `"@${id}"`, 'with "@"'],
  [(id) => `(${id})`, 'in brackets'],
]

const FIRST = ['created', 'expires', 'nonce']
const rankOf = (id: string): number => (FIRST.includes(id) ? FIRST.indexOf(id) : FIRST.length)

function* subsets<T>(items: readonly T[]): Iterable<readonly T[]> {
  for (let chosen = 1; chosen < 2 ** items.length; chosen++) yield items.filter((_, at) => (chosen >> at) & 1)
}

const write = (state: BaseState, change: (text: string) => Bytes): BaseState => ({
  ...state,
  write: ({ write: _, ...rest }) => change(linesText(rest)),
})
const unquoted = (state: BaseState, line: (one: BaseLine) => string): BaseState => ({
  ...state,
  write: ({ lines, params }) => [...lines.map(line), `"@signature-params": ${params}`].join('\n'),
})
const capitals = (name: string): string => name.replace(/(^|-)([a-z])/g, (all) => all.toUpperCase())
const btoaSafe = (text: string): string => (/^[\0-\xff]*$/.test(text) ? btoa(text) : text)

/** What goes wrong with the base as a whole. */
export const BASE: ReadonlyArray<Mistake<BaseState>> = [
  {
    ...MARK,
    id: 'base-line-break',
    cause: 'The signature base was signed with a line break at its end.',
    fix: 'RFC 9421 2.5: the last line has no line break.',
    apply: (state) => [
      [write(state, (text) => `${text}\n`)],
      [write(state, (text) => `\n${text}`), 'one before the first line'],
      [write(state, (text) => `${text} `), 'a space in its place'],
    ],
  },
  {
    ...MARK,
    id: 'base-line-break',
    cause: 'The lines of the signature base were joined with something else than LF.',
    fix: 'RFC 9421 2.5: LF alone stands between the lines.',
    apply: (state) => [
      [write(state, (text) => text.replaceAll('\n', '\r\n')), 'CR LF between the lines'],
      [write(state, (text) => `${text.replaceAll('\n', '\r\n')}\r\n`), 'CR LF behind every line'],
      [write(state, (text) => text.replaceAll('\n', '\\n')), 'the two characters "\\n" between the lines'],
      [write(state, (text) => text.replaceAll('\n', ' ')), 'spaces between the lines'],
      [write(state, (text) => text.replaceAll('\n', '')), 'nothing between the lines'],
    ],
  },
  {
    ...MARK,
    id: 'base-without-params',
    cause: 'The last line, "@signature-params", was not signed.',
    fix: 'RFC 9421 2.5: the base ends with the line "@signature-params".',
    apply: (state) => [
      [{ ...state, write: ({ lines }) => lines.map(lineOf).join('\n') }],
      [{ ...state, write: ({ lines }) => `${lines.map(lineOf).join('\n')}\n` }, 'with a line break at the end'],
    ],
  },
  {
    ...MARK,
    id: 'base-bare-parameters',
    alone: true,
    cause:
      'The signature parameters were signed as lines of their own ("created: …"), not as the line "@signature-params".',
    fix: 'RFC 9421 2.5: the last line is "@signature-params" with the list and all parameters, as they stand in Signature-Input.',
    *apply(state) {
      const { pairs } = paramsOf(state.params)
      if (pairs.length === 0 || pairs.length > 8) return
      // Of the profiles of agents, with six parameters, a few are written so: the times and the nonce first.
      const most = pairs.length > 5 ? 4 : 5
      for (const some of subsets([...pairs].sort(([a], [b]) => rankOf(a) - rankOf(b))))
        for (const order of some.length > most ? [] : permutations(some))
          for (const [mark, name] of MARKS)
            yield [
              {
                ...state,
                write: ({ lines }) =>
                  [
                    ...lines.map(lineOf),
                    ...order.map(([id, value]) => `${mark(id)}: ${value.replace(/^"(.*)"$/, '$1')}`),
                  ].join('\n'),
              },
              `${order.map(([id]) => id).join(', ')}, ${name}`,
            ]
    },
  },
  {
    ...MARK,
    id: 'base-names',
    cause: 'The names of the components were written in another way.',
    fix: 'RFC 9421 2.5: each line is the quoted lower-case name, a colon, one space and the value.',
    apply: (state) => [
      [unquoted(state, (line) => `${line.name}: ${line.value}`), 'without quotes'],
      [unquoted(state, (line) => `${line.id}:${line.value}`), 'no space behind the colon'],
      [
        {
          ...state,
          write: ({ lines, params }) =>
            [...lines.map((line) => `${line.id}:${line.value}`), `"@signature-params":${params}`].join('\n'),
        },
        'no space behind any colon',
      ],
      [
        unquoted(
          state,
          (line) => `${line.id.replace(/"([^"]*)"/, (_, name: string) => `"${capitals(name)}"`)}: ${line.value}`,
        ),
        'in capitals',
      ],
      [unquoted(state, (line) => `"${line.name}": ${line.value}`), 'without their parameters'],
      [
        { ...state, write: ({ lines, params }) => [...lines.map(lineOf), `@signature-params: ${params}`].join('\n') },
        '"@signature-params" without quotes',
      ],
      [
        {
          ...state,
          write: ({ lines, params }) =>
            [...lines.map((line) => `${line.name}: ${line.value}`), `@signature-params: ${params}`].join('\n'),
        },
        'all without quotes',
      ],
      ...state.lines
        .slice(0, 16)
        .map(
          (one) =>
            [
              unquoted(state, (line) => (line === one ? `${line.name}: ${line.value}` : lineOf(line))),
              `${one.name} alone without quotes`,
            ] as const,
        ),
    ],
  },
  {
    ...MARK,
    id: 'base-cavage',
    cause: 'The text that was signed is that of draft-cavage, the predecessor of RFC 9421.',
    fix: 'Use a library for RFC 9421 on both sides; the two are not compatible.',
    apply: (state) => [
      [
        {
          ...state,
          write: ({ lines, target }) =>
            lines
              .map(({ name, value }) =>
                name === '@method' || name === '@request-target'
                  ? `(request-target): ${value.toLowerCase()} ${target}`
                  : `${name.replace('@authority', 'host')}: ${value}`,
              )
              .join('\n'),
        },
      ],
    ],
  },
  {
    ...MARK,
    id: 'base-spaces',
    rank: 2,
    cause:
      'White space at the end of a line was taken off: that of an empty value, which has a space behind its colon.',
    fix: 'RFC 9421 2.5: a line is the name, a colon, one space and the value, also where the value is empty; no trim(), no editor that strips lines.',
    apply: (state) => [
      [write(state, withoutLineEnds)],
      [write(state, (text) => withoutLineEnds(text).replace(/\n\n+/g, '\n')), 'and empty lines as well'],
    ],
  },
  {
    ...MARK,
    id: 'base-values-only',
    cause: 'Only the values of the components were signed.',
    fix: 'RFC 9421 2.5: each line starts with the quoted name.',
    apply: (state) => [
      [{ ...state, write: ({ lines }) => lines.map(({ value }) => value).join('\n') }],
      [{ ...state, write: ({ lines }) => lines.map(({ value }) => value).join('') }, 'joined with nothing'],
    ],
  },
  {
    ...MARK,
    id: 'base-params-only',
    rank: 2,
    cause: 'Only the parameters, or Signature-Input, were signed.',
    fix: 'RFC 9421 2.5: sign the whole base.',
    apply: (state) => [
      [{ ...state, write: ({ params }) => params }],
      [{ ...state, write: ({ params }) => `sig1=${params}` }],
    ],
  },
  {
    ...MARK,
    id: 'base-hashed',
    rank: 2,
    cause: 'The base was encoded or hashed before it was signed.',
    fix: 'Sign the bytes of the base; the algorithm hashes them itself.',
    apply: (state) => [
      [write(state, btoaSafe), 'in base64'],
      [write(state, (text) => JSON.stringify(text)), 'as JSON'],
      [write(state, (text) => hashText('sha256', text, 'hex')), 'its SHA-256 in hexadecimal'],
      [write(state, (text) => hashText('sha256', text, 'base64')), 'its SHA-256 in base64'],
      [write(state, (text) => hash('sha256', text)), 'the bytes of its SHA-256'],
      [write(state, (text) => hash('sha512', text)), 'the bytes of its SHA-512'],
    ],
  },
]
