import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import process from 'node:process'
import { exchangeClock } from '../client/exchange-clock.js'
import { createSignedFetch } from '../client/fetch/signed-fetch.js'
import { dateHeaderTime } from '../client/time-source.js'
import { isCountersignError } from '../errors.js'
import { checkKey, isChecked } from '../exchange/check-key/check-key.js'
import type { ExchangeSigner } from '../exchange/spec/signer-types.js'
import { type ServerClock, serverClock } from '../sources/server-clock.js'
import { defined } from '../support/defined.js'
import { exposureOf } from '../support/node/private-file.js'
import { accountOf } from './exchange-signer.js'
import { environmentOf, exchangeOf } from './exchanges.js'
import { signingKeyOf } from './signing-key.js'
import { urlOf } from './url-hint.js'
import { UnreachableError, UsageError, usage } from './usage.js'
import { listOf, type Options, textOf, type World } from './world.js'

/** What one check found. */
export interface Check {
  readonly check: string
  readonly result: 'ok' | 'warning' | 'wrong' | 'unknown'
  readonly text: string
}

const ok = (check: string, text: string): Check => ({ check, result: 'ok', text })
const wrong = (check: string, text: string): Check => ({ check, result: 'wrong', text })
const unknown = (check: string, text: string): Check => ({ check, result: 'unknown', text })

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing answers there',
  ECONNRESET: 'the connection was closed without an answer',
  ENOTFOUND: 'its name has no address',
  EAI_AGAIN: 'no name server answers',
}

/** Why there was no answer, as far as the platform says it: `fetch` keeps the reason in the cause. */
function noAnswer(error: unknown): string {
  const { name, cause } = Object(error) as { name?: unknown; cause?: unknown }
  if (name === 'TimeoutError' || name === 'AbortError') return 'there was no answer in time'
  const { code, message } = Object(cause ?? error) as { code?: unknown; message?: unknown }
  if (typeof code === 'string') return `${REASONS[code] ?? 'it cannot be reached'} (${code})`
  return typeof message === 'string' && message !== '' ? `there was no answer: ${message}` : 'there was no answer'
}

/** What went wrong in a check, in one line: wrong where it was decided, unknown where nothing answered. */
function failed(check: string, error: unknown): Check {
  if (error instanceof UsageError) return wrong(check, error.message)
  if (error instanceof UnreachableError) return unknown(check, error.message)
  if (!isCountersignError(error)) return unknown(check, noAnswer(error))
  // A server that is not there says nothing of a clock.
  if (error.code === 'CLOCK_UNTRUSTED' && error.cause !== undefined && !isCountersignError(error.cause))
    return unknown(check, noAnswer(error.cause))
  const text = `${error.message} (${error.code})`
  return error.code === 'CLOCK_UNTRUSTED' || error.code === 'STORE_UNAVAILABLE'
    ? unknown(check, text)
    : wrong(check, text)
}

/** The oldest Node that is supported. */
export function nodeCheck(version: string = process.versions.node): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const fits = major > 20 || (major === 20 && minor >= 19)
  return fits ? ok('node', version) : wrong('node', `${version}: 20.19 or newer is needed`)
}

/** Exchanges forgive a second of the future, and servers five. */
const WRONG_MS = 5_000
const WARN_MS = 1_000
/** A Date field is exact to a second. */
const WARN_DATE_MS = 2_000
// As far as it goes: how wrong the clock is, is what is asked.
const ANY_MS = 86_400_000 * 3_650

async function clockCheck(name: string, exactMs: number, make: () => ServerClock): Promise<Check> {
  const check = `clock (${name})`
  try {
    const clock = make()
    await clock.sync()
    const offset = Math.round(clock.offsetMs)
    const text = offset === 0 ? 'agrees' : `this machine is ${Math.abs(offset)} ms ${offset > 0 ? 'late' : 'ahead'}`
    // A second that is shown without its parts hides up to as much.
    if (exactMs === WARN_DATE_MS && Math.abs(offset) <= 1_000)
      return ok(check, 'agrees to the second, which is all that a Date field shows')
    if (Math.abs(offset) >= WRONG_MS) return wrong(check, `${text}: set its clock (NTP)`)
    return Math.abs(offset) > exactMs ? { check, result: 'warning', text } : ok(check, text)
  } catch (error) {
    return failed(check, error)
  }
}

