import { assertInteger, assertOptions, fail, kindOf, type OptionNames } from '../../errors.js'
import type { FieldsInit } from '../../message/fields.js'
import type { InsecureOption } from '../../message/target.js'
import type { Clock } from '../../sources/sources.js'
import { assertParts, assertUnit, CLOCK, FETCH } from '../../support/asked.js'
import type { TargetRule } from './target.js'

/** What is delivered, and where to. */
export interface WebhookToSend {
  /** Where it goes. */
  readonly url: string | URL
  /** What is delivered: text is sent as UTF-8. */
  readonly body: Uint8Array | string
  /** The id of the event, the same at every attempt, so that its receiver knows a duplicate. Default a new one. */
  readonly id?: string
  /** Further fields. `Content-Type` is `application/json` unless it is among them. */
  readonly headers?: FieldsInit
}

/** Options of {@link sendWebhook}. */
export interface SendWebhookOptions extends InsecureOption {
  /** How often to try at most, the first time included: 1 to 20. Default 5. */
  readonly attempts?: number
  /** How long one attempt may take, from the lookup to the head of the answer. Default 10 000. */
  readonly timeoutMs?: number
  /** How long all of them may take, with the pauses between. Default 60 000. */
  readonly deadlineMs?: number
  /** The first pause; each further one is twice as long, with jitter, and never shorter than `Retry-After`. Default 500. */
  readonly backoffMs?: number
  /** The longest pause, `Retry-After` aside. Default 30 000. */
  readonly maxBackoffMs?: number
  /**
   * Where the URL may lead. `public` refuses this machine and private networks: a URL that your users state must not reach
   * into yours. Default `public`.
   */
  readonly addresses?: 'public' | 'any'
  /**
   * The addresses of a host name, checked before each attempt: all must be public. On Node:
   * `async (host) => (await dns.lookup(host, { all: true })).map(({ address }) => address)`. The fetch asks the DNS again, so
   * give it an agent whose own lookup uses `isPublicAddress` of `countersign/server/directory`.
   */
  readonly lookup?: (hostname: string) => Promise<readonly string[]>
  /** Default: the global `fetch`, looked up at each call. It must honour `redirect: 'manual'` and `signal`. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>
  /** Ends it all. */
  readonly signal?: AbortSignal
  /** Default: this machine's. */
  readonly clock?: Pick<Clock, 'now'>
  /** A number from 0 to 1 for each pause: which part of its second half is waited. Default: `Math.random`. */
  readonly jitter?: () => number
}

const KNOWN: OptionNames<SendWebhookOptions> = {
  attempts: 1,
  timeoutMs: 1,
  deadlineMs: 1,
  backoffMs: 1,
  maxBackoffMs: 1,
  addresses: 1,
  lookup: 1,
  fetch: 1,
  signal: 1,
  clock: 1,
  jitter: 1,
}
const HINTS = { retries: 'attempts', retry: 'attempts', dns: 'lookup', random: 'jitter', totalMs: 'deadlineMs' }
const PARTS: OptionNames<WebhookToSend> = { url: 2, body: 2, id: 1, headers: 1 }

/** {@link SendWebhookOptions}, checked, with their defaults. */
export interface SendSettings extends TargetRule {
  readonly attempts: number
  readonly timeoutMs: number
  readonly deadlineMs: number
  readonly backoffMs: number
  readonly maxBackoffMs: number
  readonly fetch: NonNullable<SendWebhookOptions['fetch']>
  readonly signal: AbortSignal | undefined
  readonly clock: Pick<Clock, 'now'>
  readonly jitter: () => number
}

/** @throws {CountersignError} `CONFIG_INVALID`. */
export function sendSettings(options: SendWebhookOptions): SendSettings {
  assertOptions('sendWebhook', options, KNOWN, HINTS)
  assertParts('sendWebhook', options, CLOCK, FETCH, LOOKUP, JITTER)
  assertUnit('sendWebhook: ', options.clock)
  const { attempts = 5, timeoutMs = 10_000, deadlineMs = 60_000, backoffMs = 500, maxBackoffMs = 30_000 } = options
  const { addresses = 'public', lookup, signal, clock = Date, jitter = Math.random } = options
  assertInteger('attempts', attempts, 1, 20, 'sendWebhook: ')
  assertInteger('timeoutMs', timeoutMs, 1, 600_000, 'sendWebhook: ')
  assertInteger('deadlineMs', deadlineMs, 1, 86_400_000, 'sendWebhook: ')
  assertInteger('backoffMs', backoffMs, 0, 3_600_000, 'sendWebhook: ')
  assertInteger('maxBackoffMs', maxBackoffMs, 0, 3_600_000, 'sendWebhook: ')
  if (addresses !== 'public' && addresses !== 'any')
    fail('CONFIG_INVALID', `sendWebhook: "addresses" must be "public" or "any", got ${kindOf(addresses)}`)
  const fetch = options.fetch ?? ((url: string, init: RequestInit) => globalThis.fetch(url, init))
  return {
    // With the symbol that allows http, where it is given.
    ...options,
    ...{ attempts, timeoutMs, deadlineMs, backoffMs, maxBackoffMs, addresses, lookup, signal, clock, jitter, fetch },
  }
}

const LOOKUP = ['lookup', 'a function that resolves a host name'] as const
const JITTER = ['jitter', 'a function that returns a number from 0 to 1, such as Math.random'] as const

/** @throws {CountersignError} `CONFIG_INVALID`. */
export function assertToSend(delivery: WebhookToSend): void {
  assertOptions('delivery', delivery, PARTS, { payload: 'body', endpoint: 'url' })
  const { url } = delivery
  if (!(typeof url === 'string' || url instanceof URL))
    fail('CONFIG_INVALID', `"url" must be the URL of the receiver, got ${kindOf(url)}`)
}
