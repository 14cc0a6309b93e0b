import type { BigIntStats } from 'node:fs'
import { CountersignError } from '../../errors.js'

const OTHERS = 0o077n

/**
 * Refuses a file that others may read or write. Windows has no such bits: there the directory's access list has to do it.
 *
 * @throws {CountersignError} `CONFIG_INVALID`
 */
export function assertPrivate(path: string, { mode, uid }: BigIntStats): void {
  if (process.platform === 'win32') return
  if ((mode & OTHERS) !== 0n)
    throw new CountersignError(
      'CONFIG_INVALID',
      `"${path}" expected permissions 0600, others have ${(mode & OTHERS).toString(8)}: chmod 600, and find out why`,
    )
  const own = process.geteuid?.()
  if (own !== undefined && uid !== 0n && uid !== BigInt(own))
    throw new CountersignError('CONFIG_INVALID', `"${path}" expected to belong to this process's user, or to root`)
}
