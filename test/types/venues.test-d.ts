import type { HmacKey, SyncPrivateKey } from 'countersign'
import type { Venue, VenueSigner } from 'countersign/exchange'
import { kraken } from 'countersign/exchange/kraken'
import { okx } from 'countersign/exchange/okx'
import { polymarket } from 'countersign/exchange/polymarket'

// This file is compiled and never run.
interface Setup {
  apiKey: string
  secret: string
}
declare const setup: Setup
declare const key: SyncPrivateKey

export const fromAnInterface: VenueSigner<HmacKey> = kraken(setup)
export const withItsOwnOptions: VenueSigner<HmacKey> = polymarket({ ...setup, passphrase: 'p', address: '0x1' })
export const fromAKey: VenueSigner<SyncPrivateKey> = okx({ key })
export const withoutAKey: Venue = okx()

// @ts-expect-error an API key alone signs nothing
okx({ apiKey: 'key' })
// @ts-expect-error a venue without a key does not sign
okx().sign({ path: '/' })
