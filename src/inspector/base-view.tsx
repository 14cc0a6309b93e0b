import type { JSX } from 'preact'
import type { DiagnosedLine } from '../doctor/index.js'
import { differingRuns, type Run } from './differing.js'
import { leftOut, type Piece, piecesOf } from './visible.js'

function Shown({ text, kind, shown, marked }: Piece): JSX.Element | string {
  const part =
    kind === 'text' ? (
      text
    ) : kind === 'control' ? (
      <span class="control">{shown}</span>
    ) : (
      // The mark is drawn by the style sheet: what is copied is the byte that stands there.
      <span class={kind}>{text}</span>
    )
  return marked ? <mark>{part}</mark> : part
}

/** One line of a canonical string, its white space visible. */
export function TextLine({ text, marks = [] }: { text: string; marks?: readonly Run[] }): JSX.Element {
  const more = leftOut(text)
  return (
    <code>
      {piecesOf(text, marks).map((piece, at) => (
        <Shown key={at} {...piece} />
      ))}
      {more > 0 && <span class="control">and {more} characters more</span>}
    </code>
  )
}

const SIDES = {
  expected: ['expected', '+', 'verifier builds'],
  signed: ['signed', '−', 'sender signed'],
} as const

function Side({ side, text, marks }: { side: keyof typeof SIDES; text: string; marks: readonly Run[] }): JSX.Element {
  const [name, sign, words] = SIDES[side]
  return (
    <div class={`side ${name}`}>
      <span class="sign" aria-hidden="true">
        {sign}
      </span>
      <span class="unseen">{words}: </span>
      <TextLine text={text} marks={marks} />
    </div>
  )
}

/** What was signed above what a verifier builds, with the runs that differ marked. */
function Pair({ line: { expected, signed, marks } }: { line: DiagnosedLine }): JSX.Element {
  const [ours, theirs] = marks === undefined ? [[], []] : differingRuns(expected ?? '', signed ?? '', marks)
  return (
    <>
      {signed !== undefined && <Side side="signed" text={signed} marks={theirs} />}
      {expected !== undefined && <Side side="expected" text={expected} marks={ours} />}
    </>
  )
}

/** The lines that a verifier builds, and beside those that differ what the sender signed. */
export function BaseLines({ lines, label }: { lines: readonly DiagnosedLine[]; label: string }): JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse.
    <section class="base" aria-label={label} tabIndex={0}>
      <ol>
        {lines.map((line, at) => (
          <li key={at} class={line.kind}>
            {line.kind === 'same' ? <TextLine text={line.expected ?? ''} /> : <Pair line={line} />}
          </li>
        ))}
      </ol>
    </section>
  )
}
