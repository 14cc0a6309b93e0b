import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Line } from '../../../pages/field.js'
import type { CompromisedKey, CompromiseKey, KeyRow } from '../../contract.js'
import { usePage } from '../context.js'
import { keepOutcome } from '../incident/outcome.js'
import { isPublic } from '../key-facts.js'
import { Dialog } from '../parts/dialog.js'
import { useTask } from '../parts/use-task.js'

/** One button after a leak: revoked everywhere, replaced, and then the report of where it was used. */
export function LeakDialog({
  row,
  onClose,
  onRow,
}: {
  readonly row: KeyRow
  readonly onClose: () => void
  readonly onRow: (row: KeyRow) => void
}): JSX.Element {
  const { say, wire, go, put } = usePage()
  const [reason, setReason] = useState('')
  const task = useTask(async () => {
    // Other processes may take half a minute to confirm: the report does not wait for them.
    const wish: CompromiseKey = { wait: false, ...(reason.trim() !== '' && { reason: reason.trim() }) }
    const outcome = await wire.post<CompromisedKey>(`keys/${encodeURIComponent(row.id)}/compromise`, wish)
    onRow(outcome.key)
    if (outcome.replacement !== undefined) put(outcome.replacement.key)
    keepOutcome(row.id, outcome)
    go({ at: 'incident', id: row.id })
  })
  return (
    <Dialog
      title={say('leakTitle')}
      confirm={say('leakConfirm')}
      isDangerous
      task={task}
      onConfirm={() => task.run()}
      onClose={onClose}
    >
      <p>{say('leakText')}</p>
      <ul>
        <li>{say('leakStep1')}</li>
        <li>{say(isPublic(row) ? 'leakStep2Public' : 'leakStep2')}</li>
        <li>{say('leakStep3')}</li>
      </ul>
      <Line label={say('leakReason')} value={reason} onValue={setReason} hint={say('reasonHint')} maxLength={1024} />
    </Dialog>
  )
}
