import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { hex } from '../../../src/crypto/encoding.js'
import { hyperliquid } from '../../../src/exchange/catalogue/hyperliquid.js'
import { type HyperliquidCall, hyperliquidBase } from '../../../src/exchange/families/hyperliquid-actions.js'
import { signatureOfMembers } from '../../../src/exchange/families/wallet-signature.js'
import {
  type HyperliquidMultiSigCall,
  type HyperliquidSignature,
  hyperliquidMultiSig,
  hyperliquidMultiSigSigners,
} from '../../../src/exchange/orders/hyperliquid.js'
import { walletKey } from '../../../src/exchange/wallet/index.js'

const python = process.env['COUNTERSIGN_PYTHON'] ?? 'python3'

interface Row extends HyperliquidCall {
  readonly mainnet: boolean
  readonly signature: unknown
}

/** An action that two keys signed for one account, and one of them sends. */
interface SharedRow extends HyperliquidMultiSigCall {
  readonly mainnet: boolean
  readonly signature: unknown
  readonly action: {
    readonly signatures: readonly HyperliquidSignature[]
    readonly payload: { readonly multiSigUser: string; readonly outerSigner: string; readonly action: object }
  }
}

test('what the official SDK of Hyperliquid signs is what is signed here', () => {
  const script = new URL('hyperliquid_requests.py', import.meta.url).pathname
  const { rows, shared } = JSON.parse(execFileSync(python, [script], { encoding: 'utf8', maxBuffer: 2 ** 26 })) as {
    readonly rows: readonly Row[]
    readonly shared: readonly SharedRow[]
  }
  const key = walletKey({ privateKey: '0x0123456789012345678901234567890123456789012345678901234567890123' })
  expect(rows.length).toBeGreaterThan(160)
  for (const { mainnet, signature, ...call } of rows) {
    const made = `0x${hex(key.sign(hyperliquidBase(call, mainnet ? 'Mainnet' : 'Testnet')))}`
    expect(made, JSON.stringify(call)).toBe(signatureOfMembers(signature))
  }
  const other = walletKey({ privateKey: '02'.repeat(32) })
  expect(shared.length).toBe(20)
  for (const { mainnet, signature, ...call } of shared) {
    const { payload, signatures } = call.action
    const { multiSigUser, outerSigner, action } = payload
    const environment = mainnet ? undefined : 'testnet'
    const account = hyperliquidMultiSig({ multiSigUser, outerSigner, environment })
    const inner = { ...call, action: action as HyperliquidMultiSigCall['action'] }
    expect([key, other].map((one) => account.sign(one, inner))).toEqual(signatures)
    const body = account.json(inner, signatures)
    expect(JSON.stringify(body['action'])).toBe(JSON.stringify(call.action))
    const sent = hyperliquid({ key, ...(environment && { environment }) }).sign({
      method: 'POST',
      path: '/exchange',
      json: body,
    })
    expect(signatureOfMembers(JSON.parse(sent.body as string).signature)).toBe(signatureOfMembers(signature))
    expect(hyperliquidMultiSigSigners(call, environment)).toEqual([key, other].map(({ keyId }) => keyId))
  }
})
