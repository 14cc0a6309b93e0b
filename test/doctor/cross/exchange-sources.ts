import fc from 'fast-check'
import { base64, base64url } from '../../../src/crypto/encoding.js'
import { exportPublicKey } from '../../../src/crypto/export.js'
import type { SyncSigningKey } from '../../../src/crypto/key.js'
import { WAYS } from '../../../src/doctor/exchange/way.js'
import type { ExchangeSpec } from '../../../src/exchange/spec/spec.js'
import type { HttpRequest } from '../../../src/message/message.js'
import type { ExchangeSample } from '../../exchange/sample.js'
import { allSamples } from '../../exchange/samples.js'
import { methodsOf, requestOf, SIGNED_MS } from '../../exchange/signed.js'
import { type Source, sharedOf, signer } from './source.js'

const TEXT = 'c0ffee5d41402abc4b2a76b9719d911017c592Ab'
const BYTES = new Uint8Array(64).map((_, at) => (at * 37 + 11) % 256)

/** A secret in the form in which the exchange shows its own. */
const secretFor = ({ secret }: ExchangeSpec): string =>
  secret?.read(base64(BYTES)) !== undefined && secret.name.includes('base64')
    ? secret.name.startsWith('URL')
      ? base64url(BYTES)
      : base64(BYTES)
    : TEXT

const QUERY = { symbol: 'BTC-USDT', limit: '50', category: 'spot' }
const HARD = { symbol: 'BTC-USDT', note: 'a b', ids: 'x,y', at: 'u@v:w' }
const BODY = { symbol: 'BTC-USDT', side: 'buy', price: '1.50', quantity: 2, note: 'é a/b <c>' }

const without = (all: Readonly<Record<string, unknown>>, not: RegExp | undefined) =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => not?.test(String(value)) !== true))

function messagesOf(sample: ExchangeSample): readonly HttpRequest[] {
  const methods = methodsOf(sample)
  const [first, last] = [methods[0] as string, methods.at(-1) as string]
  const make = (method: string, query: object, body: object) =>
    requestOf(sample, method, without(query as never, sample.without), without(body as never, sample.without))
  const inBody = sample.bodies?.[first] === 'form' || sample.bodies?.[first] === 'json'
  const asked = inBody && sample.queryOn === undefined ? {} : undefined
  return [
    make(first, asked ?? QUERY, QUERY),
    make(first, asked ?? HARD, HARD),
    ...(first === last ? [] : [make(last, {}, BODY)]),
  ]
}

/** Where the secret itself is sent, no text is signed that could be another one. */
const isPlain = ({ keys }: ExchangeSpec): boolean => Object.values(keys).some((one) => one?.id === 'plain')
const isWallet = ({ keys }: ExchangeSpec): boolean => Object.hasOwn(keys, 'ecdsa-secp256k1-keccak256')

/** What no key explains (see docs/doctor.md), or has tests of its own: orders and logins of wallets. */
const WITHOUT: ReadonlySet<string> = new Set(['dydx', 'grvt', 'extended'])

const sameMembers = (a: ExchangeSpec, b: ExchangeSpec): boolean =>
  Object.entries(b).every(([name, value]) => a[name as 'id'] === value)

function publicOf({ verifyingKey }: ExchangeSample) {
  try {
    return { publicKey: exportPublicKey(verifyingKey, 'jwk') }
  } catch {
    return { key: verifyingKey }
  }
}

/** Every exchange with an account: those with shared secrets get one that is known here as text. */
export const EXCHANGE_SOURCES: readonly Source[] = allSamples
  .filter(({ exchange: { spec } }) => !WITHOUT.has(spec.id) && !isWallet(spec) && !isPlain(spec))
  .flatMap((sample) => {
    const { spec } = sample.exchange
    const { scheme, key: own } = sample.signer
    const secret = secretFor(spec)
    const bytes = (spec.secret?.read ?? ((text: string) => new TextEncoder().encode(text)))(secret)
    const isShared = own.algorithm.startsWith('hmac') || spec.secretKey !== undefined
    const madeKey =
      isShared && spec.secretKey !== undefined && bytes !== undefined && own.algorithm.startsWith('hmac')
        ? (spec.secretKey({ keyId: own.keyId, secret: bytes }) as SyncSigningKey)
        : undefined
    const key = madeKey ?? (own as SyncSigningKey)
    const [nonce = ''] = fc.sample(
      sample.arbitraryNonce?.(SIGNED_MS) ?? fc.constant('aNonceOf32Characters0123456789aB'),
      {
        seed: 7,
        numRuns: 1,
      },
    )
    const way = WAYS.find((one) => one.id === spec.id && sameMembers(one.spec, spec))
    const shared = madeKey === undefined ? undefined : sharedOf(secret, madeKey)
    return [
      {
        name: sample.name,
        family: 'exchanges',
        scheme: spec.id + (way === undefined || way.variant === '' ? '' : `/${way.variant}`),
        messages: messagesOf(sample),
        sign: signer(scheme, key, SIGNED_MS, nonce),
        nowMs: SIGNED_MS,
        keyId: key.keyId,
        options: {
          ...(madeKey !== undefined ? { secret } : publicOf(sample)),
          ...(sample.passphrase !== undefined && { passphrase: sample.passphrase }),
        },
        ...(shared !== undefined && { shared }),
      },
    ]
  })
