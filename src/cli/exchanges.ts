import { EXCHANGES } from '../doctor/exchanges.js'
import { unknownExchange } from '../doctor/unknown-exchange.js'
import type { ExchangeFactory } from '../exchange/spec/signer-types.js'
import { usage } from './usage.js'

export { EXCHANGES }

/** @throws {UsageError} with the nearest name, or why there is none. */
export function exchangeOf(name: string): ExchangeFactory {
  const found = Object.hasOwn(EXCHANGES, name) ? EXCHANGES[name] : undefined
  if (found !== undefined) return found
  return usage(`--exchange ${unknownExchange(name)}`)
}

// What people call a place without real money, where an exchange has its own word for its only one.
const TEST = /^(?:test|test-?net|demo|sandbox|paper|uat|staging|simulated)$/i

/**
 * The environment of an exchange by its own name, or by a common one where the exchange has one place without real money. What is
 * unknown is refused: it must not become the live one.
 *
 * @throws {UsageError}
 */
export function environmentOf(exchange: string, { environments }: ExchangeFactory, asked: string): string {
  if (environments.includes(asked)) return asked
  const tests = environments.filter((name) => name !== 'live')
  if (TEST.test(asked) && tests.length === 1) return tests[0] as string
  return usage(
    `--env must be ${environments.join(', ')} at ${exchange}${tests.length === 0 ? ', which has no environment besides the live one' : ''}`,
  )
}
