import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { ipRanges } from '../../../access/cidr.js'
import { parseIp } from '../../../access/ip-address.js'
import { Line } from '../../../pages/field.js'
import { usePage } from '../context.js'

/** Why a text is no address or range that a key can be bound to; the keyring checks the same again. */
export function addressProblem(text: string): boolean {
  try {
    ipRanges([text])
    return false
  } catch {
    return true
  }
}

/** Whether an address or range lies in one of the networks; ranges are nested or apart, so its first and its size decide. */
export function isInside(text: string, networks: readonly string[]): boolean {
  const sizeOf = (range: string): number => {
    const [host = '', bits] = range.split('/')
    const most = host.includes(':') ? 128 : 32
    return Number(bits ?? most) + 128 - most
  }
  const base = parseIp(text.split('/')[0])
  return (
    base !== undefined &&
    networks.some((one) => sizeOf(text) >= sizeOf(one) && ipRanges([one], { allowZeroPrefix: true }).includes(base))
  )
}

/** The addresses a key may be used from. */
export function AddressFields({
  list,
  onList,
  isTried = false,
}: {
  readonly list: readonly string[]
  readonly onList: (list: readonly string[]) => void
  /** The button was pressed: from then on it is shown that a list is missing. */
  readonly isTried?: boolean
}): JSX.Element {
  const { say, session } = usePage()
  const { allowIp: networks, needsAddresses } = session.grant
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<string | undefined>(undefined)
  const add = (typed: string): void => {
    const found = typed.split(/[\s,;]+/).filter((one) => one !== '')
    const bad = found.find(addressProblem)
    if (bad !== undefined) {
      setProblem(say('addressBad', { address: bad.slice(0, 64) }))
      return
    }
    const outside = networks.length === 0 ? undefined : found.find((one) => !isInside(one, networks))
    if (outside !== undefined) {
      setProblem(say('addressOutside', { address: outside.slice(0, 64), networks: networks.join(', ') }))
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
        <p
          class={needsAddresses && isTried ? 'note bad' : 'note warn'}
          role={needsAddresses && isTried ? 'alert' : undefined}
        >
          {say(needsAddresses ? 'addressesNeeded' : 'addressesNone')}
        </p>
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
          hint={networks.length === 0 ? say('addressHint') : say('addressesWithin', { networks: networks.join(', ') })}
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
