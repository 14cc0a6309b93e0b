import type { JSX } from 'preact'
import { Choice } from '../../../pages/field.js'
import type { KeyRow } from '../../contract.js'
import { usePage } from '../context.js'

const DAY = 86_400_000
const LOCKS = [7, 30, 90, 180].map((days) => days * DAY)
const ROTATIONS = [30, 60, 90, 180].map((days) => days * DAY)
const NEVER = ''

/** What keeps a key from being forgotten: it is locked when no request uses it, and its owner is reminded to rotate it. */
export type Upkeep = { readonly [K in 'lockAfterIdleMs' | 'rotateEveryMs']?: KeyRow[K] | undefined }

/** The same as text, one line for each that is set. */
export function upkeepTexts(
  { lockAfterIdleMs, rotateEveryMs }: Upkeep,
  say: ReturnType<typeof usePage>['say'],
): string[] {
  const lock = lockAfterIdleMs && `${say('locksAfter')}: ${say('locksAfterText', { time: say.span(lockAfterIdleMs) })}`
  const turn = rotateEveryMs && `${say('rotateEvery')}: ${say('rotateEveryText', { time: say.span(rotateEveryMs) })}`
  return [lock, turn].filter((one) => typeof one === 'string')
}

/** Whether the key may lie about unused for longer than before. */
export const isLooser = ({ lockAfterIdleMs: before }: Upkeep, { lockAfterIdleMs: after }: Upkeep): boolean =>
  before !== undefined && (after === undefined || after > before)

export function UpkeepFields({
  upkeep,
  onUpkeep,
}: {
  readonly upkeep: Upkeep
  readonly onUpkeep: (upkeep: Upkeep) => void
}): JSX.Element {
  const { say, session } = usePage()
  const most = session.grant.lockAfterIdleMs
  const { lockAfterIdleMs, rotateEveryMs } = upkeep
  // The current value of the key is offered as well.
  const withOwn = (offered: readonly number[], own: number | undefined): readonly number[] =>
    [...new Set([...offered, ...(own === undefined ? [] : [own])])].sort((a, b) => a - b)
  const locks = withOwn(
    [...LOCKS.filter((ms) => ms <= (most ?? ms)), ...(most === undefined ? [] : [most])],
    lockAfterIdleMs,
  )
  const numberOf = (value: string): number | undefined => (value === NEVER ? undefined : Number(value))
  return (
    <div class="pair">
      <Choice
        label={say('locksAfter')}
        value={String(lockAfterIdleMs ?? most ?? NEVER)}
        hint={say('locksHint')}
        onValue={(value) => onUpkeep({ ...upkeep, lockAfterIdleMs: numberOf(value) })}
        options={[
          ...(most === undefined ? [[NEVER, say('locksNever')] as const] : []),
          ...locks.map((ms) => [String(ms), say('locksAfterText', { time: say.span(ms) })] as const),
        ]}
      />
      <Choice
        label={say('rotateEvery')}
        value={String(rotateEveryMs ?? NEVER)}
        onValue={(value) => onUpkeep({ ...upkeep, rotateEveryMs: numberOf(value) })}
        options={[
          [NEVER, say('rotateNever')],
          ...withOwn(ROTATIONS, rotateEveryMs).map(
            (ms) => [String(ms), say('rotateEveryText', { time: say.span(ms) })] as const,
          ),
        ]}
      />
    </div>
  )
}
