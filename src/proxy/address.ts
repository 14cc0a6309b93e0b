import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { formatIp, parseIp } from '../access/ip-address.js'
import { bareHost, isThisMachine, isUnspecified } from '../access/this-machine.js'
import { assertInteger, assertOptions, fail, kindOf, mustBe, type OptionNames } from '../errors.js'
import { FLAG, TEXT } from '../support/option-kinds.js'

/** Where a proxy listens. */
export interface ListenOptions {
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** Default 0: any free one. */
  readonly port?: number
  /** Allows another address than loopback: then everything that reaches it can use the keys, or must be kept away. Default `false`. */
  readonly beyondLoopback?: boolean
}

const KNOWN: OptionNames<ListenOptions> = { host: TEXT, port: 1, beyondLoopback: FLAG }

/** A checked address. */
export interface Address {
  readonly host: string
  readonly port: number
}

/**
 * Reads {@link ListenOptions}.
 *
 * @throws {CountersignError} `CONFIG_INVALID`, for another address than loopback too, unless it is allowed by name.
 */
export function addressOf(where: string, options: ListenOptions = {}, name = 'listen'): Address {
  assertOptions(`${where}: ${name}`, options, KNOWN, { address: 'host', hostname: 'host' })
  const { host = '127.0.0.1', port = 0, beyondLoopback = false } = options
  assertInteger(`${name}.port`, port, 0, 65_535, `${where}: `)
  const bare = bareHost(host)
  mustBe(
    bare === 'localhost' || isIP(bare) !== 0,
    `${name}.host`,
    'an address such as 127.0.0.1 or ::1',
    host,
    'CONFIG_INVALID',
    `${where}: `,
  )
  if (!beyondLoopback && !isThisMachine(bare))
    fail(
      'CONFIG_INVALID',
      `${where}: "${name}.host" must be of this machine (127.0.0.1, ::1): another address needs "beyondLoopback": true (--${name}-beyond-loopback)`,
    )
  return { host: bare, port }
}

/** The names that a proxy on this port goes by, as `Host` writes them, and those that are given. */
export function ownAuthorities({ host }: Address, port: number, more: readonly string[], scheme: string): Set<string> {
  const bracketed = host.includes(':') ? `[${host}]` : host
  const names = isThisMachine(host) ? ['127.0.0.1', 'localhost', '[::1]', bracketed] : [bracketed]
  const withPort = names.map((name) => `${name}:${port}`)
  const isDefault = port === (scheme === 'https' ? 443 : 80)
  return new Set([...withPort, ...(isDefault ? names : []), ...more.map((one) => one.toLowerCase())])
}

const portOf = ({ port, protocol }: URL): number => (port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port))
const oneForm = (host: string): string => {
  const words = parseIp(host)
  return words === undefined ? host.toLowerCase() : formatIp(words)
}

/** Whether what is sent to an origin comes to the server that listens here, so that every request would never end. */
export function isItself(origin: string, { host }: Address, port: number): boolean {
  const url = new URL(origin)
  if (portOf(url) !== port) return false
  const to = oneForm(bareHost(url.hostname))
  if (to === oneForm(host)) return true
  if (isThisMachine(to) || isUnspecified(to)) return isThisMachine(host) || isUnspecified(host)
  // A server on all addresses is reached by each.
  return isUnspecified(host) && addressesHere().includes(to)
}

const addressesHere = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => oneForm(address)))

/** @throws {CountersignError} `CONFIG_INVALID` for what is no list of `host[:port]`. */
export function assertAuthorities(where: string, name: string, given: readonly string[]): void {
  if (!Array.isArray(given)) fail('CONFIG_INVALID', `${where}: "${name}" must be a list, got ${kindOf(given)}`)
  given.forEach((one: unknown, at) => {
    if (typeof one !== 'string' || !/^(?:[a-z0-9._-]{1,253}|\[[0-9a-f:]+\])(?::\d{1,5})?$/i.test(one))
      fail('CONFIG_INVALID', `${where}: "${name}[${at}]" must be host[:port], got ${kindOf(one)}`)
  })
}
