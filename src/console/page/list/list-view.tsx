import type { JSX } from 'preact'
import { useCallback, useMemo, useState } from 'preact/hooks'
import { Choice, Line } from '../../../pages/field.js'
import { usePage } from '../context.js'
import { CHIPS, type Filter, filtered, SORTS } from '../key-facts.js'
import { CHIP_TEXT } from '../parts/chip.js'
import { Problem } from '../parts/problem.js'
import type { TextKey } from '../text/en.js'
import { Empty } from './empty.js'
import { KeyRowView } from './key-row.js'
import { useActivity } from './use-activity.js'
import type { Keys } from './use-keys.js'
import { VirtualRows } from './virtual.js'

const SORT_TEXT: Readonly<Record<Filter['sort'], TextKey>> = {
  created: 'sortCreated',
  name: 'sortName',
  expires: 'sortExpires',
  used: 'sortUsed',
}
const HEADS: ReadonlyArray<readonly [name: string, text: TextKey]> = [
  ['c-name', 'headName'],
  ['c-state', 'headState'],
  ['c-id', 'headKey'],
  ['c-scopes', 'headScopes'],
  ['c-ips', 'headAddresses'],
  ['c-end', 'headExpires'],
  ['c-used', 'headUsed'],
  ['c-spark', 'headActivity'],
]

export const EVERYTHING: Filter = { words: '', chip: 'all', environment: 'all', sort: 'created' }

export function ListView({
  keys,
  filter,
  onFilter,
}: {
  readonly keys: Keys
  readonly filter: Filter
  readonly onFilter: (filter: Filter) => void
}): JSX.Element {
  const { say, session, now } = usePage()
  const [[first, last], setWindow] = useState<readonly [number, number]>([0, 20])
  const rows = useMemo(() => filtered(keys.rows.values(), filter, now()), [keys.rows, filter, now])
  const inSight = rows.slice(first, last)
  const activity = useActivity(inSight.map(({ id }) => id))
  const onWindow = useCallback((from: number, to: number) => setWindow([from, to]), [])
  const change = (part: Partial<Filter>): void => onFilter({ ...filter, ...part })
  const hasOwner = session.isAdmin

  if (keys.rows.size === 0 && keys.error !== undefined) return <Problem error={keys.error} onRetry={keys.reload} />
  if (keys.rows.size === 0)
    return keys.isComplete ? <Empty /> : <div class="wait" aria-busy="true" aria-label={say('loading')} role="status" />
  return (
    <section class="list" aria-label={say('keys')}>
      <search class="filters">
        <Line type="search" label={say('search')} value={filter.words} onValue={(words) => change({ words })} />
        <Choice
          label={say('headState')}
          value={filter.chip}
          onValue={(chip) => change({ chip: chip as Filter['chip'] })}
          options={[
            ['all', say('all')],
            ['usable', say('usable')],
            ...CHIPS.map((chip) => [chip, say(CHIP_TEXT[chip])] as const),
          ]}
        />
        {session.environments.length > 1 && (
          <Choice
            label={say('environment')}
            value={filter.environment}
            onValue={(environment) => change({ environment: environment as Filter['environment'] })}
            options={[
              ['all', say('all')],
              ['live', say('live')],
              ['test', say('test')],
            ]}
          />
        )}
        <Choice
          label={say('sort')}
          value={filter.sort}
          onValue={(sort) => change({ sort: sort as Filter['sort'] })}
          options={SORTS.map((sort) => [sort, say(SORT_TEXT[sort])])}
        />
      </search>
      <Problem error={keys.error} onRetry={keys.reload} />
      <p class="count soft" role="status">
        {rows.length === keys.rows.size
          ? say('countAll', { count: rows.length })
          : say('countSome', { count: rows.length, all: keys.rows.size })}
        {!keys.isComplete && ` ${say('stillLoading')}`}
      </p>
      {rows.length === 0 ? (
        <div class="note">
          <p>{say('nothingFits')}</p>
          <button type="button" onClick={() => onFilter({ ...EVERYTHING, sort: filter.sort })}>
            {say('clearFilters')}
          </button>
        </div>
      ) : (
        <VirtualRows
          count={rows.length}
          label={say('keys')}
          columns={HEADS.length}
          onWindow={onWindow}
          head={
            <div role="row" aria-rowindex={1} class="row">
              {HEADS.map(([name, text]) => (
                <div role="columnheader" class={name} key={name}>
                  {say(text)}
                </div>
              ))}
            </div>
          }
          row={(at) => {
            const row = rows[at]
            return row === undefined ? null : (
              <KeyRowView key={row.id} row={row} at={at} days={activity.get(row.id)} hasOwner={hasOwner} />
            )
          }}
        />
      )}
    </section>
  )
}
