import { assertOptions, CountersignError, type OptionNames } from '../errors.js'
import { whole } from '../support/option-kinds.js'
import type { DiagnoseOptions } from './diagnosis.js'
import { WAYS } from './exchange/way.js'

const KNOWN: OptionNames<DiagnoseOptions> = {
  scheme: 1,
  variant: 1,
  secret: 1,
  publicKey: 1,
  key: 1,
  algorithm: 1,
  passphrase: 1,
  nowMs: 1,
  stringToSign: 1,
  refusal: 1,
  budgetMs: whole(0, 600_000),
}

/** The schemes that {@link diagnose} knows, by the names that {@link DiagnoseOptions.scheme} takes. */
export const schemeIds = (): readonly string[] => ['rfc9421', ...new Set(WAYS.map(({ id }) => id))]

/** @throws {CountersignError} `CONFIG_INVALID`. */
export function assertDiagnoseOptions(options: DiagnoseOptions): void {
  assertOptions('diagnose', options, KNOWN, {
    exchange: 'scheme',
    environment: 'scheme',
    now: 'nowMs',
    body: 'refusal',
  })
  if (options.scheme !== undefined && !schemeIds().includes(options.scheme.split('/')[0] as string))
    throw new CountersignError(
      'CONFIG_INVALID',
      '"scheme" must be "rfc9421" or the id of an exchange, got another text',
    )
}
