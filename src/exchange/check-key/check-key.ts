import type { SigningKey } from '../../crypto/key.js'
import { assertOptions, CountersignError, mustBe, nearest, type OptionNames } from '../../errors.js'
import type { Clock } from '../../sources/sources.js'
import { isSeconds } from '../../support/asked.js'
import { FUNCTION, MEMBERS } from '../../support/option-kinds.js'

import type { ExchangeSpec } from '../spec/spec.js'
import { binance } from './binance.js'
import { bybit } from './bybit.js'
import { coinbase } from './coinbase.js'
import { gate } from './gate.js'
import { hyperliquid } from './hyperliquid.js'
import { judgeKey } from './judge-key.js'
import type { AskKey, KeyCheck, KeyRead, KeyReport } from './key-report.js'
import { kraken } from './kraken.js'
import { kucoin } from './kucoin.js'
import { okx } from './okx.js'
import { paradex } from './paradex.js'
import { polymarket } from './polymarket.js'

/** Options of {@link checkKey}. */
export interface CheckKeyOptions {
  /** Default: the signer's clock. */
  readonly nowMs?: number
  /**
   * After how many days the exchange ends a key without an IP list. Rules change; the defaults are Binance 30 and Gate and
   * Bybit 90 days after its creation, OKX 14 days after its last use, none elsewhere. `Infinity`: never. Where the exchange
   * itself says when a key ends, that counts.
   */
  readonly lifetimeDaysWithoutIps?: number
  /** How many days before a key ends it is a finding. Default 14. */
  readonly warnBeforeDays?: number
  /** What the key must be able to do: `trade`, `withdraw`, or names of the exchange's permissions. */
  readonly needs?: readonly string[]
  /** Further parameters of the read, such as `otp` at Kraken. */
  readonly params?: Readonly<Record<string, string>>
  /** What sends the reads that nothing signs, at the exchanges of wallets. Default: the platform's `fetch`. */
  readonly fetch?: OpenFetch
}

/** What of the platform's `fetch` is used. */
export type OpenFetch = (url: string, init: RequestInit) => Promise<Pick<Response, 'status' | 'text'>>

/** What is checked: a signer, or an exchange and no more. */
export interface CheckedSigner {
  /** Which exchange it is. */
  readonly spec: Pick<ExchangeSpec, 'id' | 'name' | 'docs'>
  /** The key that is looked at, where the exchange answers for one by its id. */
  readonly key?: Pick<SigningKey, 'keyId' | 'algorithm'> & { readonly publicKey?: unknown }
  /** The clock and the place of the exchange, where they are not the usual ones. */
  readonly service?: { readonly clock: Clock; readonly baseUrl?: string }
}

/** The fetch that signs for it, as `createSignedFetch(signer)` makes it. */
export type CheckFetch = (
  path: string,
  init: { method: string; headers: Record<string, string>; params?: Readonly<Record<string, string>> },
) => Promise<Pick<Response, 'status' | 'text'>>

const CHECKS: Readonly<Record<string, KeyCheck>> = {
  binance,
  bybit,
  coinbase,
  gate,
  hyperliquid,
  kraken,
  kucoin,
  okx,
  paradex,
  polymarket,
}
const KNOWN: OptionNames<CheckKeyOptions> = {
  nowMs: 1,
  lifetimeDaysWithoutIps: 1,
  warnBeforeDays: 1,
  needs: 1,
  params: 1,
  fetch: FUNCTION,
}
/** Whether an exchange has an endpoint for what a key may do. */
export const isChecked = ({ id }: { readonly id: string }): boolean => Object.hasOwn(CHECKS, id)

const MAX_CHARACTERS = 1_048_576

