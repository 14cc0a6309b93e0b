import type { JSX } from 'preact'
import type { ActivityDay } from '../../contract.js'
import { usePage } from '../context.js'

const DAY = 86_400_000
const DAYS = 30
const HEIGHT = 24

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

/** Thirty days of accepted and refused requests. Drawn as rectangles: it prints, and takes its colours from the theme. */
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
      viewBox={`0 0 ${DAYS * 4} ${HEIGHT}`}
      role="img"
      aria-label={say('sparkLabel', { accepted, refused })}
      preserveAspectRatio="none"
    >
      <title>{say('sparkLabel', { accepted, refused })}</title>
      {bars.map((bar, at) => {
        const [low, top] = [high(bar.accepted), high(bar.refused)]
        return (
          // a day is its place
          <g key={at}>
            <rect class="base" x={at * 4} y={HEIGHT - 1} width="3" height="1" />
            {low > 0 && <rect class="accepted" x={at * 4} y={HEIGHT - low} width="3" height={low} />}
            {top > 0 && <rect class="refused" x={at * 4} y={Math.max(0, HEIGHT - low - top)} width="3" height={top} />}
          </g>
        )
      })}
    </svg>
  )
}
