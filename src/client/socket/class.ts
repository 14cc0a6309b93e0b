import { fail } from '../../errors.js'

/** As much of a WebSocket as is used here: browsers', Node's and undici's, and that of `ws`, have it. */
export interface SocketLike {
  /** How binary messages arrive; set to `arraybuffer`. */
  binaryType: string
  /** Called when the socket is open. */
  onopen: ((event: never) => unknown) | null
  /** Called with each message. */
  onmessage: ((event: never) => unknown) | null
  /** Called when the socket is closed. */
  onclose: ((event: never) => unknown) | null
  /** Called with an error. */
  onerror: ((event: never) => unknown) | null
  /** Sends a text. */
  send(message: string): void
  /** Closes the socket. */
  close(code?: number, reason?: string): void
}

/** A WebSocket class. */
export type SocketClass = new (url: string, ...rest: never[]) => SocketLike

/**
 * A socket with fields of the upgrade request, by the convention of its class: `ws` takes them in its third argument, undici
 * (which is Node's own) in an object in place of the protocols.
 *
 * @throws {CountersignError} `CONFIG_INVALID` where the class has neither, as in every browser.
 */
export function makeSocket(
  Class: SocketClass,
  url: string,
  headers: Readonly<Record<string, string>> = {},
): SocketLike {
  if (Object.keys(headers).length === 0) return new Class(url)
  const rest = 'on' in Class.prototype ? [[], { headers }] : [{ headers }]
  try {
    return new Class(url, ...(rest as never[]))
  } catch (cause) {
    // What a browser makes of such an object is the name of a protocol, and no valid one.
    fail(
      'CONFIG_INVALID',
      'this login stands in fields of the upgrade request, which no browser lets a page set: open the socket on a server, ' +
        'with the class of "ws" or "undici"',
      { cause },
    )
  }
}
