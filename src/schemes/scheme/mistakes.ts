/**
 * What senders do wrong, as data: the doctor applies it to what a verifier builds, and the one under which the received signature
 * verifies is the cause.
 */

/** A change that a sender may have made, and what to do about it. */
export interface Mistake<S> {
  /** Stable, lower case with hyphens. */
  readonly id: string
  /** What it changes: two mistakes of one part are not combined. */
  readonly part: string
  /** 1 for what happens every day, 3 for what hardly ever does: tried, and named, in this order. */
  readonly rank: 1 | 2 | 3
  /** One sentence: what the sender signed in place of what is verified. */
  readonly cause: string
  /** What to change. */
  readonly fix: string
  /** True where it stands for hundreds of variants: not combined with another one. */
  readonly alone?: true
  /** True for what a verifier takes as well: the scheme leaves it open. */
  readonly agreed?: true
  /** What is signed with the mistake; several where it can be made in several ways. A variant that changes nothing is skipped. */
  readonly apply: (state: S) => Iterable<Variant<S>>
}

/** One way to make a mistake, with what exactly was done where the cause does not say it. */
export type Variant<S> = readonly [state: S, detail?: string]

/** A change of one text; '' for the detail where the mistake says everything. */
export interface TextMistake {
  readonly id: string
  readonly rank: 1 | 2 | 3
  readonly cause: string
  readonly fix: string
  /** As of a {@link Mistake}. */
  readonly alone?: true
  readonly apply: (text: string) => Iterable<readonly [text: string, detail?: string]>
}

/** Mistakes of one text as mistakes of a state that holds it. */
export const ofText = <S>(
  part: string,
  read: (state: S) => string | undefined,
  write: (state: S, text: string) => S,
  mistakes: readonly TextMistake[],
): ReadonlyArray<Mistake<S>> =>
  mistakes.map(({ id, rank, cause, fix, alone, apply }) => ({
    ...(alone === true && { alone }),
    id: `${part.toLowerCase().replaceAll(' ', '-')}-${id}`,
    part,
    rank,
    cause: cause.replaceAll('$', part),
    fix: fix.replaceAll('$', part),
    *apply(state) {
      const text = read(state)
      if (text === undefined) return
      for (const [changed, detail] of apply(text))
        if (changed !== text) yield detail === undefined ? [write(state, changed)] : [write(state, changed), detail]
    },
  }))

/** The mistakes of a table by their ids. */
export const only = (table: readonly TextMistake[], ...ids: readonly string[]): readonly TextMistake[] =>
  table.filter(({ id }) => ids.includes(id))
