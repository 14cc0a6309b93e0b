import dns from 'node:dns'
import { Agent as HttpAgent, type IncomingMessage, request as overHttp } from 'node:http'
import { Agent, request } from 'node:https'
import type { LookupFunction } from 'node:net'
import { Readable } from 'node:stream'
import { parseIp } from '../access/ip-address.js'
import { bareHost, isLoopbackAddress } from '../access/this-machine.js'
import { assertOptions, CountersignError, fail, type OptionNames } from '../errors.js'
import { assertPublic } from '../server/directory/location.js'
import { type allowLoopback, allowsLoopback, type FetchLike } from '../server/directory/options.js'

/** Options of {@link publicFetch}. */
export interface PublicFetchOptions {
  /** Allows `http` and loopback addresses, for tests and development on one machine. */
  readonly [allowLoopback]?: true
}

const KNOWN: OptionNames<PublicFetchOptions> = {}

/** Answers that have no body, and for which `Response` takes none. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304])

/**
 * A `fetch` for key directories of unknown agents: each connection goes to an address that was checked, and only to a public one. What
 * asks a name service first and connects later asks it twice, and a hostile one answers differently the second time (DNS rebinding).
 *
 * GET over https only. Redirects are handed back and not followed, no connection is shared with another part of the program, and
 * no proxy is used.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for an option. The fetch rejects with `DIRECTORY_REFUSED` for what must not be fetched.
 * @example
 * ```ts
 * import { anyAgent, verifyAgents } from 'countersign/agents'
 * import { publicFetch } from 'countersign/agents/node'
 *
 * export const agents = verifyAgents({
 *   allow: anyAgent,
 *   authorities: ['shop.example.com'],
 *   fetch: publicFetch(),
 *   lookup: false, // each address is checked where it is connected to
 * })
 * ```
 */
export function publicFetch(options: PublicFetchOptions = {}): FetchLike {
  assertOptions('publicFetch', options, KNOWN)
  const loopback = allowsLoopback('publicFetch', options)
  const lookup: LookupFunction = (host, { all, ...rest }, done) =>
    dns.lookup(host, { ...rest, all: true }, (error, found) => {
      try {
        if (error !== null) throw error
        const addresses = found.map(({ address }) => address)
        assertPublic(addresses, loopback)
        const [first] = found
        if (all === true || first === undefined) done(null, found)
        else done(null, first.address, first.family)
      } catch (problem) {
        done(problem as Error, [])
      }
    })
  // Not the global agents: a connection that another part of the program has opened was not checked.
  const agents = { 'https:': new Agent({ lookup }), 'http:': new HttpAgent({ lookup }) }

  return async (url, { method = 'GET', body, headers, signal } = {}) => {
    if (method !== 'GET' || (body !== undefined && body !== null))
      fail('DIRECTORY_REFUSED', 'directory must be fetched with GET, and without a body')
    // The platform's error holds the URL, and with it what may be a secret.
    const { protocol, hostname } = URL.canParse(url)
      ? new URL(url)
      : fail('DIRECTORY_REFUSED', 'directory must be a URL')
    const host = bareHost(hostname)
    const local = loopback && protocol === 'http:' && (host === 'localhost' || isLoopbackAddress(host))
    if (protocol !== 'https:' && !local) fail('DIRECTORY_REFUSED', 'directory must be https')
    // An address is not looked up.
    if (parseIp(host) !== undefined) assertPublic([host], loopback)
    const fields = new Headers(headers)
    // What is packed would have to be unpacked within the bounds of the document.
    fields.set('accept-encoding', 'identity')
    return new Promise<Response>((resolve, reject) => {
      const agent = local ? agents['http:'] : agents['https:']
      const sent = (local ? overHttp : request)(
        url,
        { agent, headers: Object.fromEntries(fields), ...(signal && { signal }) },
        (answer) => {
          try {
            resolve(responseOf(answer))
          } catch (error) {
            answer.destroy()
            reject(error)
          }
        },
      )
      sent.on('error', reject)
      // An answer that changes the protocol (101) ends without an error, and nothing could end the wait for it.
      sent.on('close', () => reject(new CountersignError('DIRECTORY_UNAVAILABLE', 'directory has sent no answer')))
      sent.end()
    })
  }
}

function responseOf(answer: IncomingMessage): Response {
  const { statusCode: status = 0, rawHeaders } = answer
  const headers = new Headers()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    headers.append(rawHeaders[at] as string, rawHeaders[at + 1] as string)
  if (BODILESS.has(status)) answer.resume()
  const body = BODILESS.has(status) ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>)
  return new Response(body, { status, headers })
}
