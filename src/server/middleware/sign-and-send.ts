import { assertOptions, type OptionNames } from '../../errors.js'
import type { FieldsInit } from '../../message/fields.js'
import { httpResponse } from '../../message/message.js'
import type { ResponseSigner } from '../respond.js'
import type { Accepted } from '../verdict.js'

/** The common part of Node's HTTP/1 and HTTP/2 responses, as far as it is needed here. */
export interface SendingResponse {
  /** Set to the status. */
  statusCode: number
  /** Takes a field away that was set before. */
  removeHeader(name: string): unknown
  /** Adds one line of a field. */
  appendHeader(name: string, value: string): unknown
  /** Sends the body. */
  end(body?: string | Uint8Array): unknown
}

/** An answer that is handed over whole. */
export interface SentAnswer {
  /** The status to answer with. */
  readonly status: number
  /** Fields of the answer. Default none. */
  readonly headers?: FieldsInit
  /** Text is sent as UTF-8. Default none. */
  readonly body?: Uint8Array | string
}

const KNOWN: OptionNames<SentAnswer> = { status: 2, headers: 1, body: 1 }

/**
 * Signs an answer and sends it: Node writes its answers piece by piece, so one that is signed is handed over whole. Nothing
 * may change it afterwards, so compression and the like must not stand in between.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED` for a status or field that cannot be sent, and what signing throws; nothing
 *   has been sent then.
 * @example
 * ```ts
 * import type { ServerResponse } from 'node:http'
 * import type { Accepted, ResponseSigner } from 'countersign/server'
 * import { signAndSend } from 'countersign/server/node'
 *
 * export const answer = (response: ServerResponse, verdict: Accepted, sign: ResponseSigner) =>
 *   signAndSend(sign, verdict, response, { status: 200, headers: { 'content-type': 'text/plain' }, body: 'ok' })
 * ```
 */
export async function signAndSend(
  sign: ResponseSigner,
  verdict: Accepted,
  response: SendingResponse,
  answer: SentAnswer,
): Promise<void> {
  assertOptions('signAndSend', answer, KNOWN, { statusCode: 'status', fields: 'headers' })
  const { status, fields, body } = await sign(httpResponse(answer), verdict.request)
  response.statusCode = status
  // What was set before (such as Cache-Control) gives way; lines of one name stay apart.
  for (let i = 0; i < fields.length; i += 2) response.removeHeader(fields[i] as string)
  for (let i = 0; i < fields.length; i += 2) response.appendHeader(fields[i] as string, fields[i + 1] as string)
  if (body === null) response.end()
  else response.end(body as Uint8Array)
}
