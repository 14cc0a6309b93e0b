import { exchangeClock } from '../client/exchange-clock.js'
import { fail, isCountersignError } from '../errors.js'
import { importExchangeKey } from '../exchange/keys/import-key.js'
import type { ExchangeKeyType } from '../exchange/keys/key-types.js'
import type { ExchangeFactory, ExchangeSigner } from '../exchange/spec/signer-types.js'
import type { ExchangeSpec } from '../exchange/spec/spec.js'
import type { Clock } from '../sources/sources.js'
import { defined } from '../support/defined.js'
import { environmentOf, exchangeOf } from './exchanges.js'
import { assertFits } from './key-fit.js'
import { optionalSecret, secretOf } from './secrets.js'
import { unreachable, usage } from './usage.js'
import { listOf, type Options, textOf, type World } from './world.js'

const KEY_TYPES: readonly string[] = ['ed25519', 'ecdsa-p256', 'rsa', 'rsa-pss']
/** Keys of accounts on a chain, which are called by their address. */
export const WALLET_KEY_TYPES: readonly string[] = ['wallet', 'solana', 'cosmos', 'stark']
const PLACE = /^(?:(?:env|file|vault|exec):|prompt$)/

/** An exchange's signer from the options of the command line. */
export async function accountOf(world: World, options: Options): Promise<ExchangeSigner> {
  const name = textOf(options, 'exchange') as string
  const factory = exchangeOf(name)
  const env = textOf(options, 'env')
  const given = {
    ...(env !== undefined && { environment: environmentOf(name, factory, env) }),
    ...stated(options, { variant: 'variant', origin: 'origin', baseUrl: 'baseUrl' }),
    ...receiveWindow(options),
    ...ownOptions(options),
  }
  const passphrase = await optionalSecret(world, options, 'passphrase', '--passphrase')
  const secret = await optionalSecret(world, options, 'secret', '--secret')
  const phrase = passphrase?.revealText()
  const more = defined({ ...given, passphrase: phrase })
  const key = textOf(options, 'key')
  const type = textOf(options, 'keyType')
  const isType = type !== undefined && [...KEY_TYPES, ...WALLET_KEY_TYPES].includes(type)
  if (key === undefined ? secret !== undefined : isType)
    assertFits(specOf(factory, given), key === undefined ? undefined : type)
  if (key !== undefined && type !== undefined && WALLET_KEY_TYPES.includes(type))
    return forAccount(factory, { key: await walletKeyOf(world, options, type, key), ...more })
  const apiKey = await apiKeyOf(world, options, name)
  if (secret !== undefined && key === undefined) return factory({ apiKey, secret, ...more })
  if (key === undefined)
    return usage(`--secret is missing: where the secret of ${name} is kept (or --key, for a private key)`)
  if (type === undefined || !KEY_TYPES.includes(type))
    return usage(`--key-type must be one of ${[...KEY_TYPES, ...WALLET_KEY_TYPES].join(', ')}`)
  const keyPassphrase = await optionalSecret(world, options, 'keyPassphrase', '--key-passphrase')
  const imported = await importExchangeKey(await secretOf(world, '--key', key, options), {
    apiKey,
    type: type as ExchangeKeyType,
    passphrase: keyPassphrase,
  })
  return factory({ key: imported, ...more })
}

/** The rules of the variant and environment that are given. */
function specOf(factory: ExchangeFactory, { variant, environment }: Readonly<Record<string, unknown>>): ExchangeSpec {
  const stated = defined({ variant, environment })
  return factory(stated as never).spec
}

/** The key of an account on a chain; `--api-key` is the account where the key signs for another address than its own. */
async function walletKeyOf(
  world: World,
  options: Options,
  type: string,
  place: string,
): Promise<ExchangeSigner['key']> {
  const { WALLET_KEYS } = await import('./wallet-keys.js')
  const make = WALLET_KEYS[type] as (typeof WALLET_KEYS)[string]
  return make(await secretOf(world, '--key', place, options), textOf(options, 'apiKey'))
}

/** Where an exchange needs the account beside the key, the command line states it as `--api-key`. */
function forAccount(factory: ExchangeFactory, account: Parameters<ExchangeFactory>[0]): ExchangeSigner {
  try {
    return factory(account as never) as ExchangeSigner
  } catch (error) {
    if (!isCountersignError(error) || !error.message.includes('"account" of starkKey()')) throw error
    return usage(error.message.replace('"account" of starkKey()', '--api-key').replace('"key"', '--key'))
  }
}

/** The API key: it may be shown, so it may be given as it is. */
export async function apiKeyOf(world: World, options: Options, name: string): Promise<string> {
  const text = textOf(options, 'apiKey') ?? usage(`--api-key is missing: what ${name} shows for the key, or its place`)
  if (!PLACE.test(text)) return text
  return (await secretOf(world, '--api-key', text, options)).revealText()
}

/** Milliseconds are a number to the exchange's rules, and a text on the command line. */
function receiveWindow(options: Options): { recvWindow?: number | 'none' } {
  const text = textOf(options, 'recvWindow')
  if (text === undefined) return {}
  if (text === 'none') return { recvWindow: text }
  return /^\d{1,9}$/.test(text)
    ? { recvWindow: Number(text) }
    : usage('--recv-window must be milliseconds, such as 5000, or none')
}

function stated(options: Options, names: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(names).flatMap(([option, name]) => {
      const value = textOf(options, option)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/** `--option name=value`: what only one exchange has. */
export function ownOptions(options: Options): Record<string, string | boolean> {
  return Object.fromEntries(
    listOf(options, 'option').map((text) => {
      const [, name = '', value = ''] = /^(\w+)=(.*)$/s.exec(text) ?? usage('--option must be name=value')
      return [name, value === 'true' ? true : value === 'false' ? false : value]
    }),
  )
}

/** The signer's clock, set by the exchange's where that is asked for. */
export async function clockOf(signer: ExchangeSigner, byExchange: boolean): Promise<Clock> {
  if (!byExchange) return signer.service.clock
  const clock = exchangeClock(signer)
  try {
    await clock.sync()
  } catch (error) {
    if (isCountersignError(error)) throw error
    unreachable(`${signer.spec.name} has no endpoint for its time`)
  }
  return clock
}

/** What the exchange's rules cannot write, in words of this command. */
export const notWritable = (): never =>
  fail('ARGUMENT_INVALID', 'a GET or HEAD to an exchange must have no body: state its parameters as name=value')
