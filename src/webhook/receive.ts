import { sha256Text } from '#backend/sha256'
import { utf8, utf8Decode } from '../crypto/encoding.js'
import type { HmacKey } from '../crypto/key.js'
import {
  assertInteger,
  assertOptions,
  fail,
  isCountersignError,
  kindOf,
  type OptionNames,
  VERDICT_STATUS,
  type VerdictCode,
} from '../errors.js'
import { type FieldLines, type FieldsInit, fieldLines } from '../message/fields.js'
import type { HttpRequest } from '../message/message.js'
import { parseUrl } from '../message/target.js'
import type { UntrustedSignature } from '../schemes/scheme.js'
import type { Webhook, WebhookAnswer, WebhookKey } from '../schemes/webhook/webhook.js'
import type { Clock } from '../sources/sources.js'
import { readBody } from '../support/body.js'
import { isPromise } from '../support/deadline.js'
import type { DeliveryClaim, DeliveryStore } from './deliveries.js'

/** A delivery as a platform hands it over: the raw body, never what a parser made of it. */
export interface WebhookRequest {
  readonly headers: FieldsInit
  readonly body: Uint8Array | string | null
  /** Default `POST`. */
  readonly method?: string
  /** The URL that the sender called, for schemes that sign it. */
  readonly url?: string | URL
}

/** Options of {@link receiveWebhook}. */
export interface ReceiveOptions {
  /** Where deliveries are remembered. Without it a delivery that comes again is not recognised. */
  readonly deliveries?: DeliveryStore
  /** For how long. Default three days, which is how long most senders try. */
  readonly rememberMs?: number
  /** Default 1 MiB. */
  readonly maxBodyBytes?: number
  /** Default: the system's. */
  readonly clock?: Pick<Clock, 'now'>
}

/** A delivery that its sender made. */
export interface WebhookAccepted {
  readonly ok: true
  /** The id of the scheme, such as `stripe`. */
  readonly webhook: string
  /** Which of the secrets it was, by its key id: `stripe`, or `stripe-2` for the second. */
  readonly keyId: string
  /** The signed time; absent where none is signed. */
  readonly createdMs: number | undefined
  /** The sender's id for the event, the same when it is delivered again; a claim where the scheme does not sign it. */
  readonly deliveryId: string | undefined
  /** True where it was delivered before: answer 200 and do nothing. Always false without `deliveries`. */
  readonly duplicate: boolean
  readonly covered: readonly string[]
  /** The raw body. */
  readonly body: Uint8Array
  /** The answer that the sender waits for, where the message is a question of its own (a URL check). */
  readonly answer: WebhookAnswer | undefined
  /** The body as text. @throws {CountersignError} `BODY_UNREADABLE` for what is no UTF-8. */
  text(): string
  /** The body as JSON. @throws {CountersignError} `BODY_UNREADABLE` for what is none. */
  json(): unknown
  /** Forgets the delivery, because its handler failed: the next attempt is no duplicate. */
  release(): Promise<void>
}

/** A request that was refused, and why. `detail` is for logs; only the status may go out. */
export interface WebhookRefused {
  readonly ok: false
  readonly code: VerdictCode
  readonly status: number
  readonly detail: string
  /** False where nothing is known about the message, because a store or a key could not be asked: the sender should try again. */
  readonly conclusive: boolean
}

/** The one answer about a delivery. */
export type WebhookVerdict = WebhookAccepted | WebhookRefused

const KNOWN: OptionNames<ReceiveOptions> = { deliveries: 1, rememberMs: 1, maxBodyBytes: 1, clock: 1 }
const PARTS: OptionNames<WebhookRequest> = { headers: 1, body: 1, method: 1, url: 1 }
const HINTS = {
  replay: 'deliveries',
  store: 'deliveries',
  toleranceMs: 'the option of the webhook, such as stripe({ toleranceMs })',
}
const PART_HINTS = { rawBody: 'body', payload: 'body', header: 'headers' }
const THREE_DAYS_MS = 259_200_000
const MIB = 1_048_576
const NO_BODY = /* @__PURE__ */ new Uint8Array(0)

