import type { TextMistake } from './mistakes.js'
import { PAIRS_MISTAKES } from './pairs-mistakes.js'
import { PATH } from './request-mistakes.js'

/** A text with a path and a query in it: behind a method or an origin, or before the version of a request line. */
const PARTS = /^((?:[A-Za-z]+ )?(?:https?:\/\/[^/?\s]+)?)([^?]*?)(?:\?(.*?))?( HTTP\/[\d.]+)?$/s

type Change = (
  path: string,
  query: string | undefined,
) => Iterable<readonly [path: string, query: string | undefined, detail?: string | undefined]>

const within = (change: Change): TextMistake['apply'] =>
  function* (text) {
    const found = PARTS.exec(text)
    if (found === null) return
    const [, before = '', path = '', query, behind = ''] = found
    for (const [newPath, newQuery, detail] of change(path, query)) {
      const written = before + newPath + (newQuery === undefined ? '' : `?${newQuery}`) + behind
      yield detail === undefined ? [written] : [written, detail]
    }
  }

const parted = (part: string, text: string): string => text.replaceAll('$', `${part} of $`)

/** What goes wrong with the path of a text that holds more than it. */
export const PATH_IN_TARGET: readonly TextMistake[] = PATH.filter(({ id }) => id !== 'left-out').map((one) => ({
  ...one,
  id: `path-${one.id}`,
  apply: within(function* (path, query) {
    for (const [changed, detail] of one.apply(path)) yield [changed, query, detail]
  }),
}))

/** What goes wrong with the query of such a text. */
export const QUERY_IN_TARGET: readonly TextMistake[] = [
  ...PAIRS_MISTAKES.filter(({ id }) => id !== 'as-json').map((one) => ({
    ...one,
    id: `query-${one.id}`,
    cause: parted('query', one.cause),
    fix: parted('query', one.fix),
    apply: within(function* (path, query) {
      if (query !== undefined && query !== '')
        for (const [changed, detail] of one.apply(query)) yield [path, changed === '' ? undefined : changed, detail]
    }),
  })),
  {
    id: 'query-left-out',
    rank: 1,
    cause: 'The $ was signed without its query.',
    fix: 'The query belongs to it, with its "?".',
    apply: within(function* (path, query) {
      if (query !== undefined) yield [path, undefined]
    }),
  },
]
