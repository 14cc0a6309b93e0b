import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { AuditPage, AuditVerified } from '../../contract.js'
import { usePage } from '../context.js'
import { Problem } from '../parts/problem.js'
import { useAsked, useTask } from '../parts/use-task.js'
import { EventRows } from './event-rows.js'

const PAGE = 100

/** The trail, and whether its chain holds. */
export function AuditTab(): JSX.Element {
  const { say, wire } = usePage()
  const [more, setMore] = useState<AuditPage | undefined>(undefined)
  const [verified, setVerified] = useState<AuditVerified | undefined>(undefined)
  const { value, error, again } = useAsked<AuditPage>(() => wire.get<AuditPage>('audit', { limit: PAGE }), [])
  const next = more === undefined ? value?.next : more.next
  const older = useTask(async () => {
    const page = await wire.get<AuditPage>('audit', { limit: PAGE, before: next })
    setMore({ ...page, events: [...(more?.events ?? []), ...page.events] })
  })
  const verify = useTask(async () => setVerified(await wire.post<AuditVerified>('audit/verify')))
  if (value === undefined)
    return error === undefined ? <div class="wait" aria-busy="true" /> : <Problem error={error} onRetry={again} />
  return (
    <>
      <section class="card">
        <div class="card-head">
          <p>{say('chainText')}</p>
          <button type="button" disabled={verify.pending} onClick={() => verify.run()}>
            {verify.pending ? say('working') : say('chainVerify')}
          </button>
        </div>
        <div role="status">
          {verified !== undefined && (
            <p class={verified.ok ? 'note good' : 'note bad'}>
              {verified.ok
                ? say('chainOk', { lines: verified.lines, chains: verified.chains.length })
                : say('chainBroken', { line: verified.broken?.line ?? 0 })}{' '}
              {verified.broken?.detail}
            </p>
          )}
        </div>
        <Problem error={verify.error} />
      </section>
      <section class="card">
        <EventRows events={[...value.events, ...(more?.events ?? [])]} />
        {next !== undefined && (
          <button type="button" disabled={older.pending} onClick={() => older.run()}>
            {say('older')}
          </button>
        )}
        <Problem error={older.error} />
      </section>
    </>
  )
}