const refused = (code: VerdictCode, detail: string): WebhookRefused => ({
  ok: false,
  code,
  status: VERDICT_STATUS[code],
  detail,
  conclusive: VERDICT_STATUS[code] < 500,
})

/**
 * Judges a delivery: signature by any of the current secrets, time, and whether it was delivered before. Never rejects for what a
 * message holds.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `BODY_CONSUMED` where something has read the body
 *   before: mount the receiver before body parsers.
 * @example
 * ```ts
 * import { memoryDeliveries, receiveWebhook } from 'countersign/webhook'
 * import { stripe } from 'countersign/webhook/stripe'
 *
 * const webhook = stripe({ secret: 'whsec_5f0c9d6d1b9f4a0f8d7b6a5c4e3f2a1b' })
 * const deliveries = memoryDeliveries()
 *
 * export async function POST(request: Request) {
 *   const verdict = await receiveWebhook(webhook, request, { deliveries })
 *   if (!verdict.ok) return new Response(null, { status: verdict.status })
 *   if (!verdict.duplicate) console.log(verdict.json())
 *   return new Response(null, { status: 200 })
 * }
 * ```
 */
export async function receiveWebhook(
  webhook: Webhook,
  request: Request | WebhookRequest,
  options: ReceiveOptions = {},
): Promise<WebhookVerdict> {
  assertWebhook('receiveWebhook', webhook)
  assertOptions('receiveWebhook', options, KNOWN, HINTS)
  const { deliveries, rememberMs = THREE_DAYS_MS, maxBodyBytes = MIB, clock = Date } = options
  assertInteger('rememberMs', rememberMs, 1_000, Number.MAX_SAFE_INTEGER, 'receiveWebhook: ')
  assertInteger('maxBodyBytes', maxBodyBytes, 0, Number.MAX_SAFE_INTEGER, 'receiveWebhook: ')
  const nowMs = clock.now()
  try {
    const message = isFetch(request) ? await fromFetch(request, maxBodyBytes) : fromParts(request)
    if (((message.body as Uint8Array | null)?.length ?? 0) > maxBodyBytes)
      return refused('BODY_TOO_LARGE', `the body must have at most ${maxBodyBytes} bytes`)
    const found = signaturesOf(webhook, message, nowMs)
    for (const key of webhook.keys)
      for (const one of found) {
        const answer = matches(key, one)
        if ((isPromise(answer) ? await answer : answer) === true)
          return await remembered(
            accepted(webhook, message, found[0] as UntrustedSignature, key.keyId),
            webhook,
            one,
            deliveries,
            { nowMs, untilMs: nowMs + rememberMs },
          )
      }
    return NOT_MATCHING
  } catch (error) {
    return refusalOf(error)
  }
}

/**
 * {@link receiveWebhook} at once, for a body that is in memory and keys that answer at once: without a memory of deliveries.
 *
 * @throws {CountersignError} `KEY_ASYNC` for a key that must be awaited, `CONFIG_INVALID` for what cannot be meant.
 * @example
 * ```ts
 * import { verifyWebhook } from 'countersign/webhook'
 * import { github } from 'countersign/webhook/github'
 *
 * const webhook = github({ secret: 'a-secret-of-this-repository' })
 * export const isGenuine = (headers: Record<string, string>, body: Uint8Array) =>
 *   verifyWebhook(webhook, { headers, body }).ok
 * ```
 */
