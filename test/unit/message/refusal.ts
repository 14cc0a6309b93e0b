import { expect } from 'vitest'
import { type ErrorCode, isCountersignError } from '../../../src/errors.js'

/** The code of what `act` throws; fails where it throws nothing or something untyped. */
export function codeOf(act: () => unknown): ErrorCode {
  try {
    act()
  } catch (error) {
    if (isCountersignError(error)) return error.code
    throw error
  }
  return expect.fail('expected a CountersignError, nothing was thrown')
}

/** The code and the text of what `act` throws. */
export function textOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (isCountersignError(error)) return `${error.code} ${error.message}`
    throw error
  }
  return expect.fail('expected a CountersignError, nothing was thrown')
}

/** As {@link codeOf}, of a promise. */
export async function rejectionOf(promise: Promise<unknown>): Promise<ErrorCode> {
  try {
    await promise
  } catch (error) {
    if (isCountersignError(error)) return error.code
    throw error
  }
  return expect.fail('expected a CountersignError, the promise was fulfilled')
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

export const text = (data: Uint8Array | null): string | null => (data === null ? null : new TextDecoder().decode(data))

/** A source of chunks that counts how far it was read and whether it was told to stop. */
export function source(
  ...chunks: readonly unknown[]
): AsyncIterable<Uint8Array> & { pulled: number; cancelled: boolean } {
  const state = {
    pulled: 0,
    cancelled: false,
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const value = chunks[state.pulled]
        state.pulled++
        if (value instanceof Error) throw value
        return state.pulled > chunks.length
          ? { done: true as const, value: undefined }
          : { done: false as const, value: value as Uint8Array }
      },
      return: async () => {
        state.cancelled = true
        return { done: true as const, value: undefined }
      },
    }),
  }
  return state
}

export async function drain(chunks: AsyncIterable<Uint8Array>, into: string[] = []): Promise<string[]> {
  for await (const chunk of chunks) into.push(text(chunk) as string)
  return into
}
