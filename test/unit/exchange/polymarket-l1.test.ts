import { expect, test } from 'vitest'
import { polymarketL1 } from '../../../src/exchange/catalogue/polymarket-l1.js'
import { exchangeVerifier } from '../../../src/exchange/index.js'
import { walletKey } from '../../../src/exchange/wallet/index.js'
import { httpRequest } from '../../../src/message/message.js'

test('a number that has many spellings is claimed as what was signed, and not by its text', () => {
  const signer = polymarketL1({ key: walletKey({ privateKey: '04'.repeat(32) }) })
  const made = signer.sign({ path: '/auth/derive-api-key' }, { clock: { now: () => 1_700_000_000_123 } }) as {
    headers: Record<string, string>
    url: string
    method: string
  }
  const parsed = ['0', '0'.repeat(16), '0'.repeat(78)].map((spelling) => {
    const headers = { ...made.headers, POLY_NONCE: spelling }
    const [one] = exchangeVerifier(polymarketL1()).parse(httpRequest({ url: made.url, method: made.method, headers }))
    return [one?.nonce, Buffer.from(one?.base ?? '').toString('hex')]
  })
  expect(parsed[0]?.[0]).toBeUndefined()
  expect(parsed[1]).toEqual(parsed[0])
  expect(parsed[2]).toEqual(parsed[0])
})
