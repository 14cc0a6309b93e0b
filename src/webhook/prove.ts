import { utf8Decode } from '../crypto/encoding.js'
import type { HmacKey } from '../crypto/key.js'
import { fail } from '../errors.js'
import type { HttpRequest } from '../message/message.js'
import type { UntrustedSignature } from '../schemes/scheme.js'
import type { Webhook, WebhookAnswer, WebhookKey } from '../schemes/webhook/webhook.js'
import { isPromise } from '../support/deadline.js'
import type { WebhookAccepted } from './verdict.js'

const NO_BODY = /* @__PURE__ */ new Uint8Array(0)

export const UNMATCHED = 'no secret has made the signature'

/** A delivery that one of the secrets has signed, and by which signature. */
export interface Proven {
  readonly verdict: WebhookAccepted
  readonly key: WebhookKey
  readonly signed: UntrustedSignature
}

/** Tries every key on every signature; `undefined` where none fits. @throws {CountersignError} the code of a verdict. */
export async function prove(webhook: Webhook, message: HttpRequest, nowMs: number): Promise<Proven | undefined> {
  const found = signaturesOf(webhook, message, nowMs)
  const keys = webhook.keysFor === undefined ? webhook.keys : await webhook.keysFor(message, nowMs)
  for (const key of keys)
    for (const signed of found) {
      const answer = matches(key, signed)
      if ((isPromise(answer) ? await answer : answer) === true) return proven(webhook, message, key, signed)
    }
  return undefined
}

/** {@link prove} at once. @throws {CountersignError} also `KEY_ASYNC` for a key that must be awaited. */
export function proveNow(webhook: Webhook, message: HttpRequest, nowMs: number): Proven | undefined {
  const found = signaturesOf(webhook, message, nowMs)
  const keys = webhook.keysFor === undefined ? webhook.keys : atOnce(webhook.keysFor(message, nowMs))
  for (const key of keys)
    for (const signed of found) if (atOnce(matches(key, signed)) === true) return proven(webhook, message, key, signed)
  return undefined
}

function atOnce<T>(answer: T | Promise<T>): T {
  if (!isPromise(answer)) return answer
  answer.catch(() => {})
  return fail('KEY_ASYNC', 'the key must answer at once, got a promise: use receiveWebhook')
}

/** Whether the key has made the signature; without a copy of the body where the key can do that. */
function matches(key: WebhookKey, signed: UntrustedSignature): boolean | Promise<boolean> {
  const { verifyParts } = key as HmacKey
  // The base is not asked for where it is not needed: it is a copy of the body.
  return verifyParts !== undefined && signed.parts !== undefined
    ? verifyParts.call(key, signed.parts, signed.signature)
    : key.verify(signed.base, signed.signature)
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

function proven(webhook: Webhook, request: HttpRequest, key: WebhookKey, signed: UntrustedSignature): Proven {
  const { createdMs, covered } = signed
  const body = (request.body as Uint8Array | null) ?? NO_BODY
  return { verdict: new Accepted(webhook, request, body, key, createdMs, covered), key, signed }
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
  private readonly key: WebhookKey

  constructor(
    sender: Webhook,
    request: HttpRequest,
    body: Uint8Array,
    key: WebhookKey,
    createdMs: number | undefined,
    covered: readonly string[],
  ) {
    this.webhook = sender.id
    this.sender = sender
    this.request = request
    this.body = body
    this.keyId = key.keyId
    this.key = key
    this.createdMs = createdMs
    this.covered = covered
  }

  get deliveryId(): string | undefined {
    return this.sender.deliveryId(this.request)
  }

  get answer(): WebhookAnswer | undefined {
    return this.sender.challenge?.(this.request, this.body, this.key)
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
