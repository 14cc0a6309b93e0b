import { fail, kindOf } from '../../errors.js'

const DECIMAL = /^(?:0|[1-9]\d{0,39})(?:\.(\d{1,40}))?$/

/**
 * A decimal text times a power of ten, as an integer: what a contract takes. Digits behind that are cut off, or counted as one
 * more where `up` is true. A number is refused: `1.013 * 1e9` is 1012999999 in floating point.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` under the name that the caller gave it.
 */
export function scaled(value: unknown, decimals: number, path: string, up = false): bigint {
  const found = typeof value === 'string' ? DECIMAL.exec(value) : null
  if (found === null)
    return fail('ARGUMENT_INVALID', `"${path}" must be a decimal as text, such as "0.1", got ${kindOf(value)}`)
  const [whole = ''] = (value as string).split('.')
  const fraction = found[1] ?? ''
  const cut = BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, '0'))
  return up && /[1-9]/.test(fraction.slice(decimals)) ? cut + 1n : cut
}
