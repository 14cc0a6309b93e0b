import { scaleBand } from 'd3-scale'
import type { JSX } from 'preact'
import type { IncidentAnswer } from '../../contract.js'
import { usePage } from '../context.js'
import { axisOf, labelled } from './scale.js'

type Line = IncidentAnswer['incident']['timeline']

/** The drawing is stretched to its place. What is written beside it is not: it has the size of the page's text, on paper as well. */
const WIDTH = 1_000
const HEIGHT = 100
const MOST_LABELS = 4
const DAY = 86_400_000
/** Few bars are not as wide as the page. */
const LEAST = 12
const KINDS = ['accepted', 'refused', 'claimed'] as const
const TEXTS = { accepted: 'tileAccepted', refused: 'tileRefused', claimed: 'tileClaimed' } as const

/**
 * Stacked bars over time. The scales are those of D3; it is drawn as SVG, which prints without a blur and follows the theme, and
 * the same numbers stand beside it as a table.
 */
export function Timeline({ timeline }: { timeline: Line }): JSX.Element {
  const { say } = usePage()
  const { buckets, bucketMs } = timeline
  const [first, last] = [buckets[0], buckets.at(-1)]
  if (first === undefined || last === undefined) return <p class="soft">{say('timelineNone')}</p>
  const from = Date.parse(first.at)
  const count = Math.round((Date.parse(last.at) - from) / bucketMs) + 1
  const { top, lines } = axisOf(Math.max(...buckets.map((one) => one.accepted + one.refused + one.claimed)))
  const places = scaleBand(
    Array.from({ length: Math.max(count, LEAST) }, (_, place) => place),
    [0, WIDTH],
  ).paddingInner(0.1)
  const leftOf = (place: number): number => places(place) ?? 0
  const bar = Math.max(1, places.bandwidth())
  // What happened once is seen beside a thousand.
  const high = (value: number): number => (value === 0 ? 0 : Math.max(1, (value / top) * HEIGHT))
  const share = (value: number, all: number): string => `${(100 * value) / all}%`
  const name = (ms: number): string => (bucketMs < DAY ? say.moment(ms) : say.day(ms))
  // Over several days the day is enough, and has room.
  const label = count * bucketMs < 3 * DAY ? name : say.day
  // Of few bars the first alone has a label: there is no room for two.
  const labels = labelled(count, count < LEAST ? 1 : MOST_LABELS)
  return (
    <figure class="timeline">
      <ul class="legend">
        {KINDS.map((kind) => (
          <li key={kind}>
            <span class={`swatch ${kind}`} aria-hidden="true" /> {say(TEXTS[kind])}
          </li>
        ))}
      </ul>
      <div class="plot" aria-hidden="true">
        <div class="counts">
          {lines.map((value) => (
            <span key={value} style={{ bottom: share(value, top) }}>
              {say.number(value)}
            </span>
          ))}
        </div>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          {lines.map((value) => {
            const y = HEIGHT * (1 - value / top)
            return <line key={value} class="grid" x1={0} x2={WIDTH} y1={y} y2={y} />
          })}
          {buckets.map((bucket) => {
            const x = leftOf(Math.round((Date.parse(bucket.at) - from) / bucketMs))
            let y = HEIGHT
            return (
              <g key={bucket.at}>
                {KINDS.map((kind) => {
                  const height = high(bucket[kind])
                  y -= height
                  return height === 0 ? null : <rect key={kind} class={kind} x={x} y={y} width={bar} height={height} />
                })}
                <title>{name(Date.parse(bucket.at))}</title>
              </g>
            )
          })}
        </svg>
        <div class="times">
          {labels.map((place) => (
            <span key={place} style={{ left: share(leftOf(place) + bar / 2, WIDTH) }}>
              {label(from + place * bucketMs)}
            </span>
          ))}
        </div>
      </div>
      <details>
        <summary>{say('asTable')}</summary>
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">{say('time')}</th>
                {KINDS.map((kind) => (
                  <th scope="col" class="number" key={kind}>
                    {say(TEXTS[kind])}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {buckets.map((bucket) => (
                <tr key={bucket.at}>
                  <td>{name(Date.parse(bucket.at))}</td>
                  {KINDS.map((kind) => (
                    <td class="number" key={kind}>
                      {say.number(bucket[kind])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  )
}
