import type { JSX } from 'preact'
import type { RevokedKey } from '../../contract.js'
import { usePage } from '../context.js'
import type { Asked } from '../parts/use-task.js'

/** Whether every server has noticed a revocation: shown when the answer comes, as the key is revoked already. */
export function Confirmation({
  of: { value, error, again },
}: {
  readonly of: Asked<RevokedKey | undefined>
}): JSX.Element {
  const { say } = usePage()
  if (value !== undefined)
    return (
      <p class="note good" role="status">
        {say('leakConfirmed', { time: say.span(Math.max(1_000, value.tookMs ?? 0)) })}
      </p>
    )
  if (error === undefined)
    return (
      <p class="note" role="status">
        {say('leakWaiting')}
      </p>
    )
  return (
    <div class="note warn" role="alert">
      <p>{say('leakUnconfirmed')}</p>
      <button type="button" onClick={again}>
        {say('tryAgain')}
      </button>
    </div>
  )
}
