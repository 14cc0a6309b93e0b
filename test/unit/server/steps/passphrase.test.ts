import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { signRequestSync } from '../../../../src/client/index.js'
import { utf8 } from '../../../../src/crypto/encoding.js'
import { hmacKey } from '../../../../src/crypto/index.js'
import { Secret } from '../../../../src/crypto/secret.js'
import { bitmart } from '../../../../src/exchange/catalogue/bitmart.js'
import { kucoin } from '../../../../src/exchange/catalogue/kucoin.js'
import { okx } from '../../../../src/exchange/catalogue/okx.js'
import type { ExchangeFactory } from '../../../../src/exchange/index.js'
import { exchangeVerifier } from '../../../../src/exchange/index.js'
import { httpRequest } from '../../../../src/message/message.js'
import { rfc9421 } from '../../../../src/schemes/rfc9421/index.js'
import type { PassphraseProof, UntrustedSignature } from '../../../../src/schemes/scheme.js'
import {
  createVerifier,
  type KeyRecord,
  noReplayProtection,
  rfc9421Verifier,
  staticKeys,
  strictPolicy,
  tradingPolicy,
  type Verdict,
} from '../../../../src/server/index.js'
import { baseFor, matchesPassphrase } from '../../../../src/server/steps/key-check.js'
import { verdictCode } from '../../../expect-code.js'

const account = { apiKey: 'bot-1', secret: 'a secret for tests' }
const EXCHANGES: Readonly<Record<'okx' | 'kucoin' | 'bitmart', ExchangeFactory>> = { okx, kucoin, bitmart }

/** A request of a client that knows `theirs`, at a server whose record says `ours`. */
async function judged(
  exchange: keyof typeof EXCHANGES,
  theirs: string,
  ours: Pick<KeyRecord, 'passphrase'>,
): Promise<Verdict> {
  const make = EXCHANGES[exchange]
  const signer = make({ ...account, passphrase: theirs, origin: 'https://exchange.example' })
  const scheme = exchangeVerifier(make())
  const key = make({ ...account, passphrase: 'any' }).key as unknown as KeyRecord['key']
  const verifier = createVerifier({
    schemes: [scheme],
    keys: staticKeys([{ key, ...ours }]),
    policy: tradingPolicy({ authorities: ['exchange.example'], ...scheme.demands }),
    replay: noReplayProtection,
  })
  const { method, url, headers, body } = signer.sign({
    method: 'POST',
    path: '/v1/order',
    body: '{"size":"1"}',
  })
  return verifier.verify(httpRequest({ method, url, headers, body: body ?? null }))
}

describe('the passphrase of a key', () => {
  // Shown as it is, signed with the key, and inside what is signed.
  it.each(['okx', 'kucoin', 'bitmart'] as const)('is proven at %s', async (exchange) => {
    expect(verdictCode(await judged(exchange, 'right-1', { passphrase: 'right-1' }))).toBe('ok')
    expect(verdictCode(await judged(exchange, 'right-1', { passphrase: Secret.fromText('right-1') }))).toBe('ok')
  })

  it.each([
    ['okx', 'PASSPHRASE_INVALID'],
    ['kucoin', 'PASSPHRASE_INVALID'],
    // What it signed was another text.
    ['bitmart', 'SIGNATURE_INVALID'],
  ] as const)('is refused at %s where it is another one, or the record has none', async (exchange, code) => {
    expect(verdictCode(await judged(exchange, 'wrong-1', { passphrase: 'right-1' }))).toBe(code)
    expect(verdictCode(await judged(exchange, 'right-1', { passphrase: 'right-12' }))).toBe(code)
    expect(verdictCode(await judged(exchange, 'right-1', { passphrase: new Secret(new Uint8Array(0)) }))).toBe(code)
    expect(verdictCode(await judged(exchange, 'right-1', {}))).toBe(code)
  })

  it('is refused where the scheme cannot show one', async () => {
    const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(1) })
    const verifier = createVerifier({
      schemes: [rfc9421Verifier()],
      keys: staticKeys([{ key, passphrase: 'phrase' }]),
      policy: strictPolicy({ authorities: ['exchange.example'] }),
      replay: noReplayProtection,
    })
    const verdict = await verifier.verify(
      signRequestSync(httpRequest({ url: 'https://exchange.example/' }), rfc9421({ key })),
    )
    expect(verdictCode(verdict)).toBe('PASSPHRASE_INVALID')
    expect(verdict).toMatchObject({ status: 401 })
  })

  it('does not show in a verdict', async () => {
    const verdict = await judged('okx', 'right-1', { passphrase: 'right-1' })
    expect(verdict.ok && inspect(verdict.record, { depth: 9 })).not.toContain('right-1')
    expect(verdict.ok && JSON.stringify(verdict.record)).not.toContain('right-1')
  })
})

describe('what proves a passphrase', () => {
  const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(1) })
  const text = (value: string): PassphraseProof => ({ text: value })
  const signed = (value: string): PassphraseProof => ({ signature: key.sign(utf8(value)) as Uint8Array })
  const base: PassphraseProof = { base: (passphrase) => `base ${passphrase}` }
  const none = new Secret(new Uint8Array(0))
  it.each<readonly [string, PassphraseProof | undefined, KeyRecord['passphrase'], boolean]>([
    ['nothing, where there is none', undefined, undefined, true],
    ['nothing, where there is one', undefined, 'right', false],
    ['a text', text('right'), 'right', true],
    ['a text of a Secret', text('right'), Secret.fromText('right'), true],
    ['another text', text('right'), 'wrong', false],
    ['a text, where there is none', text('right'), undefined, false],
    ['an empty text, where it is empty', text(''), none, false],
    ['a signature', signed('right'), 'right', true],
    ['a signature of another', signed('right'), 'wrong', false],
    ['a signature, where it is empty', signed(''), none, false],
    ['the base, which has matched', base, 'right', true],
    ['the base, where there is none', base, undefined, false],
  ])('a passphrase is proven by %s', async (_, proof, passphrase, expected) => {
    const signature = { passphrase: proof, base: 'plain' } as UntrustedSignature
    const record = { key, ...(passphrase === undefined ? {} : { passphrase }) }
    expect(await matchesPassphrase(signature, record)).toBe(expected)
  })

  it('completes the base of a scheme that signs it, and of no other', () => {
    const of = (proof: PassphraseProof | undefined, passphrase?: string | Secret) =>
      baseFor(
        { passphrase: proof, base: 'plain' } as UntrustedSignature,
        passphrase === undefined ? {} : { passphrase },
      )
    expect([of(base, 'right'), of(base, Secret.fromText('right')), of(base)]).toEqual([
      'base right',
      'base right',
      'base ',
    ])
    expect([of(undefined, 'right'), of(text('right'), 'right')]).toEqual(['plain', 'plain'])
  })
})
