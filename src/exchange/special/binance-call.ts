import { fail } from '../../errors.js'
import { refuseValue, scalarText } from '../../message/values.js'
import type { Draft } from '../spec/draft.js'

/**
 * web-socket-api.md, "SIGNED request security": every parameter but the signature, by name, as it is: no percent-encoding.
 * A list or an object has no text there: what would be signed of it is not what is sent.
 */
export const callBase = ({ key, time, window, options, sign }: Draft): string => {
  const own = { ...(options['params'] as object | undefined), apiKey: key, timestamp: time }
  const all: Record<string, unknown> = window === '' ? own : { ...own, recvWindow: window }
  return Object.keys(all)
    .filter((name) => all[name] !== undefined)
    .sort()
    .map((name) => `${name}=${textIn(`args.params.${name}`, all[name], sign)}`)
    .join('&')
}

/** The text of a parameter; `sign` is empty while a message is made, and there where one is read. */
function textIn(name: string, value: unknown, sign: string): string {
  if (sign === '') return scalarText(name, value) ?? refuseValue(name, value, 'text, a number or a boolean')
  if (/^(?:string|number|boolean)$/.test(typeof value)) return String(value)
  fail('AUTH_MALFORMED', 'a message must have parameters that are text, numbers or booleans')
}
