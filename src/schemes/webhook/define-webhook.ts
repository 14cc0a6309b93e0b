import { ENCODE } from '../../crypto/encoding.js'
import type { Bytes } from '../../crypto/key.js'
import { fail } from '../../errors.js'
import { type HttpMessage, type HttpRequest, isRequest, withFields } from '../../message/message.js'
import { bodyBytes, joinParts } from '../scheme/signed-bytes.js'
import { timeText, timeValue } from '../scheme/times.js'
import { type Coverage, type SignContext, schemeDemands, type UntrustedSignature } from '../scheme.js'
import { jsonMember } from './json.js'
import { oneLine } from './places.js'
import type { PreparedWebhook, Webhook, WebhookKey, WebhookScheme, WebhookSpec, WebhookWindow } from './webhook.js'

const DEFAULT_MS = 300_000
// An id is signed between dots or colons: with one of them inside, parts of the text could be read in another way.
const ID = /^[A-Za-z0-9_~+/=-]{1,128}$/

/** Adds the scheme of a sender, as data, to the keys of one receiver. */
export function webhookOf(spec: WebhookSpec, keys: readonly WebhookKey[], window?: Partial<WebhookWindow>): Webhook {
  const { toleranceMs = DEFAULT_MS, time, delivery } = spec
  return {
    id: spec.id,
    scheme: schemeOf(spec),
    keys,
    window:
      time === undefined
        ? undefined
        : { pastMs: window?.pastMs ?? toleranceMs, futureMs: window?.futureMs ?? DEFAULT_MS },
    weaknesses: spec.weaknesses,
    deliveryId: (request) => deliveryIdOf(spec, request),
    deliveryIdSigned:
      delivery !== undefined &&
      ('field' in delivery ? delivery.signed : 'beside' in delivery || spec.withoutBody !== true),
    ...(spec.challenge === undefined ? {} : { challenge: spec.challenge }),
    ...(spec.question === undefined ? {} : { question: spec.question }),
  }
}

function deliveryIdOf({ delivery, place }: WebhookSpec, request: HttpRequest): string | undefined {
  if (delivery === undefined) return undefined
  if ('field' in delivery) return oneLine(request, delivery.field)
  if ('beside' in delivery) return place.read(request)?.id
  const value = jsonMember(bodyBytes('webhook', request), delivery.member)
  return typeof value === 'string' && value !== '' && value.length <= 256 ? value : undefined
}

function schemeOf(spec: WebhookSpec): WebhookScheme {
  const { id, place, time, delivery } = spec
  const covers: ReadonlySet<Coverage> = new Set<Coverage>([
    ...(spec.withoutBody === true ? [] : (['body'] as const)),
    ...(spec.covers ?? []),
  ])
  const covered = [...covers]
  return {
    id,
    readsBody: true,
    demands: schemeDemands({
      require: covered,
      requireWithBody: [],
      requireNonce: false,
      untimed: time === undefined,
      ...(spec.algorithms === undefined ? {} : { algorithms: spec.algorithms }),
    }),
    prepare: <M extends HttpMessage>(message: M, { nowMs, nonce }: SignContext): PreparedWebhook<M> => {
      if (!isRequest(message)) return fail('MESSAGE_MALFORMED', 'a webhook is a request, got a response')
      let request: HttpRequest = message
      let at = time === undefined ? '' : timeText(nowMs, time.unit)
      let deliveryId = ''
      if (delivery !== undefined && 'beside' in delivery) deliveryId = signable(nonce)
      else if (delivery !== undefined && 'field' in delivery) {
        deliveryId = oneLine(request, delivery.field) ?? ''
        if (deliveryId === '') {
          deliveryId = nonce
          request = withFields(request, [...request.fields, delivery.field, nonce])
        }
        if (delivery.signed) signable(deliveryId)
      }
      if (time?.place !== undefined) {
        request = time.place.write(request, at)
        at = time.place.read(request) ?? at
      }
      if (time?.field !== undefined) request = withFields(request, [...request.fields, time.field, at])
      const base = joinParts(spec.base({ time: at, id: deliveryId, body: bodyBytes('webhook', request), request }))
      const text = (signature: Uint8Array | string): string =>
        typeof signature === 'string' ? signature : ENCODE[place.encoding](signature)
      const attachAll = (signatures: ReadonlyArray<Uint8Array | string>): M => {
        const written = place.write(signatures.map(text), { time: at, id: deliveryId, request })
        const final = 'method' in written ? written : withFields(request, [...request.fields, ...written])
        return final as HttpMessage as M
      }
      return {
        base,
        encoding: place.encoding,
        attach: (signature) => attachAll([signature]),
        attachAll,
        trace: () => ({ scheme: id, base: typeof base === 'string' ? base : new TextDecoder().decode(base), covered }),
      }
    },
    parse: (message) => {
      if (!isRequest(message)) return []
      const found = place.read(message)
      if (found === undefined) return []
      const at = time === undefined ? '' : (found.time ?? statedTime(message, time))
      const deliveryId =
        delivery !== undefined && 'field' in delivery && delivery.signed
          ? signedId(message, delivery.field)
          : (found.id ?? '')
      // Which of two ids would count is undefined, whether it is signed or not.
      if (delivery !== undefined && 'field' in delivery && !delivery.signed) oneLine(message, delivery.field)
      const createdMs = time === undefined ? undefined : timeValue(at, time.unit)
      const one = (reading: Reading): readonly UntrustedSignature[] =>
        found.signatures.map((signature) => new WebhookSignature(id, reading, signature, createdMs, covered, covers))
      return spec.alternatives === undefined
        ? one(new Reading(spec.base, message, at, deliveryId))
        : [spec.base, ...spec.alternatives].flatMap((base) => one(new Reading(base, message, at, deliveryId)))
    },
  }
}

