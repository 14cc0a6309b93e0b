import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Choice, Line } from '../../../pages/field.js'
import { defined } from '../../../support/defined.js'
import type { CreatedKey, KeyRow, RenewKey, RotateKey } from '../../contract.js'
import { usePage } from '../context.js'
import type { Made } from '../create/created.js'
import { type LifeChoice, LifeFields, lifeOf, lifeProblem } from '../create/life-fields.js'
import { newSource, prepare, type Source, sourceProblem } from '../create/source.js'
import { SourceFields } from '../create/source-fields.js'
import { isPublic } from '../key-facts.js'
import { Dialog } from '../parts/dialog.js'
import { useTask } from '../parts/use-task.js'

const HOUR = 3_600_000
const OVERLAPS = [HOUR, 24 * HOUR, 72 * HOUR, 168 * HOUR]

/** A new key in the place of this one; with `renew` it also gets a new life, for which the reason is recorded. */
export function RotateDialog({
  row,
  action,
  onClose,
  onMade,
  onReload,
}: {
  readonly row: KeyRow
  readonly action: 'rotate' | 'renew'
  readonly onClose: () => void
  readonly onMade: (made: Made, title: string) => void
  readonly onReload: () => void
}): JSX.Element {
  const { say, wire, session, put } = usePage()
  const [overlap, setOverlap] = useState(String(24 * HOUR))
  const [reason, setReason] = useState('')
  const [life, setLife] = useState<LifeChoice>({ value: String(session.defaultLifeMs), reason: '' })
  const [source, setSource] = useState<Source>(() =>
    newSource(isPublic(row) ? (row.algorithm === 'ed25519' ? 'browser' : 'own') : 'shared'),
  )
  const [isTried, setTried] = useState(false)
  // Another algorithm is another key: what takes the place of this one is of the same.
  const algorithms = [row.algorithm]
  const isRenewal = action === 'renew'
  const isReady =
    sourceProblem(source, algorithms) === undefined &&
    (!isRenewal || (reason.trim() !== '' && !lifeProblem({ ...life, reason })))
  const task = useTask(async () => {
    const { body, ...kept } = await prepare(source, algorithms)
    const rotation: RotateKey = defined({
      overlapMs: Number(overlap),
      publicKey: body.publicKey,
      ...(reason.trim() !== '' && { reason: reason.trim() }),
    })
    const renewal: RenewKey = { ...rotation, ...lifeOf(life), reason: reason.trim() }
    const wish = isRenewal ? renewal : rotation
    const created = await wire.post<CreatedKey>(`keys/${encodeURIComponent(row.id)}/${action}`, wish)
    put(created.key)
    onReload()
    onMade({ ...created, ...kept }, say(isRenewal ? 'renewedTitle' : 'rotatedTitle'))
  })
  return (
    <Dialog
      title={say(isRenewal ? 'renewTitle' : 'rotateTitle')}
      confirm={say(action)}
      task={task}
      isReady={isReady || !isTried}
      onConfirm={() => {
        setTried(true)
        if (isReady) task.run()
      }}
      onClose={onClose}
    >
      <p>{say(isRenewal ? 'renewText' : 'rotateText')}</p>
      <Choice
        label={say('overlap')}
        value={overlap}
        onValue={setOverlap}
        hint={say('overlapHint')}
        options={OVERLAPS.map((ms) => [String(ms), say.span(ms)])}
      />
      {isRenewal && <LifeFields life={life} onLife={setLife} isTried={isTried} hasReason />}
      <Line
        label={say(isRenewal ? 'reasonRenew' : 'reason')}
        value={reason}
        onValue={setReason}
        hint={say('reasonHint')}
        maxLength={1024}
        problem={isTried && isRenewal && reason.trim() === '' ? say('problemReason') : undefined}
      />
      {isPublic(row) && (
        <SourceFields
          source={source}
          onSource={setSource}
          kinds={row.algorithm === 'ed25519' ? ['browser', 'own'] : ['own']}
          isTried={isTried}
        />
      )}
    </Dialog>
  )
}
