import type { KeyRecord } from '../access/key-record.js'
import { CountersignError, fail, isCountersignError } from '../errors.js'
import { AGENT_KEYS_PATH, agentIdentifier } from '../schemes/rfc9421/profiles/signature-agent.js'
import { type CachedDirectory, cachedDirectory } from '../server/directory/cached-directory.js'
import { DIRECTORY_MEDIA_TYPE } from '../server/directory/fetch-document.js'
import { type DirectoryKey, keyOf } from '../server/directory/key-set.js'
import { locate } from '../server/directory/location.js'
import type { Settings } from '../server/directory/options.js'
import type { KeySource } from '../server/key-source.js'
import { isPromise } from '../support/deadline.js'
import { OVER_THE_BOUND } from './new-agents.js'
import { split } from './outcome.js'

/** The keys of agents, each found by the URL that its request names and the thumbprint. */
export interface AgentKeys extends KeySource {
  /** Fetches the key sets of the list. @throws {CountersignError} with the code of the first that fails, once all have answered. */
  refresh(): Promise<void>
}

/** Key sets beside the list that are kept at once: more of them push the oldest out, unless all were asked for lately. */
const MOST_UNLISTED = 256
/** Of these, key sets of one origin: a request names what is fetched, so that otherwise anyone could have it asked without end. */
const MOST_OF_ORIGIN = 4

/** A key set that is in no list. */
interface UnlistedKeys {
  readonly directory: CachedDirectory
  readonly origin: string
  /** When it was first asked for. */
  readonly sinceMs: number
}

/**
 * A key source over the directories of agents. What a request names only chooses among the URLs that are allowed; nothing else is
 * fetched.
 *
 * @param listed The key sets of the list, which are never pushed out.
 * @param admits Asked before a key set beside the list is fetched for the first time.
 */
export function agentKeys(
  listed: readonly string[],
  allowed: (url: string) => boolean,
  settings: Omit<Settings, 'locations'>,
  admits: () => boolean,
): AgentKeys {
  const { clock, cooldownMs } = settings
  const own = new Map<string, CachedDirectory>()
  const unlisted = new Map<string, UnlistedKeys>()
  const open = (url: string): CachedDirectory => {
    const isDirectory = new URL(url).pathname === AGENT_KEYS_PATH
    // At the well-known place only its own media type and ids that are thumbprints; elsewhere it is any key set.
    const rules = isDirectory ? { mediaTypes: [DIRECTORY_MEDIA_TYPE], kidIsThumbprint: true } : {}
    return cachedDirectory(locate(url, settings.loopback), { ...settings, ...rules, locations: [] })
  }
  for (const url of listed) own.set(url, open(url))
  const directoryOf = (url: string): CachedDirectory => {
    const known = own.get(url) ?? unlisted.get(url)?.directory
    if (known !== undefined) return known
    const made = { directory: open(url), origin: new URL(url).origin, sinceMs: clock.now() }
    const out = [
      pushedOut(
        [...unlisted].filter(([, { origin }]) => origin === made.origin),
        MOST_OF_ORIGIN,
      ),
      pushedOut([...unlisted], MOST_UNLISTED),
    ]
    if (!admits()) fail('STORE_UNAVAILABLE', OVER_THE_BOUND)
    for (const one of out) if (one !== undefined) unlisted.delete(one)
    unlisted.set(url, made)
    return made.directory
  }
  /** What makes room for one more. It may be fetched again, so it stays for the time between two fetches. */
  const pushedOut = (held: ReadonlyArray<readonly [url: string, UnlistedKeys]>, most: number): string | undefined => {
    const [oldest] = held
    if (held.length < most || oldest === undefined) return undefined
    const [url, { sinceMs }] = oldest
    const age = clock.now() - sinceMs
    return age >= 0 && age < cooldownMs ? fail('STORE_UNAVAILABLE', OVER_THE_BOUND) : url
  }
  const records = new WeakMap<DirectoryKey, Map<string, KeyRecord>>()
  const recordOf = async (key: DirectoryKey, keyId: string, url: string): Promise<KeyRecord> => {
    const { notBeforeMs, expiresAtMs } = key
    const record: KeyRecord = Object.freeze({
      key: await keyOf(key, keyId),
      owner: agentIdentifier(url),
      ...(notBeforeMs === undefined ? {} : { notBeforeMs }),
      ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
    })
    const made = records.get(key) ?? new Map<string, KeyRecord>()
    records.set(key, made.set(keyId, record))
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
        `verifyAgents: refresh() could not fetch ${failed.length} of ${urls.length} key sets, ${failed[0]} for one: ${message}`,
        { cause: first },
      )
    },
    get: (pair) => {
      const [url, thumbprint] = split(pair)
      if (!allowed(url)) return undefined
      let directory: CachedDirectory
      try {
        directory = directoryOf(url)
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
      const found = directory.find(thumbprint)
      return isPromise(found) ? found.then(use) : use(found)
    },
  }
}

/** The URL of the keys of an entry in a list: an origin alone means its well-known place. */
export function keysUrl(entry: unknown, loopback: boolean): string {
  if (typeof entry !== 'string') fail('CONFIG_INVALID', 'verifyAgents: "allow" must be a list of origins or URLs')
  return locate(entry, loopback).url
}
