import { describe, expect, test } from 'vitest'
import { okx } from '../../../src/exchange/catalogue/okx.js'
import { exchangeVerifier } from '../../../src/exchange/index.js'
import type { HttpRequest } from '../../../src/message/message.js'
import { rfc9421Verifier } from '../../../src/schemes/rfc9421/index.js'
import { signPrepared } from '../../../src/schemes/scheme.js'
import { noReplayProtection } from '../../../src/server/verifier.js'
import { withFields } from '../../attacks/forge.js'
import { NOW, order, RECORDS, sign, world } from '../../attacks/world.js'

/** What a hop may add that no one here can judge: each a line of Signature-Input and one of Signature. */
const RELAYS: ReadonlyArray<readonly [string, string | undefined, string | undefined]> = [
  ['an unknown parameter', 'relay=("@method");created=1;zone="eu"', 'relay=:AAAA:'],
  ['an unknown algorithm', 'relay=("@method");created=1;alg="ml-dsa-65"', 'relay=:AAAA:'],
  ['only an input', 'relay=("@method");created=1', undefined],
  ['only a signature', undefined, 'relay=:AAAA:'],
  ['a repeated parameter', 'relay=("@method");created=1;created=2', 'relay=:AAAA:'],
  ['a time with a sign', 'relay=("@method");created=-1', 'relay=:AAAA:'],
  ['a time with leading zeros', 'relay=("@method");created=01', 'relay=:AAAA:'],
  ['a time that is a decimal', 'relay=("@method");created=1.5', 'relay=:AAAA:'],
  ['an unknown component', 'relay=("@nonsense";x);created=1', 'relay=:AAAA:'],
  ['a component twice', 'relay=("@method" "@method");created=1', 'relay=:AAAA:'],
  ['a list of 65 components', `relay=(${Array.from({ length: 65 }, (_, i) => `"x-${i}"`).join(' ')})`, 'relay=:AAAA:'],
  ['33 parameters', `relay=()${Array.from({ length: 33 }, (_, i) => `;p${i}`).join('')}`, 'relay=:AAAA:'],
  ['a member that is no inner list', 'relay="@method"', 'relay=:AAAA:'],
  ['a comma in a string', 'relay=("x, y");tag="a, sig1=b"', 'relay="c, sig1=:AAAA:"'],
  ['an empty signature', 'relay=("@method")', 'relay=::'],
  ['a signature that is no byte sequence', 'relay=("@method")', 'relay=token'],
  ['base64 that is not canonical', 'relay=("@method")', 'relay=:AAB:'],
  [
    '17 labels',
    Array.from({ length: 17 }, (_, i) => `r${i}=()`).join(),
    Array.from({ length: 17 }, (_, i) => `r${i}=:AAAA:`).join(),
  ],
  ['its label twice', 'relay=("@method"), relay=("@path")', 'relay=:AAAA:, relay=:AAAA:'],
]

const added = (request: HttpRequest, input: string | undefined, signature: string | undefined): HttpRequest =>
  withFields(
    request,
    ...(input === undefined ? [] : ['Signature-Input', input]),
    ...(signature === undefined ? [] : ['Signature', signature]),
  )

