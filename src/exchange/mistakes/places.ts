import { JSON_MISTAKES } from '../../schemes/scheme/json-mistakes.js'
import type { Mistake } from '../../schemes/scheme/mistakes.js'
import { PAIRS_MISTAKES } from '../../schemes/scheme/pairs-mistakes.js'
import { type ExchangeState, withDraft } from './state.js'

/** Body and query as what an empty one is taken for, and one for the other. */
export const PLACES: ReadonlyArray<Mistake<ExchangeState>> = [
  {
    id: 'body-for-none',
    part: 'body',
    rank: 1,
    cause: 'A body was signed, while none was sent.',
    fix: 'Sign the empty text where no body is sent: GET and DELETE have none.',
    *apply(state) {
      if (state.draft.body !== '') return
      for (const body of ['{}', 'null', '[]', '""', 'undefined', 'None', '\n'])
        yield [withDraft(state, { body }), JSON.stringify(body)]
    },
  },
  {
    id: 'question-mark',
    part: 'question mark',
    rank: 1,
    cause: 'The query was signed with a "?" before it where none belongs, or without the one that does.',
    fix: 'Follow the page of the exchange: some sign "path?query", others the query alone.',
    *apply(state) {
      const { query, questionMark } = state.draft
      if (query !== '') yield [withDraft(state, { query: `?${query}` }), 'one "?" too many']
      if (questionMark !== '') yield [withDraft(state, { questionMark: '' }), 'without the "?"']
      if (query === '') yield [withDraft(state, { questionMark: '?' }), 'a "?" with nothing behind it']
    },
  },
  {
    id: 'query-as-body',
    part: 'body',
    rank: 1,
    cause: 'The parameters were signed as a JSON body, and sent in the query.',
    fix: 'Where parameters go into the query, they are signed as part of it, and the body is empty.',
    *apply(state) {
      const { query } = state.draft
      if (query === '') return
      for (const mistake of PAIRS_MISTAKES)
        if (mistake.id === 'as-json')
          for (const [body] of mistake.apply(query)) {
            yield [withDraft(state, { query: '', questionMark: '', body })]
            yield [withDraft(state, { body }), 'beside the query']
          }
      yield [withDraft(state, { query: '', questionMark: '', body: query }), 'as a form']
      yield [withDraft(state, { body: query }), 'as a form beside the query']
    },
  },
  {
    id: 'body-as-query',
    part: 'query',
    rank: 1,
    cause: 'The parameters were signed as a query, and sent in the body.',
    fix: 'Where parameters go into the body, the characters of the body are signed, and the query is empty.',
    *apply(state) {
      const { body } = state.draft
      if (body === '') return
      const texts = new Set(
        JSON_MISTAKES.filter(({ id }) => id === 'json-as-form').flatMap(({ apply }) =>
          [...apply(body)].map(([text]) => text),
        ),
      )
      if (!/^\s*[[{]/.test(body)) texts.add(body)
      for (const query of texts) {
        yield [withDraft(state, { query, questionMark: '?', body: '' })]
        yield [withDraft(state, { query, questionMark: '?' }), 'beside the body']
      }
    },
  },
  {
    id: 'body-in-query',
    part: 'query',
    rank: 2,
    cause: 'The parameters of the body were signed among those of the query.',
    fix: 'Sign the parameters that stand in the URL; a body is signed as the page of the exchange says, or not at all.',
    *apply(state) {
      const { body, query } = state.draft
      if (body === '' || query === '') return
      for (const mistake of JSON_MISTAKES)
        if (mistake.id === 'json-as-form')
          for (const [form] of mistake.apply(body))
            for (const text of [`${query}&${form}`, `${form}&${query}`])
              yield [withDraft(state, { query: text }), text.startsWith(query) ? 'behind them' : 'before them']
    },
  },
  {
    id: 'query-signed-more',
    part: 'query',
    rank: 2,
    cause: 'A parameter was signed that was not sent.',
    fix: 'Sign the very text that is sent: take options of the client out of the parameters, and add receive window and key before both.',
    *apply(state) {
      const { query, body, key } = state.draft
      const inBody = query === '' && /^[^{[]*=/.test(body)
      const text = inBody ? body : query
      if (!text.includes('=')) return
      for (const more of [
        ...['5000', '10000', '20000', '30000', '60000'].map((window) => `recvWindow=${window}`),
        ...['recv_window=5000', 'signature=', 'sign=', 'nonce=', `apiKey=${key}`, `api_key=${key}`, `key=${key}`],
      ])
        for (const changed of [`${text}&${more}`, `${more}&${text}`])
          yield [withDraft(state, inBody ? { body: changed } : { query: changed }), more.replace(key || '\0', '…')]
    },
  },
]
