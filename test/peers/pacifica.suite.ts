import { expect, test } from 'vitest'
import { base58, base58Decode } from '../../src/crypto/format/base58.js'
import { pacifica } from '../../src/exchange/catalogue/pacifica.js'
import { solanaKey } from '../../src/exchange/wallet/index.js'
import { ccxtHas } from './ccxt.js'

interface Signs {
  milliseconds: () => number
  postActionRequest(type: string, data: object, params: object): { readonly signature: string }
}

const seed = new Uint8Array(32).fill(1)
const key = solanaKey({ privateKey: seed })
const nowMs = 1_700_000_000_000

test.each<[path: string, type: string, data: object]>([
  ['orders/create', 'create_order', { symbol: 'BTC', price: '100000', amount: '0.1', tif: 'GTC', reduce_only: false }],
  ['orders/cancel', 'cancel_order', { symbol: 'BTC', order_id: 42 }],
  ['orders/edit', 'edit_order', { symbol: 'BTC', price: '1', amount: '2', order_id: 42 }],
  ['positions/tpsl', 'set_position_tpsl', { symbol: 'BTC', take_profit: { stop_price: '2', limit_price: '1' } }],
  ['account/withdraw', 'withdraw', { amount: '12.5' }],
  ['account/leverage', 'update_leverage', { symbol: 'BTC', leverage: 5 }],
])('Pacifica signs %s as ccxt does', async (path, type, data) => {
  expect(ccxtHas('pacifica')).toBe(true)
  const { default: ccxt } = (await import('ccxt')) as unknown as {
    readonly default: { readonly pacifica: new (options: object) => Signs }
  }
  const theirs = new ccxt.pacifica({
    walletAddress: key.address,
    privateKey: base58(new Uint8Array([...seed, ...(base58Decode(key.address) as Uint8Array)])),
    options: { builderFee: false },
  })
  theirs.milliseconds = () => nowMs
  const own = pacifica({ key }).sign(
    { method: 'POST', path: `/api/v1/${path}`, json: data as never },
    { clock: { now: () => nowMs } },
  )
  expect(JSON.parse((own as { readonly body: string }).body).signature).toBe(
    theirs.postActionRequest(type, data, {}).signature,
  )
})