describe('a policy that selects a signature (RFC 9421 3.2, step 1)', () => {
  const options = { replay: noReplayProtection } as const
  const byLabel = world({ ...options, policy: { select: { label: 'sig1' } } })
  const byTag = world({ ...options, policy: { select: { tag: 'orders' } } })
  const open = world(options)

  test.each(RELAYS)('is not refused for %s in another one', async (_, input, signature) => {
    const signed = await sign(order(), { tag: 'orders' })
    for (const w of [byLabel, byTag]) {
      expect(await w.judge(added(signed, input, signature))).toBe('ok')
      // The other one may as well stand before it.
      const first = added({ ...order(), fields: [] }, input, signature)
      expect(await w.judge({ ...signed, fields: [...first.fields, ...signed.fields] })).toBe('ok')
    }
    expect(await open.judge(added(signed, input, signature))).not.toBe('ok')
  })

  test('several good ones are still AUTH_DUPLICATE where nothing is selected', async () => {
    const signed = await sign(await sign(order()), { label: 'sig2' })
    expect(await open.judge(signed)).toBe('AUTH_DUPLICATE')
    expect(await byLabel.judge(signed)).toBe('ok')
  })

  test('what cannot be parsed at all refuses the message, whatever is selected', async () => {
    const signed = await sign(order(), { tag: 'orders' })
    for (const broken of ['relay=("@method"', 'relay=(', '=', 'Relay=("@method")', 'relay=("@method");', 'relay=("é")'])
      for (const w of [byLabel, byTag])
        expect(await w.judge(added(signed, broken, 'relay=:AAAA:')), broken).toBe('AUTH_MALFORMED')
    for (const broken of ['relay=:AAA', 'relay=:*:', '=', 'relay'.toUpperCase()])
      expect(await byLabel.judge(added(signed, 'relay=("@method")', broken)), broken).toBe('SIGNATURE_MALFORMED')
  })

  test('what is selected is held to every rule', async () => {
    const signed = await sign(order(), { tag: 'orders' })
    const again = await sign(order(), { label: 'sig1', tag: 'orders' })
    const twice = { ...signed, fields: [...signed.fields, ...again.fields.slice(-4)] }
    expect(await byLabel.judge(twice)).toBe('AUTH_DUPLICATE')
    expect(await byTag.judge(twice)).toBe('AUTH_DUPLICATE')
    const many = Array.from({ length: 17 }, (_, i) => `o${i}=();tag="orders"`).join()
    expect(await byTag.judge(added(signed, many, 'o0=:AAAA:'))).toBe('AUTH_TOO_LARGE')
    const other = await sign(await sign(order(), { tag: 'orders' }), { label: 'sig2', tag: 'orders' })
    expect(await byTag.judge(other)).toBe('AUTH_DUPLICATE')
    for (const [edit, code] of [
      [(text: string) => text.replace(';keyid', ';zone="eu";keyid'), 'AUTH_MALFORMED'],
      [(text: string) => text.replace(';keyid', ';alg="none";keyid'), 'ALG_UNSUPPORTED'],
      [(text: string) => text.replace('created=', 'created=0'), 'TIMESTAMP_MALFORMED'],
      [(text: string) => text.replace('sig1=:', 'sig1=: '), 'SIGNATURE_MALFORMED'],
      [(text: string) => text.replace('=:', ':'), 'SIGNATURE_MALFORMED'],
    ] as const) {
      const request = added({ ...signed, fields: signed.fields.map(edit) }, 'relay=("@method")', 'relay=:AAAA:')
      expect(await byLabel.judge(request)).toBe(code)
    }
    const [name, half] = [signed.fields.at(-4) as string, signed.fields.at(-3) as string]
    expect(
      await byLabel.judge(added({ ...order(), fields: [...order().fields, name, half] }, 'relay=()', 'relay=:AAAA:')),
    ).toBe('AUTH_MALFORMED')
    expect(await byLabel.judge(added(order(), undefined, 'sig1=:AAAA:'))).toBe('AUTH_MALFORMED')
  })

  test('nothing that is selected is AUTH_MISSING, however broken the rest is', async () => {
    for (const [what, input, signature] of RELAYS) {
      expect(await byLabel.judge(added(order(), input, signature)), what).toBe('AUTH_MISSING')
      expect(await byTag.judge(added(order(), input, signature)), what).toBe('AUTH_MISSING')
    }
  })

  test('an exchange’s signature has no name, and a proxy’s beside it is not judged', async () => {
    const exchange = okx({ apiKey: 'exchange-1', secret: 'a secret for tests', passphrase: 'phrase' })
    const w = world({
      ...options,
      schemes: [rfc9421Verifier(), exchangeVerifier(exchange)],
      records: [...RECORDS, { key: exchange.key, passphrase: 'phrase' }],
      policy: { select: { label: 'sig1' } },
    })
    const context = { keyId: 'exchange-1', algorithm: exchange.key.algorithm, nowMs: NOW, nonce: '' }
    const signed = await signPrepared(exchange.scheme.prepare(order(), context), exchange.key)
    expect(await w.judge(added(signed, 'relay=("@method");zone="eu"', 'relay=:AAAA:'))).toBe('ok')
    expect(await w.judge(await sign(signed))).toBe('AUTH_DUPLICATE')
  })
})
