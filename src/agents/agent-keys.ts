import type { KeyRecord } from '../access/key-record.js'
import { importVerifyingKey } from '../crypto/import.js'
import { fail } from '../errors.js'
import { AGENT_KEYS_PATH, agentIdentifier } from '../schemes/rfc9421/profiles/signature-agent.js'
import { type CachedDirectory, cachedDirectory } from '../server/directory/cached-directory.js'
import { DIRECTORY_MEDIA_TYPE } from '../server/directory/fetch-document.js'
import type { DirectoryKey } from '../server/directory/key-set.js'
import { locate } from '../server/directory/location.js'
import type { Settings } from '../server/directory/options.js'
import type { KeySource } from '../server/key-source.js'
import { isPromise } from '../support/deadline.js'
import { split } from './outcome.js'

/** The keys of agents, each found by the URL that its request names and the thumbprint. */
export interface AgentKeys extends KeySource {
  /** Fetches the key sets of the list. Those that fail are told to `onProblem`. */
  refresh(): Promise<void>
}

/** Key sets of strangers that are kept at once: more of them push the oldest out. */
const MOST_STRANGERS = 256

/**
 * A key source over the directories of agents. What a request names only chooses among the URLs that are allowed; nothing else is
 * fetched.
 *
 * @param listed The key sets of the list, which are never pushed out.
 */
export function agentKeys(
  listed: readonly string[],
  allowed: (url: string) => boolean,
  settings: Omit<Settings, 'locations'>,
): AgentKeys {
  const own = new Map<string, CachedDirectory>()
  const strangers = new Map<string, CachedDirectory>()
  const open = (url: string): CachedDirectory => {
    const isDirectory = new URL(url).pathname === AGENT_KEYS_PATH
    // At the well-known place only its own media type and ids that are thumbprints; elsewhere it is any key set.
    const rules = isDirectory ? { mediaTypes: [DIRECTORY_MEDIA_TYPE], kidIsThumbprint: true } : {}
    return cachedDirectory(locate(url, settings.loopback), { ...settings, ...rules, locations: [] })
  }
  for (const url of listed) own.set(url, open(url))
  const directoryOf = (url: string): CachedDirectory => {
    const known = own.get(url) ?? strangers.get(url)
    if (known !== undefined) return known
    const made = open(url)
    const [oldest] = strangers.keys()
    if (strangers.size >= MOST_STRANGERS && oldest !== undefined) strangers.delete(oldest)
    strangers.set(url, made)
    return made
  }
  const records = new WeakMap<DirectoryKey, Map<string, KeyRecord>>()
  const recordOf = async (key: DirectoryKey, keyId: string, url: string): Promise<KeyRecord> => {
    const { jwk, algorithm, notBeforeMs, expiresAtMs } = key
    const record: KeyRecord = Object.freeze({
      key: await importVerifyingKey(jwk as object, { keyId, algorithm }),
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
      await Promise.allSettled([...own.values()].map((directory) => directory.refresh()))
    },
    get: (pair) => {
      const [url, thumbprint] = split(pair)
      if (!allowed(url)) return undefined
      let directory: CachedDirectory
      try {
        directory = directoryOf(url)
      } catch {
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
