import { describe, expect, test } from 'vitest'
import { hmacKey } from '../../../../src/crypto/index.js'
import { httpRequest } from '../../../../src/message/message.js'
import {
  type ComponentParameters,
  component,
  coverLess,
  rfc9421,
  rfc9421Signer,
} from '../../../../src/schemes/rfc9421/index.js'
import { signPrepared, signPreparedSync } from '../../../../src/schemes/scheme.js'
import { codeOf, thrownCode } from '../../../expect-code.js'
import { CONTEXT, KEY, parse, refusal, request, single, withInput } from './support.js'

const PROXY_KEY = hmacKey({ keyId: 'proxy', algorithm: 'hmac-sha512', secret: new Uint8Array(64).fill(9) })
const order = httpRequest({
  method: 'POST',
  url: 'https://api.example.com/orders?dry=1',
  headers: { 'content-type': 'application/json' },
  body: '{"symbol":"BTC"}',
})

const client = rfc9421({ key: KEY, tag: 'orders' })
const proxy = rfc9421Signer({
  key: PROXY_KEY,
  label: 'proxy',
  components: [
    '@method',
    '@authority',
    '@path',
    '@query',
    component('signature', { key: 'sig1' }),
    component('signature-input', { key: 'sig1' }),
  ],
})

describe('several signatures in one message (RFC 9421 4.3)', () => {
  const signed = signPreparedSync(client.scheme.prepare(order, CONTEXT), KEY)
  const forwarded = signPreparedSync(proxy.scheme.prepare(signed, { ...CONTEXT, keyId: 'proxy' }), PROXY_KEY)

  test('a second one is added, and both are found, verified and kept apart', () => {
    const found = parse(forwarded)
    expect(found.map(({ label, keyId, tag }) => [label, keyId, tag])).toEqual([
      ['sig1', 'bot-1', 'orders'],
      ['proxy', 'proxy', undefined],
    ])
    const [first, second] = found
    expect(KEY.verify(first?.base ?? '', first?.signature ?? new Uint8Array())).toBe(true)
    expect(PROXY_KEY.verify(second?.base ?? '', second?.signature ?? new Uint8Array())).toBe(true)
    expect(KEY.verify(second?.base ?? '', second?.signature ?? new Uint8Array())).toBe(false)
  })

  test('the second one covers the first', () => {
    const lines = String(parse(forwarded)[1]?.base).split('\n')
    const value = signed.fields.at(-1)?.slice('sig1='.length)
    expect(lines).toContain(`"signature";key="sig1": ${value}`)
    expect(lines.find((line) => line.startsWith('"signature-input";key="sig1": ("@method"'))).toBeDefined()
  })

  test('removing or changing the first breaks the second', () => {
    const without = { ...order, fields: [...order.fields, ...forwarded.fields.slice(-4)] }
    expect(codeOf(() => single(without).base)).toBe('COMPONENT_MISSING')
    const changed = { ...forwarded, fields: forwarded.fields.map((one) => one.replace('sig1=:', 'sig1=:AAAA')) }
    expect(parse(changed)[1]?.base).not.toBe(parse(forwarded)[1]?.base)
  })

  test('one line for both and one line each hold the same signatures', () => {
    const names = ['Signature-Input', 'Signature']
    const joined = names.flatMap((name) => {
      const values = forwarded.fields.filter((_, at) => at % 2 === 1 && forwarded.fields[at - 1] === name)
      return [name, values.join(' ,\t')]
    })
    const single = { ...forwarded, fields: [...forwarded.fields.slice(0, -8), ...joined] }
    expect(parse(single).map((one) => one.base)).toEqual(parse(forwarded).map((one) => one.base))
  })

  test('the order in Signature does not matter, labels do', () => {
    const swapped = withInput(request(), 'a=("@method"), b=("@path")', 'b=:AAAB:, a=:AAAA:')
    expect(parse(swapped).map(({ label, signature }) => [label, signature[2]])).toEqual([
      ['a', 0],
      ['b', 1],
    ])
  })

  test('a label that is taken is not signed over', async () => {
    const again = () => client.scheme.prepare(signed, CONTEXT)
    expect(codeOf(again)).toBe('MESSAGE_MALFORMED')
    const half = { ...order, fields: [...order.fields, 'Signature', 'sig1=:AAAA:'] }
    expect(codeOf(() => client.scheme.prepare(half, CONTEXT))).toBe('MESSAGE_MALFORMED')
    const other = rfc9421({ key: KEY, label: 'sig2' })
    const twice = await signPrepared(other.scheme.prepare(signed, CONTEXT), KEY)
    expect(parse(twice).map((one) => one.label)).toEqual(['sig1', 'sig2'])
  })

  test('one broken signature breaks the message: which part was meant is never guessed', () => {
    const broken = withInput(request(), 'a=("@method");keyid="k", b=("@method");created=1.5', 'a=:AAAA:, b=:AAAA:')
    expect(refusal(broken)).toBe('TIMESTAMP_MALFORMED')
  })

  test('a base is only built for the one that is asked for', () => {
    const [first, second] = parse(withInput(request(), 'a=("x-missing"), b=("@method")', 'a=:AAAA:, b=:AAAA:'))
    expect(second?.base).toBe('"@method": GET\n"@signature-params": ("@method")')
    expect(codeOf(() => first?.base)).toBe('COMPONENT_MISSING')
  })

  test('base and digests are made once, however often they are looked at', () => {
    let reads = 0
    const message = withInput(
      request({ fields: ['Content-Digest', `sha-256=:${'A'.repeat(43)}=:`] }),
      'sig1=("@method" "content-digest")',
    )
    const counted = {
      ...message,
      get method() {
        reads++
        return 'POST'
      },
    }
    const found = single(counted)
    expect(found.base).toBe(found.base)
    expect(reads).toBe(1)
    expect(found.bodyDigests).toBe(found.bodyDigests)
  })
})

describe('a signature does not cover itself (RFC 9421 2.1)', () => {
  const cover = (name: string, parameters: ComponentParameters, label = 'sig1') =>
    thrownCode(() =>
      rfc9421Signer({ key: KEY, label, components: ['@method', component(name, parameters)], [coverLess]: true }),
    )

  test.each(['signature', 'signature-input'])('%s as a whole, or its own member, is a configuration error', (name) => {
    for (const parameters of [{}, { sf: true }, { bs: true }, { key: 'sig1' }, { key: 'sig1', sf: true }] as const)
      expect(cover(name, parameters)).toBe('CONFIG_INVALID')
    expect(cover(name, { key: 'mine' }, 'mine')).toBe('CONFIG_INVALID')
    // The label that is taken where none is given.
    const components = ['@method', component(name, { key: 'sig1' })]
    expect(codeOf(() => rfc9421Signer({ key: KEY, components, [coverLess]: true }))).toBe('CONFIG_INVALID')
  })

  test.each(['signature', 'signature-input'])('another member of %s, or that of the request, is fine', (name) => {
    for (const parameters of [
      { key: 'sig0' },
      { key: 'sig1', req: true },
      { req: true },
      { bs: true, req: true },
    ] as const)
      expect(cover(name, parameters)).toBe('nothing thrown')
  })
})
