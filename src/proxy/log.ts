import { hex } from '../crypto/encoding.js'
import { drawBytes } from '../crypto/random.js'
import { ignoreErrors } from '../support/ignore-errors.js'

/** One request as a proxy or gate logs it. Holds no secret: no query, no field value, no body. */
export interface ProxyLogEntry {
  /** When the request arrived, ISO 8601. */
  readonly time: string
  /** Also in `X-Request-Id` of the answer. */
  readonly requestId: string
  /** Empty, as the path is, where the bytes were no HTTP: then the code is `MESSAGE_MALFORMED`. */
  readonly method: string
  /** Without the query, at most 512 characters. */
  readonly path: string
  /** `X-Request-Id` of the answer that the upstream gave, where it is another. The client gets the one of this proxy. */
  readonly upstreamRequestId?: string | undefined
  /** Where it went: the origin of the target. Absent where it went nowhere. */
  readonly upstream?: string | undefined
  /** The status that the client got; 0 where it hung up before. */
  readonly status: number
  /** Why the proxy answered itself; absent where the upstream did. */
  readonly code?: string | undefined
  /** What was wrong, for people. */
  readonly detail?: string | undefined
  /** Key that signed, or that was proven. */
  readonly keyId?: string | undefined
  /** The key that a refused request named: a claim, which may not have been proven. */
  readonly claimedKeyId?: string | undefined
  /** Who owns the key, where one was proven. */
  readonly owner?: string | undefined
  /** How often it was sent: 2 after a refusal for its time. */
  readonly attempts?: number | undefined
  /** How long it took, in milliseconds. */
  readonly durationMs: number
  /** Bytes of the answer's body that went to the client. */
  readonly bytesOut: number
}

/** Takes one entry per request. What it throws is ignored. */
export type ProxyLog = (entry: ProxyLogEntry) => void

/** An id for one request: 16 hexadecimal digits. */
export function newRequestId(): string {
  if (at === POOL) {
    pool = drawBytes(POOL)
    at = 0
  }
  at += ID
  return hex(pool.subarray(at - ID, at))
}
const ID = 8
/** Of so many bytes at once: a call for eight costs a microsecond. */
const POOL = 256 * ID
let pool: Uint8Array = new Uint8Array(POOL)
let at = POOL

/** A path as it is logged. */
export const loggedPath = (target: string): string => (target.split('?', 1)[0] as string).slice(0, 512)

/** A request while it is being answered; `end` logs it once. */
export interface Logged {
  readonly requestId: string
  readonly facts: { -readonly [K in keyof ProxyLogEntry]?: ProxyLogEntry[K] }
  end(status: number): void
}

/** Begins the entry of a request. */
export function begin(log: ProxyLog | undefined, method: string, target: string): Logged {
  const requestId = newRequestId()
  const startedMs = performance.now()
  const arrivedMs = Date.now()
  const facts: Logged['facts'] = {}
  let done = false
  return {
    requestId,
    facts,
    end: (status) => {
      if (done) return
      done = true
      if (log === undefined) return
      const durationMs = Math.round((performance.now() - startedMs) * 10) / 10
      ignoreErrors(() =>
        log({
          ...{
            time: new Date(arrivedMs).toISOString(),
            requestId,
            method: method.slice(0, 32),
            path: loggedPath(target),
          },
          ...{ status, durationMs, bytesOut: 0 },
          ...facts,
        }),
      )
    },
  }
}
