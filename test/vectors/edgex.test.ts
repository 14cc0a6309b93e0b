import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { edgex } from '../../src/exchange/catalogue/edgex.js'
import { exchangeVerifier } from '../../src/exchange/index.js'
import { httpRequest } from '../../src/message/message.js'
import { withCode } from '../expect-code.js'

const vectors = JSON.parse(readFileSync(new URL('wallet/edgex.json', import.meta.url), 'utf8'))
const at = { clock: { now: () => vectors.timestamp as number } }
const signer = edgex({ apiKey: 'key', secret: vectors.secret, passphrase: 'phrase' })

interface Row {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>> | null
  readonly body: Readonly<Record<string, never>> | null
  readonly signed: string
  readonly signature: string
}

describe('edgeX', () => {
  test.each(vectors.requests as readonly Row[])('$method $path as the official SDK signs it', (row) => {
    const { method, path, query, body, signature, signed } = row
    const made = signer.sign({ method, path, ...(query && { params: query }), ...(body && { json: body }) }, at)
    expect(made.headers).toMatchObject({
      'X-edgeX-Api-Key': 'key',
      'X-edgeX-Passphrase': 'phrase',
      'X-edgeX-Signature': signature,
      'X-edgeX-Timestamp': String(vectors.timestamp),
    })
    expect(exchangeVerifier(edgex()).parse(httpRequest(made as never))[0]?.base).toBe(signed)
  })

  test('the upgrade of the private socket has the signature of the official SDK’s function', () => {
    const { headers, query } = signer.login({ accountId: '12345' }, at)
    expect(query).toBe('accountId=12345&timestamp=1700000000000')
    expect(headers?.['X-edgeX-Signature']).toBe(vectors.socket)
  })

  test('two parameters cannot become one, nor one two, under the same signature', () => {
    const path = '/api/v2/private/order/createOrder'
    const read = (message: object): string =>
      String(exchangeVerifier(edgex()).parse(httpRequest(message as never))[0]?.base)
    const posted = signer.sign({ method: 'POST', path, json: { price: '1', size: '2' } }, at)
    const got = signer.sign({ method: 'GET', path, params: { a: '1', b: '2' } }, at)
    expect(read(posted)).toMatch(/price=1&size=2$/)
    for (const body of ['{"price":"1&size=2"}', '{"price=1&size":"2"}', '{"price":["1&size=2"]}'])
      expect(() => read({ ...posted, body })).toThrow(withCode('AUTH_MALFORMED', 'two parameters'))
    for (const query of ['a=1%26b=2', 'a=1%26b%3D2', 'a%3D1%26b=2', 'a%3d1=2'])
      expect(() => read({ ...got, url: `${String(got.url).split('?')[0]}?${query}` })).toThrow(
        withCode('AUTH_MALFORMED', 'two parameters'),
      )
    expect(() => signer.sign({ method: 'POST', path, json: { note: 'a&b' } }, at)).toThrow(
      withCode('ARGUMENT_INVALID', 'two parameters'),
    )
    expect(() => signer.sign({ method: 'GET', path, params: { note: 'a&b' } }, at)).toThrow(
      withCode('ARGUMENT_INVALID', 'two parameters'),
    )
  })

  test('what has several spellings, or is not signed, is refused', () => {
    const path = '/api/v2/private/order/createOrder'
    expect(() => signer.sign({ method: 'POST', path, json: { size: 0.5 } })).toThrow(
      withCode('ARGUMENT_INVALID', 'must be text'),
    )
    expect(() => signer.sign({ method: 'POST', path: `${path}?a=1`, json: {} })).toThrow(
      withCode('ARGUMENT_INVALID', 'query of a GET'),
    )
    expect(() => edgex({ apiKey: 'key', secret: 's', passphrase: 'p', environment: 'testnet' as never })).toThrow(
      withCode('CONFIG_INVALID', 'environment'),
    )
  })
})
