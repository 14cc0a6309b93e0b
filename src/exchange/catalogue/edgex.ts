import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { argumentOf } from '../spec/arguments.js'
import type { LiveOnly, PassphraseOption } from '../spec/credentials.js'
import { assertOnePlace } from '../spec/one-place.js'
import { hex } from '../spec/outputs.js'
import { passphraseOf } from '../spec/passphrase.js'
import type { Header } from '../spec/spec.js'
import { base64OfTextSecret } from '../spec/text-secret.js'
import { milliseconds } from '../spec/times.js'
import { edgexParameters } from '../special/edgex-parameters.js'

const headers: readonly Header[] = [
  ['X-edgeX-Api-Key', 'key'],
  ['X-edgeX-Passphrase', 'passphrase'],
  ['X-edgeX-Signature', 'sign'],
  ['X-edgeX-Timestamp', 'time'],
]

/**
 * edgeX v2 (API keys with HMAC): requests, and the upgrade of the private WebSocket: `login({ accountId })`. What a wallet signs
 * inside an order is `countersign/exchange/orders/edgex`.
 *
 * The parameters are signed as one text, of which the types of values and the depth of objects are no part; a text with "&" is refused,
 * because it could be two parameters. Numbers with a fraction are text: they have several spellings.
 *
 * Checked against the official SDK (edgex-python-sdk 2.0.1, commit ba99804) on 2026-11-29. It publishes no signature. Its
 * tests name https://testnet.edgex.exchange, and no page states that this API is there: pass it as `origin` to try.
 *
 * What is signed joins path and parameters without anything between, so that a signature does not prove where the path ends.
 *
 * @see {@link https://github.com/edgex-Tech/edgex-python-sdk | edgeX, official SDK}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { edgex } from 'countersign/exchange/edgex'
 *
 * const signer = edgex({ apiKey: 'key', secret: 'secret', passphrase: 'phrase' })
 * const edgexFetch = createSignedFetch(signer)
 * export const orders = () =>
 *   edgexFetch('/api/v2/private/order/getActiveOrderPage', { params: { accountId: '1', size: '10' } })
 * export const upgradeHeaders = () => signer.login({ accountId: '1' }).headers
 * ```
 */
export const edgex: ExchangeFactory<PassphraseOption & LiveOnly> = /* @__PURE__ */ exchangeFactory({
  id: 'edgex',
  name: 'edgeX',
  docs: 'https://github.com/edgex-Tech/edgex-python-sdk',
  origins: ['https://edgex-prod-v2.edgex.exchange', 'https://spot.edgex.exchange'],
  keys: { 'hmac-sha256': hex },
  secretKey: checkedSha256Key,
  secret: base64OfTextSecret,
  time: milliseconds,
  passphraseOf,
  passphrase: 'shown',
  headers,
  base: (draft) => draft.time + draft.method + draft.path + edgexParameters(draft),
  // Path and parameters are signed without anything between them: where the one ends and the other begins, nothing proves.
  covers: ['method', 'parameters'],
  body: 'json',
  params: { into: { GET: 'query', other: 'json' }, lists: 'comma' },
  read: assertOnePlace,
  messages: {
    login: {
      lifeMs: 30_000,
      path: '/api/v1/private/ws',
      base: (draft) =>
        `${draft.time}GET${draft.path}accountId=${argumentOf(draft, 'accountId')}&timestamp=${draft.time}`,
      headers,
      query: [
        ['accountId', (draft) => argumentOf(draft, 'accountId')],
        ['timestamp', 'time'],
      ],
    },
  },
})
