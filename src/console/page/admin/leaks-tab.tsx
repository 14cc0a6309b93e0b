import type { JSX } from 'preact'
import type { Leaks } from '../../contract.js'
import { usePage } from '../context.js'
import { Problem } from '../parts/problem.js'
import { useAsked } from '../parts/use-task.js'
import { EventRows } from './event-rows.js'

export function LeaksTab(): JSX.Element {
  const { say, wire } = usePage()
  const { value, error, again } = useAsked<Leaks>(() => wire.get<Leaks>('leaks'), [])
  if (value === undefined)
    return error === undefined ? <div class="wait" aria-busy="true" /> : <Problem error={error} onRetry={again} />
  if (value.events.length === 0) return <p class="note good">{say('leaksNone')}</p>
  return (
    <section class="card">
      <EventRows events={value.events} />
    </section>
  )
}
