/** Keys that are published on the web, as a JWK Set or an HTTP message signatures directory: `countersign/server/directory`. */

import type { KeyRecord } from '../../access/key-record.js'
import { CountersignError } from '../../errors.js'
import { isPromise } from '../../support/deadline.js'
import { defined } from '../../support/defined.js'
import type { KeySource } from '../key-source.js'
import { type CachedDirectory, cachedDirectory } from './cached-directory.js'
import { type DirectoryKey, keyOf } from './key-set.js'
import { DIRECTORY_PATH } from './location.js'
import { type KeyDirectoryOptions, type Settings, settings } from './options.js'

export { type DirectoryDocument, directoryDocument, type PublishedKey } from './document.js'
export { DIRECTORY_MEDIA_TYPE } from './fetch-document.js'
export { DIRECTORY_PATH } from './location.js'
export { allowLoopback, type FetchLike, type KeyDirectoryOptions } from './options.js'
export { isPublicAddress } from './public-address.js'

/** Keys of one or more directories, cached. */
export interface KeyDirectory extends KeySource {
  /**
   * Fetches every directory now, whatever the cooldown: for the start of a server, and for a hook on changed keys.
   *
   * @throws {CountersignError} `DIRECTORY_REFUSED`, `DIRECTORY_UNAVAILABLE`.
   */
  refresh(): Promise<void>
}

/**
 * A key source over key directories on the web. A key id is the `kid` of a key or its RFC 7638 thumbprint. The algorithm
 * comes from the key's own `kty`, `crv` and `alg`; secrets are refused and weak keys left out.
 *
 * Documents are fetched once for all who wait, kept for the `max-age` of `Cache-Control` within the bounds of the options,
 * confirmed with their `ETag`, and asked for again (at most once in a cooldown) when an unknown key id turns up. While a
 * directory is down, its keys hold until `maxAgeMs`; after that every lookup throws `STORE_UNAVAILABLE`, so requests are
 * refused. A verifier waits only {@link VerifierOptions.storeTimeoutMs} for a key: call `refresh()` before the first request.
 *
 * No key id, and nothing a client sends, decides what is fetched: only the URLs given here are, https, without redirects.
 *
 * @throws {CountersignError} `DIRECTORY_REFUSED` for a URL that must not be fetched, `CONFIG_INVALID`.
 * @see {@link https://www.rfc-editor.org/rfc/rfc7517#section-5 | RFC 7517 5}
 * @see {@link https://datatracker.ietf.org/doc/draft-meunier-webbotauth-httpsig-directory/ | HTTP Message Signatures Directory}
 * @example
 * ```ts
 * import { createVerifier, memoryReplayStore, rfc9421Verifier, strictPolicy } from 'countersign/server'
 * import { keyDirectory } from 'countersign/server/directory'
 *
 * const keys = keyDirectory({ url: 'https://bots.example.com', owner: 'example-bots' })
 * await keys.refresh()
 * const verifier = createVerifier({
 *   schemes: [rfc9421Verifier()],
 *   keys,
 *   policy: strictPolicy({ authorities: ['api.example.com'] }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export function keyDirectory(options: KeyDirectoryOptions): KeyDirectory {
  const checked = settings(options)
  const directories = checked.locations.map((location) => cachedDirectory(location, checked))
  const records = recordCache(checked)
  const refresh = async (): Promise<void> => {
    await Promise.all(directories.map((directory) => directory.refresh()))
  }
  const [only, ...others] = directories
  if (!checked.keyIdIsUrl) {
    if (only === undefined || others.length > 0)
      return { refresh, get: (keyId) => soleRecord(directories, keyId, records, checked) }
    return { refresh, get: (keyId) => map(only.find(keyId), (key) => key && records(only, key, keyId)) }
  }
  const byUrl = new Map(directories.flatMap((directory) => names(directory.url).map((name) => [name, directory])))
  return {
    refresh,
    get: (keyId) => {
      // Text against text: the key id is never parsed as a URL, so no two readings of it can differ.
      const at = keyId.indexOf('#')
      const directory = at === -1 ? undefined : byUrl.get(keyId.slice(0, at))
      if (directory === undefined) return undefined
      return map(directory.find(keyId.slice(at + 1)), (key) => key && records(directory, key, keyId))
    },
  }
}

/** The part before "#" of the key ids of one directory. */
function names(url: string): string[] {
  const { origin, pathname, search } = new URL(url)
  return pathname === DIRECTORY_PATH && search === '' ? [url, origin, `${origin}/`] : [url]
}

type Records = (directory: CachedDirectory, key: DirectoryKey, keyId: string) => KeyRecord | Promise<KeyRecord>

/** The one directory that holds the key. All must answer: one that is down may hold the id, too. */
async function soleRecord(
  directories: readonly CachedDirectory[],
  keyId: string,
  records: Records,
  { onProblem }: Settings,
): Promise<KeyRecord | undefined> {
  const found = await Promise.all(directories.map(async (directory) => directory.find(keyId)))
  const at = found.findIndex((key) => key !== undefined)
  const directory = directories[at]
  if (directory === undefined) return undefined
  if (found.findLastIndex((key) => key !== undefined) === at)
    return records(directory, found[at] as DirectoryKey, keyId)
  onProblem(new CountersignError('DIRECTORY_REFUSED', 'directories must have different key ids'), directory.url)
  return undefined
}

const map = <T, U>(value: T | Promise<T>, to: (value: T) => U | Promise<U>): U | Promise<U> =>
  isPromise(value) ? value.then(to) : to(value)

/** Records, made once for each key and each id it goes by; they are forgotten with the document. */
function recordCache({ owner, scopes }: Settings): Records {
  const made = new WeakMap<DirectoryKey, Map<string, KeyRecord>>()
  return (directory, found, keyId) => {
    const known = made.get(found)?.get(keyId)
    if (known !== undefined) return known
    const { notBeforeMs, expiresAtMs } = found
    return keyOf(found, keyId).then((key) => {
      const record: KeyRecord = defined({
        key,
        owner: owner(directory.url),
        scopes,
        notBeforeMs,
        expiresAtMs,
      })
      made.set(found, (made.get(found) ?? new Map<string, KeyRecord>()).set(keyId, record))
      return record
    })
  }
}
