import { assertOptions, fail, type KnownOptions, kindOf } from '../../errors.js'
import { assertMembers, isPlainObject, memberName, refuseValue } from '../../message/values.js'
import type { Draft } from './draft.js'
import type { MessageArgs } from './spec.js'

/** Arguments of one message, which know what was asked for. */
export interface WatchedArgs {
  readonly options: MessageArgs
  /**
   * @param also asks for what may be there although this message does not read it
   * @throws {CountersignError} `ARGUMENT_INVALID` for an argument that the message has no place for.
   */
  assertUsed(also?: () => void): void
}

/**
 * Arguments of a login or message. Which ones it takes stands in its template and in the rule of what is signed; an argument that
 * neither of them asks for would be silently left out.
 *
 * @param defaults what stands there where no argument does
 * @param fixed what no argument may be
 * @throws {CountersignError} `ARGUMENT_INVALID` with the name of a value that cannot be written.
 */
export function watchedArgs(
  where: string,
  args: MessageArgs,
  defaults: MessageArgs,
  fixed: MessageArgs = {},
): WatchedArgs {
  if (!isPlainObject(args)) fail('ARGUMENT_INVALID', `${where}: arguments must be an object, got ${kindOf(args)}`)
  assertMembers('args', args)
  for (const name in args) if (args[name] === null) refuseValue(memberName('args', name), null)
  const asked: Record<string, KnownOptions[string]> = {}
  const options = new Proxy(
    { ...defaults, ...args, ...fixed },
    {
      get: (target, name: string) => {
        if (!Object.hasOwn(fixed, name)) asked[name] = 1
        return target[name]
      },
    },
  )
  const assertUsed = (also?: () => void): void => {
    const names = Object.keys(args)
    if (names.every((name) => Object.hasOwn(asked, name))) return
    also?.()
    const [first] = names
    if (first !== undefined && Object.keys(asked).length === 0)
      fail('ARGUMENT_INVALID', `${where}: takes no arguments, got "${first.slice(0, 64)}"`)
    assertOptions(where, args, asked, {}, 'ARGUMENT_INVALID')
  }
  return { options, assertUsed }
}

/**
 * A text that a login or message cannot be made without.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`, or `AUTH_MALFORMED` where the message was received.
 */
export function argumentOf({ options, sign }: Draft, name: string): string {
  const value = options[name]
  if (typeof value === 'string') return value
  fail(
    sign === '' ? 'ARGUMENT_INVALID' : 'AUTH_MALFORMED',
    `"${name}" must be text in this message, got ${typeof value}`,
  )
}

/**
 * A text that is given with the credentials because every request shows it. For values that are written, never read.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 */
export function optionOf({ options }: Draft, name: string): string {
  const value = options[name]
  if (typeof value === 'string' && value !== '') return value
  fail('CONFIG_INVALID', `"${name}" must be text beside the key, got ${typeof value}`)
}
