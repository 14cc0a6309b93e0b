import type { JSX } from 'preact'
import type { NoticeKind, Notices } from '../../contract.js'
import { usePage } from '../context.js'
import { Problem } from '../parts/problem.js'
import { useAsked } from '../parts/use-task.js'
import type { TextKey } from '../text/en.js'

const TEXTS: Readonly<Record<NoticeKind, readonly [text: TextKey, isUrgent: boolean]>> = {
  expires: ['noticeExpires', true],
  expired: ['noticeExpired', true],
  rotate: ['noticeRotate', false],
  overdue: ['noticeOverdue', true],
  aged: ['noticeAged', false],
  'no-addresses': ['noticeNoAddresses', false],
  'wide-scope': ['noticeWide', false],
  unused: ['noticeUnused', false],
  'no-end': ['noticeNoEnd', false],
}

export function NoticesTab(): JSX.Element {
  const { say, wire, go, session } = usePage()
  const { value, error, again } = useAsked<Notices>(() => wire.get<Notices>('notices'), [])
  if (value === undefined)
    return error === undefined ? <div class="wait" aria-busy="true" /> : <Problem error={error} onRetry={again} />
  if (value.notices.length === 0) return <p class="note good">{say('noticesNone')}</p>
  return (
    <section class="card">
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{say('notice')}</th>
              <th scope="col">{say('headKey')}</th>
              {session.isAdmin && <th scope="col">{say('owner')}</th>}
            </tr>
          </thead>
          <tbody>
            {value.notices.map((one) => {
              const [text, isUrgent] = TEXTS[one.kind]
              return (
                <tr key={`${one.kind} ${one.keyId}`}>
                  <td>
                    <span class={isUrgent ? 'chip expiring' : 'chip'}>
                      {say(text, { days: one.days, when: say.day(one.atMs) })}
                    </span>
                  </td>
                  <td>
                    <button type="button" class="plain" onClick={() => go({ at: 'key', id: one.keyId })}>
                      {one.name === '' ? one.keyId : one.name}
                    </button>{' '}
                    {one.environment === 'test' && <span class="tag">{say('test')}</span>}
                  </td>
                  {session.isAdmin && <td>{one.owner}</td>}
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
      {value.more && <p class="soft">{say('noticesMore')}</p>}
    </section>
  )
}
