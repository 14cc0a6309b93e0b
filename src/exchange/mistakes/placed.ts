import type { Mistake } from '../../schemes/scheme/mistakes.js'
import type { ExchangeSpec } from '../spec/spec.js'
import { type ExchangeState, withDraft } from './state.js'

/** What goes wrong where key, time and signature stand among the parameters. */
export const placedMistakes = ({ place }: ExchangeSpec): ReadonlyArray<Mistake<ExchangeState>> => {
  const own = new Set((place?.list ?? []).map(([name]) => name))
  const kept = (pairs: string): string =>
    pairs
      .split('&')
      .filter((pair) => own.has(pair.split('=', 1)[0] as string))
      .join('&')
  return own.size === 0
    ? []
    : [
        {
          id: 'parameters-left-out',
          part: 'query',
          rank: 1,
          cause: 'The parameters of authentication were signed alone, without those of the request itself.',
          fix: 'Put all parameters together first, those of the request too, then sign that text and send it.',
          *apply(state) {
            const { query, body } = state.draft
            if (query !== '') yield [withDraft(state, { query: kept(query) }), 'those of the query']
            if (/^[^{[]*=/.test(body)) yield [withDraft(state, { body: kept(body) }), 'those of the body']
          },
        },
      ]
}
