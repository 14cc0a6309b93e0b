import type { JSX } from 'preact'
import type { KeyRow } from '../../contract.js'
import { useNow, usePage } from '../context.js'
import { type Chip, chipOf, endOf } from '../key-facts.js'
import type { TextKey } from '../text/en.js'

export const CHIP_TEXT: Readonly<Record<Chip, TextKey>> = {
  active: 'chipActive',
  rotating: 'chipRotating',
  expiring: 'chipExpiring',
  'not-yet-valid': 'chipNotYet',
  locked: 'chipLocked',
  disabled: 'chipDisabled',
  expired: 'chipExpired',
  revoked: 'chipRevoked',
}

/** The state of a key; of one that is rotating, with the time that is left. */
export function StatusChip({ row }: { row: KeyRow }): JSX.Element {
  const { say } = usePage()
  // Seconds are shown for a key that is rotating only; the others are looked at twice a minute.
  const nowMs = useNow(row.state === 'rotating' ? 1_000 : 30_000)
  const chip = chipOf(row, nowMs)
  const end = endOf(row)
  const left = chip === 'rotating' && end !== undefined ? ` · ${say.countdown(end - nowMs)}` : ''
  return (
    <span class={`chip ${chip}`}>
      {say(CHIP_TEXT[chip])}
      {left}
    </span>
  )
}

/** How long a key still lives. */
export function timeLeft(row: KeyRow, nowMs: number, say: ReturnType<typeof usePage>['say']): string {
  const end = endOf(row)
  if (row.revokedAtMs !== undefined) return say('revokedAgo', { when: say.from(row.revokedAtMs, nowMs) })
  if (end === undefined) return say('neverEnds')
  return end > nowMs
    ? say('timeLeft', { time: say.span(end - nowMs) })
    : say('endedAgo', { when: say.from(end, nowMs) })
}
