import type { HttpRequest } from '../message/message.js'
import type { Capture } from './capture.js'

/** The request of a capture, its characters as they are. */
export function requestOf({ method, url, headers, body }: Capture): HttpRequest {
  const [, scheme = 'https', authority = '', rest = ''] = /^(https?):\/\/([^/?#]*)(.*)$/is.exec(url) ?? []
  const host = headers.find(([name]) => name.toLowerCase() === 'host')?.[1]
  return {
    method,
    scheme: scheme.toLowerCase(),
    // RFC 9110 7.2: a client writes no port into Host that its scheme has anyway.
    authority: host ?? authority.replace(scheme.toLowerCase() === 'https' ? /:443$/ : /:80$/, ''),
    target: rest.startsWith('/') ? rest : `/${rest}`,
    fields: headers.flat(),
    body: body ?? null,
  }
}