function stated(request: HttpRequest, field: string): string {
  return oneLine(request, field) ?? fail('AUTH_MALFORMED', `${field} is missing, and what is in it is signed`)
}

function statedTime(request: HttpRequest, { field, place }: NonNullable<WebhookSpec['time']>): string {
  if (field !== undefined) return stated(request, field)
  return place?.read(request) ?? fail('AUTH_MALFORMED', 'the time that must be signed is missing')
}

const signable = (id: string): string =>
  ID.test(id) ? id : fail('ARGUMENT_INVALID', `"id" must be 1 to 128 of A-Za-z0-9_~+/=-, got other characters`)

function signedId(request: HttpRequest, field: string): string {
  const id = stated(request, field)
  return ID.test(id) ? id : fail('AUTH_MALFORMED', `${field} holds characters that may not stand in a signed id`)
}

/** The signed text of one delivery, built once for all of its signatures. */
class Reading {
  readonly id: string
  private readonly text: WebhookSpec['base']
  private readonly request: HttpRequest
  private readonly time: string
  private found: readonly Bytes[] | undefined
  private built: Bytes | undefined

  constructor(text: WebhookSpec['base'], request: HttpRequest, time: string, id: string) {
    this.text = text
    this.request = request
    this.time = time
    this.id = id
    this.found = undefined
    this.built = undefined
  }

  get parts(): readonly Bytes[] {
    const { text, request, time, id } = this
    this.found ??= text({ time, id, body: bodyBytes('webhook', request), request })
    return this.found
  }

  get base(): Bytes {
    this.built ??= joinParts(this.parts)
    return this.built
  }
}

/** One signature of a delivery. */
class WebhookSignature implements UntrustedSignature {
  readonly label: string = ''
  readonly tag: undefined
  readonly claimedAlgorithm: undefined
  readonly expiresMs: undefined
  readonly bodyDigests: readonly [] = []
  readonly keyId: string
  readonly signature: Uint8Array
  readonly createdMs: number | undefined
  readonly covered: readonly string[]
  readonly covers: ReadonlySet<Coverage>
  private readonly reading: Reading

  constructor(
    keyId: string,
    reading: Reading,
    signature: Uint8Array,
    createdMs: number | undefined,
    covered: readonly string[],
    covers: ReadonlySet<Coverage>,
  ) {
    this.keyId = keyId
    this.reading = reading
    this.signature = signature
    this.createdMs = createdMs
    this.covered = covered
    this.covers = covers
  }

  get nonce(): string | undefined {
    return this.reading.id === '' ? undefined : this.reading.id
  }

  get parts(): readonly Bytes[] {
    return this.reading.parts
  }

  get base(): Bytes {
    return this.reading.base
  }
}
