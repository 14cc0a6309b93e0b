import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { type CcxtLike, hookCcxt } from '../../../src/client/ccxt.js'
import { alpaca } from '../../../src/exchange/catalogue/alpaca.js'
import { binance } from '../../../src/exchange/catalogue/binance.js'
import { extended } from '../../../src/exchange/catalogue/extended.js'
import { grvt } from '../../../src/exchange/catalogue/grvt.js'
import { kraken } from '../../../src/exchange/catalogue/kraken.js'
import { luno } from '../../../src/exchange/catalogue/luno.js'
import { staticSecretKey } from '../../../src/exchange/index.js'
import { withCode } from '../../expect-code.js'

const SHA256 = { outputLen: 32, blockLen: 64 }
const SHA512 = { outputLen: 64, blockLen: 128 }
const account = { apiKey: 'bot-1', secret: 'a secret of a test' }

/** The members of ccxt's exchanges that sign and send, in a few lines. */
class Exchange implements CcxtLike {
  id = 'binance'
  origin = 'https://api.binance.com'
  apiKey = ''
  secret = ''
  refusals = 0
  readonly sent: string[] = []
  hmac = (text: string, secret: string, _hash: object, encoding: 'hex' | 'base64' = 'hex'): string =>
    createHmac('sha256', secret).update(text).digest(encoding)
  /** What the request is signed with. */
  use = (text: string): string => this.hmac(text, this.secret, SHA256)

  milliseconds(): number {
    return Date.now()
  }
  nonce(): unknown {
    return this.milliseconds()
  }
  checkRequiredCredentials(): boolean {
    return this.secret !== ''
  }
  sign(text: string): unknown {
    this.checkRequiredCredentials()
    return { url: `${this.origin}/order`, body: `${text}:${this.use(text)}` }
  }
  async fetch2(path: string): Promise<string> {
    const { body } = (await this.sign(`${path}@${this.nonce()}`)) as { readonly body: string }
    this.sent.push(body)
    if (this.refusals-- > 0) throw Object.assign(new Error('-1021'), { name: 'InvalidNonce' })
    return body
  }
}

const clock = { now: () => 1_700_000_000_123 }
const macOf = (text: string): string => createHmac('sha256', account.secret).update(text).digest('hex')

test('the key signs what ccxt would sign, at the time of the clock, and the secret stays away', async () => {
  const exchange = hookCcxt(new Exchange(), binance(account), { clock })
  const text = 'order@1700000000123'
  expect(await exchange.fetch2('order')).toBe(`${text}:${macOf(text)}`)
  expect(exchange.apiKey).toBe('bot-1')
  expect(JSON.stringify(exchange)).not.toContain(account.secret)
  expect(exchange.hmac('a', 'a partner', SHA256)).toBe(createHmac('sha256', 'a partner').update('a').digest('hex'))
})

test.each<readonly [string, (exchange: Exchange, text: string) => string]>([
  ['sends it', ({ secret }) => secret],
  ['derives a key from it', ({ hmac, secret }, text) => hmac(text, secret.toUpperCase(), SHA256)],
  ['cannot read it', ({ secret }) => secret.repeat(-1)],
  ['uses another hash', ({ hmac, secret }, text) => hmac(text, secret, SHA512)],
  ['uses a hash without a key for it', ({ hmac, secret }, text) => hmac(text, secret, { outputLen: 64, blockLen: 72 })],
])('an exchange that %s is refused', (_, use) => {
  const exchange = new Exchange()
  exchange.use = (text) => use(exchange, text)
  hookCcxt(exchange, binance(account))
  expect(() => exchange.sign('order')).toThrow(withCode('CONFIG_INVALID'))
})

test.each(['https://www.okx.com', 'http://api.binance.com', 'https://api.binance.com.example', 'https:', ''])(
  'what is signed goes to the key’s exchange and not to %j, at once or later',
  async (origin) => {
    const exchange = hookCcxt(Object.assign(new Exchange(), { origin }), binance(account))
    expect(() => exchange.sign('order')).toThrow(withCode('ORIGIN_REFUSED'))
    const later = new Exchange()
    const { sign } = later
    later.origin = origin
    later.sign = async (text) => sign.call(later, text)
    await expect(hookCcxt(later, binance(account)).fetch2('order')).rejects.toThrow(withCode('ORIGIN_REFUSED'))
    expect(later.sent).toEqual([])
    later.use = () => 'public'
    expect(await later.fetch2('order')).toContain('public')
  },
)

test('it may go to the base URL of the signer, or of its environment', () => {
  const demo = Object.assign(new Exchange(), { origin: 'https://testnet.binance.vision' })
  expect(hookCcxt(demo, binance({ ...account, environment: 'testnet' })).sign('order')).toHaveProperty('body')
  const own = Object.assign(new Exchange(), { origin: 'https://proxy.example' })
  const signer = binance({ ...account, baseUrl: 'https://proxy.example' })
  expect(hookCcxt(own, signer).sign('order')).toHaveProperty('body')
})

