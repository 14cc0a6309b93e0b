import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { isLoopbackAddress, isThisMachine } from '../../access/this-machine.js'
import type { Address } from '../address.js'

/** What the admin port answers. */
export interface AdminFacts {
  /** The text of `/metrics`. */
  metrics(): string
  /** Why the gate should get no requests now; undefined where it should. */
  unready(): Promise<string | undefined>
}

/**
 * `/healthz`, `/readyz` and `/metrics`, on a separate port: on the public one each of them would be a path of the service that
 * nothing was signed for.
 */
export function adminServer({ metrics, unready }: AdminFacts): Server {
  const pages: Readonly<Record<string, () => Promise<readonly [status: number, type: string, text: string]>>> = {
    '/healthz': async () => [200, 'text/plain', 'ok\n'],
    '/readyz': async () => {
      const reason = await unready()
      return reason === undefined ? [200, 'text/plain', 'ready\n'] : [503, 'text/plain', `${reason}\n`]
    },
    '/metrics': async () => [200, 'text/plain; version=0.0.4; charset=utf-8', metrics()],
  }
  return createServer({ headersTimeout: 5_000, requestTimeout: 5_000 }, (request, response) => {
    // A name that was rebound to this machine is how a page of a browser reads from here.
    const { localAddress = '' } = request.socket
    const host = (request.headers.host ?? '').replace(/:\d+$/, '')
    if (isLoopbackAddress(localAddress) && !isThisMachine(host)) {
      response.writeHead(403, { 'cache-control': 'no-store' }).end()
      return
    }
    const path = (request.url ?? '').split('?', 1)[0] as string
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined
    if (page === undefined || !/^(?:GET|HEAD)$/.test(request.method ?? '')) {
      response.writeHead(page === undefined ? 404 : 405, { 'cache-control': 'no-store' }).end()
      return
    }
    page().then(
      ([status, type, text]) =>
        response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text),
      () => response.writeHead(500).end(),
    )
  })
}

/** Starts a server on an address; the port. */
export const listenOn = (server: Server, { host, port }: Address): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })

const CONNECT_MS = 1_000

/** Whether something takes connections there. */
export const takesConnections = (origin: string): Promise<boolean> =>
  new Promise((resolve) => {
    const { hostname, port, protocol } = new URL(origin)
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
    })
    const end = (found: boolean): void => {
      socket.destroy()
      resolve(found)
    }
    socket.setTimeout(CONNECT_MS, () => end(false))
    socket.once('connect', () => end(true)).once('error', () => end(false))
  })
