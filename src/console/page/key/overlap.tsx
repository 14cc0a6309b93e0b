import type { JSX } from 'preact'
import type { KeyRow, KeyUsageAnswer } from '../../contract.js'
import { useNow, usePage } from '../context.js'
import { endOf } from '../key-facts.js'
import { Problem } from '../parts/problem.js'
import { useAsked } from '../parts/use-task.js'

const AGAIN_MS = 15_000

/** A key with a successor: how long it still works, and who still uses it. */
export function Overlap({ row }: { row: KeyRow }): JSX.Element {
  const { say, wire, go, session } = usePage()
  const nowMs = useNow(1_000)
  const end = endOf(row)
  const { replacedBy } = row
  const { value, error, again } = useAsked<KeyUsageAnswer | undefined>(
    () =>
      session.features.activity
        ? wire.get<KeyUsageAnswer>(`keys/${encodeURIComponent(row.id)}/usage`)
        : Promise.resolve(undefined),
    // Those who still use the old one are watched until they have switched.
    [row.id, Math.floor(nowMs / AGAIN_MS)],
  )
  return (
    <section class="card" aria-label={say('overlapTitle')}>
      <h3>{say('overlapTitle')}</h3>
      <p>
        {say('overlapText')} {end !== undefined && <strong class="timer">{say.countdown(end - nowMs)}</strong>}
      </p>
      {replacedBy !== undefined && (
        <p>
          <button type="button" class="plain" onClick={() => go({ at: 'key', id: replacedBy })}>
            {say('toSuccessor')}
          </button>
        </p>
      )}
      {session.features.activity && <h4>{say('stillUses')}</h4>}
      <Problem error={error} onRetry={again} />
      {value !== undefined && value.users.length === 0 && <p class="soft">{say('stillNone')}</p>}
      {value !== undefined && value.users.length > 0 && (
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">{say('address')}</th>
                <th scope="col">{say('agent')}</th>
                <th scope="col">{say('last')}</th>
                <th scope="col" class="number">
                  {say('requests')}
                </th>
              </tr>
            </thead>
            <tbody>
              {value.users.map((user) => (
                <tr key={`${user.clientIp}\n${user.userAgent}`}>
                  <td class="mono">{user.clientIp ?? '–'}</td>
                  <td class="agent">{user.userAgent ?? '–'}</td>
                  <td>{say.from(Date.parse(user.last), nowMs)}</td>
                  <td class="number">{say.number(user.count)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}