test.each([alpaca, extended, luno, grvt])('a secret that is shown cannot be put under ccxt', (exchange) => {
  expect(() => hookCcxt(new Exchange(), exchange({ apiKey: 'a', secret: 'never-shown' }) as never)).toThrow(
    withCode('CONFIG_INVALID'),
  )
})

test('a key that answers nothing, answers later, or is asked for nothing', () => {
  const shown = staticSecretKey({ keyId: 'bot-1', secret: new TextEncoder().encode('never-shown') })
  const { scheme } = binance(account)
  const signer = (key: object): never => ({ scheme, key }) as never
  const hooked = hookCcxt(new Exchange(), signer(shown))
  expect(() => hooked.hmac('', hooked.secret, SHA256)).toThrow(withCode('CONFIG_INVALID'))
  expect(() => hooked.hmac('a', hooked.secret, SHA256)).toThrow(withCode('CONFIG_INVALID'))
  for (const answer of [undefined, 'text', Promise.resolve(new Uint8Array(32)), Promise.reject(new Error('late'))]) {
    const exchange = hookCcxt(new Exchange(), signer({ ...shown, sign: () => answer }))
    expect(() => exchange.sign('order')).toThrow(withCode('CONFIG_INVALID'))
  }
})

test('a credential that ccxt misses is asked for in its own words', () => {
  const exchange = new Exchange()
  exchange.checkRequiredCredentials = () => {
    throw new TypeError(`${exchange.secret === '' ? 'secret' : 'password'} is required`)
  }
  hookCcxt(exchange, binance(account))
  expect(() => exchange.sign('order')).toThrow('password is required')
})

test('another mistake of a program stays its own', () => {
  const exchange = new Exchange()
  exchange.use = () => {
    throw new TypeError('a mistake')
  }
  hookCcxt(exchange, binance(account))
  expect(() => exchange.sign('order')).toThrow(TypeError)
})

test('a refused time is sent once more where the clock has changed, and only then', async () => {
  for (const changed of [true, false]) {
    const exchange = new Exchange()
    exchange.refusals = 1
    let asked = 0
    const sync = async (): Promise<boolean> => {
      asked++
      return changed
    }
    hookCcxt(exchange, binance(account), { clock: { ...clock, sync } })
    const answer = exchange.fetch2('order')
    if (changed) expect(await answer).toContain('order@')
    else await expect(answer).rejects.toThrow('-1021')
    expect([asked, exchange.sent.length]).toEqual([1, changed ? 2 : 1])
  }
})

test('nonces in order go one after the other, and must be numbers', async () => {
  const exchange = new Exchange()
  exchange.origin = 'https://api.kraken.com'
  exchange.use = () => 'x'
  const secret = 'a2V5IG9mIGEgdGVzdCwgYXMgbG9uZyBhcyBpdCBoYXMgdG8gYmU='
  hookCcxt(exchange, kraken({ apiKey: 'bot-1', secret }))
  exchange.use = (text) => exchange.hmac(text, exchange.secret, SHA512)
  await Promise.all(Array.from({ length: 9 }, (_, at) => exchange.fetch2(`call-${at}`)))
  const nonces = exchange.sent.map((line) => Number(/@(\d+):/.exec(line)?.[1]))
  expect(nonces).toEqual([...nonces].sort((a, b) => a - b))
  expect(new Set(nonces).size).toBe(9)
  const others = hookCcxt(new Exchange(), binance(account), { nonces: { next: () => 'abc' } })
  expect(() => others.nonce()).toThrow(withCode('CONFIG_INVALID'))
})

/** The sockets of ccxt.pro in a few lines: kept by their URL, asked for by whatever watches, signed for outside of `sign`. */
class Pro extends Exchange {
  readonly said: Array<readonly [url: string, message: string]> = []
  readonly clients: Record<string, { send(message: string): void }> = {}
  socketUrl = 'wss://ws-api.binance.com:443/ws-api/v3'
  client(url: string): { send(message: string): void } {
    this.clients[url] ??= { send: (message) => void this.said.push([url, message]) }
    return this.clients[url]
  }
  watch(url: string, message: string): void {
    this.client(url).send(message)
  }
  /** As most do: the socket is asked for before the message is signed. */
  authenticate(): void {
    const socket = this.client(this.socketUrl)
    socket.send(this.use('login'))
  }
  authenticateByWatch(): void {
    this.watch(this.socketUrl, this.use('login'))
  }
  authenticateByUrl(): void {
    this.client(`${this.socketUrl}?signature=${this.use('login')}`)
  }
}

const WAYS = ['authenticate', 'authenticateByWatch', 'authenticateByUrl'] as const

