import type { Destination } from '../message/target.js'

/** A parsed URL as every platform's fetch puts it on the wire: some send a bare "?" and others drop it, so it goes first. */
export function destinationOf(url: URL): Destination & { readonly url: string } {
  // An empty query that is set is one that is taken away.
  if (url.search === '') url.search = ''
  const { href, protocol, host, pathname, search } = url
  return { url: href, scheme: protocol.slice(0, -1), authority: host, target: pathname + search }
}
