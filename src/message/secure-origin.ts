/**
 * Allows plain `http` for an origin that is not this machine.
 *
 * @deprecated To make it stand out: every hop on the way reads everything and can hold a signed request back.
 */
export const allowInsecure: unique symbol = Symbol('countersign.allowInsecure')

/** The one option that weakens where requests may go. */
export interface InsecureOption {
  /** The symbol of `countersign/client`: allows plain `http` to another machine. Every hop on the way reads everything. */
  readonly [allowInsecure]?: true
}

// A URL parser takes "*" for a host name, so what a host may hold is stated here. The name of this machine needs no TLS.
const SECURE =
  /^(?:https:\/\/(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])|http:\/\/(?:(?:[a-z0-9-]+\.)*localhost|127(?:\.\d+){3}|\[::1\]))(?::\d+)?$/

/** Whether an origin is encrypted, or does not leave the machine, or was allowed to be neither. */
export const isSecure = (origin: string, options: InsecureOption): boolean =>
  SECURE.test(options[allowInsecure] === true ? origin.replace('http:', 'https:') : origin)
