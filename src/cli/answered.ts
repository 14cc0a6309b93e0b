import { readInput } from './input.js'
import { parseMessage, parseRequest, type RawMessage } from './raw-message.js'
import { schemeOf } from './signature-options.js'
import { usage } from './usage.js'
import { type Options, textOf } from './world.js'

/** The message, and for a response the request of `--request`: its signature covers parts of that (RFC 9421 2.4). */
export async function messageOf(bytes: Uint8Array, options: Options): Promise<RawMessage> {
  const path = textOf(options, 'request')
  const request = path === undefined ? undefined : parseRequest(await readInput(path), schemeOf(options)).request
  const raw = parseMessage(bytes, schemeOf(options), request)
  return 'request' in raw && request !== undefined
    ? usage('--request is for a response: the message is a request itself')
    : raw
}
