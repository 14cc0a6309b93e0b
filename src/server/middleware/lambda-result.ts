import { base64, base64Decode, utf8, utf8Decode } from '../../crypto/encoding.js'
import { fail, isInteger, kindOf } from '../../errors.js'
import { assertFieldLine, type FieldLines } from '../../message/fields.js'
import type { HttpResponse } from '../../message/message.js'
import type { LambdaEvent } from './lambda-event.js'

/** What a function answers API Gateway, a function URL or a load balancer with. */
export interface LambdaResult {
  /** The status of the answer. */
  statusCode: number
  /** Its fields, one value each. */
  headers?: Record<string, string>
  /** Its fields, all values each. */
  multiValueHeaders?: Record<string, string[]>
  /** Of format 2.0 and function URLs: the `Set-Cookie` lines. */
  cookies?: string[]
  /** Text, or base64. */
  body: string
  /** Whether the body is base64. */
  isBase64Encoded: boolean
}

/** The members of an event by which its platform reads the answer. */
export type ResultForm = Partial<Pick<LambdaEvent, 'version' | 'headers' | 'multiValueHeaders'>>

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/**
 * What a handler returned, as a message. Format 2.0 takes any JSON value for a body, the others only a result.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED` for what the platform would answer with 502.
 */
export function answerOf(given: unknown, { version }: ResultForm): HttpResponse {
  if (!isObject(given) || given['statusCode'] === undefined) {
    if (version !== '2.0')
      fail('MESSAGE_MALFORMED', `the handler must return an object with "statusCode", got ${kindOf(given)}`)
    const body = typeof given === 'string' ? given : (JSON.stringify(given) ?? '')
    return { status: 200, fields: ['content-type', 'application/json'], body: body === '' ? null : utf8(body) }
  }
  const { statusCode, body, isBase64Encoded } = given
  const status = Number(statusCode)
  if (!isInteger(status, 100, 599))
    fail('MESSAGE_MALFORMED', `"statusCode" must be an integer from 100 to 599, got ${kindOf(statusCode)}`)
  return { status, fields: fieldsOf(given), body: bytesOf(body, isBase64Encoded === true) }
}

function bytesOf(body: unknown, encoded: boolean): Uint8Array | null {
  if (body === undefined || body === null || body === '') return null
  if (typeof body !== 'string') fail('MESSAGE_MALFORMED', `"body" of the result must be a string, got ${kindOf(body)}`)
  return (encoded ? base64Decode(body) : utf8(body)) ?? fail('MESSAGE_MALFORMED', '"body" of the result must be base64')
}

/** Lines of all members that hold some. API Gateway merges them: a list wins over the single value of its name. */
function fieldsOf(result: Readonly<Record<string, unknown>>): FieldLines {
  const lines = new Map<string, string[]>()
  for (const member of ['headers', 'multiValueHeaders'])
    for (const [name, value] of Object.entries(result[member] ?? {}))
      if (value !== undefined) lines.set(name.toLowerCase(), Array.isArray(value) ? value.map(String) : [String(value)])
  if (Array.isArray(result['cookies'])) lines.set('set-cookie', result['cookies'].map(String))
  return [...lines].flatMap(([name, values]) =>
    values.flatMap((value) => {
      assertFieldLine(name, value)
      return [name, value]
    }),
  )
}

/** A message as the result that the event's platform reads. */
export function resultOf({ status, fields, body }: HttpResponse, form: ResultForm): LambdaResult {
  const lists: Record<string, string[]> = Object.create(null)
  for (let i = 0; i < fields.length; i += 2) {
    const name = (fields[i] as string).toLowerCase()
    lists[name] = [...(lists[name] ?? []), fields[i + 1] as string]
  }
  const bytes = body as Uint8Array | null
  const text = bytes === null ? '' : utf8Decode(bytes)
  const result = {
    statusCode: status,
    body: text ?? base64(bytes as Uint8Array),
    isBase64Encoded: text === undefined,
  }
  // A load balancer that hands over lists reads nothing else. REST APIs read both.
  if (form.version === undefined && isObject(form.multiValueHeaders))
    return { ...result, multiValueHeaders: { ...lists } }
  const { 'set-cookie': cookies, ...others } = lists
  const headers = Object.fromEntries(Object.entries(others).map(([name, values]) => [name, values.join(', ')]))
  if (cookies === undefined) return { ...result, headers }
  if (form.version === '2.0') return { ...result, headers, cookies }
  // One line is all that such a load balancer can send.
  return form.version === undefined
    ? { ...result, headers: { ...headers, 'set-cookie': cookies.at(-1) as string } }
    : { ...result, headers, multiValueHeaders: { 'set-cookie': cookies } }
}