const measured = { maxCorrectionMs: ANY_MS, samples: 3 }

/** The clock against a URL's Date field. */
export function urlClock(text: string): Promise<Check> {
  const url = urlOf('--url', text)
  if (URL.canParse(url) && (new URL(url).username !== '' || new URL(url).password !== ''))
    usage('--url must hold no user name or password')
  return clockCheck(url, WARN_DATE_MS, () => serverClock({ ...measured, source: dateHeaderTime(url) }))
}

/** The clock against an exchange's own, which needs no account. */
export async function exchangeTime(options: Options): Promise<Check> {
  const name = textOf(options, 'exchange') as string
  const factory = exchangeOf(name)
  const env = textOf(options, 'env')
  const exchange = factory(env === undefined ? {} : { environment: environmentOf(name, factory, env) })
  const origin = textOf(options, 'origin')
  const { clock, name: title } = exchange.spec
  if (clock?.path === undefined) return ok(`clock (${name})`, `not compared: ${title} has no endpoint for its time`)
  return clockCheck(name, WARN_MS, () => exchangeClock(exchange, defined({ ...measured, origin })))
}

/** Options that may name a file with a secret in it. */
const FILES = ['key', 'secret', 'passphrase', 'keyPassphrase', 'apiKey'] as const

/** Who can read the files that are named, whatever is in them. */
export async function fileChecks(options: Options): Promise<Check[]> {
  const checks: Check[] = []
  for (const name of FILES) {
    const [, path] = /^file:(.+)$/s.exec(textOf(options, name) ?? '') ?? []
    if (path !== undefined) checks.push(await fileCheck(path))
  }
  return checks
}

async function fileCheck(path: string): Promise<Check> {
  const check = `file ${path}`
  try {
    // Without O_NONBLOCK, opening a pipe waits for its writer. Windows has neither.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      const facts = await file.stat()
      if (!facts.isFile()) return wrong(check, 'it is no regular file')
      const exposure = exposureOf(facts)
      return exposure === undefined ? ok(check, 'its owner alone can read it') : wrong(check, exposure)
    } finally {
      await file.close()
    }
  } catch (error) {
    return wrong(check, `cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'an error'}`)
  }
}

/** Whether the key is one of the algorithm that is given, and how it is kept. */
export async function keyCheck(world: World, options: Options): Promise<Check> {
  try {
    const { algorithm, keyId } = await signingKeyOf(world, options)
    return ok('key', `${algorithm}, ${keyId}`)
  } catch (error) {
    return failed('key', error)
  }
}

const RESULTS = { danger: 'wrong', warning: 'warning', info: 'ok' } as const

/** What the exchange says about the key: permissions, addresses, end. */
export async function accountChecks(world: World, options: Options): Promise<Check[]> {
  let signer: ExchangeSigner
  try {
    signer = await accountOf(world, options)
  } catch (error) {
    return [failed('account', error)]
  }
  const { spec, environment } = signer
  const account = `${spec.name} (${environment})`
  const needs = listOf(options, 'needs')
  if (!isChecked(spec)) {
    const text = `${spec.name} has no endpoint for what a key may do`
    // What was asked for is not known to be there.
    if (needs.length > 0) return [wrong(account, `--needs cannot be checked: ${text}`)]
    return [ok(account, `the key is read, and not checked: ${text}`)]
  }
  try {
    const report = await checkKey(signer, createSignedFetch(signer), needs.length > 0 ? { needs } : {})
    const { permissions, ipBound, expiresAtMs, findings } = report
    const facts = [
      `may ${permissions.join(', ') || 'do nothing'}`,
      ...(ipBound === undefined ? [] : [ipBound ? 'bound to addresses' : 'from any address']),
      ...(expiresAtMs === undefined ? [] : [`ends ${new Date(expiresAtMs).toISOString()}`]),
    ]
    return [
      ok(account, facts.join('; ')),
      ...findings.map(({ code, severity, message }) => ({ check: code, result: RESULTS[severity], text: message })),
    ]
  } catch (error) {
    return [failed(account, error)]
  }
}
