import type { Mistake } from '../../schemes/scheme/mistakes.js'
import type { ExchangeState } from './state.js'
import { textOf, writes } from './text.js'

/** What is put into the text to sign and does not belong there. */
export const ADDITION_MISTAKES: ReadonlyArray<Mistake<ExchangeState>> = [
  {
    id: 'text-with-url',
    part: 'text to sign',
    rank: 2,
    cause: 'The whole URL was signed in place of the path.',
    fix: 'Sign the path (and the query where the page says so), without scheme and host.',
    *apply(state) {
      const { scheme, host } = state.draft
      for (const start of [`${scheme}://${host}`, host, `https://${host}`])
        yield [writes(state, (base, draft) => textOf(base).replace(draft.path, start + draft.path)), start]
    },
  },
  {
    id: 'text-with-query',
    part: 'text to sign',
    rank: 1,
    cause: 'The query was signed where the exchange signs the path alone.',
    fix: 'Leave the query out of the text to sign.',
    *apply(state) {
      const { query, path } = state.draft
      if (query === '') return
      yield [writes(state, (base) => textOf(base).replace(path, `${path}?${query}`))]
      yield [writes(state, (base) => textOf(base) + query), 'behind everything']
    },
  },
  {
    id: 'text-with-body',
    part: 'text to sign',
    rank: 1,
    cause: 'The body was signed where the exchange does not sign it.',
    fix: 'Leave the body out of the text to sign.',
    *apply(state) {
      if (state.draft.body !== '') yield [writes(state, (base, draft) => textOf(base) + draft.body)]
    },
  },
  {
    id: 'text-ampersand',
    part: 'text to sign',
    rank: 1,
    cause: 'Query and body were joined with "&" in the text to sign.',
    fix: 'Query and body follow each other without anything between.',
    *apply(state) {
      const { query, body } = state.draft
      if (query === '' || body === '') return
      yield [
        writes(state, (base, draft) => textOf(base).replace(draft.query + draft.body, `${draft.query}&${draft.body}`)),
      ]
      yield [
        writes(state, (base, draft) => textOf(base).replace(draft.query + draft.body, `${draft.body}&${draft.query}`)),
        'the body first',
      ]
      yield [
        writes(state, (base, draft) => textOf(base).replace(draft.query + draft.body, draft.body + draft.query)),
        'the body first, without "&"',
      ]
    },
  },
  {
    id: 'text-with-key',
    part: 'text to sign',
    rank: 2,
    cause: 'The API key was signed as well, or its name beside it.',
    fix: 'Leave the API key out of the text to sign.',
    *apply(state) {
      yield [writes(state, (base, draft) => draft.key + textOf(base)), 'before everything']
      yield [writes(state, (base, draft) => textOf(base) + draft.key), 'behind everything']
    },
  },
]
