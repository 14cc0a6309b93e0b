import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Line } from '../../../pages/field.js'
import type { KeyRow, OneKey } from '../../contract.js'
import { usePage } from '../context.js'
import { Dialog } from '../parts/dialog.js'
import { useTask } from '../parts/use-task.js'
import type { TextKey } from '../text/en.js'

type Switch = 'disable' | 'enable' | 'revoke'
const TEXTS: Readonly<Record<Switch, readonly [title: TextKey, text: TextKey, done: TextKey]>> = {
  disable: ['disableTitle', 'disableText', 'disabledDone'],
  enable: ['enableTitle', 'enableText', 'enabledDone'],
  revoke: ['revokeTitle', 'revokeText', 'revokedDone'],
}

/** What is typed to confirm what cannot be undone: the name, or the end of the id where there is none. */
export const wordOf = ({ name, lastFour }: KeyRow): string => (name.trim() === '' ? lastFour : name.trim())

/** Disable, enable, revoke: with a reason for the audit trail. */
export function SwitchDialog({
  row,
  action,
  onClose,
  onRow,
}: {
  readonly row: KeyRow
  readonly action: Switch
  readonly onClose: () => void
  readonly onRow: (row: KeyRow) => void
}): JSX.Element {
  const { say, wire, announce } = usePage()
  const [reason, setReason] = useState('')
  const [typed, setTyped] = useState('')
  const [title, text, done] = TEXTS[action]
  const word = wordOf(row)
  const task = useTask(async () => {
    const body = reason.trim() === '' ? {} : { reason: reason.trim() }
    const { key } = await wire.post<OneKey>(`keys/${encodeURIComponent(row.id)}/${action}`, body)
    onRow(key)
    announce(say(done))
    onClose()
  })
  return (
    <Dialog
      title={say(title)}
      confirm={say(action)}
      isDangerous={action === 'revoke'}
      isReady={action !== 'revoke' || typed.trim() === word}
      task={task}
      onConfirm={() => task.run()}
      onClose={onClose}
    >
      <p>{say(text)}</p>
      <Line label={say('reason')} value={reason} onValue={setReason} hint={say('reasonHint')} maxLength={1024} />
      {action === 'revoke' && <Line label={say('typeToConfirm', { word })} value={typed} onValue={setTyped} />}
    </Dialog>
  )
}
