import type { Bytes } from '../crypto/key.js'
import type { Mistake } from '../schemes/scheme/mistakes.js'

/** What is searched: a state that is right, what it is written as, and what may have been done wrong. */
export interface Subject<S> {
  readonly state: S
  readonly compose: (state: S) => Bytes | undefined
  readonly mistakes: ReadonlyArray<Mistake<S>>
}

/** A mistake with what exactly was done. */
export interface Made {
  readonly id: string
  readonly part: string
  readonly cause: string
  readonly fix: string
  readonly rank: number
  readonly detail: string
}

/** A text that may have been signed, and the mistakes that lead to it. */
export interface Hypothesis<S> {
  readonly base: Bytes
  readonly made: readonly Made[]
  readonly state: S
}

interface Single<S> extends Hypothesis<S> {
  readonly mistake: Mistake<S>
  readonly at: number
}

const madeOf = <S>({ id, part, cause, fix, rank }: Mistake<S>, detail: string): Made => ({
  id,
  part,
  cause,
  fix,
  rank,
  detail,
})

const keyOf = (base: Bytes): string =>
  typeof base === 'string' ? base : `\0${String.fromCharCode(...base.subarray(0, 4096))}`

/** A mistake may stumble over a text that no sender would have: then it has no variants. */
function* variantsOf<S>(mistake: Mistake<S>, state: S): Iterable<readonly [S, string?]> {
  try {
    yield* mistake.apply(state)
  } catch {
    // Nothing more of this mistake.
  }
}

/** Every single mistake, the likely ones first and those of many variants last. */
export function singlesOf<S>({ state, compose, mistakes }: Subject<S>, seen: Set<string>): Array<Single<S>> {
  const out: Array<Single<S>> = []
  for (const [at, mistake] of mistakes.entries()) {
    let count = 0
    for (const [changed, detail = ''] of variantsOf(mistake, state)) {
      if (++count > 8_000) break
      const base = compose(changed)
      if (base === undefined) continue
      const key = keyOf(base)
      if (seen.has(key)) continue
      seen.add(key)
      out.push({ base, made: [madeOf(mistake, detail)], state: changed, mistake, at })
    }
  }
  const order = ({ mistake }: Single<S>): number => mistake.rank + (mistake.alone === true ? 4 : 0)
  return out.sort((a, b) => order(a) - order(b))
}

const MANY = 80

/** Two mistakes of different parts, the likely ones first; lazily, because there are tens of thousands. */
export function* pairsOf<S>(
  { compose, mistakes }: Subject<S>,
  singles: ReadonlyArray<Single<S>>,
  seen: Set<string>,
): Iterable<Hypothesis<S>> {
  const counts = new Map<string, number>()
  for (const { mistake } of singles) counts.set(mistake.id, (counts.get(mistake.id) ?? 0) + 1)
  const fit = singles.filter(({ mistake }) => mistake.alone !== true && (counts.get(mistake.id) ?? 0) <= MANY)
  for (let sum = 2; sum <= 6; sum++)
    for (const first of fit)
      for (let at = first.at + 1; at < mistakes.length; at++) {
        const second = mistakes[at] as Mistake<S>
        if (second.alone === true || second.part === first.mistake.part || first.mistake.rank + second.rank !== sum)
          continue
        if ((counts.get(second.id) ?? 0) > MANY) continue
        let count = 0
        for (const [changed, detail = ''] of variantsOf(second, first.state)) {
          if (++count > MANY) break
          const base = compose(changed)
          if (base === undefined) continue
          const key = keyOf(base)
          if (seen.has(key)) continue
          seen.add(key)
          yield { base, made: [...first.made, madeOf(second, detail)], state: changed }
        }
      }
}
