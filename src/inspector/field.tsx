import type { ComponentChildren, JSX } from 'preact'
import { useId } from 'preact/hooks'

interface Common {
  readonly label: string
  readonly value: string
  readonly onValue: (value: string) => void
  readonly hint?: ComponentChildren
  readonly problem?: string | undefined
}

/** What a control is described by, for a screen reader as for the eye. */
function Row({
  id,
  label,
  hint,
  problem,
  children,
}: Pick<Common, 'label' | 'hint' | 'problem'> & { id: string; children: ComponentChildren }): JSX.Element {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {problem !== undefined && (
        <p class="problem" id={`${id}-problem`}>
          {problem}
        </p>
      )}
    </div>
  )
}

const describedBy = (id: string, { hint, problem }: Common): string | undefined =>
  [hint === undefined ? '' : `${id}-hint`, problem === undefined ? '' : `${id}-problem`]
    .filter((one) => one !== '')
    .join(' ') || undefined

const PLAIN = { autocomplete: 'off', spellcheck: false, autocapitalize: 'off' } as const

export function Area({ rows = 4, ...field }: Common & { rows?: number }): JSX.Element {
  const id = useId()
  return (
    <Row id={id} {...field}>
      <textarea
        id={id}
        rows={rows}
        {...PLAIN}
        value={field.value}
        aria-describedby={describedBy(id, field)}
        aria-invalid={field.problem !== undefined}
        onInput={(event) => field.onValue(event.currentTarget.value)}
      />
    </Row>
  )
}

export function Line({ secret, ...field }: Common & { secret?: boolean }): JSX.Element {
  const id = useId()
  return (
    <Row id={id} {...field}>
      <input
        id={id}
        type={secret === true ? 'password' : 'text'}
        {...PLAIN}
        // Not offered to a password manager: it is no account of this page.
        {...(secret === true && { autocomplete: 'new-password' })}
        value={field.value}
        aria-describedby={describedBy(id, field)}
        aria-invalid={field.problem !== undefined}
        onInput={(event) => field.onValue(event.currentTarget.value)}
      />
    </Row>
  )
}

export function Choice({
  options,
  ...field
}: Common & { options: ReadonlyArray<readonly [value: string, text: string]> }): JSX.Element {
  const id = useId()
  return (
    <Row id={id} {...field}>
      <select
        id={id}
        value={field.value}
        aria-describedby={describedBy(id, field)}
        onChange={(event) => field.onValue(event.currentTarget.value)}
      >
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </Row>
  )
}
