import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { KeyRow } from '../../contract.js'
import { usePage } from '../context.js'
import type { Made } from '../create/created.js'
import { type Chip, chipOf } from '../key-facts.js'
import type { TextKey } from '../text/en.js'
import { LeakDialog } from './leak-dialog.js'
import { RotateDialog } from './rotate-dialog.js'
import { SwitchDialog } from './switch-dialog.js'

export type Action = 'rotate' | 'renew' | 'disable' | 'enable' | 'revoke' | 'compromise'

/** What each state leads to; nothing leads out of revoked, except the question where it was used. */
const OPEN: Readonly<Record<Chip, readonly Action[]>> = {
  active: ['rotate', 'renew', 'disable', 'revoke', 'compromise'],
  expiring: ['renew', 'rotate', 'disable', 'revoke', 'compromise'],
  rotating: ['disable', 'revoke', 'compromise'],
  'not-yet-valid': ['disable', 'revoke', 'compromise'],
  locked: ['enable', 'revoke', 'compromise'],
  disabled: ['enable', 'revoke', 'compromise'],
  expired: ['renew', 'revoke', 'compromise'],
  revoked: [],
}
const TEXTS: Readonly<Record<Action, readonly [button: TextKey, hint: TextKey]>> = {
  rotate: ['rotate', 'rotateHint'],
  renew: ['renew', 'renewHint'],
  disable: ['disable', 'disableHint'],
  enable: ['enable', 'enableHint'],
  revoke: ['revoke', 'revokeHint'],
  compromise: ['leaked', 'leakedHint'],
}

export function Actions({
  row,
  onRow,
  onMade,
  onReload,
}: {
  readonly row: KeyRow
  readonly onRow: (row: KeyRow) => void
  readonly onMade: (made: Made, title: string) => void
  readonly onReload: () => void
}): JSX.Element {
  const { say, now, session, go } = usePage()
  const [open, setOpen] = useState<Action | undefined>(undefined)
  const close = (): void => setOpen(undefined)
  const actions = OPEN[chipOf(row, now())].filter((one) => !(row.replacedBy !== undefined && one === 'renew'))
  return (
    <section class="card" aria-label={say('actions')}>
      <h3>{say('actions')}</h3>
      <ul class="actions">
        {actions.map((one) => (
          <li key={one}>
            <p>
              <strong>{say(TEXTS[one][0])}</strong>
              <span class="soft">{say(TEXTS[one][1])}</span>
            </p>
            <button
              type="button"
              class={one === 'revoke' || one === 'compromise' ? 'danger' : ''}
              onClick={() => setOpen(one)}
            >
              {say(TEXTS[one][0])}
            </button>
          </li>
        ))}
        {session.features.incident && (
          <li>
            <p>
              <strong>{say('report')}</strong>
              <span class="soft">{say('reportHint')}</span>
            </p>
            <button type="button" onClick={() => go({ at: 'incident', id: row.id })}>
              {say('reportOpen')}
            </button>
          </li>
        )}
      </ul>
      {(open === 'rotate' || open === 'renew') && (
        <RotateDialog row={row} action={open} onClose={close} onMade={onMade} onReload={onReload} />
      )}
      {(open === 'disable' || open === 'enable' || open === 'revoke') && (
        <SwitchDialog row={row} action={open} onClose={close} onRow={onRow} />
      )}
      {open === 'compromise' && <LeakDialog row={row} onClose={close} onRow={onRow} />}
    </section>
  )
}
