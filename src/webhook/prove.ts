import { utf8Decode } from '../crypto/encoding.js'
import type { HmacKey } from '../crypto/key.js'
import { fail } from '../errors.js'
import type { HttpRequest } from '../message/message.js'
import { deliveryIdOf } from '../schemes/webhook/ids.js'
import { type ReadDelivery, readDelivery, type SignedText, signedText } from '../schemes/webhook/read.js'
import type { Webhook, WebhookAnswer, WebhookKey, WebhookSpec } from '../schemes/webhook/webhook.js'
import { assertInWindow } from '../schemes/webhook/window.js'
import { isPromise } from '../support/deadline.js'
import type { WebhookAccepted } from './verdict.js'

const NO_BODY = /* @__PURE__ */ new Uint8Array(0)

export const UNMATCHED = 'no secret has made the signature'

/** A delivery that one of the secrets has signed, and the text that it has signed. */
export interface Proven {
  readonly verdict: WebhookAccepted
  readonly key: WebhookKey
  readonly text: SignedText
}

/** Tries every key on every signature; `undefined` where none fits. @throws {CountersignError} the code of a verdict. */
export async function prove(webhook: Webhook, message: HttpRequest, nowMs: number): Promise<Proven | undefined> {
  const read = readInTime(webhook, message, nowMs)
  const keys = webhook.keysFor === undefined ? webhook.keys : await webhook.keysFor(message, nowMs)
  for (const base of basesOf(webhook)) {
    const text = signedText(base, message, read)
    for (const key of keys)
      for (const signature of read.signatures) {
        const answer = matches(key, text, signature)
        if ((isPromise(answer) ? await answer : answer) === true) return proven(webhook, message, read, key, text)
      }
  }
  return undefined
}

/** {@link prove} at once. @throws {CountersignError} also `KEY_ASYNC` for a key that must be awaited. */
export function proveNow(webhook: Webhook, message: HttpRequest, nowMs: number): Proven | undefined {
  const read = readInTime(webhook, message, nowMs)
  const keys = webhook.keysFor === undefined ? webhook.keys : atOnce(webhook.keysFor(message, nowMs))
  for (const base of basesOf(webhook)) {
    const text = signedText(base, message, read)
    for (const key of keys)
      for (const signature of read.signatures)
        if (atOnce(matches(key, text, signature)) === true) return proven(webhook, message, read, key, text)
  }
  return undefined
}

const basesOf = ({ spec: { base, alternatives } }: Webhook): ReadonlyArray<WebhookSpec['base']> =>
  alternatives === undefined ? [base] : [base, ...alternatives]

function atOnce<T>(answer: T | Promise<T>): T {
  if (!isPromise(answer)) return answer
  answer.catch(() => {})
  return fail('KEY_ASYNC', 'the key must answer at once, got a promise: use receiveWebhook')
}

/** Whether the key has made the signature; without a copy of the body where the key can do that. */
function matches(key: WebhookKey, text: SignedText, signature: Uint8Array): boolean | Promise<boolean> {
  const { verifyParts } = key as HmacKey
  return verifyParts === undefined ? key.verify(text.whole(), signature) : verifyParts.call(key, text.parts, signature)
}

/** What a delivery states, where its time fits. */
function readInTime({ spec, window }: Webhook, message: HttpRequest, nowMs: number): ReadDelivery {
  const read = readDelivery(spec, message)
  if (read === undefined) return fail('AUTH_MISSING', 'the request carries no signature of this sender')
  if (window !== undefined) assertInWindow(read.createdMs as number, nowMs, window)
  return read
}

function proven(
  webhook: Webhook,
  request: HttpRequest,
  { createdMs }: ReadDelivery,
  key: WebhookKey,
  text: SignedText,
): Proven {
  const body = (request.body as Uint8Array | null) ?? NO_BODY
  return { verdict: new Accepted(webhook, request, body, key, createdMs), key, text }
}

const NOTHING = (): Promise<void> => Promise.resolve()

/** A class, because one is made for every delivery. */
class Accepted implements WebhookAccepted {
  readonly ok = true
  readonly webhook: string
  readonly body: Uint8Array
  readonly keyId: string
  readonly createdMs: number | undefined
  readonly covered: readonly string[]
  readonly duplicate: boolean = false
  readonly settle: () => Promise<void> = NOTHING
  readonly release: () => Promise<void> = NOTHING
  private readonly sender: Webhook
  private readonly request: HttpRequest
  private readonly key: WebhookKey

  constructor(sender: Webhook, request: HttpRequest, body: Uint8Array, key: WebhookKey, createdMs: number | undefined) {
    this.webhook = sender.id
    this.sender = sender
    this.request = request
    this.body = body
    this.keyId = key.keyId
    this.key = key
    this.createdMs = createdMs
    this.covered = sender.covered
  }

  get deliveryId(): string | undefined {
    return deliveryIdOf(this.sender.spec, this.request)
  }

  get answer(): WebhookAnswer | undefined {
    return this.sender.spec.challenge?.(this.request, this.body, this.key)
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
