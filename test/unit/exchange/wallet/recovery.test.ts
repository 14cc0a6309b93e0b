import { describe, expect, test } from 'vitest'
import { utf8 } from '../../../../src/crypto/encoding.js'
import { aster } from '../../../../src/exchange/catalogue/aster.js'
import { hyperliquid } from '../../../../src/exchange/catalogue/hyperliquid.js'
import { nado } from '../../../../src/exchange/catalogue/nado.js'
import { polymarketL1 } from '../../../../src/exchange/catalogue/polymarket-l1.js'
import {
  type ExchangeFactory,
  type ExchangeRequest,
  exchangeVerifier,
  readMessage,
} from '../../../../src/exchange/index.js'
import { edgexOrders } from '../../../../src/exchange/orders/edgex.js'
import { grvtOrders } from '../../../../src/exchange/orders/grvt.js'
import { hyperliquidMultiSig, hyperliquidMultiSigSigners } from '../../../../src/exchange/orders/hyperliquid.js'
import { nadoOrders } from '../../../../src/exchange/orders/nado.js'
import { remoteWalletKey, typedDataBase, walletKey, walletVerifyingKey } from '../../../../src/exchange/wallet/index.js'
import { httpRequest } from '../../../../src/message/message.js'

const key = walletKey({ privateKey: '05'.repeat(32) })
const { address } = key
const BYTES32 = `0x${'0'.repeat(64)}`

const withV = (signature: Uint8Array, v: (v: number) => number): Uint8Array => {
  const out = signature.slice()
  out[64] = v(out[64] as number)
  return out
}
/** The same in every text that holds a signature: as 130 digits, or as the member of one. */
const inText = (text: string, v: (v: number) => number): string =>
  text
    .replace(/([0-9a-f]{128})(1[bc])(?![0-9a-f])/, (_, rs, last) => {
      const changed = v(Number.parseInt(last, 16)) & 255
      return rs + changed.toString(16).padStart(2, '0')
    })
    .replace(/"v":(2[78])/g, (_, last) => `"v":${v(Number(last))}`)
const changed = <T>(value: T, v: (v: number) => number): T => JSON.parse(inText(JSON.stringify(value), v)) as T

/** True where the account is found. */
const finds = (ask: () => unknown): boolean => {
  try {
    return ask() === key.keyId
  } catch {
    return false
  }
}

/** A request that an exchange's signer has signed, as its verifying side reads it. */
function received(exchange: ExchangeFactory, request: ExchangeRequest) {
  const { method, url, headers, body } = exchange({ key }).sign(request) as {
    readonly method: string
    readonly url: string
    readonly headers: Readonly<Record<string, string>>
    readonly body?: string
  }
  return (v: (v: number) => number): boolean =>
    finds(() => {
      const message = httpRequest({
        method,
        url: inText(url, v),
        headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, inText(text, v)])),
        body: body === undefined ? null : utf8(inText(body, v)),
      })
      const [found] = exchangeVerifier(exchange()).parse(message)
      return found !== undefined && key.verifyingKey.verify(found.base, found.signature) ? found.keyId : undefined
    })
}

const typed = { types: { A: [{ name: 'a', type: 'bool' }] }, primaryType: 'A', domain: {}, message: { a: true } }
const base = typedDataBase(typed)
const signature = key.sign(base)

const action = { type: 'scheduleCancel' }
const nonce = Date.now()
const account = hyperliquidMultiSig({ multiSigUser: address, outerSigner: address })
const several = account.json({ action, nonce }, [account.sign(key, { action, nonce })])

const sender = `${address.toLowerCase()}64656661756c740000000000`
const { cancel_orders: cancelOrders } = nadoOrders({ key, chainId: 57073, endpoint: address })
const cancelled = cancelOrders.sign({ tx: { sender, productIds: [1], digests: [BYTES32], nonce: '1' } })

const { derisk } = grvtOrders({ key, instruments: {} })
const derisked = derisk.sign({
  sub_account_id: '1',
  ratio: '2.0',
  signature: { expiration: '1800000000000000000', nonce: 1 },
} as never)

const edgex = edgexOrders({ key, chainId: 33431, contract: address })
const margin = { accountId: '1', assetId: '1000', marginMode: 1, nonce: '1', signer: address }
const marginSigned = { l2Signature: edgex.sign('SetMarginPreferenceParams', margin) }

const place = { method: 'POST', path: '/exchange', json: { action } }
const message = JSON.parse(hyperliquid({ key }).signMessage('action', { id: 1, action }) as string)

/** Every function and verifier that takes a wallet's signature, with the part of `v` changed by a function. */
const DOORS: ReadonlyArray<readonly [name: string, accepts: (v: (v: number) => number) => boolean]> = [
  ['walletKey().verifyingKey', (v) => key.verifyingKey.verify(base, withV(signature, v))],
  ['walletVerifyingKey', (v) => walletVerifyingKey({ address }).verify(base, withV(signature, v))],
  ['hyperliquid', received(hyperliquid, place)],
  [
    'hyperliquid, socket',
    (v) => finds(() => readMessage(hyperliquid().spec, 'action', changed(message, v))?.draft.key),
  ],
  [
    'hyperliquidMultiSigSigners',
    (v) => finds(() => hyperliquidMultiSigSigners(changed({ ...several, nonce }, v) as never)[0]),
  ],
  ['aster', received(aster, { path: '/fapi/v3/account' })],
  [
    'nado',
    received(nado, {
      method: 'POST',
      path: '/v1/execute',
      json: { cancel_product_orders: { tx: { productIds: [1] } } },
    }),
  ],
  ['polymarketL1', received(polymarketL1, { path: '/auth/derive-api-key' })],
  ['nadoOrders().signerOf', (v) => finds(() => cancelOrders.signerOf(changed(cancelled, v)))],
  [
    'edgexOrders().signerOf',
    (v) => finds(() => edgex.signerOf('SetMarginPreferenceParams', margin, changed(marginSigned, v).l2Signature)),
  ],
  ['grvtOrders().signerOf', (v) => finds(() => derisk.signerOf(changed(derisked, v)))],
]

describe('the last part of a signature (v)', () => {
  test.each(DOORS)('%s takes 27 and 28 as the key wrote them, and nothing else', (_, accepts) => {
    expect(accepts((v) => v)).toBe(true)
    // Among them the recovery bit alone, and chains as transactions have them.
    for (let other = 0; other < 256; other++)
      if (other !== 27 && other !== 28)
        expect(
          accepts(() => other),
          `v ${other}`,
        ).toBe(false)
    // That of the other point is another account's.
    expect(accepts((v) => 55 - v)).toBe(false)
  })

  test('a hardware wallet’s 0 and 1 become 27 and 28 before anything is sent', async () => {
    for (const v of [0, 27]) {
      const text = `0x${Buffer.from(withV(signature, (one) => one - 27 + v)).toString('hex')}`
      const remote = remoteWalletKey({ address, signTypedData: async () => text })
      expect(await remote.sign(base)).toEqual(signature)
    }
  })
})
