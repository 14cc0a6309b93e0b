import type { JSX } from 'preact'
import { Choice, Line } from '../../../pages/field.js'
import type { Life } from '../../contract.js'
import { usePage } from '../context.js'

const DAY = 86_400_000

/** How long a key is to live: milliseconds, or never with a reason. */
export interface LifeChoice {
  readonly value: string
  readonly reason: string
}

export const lifeOf = ({ value }: LifeChoice): Life =>
  value === 'never' ? { neverExpires: true } : { expiresInMs: Number(value) }

export const lifeProblem = ({ value, reason }: LifeChoice): boolean => value === 'never' && reason.trim() === ''

export function LifeFields({
  life,
  onLife,
  isTried,
  hasReason = false,
}: {
  readonly life: LifeChoice
  readonly onLife: (life: LifeChoice) => void
  readonly isTried: boolean
  /** The reason is asked for elsewhere on the form. */
  readonly hasReason?: boolean
}): JSX.Element {
  const { say, session, now } = usePage()
  const lives = [...new Set([...session.lives, session.defaultLifeMs])].sort((a, b) => a - b)
  const isNever = life.value === 'never'
  return (
    <>
      <Choice
        label={say('life')}
        value={life.value}
        onValue={(value) => onLife({ ...life, value })}
        hint={isNever ? say('neverHint') : say('endsOn', { day: say.day(now() + Number(life.value)) })}
        options={[
          ...lives.map((ms) => [String(ms), say.span(Math.round(ms / DAY) * DAY || ms)] as const),
          ...(session.mayNeverExpire ? [['never', say('never')] as const] : []),
        ]}
      />
      {isNever && !hasReason && (
        <Line
          label={say('reasonNever')}
          value={life.reason}
          onValue={(reason) => onLife({ ...life, reason })}
          problem={isTried && lifeProblem(life) ? say('problemReason') : undefined}
        />
      )}
    </>
  )
}
