import type { KeyRecord } from '../access/key-record.js'
import type { VerifyingKey } from '../crypto/key.js'
import { CountersignError, fail, isCountersignError, kindOf } from '../errors.js'
import type { HybridAgents } from '../schemes/rfc9421/hybrid/hybrid-agents.js'
import { AGENT_KEYS_PATH, agentIdentifier } from '../schemes/rfc9421/profiles/signature-agent.js'
import { type CachedDirectory, cachedDirectory } from '../server/directory/cached-directory.js'
import { DIRECTORY_MEDIA_TYPE } from '../server/directory/fetch-document.js'
import { type DirectoryKey, keyOf } from '../server/directory/key-set.js'
import { locate } from '../server/directory/location.js'
import type { Settings } from '../server/directory/options.js'
import type { KeySource } from '../server/key-source.js'
import { isPromise } from '../support/deadline.js'
import { defined } from '../support/defined.js'
import type { NewPlace } from './new-agents.js'
import { split } from './outcome.js'
import { unlistedKeys } from './unlisted-keys.js'

/** The keys of agents, each found by the URL that its request names and the thumbprint. */
export interface AgentKeys extends KeySource {
  /** Fetches the key sets of the list. @throws {CountersignError} with the code of the first that fails, once all have answered. */
  refresh(): Promise<void>
  /** To be called where a request was verified by a key of the URL: others that never were cannot push it out. */
  verified(url: string): void
}

/** Records that are kept of one key: alone, and with its second ones. */
const MOST_PAIRS = 8

/**
 * A key source over the directories of agents. What a request names only chooses among the URLs that are allowed; nothing else is
 * fetched.
 *
 * @param listed The key sets of the list, which are never pushed out.
 * @param admits Asked before a key set beside the list is fetched whose agent was never verified.
 * @param mostAdmitted The most that it admits within a cooldown.
 * @param hybrid Makes one key of two, where agents sign with both.
 */
export function agentKeys(
  listed: readonly string[],
  allowed: (url: string) => boolean,
  settings: Omit<Settings, 'locations'>,
  admits: (place: NewPlace) => boolean,
  mostAdmitted: number,
  hybrid: HybridAgents | undefined,
): AgentKeys {
  const own = new Map<string, CachedDirectory>()
  const open = (url: string): CachedDirectory => {
    const isDirectory = new URL(url).pathname === AGENT_KEYS_PATH
    // At the well-known place only its own media type and ids that are thumbprints; elsewhere it is any key set.
    const rules = isDirectory ? { mediaTypes: [DIRECTORY_MEDIA_TYPE], kidIsThumbprint: true } : {}
    return cachedDirectory(locate(url, settings.loopback), { ...settings, ...rules, locations: [] })
  }
  for (const url of listed) own.set(url, open(url))
  const unlisted = unlistedKeys(open, admits, mostAdmitted, settings)
  const records = new WeakMap<DirectoryKey, Map<string, KeyRecord>>()
  const recordOf = async (key: DirectoryKey, keyId: string, url: string): Promise<KeyRecord> => {
    const { notBeforeMs, expiresAtMs } = key
    const record: KeyRecord = Object.freeze(
      defined({
        key: await keyOf(key, keyId),
        owner: agentIdentifier(url),
        notBeforeMs,
        expiresAtMs,
      }),
    )
    const made = records.get(key) ?? new Map<string, KeyRecord>()
    records.set(key, made.set(keyId, record))
    return record
  }
  const pairOf = async (
    directory: CachedDirectory,
    pair: string,
    [url, first, second]: readonly [string, string, string],
  ): Promise<KeyRecord | undefined> => {
    const keys = [await directory.find(first), await directory.find(second)] as const
    const [a, b] = keys
    if (a?.thumbprint !== first || b?.thumbprint !== second || hybrid === undefined) return undefined
    const known = records.get(a)?.get(pair)
    if (known !== undefined) return known
    let key: VerifyingKey
    try {
      key = hybrid.key(pair, await keyOf(a, first), await keyOf(b, second))
    } catch (error) {
      // Two keys of one directory, and no pair.
      if (isCountersignError(error, 'CONFIG_INVALID')) return undefined
      throw error
    }
    const starts = keys.flatMap((one) => one?.notBeforeMs ?? [])
    const ends = keys.flatMap((one) => one?.expiresAtMs ?? [])
    const record: KeyRecord = Object.freeze({
      key,
      owner: agentIdentifier(url),
      ...(starts.length > 0 && { notBeforeMs: Math.max(...starts) }),
      ...(ends.length > 0 && { expiresAtMs: Math.min(...ends) }),
    })
    const made = records.get(a) ?? new Map<string, KeyRecord>()
    // Requests choose which two of a directory: what they fill is bounded.
    if (made.size >= MOST_PAIRS) made.clear()
    records.set(a, made.set(pair, record))
    return record
  }
  return {
    refresh: async () => {
      const urls = [...own.keys()]
      const settled = await Promise.allSettled([...own.values()].map((directory) => directory.refresh()))
      const failed = urls.filter((_, at) => settled[at]?.status === 'rejected')
      if (failed.length === 0) return
      const [first] = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
      const { code, message } = first as CountersignError
      throw new CountersignError(
        code,
        `verifyAgents: refresh() could not fetch ${failed.length} of ${urls.length} key sets, ${agentIdentifier(String(failed[0]))} for one: ${message}`,
        { cause: first },
      )
    },
    verified: (url) => {
      if (!own.has(url)) unlisted.verified(url)
    },
    get: (pair) => {
      const [url, thumbprint] = split(pair)
      if (!allowed(url)) return undefined
      let directory: CachedDirectory
      try {
        directory = own.get(url) ?? unlisted.find(url)
      } catch (error) {
        if (isCountersignError(error, 'STORE_UNAVAILABLE')) throw error
        // An address of a private network, for one: there is nothing to ask there.
        return undefined
      }
      const use = (key: DirectoryKey | undefined): KeyRecord | undefined | Promise<KeyRecord> => {
        // A key set may call a key what it likes; a request names it by what it is.
        if (key === undefined || key.thumbprint !== thumbprint) return undefined
        return records.get(key)?.get(pair) ?? recordOf(key, pair, url)
      }
      const [first, second] = thumbprint.split('.') as [string, string?]
      if (second !== undefined) return pairOf(directory, pair, [url, first, second])
      const found = directory.find(thumbprint)
      return isPromise(found) ? found.then(use) : use(found)
    },
  }
}

/** The URL of the keys of an entry in a list: an origin alone means its well-known place. */
export function keysUrl(entry: unknown, loopback: boolean): string {
  if (typeof entry !== 'string') fail('CONFIG_INVALID', `must be an origin or a URL, got ${kindOf(entry)}`)
  return locate(entry, loopback).url
}
