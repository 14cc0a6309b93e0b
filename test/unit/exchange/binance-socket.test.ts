import { createHmac, generateKeyPairSync, type KeyObject, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { binance } from '../../../src/exchange/catalogue/binance.js'
import { importExchangeKey, readMessage } from '../../../src/exchange/index.js'

const NOW = 1_747_385_641_636
const at = { clock: { now: () => NOW } }
const signed = `apiKey=the-key&timestamp=${NOW}`
const pem = (key: KeyObject): string => String(key.export({ type: 'pkcs8', format: 'pem' }))

test('the account’s events are subscribed to with a shared secret, without a listen key', async () => {
  const signer = binance({ apiKey: 'the-key', secret: 'the-secret' })
  const text = await signer.signMessage('subscribe', { id: 'u1' }, at)
  expect(JSON.parse(text)).toEqual({
    id: 'u1',
    method: 'userDataStream.subscribe.signature',
    params: {
      apiKey: 'the-key',
      timestamp: NOW,
      signature: createHmac('sha256', 'the-secret').update(signed).digest('hex'),
    },
  })
  expect(readMessage(signer.spec, 'subscribe', JSON.parse(text))?.signature.base).toBe(signed)
})

test.each(['ed25519', 'rsa'] as const)('they are subscribed to with a key of %s as well', async (type) => {
  const { privateKey, publicKey } =
    type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519')
  const key = await importExchangeKey(pem(privateKey), { apiKey: 'the-key', type })
  const text = await binance({ key }).signMessage('subscribe', { id: 'u1' }, at)
  const { signature } = JSON.parse(text).params
  const hash = type === 'rsa' ? 'sha256' : null
  expect(verify(hash, Buffer.from(signed), publicKey, Buffer.from(signature, 'base64'))).toBe(true)
})

test('a symbol beyond ASCII is percent-encoded in a request before it is signed, and signed as it is on the socket', async () => {
  const symbol = '这是测试币456'
  const signer = binance({ apiKey: 'the-key', secret: 'the-secret' })
  const hmac = (text: string): string => createHmac('sha256', 'the-secret').update(text).digest('hex')
  const query = `symbol=${encodeURIComponent(symbol)}&timestamp=${NOW}`
  const { url } = signer.sign({ method: 'POST', path: '/api/v3/order', params: { symbol } }, at)
  expect(url).toBe(`https://api.binance.com/api/v3/order?${query}&signature=${hmac(query)}`)
  const text = await signer.signMessage('call', { id: '1', method: 'order.place', params: { symbol } }, at)
  expect(JSON.parse(text).params.signature).toBe(hmac(`apiKey=the-key&symbol=${symbol}&timestamp=${NOW}`))
})
