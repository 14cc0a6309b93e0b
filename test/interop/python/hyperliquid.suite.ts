import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { hex } from '../../../src/crypto/encoding.js'
import { type HyperliquidCall, hyperliquidBase } from '../../../src/exchange/families/hyperliquid-actions.js'
import { signatureOfMembers } from '../../../src/exchange/families/wallet-signature.js'
import { walletKey } from '../../../src/exchange/wallet/index.js'

const python = process.env['COUNTERSIGN_PYTHON'] ?? 'python3'

interface Row extends HyperliquidCall {
  readonly mainnet: boolean
  readonly signature: unknown
}

test('what the official SDK of Hyperliquid signs is what is signed here', () => {
  const script = new URL('hyperliquid_requests.py', import.meta.url).pathname
  const { rows } = JSON.parse(execFileSync(python, [script], { encoding: 'utf8', maxBuffer: 2 ** 26 })) as {
    readonly rows: readonly Row[]
  }
  const key = walletKey({ privateKey: '0x0123456789012345678901234567890123456789012345678901234567890123' })
  expect(rows.length).toBeGreaterThan(160)
  for (const { mainnet, signature, ...call } of rows) {
    const made = `0x${hex(key.sign(hyperliquidBase(call, mainnet ? 'Mainnet' : 'Testnet')))}`
    expect(made, JSON.stringify(call)).toBe(signatureOfMembers(signature))
  }
})
