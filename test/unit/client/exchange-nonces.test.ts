import { describe, expect, it } from 'vitest'
import { createSignedFetch } from '../../../src/client/fetch/signed-fetch.js'
import { signRequest } from '../../../src/client/sign-request.js'
import { signInterceptor } from '../../../src/client/undici.js'
import { hmacKey, type SigningKey } from '../../../src/crypto/index.js'
import { kraken } from '../../../src/exchange/catalogue/kraken.js'
import { okx } from '../../../src/exchange/catalogue/okx.js'
import type { ExchangeFactory } from '../../../src/exchange/index.js'
import { httpRequest } from '../../../src/message/message.js'
import { increasingNonces } from '../../../src/sources/increasing-nonces.js'
import type { Nonces } from '../../../src/sources/sources.js'

const secret = 'c2VjcmV0IQ=='
const counter = (from: number): Nonces & { readonly asked: string[] } => {
  let at = from
  const asked: string[] = []
  return {
    asked,
    next: (keyId) => {
      asked.push(keyId)
      return String(at++)
    },
  }
}
const nonceOf = (init: object): bigint => {
  const body = new TextDecoder().decode((init as { body: Uint8Array }).body)
  return BigInt(new URLSearchParams(body).get('nonce') as string)
}

/** A transport that remembers the nonces in the order in which it is called. */
function recorder() {
  const sent: bigint[] = []
  return {
    sent,
    fetch: async (_url: string, init: object): Promise<Response> => {
      sent.push(nonceOf(init))
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 5))
      return Response.json({ error: [], result: {} })
    },
  }
}
const rises = (list: readonly bigint[]): boolean => list.every((one, i) => i === 0 || one > (list[i - 1] as bigint))

/** A key somewhere else: each signature takes its own time. */
const remote = (): SigningKey => {
  const key = hmacKey({ keyId: 'key', algorithm: 'hmac-sha512', secret: Buffer.from(secret, 'base64') })
  return {
    keyId: key.keyId,
    algorithm: key.algorithm,
    sign: async (base) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 2))
      return key.sign(base)
    },
  }
}

describe('nonces of an exchange', () => {
  it.each([
    ['a key that answers at once', () => kraken({ apiKey: 'key', secret })],
    ['a key that must be awaited', () => kraken({ key: remote() })],
  ] as const)('increase in the order of sending over 1 000 parallel calls, with %s', async (_what, make) => {
    const { sent, fetch } = recorder()
    const krakenFetch = createSignedFetch(make(), { fetch })
    await Promise.all(
      Array.from({ length: 1_000 }, (_, i) =>
        krakenFetch('/0/private/AddOrder', { method: 'POST', params: { userref: i, pair: 'XBTUSD' } }),
      ),
    )
    expect(sent).toHaveLength(1_000)
    expect(rises(sent)).toBe(true)
  })

  it('are one sequence for all signers of a process, and for what is signed by hand', async () => {
    const { sent, fetch } = recorder()
    const [one, two] = [kraken({ apiKey: 'key', secret }), kraken({ apiKey: 'key', secret })]
    const fetches = [createSignedFetch(one, { fetch }), createSignedFetch(two, { fetch })] as const
    const all: bigint[] = []
    for (let i = 0; i < 50; i++) {
      await fetches[i % 2 === 0 ? 0 : 1]('/0/private/Balance', { method: 'POST', params: {} })
      all.push(sent.at(-1) as bigint)
      const { body } = (i % 2 === 0 ? two : one).sign({ method: 'POST', path: '/0/private/Balance' })
      all.push(BigInt(new URLSearchParams(body).get('nonce') as string))
    }
    expect(rises(all)).toBe(true)
  })

  it('come from the signer’s source, where it was given one', async () => {
    const nonces = counter(100)
    const signer = kraken({ apiKey: 'key', secret, nonces })
    const { sent, fetch } = recorder()
    expect(signer.service.nonces).toBe(nonces)
    await createSignedFetch(signer, { fetch })('/0/private/Balance', { method: 'POST' })
    expect(sent).toEqual([100n])
    expect(signer.sign({ method: 'POST', path: '/0/private/Balance' }).body).toBe('nonce=101')
    expect(signer.login().request?.body).toBe('nonce=102')
    expect(nonces.asked).toEqual(['key', 'key', 'key'])
  })

  it('come from elsewhere for one call or one client', async () => {
    const signer = kraken({ apiKey: 'key', secret, nonces: counter(100) })
    expect(signer.sign({ method: 'POST', path: '/0/private/Balance' }, { nonces: counter(7) }).body).toBe('nonce=7')
    const { sent, fetch } = recorder()
    await createSignedFetch(signer, { fetch, nonces: counter(500) })('/0/private/Balance', { method: 'POST' })
    expect(sent).toEqual([500n])
    expect(signer.sign({ method: 'POST', path: '/0/private/Balance' }).body).toBe('nonce=100')
  })

  it('are refused where the exchange could not take them', () => {
    const signer = kraken({ apiKey: 'key', secret, nonces: { next: () => 'abc' } })
    expect(() => signer.sign({ method: 'POST', path: '/0/private/Balance' })).toThrow(/"nonce" must be one as Kraken/)
  })

  it('are refused by name where the exchange signs none', () => {
    const made = { apiKey: 'key', secret: 'secret', passphrase: 'phrase', nonces: counter(1) }
    expect(() => okx(made)).toThrow('OKX: unknown option "nonces"; OKX signs no nonce')
    const any: ExchangeFactory = okx
    expect(any({ ...made, nonces: undefined }).service.nonces).toBeUndefined()
  })

  it('may be of another unit than the exchange’s usual one', () => {
    const nonces = increasingNonces({ unit: 'us', clock: { now: () => 1_700_000_000_000 } })
    const { body } = kraken({ apiKey: 'key', secret, nonces }).sign({ method: 'POST', path: '/0/private/Balance' })
    expect(body).toBe('nonce=1700000000000000')
  })
})

describe('without options of their own', () => {
  it('signRequest and the undici interceptor take time, nonces and origins from the signer', async () => {
    const signer = kraken({ apiKey: 'key', secret: 'c2VjcmV0IQ==' })
    const request = httpRequest({ method: 'POST', url: 'https://api.kraken.com/0/private/Balance' })
    const { body } = await signRequest(request, signer)
    expect(new TextDecoder().decode(body as Uint8Array)).toMatch(/^nonce=\d{13}$/)
    expect(() => signInterceptor(signer)).not.toThrow()
  })
})
