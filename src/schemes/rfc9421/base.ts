import { CountersignError } from '../../errors.js'
import type { HttpMessage } from '../../message/message.js'
import type { Component } from './component.js'

// RFC 9421 2.5: the base is ASCII and a value is one line. A break inside a value would forge a further line.
const PRINTABLE = /^[\t\x20-\x7e]*$/

const MAX_REMEMBERED = 256

/**
 * The signature base (RFC 9421 2.5): one line a component, then the parameters.
 *
 * @throws {CountersignError} `COMPONENT_MISSING`, `MESSAGE_MALFORMED`.
 */
export function signatureBase(components: readonly Component[], params: string, message: HttpMessage): string {
  let base = ''
  // An indexed loop: this runs for every request on both sides.
  for (let i = 0; i < components.length; i++) {
    const { id, memo, resolve } = components[i] as Component
    const value = resolve(message)
    if (memo?.value === value) {
      base += memo.line
      continue
    }
    if (!PRINTABLE.test(value)) {
      throw new CountersignError('MESSAGE_MALFORMED', `${id} is not one line of printable ASCII`)
    }
    const line = `${id}: ${value}\n`
    base += line
    // Long values are rarely the same twice, and a stranger's must not be kept.
    if (memo !== undefined && value.length <= MAX_REMEMBERED) {
      memo.value = value
      memo.line = line
    }
  }
  return `${base}"@signature-params": ${params}`
}
