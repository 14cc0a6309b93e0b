import { fail } from '../../errors.js'
import { defined } from '../../support/defined.js'
import type { Keyring } from '../keyring-options.js'
import type { StoredKey } from '../record/key-record.js'
import { type KeyReminder, remindersOf } from '../reminders.js'
import { shown } from './answers.js'
import type { Call } from './call.js'
import { ownerMeant } from './caller.js'

const PAGE = 1_000
const MOST_REMINDERS = 10_000

export async function list({ keyring, caller, input }: Call): Promise<object> {
  const { owner: asked, ...query } = input
  const owner = caller.isAdmin ? asked : ownerMeant(caller, asked)
  const { keys, next } = await keyring.list(owner === undefined ? query : { ...query, owner })
  return defined({ keys: keys.map(shown), next })
}

export const describe = async ({ key }: Call): Promise<object> => ({ key: shown(key) })

export async function incident({ key, input, incident: report }: Call): Promise<object> {
  if (report === undefined) fail('CONFIG_INVALID', 'there is no audit log to read here')
  return report(key.id, input.since ?? key.createdAtMs)
}

/** Over the keys of one owner: a request must not cost a walk over the keys of all owners. */
async function* remindersOfOwner(
  keyring: Keyring,
  owner: string,
  from: number,
  to: number,
): AsyncGenerator<KeyReminder> {
  let after: string | undefined
  do {
    const page = await keyring.list(defined({ owner, limit: PAGE, after }))
    // What announces an end reads no material, which is all that is missing here.
    for (const key of page.keys) yield* remindersOf(key as unknown as StoredKey, from, to)
    after = page.next
  } while (after !== undefined)
}

export async function reminders({ keyring, caller, input }: Call): Promise<object> {
  const { from = 0, to = 0 } = input
  const due = caller.isAdmin
    ? keyring.reminders(from, to)
    : remindersOfOwner(keyring, ownerMeant(caller, undefined), from, to)
  const found: KeyReminder[] = []
  for await (const reminder of due) {
    if (found.length === MOST_REMINDERS)
      fail('ARGUMENT_INVALID', `the span has more than ${MOST_REMINDERS} reminders: ask for less`)
    found.push(reminder)
  }
  return { reminders: found }
}
