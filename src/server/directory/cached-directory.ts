import { CountersignError, fail, isCountersignError } from '../../errors.js'
import type { HttpResponse } from '../../message/message.js'
import { fetchDocument, waitOf } from './fetch-document.js'
import { type DirectoryKey, type KeySet, readKeySet } from './key-set.js'
import type { Location } from './location.js'
import type { Settings } from './options.js'
import { signedKeys } from './own-signature.js'

/** One directory with what is known of it. */
export interface CachedDirectory {
  readonly url: string
  /**
   * The key of that id, at once where it is known well enough.
   *
   * @throws {CountersignError} `STORE_UNAVAILABLE` where it is unknown whether there is such a key.
   */
  find(id: string): DirectoryKey | undefined | Promise<DirectoryKey | undefined>
  /** Fetches now, or joins a fetch under way. @throws {CountersignError} `DIRECTORY_REFUSED`, `DIRECTORY_UNAVAILABLE`. */
  refresh(): Promise<void>
}

/** Kept this long where the directory sets no lifetime. */
const DEFAULT_FRESH_MS = 300_000
/** The longest that a directory is left alone because it asked for it. */
const LONGEST_WAIT_MS = 300_000
/** From this part of its freshness on, a document is fetched anew while it is still used. */
const AHEAD = 0.75

/** The life of one directory's document: fetched once for all who wait, refreshed early, trusted for a bounded time. */
export function cachedDirectory(location: Location, options: Settings): CachedDirectory {
  const { clock, maxAgeMs, cooldownMs, onProblem } = options
  let keys: KeySet | undefined
  let etag: string | undefined
  /** When the directory last stood by {@link keys}, and for how long. */
  let confirmedMs = 0
  let freshMs = 0
  let attemptMs = Number.NEGATIVE_INFINITY
  let waitMs = 0
  let failure: CountersignError | undefined
  let underWay: Promise<void> | undefined

  const fetchNow = async (): Promise<void> => {
    // The time before the request: the answer was true then, not when its last byte came.
    const startMs = clock.now()
    attemptMs = startMs
    waitMs = 0
    try {
      const fetched = await fetchDocument(location, keys && etag, options)
      if (fetched.text !== undefined) {
        const read = await readKeySet(fetched.text, options, keys)
        const { signature } = options
        keys =
          signature === undefined ? read : await signedKeys(read, fetched.response as HttpResponse, signature, startMs)
        for (const problem of keys.problems) onProblem(problem, location.url)
      }
      etag = fetched.etag
      confirmedMs = startMs
      freshMs = Math.min(maxAgeMs, Math.max(cooldownMs, fetched.freshMs ?? DEFAULT_FRESH_MS))
      failure = undefined
    } catch (error) {
      failure = isCountersignError(error)
        ? error
        : new CountersignError('DIRECTORY_UNAVAILABLE', 'directory could not be read', { cause: error })
      waitMs = Math.min(waitOf(failure), LONGEST_WAIT_MS)
      onProblem(failure, location.url)
      throw failure
    }
  }

  const refresh = (): Promise<void> => {
    underWay ??= fetchNow().finally(() => {
      underWay = undefined
    })
    return underWay
  }

  const known = (id: string, nowMs: number): DirectoryKey | undefined => {
    const usable = within(nowMs - confirmedMs, maxAgeMs)
    const found = usable ? keys?.byId.get(id) : undefined
    // After a failure, as before a document, the absence of a key proves nothing: it may have been published since.
    if (found === undefined && (!usable || failure !== undefined))
      fail('STORE_UNAVAILABLE', 'the key directory is not available', { cause: failure })
    return found
  }

  return {
    url: location.url,
    refresh,
    find: (id) => {
      const nowMs = clock.now()
      const cooling = within(nowMs - attemptMs, Math.max(cooldownMs, waitMs))
      const age = nowMs - confirmedMs
      if (keys?.byId.has(id) === true && within(age, freshMs)) {
        if (!cooling && age >= AHEAD * freshMs) refresh().catch(() => {})
        return keys.byId.get(id)
      }
      if (cooling && underWay === undefined) return known(id, nowMs)
      // Whatever became of it is in `failure` now, and an older document may still do.
      const settled = (): DirectoryKey | undefined => known(id, clock.now())
      return refresh().then(settled, settled)
    },
  }
}

/** A negative age is that of a clock that went back, and proves nothing. */
const within = (age: number, limit: number): boolean => age >= 0 && age < limit
