import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { KeyRow, OneKey } from '../../contract.js'
import { useNow, usePage } from '../context.js'
import { Created, type Made } from '../create/created.js'
import { chipOf, endOf, isOver, isPublic, shortId } from '../key-facts.js'
import { useActivity } from '../list/use-activity.js'
import { StatusChip, timeLeft } from '../parts/chip.js'
import { Copy } from '../parts/copy.js'
import { Problem } from '../parts/problem.js'
import { Sparkline } from '../parts/sparkline.js'
import { useAsked } from '../parts/use-task.js'
import { Access } from './access.js'
import { Actions } from './actions.js'
import { CheckBox } from './check-box.js'
import { Guide } from './guide.js'
import { Overlap } from './overlap.js'

/** One key: what it is, what it may do, and everything that can be done with it. */
export function KeyView({ id, known }: { readonly id: string; readonly known: KeyRow | undefined }): JSX.Element {
  const { say, wire, go, put, session } = usePage()
  const [made, setMade] = useState<{ readonly made: Made; readonly title: string } | undefined>(undefined)
  // What the list has is shown at once, and what the portal answers takes its place.
  const { value, error, again } = useAsked<KeyRow>(async () => {
    const { key } = await wire.get<OneKey>(`keys/${encodeURIComponent(id)}`)
    put(key)
    return key
  }, [id])
  const [changed, setChanged] = useState<KeyRow | undefined>(undefined)
  const row = newest(known, value, changed)
  if (made !== undefined)
    return (
      <Created
        made={made.made}
        title={made.title}
        onDone={() => {
          setMade(undefined)
          go({ at: 'key', id: made.made.key.id })
        }}
      />
    )
  if (row === undefined)
    return error === undefined ? <div class="wait" aria-busy="true" /> : <Problem error={error} onRetry={again} />
  const onRow = (next: KeyRow): void => {
    put(next)
    setChanged(next)
  }
  return (
    <article class="key">
      <div class="title">
        <button type="button" class="back" onClick={() => go({ at: 'list' })}>
          {say('back')}
        </button>
        <h2>{row.name === '' ? say('noName') : row.name}</h2>
        <StatusChip row={row} />
        {row.environment === 'test' && <span class="tag">{say('test')}</span>}
      </div>
      <Problem error={error} onRetry={again} />
      <Hint row={row} />
      <Facts row={row} />
      {row.state === 'rotating' && <Overlap row={row} />}
      <Access row={row} onRow={onRow} onReload={again} />
      <Actions row={row} onRow={onRow} onMade={(next, title) => setMade({ made: next, title })} onReload={again} />
      {!isOver(chipOf(row, Date.now())) && session.features.guide && <Guide keyId={row.id} />}
      {!isOver(chipOf(row, Date.now())) && session.features.check && <CheckBox keyId={row.id} />}
    </article>
  )
}

const newest = (...rows: ReadonlyArray<KeyRow | undefined>): KeyRow | undefined =>
  rows.reduce((best, row) => (row !== undefined && (best === undefined || row.rev >= best.rev) ? row : best), undefined)

/** What should be done about this key, in one line. */
function Hint({ row }: { row: KeyRow }): JSX.Element | null {
  const { say, now } = usePage()
  const chip = chipOf(row, now())
  if (chip === 'locked') return <p class="note warn">{say('hintLocked')}</p>
  if (chip === 'disabled')
    return (
      <p class="note warn">
        {say('hintDisabled')} {row.disabledReason ?? ''}
      </p>
    )
  if (chip === 'expiring') return <p class="note warn">{say('hintExpiring', { time: timeLeft(row, now(), say) })}</p>
  if (chip === 'revoked')
    return (
      <p class="note bad">
        {say('hintRevoked', { who: row.revokedBy ?? '' })} {row.revokedReason ?? ''}
      </p>
    )
  return null
}

function Facts({ row }: { row: KeyRow }): JSX.Element {
  const { say, session } = usePage()
  const nowMs = useNow(30_000)
  const activity = useActivity([row.id])
  const { usage } = row
  const end = endOf(row)
  const facts: ReadonlyArray<readonly [label: string, value: JSX.Element | string]> = [
    [
      say('keyId'),
      <>
        <code class="long">{row.id}</code> <Copy text={row.id} what={say('keyId')} />
      </>,
    ],
    [say('algorithm'), `${row.algorithm} · ${say(isPublic(row) ? 'publicOnly' : 'sharedSecret')}`],
    ...(session.isAdmin ? [[say('owner'), row.owner] as const] : []),
    [say('created'), say('createdBy', { when: say.moment(row.createdAtMs), who: row.createdBy })],
    [say('headExpires'), end === undefined ? say('neverEnds') : `${timeLeft(row, nowMs, say)} (${say.moment(end)})`],
    ...(row.rotateAtMs === undefined ? [] : [[say('rotateDue'), say.from(row.rotateAtMs, nowMs)] as const]),
    ...(row.lockAfterIdleMs === undefined
      ? []
      : [[say('locksAfter'), say('locksAfterText', { time: say.span(row.lockAfterIdleMs) })] as const]),
    [
      say('headUsed'),
      usage?.lastUsedAtMs === undefined ? (
        <span class="soft">{say('neverUsed')}</span>
      ) : (
        <>
          <span title={say.moment(usage.lastUsedAtMs)}>{say.from(usage.lastUsedAtMs, nowMs)}</span>
          {usage.lastUsedIp !== undefined && <code>{usage.lastUsedIp}</code>}
          {usage.lastUsedAgent !== undefined && <span class="soft agent">{usage.lastUsedAgent}</span>}
        </>
      ),
    ],
    ...(usage === undefined
      ? []
      : [[say('requests'), say('requestsText', { accepted: usage.count, refused: usage.failures })] as const]),
    ...(session.features.activity
      ? [[say('headActivity'), <Sparkline days={activity.get(row.id)} key="spark" />] as const]
      : []),
  ]
  return (
    <section class="card" aria-label={say('facts', { key: shortId(row) })}>
      <dl class="facts">
        {facts.map(([label, value]) => (
          <>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
    </section>
  )
}
