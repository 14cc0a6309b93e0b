import type { ComponentChildren, JSX } from 'preact'
import { useId } from 'preact/hooks'

interface Common {
  readonly label: string
  readonly value: string
  readonly onValue: (value: string) => void
  readonly hint?: ComponentChildren
  readonly problem?: string | undefined
}

/** A control with its label, and what it is described by, for a screen reader as for the eye. */
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

export function Line({
  type = 'text',
  maxLength,
  ...field
}: Common & { type?: 'text' | 'password' | 'search'; maxLength?: number }): JSX.Element {
  const id = useId()
  return (
    <Row id={id} {...field}>
      <input
        id={id}
        type={type}
        {...PLAIN}
        // Not offered to a password manager: it is no account of this page.
        {...(type === 'password' && { autocomplete: 'new-password' })}
        {...(maxLength !== undefined && { maxLength })}
        value={field.value}
        aria-describedby={describedBy(id, field)}
        aria-invalid={field.problem !== undefined}
        onInput={(event) => field.onValue(event.currentTarget.value)}
      />
    </Row>
  )
}

export function Area({ rows = 4, ...field }: Common & { rows?: number }): JSX.Element {
  const id = useId()
  return (
    <Row id={id} {...field}>
      <textarea
        id={id}
        rows={rows}
        class="mono"
        {...PLAIN}
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

/** One of a few, all in sight. */
export function Radios<V extends string>({
  legend,
  value,
  onValue,
  options,
}: {
  readonly legend: string
  readonly value: V
  readonly onValue: (value: V) => void
  readonly options: ReadonlyArray<{ readonly value: V; readonly text: string; readonly hint?: string }>
}): JSX.Element {
  const name = useId()
  return (
    <fieldset class="radios">
      <legend>{legend}</legend>
      {options.map((one) => (
        <label key={one.value} class={one.value === value ? 'choice chosen' : 'choice'}>
          <input
            type="radio"
            name={name}
            checked={one.value === value}
            aria-labelledby={`${name}-${one.value}`}
            aria-describedby={one.hint === undefined ? undefined : `${name}-${one.value}-hint`}
            onChange={() => onValue(one.value)}
          />
          <span>
            <strong id={`${name}-${one.value}`}>{one.text}</strong>
            {one.hint !== undefined && <small id={`${name}-${one.value}-hint`}>{one.hint}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  )
}

export function Check({
  text,
  hint,
  checked,
  onChecked,
  disabled = false,
}: {
  readonly text: ComponentChildren
  readonly hint?: ComponentChildren
  readonly checked: boolean
  readonly onChecked: (checked: boolean) => void
  readonly disabled?: boolean
}): JSX.Element {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChecked(event.currentTarget.checked)}
      />
      <span>
        {text}
        {hint !== undefined && <small>{hint}</small>}
      </span>
    </label>
  )
}
