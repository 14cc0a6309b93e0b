import { fail, kindOf } from '../../errors.js'

/** Refuses a value in what is signed, by its place in it. @throws {CountersignError} `ARGUMENT_INVALID`, always. */
export const wrong = (path: string, must: string, value: unknown): never =>
  fail('ARGUMENT_INVALID', `"${path}" must be ${must}, got ${kindOf(value)}`)
