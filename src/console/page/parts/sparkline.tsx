import { scaleBand } from 'd3-scale'
import type { JSX } from 'preact'
import type { ActivityDay } from '../../contract.js'
import { usePage } from '../context.js'

const DAY = 86_400_000
const DAYS = 30
const WIDTH = 120
const HEIGHT = 24
/** The places of the days, and the line under them: once for all rows. */
const {
  days: DAY_PLACES,
  width: BAR,
  base: BASE,
} = /* @__PURE__ */ (() => {
  const all = Array.from({ length: DAYS }, (_, at) => at)
  const places = scaleBand(all, [0, WIDTH]).paddingInner(0.25)
  const days = all.map((at) => places(at) ?? 0)
  const width = places.bandwidth()
  return { days, width, base: days.map((x) => `M${x} ${HEIGHT - 1}h${width}v1h-${width}z`).join('') }
})()

/** One bar per day, oldest first, with the days that nothing happened on. */
export function barsOf(
  days: readonly ActivityDay[],
  nowMs: number,
): ReadonlyArray<{ accepted: number; refused: number }> {
  const byDay = new Map(days.map((one) => [one.day, one]))
  return Array.from({ length: DAYS }, (_, at) => {
    const day = new Date(nowMs - (DAYS - 1 - at) * DAY).toISOString().slice(0, 10)
    const { accepted = 0, refused = 0, claimed = 0 } = byDay.get(day) ?? {}
    return { accepted, refused: refused + claimed }
  })
}

/** Thirty days of accepted and refused requests, in SVG: it prints, and takes its colours from the theme. */
export function Sparkline({ days }: { days: readonly ActivityDay[] | undefined }): JSX.Element {
  const { say, now } = usePage()
  if (days === undefined) return <span class="spark" aria-hidden="true" />
  const bars = barsOf(days, now())
  const most = Math.max(1, ...bars.map(({ accepted, refused }) => accepted + refused))
  const accepted = bars.reduce((sum, bar) => sum + bar.accepted, 0)
  const refused = bars.reduce((sum, bar) => sum + bar.refused, 0)
  // Something that happened once is seen beside a thousand.
  const high = (count: number): number => (count === 0 ? 0 : Math.max(2, (count / most) * HEIGHT))
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={say('sparkLabel', { accepted, refused })}
      preserveAspectRatio="none"
    >
      <title>{say('sparkLabel', { accepted, refused })}</title>
      <path class="base" d={BASE} />
      {bars.map((bar, at) => {
        const [low, top] = [high(bar.accepted), high(bar.refused)]
        if (low + top === 0) return null
        const place = { x: DAY_PLACES[at] ?? 0, width: BAR }
        return (
          // a day is its place
          <g key={at}>
            {low > 0 && <rect class="accepted" {...place} y={HEIGHT - low} height={low} />}
            {top > 0 && <rect class="refused" {...place} y={Math.max(0, HEIGHT - low - top)} height={top} />}
          </g>
        )
      })}
    </svg>
  )
}
