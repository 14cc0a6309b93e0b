import type { JSX } from 'preact'
import type { IncidentAnswer } from '../../contract.js'
import { usePage } from '../context.js'
import { gridOf, roundUp } from './scale.js'

type Line = IncidentAnswer['incident']['timeline']

const WIDTH = 960
const HEIGHT = 200
const FOOT = 22
const LEFT = 46
const KINDS = ['accepted', 'refused', 'claimed'] as const
const TEXTS = { accepted: 'tileAccepted', refused: 'tileRefused', claimed: 'tileClaimed' } as const

/**
 * Stacked bars over time. Drawn as SVG and not by a chart library on a canvas: it prints without a blur, follows the theme, and
 * the same numbers stand behind it as a table for a screen reader.
 */
export function Timeline({ timeline }: { timeline: Line }): JSX.Element {
  const { say } = usePage()
  const { buckets, bucketMs } = timeline
  const [first, last] = [buckets[0], buckets.at(-1)]
  if (first === undefined || last === undefined) return <p class="soft">{say('timelineNone')}</p>
  const from = Date.parse(first.at)
  const count = Math.round((Date.parse(last.at) - from) / bucketMs) + 1
  const top = roundUp(Math.max(...buckets.map((one) => one.accepted + one.refused + one.claimed)))
  const step = (WIDTH - LEFT) / Math.max(count, 12)
  const high = (value: number): number => (value === 0 ? 0 : Math.max(2, (value / top) * (HEIGHT - 10)))
  const name = (at: string): string => (bucketMs < 86_400_000 ? say.moment(Date.parse(at)) : say.day(Date.parse(at)))
  return (
    <figure class="timeline">
      <ul class="legend">
        {KINDS.map((kind) => (
          <li key={kind}>
            <span class={`swatch ${kind}`} aria-hidden="true" /> {say(TEXTS[kind])}
          </li>
        ))}
      </ul>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT + FOOT}`} aria-hidden="true">
        {gridOf(top).map((share) => (
          <g key={share}>
            <line
              class="grid"
              x1={LEFT}
              x2={WIDTH}
              y1={HEIGHT - share * (HEIGHT - 10)}
              y2={HEIGHT - share * (HEIGHT - 10)}
            />
            <text x={LEFT - 8} y={HEIGHT - share * (HEIGHT - 10) + 4} text-anchor="end">
              {say.number(top * share)}
            </text>
          </g>
        ))}
        {buckets.map((bucket) => {
          const x = LEFT + ((Date.parse(bucket.at) - from) / bucketMs) * step
          let y = HEIGHT
          return (
            <g key={bucket.at}>
              {KINDS.map((kind) => {
                const height = high(bucket[kind])
                y -= height
                return height === 0 ? null : (
                  <rect key={kind} class={kind} x={x + 0.5} y={y} width={Math.max(1.5, step - 1)} height={height} />
                )
              })}
              <title>{name(bucket.at)}</title>
            </g>
          )
        })}
        <text x={LEFT} y={HEIGHT + 16}>
          {name(first.at)}
        </text>
        {count > 1 && (
          <text x={count < 12 ? LEFT + count * step : WIDTH} y={HEIGHT + 16} text-anchor={count < 6 ? 'start' : 'end'}>
            {name(last.at)}
          </text>
        )}
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
                  <td>{name(bucket.at)}</td>
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
