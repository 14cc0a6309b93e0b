import type { JSX } from 'preact'
import type { AuditPage } from '../../contract.js'
import { usePage } from '../context.js'

type Event = AuditPage['events'][number]

const whatOf = ({ method, path, reason, detail }: Event): string =>
  [[method, path].filter(Boolean).join(' '), reason, detail].filter(Boolean).join(' · ')

/** Events of the trail; every text of a client is text here, whatever it looks like. */
export function EventRows({ events }: { events: readonly Event[] }): JSX.Element {
  const { say, go } = usePage()
  return (
    <div class="scroll">
      <table class="trail">
        <thead>
          <tr>
            <th scope="col">{say('time')}</th>
            <th scope="col">{say('event')}</th>
            <th scope="col">{say('headKey')}</th>
            <th scope="col">{say('whoFrom')}</th>
            <th scope="col">{say('details')}</th>
          </tr>
        </thead>
        <tbody>
          {events.map((event, at) => {
            const { keyId } = event
            return (
              <tr key={`${event.seq ?? ''} ${event.time} ${at}`}>
                <td>
                  <time dateTime={event.time} title={event.time}>
                    {say.moment(Date.parse(event.time))}
                  </time>
                </td>
                <td>
                  <span class={event.outcome === 'ok' ? 'mono' : 'mono bad-text'}>{event.event}</span>
                  {event.code !== undefined && <span class="sub soft mono">{event.code}</span>}
                </td>
                <td>
                  {keyId !== undefined && (
                    <button type="button" class="plain mono" title={keyId} onClick={() => go({ at: 'key', id: keyId })}>
                      …{keyId.slice(-8)}
                    </button>
                  )}
                </td>
                <td class="agent">
                  {event.actor ?? event.owner ?? ''}
                  {event.clientIp !== undefined && <span class="sub soft mono">{event.clientIp}</span>}
                </td>
                <td class="agent">{whatOf(event)}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
