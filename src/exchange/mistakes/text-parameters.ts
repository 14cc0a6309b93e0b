import { textOf } from '../../schemes/scheme/base-text.js'
import { type Mistake, only } from '../../schemes/scheme/mistakes.js'
import { otherOrders } from '../../schemes/scheme/pair-orders.js'
import { PAIRS_MISTAKES } from '../../schemes/scheme/pairs-mistakes.js'
import type { Draft } from '../spec/draft.js'
import { canonicalPairs, joinPairs, joinTexts, nameOf, sortedPairs, textPairs } from '../spec/pairs.js'
import { rawText } from '../spec/percent.js'
import type { ExchangeState } from './state.js'
import { writes } from './text.js'

/** How exchanges write parameters before they are signed. */
const CANONICAL: ReadonlyArray<(pairs: string) => string> = [
  canonicalPairs,
  sortedPairs,
  (pairs) => joinTexts(textPairs(pairs)),
  (pairs) => rawText(sortedPairs(pairs)),
]

/** The parameters of a request, and that with the parameters that only the text to sign has. */
const sentPairs = ({ query, body, time }: Draft): readonly string[] =>
  [joinPairs(query, `signTimestamp=${time}`), joinPairs(query, body), query, /^\s*[[{]/.test(body) ? '' : body].filter(
    (one) => one.includes('='),
  )

interface Run {
  /** As it stands in the text to sign. */
  readonly text: string
  readonly sent: string
}

/** The parameters within a text to sign, as the exchange's rules write them; `undefined` where there are none. */
function runIn(base: string, draft: Draft): Run | undefined {
  for (const sent of sentPairs(draft))
    for (const write of CANONICAL) {
      const text = safe(() => write(sent))
      if (text !== undefined && base.includes(text)) return { text, sent }
    }
  return undefined
}

function safe(write: () => string): string | undefined {
  try {
    return write()
  } catch {
    return undefined
  }
}

function* orders({ text, sent }: Run): Iterable<readonly [string, string]> {
  const pairs = text.split('&')
  const names = sent.split('&').map((pair) => safe(() => rawText(nameOf(pair))) ?? nameOf(pair))
  const place = (pair: string): number => names.indexOf(safe(() => rawText(nameOf(pair))) ?? nameOf(pair))
  yield [[...pairs].sort((a, b) => place(a) - place(b)).join('&'), 'in the order in which they were sent']
  yield [[...pairs].sort().join('&'), 'sorted as whole pairs, not by name']
  for (const [order, how] of otherOrders(pairs, (pair) => nameOf(pair).slice(0, 64))) yield [order.join('&'), how]
}

const changed = (state: ExchangeState, change: (run: Run) => string): ExchangeState =>
  writes(state, (base, draft) => {
    const text = textOf(base)
    const run = runIn(text, draft)
    return run === undefined ? base : text.replace(run.text, () => change(run))
  })

/** What goes wrong where an exchange sorts or rewrites parameters before they are signed. */
export const parametersMistakes = (baseOf: (state: ExchangeState) => string): ReadonlyArray<Mistake<ExchangeState>> => [
  {
    id: 'text-parameters-order',
    part: 'text to sign',
    rank: 1,
    cause: 'The parameters stand in another order in the text to sign than the exchange puts them in.',
    fix: 'Sort the parameters by name (in code units: capitals before small letters), before they are joined.',
    *apply(state) {
      const run = runIn(baseOf(state), state.draft)
      if (run === undefined) return
      let at = 0
      for (const [order, detail] of orders(run)) {
        const index = at++
        yield [
          changed(state, (now) => (now.text === run.text ? order : ([...orders(now)][index]?.[0] ?? now.text))),
          detail,
        ]
      }
    },
  },
  {
    id: 'text-parameters-encoding',
    part: 'text to sign',
    rank: 1,
    cause:
      'The parameters are written in another percent-encoding in the text to sign than the exchange writes them in.',
    fix: 'Follow the page of the exchange: some sign names and values as they are, others percent-encoded, spaces as %20.',
    *apply(state) {
      const run = runIn(baseOf(state), state.draft)
      if (run === undefined) return
      yield [changed(state, ({ sent }) => sent), 'as they were sent']
      for (const { apply } of WRITTEN) {
        let at = 0
        for (const [, detail] of apply(run.text)) {
          const index = at++
          const variant = changed(state, ({ text }) => [...apply(text)][index]?.[0] ?? text)
          yield detail === undefined ? [variant] : [variant, detail]
        }
      }
    },
  },
]

const WRITTEN = /* @__PURE__ */ only(
  PAIRS_MISTAKES,
  'decoded',
  'encoded',
  'space',
  'encoder',
  'digits-case',
  'encoded-twice',
)
