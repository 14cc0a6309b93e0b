import { AGENT_SCHEMES } from './agents.js'
import { AZURE_SCHEMES } from './azure.js'
import { HEADER_SCHEMES } from './header.js'
import { LEGACY_SCHEMES } from './legacy.js'
import { PROFILE_SCHEMES } from './profiles.js'
import { RFC9421_SCHEMES } from './rfc9421.js'
import type { SchemeRow } from './row.js'
import { SIGV4_SCHEMES } from './sigv4.js'
import { WEBHOOK_SCHEMES } from './webhooks.js'

/** Every scheme but those of webhooks, whose deliveries are judged by their receiver. Exchanges have a separate table. */
export const REQUEST_SCHEMES: readonly SchemeRow[] = [
  ...RFC9421_SCHEMES,
  ...PROFILE_SCHEMES,
  ...SIGV4_SCHEMES,
  ...AZURE_SCHEMES,
  ...LEGACY_SCHEMES,
  ...HEADER_SCHEMES,
  ...AGENT_SCHEMES,
]

/** Every scheme: the laws, the linear time and the attacks are tested of each. What is not in this table is tested by nothing. */
export const ALL_SCHEMES: readonly SchemeRow[] = [...REQUEST_SCHEMES, ...WEBHOOK_SCHEMES]
