import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { ipRanges } from '../../../access/cidr.js'
import { usePage } from '../context.js'
import { Line } from '../parts/field.js'

/** Why a text is no address or range that a key can be bound to; the keyring checks the same again. */
export function addressProblem(text: string): boolean {
  try {
    ipRanges([text])
    return false
  } catch {
    return true
  }
}

/** The addresses a key may be used from. */
export function AddressFields({
  list,
  onList,
}: {
  readonly list: readonly string[]
  readonly onList: (list: readonly string[]) => void
}): JSX.Element {
  const { say, session } = usePage()
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<string | undefined>(undefined)
  const add = (typed: string): void => {
    const found = typed.split(/[\s,;]+/).filter((one) => one !== '')
    const bad = found.find(addressProblem)
    if (bad !== undefined) {
      setProblem(say('addressBad', { address: bad.slice(0, 64) }))
      return
    }
    setProblem(undefined)
    setText('')
    if (found.length > 0) onList([...new Set([...list, ...found])])
  }
  const { clientIp } = session
  return (
    <fieldset class="addresses">
      <legend>{say('addresses')}</legend>
      {list.length === 0 ? (
        <p class="note warn">{say('addressesNone')}</p>
      ) : (
        <ul class="pills">
          {list.map((one) => (
            <li key={one}>
              <code>{one}</code>
              <button
                type="button"
                class="small"
                aria-label={say('removeWhat', { what: one })}
                onClick={() => onList(list.filter((other) => other !== one))}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      {/* Enter adds the address; the form around it is sent by its own button. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the key belongs to the field inside */}
      <div
        class="add"
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return
          event.preventDefault()
          add(text)
        }}
      >
        <Line
          label={say('addressAdd')}
          value={text}
          onValue={(value) => {
            setText(value)
            setProblem(undefined)
          }}
          hint={say('addressHint')}
          problem={problem}
        />
        <button type="button" onClick={() => add(text)}>
          {say('add')}
        </button>
        {clientIp !== undefined && !list.includes(clientIp) && (
          <button type="button" onClick={() => add(clientIp)}>
            {say('myAddress', { address: clientIp })}
          </button>
        )}
      </div>
    </fieldset>
  )
}
