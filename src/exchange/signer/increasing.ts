import { type IncreasingNoncesOptions, increasingNonces } from '../../sources/increasing-nonces.js'
import type { NonceFormat } from '../spec/spec.js'

/**
 * Strictly increasing decimal digits, one source for all signers of an exchange in this process: two clients of one key would
 * otherwise refuse each other.
 */
export const increasing = (unit: IncreasingNoncesOptions['unit']): NonceFormat => ({
  pattern: /^[1-9]\d{0,18}$/,
  nonces: increasingNonces({ unit }),
  increasing: true,
})