export function verifyWebhook(
  webhook: Webhook,
  request: WebhookRequest,
  options: Pick<ReceiveOptions, 'clock'> = {},
): WebhookVerdict {
  assertWebhook('verifyWebhook', webhook)
  assertOptions('verifyWebhook', options, { clock: 1 }, HINTS)
  const { clock = Date } = options
  try {
    const message = fromParts(request)
    const found = signaturesOf(webhook, message, clock.now())
    for (const key of webhook.keys)
      for (const one of found) {
        const answer = matches(key, one)
        if (isPromise(answer)) {
          answer.catch(() => {})
          fail('KEY_ASYNC', 'the key must answer at once, got a promise: use receiveWebhook')
        }
        if (answer === true) return accepted(webhook, message, found[0] as UntrustedSignature, key.keyId)
      }
    return NOT_MATCHING
  } catch (error) {
    return refusalOf(error)
  }
}

/** Whether the key has made the signature; without a copy of the body where the key can do that. */
function matches(key: WebhookKey, signed: UntrustedSignature): boolean | Promise<boolean> {
  const { verifyParts } = key as HmacKey
  // The base is not asked for where it is not needed: it is a copy of the body.
  return verifyParts !== undefined && signed.parts !== undefined
    ? verifyParts.call(key, signed.parts, signed.signature)
    : key.verify(signed.base, signed.signature)
}

const NOT_MATCHING: WebhookRefused = /* @__PURE__ */ refused('SIGNATURE_INVALID', 'no secret has made the signature')

/** A verdict code is an answer; anything else is a mistake of the program. */
function refusalOf(error: unknown): WebhookRefused {
  if (isCountersignError(error) && Object.hasOwn(VERDICT_STATUS, error.code))
    return refused(error.code as VerdictCode, error.message)
  throw error
}

export function assertWebhook(where: string, webhook: Webhook): void {
  if (typeof webhook?.scheme?.parse !== 'function' || !Array.isArray(webhook.keys))
    fail(
      'CONFIG_INVALID',
      `${where}: the first argument must be a webhook, such as stripe({ secret }), got ${kindOf(webhook)}`,
    )
}

/** The signatures of a delivery whose time fits. */
function signaturesOf({ scheme, window }: Webhook, message: HttpRequest, nowMs: number): readonly UntrustedSignature[] {
  const found = scheme.parse(message)
  const [first] = found
  if (first === undefined) return fail('AUTH_MISSING', 'the request carries no signature of this sender')
  if (window !== undefined) {
    const age = nowMs - (first.createdMs as number)
    // Written so that NaN is refused.
    if (!(age <= window.pastMs)) fail('TIMESTAMP_EXPIRED', `the delivery is older than ${window.pastMs} ms`)
    if (!(age >= -window.futureMs)) fail('TIMESTAMP_FUTURE', `the delivery is more than ${window.futureMs} ms ahead`)
  }
  return found
}

function accepted(
  webhook: Webhook,
  request: HttpRequest,
  { createdMs, covered }: UntrustedSignature,
  keyId: string,
): WebhookAccepted {
  const body = (request.body as Uint8Array | null) ?? NO_BODY
  return new Accepted(webhook, request, body, keyId, createdMs, covered)
}

const RELEASED = (): Promise<void> => Promise.resolve()

/** A class, because one is made for every delivery. */
class Accepted implements WebhookAccepted {
  readonly ok = true
  readonly webhook: string
  readonly body: Uint8Array
  readonly keyId: string
  readonly createdMs: number | undefined
  readonly covered: readonly string[]
  readonly duplicate: boolean = false
  readonly release: () => Promise<void> = RELEASED
  private readonly sender: Webhook
  private readonly request: HttpRequest

  constructor(
    sender: Webhook,
    request: HttpRequest,
    body: Uint8Array,
    keyId: string,
    createdMs: number | undefined,
    covered: readonly string[],
  ) {
    this.webhook = sender.id
    this.sender = sender
    this.request = request
    this.body = body
    this.keyId = keyId
    this.createdMs = createdMs
    this.covered = covered
  }

  get deliveryId(): string | undefined {
    return this.sender.deliveryId(this.request)
  }

  get answer(): WebhookAnswer | undefined {
    return this.sender.challenge?.(this.request, this.body)
  }

