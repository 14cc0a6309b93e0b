import { equalBytes } from '../crypto/encoding.js'
import type { Bytes, VerifyingKey } from '../crypto/key.js'
import { type Hypothesis, type Made, pairsOf, type Subject, singlesOf } from './search.js'
import type { KeyMistake, Mac } from './secret-keys.js'

/** A signature that was received, in one reading of its text. */
export interface Received {
  readonly bytes: Uint8Array
  /** Present where the text is not in the form that is meant. */
  readonly mistake?: KeyMistake
}

/** The hypothesis that verifies. */
export interface Found {
  readonly base: Bytes
  readonly made: readonly Made[]
  readonly key?: KeyMistake
  readonly form?: KeyMistake
}

/** How long may be searched, and how much was tested. */
export interface Search {
  readonly until: number
  tried: number
}

const now = (): number => Date.now()
const LATER = 20_000

/** A shared secret: every text with every function, in the order of what happens most. */
export function huntMacs<S>(
  subject: Subject<S>,
  macs: readonly Mac[],
  received: readonly Received[],
  search: Search,
): Found | undefined {
  const right = subject.compose(subject.state)
  const test = (
    one: { readonly base: Bytes; readonly made: readonly Made[] },
    keys: readonly Mac[],
  ): Found | undefined => {
    for (const mac of keys) {
      search.tried++
      const made = mac.sign(one.base)
      for (const { bytes, mistake } of received)
        if (equalBytes(made, bytes))
          return {
            base: one.base,
            made: one.made,
            ...(mac.mistake && { key: mac.mistake }),
            ...(mistake && { form: mistake }),
          }
    }
    return undefined
  }
  const seen = new Set<string>()
  if (right !== undefined) {
    const found = test({ base: right, made: [] }, macs)
    if (found !== undefined) return found
    if (typeof right === 'string') seen.add(right)
  }
  const main = macs.filter(({ mistake }) => mistake === undefined)
  const singles = singlesOf(subject, seen)
  for (const one of singles) {
    const found = test(one, main)
    if (found !== undefined) return found
  }
  const pairs = pairsOf(subject, singles, seen)[Symbol.iterator]()
  const through = (many: Iterable<Hypothesis<S>>, keys: readonly Mac[], limit: number): Found | undefined => {
    let count = 0
    for (const one of many) {
      const found = test(one, keys)
      if (found !== undefined) return found
      if (++count >= limit || ((count & 127) === 0 && now() > search.until)) return undefined
    }
    return undefined
  }
  const others = macs.filter(({ mistake }) => mistake !== undefined)
  return (
    through({ [Symbol.iterator]: () => ({ next: () => pairs.next() }) }, main, LATER) ??
    through(singles, others, singles.length) ??
    through({ [Symbol.iterator]: () => ({ next: () => pairs.next() }) }, main, Number.POSITIVE_INFINITY)
  )
}

/** A public key, which takes a thousand times as long. */
export async function huntKeys<S>(
  subject: Subject<S>,
  keys: ReadonlyArray<{ readonly key: VerifyingKey; readonly mistake?: KeyMistake }>,
  received: readonly Received[],
  search: Search,
): Promise<Found | undefined> {
  const seen = new Set<string>()
  const right = subject.compose(subject.state)
  const test = async (one: { readonly base: Bytes; readonly made: readonly Made[] }): Promise<Found | undefined> => {
    for (const { key, mistake: wrong } of keys)
      for (const { bytes, mistake } of received) {
        search.tried++
        if (await key.verify(one.base, bytes))
          return { base: one.base, made: one.made, ...(wrong && { key: wrong }), ...(mistake && { form: mistake }) }
      }
    return undefined
  }
  if (right !== undefined) {
    const found = await test({ base: right, made: [] })
    if (found !== undefined) return found
    if (typeof right === 'string') seen.add(right)
  }
  const singles = singlesOf(subject, seen)
  for (const many of [singles, pairsOf(subject, singles, seen)])
    for (const one of many) {
      const found = await test(one)
      if (found !== undefined || now() > search.until) return found
    }
  return undefined
}

/** The mistakes that make a text of another side out of the right one; no key is needed. */
export function huntText<S>(subject: Subject<S>, text: string, search: Search): Found | undefined {
  const seen = new Set<string>()
  const right = subject.compose(subject.state)
  if (typeof right === 'string') seen.add(right)
  if (right === text) return { base: text, made: [] }
  const singles = singlesOf(subject, seen)
  for (const many of [singles, pairsOf(subject, singles, seen)])
    for (const one of many) {
      search.tried++
      if (one.base === text) return { base: text, made: one.made }
      if ((search.tried & 255) === 0 && now() > search.until) return undefined
    }
  return undefined
}
