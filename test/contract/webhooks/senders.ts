import { HMAC_SENDERS } from './hmac.js'
import type { SenderRow } from './row.js'

/** Every sender: what is not in this table is tested by nothing. */
export const SENDERS: readonly SenderRow[] = [...HMAC_SENDERS]
