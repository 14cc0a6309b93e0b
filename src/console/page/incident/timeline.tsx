import { scaleBand } from 'd3-scale'
import type { JSX } from 'preact'
import type { IncidentAnswer } from '../../contract.js'
import { usePage } from '../context.js'
import { axisOf, labelled } from './scale.js'
import { useWidth } from './use-width.js'

type Line = IncidentAnswer['incident']['timeline']

const HEIGHT = 200
const TOP = 10
const FOOT = 24
const LEFT = 46
/** What one label below the bars takes. */
const LABEL = 150
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
  const [figure, width] = useWidth<HTMLElement>(960)
  const { buckets, bucketMs } = timeline
  const [first, last] = [buckets[0], buckets.at(-1)]
  if (first === undefined || last === undefined) return <p class="soft">{say('timelineNone')}</p>
  const from = Date.parse(first.at)
  const count = Math.round((Date.parse(last.at) - from) / bucketMs) + 1
  const { top, lines } = axisOf(Math.max(...buckets.map((one) => one.accepted + one.refused + one.claimed)))
  const places = scaleBand(
    Array.from({ length: Math.max(count, LEAST) }, (_, place) => place),
    [LEFT, width],
  ).paddingInner(0.1)
  const leftOf = (place: number): number => places(place) ?? LEFT
  const bar = Math.max(1, places.bandwidth())
  // What happened once is seen beside a thousand.
  const high = (value: number): number => (value === 0 ? 0 : Math.max(2, (value / top) * (HEIGHT - TOP)))
  const name = (ms: number): string => (bucketMs < 86_400_000 ? say.moment(ms) : say.day(ms))
  const labels = labelled(count, Math.floor((leftOf(count - 1) + bar - LEFT) / LABEL) + 1)
  return (
    <figure class="timeline" ref={figure}>
      <ul class="legend">
        {KINDS.map((kind) => (
          <li key={kind}>
            <span class={`swatch ${kind}`} aria-hidden="true" /> {say(TEXTS[kind])}
          </li>
        ))}
      </ul>
      <svg viewBox={`0 0 ${width} ${HEIGHT + FOOT}`} aria-hidden="true">
        {lines.map((value) => {
          const y = HEIGHT - (value / top) * (HEIGHT - TOP)
          return (
            <g key={value}>
              <line class="grid" x1={LEFT} x2={width} y1={y} y2={y} />
              <text x={LEFT - 8} y={y + 4} text-anchor="end">
                {say.number(value)}
              </text>
            </g>
          )
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
        {labels.map((place, i) => {
          const isLast = i > 0 && i === labels.length - 1
          return (
            <text
              key={place}
              x={leftOf(place) + (i === 0 ? 0 : isLast ? bar : bar / 2)}
              y={HEIGHT + 18}
              text-anchor={i === 0 ? 'start' : isLast ? 'end' : 'middle'}
            >
              {name(from + place * bucketMs)}
            </text>
          )
        })}
      </svg>
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