/**
 * Asks an exchange what an API key may do, with one signed read, and says what to worry about: withdrawals, no IP list, an end
 * that comes near, permissions that are missing. It changes nothing, and what to do about a finding is up to you.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for an exchange without such an endpoint (its dashboard shows it), and for bad options;
 *   `EXCHANGE_REFUSED` where the exchange refuses the read, with its code, or answers something else than its page says. What the
 *   fetch throws is passed on.
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { checkKey } from 'countersign/exchange'
 * import { binance } from 'countersign/exchange/binance'
 *
 * const signer = binance({ apiKey: 'key', secret: 'secret' })
 * export async function assertHarmless(): Promise<void> {
 *   const { findings } = await checkKey(signer, createSignedFetch(signer), { needs: ['enableFutures'] })
 *   const worst = findings.find(({ severity }) => severity === 'danger')
 *   if (worst) throw new Error(worst.message)
 * }
 * ```
 */
export async function checkKey(
  signer: CheckedSigner,
  signedFetch: CheckFetch,
  options: CheckKeyOptions = {},
): Promise<KeyReport> {
  assertArguments(signer, signedFetch, options)
  const { spec, key, service } = signer
  const { lifetimeDaysWithoutIps, warnBeforeDays = 14, needs = [], params } = options
  const check = isChecked(spec) ? (CHECKS[spec.id] as KeyCheck) : undefined
  if (check === undefined)
    throw invalid(
      `${spec.name} has no endpoint that describes a key: see the API page of its dashboard, or ${spec.docs}`,
    )
  const nowMs = options.nowMs ?? service?.clock.now() ?? Date.now()
  // A clock may say anything.
  mustBe(isNumber(nowMs) && nowMs >= 0, 'nowMs', 'milliseconds since the epoch', nowMs)
  const ask: AskKey = async (read) => {
    const response = await (read.open === true
      ? sendOpen(signer, read, options)
      : sendSigned(signedFetch, read, params))
    if (response.status === read.none) return undefined
    return accepted(spec.name, check, response.status, await response.text(), key?.keyId)
  }
  const asked = { keyId: key?.keyId, publicKey: typeof key?.publicKey === 'string' ? key.publicKey : undefined }
  const facts = 'walk' in check ? await check.walk(ask, asked) : check.read(await ask(check), key?.keyId)
  return judgeKey(spec.id, facts, check, {
    nowMs,
    algorithm: key?.algorithm,
    lifetimeDaysWithoutIps,
    warnBeforeDays,
    needs,
  })
}

function sendSigned(
  signedFetch: CheckFetch,
  { method = 'GET', path }: KeyRead,
  params: CheckKeyOptions['params'],
): ReturnType<CheckFetch> {
  // A POST without a body has no type of its own, and gets one when it is signed.
  const headers: Record<string, string> =
    method === 'GET' ? {} : { 'content-type': 'application/x-www-form-urlencoded' }
  return signedFetch(path, { method, headers, ...(params && { params }) })
}

