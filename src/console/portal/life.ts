import type { Portal } from './call.js'
import type { Session } from './login.js'

/** The longest life of a key that this session makes: the nearer of the portal's limit and the session's own. */
export function longestLifeOf({ settings }: Portal, { mayGrant }: Session): number | undefined {
  const limits = [settings.maxLifeMs, mayGrant.maxLifeMs].filter((one) => one !== undefined)
  return limits.length === 0 ? undefined : Math.min(...limits)
}
