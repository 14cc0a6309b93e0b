import { fail } from '../errors.js'
import { AGENT_KEYS_PATH } from '../schemes/rfc9421/profiles/signature-agent.js'
import type { CachedDirectory } from '../server/directory/cached-directory.js'
import type { Clock } from '../sources/monotonic-clock.js'
import { type NewPlace, OVER_THE_BOUND } from './new-agents.js'

/** Key sets that requests have named, where every agent is taken. */
export interface UnlistedKeys {
  /** @throws {CountersignError} `STORE_UNAVAILABLE` where there is no room; `DIRECTORY_REFUSED` for a URL that is not fetched. */
  find(url: string): CachedDirectory
  /** To be called where a request was verified by a key of the set. */
  verified(url: string): void
}

/** How many are kept of each kind: those that verified a request, and those that did before they were let go. */
const MOST_OF_KIND = 256
/** Of those that never did, where more than that may be fetched within a cooldown: what was admitted must have a place. */
const MOST_UNSEEN = 4_096
/** URLs of agents that were let go, at most 256 characters each. */
const MOST_REMEMBERED = 4_096

interface Held {
  readonly directory: CachedDirectory
  /** When it was first asked for. */
  readonly sinceMs: number
}

type Kind = Map<string, Held>

/**
 * Keeps a bounded number of key sets, so that what anyone may do without a key changes nothing for an agent that has used its own:
 * only its equals push a key set out. Each may be fetched again once it is out, so it stays for the time between two fetches.
 *
 * @param admits Asked before a key set is fetched whose agent was never verified.
 * @param mostAdmitted The most that it admits within a cooldown.
 */
export function unlistedKeys(
  open: (url: string) => CachedDirectory,
  admits: (place: NewPlace) => boolean,
  mostAdmitted: number,
  { clock, cooldownMs }: { readonly clock: Clock; readonly cooldownMs: number },
): UnlistedKeys {
  const mostUnseen = Math.min(Math.max(mostAdmitted, MOST_OF_KIND), MOST_UNSEEN)
  const unseen: Kind = new Map()
  const returning: Kind = new Map()
  /** The one whose last request is the longest ago first. */
  const proven: Kind = new Map()
  const remembered = new Set<string>()

  const isCooling = ({ sinceMs }: Held): boolean => {
    const age = clock.now() - sinceMs
    return age >= 0 && age < cooldownMs
  }
  /** What makes room for one more. */
  const pushedOut = (held: Kind, most: number): string | undefined => {
    if (held.size < most) return undefined
    for (const [url, one] of held) return isCooling(one) ? fail('STORE_UNAVAILABLE', OVER_THE_BOUND) : url
    return undefined
  }
  const remember = (url: string): void => {
    remembered.delete(url)
    remembered.add(url)
    const [oldest] = remembered
    if (remembered.size > MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest)
  }
  const add = (url: string): CachedDirectory => {
    const { origin, pathname } = new URL(url)
    const isWellKnown = pathname === AGENT_KEYS_PATH
    const made = { directory: open(url), sinceMs: clock.now() }
    const isReturning = remembered.has(url)
    const [kind, most] = isReturning ? [returning, MOST_OF_KIND] : [unseen, mostUnseen]
    const out = pushedOut(kind, most)
    // Of the well-known place an origin has one: names beside it must not keep it out.
    if (!isReturning && !admits({ url, origin: isWellKnown ? undefined : origin }))
      fail('STORE_UNAVAILABLE', OVER_THE_BOUND)
    if (out !== undefined) kind.delete(out)
    kind.set(url, made)
    return made.directory
  }
  return {
    find: (url) => (proven.get(url) ?? returning.get(url) ?? unseen.get(url))?.directory ?? add(url),
    verified: (url) => {
      const held = proven.get(url) ?? returning.get(url) ?? unseen.get(url)
      // Pushed out while its request was judged.
      if (held === undefined) return remember(url)
      if (!proven.has(url) && proven.size >= MOST_OF_KIND) {
        const [oldest] = proven
        if (oldest === undefined || isCooling(oldest[1])) return remember(url)
        proven.delete(oldest[0])
        remember(oldest[0])
      }
      for (const kind of [unseen, returning, proven]) kind.delete(url)
      remembered.delete(url)
      proven.set(url, held)
    },
  }
}
