import type { JSX } from 'preact'
import type { GuideAnswer } from '../../contract.js'
import { usePage } from '../context.js'
import { Copy } from '../parts/copy.js'
import { useAsked } from '../parts/use-task.js'

/** No key yet: what one is for, and the first request as it will be sent. */
export function Empty(): JSX.Element {
  const { say, go, wire, session } = usePage()
  const { value: guide } = useAsked<GuideAnswer | undefined>(
    () => (session.features.guide ? wire.get<GuideAnswer>('guide', { language: 'bash' }) : Promise.resolve(undefined)),
    [],
  )
  return (
    <section class="empty" aria-label={say('emptyTitle')}>
      <h2>{say('emptyTitle')}</h2>
      <p>{say('emptyText')}</p>
      <button type="button" class="primary" onClick={() => go({ at: 'create' })}>
        {say('createFirst')}
      </button>
      {guide !== undefined && (
        <div class="code">
          <div class="code-head">
            <strong>{say('firstRequest')}</strong>
            <Copy text={guide.code} what={say('firstRequest')} />
          </div>
          <p class="run mono">{`${guide.run} METHOD URL [BODY] [HEADER …]`}</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be focusable */}
          <pre tabIndex={0}>{guide.code}</pre>
        </div>
      )}
    </section>
  )
}
