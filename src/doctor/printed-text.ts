import type { Mistake } from '../schemes/scheme/mistakes.js'
import type { Case } from './case-shape.js'
import type { Finding } from './diagnosis.js'
import { likely } from './finding.js'
import { huntText, type Search } from './hunt.js'
import { shownText } from './shown-text.js'

/** The text that a program has signed, where it was printed beside the request. */

const MOST = 262_144
const MOST_TEXTS = 48
const MOST_LINES = 6
const MOST_BELOW = 8_192

const WORD = '(?:string|str|text|data|msg|message|payload|content|base)'
// "str_to_sign: …", "signature payload = …", "prehash: …"; other words alone are tested with a key, and say nothing without one.
const LABEL = new RegExp(
  `(?<![\\w-])(?:(${WORD}?[ _-]?to[ _-]?(?:be[ _-]?)?(?:sign|hash)(?:ed)?|sign(?:ing|ed|ature)?[ _-]?${WORD}|pre[ _-]?(?:hash|sign)(?:[ _-]?${WORD})?|canonical[ _-]?(?:${WORD}|request)|origin[ _-]?${WORD})|${WORD})["'\`*]{0,3}\\s{0,4}(?::|=>?)[ \\t]{0,4}([^\\n]*)`,
  'gi',
)

export interface PrintedText {
  readonly text: string
  /** True where its label says that it was signed. */
  readonly isNamed: boolean
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', "'": "'", '\\': '\\' }
const unescaped = (text: string): string => text.replace(/\\([nrt"'\\])/g, (_, one: string) => ESCAPES[one] as string)

/** A value without the quotes around it, and what a program writes behind them. */
function readings(value: string): readonly string[] {
  const bare = value.replace(/\r$/, '').trim()
  const [, , quoted] = /^(?:b|f|rb?)?(["'`])(.*)\1[,;)\]}]*$/.exec(bare) ?? []
  return quoted === undefined ? [bare, unescaped(bare)] : [quoted, unescaped(quoted)]
}

/** The texts that stand behind such a label: in its line, and with the lines below it. */
export function printedTexts(capture: unknown): readonly PrintedText[] {
  if (typeof capture !== 'string') return []
  const text = capture.slice(0, MOST)
  const out = new Map<string, PrintedText>()
  for (const { index, 0: all, 1: label, 2: first = '' } of text.matchAll(LABEL)) {
    const from = index + all.length + 1
    const below = text.slice(from, from + MOST_BELOW).split('\n', MOST_LINES)
    const values = below.map((_, count) => [first, ...below.slice(0, count)].join('\n'))
    if (first.trim() === '') values.push(...below.map((_, count) => below.slice(0, count + 1).join('\n')))
    for (const one of values.flatMap(readings)) {
      if (one.length < LEAST || out.has(one)) continue
      if (out.size >= MOST_TEXTS) return [...out.values()]
      out.set(one, { text: one, isNamed: label !== undefined })
    }
  }
  return [...out.values()]
}

// A time and a word.
const LEAST = 16

const MOST_SHOWN = 80
const quoted = (text: string): string =>
  JSON.stringify(text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}\u2026` : text)

/** How many characters two texts share at their starts, and behind that at their ends. */
function shared(one: string, other: string): readonly [start: number, end: number] {
  const most = Math.min(one.length, other.length)
  let start = 0
  while (start < most && one[start] === other[start]) start++
  let end = 0
  while (end < most - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end++
  return [start, end]
}

/** How many characters of the two are not shared. */
function apart(one: string, other: string): number {
  const [start, end] = shared(one, other)
  return one.length + other.length - 2 * (start + end)
}

function difference(signed: string, verified: string): string {
  const [start, end] = shared(signed, verified)
  const [more, less] = [signed, verified].map((one) => one.slice(start, one.length - end)) as [string, string]
  if (less === '') return `it has ${quoted(more)}, which the request has not`
  return more === '' ? `it lacks ${quoted(less)}` : `it has ${quoted(more)} where the request has ${quoted(less)}`
}

const causeOf = (signed: string, verified: string): string =>
  `The text that was signed, as the capture shows it, is not that of this request: ${difference(signed, verified)}.`
const FIX =
  'Build the request first, make the text to sign of what is sent (method, path with query, body), and change neither behind that.'
const ID = 'signed-text-other'

interface Printed {
  readonly printed: string
}
const isPrinted = (state: object): state is Printed => 'printed' in state

/** The case with the printed texts among what may have been signed. */
export function withPrinted(one: Case, texts: readonly PrintedText[]): Case {
  const { subject } = one
  const right = subject?.compose(subject.state)
  if (subject === undefined || typeof right !== 'string' || texts.length === 0) return one
  const mistakes = texts.map(
    ({ text }): Mistake<Printed> => ({
      ...{ id: ID, part: 'printed', rank: 2, alone: true, cause: causeOf(text, right), fix: FIX },
      apply: () => [[{ printed: text }]],
    }),
  )
  return {
    ...one,
    subject: {
      ...subject,
      compose: (state) => (isPrinted(state) ? (state as Printed).printed : subject.compose(state)),
      mistakes: [...subject.mistakes, ...(mistakes as unknown as typeof subject.mistakes)],
    },
  }
}

/** What a printed text says where no key was given. */
export function printedFindings({ subject }: Case, texts: readonly PrintedText[], search: Search): readonly Finding[] {
  const expected = subject?.compose(subject.state)
  if (subject === undefined || expected === undefined) return []
  const verified = shownText(expected)
  const named = texts.filter(({ isNamed }) => isNamed).map(({ text }) => text)
  // One that is right says that the others are no texts to sign.
  const [text] = named.sort((a, b) => apart(a, verified) - apart(b, verified))
  if (text === undefined || text === verified || apart(text, verified) > verified.length) return []
  const found = huntText(subject, text, search)
  return found === undefined
    ? [likely(ID, causeOf(text, verified), 'The capture names it as the text that was signed.', FIX)]
    : found.made.map(({ id, cause, fix, detail }) =>
        likely(
          id,
          cause,
          `${detail === '' ? 'With this change' : detail}: the text to sign becomes the one that the capture shows as signed.`,
          fix,
        ),
      )
}
