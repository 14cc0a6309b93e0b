/** Keys, clock and nonces under ccxt's calls: `countersign/client/ccxt`. */
import { ENCODE } from '../crypto/encoding.js'
import type { SyncSigningKey } from '../crypto/key.js'
import { assertOptions, fail, kindOf, type OptionNames } from '../errors.js'
import type { Service, Signer } from '../schemes/scheme.js'
import { type Clock, type Nonces, systemClock } from '../sources/sources.js'
import { assertParts, assertUnit, CLOCK, NONCES, timeOf } from '../support/asked.js'
import { isPromise } from '../support/deadline.js'
import { assertSigner } from './sign-request.js'

/** The part of an exchange of ccxt that the hook reads and sets. */
export interface CcxtLike {
  /** The id of the exchange in ccxt. */
  readonly id: string
  /** The API key. The hook sets it. */
  apiKey: string
  /** The secret. The hook sets a text that stands for it. */
  secret: string
  /** Makes a MAC; in place of it the hook asks the signer's key. */
  // biome-ignore lint/suspicious/noExplicitAny: the parameters of ccxt's functions have no types of their own
  hmac: (...args: any[]) => any
  /** Its result has the `url` that the request goes to. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  sign(...args: any[]): any
  /** Refuses an exchange without credentials. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  checkRequiredCredentials(...args: any[]): any
  /** The time in milliseconds. */
  milliseconds(): number
  /** The next nonce. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  nonce(...args: any[]): any
  /** Sends a request. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  fetch2(...args: any[]): Promise<any>
  /** The sockets of ccxt.pro, by their URL; its `watch` functions ask for one and send on it. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  client?(...args: any[]): any
}

/** Options of {@link hookCcxt}. */
export interface CcxtHookOptions {
  /** The time that requests state. Default: the clock of this machine, which no refusal corrects; `exchangeClock(signer)` is corrected. */
  readonly clock?: Clock
  /** Digits, each larger than the one before. Default: those of the signer's exchange; without any, ccxt's own. */
  readonly nonces?: Nonces
}

const KNOWN: OptionNames<CcxtHookOptions> = { clock: 1, nonces: 1 }

/**
 * What stands in `exchange.secret` instead of the secret: text that is base64 as well, for exchanges whose secrets are decoded.
 * ccxt asks for some text before it calls anything that is private.
 */
const HELD = 'Y291bnRlcnNpZ24gaG9sZHMgdGhpcyBrZXku'
const HELD_BYTES = 'countersign holds this key.'

/** Algorithms of keys by the output and block of a hash in bytes: ccxt hands over the hash without its name. */
const ALGORITHMS: Readonly<Record<string, string>> = {
  '32/64': 'hmac-sha256',
  '48/128': 'hmac-sha384',
  '64/128': 'hmac-sha512',
}

/** The methods that every exchange of ccxt has. */
const PARTS = ['hmac', 'sign', 'checkRequiredCredentials', 'nonce', 'milliseconds', 'fetch2']

interface Hash {
  readonly outputLen?: number
  readonly blockLen?: number
}

type Encoding = 'hex' | 'base64' | 'binary'

/**
 * Puts a signer's key, its clock and its nonces under an exchange of ccxt, whose calls and markets stay ccxt's own. The secret is
 * never handed to ccxt: `exchange.secret` holds a placeholder, and what ccxt would sign with it the key signs. The same exchange is
 * returned.
 *
 * The clock is asked before each request where it wants to be, and once more where the exchange refuses the time (`InvalidNonce`):
 * the request is then sent once more if the time did change. Where nonces must arrive in order, requests go one after the other.
 *
 * For shared secrets only: ccxt's functions for private keys cannot be replaced on an exchange. A passphrase stays
 * `exchange.password`, which ccxt sends by itself.
 *
 * What is signed must go to one of the signer's origins: those of its exchange and environment, or its `baseUrl`; on a socket of
 * ccxt.pro, to one that the signer's logins may be said on. For a sandbox of ccxt, state the signer's `environment` as well.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for what is no exchange of ccxt, for a key that is no shared secret or one that is
 *   shown, and for bad options. Calls reject with `ORIGIN_REFUSED` where a signed request or message would go to another origin, and with
 *   `CONFIG_INVALID` where the key answers later, and where the exchange signs nothing or with another hash than the key's, or uses
 *   the secret itself: sends it, derives a key from it, makes a JWT.
 * @see {@link https://docs.ccxt.com/#/README?id=overriding-the-nonce | ccxt, overriding the nonce}
 * @example
 * ```ts
 * import { exchangeClock } from 'countersign/client'
 * import { type CcxtLike, hookCcxt } from 'countersign/client/ccxt'
 * import { binance } from 'countersign/exchange/binance'
 *
 * const signer = binance({ apiKey: 'key', secret: 'the text of the secret' })
 * export const hooked = (exchange: CcxtLike) => hookCcxt(exchange, signer, { clock: exchangeClock(signer) })
 * // import ccxt from 'ccxt'
 * // const balance = await hooked(new ccxt.binance()).fetchBalance()
 * ```
 */
export function hookCcxt<E extends CcxtLike>(
  exchange: E,
  signer: Signer<SyncSigningKey> & { readonly service?: Service },
  options?: CcxtHookOptions,
): E {
  if (PARTS.some((name) => typeof Object(exchange)[name] !== 'function'))
    fail('CONFIG_INVALID', `hookCcxt: "exchange" must be an exchange of ccxt, got ${kindOf(exchange)}`)
  assertSigner('hookCcxt', signer)
  assertOptions('hookCcxt', options, KNOWN)
  assertParts('hookCcxt', options, CLOCK, NONCES)
  assertUnit('hookCcxt: ', options?.clock)
  const { clock = systemClock, nonces } = { ...signer.service, ...options }
  const { key } = signer
  if (!key.algorithm.startsWith('hmac'))
    fail('CONFIG_INVALID', `hookCcxt: the signer's key must be a shared secret (HMAC), got ${key.algorithm}`)
  if (Object(signer).spec?.keys?.[key.algorithm]?.id === 'plain')
    fail('CONFIG_INVALID', 'hookCcxt: the key signs nothing: its exchange is shown the secret')
  if (exchange.secret === HELD) fail('CONFIG_INVALID', `hookCcxt: "${exchange.id}" has a key of this package already`)
  exchange.apiKey = key.keyId
  const { hmac } = exchange
  const use = holdSecret(exchange, signer.service?.origins)
  hookSockets(exchange, use, signer.service)
  exchange.hmac = (text: string | Uint8Array, secret: unknown, hash: Hash, encoding: Encoding = 'hex') => {
    // A partner's key of ccxt, for example.
    if (!isHeld(secret)) return hmac.call(exchange, text, secret, hash, encoding)
    use.macs++
    const wanted = ALGORITHMS[`${hash?.outputLen}/${hash?.blockLen}`]
    if (wanted !== key.algorithm)
      fail(
        'CONFIG_INVALID',
        `hookCcxt: "${exchange.id}" signs with ${wanted ?? 'another hash'}, the key is ${key.algorithm}`,
      )
    // A secret that is shown is the "signature" of no text.
    if (text.length === 0) fail('CONFIG_INVALID', `hookCcxt: "${exchange.id}" must sign some text, got none`)
    const mac = atOnce(key.sign(text))
    use.made++
    use.unsent++
    use.recent.push(textsOf(mac))
    if (use.recent.length > MAX_RECENT) use.recent.shift()
    return encoded(mac, encoding)
  }
  hookTime(exchange, clock)
  if (nonces !== undefined) exchange.nonce = () => numberOf(nonces.next(key.keyId))
  hookSending(exchange, clock, nonces, key.keyId)
  return exchange
}

/** What became of the placeholder. */
interface Use {
  /** How often it was read. */
  reads: number
  /** How many MACs were asked for, and how many made. */
  macs: number
  made: number
  /** How many are in no request, and may be in whatever a socket is given next: in its headers, or encoded once more. */
  unsent: number
  /** The last ones as texts have them: no other socket gets one, whatever was sent since. */
  readonly recent: Array<readonly string[]>
}

/** MACs that are looked for in what goes to other sockets. */
const MAX_RECENT = 256

/** A MAC as it stands in messages and URLs, in lower case. */
function textsOf(mac: Uint8Array): readonly string[] {
  const base64 = ENCODE.base64(mac).replace(/=+$/, '')
  const base64url = base64.replaceAll('+', '-').replaceAll('/', '_')
  return [ENCODE.hex(mac), base64, base64url, encodeURIComponent(base64)].map((text) => text.toLowerCase())
}

/** Whether one of the MACs stands in a message. ccxt's sockets take text, bytes and what becomes JSON. */
function holdsMac(recent: Use['recent'], message: readonly unknown[]): boolean {
  if (recent.length === 0) return false
  const text = message
    .map((part) => (part instanceof Uint8Array ? new TextDecoder().decode(part) : JSON.stringify(part)))
    .join('\n')
    .toLowerCase()
  return recent.some((texts) => texts.some((one) => text.includes(one)))
}

/** Sees to it that the placeholder goes nowhere but into the MAC: other functions would sign with it, or send it. */
function holdSecret(exchange: CcxtLike, origins: readonly string[] | undefined): Use {
  const use: Use = { reads: 0, macs: 0, made: 0, unsent: 0, recent: [] }
  const { sign, checkRequiredCredentials } = exchange
  Object.defineProperty(exchange, 'secret', {
    enumerable: true,
    get: () => {
      use.reads++
      return HELD
    },
    set: () => fail('CONFIG_INVALID', `hookCcxt: the key of "${exchange.id}" is held by its signer`),
  })
  exchange.checkRequiredCredentials = (...args) => {
    const { reads } = use
    try {
      return checkRequiredCredentials.apply(exchange, args)
    } finally {
      use.reads = reads
    }
  }
  exchange.sign = (...args) => {
    const { reads, macs, made } = { ...use }
    /** These were for the request, whether it is sent or not. */
    const settle = (): void => {
      use.unsent = Math.max(0, use.unsent - (use.made - made))
    }
    const assertUse = (cause?: unknown): void => {
      if (use.reads > reads && use.macs === macs)
        fail('CONFIG_INVALID', `hookCcxt: "${exchange.id}" uses its secret for something else than an HMAC`, { cause })
    }
    const passed = (signed: unknown): unknown => {
      settle()
      assertUse()
      if (use.macs > macs && origins !== undefined) assertOrigin(exchange.id, Object(signed).url, origins)
      return signed
    }
    const failed = (cause: unknown): never => {
      settle()
      assertUse(cause)
      throw cause
    }
    let signed: unknown
    try {
      signed = sign.apply(exchange, args)
    } catch (cause) {
      return failed(cause)
    }
    return isPromise(signed) ? signed.then(passed, failed) : passed(signed)
  }
  return use
}

/**
 * ccxt.pro signs messages outside of `sign`, behind or before it has asked for the socket that they go to. So each socket looks, when it
 * is asked for and when something is sent on it, whether a MAC was made that is in no request, or is in what is sent, and is then held
 * to the signer's own.
 */
function hookSockets(exchange: CcxtLike, use: Use, service: Service | undefined): void {
  const { client } = exchange
  if (client === undefined || service === undefined) return
  const assertHome = (url: unknown, ...message: readonly unknown[]): void => {
    if (use.unsent === 0 && !holdsMac(use.recent, [url, ...message])) return
    if (service.assertSocket === undefined)
      assertOrigin(exchange.id, String(url).replace(/^ws/, 'http'), service.origins)
    else service.assertSocket(String(url))
    use.unsent = 0
  }
  const guarded = new WeakSet<object>()
  exchange.client = (url, ...more) => {
    assertHome(url, ...more)
    const socket = client.call(exchange, url, ...more)
    if (guarded.has(Object(socket)) || typeof Object(socket).send !== 'function') return socket
    guarded.add(socket)
    const { send } = socket
    socket.send = (...message: unknown[]) => {
      assertHome(url, ...message)
      return send.apply(socket, message)
    }
    return socket
  }
}

/** What another exchange, or another environment, would get: a MAC of the key, beside its id. */
function assertOrigin(id: string, url: unknown, origins: readonly string[]): void {
  const origin = typeof url === 'string' && URL.canParse(url) ? new URL(url).origin : 'no URL'
  if (!origins.includes(origin))
    fail('ORIGIN_REFUSED', `hookCcxt: "${id}" signs for ${origin}, the key is for ${origins.join(', ')}`)
}

function atOnce(signature: unknown): Uint8Array {
  if (signature instanceof Uint8Array) return signature
  // Nothing waits for it any more.
  if (isPromise(signature)) signature.catch(() => undefined)
  return fail('CONFIG_INVALID', "hookCcxt: the signer's key must answer at once with bytes: ccxt cannot wait for it")
}

/** The placeholder, or its bytes as text or decoded: any other value is something that ccxt has derived. */
function isHeld(secret: unknown): boolean {
  const text =
    typeof secret === 'string' ? secret : secret instanceof Uint8Array ? new TextDecoder().decode(secret) : ''
  return text === HELD || text === HELD_BYTES
}

/** As ccxt's own `hmac` encodes. */
const encoded = (bytes: Uint8Array, encoding: Encoding): string | Uint8Array =>
  encoding === 'binary' ? bytes : ENCODE[encoding](bytes)

function numberOf(nonce: string): number {
  const number = Number(nonce)
  if (!/^\d+$/.test(nonce) || !Number.isSafeInteger(number))
    fail('CONFIG_INVALID', 'hookCcxt: "nonces" must give integers below 2^53: ccxt has numbers for them')
  return number
}

function hookTime(exchange: CcxtLike, clock: Clock): void {
  const now = (): number => timeOf(clock)
  Object.assign(exchange, {
    milliseconds: () => Math.floor(now()),
    seconds: () => Math.floor(now() / 1_000),
    microseconds: () => Math.floor(now() * 1_000),
  })
}

/**
 * The clock before each request, and the turn of each nonce: until the answer, because ccxt waits for things of its own between
 * signing and sending.
 */
function hookSending(exchange: CcxtLike, clock: Clock, nonces: Nonces | undefined, keyId: string): void {
  const { fetch2 } = exchange
  const synced = (): Promise<boolean> => clock.sync?.().catch(() => false) ?? Promise.resolve(false)
  const send = (args: readonly unknown[]): Promise<unknown> => {
    const go = (): Promise<unknown> => fetch2.apply(exchange, [...args])
    return nonces?.inTurn?.(keyId, go) ?? go()
  }
  exchange.fetch2 = async (...args) => {
    if (clock.needsSync === true) await synced()
    try {
      return await send(args)
    } catch (error) {
      if (!isTimeRefusal(error) || !(await synced())) throw error
      return send(args)
    }
  }
}

/** ccxt's class for a request that was refused for its time or its nonce, so that it was not carried out. */
const isTimeRefusal = (error: unknown): boolean => error instanceof Error && error.name === 'InvalidNonce'
