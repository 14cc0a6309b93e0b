import type { JSX } from 'preact'
import { Area, Choice, Line } from '../pages/field.js'
import { CheckResults } from './check-results.js'
import { ask as askEngine } from './engine-part.js'
import type { Checked, Problem } from './engine-types.js'
import { EXAMPLES } from './examples.js'
import { ALGORITHM_NAMES, type CheckForm } from './forms.js'
import { useAnswer } from './use-answer.js'

const ask = (form: CheckForm): Promise<Checked | Problem> | undefined =>
  form.text.trim() + form.refusal.trim() === '' ? undefined : askEngine('check', [form, Date.now()])

const ALGORITHMS: ReadonlyArray<readonly [string, string]> = [
  ['', 'detect'],
  ...ALGORITHM_NAMES.map((name) => [name, name] as const),
]

export function CheckSide({
  form,
  onForm,
  schemes,
}: {
  form: CheckForm
  onForm: (form: CheckForm) => void
  schemes: readonly string[]
}): JSX.Element {
  const answer = useAnswer(form, ask, 250)
  const set =
    (name: keyof CheckForm) =>
    (value: string): void =>
      onForm({ ...form, [name]: value })
  const problem = answer !== undefined && 'problem' in answer ? answer : undefined
  const at = (name: keyof CheckForm): string | undefined => (problem?.field === name ? problem.problem : undefined)
  return (
    <div class="sides">
      <form class="inputs" aria-label="What to check" onSubmit={(event) => event.preventDefault()}>
        <Area
          label="Request"
          rows={11}
          value={form.text}
          onValue={set('text')}
          hint="Raw HTTP, a line of curl or HTTPie, a HAR or Postman file, a call of fetch, axios or requests, or JSON."
          problem={at('text')}
        />
        <p class="examples">
          Examples:{' '}
          {EXAMPLES.map(([name, example]) => (
            <button type="button" class="plain" key={name} onClick={() => onForm(example)}>
              {name}
            </button>
          ))}
        </p>
        <div class="pair">
          <Choice
            label="Scheme"
            value={form.scheme}
            onValue={set('scheme')}
            options={[['', 'detect'], ...schemes.map((id) => [id, id] as const)]}
          />
          <Choice label="Algorithm" value={form.algorithm} onValue={set('algorithm')} options={ALGORITHMS} />
        </div>
        <Area
          label="Secret or public key"
          rows={3}
          value={form.key}
          onValue={set('key')}
          hint="A shared secret as you have it, or a public key as PEM or JWK. It stays in this page."
          problem={at('key')}
        />
        <Line
          label="Passphrase of the account"
          type="password"
          value={form.passphrase}
          onValue={set('passphrase')}
          hint="Where an exchange has one (OKX, KuCoin, Bitget). It stays in this page."
        />
        <Area
          label="String to sign of the other side"
          rows={3}
          value={form.stringToSign}
          onValue={set('stringToSign')}
          hint="What a log or an error shows as signed: it is compared with what a verifier builds."
        />
        <Area
          label="Answer that refused it"
          rows={3}
          value={form.refusal}
          onValue={set('refusal')}
          hint="Its body, or all of it: the Date in it is when the request was judged. Alone it is explained as well."
        />
        <Line
          label="Judged at"
          value={form.at}
          onValue={set('at')}
          hint="Empty: its age is not judged, unless the answer has a Date. Or now, seconds, milliseconds, a date."
          problem={at('at')}
        />
      </form>
      <div class="results">
        {problem !== undefined && (
          <div class={`verdict ${problem.field === undefined ? 'bad' : 'open'}`} role="status">
            <strong>{problem.problem}</strong>
          </div>
        )}
        {answer === undefined && (
          <div class="empty">
            <p>Paste the request that is refused. What is wrong with it stands here.</p>
            <p>Nothing is sent anywhere: this page may not open a connection.</p>
          </div>
        )}
        {answer !== undefined && !('problem' in answer) && <CheckResults checked={answer} />}
      </div>
    </div>
  )
}
