import type { Bytes } from '../../crypto/key.js'
import { textOf } from './base-text.js'
import { JSON_MISTAKES } from './json-mistakes.js'
import { type Mistake, only } from './mistakes.js'

/** JSON that is the value of a line, such as `user={"id":1}`: the longest of them. */
function valueIn(text: string): string | undefined {
  let found: string | undefined
  for (const line of text.split('\n')) {
    const at = line.search(/[=:] ?[{[]/)
    if (at === -1) continue
    const value = line.slice(at).replace(/^[=:] ?/, '')
    if (/[}\]]$/.test(value) && value.length > (found?.length ?? 0)) found = value
  }
  return found
}

const WRITTEN = /* @__PURE__ */ only(JSON_MISTAKES, 'json-compact', 'json-spaces', 'json-escapes', 'json-sorted')

/** What goes wrong with JSON that stands within a text to sign: it was parsed and written anew. */
export const nestedJsonMistakes = <S>(
  baseOf: (state: S) => Bytes,
  writes: (state: S, change: (base: Bytes) => Bytes) => S,
): ReadonlyArray<Mistake<S>> =>
  WRITTEN.map(({ id, rank, cause, fix, apply }) => ({
    id: `value-${id}`,
    part: 'value',
    rank,
    cause: cause.replaceAll('$', 'JSON within the text'),
    fix,
    *apply(state) {
      const value = valueIn(textOf(baseOf(state)))
      if (value === undefined) return
      let at = 0
      for (const [, detail] of apply(value)) {
        const index = at++
        const changed = writes(state, (base) => {
          const text = textOf(base)
          const now = valueIn(text)
          return now === undefined ? base : text.replace(now, () => [...apply(now)][index]?.[0] ?? now)
        })
        yield detail === undefined ? [changed] : [changed, detail]
      }
    },
  }))
