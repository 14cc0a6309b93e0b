import type { UsageDelta } from '../key-store.js'

/** A key in a network where it was not seen before. */
export interface NewNetwork {
  /** The key that was used. */
  readonly keyId: string
  /** `203.0.113.0/24`, or `/48` of IPv6. */
  readonly network: string
  /** The address of the request. */
  readonly ip: string
  /** When, in milliseconds since the epoch. */
  readonly nowMs: number
}

/** The use of one key, as far as this process has seen it. */
export interface Entry {
  readonly id: string
  first: number
  last: number
  count: number
  failures: number
  ip: string | undefined
  agent: string | undefined
  /** Last accepted use, also after it was written. */
  lastUsedMs: number
  networks: Networks | undefined
  /** Where the key was first seen in this process, until that was held against the store. */
  unchecked: NewNetwork | undefined
  dirty: boolean
}

// How far to look for an entry that can go. After each flush those that were used stand behind the others.
const LOOK = 64

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const CONTROLS = /[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]/g

/** The text of a client as it goes to stores and screens. */
export const printable = (text: string | undefined): string | undefined => text?.replace(CONTROLS, ' ')

/** Takes the delta to be written out of an entry, which starts anew. */
export function taken(entry: Entry): UsageDelta {
  const { id, first, last, count, failures, ip, agent } = entry
  entry.dirty = false
  entry.count = 0
  entry.failures = 0
  entry.first = 0
  entry.last = 0
  if (count === 0 || last === 0) return { id, count, failures }
  return {
    ...{ id, firstUsedAtMs: first === 0 ? last : first, lastUsedAtMs: last, count, failures },
    ...(ip !== undefined && { lastUsedIp: ip.slice(0, 64) }),
    ...(agent !== undefined && { lastUsedAgent: agent }),
  }
}

/** Adds a delta that could not be written to what was seen since. */
export function restore(entry: Entry, { count, failures, firstUsedAtMs = 0, lastUsedAtMs = 0 }: UsageDelta): void {
  entry.count += count
  entry.failures += failures
  if (firstUsedAtMs !== 0) entry.first = firstUsedAtMs
  if (lastUsedAtMs > entry.last) entry.last = lastUsedAtMs
}

/** Lets go of one entry that is written. */
export function makeRoom(entries: Map<string, Entry>): boolean {
  let looked = 0
  for (const [id, { dirty }] of entries) {
    if (!dirty) return entries.delete(id)
    if (++looked === LOOK) return false
  }
  return false
}

/** To the end of the order in which entries are let go. */
export function moveBack(entries: Map<string, Entry>, id: string): void {
  const entry = entries.get(id)
  if (entry === undefined) return
  entries.delete(id)
  entries.set(id, entry)
}

const MOST = 64

/** The last 64 networks a key was used from. */
export interface Networks {
  /** False where it was not among them; it is from now on. */
  has(network: string): boolean
}

/** Most keys live in one network, so a set is made for the second. */
export function networks(first: string): Networks {
  let newest = first
  let all: Set<string> | undefined
  return {
    has: (network) => {
      if (network === newest) return true
      all ??= new Set([newest])
      const known = all.delete(network)
      all.add(network)
      newest = network
      if (all.size > MOST) all.delete(all.values().next().value as string)
      return known
    },
  }
}
