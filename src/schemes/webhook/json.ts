import { utf8, utf8Decode } from '../../crypto/encoding.js'
import { fail } from '../../errors.js'
import type { HttpRequest } from '../../message/message.js'

type Members = Readonly<Record<string, unknown>>

const membersOf = (value: unknown): Members | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined

/** The members of a body that is a JSON object; `undefined` for every other body. */
export function jsonMembers(body: Uint8Array): Members | undefined {
  try {
    // What is no UTF-8 is undefined, which is no JSON either.
    return membersOf(JSON.parse(utf8Decode(body) as string))
  } catch {
    return undefined
  }
}

/** One member of a JSON body, `event.id` being one inside another; `undefined` without it. */
export function jsonMember(body: Uint8Array, path: string): unknown {
  let value: unknown = jsonMembers(body)
  for (const name of path.split('.')) {
    const members = membersOf(value)
    if (members === undefined || !Object.hasOwn(members, name)) return undefined
    value = members[name]
  }
  return value
}

/** A delivery id in a member of the JSON that is signed; `event.id` is one inside another. */
export const inJson = (member: string): { readonly read: (body: Uint8Array) => string | undefined } => ({
  read: (body) => {
    const value = jsonMember(body, member)
    return typeof value === 'string' && value !== '' && value.length <= 256 ? value : undefined
  },
})

/**
 * The request with one more member at the end of its JSON body.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED` for a body that is no JSON object.
 */
export function withJsonMember(request: HttpRequest, name: string, value: unknown): HttpRequest {
  const bytes = request.body instanceof Uint8Array ? request.body : new Uint8Array(0)
  const members = jsonMembers(bytes)
  if (members === undefined)
    return fail('MESSAGE_MALFORMED', 'the body must be a JSON object: the signature stands in it')
  const text = (utf8Decode(bytes) as string).trimEnd()
  const comma = Object.keys(members).length === 0 ? '' : ','
  const added = `${text.slice(0, -1)}${comma}${JSON.stringify(name)}:${JSON.stringify(value)}}`
  return { ...request, body: utf8(added) }
}
