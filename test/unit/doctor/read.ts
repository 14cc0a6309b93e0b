import { utf8Decode } from '../../../src/crypto/encoding.js'
import { type Capture, readCapture } from '../../../src/doctor/index.js'

/** A capture in the form that tests compare: the body as text, the parts that were left out by name. */
export function read(input: string | object): Record<string, unknown> {
  const { format, method, url, headers, body, refusal, unread }: Capture = readCapture(input)
  return {
    ...{ format, method, url },
    headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
    ...(body !== undefined && { body: utf8Decode(body) }),
    ...(refusal !== undefined && { refusal }),
    ...(unread.length > 0 && { unread: unread.map(({ part }) => part) }),
  }
}
