import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { dydx } from '../../src/exchange/catalogue/dydx.js'
import { exchangeVerifier } from '../../src/exchange/index.js'
import { cosmosKey } from '../../src/exchange/wallet/index.js'
import { httpRequest } from '../../src/message/message.js'

const { privateKey, address, cases } = JSON.parse(
  readFileSync(new URL('wallet/dydx.json', import.meta.url), 'utf8'),
) as {
  readonly privateKey: string
  readonly address: string
  readonly cases: ReadonlyArray<{
    readonly name: string
    readonly accountNumber: number
    readonly sequence: number
    readonly chainId: string
    readonly authenticators: readonly number[]
    readonly call: object
    readonly tx: string
  }>
}
const key = cosmosKey({ privateKey })
const sent = (tx: string) =>
  httpRequest({
    method: 'POST',
    url: 'https://dydx-ops-rpc.kingnodes.com/',
    headers: { 'content-type': 'application/json' },
    body: new TextEncoder().encode(
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'broadcast_tx_sync', params: { tx } }),
    ),
  })

test('the address of a private key is that of the official client', () => {
  expect(key.address).toBe(address)
})

describe.each(cases)('dYdX: $name', ({ accountNumber, sequence, chainId, authenticators, call, tx }) => {
  const environment = chainId === 'dydx-testnet-4' ? 'testnet' : 'live'
  const place = { accountNumber, environment } as const

  test('the official client’s transaction verifies', () => {
    const [found] = exchangeVerifier(dydx(place)).parse(sent(tx))
    expect(found?.keyId).toBe(key.keyId)
    expect(key.verifyingKey.verify(found?.base ?? '', found?.signature ?? new Uint8Array())).toBe(true)
  })

  // It writes the extension of authenticators also where it is empty.
  test.skipIf(authenticators.length === 0)('ours is the same, to the byte', () => {
    const signer = dydx({ key, ...place, authenticators, nonces: { next: () => String(sequence) } })
    const { body } = signer.sign({ method: 'POST', path: '/', json: call })
    expect(JSON.parse(body as string).params.tx).toBe(tx)
  })
})
