import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Area } from '../../../pages/field.js'
import type { CheckAnswer } from '../../contract.js'
import { usePage } from '../context.js'
import { Problem } from '../parts/problem.js'
import { useTask } from '../parts/use-task.js'

/** Paste a signed request: what the service makes of it, and what would make it right. */
export function CheckBox({ keyId }: { keyId: string }): JSX.Element {
  const { say, wire } = usePage()
  const [text, setText] = useState('')
  const [answer, setAnswer] = useState<CheckAnswer | undefined>(undefined)
  const task = useTask(async () => setAnswer(await wire.post<CheckAnswer>('check', { text, keyId })))
  return (
    <section class="card">
      <h3>{say('testTitle')}</h3>
      <Area
        label={say('testRequest')}
        rows={6}
        value={text}
        onValue={(value) => {
          setText(value)
          setAnswer(undefined)
        }}
        hint={say('testHint2')}
      />
      <button type="button" disabled={text.trim() === '' || task.pending} onClick={() => task.run()}>
        {task.pending ? say('working') : say('testRun')}
      </button>
      <Problem error={task.error} />
      <div role="status">{answer !== undefined && <Answer answer={answer} />}</div>
    </section>
  )
}

function Answer({ answer }: { answer: CheckAnswer }): JSX.Element {
  const { say } = usePage()
  const { verdict, findings } = answer
  return (
    <>
      {verdict !== undefined && (
        <p class={verdict.wouldAccept ? 'note good' : 'note bad'}>
          <strong>
            {verdict.wouldAccept ? say('testAccepted') : say('testRefused', { code: verdict.code ?? '' })}
          </strong>
          {verdict.detail !== undefined && <span class="detail"> {verdict.detail}</span>}
        </p>
      )}
      {findings.length > 0 && (
        <ol class="findings">
          {findings.map((finding) => (
            <li key={finding.id} class={finding.certainty}>
              <p class="cause">{finding.cause}</p>
              <p class="soft">{finding.evidence}</p>
              <p>
                <strong>{say('fix')}</strong> {finding.fix}
              </p>
            </li>
          ))}
        </ol>
      )}
    </>
  )
}
