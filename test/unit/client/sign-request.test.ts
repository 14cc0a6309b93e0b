import { describe, expect, it } from 'vitest'
import { signRequest, signRequestSync } from '../../../src/client/sign-request.js'
import { ENCODE } from '../../../src/crypto/encoding.js'
import type { SigningKey, SyncSigningKey, TextEncoding } from '../../../src/crypto/key.js'
import { combinedValue } from '../../../src/message/fields.js'
import { type HttpRequest, httpRequest } from '../../../src/message/message.js'
import { rfc9421 } from '../../../src/schemes/rfc9421/signer.js'
import { increasingNonces } from '../../../src/sources/increasing-nonces.js'
import { codeOf } from '../../expect-code.js'
import { key, signer } from './mock.js'

const order = httpRequest({ method: 'POST', url: 'https://api.example.com/v1/orders?dry=1', body: '{"qty":1}' })
const fixed = { clock: { now: () => 1_700_000_000_999 }, nonces: { next: () => 'nonce-0123456789' } }
const bare: SyncSigningKey = { keyId: 'bot-1', algorithm: 'hmac-sha256', sign: (base) => key.sign(base) }
const remote: SigningKey = { keyId: 'bot-1', algorithm: 'hmac-sha256', sign: async (base) => key.sign(base) }
const inputOf = (request: HttpRequest): string => combinedValue(request.fields, 'signature-input') ?? ''

describe('signRequest', () => {
  it('gives the same message for a key that writes text, one that gives bytes and one that must be awaited', async () => {
    const expected = signRequestSync(order, signer, fixed)
    expect(signRequestSync(order, rfc9421({ key: bare }), fixed)).toEqual(expected)
    expect(await signRequest(order, signer, fixed)).toEqual(expected)
    expect(await signRequest(order, rfc9421({ key: bare }), fixed)).toEqual(expected)
    expect(await signRequest(order, rfc9421({ key: remote }), fixed)).toEqual(expected)
  })

  it('signs the given time in whole seconds and the given nonce', () => {
    expect(inputOf(signRequestSync(order, signer, fixed))).toContain(';created=1700000000;nonce="nonce-0123456789"')
  })

  it('leaves the request as it was and keeps its body', () => {
    const before = structuredClone(order)
    const signed = signRequestSync(order, signer)
    expect(order).toEqual(before)
    expect(signed.body).toBe(order.body)
    expect(signed.fields.slice(0, order.fields.length)).toEqual(order.fields)
  })

  it('takes this machine’s clock and a new random nonce by default', () => {
    const before = Math.floor(Date.now() / 1000)
    const inputs = [signRequestSync(order, signer), signRequestSync(order, signer)].map(inputOf)
    const [first, second] = inputs.map((input) => /;created=(\d+);nonce="([A-Za-z0-9_-]{22})"/.exec(input))
    expect(Number(first?.[1])).toBeGreaterThanOrEqual(before)
    expect(Number(first?.[1])).toBeLessThanOrEqual(Math.floor(Date.now() / 1000))
    expect(first?.[2]).not.toBe(second?.[2])
  })

  it('calls the key as its method, so that a class of the caller works', async () => {
    class Vault {
      readonly keyId = 'bot-1'
      readonly algorithm = 'hmac-sha256'
      readonly #inner = key
      signText(base: string | Uint8Array, encoding: TextEncoding): string {
        return this.#inner.signText?.(base, encoding) ?? ENCODE[encoding](this.sign(base))
      }
      sign(base: string | Uint8Array): Uint8Array {
        return this.#inner.sign(base)
      }
    }
    expect(signRequestSync(order, rfc9421({ key: new Vault() }), fixed)).toEqual(signRequestSync(order, signer, fixed))
  })

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY, 1e300])('refuses a clock that says %s', async (now) => {
    expect(await codeOf(() => signRequestSync(order, signer, { clock: { now: () => now } }))).toBe('ARGUMENT_INVALID')
  })

  it('refuses a key that answers with anything but bytes', async () => {
    const broken = { ...bare, sign: () => 'c2ln' as never }
    expect(await codeOf(() => signRequest(order, rfc9421({ key: broken })))).toBe('ARGUMENT_INVALID')
  })

  it('passes on what an asynchronous key rejects with', async () => {
    const down = { ...remote, sign: () => Promise.reject(new Error('vault is down')) }
    await expect(signRequest(order, rfc9421({ key: down }))).rejects.toThrow('vault is down')
  })

  it('refuses an asynchronous key, at compile time and for those who have none', async () => {
    // @ts-expect-error an asynchronous key cannot sign synchronously
    const act = (): unknown => signRequestSync(order, rfc9421({ key: remote }))
    expect(await codeOf(act)).toBe('KEY_ASYNC')
  })

  it('refuses an asynchronous key that rejects without an unhandled rejection', async () => {
    const down = { ...remote, sign: () => Promise.reject(new Error('down')) } as unknown as SyncSigningKey
    expect(await codeOf(() => signRequestSync(order, rfc9421({ key: down })))).toBe('KEY_ASYNC')
    await new Promise((resolve) => setTimeout(resolve, 5))
  })

  it('keeps another signature that is there, and refuses one of its own name', async () => {
    const other = signRequestSync(order, rfc9421({ key, label: 'proxy' }), fixed)
    const both = signRequestSync(other, signer, fixed)
    expect(inputOf(both)).toMatch(/^proxy=.*, sig1=/)
    expect(await codeOf(() => signRequestSync(both, signer))).toBe('MESSAGE_MALFORMED')
    for (const near of ['sig10=:AAAA:', 'xsig1=:AAAA:', 'a=:AAAA:;sig1', 'a=("sig1")'])
      expect(() => signRequestSync({ ...order, fields: ['Signature', near] }, signer)).not.toThrow()
    for (const taken of ['sig1', 'a=1,sig1', 'a=1 ,\tsig1;x', 'sig1 , a'])
      expect(await codeOf(() => signRequestSync({ ...order, fields: ['signature', taken] }, signer))).toBe(
        'MESSAGE_MALFORMED',
      )
    const half = { ...order, fields: ['Signature', 'sig1=:AAAA:'] }
    expect(await codeOf(() => signRequestSync(half, signer))).toBe('MESSAGE_MALFORMED')
  })

  it('uses increasing nonces where given', () => {
    const nonces = increasingNonces({ unit: 'us', clock: { now: () => 5 } })
    const used = [1, 2, 3].map(() => /nonce="(\d+)"/.exec(inputOf(signRequestSync(order, signer, { nonces })))?.[1])
    expect(used).toEqual(['5000', '5001', '5002'])
  })
})
