import { fail, kindOf } from '../../errors.js'
import type { ExchangeOptions } from './credentials.js'
import type { ExchangeSpec } from './spec.js'

/** What is less are seconds: a window of so few milliseconds has closed before a request arrives. The examples of Binance have 100. */
const LEAST_MS = 100

/** The receive window as text. @throws {CountersignError} `CONFIG_INVALID`. */
export function windowOf({ name, window }: ExchangeSpec, recvWindow: ExchangeOptions['recvWindow']): string {
  if (recvWindow === undefined) return window?.default ?? ''
  if (recvWindow === 'none' && window?.optional === true) return ''
  const text = String(recvWindow)
  const form = window?.decimals === true ? /^[1-9]\d{0,6}(?:\.\d{1,3})?$/ : /^[1-9]\d{0,6}$/
  return window !== undefined && form.test(text) && Number(text) >= LEAST_MS && Number(text) <= window.max
    ? text
    : fail(
        'CONFIG_INVALID',
        `"recvWindow" must be ${window?.decimals === true ? '' : 'whole '}milliseconds, from ${LEAST_MS} to ${window?.max} at ${name}, got ${typeof recvWindow === 'number' ? recvWindow : kindOf(recvWindow)}`,
      )
}
