import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { SyncVerifyingKey } from '../../../src/crypto/index.js'
import { bitmart } from '../../../src/exchange/catalogue/bitmart.js'
import { exchangeVerifier, readMessage } from '../../../src/exchange/index.js'
import { httpRequest } from '../../../src/message/message.js'

const at = (ms: number) => ({ clock: { now: () => ms } })
const account = { apiKey: 'key', secret: 'secret', passphrase: 'memo-1' }
const hmac = (text: string): string => createHmac('sha256', 'secret').update(text).digest('hex')

// BitMart, spot WebSocket, "Login": the example of the page.
const EXAMPLE = {
  apiKey: '80618e45710812162b04892c7ee5ead4a3cc3e56',
  secret: '6c6c98544461bbe71db2bca4c6d7fd0021e0ba9efc215f9c6ad41852df9d9df9',
  passphrase: 'test001',
}
const EXAMPLE_SIGN = '3ceeb7e1b8cb165a975e28a2e2dfaca4d30b358873c0351c1a071d8c83314556'

describe('BitMart', () => {
  test('both sockets log in as the page’s example does', () => {
    const signer = bitmart(EXAMPLE)
    const when = at(1_589_267_764_859)
    const args = `"args":["${EXAMPLE.apiKey}","1589267764859","${EXAMPLE_SIGN}"`
    expect(signer.login({}, when)).toEqual({
      messages: [`{"op":"login",${args}]}`],
      expiresAtMs: 1_589_267_824_859,
    })
    expect(signer.signMessage('access', {}, when)).toBe(`{"action":"access",${args},"web"]}`)
  })

  test('the memo is signed and never sent', () => {
    const body = '{"symbol":"BTC_USDT"}'
    const made = bitmart(account).sign({ method: 'POST', path: '/spot/v2/submit_order', body }, at(1_700_000_000_123))
    expect(made.headers).toEqual({
      'X-BM-KEY': 'key',
      'X-BM-SIGN': hmac(`1700000000123#memo-1#${body}`),
      'X-BM-TIMESTAMP': '1700000000123',
    })
    expect(JSON.stringify(made)).not.toContain('memo-1')
  })

  test('only who knows the memo can verify', () => {
    const signer = bitmart(account)
    const key = signer.key as unknown as SyncVerifyingKey
    const [found] = exchangeVerifier(bitmart()).parse(httpRequest(signer.sign({ path: '/spot/v1/wallet' })))
    const proof = found?.passphrase as { base: (memo: string) => string }
    expect(key.verify(proof.base('memo-1'), found?.signature as Uint8Array)).toBe(true)
    expect(key.verify(proof.base('memo-2'), found?.signature as Uint8Array)).toBe(false)
    const login = readMessage(signer.spec, 'login', JSON.parse(signer.login().messages[0] as string))
    const said = login?.signature.passphrase as { base: (memo: string) => string }
    expect(key.verify(said.base('memo-1'), login?.signature.signature as Uint8Array)).toBe(true)
  })

  test('a query is signed on request', () => {
    const path = '/spot/v1/orders?symbol=BTC_USDT'
    const plain = bitmart(account).sign({ path }, at(1_700_000_000_123))
    expect(plain.headers['X-BM-SIGN']).toBe(hmac('1700000000123#memo-1#'))
    const signed = bitmart({ ...account, variant: 'signed-query' }).sign({ path }, at(1_700_000_000_123))
    expect(signed.headers['X-BM-SIGN']).toBe(hmac('1700000000123#memo-1#symbol=BTC_USDT'))
  })

  test('there is no account without a memo', () => {
    expect(() => bitmart({ apiKey: 'key', secret: 'secret' } as never)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    )
  })
})
