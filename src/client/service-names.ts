import type { OptionNames } from '../errors.js'
import type { Service } from '../schemes/scheme.js'

/** Members of a signer's service: it may be spread before other options. */
export const SERVICE: OptionNames<Service> = {
  origins: 1,
  clock: 1,
  nonces: 1,
  buildRequest: 1,
  isClockError: 1,
  assertOwn: 1,
}
