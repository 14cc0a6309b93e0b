import type { JSX } from 'preact'
import { Check } from '../../../pages/field.js'
import type { OfferedScope, ScopeLevel } from '../../contract.js'
import { usePage } from '../context.js'
import type { TextKey } from '../text/en.js'

const LEVELS: ReadonlyArray<readonly [ScopeLevel, TextKey]> = [
  ['read', 'levelRead'],
  ['write', 'levelWrite'],
  ['admin', 'levelAdmin'],
]

/** The scopes on offer in plain words, the harmless first. What a key has beyond them is kept or taken away, never added. */
export function ScopeFields({
  chosen,
  onChosen,
  had = [],
}: {
  readonly chosen: readonly string[]
  readonly onChosen: (scopes: readonly string[]) => void
  readonly had?: readonly string[]
}): JSX.Element {
  const { say, session } = usePage()
  const known = new Set(session.scopes.map(({ name }) => name))
  const others = had.filter((name) => !known.has(name))
  const toggle = (name: string, checked: boolean): void =>
    onChosen(checked ? [...chosen, name] : chosen.filter((one) => one !== name))
  const row = ({ name, label, description }: Pick<OfferedScope, 'name' | 'label' | 'description'>): JSX.Element => (
    <Check
      key={name}
      checked={chosen.includes(name)}
      onChecked={(checked) => toggle(name, checked)}
      text={
        <>
          {label} <code>{name}</code>
        </>
      }
      hint={description}
    />
  )
  return (
    <fieldset class="scopes">
      <legend>{say('scopes')}</legend>
      {LEVELS.map(([level, text]) => {
        const offered = session.scopes.filter((one) => one.level === level)
        return offered.length === 0 ? null : (
          <div class={`level ${level}`} key={level}>
            <p class="level-title">{say(text)}</p>
            {offered.map(row)}
          </div>
        )
      })}
      {others.length > 0 && (
        <div class="level">
          <p class="level-title">{say('levelOther')}</p>
          {others.map((name) => row({ name, label: name }))}
        </div>
      )}
    </fieldset>
  )
}
