import crypto from 'node:crypto'
import type { Bytes } from '../../key.js'

// As in hash.ts: the one-shot function is newer than Deno and Bun promise.
const oneShot: typeof crypto.hash | undefined = crypto.hash

/** MD5 as lower-case hexadecimal: a legacy pre-stage that one exchange asks for, and no proof of anything by itself. */
export const md5Hex = (data: Bytes): string =>
  // Stryker disable next-line ConditionalExpression,EqualityOperator: both ways it is the same digest
  oneShot === undefined ? crypto.createHash('md5').update(data).digest('hex') : oneShot('md5', data, 'hex')
