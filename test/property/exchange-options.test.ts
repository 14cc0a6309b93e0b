import { describe, expect, test } from 'vitest'
import { ecdsaPrivateKey, ed25519PrivateKey, type PrivateKey, type SyncVerifyingKey } from '../../src/crypto/index.js'
import { isCountersignError } from '../../src/errors.js'
import { type Exchange, type ExchangeFactory, type ExchangeSigner, exchangeVerifier } from '../../src/exchange/index.js'
import { targetFor } from '../../src/exchange/spec/compose.js'
import { solanaKey } from '../../src/exchange/wallet/index.js'
import { type HttpRequest, httpRequest } from '../../src/message/message.js'
import { exchangeFiles } from '../exchange/samples.js'
import { withPassphrase } from './scheme-changes.js'

type Options = Readonly<Record<string, unknown>>

/** A value for every option that some exchange alone has, and where it shows. An option that is missing here fails below. */
const OWN: Readonly<Record<string, { readonly value: unknown; readonly path?: string }>> = {
  instructions: { value: { 'GET /api/v1/new': 'newQuery' }, path: '/api/v1/new' },
  partner: { value: { id: 'partner', key: 'partner-secret', name: 'broker' } },
  accountId: { value: '0x0123' },
  address: { value: `0x${'0aB1'.repeat(10)}` },
  nonceWindow: { value: true },
  account: { value: '1'.repeat(32) },
  operations: { value: { '/api/v1/x': 'x' }, path: '/api/v1/x' },
}
/** Endpoints that an exchange must know. */
const PATHS: Readonly<Record<string, string>> = { backpack: '/api/v1/capital', pacifica: '/api/v1/orders/create' }

/** Those that a signer cannot be without. */
const NEEDED = ['accountId', 'address']

const seed = new Uint8Array(32).fill(9)
const keyId = 'FVWvG9OoqGSHOf35A8QwMR5fGPlb0xdaM/hmF4p0tXU='
const PRIVATE: Readonly<Record<string, () => PrivateKey & { readonly verifyingKey: unknown }>> = {
  ed25519: () => ed25519PrivateKey({ keyId, seed }),
  'ecdsa-p256-sha256': () => ecdsaPrivateKey({ keyId, algorithm: 'ecdsa-p256-sha256', scalar: seed }),
}

const factories: ReadonlyArray<readonly [string, ExchangeFactory]> = (
  await Promise.all(
    exchangeFiles.map(async (file) => {
      const module = (await import(`../../src/exchange/catalogue/${file}.ts`)) as Readonly<Record<string, unknown>>
      return Object.entries(module).filter(([, one]) => typeof one === 'function' && 'variants' in one)
    }),
  )
).flat() as never

/** An account of the right kind; `undefined` where a key would answer later than this test can wait (RSA). */
function accountFor({ spec }: Exchange): Options | undefined {
  const needed = Object.fromEntries(
    (spec.options ?? []).filter((name) => NEEDED.includes(name)).map((name) => [name, OWN[name]?.value]),
  )
  const phrase = {
    ...(spec.passphrase !== undefined && { passphrase: 'phrase' }),
    ...(spec.end?.state === 'closed' && { allowClosed: true }),
  }
  if (spec.secretKey !== undefined)
    return { ...needed, ...phrase, apiKey: keyId, secret: 'c2VjcmV0LXNlY3JldC1zZWNyZXQ=' }
  if (spec.id === 'pacifica') return { key: solanaKey({ privateKey: seed }) }
  const make = Object.keys(spec.keys).flatMap((algorithm) => PRIVATE[algorithm] ?? [])[0]
  return make && { ...needed, ...phrase, key: make() }
}

/** `accepted`, or the code and text with which a verifier refuses. */
function judged(exchange: Exchange, request: HttpRequest, key: SyncVerifyingKey): string {
  try {
    const [found] = exchangeVerifier(exchange).parse(request)
    if (found === undefined) return 'not of this exchange'
    const { base, signature } = withPassphrase(found, exchange.spec.passphrase === 'in-base' ? 'phrase' : undefined)
    return key.verify(base, signature) ? 'accepted' : 'SIGNATURE_INVALID'
  } catch (error) {
    if (!isCountersignError(error)) throw error
    return `${error.code}: ${error.message}`
  }
}

function requestOf(
  factory: ExchangeFactory,
  options: Options,
  path?: string,
): [HttpRequest, SyncVerifyingKey, ExchangeSigner] {
  const signer = factory(options as never) as unknown as ExchangeSigner
  const { spec } = signer
  const usual = spec.token?.path ?? PATHS[spec.id] ?? '/exchange/v1/private/x'
  const method = targetFor(spec, 'GET', '/') === 'query' ? 'GET' : 'POST'
  const made = signer.sign({ method, path: path ?? usual, ...(method === 'POST' && { params: { a: '1' } }) })
  const key = 'verifyingKey' in signer.key ? signer.key.verifyingKey : signer.key
  return [httpRequest(made as never), key as SyncVerifyingKey, signer]
}

describe('a verifier takes each option of its signer that changes what is signed', () => {
  for (const [name, factory] of factories) {
    for (const variant of [undefined, ...factory.variants]) {
      const stated = variant === undefined ? {} : { variant }
      const exchange = factory(stated)
      const account = accountFor(exchange)
      if (account === undefined) continue
      const title = `${name}${variant === undefined ? '' : `, ${variant}`}`
      test(`${title}: the verifier of the same variant accepts, and so does one made of the signer`, () => {
        const [request, key, signer] = requestOf(factory, { ...account, ...stated })
        expect(judged(exchange, request, key)).toBe('accepted')
        expect(judged(signer, request, key)).toBe('accepted')
      })
      for (const option of exchange.spec.options ?? [])
        test(`${title}: "${option}" reaches both sides`, () => {
          const own = OWN[option]
          if (own === undefined) throw new Error(`"${option}" of ${name} is not in the table of this test`)
          const [request, key, signer] = requestOf(factory, { ...account, ...stated, [option]: own.value }, own.path)
          expect(judged(factory({ ...stated, [option]: own.value } as never), request, key)).toBe('accepted')
          expect(judged(signer, request, key)).toBe('accepted')
          const without = judged(exchange, request, key)
          // Either it does not change what is signed, or the refusal says what is missing.
          expect(without === 'accepted' || without.includes(`"${option}"`), without).toBe(true)
        })
    }
  }
})

test('no option of an exchange is printed with it, because it may hold a secret', () => {
  for (const [, factory] of factories)
    for (const option of factory().spec.options ?? [])
      expect(JSON.stringify(factory({ [option]: 'a secret' } as never))).not.toContain('a secret')
})