test.each(WAYS)('a socket of ccxt.pro is the exchange’s own where something signed goes out: %s', (way) => {
  const own = hookCcxt(new Pro(), binance(account), { clock })
  own[way]()
  if (way !== 'authenticateByUrl') expect(own.said).toEqual([[own.socketUrl, macOf('login')]])
  for (const url of [
    'wss://evil.example/ws',
    'ws://ws-api.binance.com/ws-api/v3',
    'wss://ws-api.testnet.binance.vision/ws-api/v3',
  ]) {
    const other = hookCcxt(new Pro(), binance(account), { clock })
    other.socketUrl = url
    expect(() => other[way](), url).toThrow(withCode('ORIGIN_REFUSED'))
    // Nothing that comes later takes it along either.
    expect(() => other.watch(url, 'subscribe'), url).toThrow(withCode('ORIGIN_REFUSED'))
    expect(other.said).toEqual([])
  }
})

test('a socket without anything signed may be anywhere, also behind signed requests', async () => {
  const exchange = hookCcxt(new Pro(), binance(account), { clock })
  await exchange.fetch2('order')
  exchange.watch('wss://data.example/ws', 'subscribe')
  exchange.authenticate()
  exchange.watch('wss://data.example/ws', 'subscribe')
  expect(exchange.said.map(([url]) => new URL(url).hostname)).toEqual([
    ...['data.example', 'ws-api.binance.com', 'data.example'],
  ])
})

const FOREIGN = 'wss://data.example/ws'

test.each<readonly [string, (mac: string) => unknown]>([
  ['as it is', (mac) => mac],
  ['in JSON', (mac) => ({ op: 'login', args: [{ sign: mac }] })],
  ['in upper case', (mac) => `sign=${mac.toUpperCase()}`],
  ['as base64', (mac) => Buffer.from(mac, 'hex').toString('base64')],
  ['as base64url', (mac) => Buffer.from(mac, 'hex').toString('base64url')],
  ['in a query', (mac) => `sign=${encodeURIComponent(Buffer.from(mac, 'hex').toString('base64'))}`],
  ['as bytes of text', (mac) => new TextEncoder().encode(mac)],
])('a MAC %s goes to no other socket, whatever was sent at home since', async (_, wrapped) => {
  const exchange = hookCcxt(new Pro(), binance(account), { clock })
  const other = exchange.client(FOREIGN)
  for (const text of ['login', 'login of later', 'one that has a + or a /']) {
    const mac = exchange.use(text)
    exchange.watch(exchange.socketUrl, 'subscribe')
    await exchange.fetch2('order')
    expect(() => other.send(wrapped(mac) as string)).toThrow(withCode('ORIGIN_REFUSED'))
    expect(() => exchange.client(`${FOREIGN}?sign=${mac}`)).toThrow(withCode('ORIGIN_REFUSED'))
    exchange.watch(exchange.socketUrl, mac)
    expect(() => other.send(wrapped(mac) as string)).toThrow(withCode('ORIGIN_REFUSED'))
    other.send('subscribe')
  }
  expect(exchange.said.filter(([url]) => url === FOREIGN)).toEqual(Array(3).fill([FOREIGN, 'subscribe']))
})

test('a request that could not be signed, or that is refused, holds no public socket back', async () => {
  const exchange = hookCcxt(new Pro(), binance(account), { clock })
  const { use } = exchange
  let made = ''
  exchange.use = (text) => {
    made = use(text)
    throw new TypeError('a mistake')
  }
  expect(() => exchange.sign('order')).toThrow(TypeError)
  exchange.watch(FOREIGN, 'subscribe')
  expect(() => exchange.watch(FOREIGN, made)).toThrow(withCode('ORIGIN_REFUSED'))
  exchange.use = use
  exchange.origin = 'https://evil.example'
  expect(() => exchange.sign('order')).toThrow(withCode('ORIGIN_REFUSED'))
  exchange.watch(FOREIGN, 'subscribe')
  // No MAC was made by another hash either, in a request or for a message.
  exchange.use = (text) => exchange.hmac(text, exchange.secret, SHA512)
  expect(() => exchange.sign('order')).toThrow(withCode('CONFIG_INVALID'))
  expect(() => exchange.authenticate()).toThrow(withCode('CONFIG_INVALID'))
  exchange.watch(FOREIGN, 'subscribe')
  // One of a message that was made before is still held back where a request fails.
  exchange.use = use
  exchange.use('login')
  expect(() => exchange.sign('order')).toThrow(withCode('ORIGIN_REFUSED'))
  expect(() => exchange.watch(FOREIGN, 'subscribe')).toThrow(withCode('ORIGIN_REFUSED'))
})

test('the MACs that are looked for are the last 256', () => {
  const exchange = hookCcxt(new Pro(), binance(account), { clock })
  const macs = Array.from({ length: 257 }, (_, at) => exchange.use(`login ${at}`))
  exchange.watch(exchange.socketUrl, 'subscribe')
  for (const mac of macs.slice(1)) expect(() => exchange.watch(FOREIGN, mac)).toThrow(withCode('ORIGIN_REFUSED'))
})
