import type { Bytes } from '../crypto/key.js'
import { Hypotheses, type Hypothesis, type Made, type Subject } from './search.js'

/** What was done with a key or with the text of a signature, where that is a mistake. */
export interface KeyMistake {
  readonly id: string
  readonly cause: string
  readonly fix: string
  readonly detail?: string
  /** True for what is a mistake only where the other side does otherwise. */
  readonly agreed?: true
}

/** A signature that was received, in one reading of its text. */
export interface Received {
  readonly bytes: Uint8Array
  /** Present where the text is not in the form that is meant. */
  readonly mistake?: KeyMistake
  /** In words, what the text was read as then. */
  readonly form?: string
}

/** What else is wrong where a text fits; `undefined` where it does not fit. */
export type Fit = readonly KeyMistake[] | undefined

/** One key, or what a sender used for one, with the signature that was received. */
export interface Probe {
  /** True where the key is used as it is meant: these are tested with every text, the others with the likely ones. */
  readonly main: boolean
  readonly test: (base: Bytes) => Fit | Promise<Fit>
}

/** A {@link Probe} that answers at once. */
export interface SyncProbe extends Probe {
  readonly test: (base: Bytes) => Fit
}

/** The hypothesis that verifies. */
export interface Found {
  readonly base: Bytes
  readonly made: readonly Made[]
  readonly wrong: readonly KeyMistake[]
}

/** How long may be searched, and how much was tested. */
export interface Search {
  readonly until: number
  tried: number
}

// Pairs that are tested before anything else is done to the key.
const EARLY_PAIRS = 20_000
// Characters or bytes of a text that is not kept, and after which the clock is read.
const LARGE = 65_536

interface Step<P> {
  readonly hypothesis: Hypothesis
  readonly probes: readonly P[]
}

/** Every text with the probes that it is tested with, in the order of what happens most. */
function* steps<S, P extends Probe>(subject: Subject<S>, probes: readonly P[]): Generator<Step<P>> {
  const hypotheses = new Hypotheses(subject)
  const main = probes.filter((one) => one.main)
  const others = probes.filter((one) => !one.main)
  if (hypotheses.right !== undefined) yield { hypothesis: { base: hypotheses.right, made: [] }, probes }
  const singles: Hypothesis[] = []
  for (const hypothesis of hypotheses.singles()) {
    if (others.length > 0 && hypothesis.base.length <= LARGE) singles.push(hypothesis)
    yield { hypothesis, probes: main }
  }
  for (const hypothesis of hypotheses.many()) yield { hypothesis, probes: main }
  const pairs = hypotheses.pairs()
  for (let count = 0; count < EARLY_PAIRS; count++) {
    const next = pairs.next()
    if (next.done === true) break
    yield { hypothesis: next.value, probes: main }
  }
  if (others.length > 0) for (const hypothesis of singles) yield { hypothesis, probes: others }
  for (const hypothesis of pairs) yield { hypothesis, probes: main }
}

// The clock is read once for so many texts, and for every one that takes long by itself.
const EVERY = 32

/** Tests with a shared secret, or with anything else that answers at once. */
export function hunt<S>(subject: Subject<S>, probes: readonly SyncProbe[], search: Search): Found | undefined {
  let count = 0
  for (const { hypothesis, probes: now } of steps(subject, probes)) {
    for (const probe of now) {
      search.tried++
      const wrong = probe.test(hypothesis.base)
      if (wrong !== undefined) return { ...hypothesis, wrong }
    }
    if ((++count % EVERY === 0 || hypothesis.base.length > LARGE) && Date.now() > search.until) return undefined
  }
  return undefined
}

/** Tests with a public key, each of which takes fifty times as long. */
export async function huntAsync<S>(
  subject: Subject<S>,
  probes: readonly Probe[],
  search: Search,
): Promise<Found | undefined> {
  for (const { hypothesis, probes: now } of steps(subject, probes)) {
    for (const probe of now) {
      search.tried++
      const wrong = await probe.test(hypothesis.base)
      if (wrong !== undefined) return { ...hypothesis, wrong }
    }
    if (Date.now() > search.until) return undefined
  }
  return undefined
}

/** The mistakes that make a text of another side out of the right one; no key is needed. */
export const huntText = <S>(subject: Subject<S>, text: string, search: Search): Found | undefined =>
  hunt(subject, [{ main: true, test: (base) => (base === text ? [] : undefined) }], search)
