import type { HttpRequest } from '../../../src/message/message.js'
import type { Webhook } from '../../../src/schemes/webhook/webhook.js'
import type { WebhookRequest } from '../../../src/webhook/index.js'

/** A delivery that its sender, or an official package of it, has published or made. */
export interface GoldenDelivery {
  /** What it is, in a few words. */
  readonly title: string
  /** Options of the function beside those that every row has. */
  readonly options: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  readonly method?: string
  readonly url?: string
  /** Milliseconds since the epoch at which it is received; any time where none is signed. */
  readonly nowMs: number
  /** The page, repository or package it is from, or `own` with how it was made. */
  readonly source: string
}

/** One sender, as every test of webhooks sees it. */
export interface SenderRow {
  /** The subpath and the function: `countersign/webhook/stripe#stripe`. */
  readonly name: string
  readonly make: (options: never) => Webhook
  /** Valid options, for signing where the sender's key can sign. */
  readonly options: Readonly<Record<string, unknown>>
  /** For the receiving side, where it is not the same. */
  readonly receiving?: Readonly<Record<string, unknown>>
  /** An option as it is often misspelt, and what the error must name. */
  readonly misspelt: ReadonlyArray<readonly [wrong: string, meant: string]>
  readonly golden: readonly GoldenDelivery[]
  /** Where URL or method are signed: those of the test's deliveries. */
  readonly url?: string
  readonly method?: string
  /** A body that the sender could send, where not every text is one. */
  readonly body?: string
  /** What its messages are made of, where not everything can be signed: a JSON object, a form, or a query without a body. */
  readonly shape?: 'json' | 'form' | 'query'
  /** True where any other body is accepted as well, which the weaknesses of the sender then state. */
  readonly bodyUnsigned?: true
  /** How many texts the sender may have signed. Default 1. */
  readonly readings?: number
}

/** Calls the function of a row. */
export const makeSender = (row: SenderRow, options: Readonly<Record<string, unknown>> = row.options): Webhook =>
  row.make(options as never)

/** A request as a receiver gets it: the signature may stand in the fields, in the query or in the body. */
export const received = ({ method, scheme, authority, target, fields, body }: HttpRequest): WebhookRequest => ({
  method,
  ...(authority === '' ? {} : { url: `${scheme}://${authority}${target}` }),
  headers: fields,
  body: body as Uint8Array | null,
})
