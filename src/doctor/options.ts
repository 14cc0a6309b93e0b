import { isAlgorithm } from '../crypto/algorithm.js'
import { Secret } from '../crypto/secret.js'
import { assertOptions, CountersignError, type OptionKind, type OptionNames } from '../errors.js'
import { ORDER_IDS } from '../exchange/mistakes/wallet/orders/ids.js'
import { isSeconds } from '../support/asked.js'
import { having, whole } from '../support/option-kinds.js'
import { isRefusal } from './capture.js'
import type { DiagnoseOptions } from './diagnosis.js'
import { WAYS } from './exchange/way.js'
import { FAMILY_IDS } from './families/ids.js'

// Also the empty one: what a file or a field holds.
const ANY_TEXT: OptionKind = [(value) => typeof value === 'string', 'text']

const KNOWN: OptionNames<DiagnoseOptions> = {
  scheme: ANY_TEXT,
  variant: ANY_TEXT,
  secret: [
    (value) => typeof value === 'string' || value instanceof Uint8Array || value instanceof Secret,
    'text, a Uint8Array or a Secret',
  ],
  publicKey: [(value) => typeof value === 'string' || (typeof value === 'object' && value !== null), 'PEM or a JWK'],
  key: /* @__PURE__ */ having('a key with verify()', 'verify'),
  algorithm: [isAlgorithm, 'a supported algorithm'],
  passphrase: ANY_TEXT,
  nowMs: [(value) => Number.isFinite(value) && !isSeconds(value), 'a number of milliseconds since the epoch'],
  stringToSign: ANY_TEXT,
  refusal: [(value) => typeof value === 'string' || isRefusal(value), 'text or an answer with "headers" and "body"'],
  budgetMs: whole(0, 600_000),
}

/**
 * The schemes that {@link diagnose} knows, by the names that {@link DiagnoseOptions.scheme} takes.
 *
 * @example
 * ```ts
 * import { schemeIds } from 'countersign/doctor'
 *
 * console.assert(schemeIds().includes('binance'))
 * ```
 */
export const schemeIds = (): readonly string[] => [
  'rfc9421',
  ...new Set(WAYS.map(({ id }) => id)),
  ...ORDER_IDS,
  ...FAMILY_IDS,
]

/** @throws {CountersignError} `CONFIG_INVALID`. */
export function assertDiagnoseOptions(options: DiagnoseOptions): void {
  assertOptions('diagnose', options, KNOWN, {
    exchange: 'scheme',
    address: 'publicKey',
    verifyingKey: 'publicKey',
    environment: 'scheme',
    now: 'nowMs',
    body: 'refusal',
  })
  if (options.scheme !== undefined && !schemeIds().includes(options.scheme.split('/')[0] as string))
    throw new CountersignError(
      'CONFIG_INVALID',
      '"scheme" must be one of schemeIds(), such as "rfc9421", "okx" or "stripe", got another text',
    )
}
