import type { Bytes } from '../crypto/key.js'
import type { Mistake } from '../schemes/scheme/mistakes.js'

/** What is searched: a state that is right, what it is written as, and what may have been done wrong. */
export interface Subject<S> {
  readonly state: S
  readonly compose: (state: S) => Bytes | undefined
  readonly mistakes: ReadonlyArray<Mistake<S>>
  /** The request as it is hashed, where what is signed holds its hash alone: some answers show it. */
  readonly canonical?: (state: S) => Bytes | undefined
}

/** A mistake with what exactly was done. */
export interface Made {
  readonly id: string
  readonly cause: string
  readonly fix: string
  readonly detail: string
  /** True for what a verifier takes as well. */
  readonly agreed?: true
}

/** A text that may have been signed, and the mistakes that lead to it. */
export interface Hypothesis {
  readonly base: Bytes
  readonly made: readonly Made[]
}

type Variants<S> = Iterator<readonly [S, string?]>

interface Single<S> {
  readonly made: Made
  readonly state: S
  readonly mistake: Mistake<S>
  readonly at: number
}

/** A mistake that is not tried to its end before the others: it stands for hundreds of variants. */
interface Unfinished<S> {
  readonly mistake: Mistake<S>
  readonly variants: Variants<S>
}

// As many variants as a mistake has at most that is combined with another one.
const MANY = 80
// Of one mistake; a time in milliseconds has 6 000.
const MOST = 8_000
// Of one mistake before it is the turn of the next one; of one that happens every day.
const TURN = 128
const LONG_TURN = 256
// Longer texts are tested twice rather than kept: tens of thousands are made of one request.
const KEPT_CHARACTERS = 4_096

const madeOf = <S>({ id, cause, fix, agreed }: Mistake<S>, detail: string): Made => ({
  ...{ id, cause, fix, detail },
  ...(agreed === true && { agreed }),
})

/** A mistake may stumble over a text that no sender would have: then it has no variants. */
function* variantsOf<S>(mistake: Mistake<S>, state: S): Generator<readonly [S, string?]> {
  try {
    yield* mistake.apply(state)
  } catch {
    // Nothing more of this mistake.
  }
}

/**
 * The texts that may have been signed, made one by one as they are asked for: the likely single mistakes first, then those that
 * stand for hundreds of variants, then two mistakes of different parts.
 */
export class Hypotheses<S> {
  readonly #subject: Subject<S>
  readonly #seen = new Set<Bytes>()
  readonly #fit: Array<Single<S>> = []
  readonly #many: Array<Unfinished<S>> = []

  /** The text of the state that is right; `undefined` where the scheme refuses it. */
  readonly right: Bytes | undefined

  constructor(subject: Subject<S>) {
    this.#subject = subject
    this.right = subject.compose(subject.state)
    if (this.right !== undefined) this.#isNew(this.right)
  }

  #isNew(base: Bytes): boolean {
    if (base.length > KEPT_CHARACTERS) return base !== this.right
    // Bytes are short where they are signed: a digest beside a path.
    const key = typeof base === 'string' ? base : `\0${String.fromCharCode(...base)}`
    if (this.#seen.has(key)) return false
    this.#seen.add(key)
    return true
  }

  /** Every mistake of few variants, and the first variants of the others, by how often it happens. */
  *singles(): Generator<Hypothesis> {
    for (const rank of [1, 2, 3])
      for (const [at, mistake] of this.#subject.mistakes.entries())
        if (mistake.rank === rank) yield* this.#single(mistake, at)
  }

  *#single(mistake: Mistake<S>, at: number): Generator<Hypothesis> {
    const variants = variantsOf(mistake, this.#subject.state)
    if (mistake.alone === true) {
      this.#many.push({ mistake, variants })
      return
    }
    const found: Array<Single<S>> = []
    for (let count = 0; ; count++) {
      if (count === MANY) {
        this.#many.push({ mistake, variants })
        return
      }
      const next = variants.next()
      if (next.done === true) break
      const [state, detail = ''] = next.value
      const base = this.#subject.compose(state)
      if (base === undefined || !this.#isNew(base)) continue
      const made = madeOf(mistake, detail)
      found.push({ made, state, mistake, at })
      yield { base, made: [made] }
    }
    this.#fit.push(...found)
  }

  /**
   * The rest of the mistakes of many variants, a handful of each in turns: none of them waits for the thousands of another one.
   * Behind {@link singles}.
   */
  *many(): Generator<Hypothesis> {
    let left = this.#many.map((one) => ({ ...one, count: 0 }))
    while (left.length > 0) {
      const going: typeof left = []
      for (const one of left) {
        const most = Math.min(one.count + (one.mistake.rank === 1 ? LONG_TURN : TURN), MOST)
        let ended = false
        for (; one.count < most && !ended; one.count++) {
          const next = one.variants.next()
          ended = next.done === true
          if (next.done === true) break
          const [state, detail = ''] = next.value
          const base = this.#subject.compose(state)
          if (base !== undefined && this.#isNew(base)) yield { base, made: [madeOf(one.mistake, detail)] }
        }
        if (!ended && one.count < MOST) going.push(one)
      }
      left = going
    }
  }

  /** Two mistakes of different parts, the likely ones first. Behind {@link singles}. */
  *pairs(): Generator<Hypothesis> {
    const { mistakes } = this.#subject
    const many = new Set(this.#many.map(({ mistake }) => mistake))
    for (let sum = 2; sum <= 6; sum++)
      for (const first of this.#fit)
        for (let at = first.at + 1; at < mistakes.length; at++) {
          const second = mistakes[at] as Mistake<S>
          if (first.mistake.rank + second.rank === sum && second.part !== first.mistake.part && !many.has(second))
            yield* this.#pair(first, second)
        }
  }

  *#pair({ made, state: from }: Single<S>, second: Mistake<S>): Generator<Hypothesis> {
    let count = 0
    for (const [state, detail = ''] of variantsOf(second, from)) {
      if (++count > MANY) return
      const base = this.#subject.compose(state)
      if (base !== undefined && this.#isNew(base)) yield { base, made: [made, madeOf(second, detail)] }
    }
  }
}
