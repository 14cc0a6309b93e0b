import { assertInteger, assertOptions, CountersignError, kindOf, mustBe, type OptionNames } from '../errors.js'
import type { Exchange } from '../exchange/spec/signer-types.js'
import { assertParts, assertUnit, CLOCK } from '../support/asked.js'
import { MEMBERS } from '../support/option-kinds.js'
import { amountsOf } from './accounts.js'
import type { ExchangeAnswers, TimeRule } from './answers.js'
import type { MockExchangeOptions } from './options.js'

const KNOWN: OptionNames<MockExchangeOptions> = {
  accounts: 2,
  skewMs: 1,
  clock: 1,
  window: 1,
  strict: 1,
  prices: 1,
  routes: 1,
  publicRoutes: 1,
  onMessage: 1,
  answers: 1,
  port: 1,
  maxBodyBytes: 1,
}
const WINDOW: OptionNames<TimeRule> = { pastMs: 1, futureMs: 1 }
const ANSWERS: OptionNames<ExchangeAnswers> = {
  needed: 1,
  refusals: 1,
  missing: 1,
  environment: 1,
  window: 1,
  nonceTime: 1,
  ends: 1,
  needs: 1,
  time: 1,
  keyInfo: 1,
  open: 1,
  calls: 1,
  success: 1,
  sessions: 1,
  token: 1,
  tokenText: 1,
  params: 1,
  socket: 1,
}
/** Names that other test servers have for the same. */
const HINTS: Readonly<Record<string, string>> = {
  now: 'clock: { now }',
  keys: 'accounts',
  account: 'accounts: [account]',
  apiKey: 'accounts: [{ apiKey, secret }]',
  secret: 'accounts: [{ apiKey, secret }]',
  key: 'accounts: [{ verifyingKey: key.verifyingKey }]',
  wallet: 'accounts: [{ verifyingKey: wallet.verifyingKey }]',
  privateKey: 'accounts: [{ verifyingKey }]',
  verifyingKey: 'accounts: [{ verifyingKey }]',
  address: 'accounts: [{ verifyingKey }]',
  balances: 'accounts: [{ …, balances }]',
  permissions: 'accounts: [{ …, permissions }]',
}

const DAY = 86_400_000
const isFunction = (value: unknown): boolean => typeof value === 'function'
const [isMembers] = MEMBERS

/** What a member of the answers is, where it is no object of others. */
const ANSWER_KINDS: Readonly<Partial<Record<keyof ExchangeAnswers, readonly [(value: unknown) => boolean, string]>>> = {
  needs: [Array.isArray, 'a list of patterns and permissions'],
  environment: [Array.isArray, 'a status and a body'],
  success: [isFunction, 'a function'],
  token: [isFunction, 'a function'],
  params: [isFunction, 'a function'],
}

/**
 * Refuses what cannot be meant before a port is opened.
 *
 * @throws {CountersignError} `CONFIG_INVALID`: `"x" must be Y, got Z`.
 */
export function checked<V extends Pick<Exchange, 'spec'>>(exchange: V, options: MockExchangeOptions): V {
  if (typeof exchange?.spec?.id !== 'string')
    throw new CountersignError(
      'CONFIG_INVALID',
      `mockExchange: "exchange" must be an exchange such as binance(), got ${kindOf(exchange)}`,
    )
  if (options === undefined)
    throw new CountersignError('CONFIG_INVALID', 'mockExchange: "accounts" must be a list, got nothing')
  assertOptions('mockExchange', options, KNOWN, HINTS)
  const { clock, strict, prices, onMessage, port, maxBodyBytes, answers, skewMs } = options
  if (skewMs !== undefined) assertSkew(skewMs)
  if (clock !== undefined) {
    assertParts('mockExchange', options, CLOCK)
    assertUnit('mockExchange: ', clock)
  }
  assertWindow('window', options.window)
  mustBe(strict === undefined || typeof strict === 'boolean', 'strict', 'true or false', strict)
  if (prices !== undefined) amountsOf('prices', prices)
  mustBe(onMessage === undefined || isFunction(onMessage), 'onMessage', 'a function', onMessage)
  if (port !== undefined) assertInteger('port', port, 0, 65_535)
  if (maxBodyBytes !== undefined) assertInteger('maxBodyBytes', maxBodyBytes, 0, 2 ** 31)
  if (answers !== undefined) assertAnswers(answers)
  assertRoutes('routes', options.routes)
  assertRoutes('publicRoutes', options.publicRoutes)
  return exchange
}

/** @throws {CountersignError} `CONFIG_INVALID` */
export function assertSkew(skewMs: unknown): asserts skewMs is number {
  mustBe(
    Number.isFinite(skewMs) && Math.abs(skewMs as number) <= 3_660 * DAY,
    'skewMs',
    'milliseconds that the clock is ahead, negative for late',
    skewMs,
  )
}

function assertWindow(name: string, window: TimeRule | undefined): void {
  assertOptions(`mockExchange: "${name}"`, window, WINDOW)
  for (const [member, value] of Object.entries(window ?? {}))
    mustBe(
      value === undefined || (Number.isFinite(value) && value >= 0 && value <= 3_660 * DAY),
      `${name}.${member}`,
      'milliseconds, 0 or more',
      value,
    )
}

function assertAnswers(answers: ExchangeAnswers): void {
  assertOptions('mockExchange: "answers"', answers, ANSWERS)
  for (const [name, value] of Object.entries(answers)) {
    const [fits, says] = ANSWER_KINDS[name as keyof ExchangeAnswers] ?? [isMembers, 'an object']
    mustBe(value === undefined || fits(value), `answers.${name}`, says, value)
  }
  assertWindow('answers.window', answers.window)
}

function assertRoutes(name: 'routes' | 'publicRoutes', routes: MockExchangeOptions['routes']): void {
  mustBe(routes === undefined || isMembers(routes), name, 'an object such as { "GET /path": () => ({}) }', routes)
  for (const [what, route] of Object.entries(routes ?? {})) {
    if (!/^[A-Z]+ \//.test(what))
      throw new CountersignError(
        'CONFIG_INVALID',
        `"${name}" must name calls such as "GET /path", got ${JSON.stringify(what)}`,
      )
    if (!isFunction(route))
      throw new CountersignError(
        'CONFIG_INVALID',
        `"${name}" must hold functions, got ${kindOf(route)} for ${JSON.stringify(what)}`,
      )
  }
}
