import type { Destination } from '../../message/target.js'

/** A parsed URL as every platform's fetch puts it on the wire: some send a bare "?" and others drop it, so it goes first. */
export function destinationOf(url: URL): Destination {
  // An empty query that is set is one that is taken away.
  if (url.search === '') url.search = ''
  const { protocol, host, pathname, search } = url
  return { scheme: protocol.slice(0, -1), authority: host, target: pathname + search }
}

/** The URL of a request as it is sent: a signature may stand in its query. */
export const urlOf = ({ scheme, authority, target }: Destination): string => `${scheme}://${authority}${target}`
