import type { ComponentType, JSX } from 'preact'
import type { ActivityDay, KeyRow } from '../../contract.js'
import { usePage } from '../context.js'
import { chipOf, isOver, shortId } from '../key-facts.js'
import { StatusChip, timeLeft } from '../parts/chip.js'
import { memo } from '../parts/memo.js'
import { Sparkline } from '../parts/sparkline.js'

/** The first few of a list, and how many more there are. */
function Few({ items, empty }: { items: readonly string[]; empty: string }): JSX.Element {
  const { say } = usePage()
  if (items.length === 0) return <span class="soft">{empty}</span>
  return (
    <span title={items.join('\n')}>
      <span class="mono">{items.slice(0, 2).join(', ')}</span>
      {items.length > 2 && <span class="soft"> {say('more', { count: items.length - 2 })}</span>}
    </span>
  )
}

interface RowProps {
  readonly row: KeyRow
  readonly at: number
  readonly days: readonly ActivityDay[] | undefined
  readonly hasOwner: boolean
}

function Row({ row, at, days, hasOwner }: RowProps): JSX.Element {
  const { say, now, go } = usePage()
  const nowMs = now()
  const chip = chipOf(row, nowMs)
  const { usage } = row
  return (
    <div
      role="row"
      aria-rowindex={at + 2}
      class={isOver(chip) ? 'row over' : 'row'}
      style={{ transform: `translateY(calc(${at} * var(--row) * 1px))` }}
    >
      <div role="cell" class="c-name">
        <button type="button" class="plain" onClick={() => go({ at: 'key', id: row.id })}>
          {row.name === '' ? say('noName') : row.name}
        </button>
        <span class="sub">
          {row.environment === 'test' && <span class="tag">{say('test')}</span>}
          <span class="soft">
            {hasOwner ? `${row.owner} · ` : ''}
            {say('createdBy', { when: say.day(row.createdAtMs), who: row.createdBy })}
          </span>
        </span>
      </div>
      <div role="cell" class="c-state">
        <StatusChip row={row} />
      </div>
      <div role="cell" class="c-id">
        <span class="mono">{shortId(row)}</span>
        <span class="sub soft">{row.algorithm}</span>
      </div>
      <div role="cell" class="c-scopes">
        <Few items={row.scopes} empty={say('noScopes')} />
      </div>
      <div role="cell" class="c-ips">
        <Few items={row.allowIp} empty={say('anyAddress')} />
      </div>
      <div role="cell" class="c-end">
        {timeLeft(row, nowMs, say)}
      </div>
      <div role="cell" class="c-used">
        {usage?.lastUsedAtMs === undefined ? (
          <span class="soft">{say('neverUsed')}</span>
        ) : (
          <>
            <span title={say.moment(usage.lastUsedAtMs)}>{say.from(usage.lastUsedAtMs, nowMs)}</span>
            <span class="sub soft mono">{usage.lastUsedIp ?? ''}</span>
          </>
        )}
      </div>
      <div role="cell" class="c-spark">
        <Sparkline days={days} />
      </div>
    </div>
  )
}

/** A row is drawn again when its key, its place or its days change, and not with every row that scrolls by. */
export const KeyRowView: ComponentType<RowProps> = memo(Row)
