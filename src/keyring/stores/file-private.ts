import type { BigIntStats } from 'node:fs'
import { fail } from '../../errors.js'
import { exposureOf } from '../../support/node/private-file.js'

/**
 * Refuses a file that others may read or write.
 *
 * @throws {CountersignError} `CONFIG_INVALID`
 */
export function assertPrivate(path: string, facts: BigIntStats): void {
  const exposure = exposureOf(facts)
  if (exposure !== undefined) fail('CONFIG_INVALID', `"${path}" ${exposure}`)
}
