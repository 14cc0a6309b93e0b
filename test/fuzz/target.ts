import { isCountersignError } from '../../src/errors.js'
import type { HttpRequest } from '../../src/message/message.js'

/** One parser, or a few behind one function. */
export interface Target {
  readonly name: string
  /** Must neither throw anything but a typed error, nor break a promise of the parser: then it throws by itself. */
  readonly run: (bytes: Uint8Array) => unknown
  /** What a search starts from: well-formed input. */
  readonly seeds: () => Iterable<string | Uint8Array>
}

/** A typed refusal is an answer; anything else that is thrown is what a search looks for. */
export function refusing(run: () => unknown): unknown {
  try {
    const result = run()
    return result instanceof Promise ? result.catch(rethrow) : result
  } catch (error) {
    return rethrow(error)
  }
}

function rethrow(error: unknown): undefined {
  if (isCountersignError(error)) return undefined
  throw error
}

// As a server has it: every byte of a head is one character.
export const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
export const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8')

/** A target that reads text. */
export const reads = (name: string, seeds: readonly string[], run: (input: string) => unknown): Target => ({
  name,
  run: (bytes) => refusing(() => run(text(bytes))),
  seeds: () => seeds,
})

/** The value of a JSON text; `undefined` for none. */
export function json(input: string): unknown {
  try {
    return JSON.parse(input)
  } catch {
    return undefined
  }
}

/** Throws where a promise of the parser is broken. */
export function holds(condition: boolean, promise: string): void {
  if (!condition) throw new Error(`does not hold: ${promise}`)
}

/** A request as lines: method and target, authority, fields, an empty line, the body. Nothing of it is checked. */
export function requestOf(bytes: Uint8Array): HttpRequest {
  const whole = latin1(bytes)
  const end = whole.indexOf('\n\n')
  const [first = '', authority = '', ...lines] = (end === -1 ? whole : whole.slice(0, end)).split('\n')
  const space = first.indexOf(' ')
  const fields = lines.slice(0, 64).flatMap((line) => {
    const colon = line.indexOf(':')
    return colon === -1 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1)]
  })
  return {
    ...{ method: first.slice(0, space), scheme: 'https', authority, target: first.slice(space + 1), fields },
    body: end === -1 ? null : bytes.subarray(end + 2),
  }
}

/** The same as bytes. */
export function bytesOf({ method, target, authority, fields, body }: HttpRequest): Uint8Array {
  const lines = [`${method} ${target}`, authority]
  for (let at = 0; at < fields.length; at += 2) lines.push(`${fields[at]}:${fields[at + 1]}`)
  const head = Buffer.from(`${lines.join('\n')}\n\n`, 'latin1')
  return Buffer.concat([head, body instanceof Uint8Array ? body : Buffer.alloc(0)])
}
