import type { SigningKey } from '../../crypto/key.js'
import { assertOptions, mustBe, type OptionNames } from '../../errors.js'
import { unref } from '../../support/deadline.js'
import type { KeysetContents } from './contents.js'
import type { Keyset } from './keyset.js'

/** Where the keys of a client are kept. */
export interface KeysetSource<K extends SigningKey = SigningKey> {
  /** Reads the keys: called at each reload. */
  load(): Promise<KeysetContents<K>>
  /** Whether {@link KeysetSource.load} would give something else than the last time. Default: it is always loaded. */
  changed?(): Promise<boolean>
}

/** Options of {@link reloadKeyset}. */
export interface ReloadKeysetOptions {
  /** How often the source is asked, 100 to 86 400 000. The next question comes so long after the last answer. */
  readonly everyMs: number
  /** Called with every failure; the keyset stays as it was, and the source is asked again. */
  onError(error: unknown): void
}

/** What {@link reloadKeyset} started. */
export interface KeysetReload {
  /** Asks now; true where the keys were replaced. Rejects with the failure, after `onError` was called. */
  now(): Promise<boolean>
  /** Asks no more; an answer that is still on its way changes nothing. */
  stop(): void
}

const KNOWN: OptionNames<ReloadKeysetOptions> = { everyMs: 2, onError: 2 }

/**
 * Keeps a keyset equal to its source, without a restart: asks at an interval, and replaces all keys in one step where something
 * changed. A source that fails, or whose keys cannot be used, changes nothing. On Node, the timer keeps no process alive.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for another interval, or without `onError`.
 * @example
 * ```ts
 * import { createSignedFetch, keyset, rfc9421 } from 'countersign'
 * import { reloadKeyset } from 'countersign/client'
 * import { keysetSource } from 'countersign/client/load-secret'
 *
 * const source = keysetSource('file:/etc/bot/keys.json')
 * const keys = keyset(await source.load())
 * const signedFetch = createSignedFetch(keys.signer((key) => rfc9421({ key })), { origins: ['https://api.example.com'] })
 * const reload = reloadKeyset(keys, source, { everyMs: 30_000, onError: (error) => console.error(error) })
 * process.on('SIGHUP', () => reload.now().catch(() => {}))
 * ```
 */
export function reloadKeyset<K extends SigningKey>(
  keys: Keyset<K>,
  source: KeysetSource<K>,
  options: ReloadKeysetOptions,
): KeysetReload {
  assertOptions('reloadKeyset', options, KNOWN, {}, 'ARGUMENT_INVALID')
  const { everyMs, onError } = options ?? {}
  mustBe(
    everyMs >= 100 && everyMs <= 86_400_000,
    'everyMs',
    'milliseconds from 100 to 86400000',
    everyMs,
    'ARGUMENT_INVALID',
  )
  mustBe(typeof onError === 'function', 'onError', 'a function', onError, 'ARGUMENT_INVALID')
  let stopped = false
  let running: Promise<boolean> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  const ask = async (): Promise<boolean> => {
    try {
      if ((await source.changed?.()) === false || stopped) return false
      const contents = await source.load()
      if (stopped) return false
      keys.replace(contents)
      return true
    } catch (error) {
      if (!stopped) onError(error)
      throw error
    }
  }

  /** One at a time: of two answers, the older one must not come last. */
  const now = (): Promise<boolean> => {
    running ??= ask().finally(() => {
      running = undefined
    })
    return running
  }

  const wait = (): void => {
    if (stopped) return
    timer = setTimeout(() => {
      // What failed was reported.
      now().then(wait, wait)
    }, everyMs)
    unref(timer)
  }
  wait()

  return {
    now,
    stop: () => {
      stopped = true
      clearTimeout(timer)
    },
  }
}
