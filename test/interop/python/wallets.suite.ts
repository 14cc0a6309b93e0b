import * as starknet from '@scure/starknet'
import { expect } from 'vitest'
import { extendedPayments } from '../../../src/exchange/orders/extended-payments.js'
import { starkKey } from '../../../src/exchange/wallet/index.js'
import { clientTest } from './wallet-client.js'

interface ExtendedRow {
  readonly kind: 'transfer' | 'withdrawal'
  readonly environment: 'live' | 'testnet'
  readonly payment: never
  readonly r: string
  readonly s: string
}

clientTest<{ privateKey: string; position: number; rows: readonly ExtendedRow[] }>(
  'extended',
  'transfers and withdrawals have the signatures of the official client',
  ({ privateKey, position, rows }) => {
    const key = starkKey({ privateKey, starknet })
    expect(rows.length).toBe(200)
    let same = 0
    for (const { kind, environment, payment, r, s } of rows) {
      const { sign, verify } = extendedPayments({ key, position, environment })[kind]
      const signed = sign(payment)
      if (signed.signature.r === r && signed.signature.s === s) same++
      for (const one of [signed, { ...signed, signature: { r, s } }])
        expect(verify(one as never, key.verifyingKey), JSON.stringify(payment)).toBe(true)
    }
    // Where the first number drawn gives none in StarkWare's range, the two libraries draw the next one in other ways.
    expect(same).toBeGreaterThan(190)
  },
)
