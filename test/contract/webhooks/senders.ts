import { HMAC_SENDERS } from './hmac.js'
import { JSON_SENDERS } from './hmac-json.js'
import { PAYPAL_SENDERS } from './paypal.js'
import { PUBLIC_KEY_SENDERS } from './public-key.js'
import type { SenderRow } from './row.js'
import { TELEGRAM_SENDERS } from './telegram.js'
import { URL_SENDERS } from './url-signed.js'

/** Every sender: what is not in this table is tested by nothing. */
export const SENDERS: readonly SenderRow[] = [
  ...HMAC_SENDERS,
  ...JSON_SENDERS,
  ...URL_SENDERS,
  ...PUBLIC_KEY_SENDERS,
  ...TELEGRAM_SENDERS,
  ...PAYPAL_SENDERS,
]
