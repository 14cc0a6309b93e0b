import type { Draft } from '../../spec/draft.js'
import type { ExchangeSpec } from '../../spec/spec.js'
import { readAster } from './aster.js'
import { readHyperliquid } from './hyperliquid/reading.js'
import { readNado } from './nado.js'
import type { WalletReading } from './reading.js'
import { readTyped } from './typed.js'

type Read = (draft: Draft, testnet: boolean, spec: ExchangeSpec) => WalletReading<never> | undefined

/** What only the rules of one exchange let go wrong with a wallet's signature, by its id. */
const OWN: ReadonlyMap<string, Read> = /* @__PURE__ */ new Map([
  ['aster', readAster as unknown as Read],
  ['hyperliquid', readHyperliquid as unknown as Read],
  ['nado', readNado as unknown as Read],
])

/** A request to an exchange whose keys are wallets; `undefined` where what it signs is no typed data. */
export function walletReading(spec: ExchangeSpec, draft: Draft): WalletReading<never> | undefined {
  const { testnet } = spec.environments ?? {}
  const isTestnet = testnet?.origins.some((origin) => origin === `https://${draft.host}`) === true
  const read = OWN.get(spec.id)
  return read === undefined
    ? (readTyped(spec, draft) as unknown as WalletReading<never> | undefined)
    : read(draft, isTestnet, spec)
}
