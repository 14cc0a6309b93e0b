/** A keyring portal behind `node:http`, Express, Fastify and Koa: `countersign/console/node`. */

import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { assertOptions, CountersignError, fail, mustBe, type OptionNames } from '../../errors.js'
import { ignoreErrors } from '../../support/ignore-errors.js'
import { FUNCTION } from '../../support/option-kinds.js'
import type { PageFiles } from './page.js'
import type { KeyringPortal } from './portal.js'

export type { PageFiles } from './page.js'

/** Where the built page lies: beside the built portal, beside the command, and from the sources. */
const PLACES = [
  '../page/files.js',
  './console/page/files.js',
  '../console/page/files.js',
  '../../../dist/console/page/files.js',
]
const CONTENT = /^export const PAGE_FILES = (\{.*\})\s*$/s

/** A script is a file beside the list, which sites import as well: it is in the package once. */
type Listed = Readonly<Record<string, readonly [type: string, text?: string]>>

async function complete(list: URL, listed: Listed): Promise<PageFiles> {
  const files = Object.entries(listed).map(
    async ([name, [type, text]]) => [name, [type, text ?? (await readFile(new URL(name, list), 'utf8'))]] as const,
  )
  return Object.fromEntries(await Promise.all(files))
}

/**
 * The files of the keys page that this package has, for the `page` of a portal.
 *
 * @throws {CountersignError} `CONFIG_INVALID` where they are missing in this installation.
 * @example
 * ```ts
 * import { pageFiles } from 'countersign/console/node'
 *
 * const page = await pageFiles()
 * // createKeyringPortal({ page, … })
 * ```
 */
export async function pageFiles(): Promise<PageFiles> {
  for (const place of PLACES) {
    const text = await readFile(new URL(place, import.meta.url), 'utf8').catch(() => '')
    const [, json] = CONTENT.exec(text) ?? []
    if (json !== undefined) return complete(new URL(place, import.meta.url), JSON.parse(json) as Listed)
  }
  return fail('CONFIG_INVALID', 'the keys page is missing in this installation: npm run build makes it')
}

/** Options of {@link portalListener}. */
export interface PortalListenerOptions {
  /**
   * The client's address. Default: that of the connection, which behind a proxy is the proxy's: state how your service determines
   * it there.
   */
  readonly clientIp?: (request: IncomingMessage) => string | undefined
  /** Called with requests that could not be answered. Default: `console.error`. */
  readonly onError?: (error: unknown) => void
}

const KNOWN: OptionNames<PortalListenerOptions> = { clientIp: FUNCTION, onError: FUNCTION }
const NOWHERE = 'http://portal.invalid'
const ALLOW = 'GET, HEAD, POST, PATCH, OPTIONS'
/** The Fetch standard has no Request with these (Fetch 2.2.1). */
const FORBIDDEN: ReadonlySet<string> = new Set(['CONNECT', 'TRACE', 'TRACK'])

/**
 * A request listener over a portal: for `node:http`, as the last handler of an Express or Connect application, and for the raw
 * request and response of Fastify and Koa. It must be mounted before anything that reads bodies.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant.
 * @example
 * ```ts
 * import { createServer } from 'node:http'
 * import { portalListener } from 'countersign/console/node'
 * import type { KeyringPortal } from 'countersign/console/portal'
 *
 * export const start = (portal: KeyringPortal) => createServer(portalListener(portal)).listen(8080, '127.0.0.1')
 * ```
 */
export function portalListener(
  portal: KeyringPortal,
  options: PortalListenerOptions = {},
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  mustBe(typeof portal === 'function', 'portal', 'what createKeyringPortal made', portal)
  assertOptions('portalListener', options, KNOWN)
  const { clientIp = ({ socket }) => socket.remoteAddress, onError = console.error } = options
  return async (request, response) => {
    try {
      const { method = '', originalUrl, url = '/' } = request as Incoming
      if (FORBIDDEN.has(method)) return void response.writeHead(405, { 'content-length': 0 }).end()
      const target = targetOf(originalUrl ?? url)
      if (target === undefined) {
        // RFC 9110 9.3.7: "*" asks for what the server as a whole can do. Nothing else has a target that is no place.
        if (method === 'OPTIONS') response.writeHead(204, { allow: ALLOW })
        else response.writeHead(400, { 'content-length': 0 })
        return void response.end()
      }
      const answer = await portal(toRequest(request, target), { clientIp: clientIp(request) })
      response.writeHead(answer.status, [...answer.headers].flat())
      response.end(new Uint8Array(await answer.arrayBuffer()))
    } catch (error) {
      ignoreErrors(() => onError(error))
      if (!response.headersSent) response.writeHead(500, { 'content-length': 0 })
      response.end()
    }
  }
}

/** A mount takes its own part off `url`, and keeps the whole in `originalUrl`. */
type Incoming = IncomingMessage & { readonly originalUrl?: string }

/**
 * Path and query of a request target; `undefined` for one that is no place, such as `*`. The portal looks at nothing else: a target
 * in absolute form names a host that nothing here stands for. One that begins with two slashes is a path, which a URL would take
 * for a host.
 */
function targetOf(target: string): string | undefined {
  const url = target.startsWith('/') ? `${NOWHERE}${target}` : target
  if (!URL.canParse(url)) return undefined
  const { pathname, search } = new URL(url)
  return pathname.startsWith('/') ? `${pathname}${search}` : undefined
}

function toRequest(incoming: IncomingMessage, target: string): Request {
  const { method = 'GET', rawHeaders } = incoming
  const headers = new Headers()
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string
    // A pseudo-header of HTTP/2 is no field.
    if (!name.startsWith(':')) headers.append(name, rawHeaders[i + 1] as string)
  }
  const hasBody = method !== 'GET' && method !== 'HEAD'
  if (hasBody && incoming.readableEnded && headers.get('content-length') !== '0')
    throw new CountersignError('BODY_CONSUMED', 'the body was read before: mount the portal before what reads bodies')
  return new Request(`${NOWHERE}${target}`, {
    method,
    headers,
    ...(hasBody && { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' }),
  } as RequestInit)
}
