import { signL1Action, signMultiSigAction, signUserSignedAction } from '@nktkas/hyperliquid/signing'
import fc from 'fast-check'
import { privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'
import { hyperliquid } from '../../src/exchange/catalogue/hyperliquid.js'
import { USER_SIGNED } from '../../src/exchange/families/hyperliquid-actions.js'
import { hyperliquidMultiSig } from '../../src/exchange/orders/hyperliquid.js'
import { walletKey } from '../../src/exchange/wallet/index.js'

// What several keys sign, against the client that most bots use. The same inputs in every run.
const privateKey = `0x${'0123456789'.repeat(6)}0123` as const
const key = walletKey({ privateKey })
const account = privateKeyToAccount(privateKey)
const outerSigner = key.address.toLowerCase() as `0x${string}`
const address = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => `0x${Buffer.from(bytes).toString('hex')}` as const)
const integers = (one: { readonly r: string; readonly s: string; readonly v: number }) => [
  BigInt(one.r),
  BigInt(one.s),
  one.v,
]

test('each signature and the request are those of @nktkas/hyperliquid', async () => {
  const calls = fc.record({
    user: address,
    // Of 10 or 16 digits it would be in another unit.
    nonce: fc.integer({ min: 10 ** 12, max: 2 ** 42 }),
    isTestnet: fc.boolean(),
    oid: fc.integer({ min: 0, max: 2 ** 40 }),
    transfer: fc.boolean(),
    vaultAddress: fc.option(address, { nil: undefined }),
    expiresAfter: fc.option(fc.integer({ min: 10 ** 12, max: 2 ** 42 }), { nil: undefined }),
  })
  const property = fc.asyncProperty(calls, async ({ user, nonce, isTestnet, oid, transfer, ...rest }) => {
    const exchange = hyperliquid({ key, ...(isTestnet && { environment: 'testnet' }) })
    const several = hyperliquidMultiSig({
      multiSigUser: user,
      outerSigner,
      ...(isTestnet && { environment: 'testnet' }),
    })
    const both = transfer ? {} : Object.fromEntries(Object.entries(rest).filter(([, one]) => one !== undefined))
    const action = transfer
      ? { type: 'usdSend', destination: user, amount: '1.5' }
      : { type: 'cancel', cancels: [{ a: 1, o: oid }] }
    const call = { action, nonce, ...both }
    const signature = several.sign(key, call)
    const body = several.json(call, [signature])
    const whole = body['action'] as {
      readonly signatureChainId: `0x${string}`
      readonly payload: { readonly action: Record<string, unknown> & { readonly signatureChainId: `0x${string}` } }
    }
    const theirs = transfer
      ? await signUserSignedAction({
          wallet: account,
          action: { ...whole.payload.action, payloadMultiSigUser: user, outerSigner },
          types: {
            [USER_SIGNED['usdSend']?.primaryType as string]: [...(USER_SIGNED['usdSend']?.fields ?? [])],
          },
        })
      : await signL1Action({ wallet: account, action: [user, outerSigner, action], nonce, isTestnet, ...both })
    expect(integers(signature)).toEqual(integers(theirs))
    const sent = exchange.sign({ method: 'POST', path: '/exchange', json: body })
    const outer = await signMultiSigAction({ wallet: account, action: whole, nonce, isTestnet, ...both })
    expect(integers(JSON.parse(sent.body as string).signature)).toEqual(integers(outer))
  })
  await fc.assert(property, { numRuns: 200, seed: 712 })
})
