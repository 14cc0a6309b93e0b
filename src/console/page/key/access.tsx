import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { EditKey, KeyRow, OneKey } from '../../contract.js'
import { usePage } from '../context.js'
import { AddressFields } from '../create/address-fields.js'
import { ScopeFields } from '../create/scope-fields.js'
import { isLooser, type Upkeep, UpkeepFields, upkeepTexts } from '../create/upkeep-fields.js'
import { chipOf, isOver } from '../key-facts.js'
import { Problem } from '../parts/problem.js'
import { useTask } from '../parts/use-task.js'
import { problemOf } from '../wire.js'
import { type Difference, differenceOf, isSame, isWider } from './differences.js'

/** What the key may do and from where; edited in place, with the difference shown before it is confirmed. */
export function Access({
  row,
  onRow,
  onReload,
}: {
  readonly row: KeyRow
  readonly onRow: (row: KeyRow) => void
  readonly onReload: () => void
}): JSX.Element {
  const { say, session, wire, now, announce } = usePage()
  const [isEditing, setEditing] = useState(false)
  const [scopes, setScopes] = useState<readonly string[]>(row.scopes)
  const [allowIp, setAllowIp] = useState<readonly string[]>(row.allowIp)
  const [upkeep, setUpkeep] = useState<Upkeep>(row)
  const kept = differenceOf(upkeepTexts(row, say), upkeepTexts(upkeep, say))
  const changed = differenceOf(row.scopes, scopes)
  const moved = differenceOf(row.allowIp, allowIp)
  const task = useTask(async () => {
    const edit: EditKey = {
      rev: row.rev,
      ...(!isSame(changed) && { scopes }),
      ...(!isSame(moved) && { allowIp }),
      // null takes away what is there.
      ...(upkeep.lockAfterIdleMs !== row.lockAfterIdleMs && { lockAfterIdleMs: upkeep.lockAfterIdleMs ?? null }),
      ...(upkeep.rotateEveryMs !== row.rotateEveryMs && { rotateEveryMs: upkeep.rotateEveryMs ?? null }),
    }
    const { key } = await wire.patch<OneKey>(`keys/${encodeURIComponent(row.id)}`, edit)
    onRow(key)
    setEditing(false)
    announce(say('saved'))
  })
  const start = (): void => {
    setScopes(row.scopes)
    setAllowIp(row.allowIp)
    setUpkeep(row)
    task.reset()
    setEditing(true)
  }
  const labelOf = (name: string): string => session.scopes.find((one) => one.name === name)?.label ?? name
  if (!isEditing)
    return (
      <section class="card" aria-label={say('access')}>
        <div class="card-head">
          <h3>{say('access')}</h3>
          {!isOver(chipOf(row, now())) && (
            <button type="button" onClick={start}>
              {say('edit')}
            </button>
          )}
        </div>
        <dl class="facts">
          <dt>{say('scopes')}</dt>
          <dd>
            {row.scopes.length === 0 ? (
              <span class="soft">{say('noScopes')}</span>
            ) : (
              <ul class="pills">
                {row.scopes.map((name) => (
                  <li key={name}>
                    {labelOf(name)} {labelOf(name) !== name && <code>{name}</code>}
                  </li>
                ))}
              </ul>
            )}
          </dd>
          <dt>{say('addresses')}</dt>
          <dd>
            {row.allowIp.length === 0 ? (
              <span class="soft">{say('anyAddress')}</span>
            ) : (
              <ul class="pills">
                {row.allowIp.map((one) => (
                  <li key={one}>
                    <code>{one}</code>
                  </li>
                ))}
              </ul>
            )}
          </dd>
        </dl>
      </section>
    )
  const nothing = isSame(changed) && isSame(moved) && isSame(kept)
  const canDoMore = isWider(changed, row.allowIp, allowIp, moved) || isLooser(row, upkeep)
  return (
    <section class="card editing" aria-label={say('access')}>
      <h3>{say('access')}</h3>
      <ScopeFields chosen={scopes} onChosen={setScopes} had={row.scopes} />
      <AddressFields list={allowIp} onList={setAllowIp} />
      <UpkeepFields upkeep={upkeep} onUpkeep={setUpkeep} />
      <div class="difference" role="status">
        <h4>{say('difference')}</h4>
        {nothing ? <p class="soft">{say('differenceNone')}</p> : null}
        <Lines of={changed} show={(name) => `${labelOf(name)} (${name})`} />
        <Lines of={moved} show={(one) => one} />
        <Lines of={kept} show={(one) => one} />
        {!nothing && canDoMore && <p class="note warn">{say('wider')}</p>}
      </div>
      <Problem error={task.error} />
      {problemOf(task.error).code === 'STORE_CONFLICT' && (
        <button
          type="button"
          onClick={() => {
            setEditing(false)
            onReload()
          }}
        >
          {say('reload')}
        </button>
      )}
      <div class="buttons">
        <button type="button" onClick={() => setEditing(false)}>
          {say('cancel')}
        </button>
        <button type="button" class="primary" disabled={nothing || task.pending} onClick={() => task.run()}>
          {task.pending ? say('working') : say('confirmChange')}
        </button>
      </div>
    </section>
  )
}

function Lines({ of, show }: { of: Difference; show: (one: string) => string }): JSX.Element | null {
  const { say } = usePage()
  if (isSame(of)) return null
  return (
    <ul class="lines">
      {of.added.map((one) => (
        <li key={one} class="added">
          <span class="hidden">{say('added')} </span>
          <span aria-hidden="true">+ </span>
          {show(one)}
        </li>
      ))}
      {of.removed.map((one) => (
        <li key={one} class="removed">
          <span class="hidden">{say('removed')} </span>
          <span aria-hidden="true">− </span>
          {show(one)}
        </li>
      ))}
    </ul>
  )
}
