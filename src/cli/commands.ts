import type { CommandRow } from './command-row.js'
import { KEYS_COMMANDS } from './keys-commands.js'
import { PROXY_COMMANDS } from './proxy-commands.js'
import { REQUEST_COMMANDS } from './request-commands.js'
import { SET_UP_COMMANDS } from './set-up-commands.js'

/** Everything `countersign` can do, in the order of its help. */
export const COMMANDS: readonly CommandRow[] = [
  ...REQUEST_COMMANDS,
  ...SET_UP_COMMANDS,
  ...PROXY_COMMANDS,
  ...KEYS_COMMANDS,
]
