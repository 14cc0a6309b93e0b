import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { hyperliquid } from '../../src/exchange/catalogue/hyperliquid.js'
import { signatureOfMembers } from '../../src/exchange/families/wallet-signature.js'
import { exchangeVerifier, readMessage } from '../../src/exchange/index.js'
import { hyperliquidMultiSig, hyperliquidMultiSigSigners } from '../../src/exchange/orders/hyperliquid.js'
import { walletKey } from '../../src/exchange/wallet/index.js'
import { httpRequest } from '../../src/message/message.js'
import { withCode } from '../expect-code.js'

// What the official SDK signed; its other inputs are tried by test/interop/python.
const { rows } = JSON.parse(readFileSync(new URL('wallet/hyperliquid-multi-sig.json', import.meta.url), 'utf8'))
const leader = walletKey({ privateKey: '0x0123456789012345678901234567890123456789012345678901234567890123' })
const second = walletKey({ privateKey: '02'.repeat(32) })
const received = (host: string, body: string) =>
  httpRequest({
    method: 'POST',
    url: `https://${host}/exchange`,
    headers: { 'content-type': 'application/json' },
    body: new TextEncoder().encode(body),
  })

describe('an account that several keys sign for', () => {
  test.each((rows as readonly object[]).map((row, at) => [at, row] as const))(
    'row %i of the SDK has each signature, and the request',
    (_, row) => {
      const { mainnet, signature, ...call } = row as (typeof rows)[0]
      const { multiSigUser, outerSigner, action } = call.action.payload
      const environment = mainnet ? undefined : ('testnet' as const)
      const account = hyperliquidMultiSig({ multiSigUser, outerSigner: leader.address, environment })
      const inner = { ...call, action }
      const signatures = [leader, second].map((key) => account.sign(key, inner))
      expect(signatures).toEqual(call.action.signatures)
      const exchange = hyperliquid({ key: leader, ...(environment && { environment }) })
      const sent = exchange.sign({ method: 'POST', path: '/exchange', json: account.json(inner, signatures) })
      const body = sent.body as string
      expect(signatureOfMembers(JSON.parse(body).signature)).toBe(signatureOfMembers(signature))
      expect(JSON.parse(body).nonce).toBe(call.nonce)
      // The receiving side: who sent it, and who signed what is inside.
      const [found] = exchangeVerifier(exchange).parse(received(new URL(sent.url).host, body))
      expect(found?.keyId).toBe(outerSigner)
      expect(leader.verifyingKey.verify(found?.base as Uint8Array, found?.signature as Uint8Array)).toBe(true)
      expect(hyperliquidMultiSigSigners(call, environment)).toEqual([leader.keyId, second.keyId])
      // The socket takes the same, as the payload of a post.
      const payload = account.json(inner, signatures)
      if (payload['vaultAddress'] === undefined) {
        const text = exchange.signMessage('action', { id: 1, ...payload }) as string
        const message = JSON.parse(text)
        expect(message.request.payload).toEqual(JSON.parse(body))
        expect(readMessage(exchange.spec, 'action', message)?.draft.key).toBe(outerSigner)
      }
    },
  )

  const row = rows[1]
  const account = hyperliquidMultiSig({ multiSigUser: row.action.payload.multiSigUser, outerSigner: leader.address })
  const inner = { action: { type: 'scheduleCancel' }, nonce: 1_700_000_000_123 }
  const json = (over: object = {}) => {
    const made = account.json(inner, [account.sign(leader, inner)])
    return { ...made, action: { ...(made['action'] as object), ...over } }
  }
  const sign = (body: object, key = leader) =>
    hyperliquid({ key }).sign({ method: 'POST', path: '/exchange', json: body as Readonly<Record<string, unknown>> })

  test.each<readonly [over: { readonly payload?: unknown }, message: string]>([
    [{ signatures: [] } as object, '"action.signatures" must be a list of 1 to 10'],
    [{ signatures: [{ r: '0x1', s: '0x1' }] } as object, '"action.signatures[0]" must be { r, s, v } of a wallet'],
    [{ nonce: 1 } as object, '"action" must have no member "nonce"'],
    [{ payload: { multiSigUser: leader.address } }, '"action.payload.multiSigUser" must be an address in lower case'],
    [{ payload: 7 }, '"action.payload" must be an object, got a number'],
    [{ signatureChainId: 1 } as object, '"action.signatureChainId" must be a number'],
  ])('%j is refused by name', (over, message) => {
    const body =
      over.payload === undefined || typeof over.payload === 'number'
        ? json(over)
        : json({
            payload: { ...(json().action as unknown as { payload: object }).payload, ...(over.payload as object) },
          })
    expect(() => sign(body)).toThrow(withCode('ARGUMENT_INVALID', message))
  })

  test('what was signed for another sender is refused when it is received', () => {
    const sent = sign(json(), second)
    expect(() => exchangeVerifier(hyperliquid()).parse(received('api.hyperliquid.xyz', sent.body as string))).toThrow(
      withCode('AUTH_MALFORMED', 'outerSigner'),
    )
  })

  test('a nonce that is given is for such an action alone, and none is made for one', () => {
    expect(() => sign({ action: { type: 'scheduleCancel' }, nonce: 1 })).toThrow(withCode('MESSAGE_MALFORMED', 'nonce'))
    const { signMessage } = hyperliquid({ key: leader })
    const { action } = json()
    for (const nonce of [undefined, 0, '1', 1.5])
      expect(() => signMessage('action', { id: 1, action, nonce })).toThrow(
        withCode('ARGUMENT_INVALID', '"nonce" must be'),
      )
    expect(() => signMessage('action', { id: 1, action: inner.action, nonce: 1 })).toThrow(
      withCode('ARGUMENT_INVALID', '"nonce"'),
    )
  })
})