/** Sends what needs no signature to where the signer sends bare paths. A redirect would take a token elsewhere. */
function sendOpen(
  { spec, service }: CheckedSigner,
  { method = 'GET', path, json, bearer }: KeyRead,
  { fetch: send = (url, init) => globalThis.fetch(url, init) }: CheckKeyOptions,
): ReturnType<OpenFetch> {
  const { baseUrl } = service ?? {}
  if (baseUrl === undefined) throw invalid(`"signer" must be that of an account at ${spec.name}, with its "service"`)
  return send(baseUrl + path, {
    method,
    redirect: 'error',
    headers: {
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
  })
}

const invalid = (text: string): CountersignError => new CountersignError('CONFIG_INVALID', text)

const isNumber = (value: unknown): value is number => typeof value === 'number' && !Number.isNaN(value)

/** Refuses what would be asked in vain, or taken for something else: text as `needs` is a list of its letters. */
function assertArguments(signer: CheckedSigner, signedFetch: CheckFetch, options: CheckKeyOptions): void {
  mustBe(typeof signer?.spec?.id === 'string', 'signer', "an exchange's signer such as binance({ … })", signer)
  mustBe(typeof signedFetch === 'function', 'signedFetch', 'what createSignedFetch(signer) made', signedFetch)
  assertOptions('checkKey', options, KNOWN, { permissions: 'needs', otp: 'params: { otp }' })
  const { nowMs, lifetimeDaysWithoutIps, warnBeforeDays, needs, params } = options
  const isDays = (days: unknown): boolean => days === undefined || (isNumber(days) && days >= 0)
  const isTime = isNumber(nowMs) && !isSeconds(nowMs)
  mustBe(nowMs === undefined || isTime, 'nowMs', 'milliseconds since the epoch', nowMs)
  mustBe(isDays(warnBeforeDays), 'warnBeforeDays', 'days, from 0', warnBeforeDays)
  mustBe(
    isDays(lifetimeDaysWithoutIps) && lifetimeDaysWithoutIps !== 0,
    'lifetimeDaysWithoutIps',
    'days above 0',
    lifetimeDaysWithoutIps,
  )
  mustBe(needs === undefined || Array.isArray(needs), 'needs', 'a list of permissions', needs)
  for (const [at, need] of (needs ?? []).entries()) {
    mustBe(typeof need === 'string' && need !== '', `needs[${at}]`, 'the name of a permission', need)
    assertSpelt(at, need)
  }
  mustBe(params === undefined || MEMBERS[0](params), 'params', 'an object of texts', params)
  for (const [name, value] of Object.entries(params ?? {}))
    mustBe(value === undefined || typeof value === 'string', `params.${name}`, 'text', value)
}

const SHARED = ['trade', 'withdraw']

/** Other words are names of the exchange's permissions, which are not near to these two. */
function assertSpelt(at: number, need: string): void {
  const near = /^[a-z]+$/.test(need) && !SHARED.includes(need) ? nearest(need, SHARED) : undefined
  if (near !== undefined)
    throw invalid(
      `"needs[${at}]" must be "trade", "withdraw" or a permission of the exchange, got ${JSON.stringify(need.slice(0, 64))}; did you mean "${near}"?`,
    )
}

/** The JSON of an answer that refuses nothing. */
function accepted(
  name: string,
  { refusal }: KeyCheck,
  status: number,
  text: string,
  keyId: string | undefined,
): unknown {
  let answer: unknown
  try {
    if (text.length <= MAX_CHARACTERS) answer = JSON.parse(text)
  } catch {
    // Said below; a page of some proxy is nothing to repeat.
  }
  const members = typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>) : undefined
  const code = members === undefined ? undefined : Array.isArray(answer) ? undefined : refusal(members)
  if (status === 200 && members !== undefined && code === undefined) return answer
  const told = code === undefined ? (members === undefined ? ', no JSON' : '') : `, ${codeText(code, keyId)}`
  throw new CountersignError('EXCHANGE_REFUSED', `${name} did not answer about the key, got status ${status}${told}`)
}

// Kraken's have a space: "EGeneral:Permission denied". What has more of them, or is longer, is a sentence.
const CODE = /^(?=.{1,32}$)(?!.* .* )-?[A-Za-z0-9_]+(?:[:. -][A-Za-z0-9_]+){0,4}$/
const KEY_PART = 8

/** An exchange's code in quotes, if it is one: other words of a server may hold an address or the key, or advice of its own. */
function codeText(code: unknown, keyId: string | undefined): string {
  const text = typeof code === 'string' || typeof code === 'number' ? String(code) : ''
  if (!CODE.test(text) || (keyId !== undefined && showsKey(text, keyId))) return 'another code'
  return typeof code === 'number' ? `code ${code}` : `its code "${text}"`
}

/** Whether a text of at most 32 characters has the whole of a key's id or any {@link KEY_PART} characters of it, in any case. */
function showsKey(text: string, keyId: string): boolean {
  const inText = text.toLowerCase()
  const inKey = keyId.toLowerCase()
  if (inKey.length < KEY_PART) return inKey !== '' && inText.includes(inKey)
  for (let at = 0; at + KEY_PART <= inText.length; at++)
    if (inKey.includes(inText.slice(at, at + KEY_PART))) return true
  return false
}
