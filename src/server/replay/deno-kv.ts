/** Nonces shared by all processes and regions of a Deno service, in Deno KV: `countersign/replay/deno-kv`. */
import { fail, kindOf, type OptionNames } from '../../errors.js'
import { refuseWorkersKv } from './workers-kv.js'
import {
  assertRowsOptions,
  markOf,
  WRITTEN_ONCE,
  type WrittenOnceOptions,
  type WrittenOnceStore,
  writtenOnceStore,
} from './written-once.js'

interface EntryLike {
  readonly value: unknown
  readonly versionstamp: string | null
}

interface AtomicLike {
  check(...checks: Array<{ readonly key: string[]; readonly versionstamp: string | null }>): AtomicLike
  set(key: string[], value: string, options?: { readonly expireIn?: number }): AtomicLike
  commit(): Promise<{ readonly ok: boolean }>
}

/** An open database, `await Deno.openKv()`, as far as it is used. */
export interface DenoKvLike {
  /** Reads an entry. */
  get(key: string[], options?: { readonly consistency?: 'strong' }): Promise<EntryLike>
  /** Begins a transaction. */
  atomic(): AtomicLike
}

/** Options of {@link denoKvReplayStore}. */
export interface DenoKvReplayOptions extends WrittenOnceOptions {
  /** `await Deno.openKv()`, or that of `@deno/kv`. */
  readonly kv: DenoKvLike
}

const KNOWN: OptionNames<DenoKvReplayOptions> = { kv: 2, ...WRITTEN_ONCE }

const ROOM = 'countersign-replay'
const STRONG = { consistency: 'strong' } as const

/**
 * A replay store in Deno KV. A claim is one atomic operation, which checks that the nonce is not there and that the mark is the one
 * the claim counts on: of any number of equal claims, in any region, exactly one is granted.
 *
 * Deno KV shows no clock, so nonces are kept for an hour longer (`clockSkewMs`): machines' clocks may differ by less than that.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for bad options, and for Workers KV. Claims reject with `STORE_UNAVAILABLE`.
 * @see https://docs.deno.com/deploy/kv/transactions/
 * @example
 * ```ts
 * import { type DenoKvLike, denoKvReplayStore } from 'countersign/replay/deno-kv'
 *
 * // const kv = await Deno.openKv()
 * export const nonces = (kv: DenoKvLike) => denoKvReplayStore({ kv })
 * ```
 */
export function denoKvReplayStore(options: DenoKvReplayOptions): WrittenOnceStore {
  const where = 'denoKvReplayStore'
  assertRowsOptions(where, options, KNOWN, 'kv')
  const { kv, ...rest } = options
  refuseWorkersKv(where, 'kv', kv)
  if (typeof kv?.atomic !== 'function' || typeof kv.get !== 'function')
    fail('CONFIG_INVALID', `${where}: "kv" must be an open database, await Deno.openKv(), got ${kindOf(kv)}`)
  const markKey = [ROOM, 'mark', rest.prefix ?? 'rp']
  /** Of the marks that were read: a text alone would not show that it was deleted and written again. */
  let version: { readonly mark: unknown; readonly versionstamp: string | null } | undefined
  return writtenOnceStore(
    rest,
    {
      write: async ({ key, token, expiresAtMs }, mark) => {
        const rowKey = [ROOM, key]
        const known = version
        if (known?.mark !== mark) return { holder: undefined, mark: null }
        const { ok } = await kv
          .atomic()
          .check({ key: rowKey, versionstamp: null }, { key: markKey, versionstamp: known.versionstamp })
          .set(rowKey, token, { expireIn: Math.max(1, expiresAtMs - Date.now()) })
          .commit()
        if (ok) return { holder: token }
        const { value: holder } = await kv.get(rowKey, STRONG)
        const { versionstamp } = await kv.get(markKey, STRONG)
        return { holder, mark: holder !== null && versionstamp === known.versionstamp ? mark : null }
      },
      mark: async (window) => {
        await kv.atomic().check({ key: markKey, versionstamp: null }).set(markKey, markOf(window, Date.now())).commit()
        const { value, versionstamp } = await kv.get(markKey, STRONG)
        version = { mark: value, versionstamp }
        return value
      },
    },
    { where, hasClock: false, markMs: Infinity, refusalOf: () => undefined },
  )
}