  text(): string {
    return utf8Decode(this.body) ?? fail('BODY_UNREADABLE', 'the body is no UTF-8')
  }

  json(): unknown {
    const text = this.text()
    try {
      return JSON.parse(text)
    } catch (cause) {
      return fail('BODY_UNREADABLE', 'the body is no JSON', { cause })
    }
  }
}

/** The verdict, with whether the delivery was there before. */
async function remembered(
  verdict: WebhookAccepted,
  { id, deliveryIdSigned }: Webhook,
  signed: UntrustedSignature,
  deliveries: DeliveryStore | undefined,
  times: Omit<DeliveryClaim, 'id'>,
): Promise<WebhookVerdict> {
  if (deliveries === undefined) return verdict
  const { deliveryId } = verdict
  const names = [
    ...(deliveryId === undefined ? [] : [`${id}:${deliveryId}`]),
    // An id that is not signed can be exchanged: then what is signed stands for the delivery as well.
    ...(deliveryIdSigned && deliveryId !== undefined ? [] : [`${id}#${sha256Text(signed.base, 'base64url')}`]),
  ]
  try {
    const claims = await Promise.all(names.map((name) => deliveries.claim({ id: name, ...times })))
    const own = names.filter((_, at) => claims[at] === true)
    return Object.assign(verdict, {
      duplicate: own.length < names.length,
      release: async () => {
        await Promise.all(own.map((name) => deliveries.release(name)))
      },
    })
  } catch {
    return refused('STORE_UNAVAILABLE', 'the store of deliveries could not be asked')
  }
}

const isFetch = (request: Request | WebhookRequest): request is Request =>
  typeof (request as Request)?.headers?.get === 'function' && typeof (request as Request).url === 'string'

async function fromFetch(request: Request, maxBodyBytes: number): Promise<HttpRequest> {
  if (request.bodyUsed)
    fail(
      'BODY_CONSUMED',
      'the body was read before: hand the request over first, and read verdict.json() or verdict.text()',
    )
  const lines: string[] = []
  for (const [name, value] of request.headers) lines.push(name, value)
  const body = request.body === null ? null : await readBody(streamOf(request.body), maxBodyBytes)
  return { ...destination(request.url), method: request.method, fields: lines, body }
}

/** Not every runtime lets a ReadableStream be iterated. */
async function* streamOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    reader.cancel().catch(() => {})
  }
}

/** A URL that no sender signs is not read. */
const NOWHERE = { scheme: 'https', authority: '', target: '/' } as const

function destination(url: string | URL | undefined): Pick<HttpRequest, 'scheme' | 'authority' | 'target'> {
  return url === undefined ? NOWHERE : parseUrl(url)
}

function fromParts(request: WebhookRequest): HttpRequest {
  assertOptions('request', request ?? null, PARTS, PART_HINTS)
  const { headers, body, method = 'POST', url } = request
  if (!(body === null || typeof body === 'string' || body instanceof Uint8Array))
    fail(
      'CONFIG_INVALID',
      `"body" must be the raw body (bytes, or the text as it came), got ${kindOf(body)}: read it before a body parser does`,
    )
  const { scheme, authority, target } = destination(url)
  // Written out: a spread costs more than finding the signature does.
  return {
    method,
    scheme,
    authority,
    target,
    fields: linesOf(headers),
    body: typeof body === 'string' ? utf8(body) : body,
  }
}

/** Field lines as they came. What a host hands over was read from the wire, so it is not checked again to be sent. */
function linesOf(headers: FieldsInit): FieldLines {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers) || Symbol.iterator in headers)
    return fieldLines(headers)
  const out: string[] = []
  for (const name of Object.keys(headers)) {
    const value = (headers as Readonly<Record<string, unknown>>)[name]
    if (typeof value === 'string') out.push(name, value)
    else if (value !== undefined) return fieldLines(headers)
  }
  return out
}
