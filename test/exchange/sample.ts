import fc from 'fast-check'
import { utf8 } from '../../src/crypto/encoding.js'
import type { SyncSigningKey, SyncVerifyingKey } from '../../src/crypto/index.js'
import type { Exchange, ExchangeSigner } from '../../src/exchange/index.js'
import { type HttpMessage, type HttpRequest, httpRequest } from '../../src/message/message.js'

/** What an exchange's requests look like before they are signed. */
export type BodyKind = 'json' | 'form' | 'none'

/** One exchange (or variant, or key type) with an account, as all suites of exchanges use it. */
export interface ExchangeSample {
  /** Shown in test names; the exchange's id, with the variant or key type where there are several. */
  readonly name: string
  /** Without a key: `okx()`. */
  readonly exchange: Exchange
  readonly signer: ExchangeSigner<SyncSigningKey>
  /** For shared secrets the signer's key. */
  readonly verifyingKey: SyncVerifyingKey
  readonly passphrase?: string
  /** Where the exchange takes only some nonces. */
  readonly arbitraryNonce?: (nowMs: number) => fc.Arbitrary<string>
  /** Default: GET and DELETE without a body, POST and PUT with JSON. */
  readonly bodies?: Readonly<Record<string, BodyKind>>
  /** Default `/api/v1/orders` and some more. */
  readonly paths?: readonly string[]
  /** What the texts of its parameters may not hold. */
  readonly without?: RegExp
  /** Default: queries on every method. */
  readonly queryOn?: readonly string[]
  /** What a JSON body is made of, where parameters do not stand at its top. */
  readonly wrap?: (path: string, params: object) => object
  /** What a caller passes where parameters do not stand at the top of it. */
  readonly asked?: (params: object) => object
  /** The code of a signature of another key, where the key is found by the signature or the secret that is shown. */
  readonly forged?: 'KEY_UNKNOWN'
  /** The code with which a verifier made as the page says refuses these requests, because their body is not signed. */
  readonly refused?: 'COMPONENT_MISSING'
  /** Arguments of its login, where it has one. */
  readonly loginArgs?: Readonly<Record<string, unknown>>
}

/** Milliseconds, as sources of increasing nonces give them. */
export const DIGIT_NONCE = (nowMs: number): fc.Arbitrary<string> => fc.constant(String(nowMs))

/** Version 4 UUIDs. */
export const UUID_NONCE = (): fc.Arbitrary<string> => fc.uuid({ version: 4 })

const NAME = fc
  .stringMatching(/^[a-z][A-Za-z0-9_]{0,8}$/)
  .filter((name) => !/^(?:time|sign|nonce|recv|key|api)/i.test(name))
const VALUE = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9._-]{1,12}$/),
  fc.constantFrom('BTC,ETH', 'a b', 'a+b', '50%', '币安人生', 'MØTH', 'x&y=z', '#1', '', '["1","2"]'),
)
const PARAMS = fc.uniqueArray(fc.tuple(NAME, VALUE), { maxLength: 5, selector: ([name]) => name })

const pairs = (params: ReadonlyArray<readonly [string, string]>): string =>
  params.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')

const BODIES: Readonly<Record<string, BodyKind>> = { GET: 'none', DELETE: 'none', POST: 'json', PUT: 'json' }
const TYPE = { json: 'application/json', form: 'application/x-www-form-urlencoded' } as const

/** Where a body follows the decoded query, no exchange takes JSON in the query of what may have a body, and no verifier does. */
export const mayStandInQuery = ({ spec }: Exchange, method: string, value: unknown): boolean =>
  method === 'GET' || spec.body !== 'json' || !spec.covers.includes('parameters') || !/[{[]/.test(String(value))

/** Requests as a bot would hand them over, unsigned. */
export function arbitraryRequest(sample: ExchangeSample): fc.Arbitrary<HttpMessage> {
  const {
    without = /(?!)/,
    bodies = BODIES,
    paths = ['/api/v1/orders', '/v5/order/create', '/'],
    queryOn = Object.keys(bodies),
  } = sample
  const origin = sample.exchange.spec.origins[0] as string
  const some = PARAMS.map((params) => params.filter(([, value]) => !without.test(value)))
  return fc
    .record({
      method: fc.constantFrom(...Object.keys(bodies)),
      path: fc.constantFrom(...paths),
      query: some,
      params: some.filter((params) => params.length > 0),
    })
    .map(({ method, path, query, params }): HttpRequest => {
      const kind = bodies[method] as BodyKind
      const asked = query.filter(([, value]) => mayStandInQuery(sample.exchange, method, value))
      const search = asked.length === 0 || !queryOn.includes(method) ? '' : `?${pairs(asked)}`
      const url = origin + path + search
      if (kind === 'none') return httpRequest({ method, url, headers: { accept: '*/*' } })
      const members = Object.fromEntries(params)
      const body = kind === 'form' ? pairs(params) : JSON.stringify(sample.wrap?.(path, members) ?? members)
      return httpRequest({ method, url, headers: { 'content-type': TYPE[kind] }, body: utf8(body) })
    })
}
