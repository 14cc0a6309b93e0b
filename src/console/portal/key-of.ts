import { isCountersignError } from '../../errors.js'
import { isVisible } from '../../keyring/api/caller.js'
import type { Keyring } from '../../keyring/keyring-options.js'
import { environmentOfKeyringId } from '../../keyring/record/key-format.js'
import type { KeyInfo } from '../../keyring/record/key-view.js'
import type { PortalCall } from './call.js'

/** The keyring of an id that no path named; that of the service where the id names none. */
export const ringOfId = ({ portal: { settings } }: PortalCall, id: string): Keyring =>
  settings.rings.find(({ environment }) => environment === environmentOfKeyringId(id)) ?? settings.keyring

/** The key of an id that a query, a body or a pasted request names, where this session may see it. */
export async function visibleKey(call: PortalCall, id: string): Promise<KeyInfo | undefined> {
  try {
    const key = await ringOfId(call, id).describe(id)
    return isVisible(call.caller, key) ? key : undefined
  } catch (error) {
    if (isCountersignError(error, 'KEY_NOT_FOUND')) return undefined
    throw error
  }
}
