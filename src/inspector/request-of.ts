import type { Capture } from '../doctor/index.js'
import { fieldLines } from '../message/fields.js'
import type { HttpRequest } from '../message/message.js'

/** The capture as a message. @throws {CountersignError} `MESSAGE_MALFORMED` for a field that cannot be on the wire. */
export function requestOf({ method, url, headers, body }: Capture): HttpRequest {
  const [, scheme = 'https', authority = '', rest = ''] = /^(https?):\/\/([^/?#]*)([^#]*)/i.exec(url) ?? []
  return {
    method,
    scheme: scheme.toLowerCase(),
    authority,
    target: rest.startsWith('/') ? rest : `/${rest}`,
    fields: fieldLines(headers.map(([name, value]): [string, string] => [name, value])),
    body: body ?? null,
  }
}
