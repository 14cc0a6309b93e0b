import { isInteger } from '../../../errors.js'
import type { KeyStatus } from '../../../keyring/record/key-record.js'
import type { KeyInfo } from '../../../keyring/record/key-view.js'
import { defined } from '../../../support/defined.js'
import { EXIT } from '../../exit-codes.js'
import { keyTable } from '../../key-text.js'
import { withKeyring } from '../../open-keyring.js'
import { usage } from '../../usage.js'
import { type Call, flagOf, print, textOf } from '../../world.js'

/** `keys list`: a table of keys. */
export function run(call: Call): Promise<number> {
  const { options } = call
  const [owner, status] = [textOf(options, 'owner'), textOf(options, 'status')]
  const limit = Number(textOf(options, 'limit') ?? '100')
  if (!isInteger(limit, 1)) usage('--limit must be a number from 1')
  return withKeyring(call, async ({ keyring }) => {
    const keys: KeyInfo[] = []
    let after: string | undefined
    do {
      const page = await keyring.list(
        defined({
          owner,
          ...(status !== undefined && { status: status as KeyStatus }),
          after,
          limit: Math.min(1_000, limit - keys.length),
        }),
      )
      keys.push(...page.keys)
      after = page.next
    } while (after !== undefined && keys.length < limit)
    // Stores list by id, which is random and what pages go on behind: a person reads the oldest first.
    const byAge = [...keys].sort((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1))
    const more = after === undefined ? '' : `There are more: --limit ${limit * 10}\n`
    const text = flagOf(options, 'ids')
      ? byAge.map(({ id }) => `${id}\n`).join('')
      : `${keyTable(byAge, Date.now())}${more}`
    print(call, text, defined({ keys, next: after }))
    return EXIT.ok
  })
}
