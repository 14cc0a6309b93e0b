import { describe, expect, test } from 'vitest'
import { hash } from '#backend/hash'
import { base64 } from '../../../../src/crypto/encoding.js'
import type { SyncSigningKey } from '../../../../src/crypto/index.js'
import { httpRequest } from '../../../../src/message/message.js'
import { coverLess, type Rfc9421SignerOptions, rfc9421Signer } from '../../../../src/schemes/rfc9421/index.js'
import { signPreparedSync } from '../../../../src/schemes/scheme.js'
import { codeOf, thrownCode } from '../../../expect-code.js'
import { CONTEXT, KEY, single } from './support.js'

type Options = Omit<Rfc9421SignerOptions<SyncSigningKey>, 'key'>

const order = httpRequest({
  method: 'POST',
  url: 'https://api.example.com/orders?dry=1',
  headers: { 'Content-Type': 'application/json', Accept: '*/*' },
  body: '{"symbol":"BTC"}',
})
const ping = httpRequest({ url: 'https://api.example.com/ping' })

const prepare = (options: Options = {}, message = order) =>
  rfc9421Signer({ key: KEY, ...options }).scheme.prepare(message, CONTEXT)

describe('the digest', () => {
  test('is made once, of the algorithm asked for, with the body as it is', () => {
    const fieldOf = (options: Options) => {
      const { fields } = signPreparedSync(prepare(options), KEY)
      return fields[fields.indexOf('Content-Digest') + 1]
    }
    expect(fieldOf({})).toBe(`sha-256=:${base64(hash('sha256', '{"symbol":"BTC"}'))}:`)
    expect(fieldOf({ digest: 'sha-512' })).toBe(`sha-512=:${base64(hash('sha512', '{"symbol":"BTC"}'))}:`)
  })

  test('of an empty body is that of no bytes; no body has none', () => {
    const empty = httpRequest({ method: 'POST', url: 'https://api.example.com/', body: '' })
    expect(prepare({}, empty).base).toContain(
      '"content-digest": sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:\n',
    )
    expect(prepare({}, ping).base).not.toContain('content-digest')
  })

  test('that the caller has put there is covered and not replaced', () => {
    const own = { ...order, fields: [...order.fields, 'content-digest', 'sha-512=:AAAA:'] }
    const signed = signPreparedSync(prepare({}, own), KEY)
    expect(single(signed).base).toContain('"content-digest": sha-512=:AAAA:\n')
    expect(signed.fields.filter((name) => name.toLowerCase() === 'content-digest')).toHaveLength(1)
  })

  test('of a stream must be known before', async () => {
    const stream = async function* (): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(1)
    }
    const streamed = { ...order, body: stream() }
    expect(codeOf(() => prepare({}, streamed))).toBe('MESSAGE_MALFORMED')
    const known = { ...streamed, fields: ['Content-Digest', 'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:'] }
    expect(thrownCode(() => prepare({}, known))).toBe('nothing thrown')
  })

  test('is not made where the caller says so, which takes the given option', () => {
    expect(prepare({ digest: false, [coverLess]: true }).base).not.toContain('content-digest')
  })
})
