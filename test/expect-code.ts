import { expect } from 'vitest'
import { type CountersignError, type ErrorCode, isCountersignError } from '../src/errors.js'

type AsyncCall = Promise<unknown> | (() => Promise<unknown>)

/** The error of this library that a call throws or rejects with. Fails where it does neither; any other error is thrown on. */
export function errorOf(call: AsyncCall): Promise<CountersignError>
export function errorOf(call: () => unknown): CountersignError
export function errorOf(call: AsyncCall | (() => unknown)): CountersignError | Promise<CountersignError> {
  let value: unknown
  try {
    value = typeof call === 'function' ? call() : call
  } catch (error) {
    return typed(error)
  }
  return value instanceof Promise ? value.then(missing, typed) : missing()
}

/** The code of {@link errorOf}. */
export function codeOf(call: AsyncCall): Promise<ErrorCode>
export function codeOf(call: () => unknown): ErrorCode
export function codeOf(call: AsyncCall | (() => unknown)): ErrorCode | Promise<ErrorCode> {
  const error: unknown = errorOf(call as () => unknown)
  return error instanceof Promise ? error.then(({ code }) => code) : (error as CountersignError).code
}

/** The code and the message of {@link errorOf}. */
export function textOf(call: () => unknown): string {
  const { code, message } = errorOf(call)
  return `${code} ${message}`
}

/** The code that a call throws or rejects with, or else the value that it or a promise gives. Any other error is thrown on. */
export async function outcomeOf(call: unknown): Promise<unknown> {
  try {
    return await (typeof call === 'function' ? call() : call)
  } catch (error) {
    return typed(error).code
  }
}

/** What a call throws or rejects with, of whatever kind; `undefined` where it does neither. */
export async function caught(call: () => unknown): Promise<unknown> {
  try {
    await call()
  } catch (error) {
    return error
  }
  return undefined
}

/** The code that a call throws, or `nothing thrown`. Any other error is thrown on. */
export function thrownCode(call: () => unknown): ErrorCode | 'nothing thrown' {
  try {
    call()
  } catch (error) {
    return typed(error).code
  }
  return 'nothing thrown'
}

/** What `toThrow` and `toEqual` compare with: an error with this code, whose message holds `text`. */
export const withCode = (code: string, text = ''): unknown =>
  expect.objectContaining({ code, ...(text !== '' && { message: expect.stringContaining(text) }) })

/** The code of a verdict, `ok` for one that accepts. */
export const verdictCode = <C extends string>(
  verdict: { readonly ok: true } | { readonly ok: false; readonly code: C },
): C | 'ok' => (verdict.ok ? 'ok' : verdict.code)

function typed(error: unknown): CountersignError {
  if (isCountersignError(error)) return error
  throw error
}

const missing = (): never => expect.fail('expected a CountersignError, the call gave a value')

/** A clock that is right when something is built with it, and has no time afterwards. */
export function failingClock(nowMs: number): { now(): number } {
  let next = nowMs
  return {
    now() {
      const time = next
      next = Number.NaN
      return time
    },
  }
}
