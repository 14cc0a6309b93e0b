import { lookup as resolveName } from 'node:dns'
import { connect as connectPlain, type LookupFunction, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { isLoopbackAddress } from '../../access/this-machine.js'

/** Where requests are written to. */
export interface Target {
  readonly host: string
  readonly port: number
  readonly tls: boolean
  /** What its certificate is of. */
  readonly name: string
  /** Refuses to connect where the name leads to another machine. */
  readonly hereOnly?: boolean
}

/** What a request came to: the status of its answer, or how it was left without one. */
export type Got = number | 'closed' | 'no answer'

/** How much of an answer is read: its status line stands at the beginning. */
const MOST_BYTES = 16_384
const STATUS_LINE = /^HTTP\/1\.[01] (\d{3})[ \r\n]/
const INTERIM = /^(?:HTTP\/1\.[01] 1(?!01)\d\d[^\n]*\n(?:[^\r\n][^\n]*\n)*\r?\n)+/

/** Writes bytes on a separate connection, exactly as they are, and reads the status of the first final answer. */
export function exchange(target: Target, bytes: Uint8Array, timeoutMs: number): Promise<Got> {
  return new Promise((resolve) => {
    const socket = openSocket(target)
    let read = ''
    const settle = (got: Got): void => {
      clearTimeout(timer)
      resolve(got)
      socket.destroy()
    }
    // From the first byte to the last: a server that sends a byte now and then would hold an idle timeout open for ever.
    const timer = setTimeout(() => settle('no answer'), timeoutMs)
    socket.on('data', (chunk: Buffer) => {
      read = (read + chunk.toString('latin1')).slice(0, MOST_BYTES)
      const status = STATUS_LINE.exec(read.replace(INTERIM, ''))?.[1]
      // RFC 9110 15.2.2: 101 is the end of this protocol on the connection, so of the request too.
      if (status !== undefined && (status === '101' || !status.startsWith('1'))) settle(Number(status))
      else if (read.length >= MOST_BYTES) settle('no answer')
    })
    // A server that refuses early may close while the request is still being written.
    socket.on('error', () => {})
    socket.on('close', () => settle('closed'))
    socket.write(bytes)
  })
}

function openSocket({ host, port, tls, name, hereOnly = false }: Target): Socket {
  // RFC 6066 3: an address is no server name.
  const server = /^[\d.]+$|:/.test(name) ? {} : { servername: name }
  const to = { host, port, ...(hereOnly && { lookup: lookUpHere }) }
  return tls ? connectTls({ ...to, ALPNProtocols: ['http/1.1'], ...server }) : connectPlain(to)
}

/** Resolves as usual, and fails where an address is of another machine: RFC 6761 6.3 asks resolvers for loopback, not all obey. */
const lookUpHere: LookupFunction = (name, options, done) => {
  resolveName(name, { ...options, all: true }, (error, found) => {
    const [first] = found ?? []
    if (error !== null || first === undefined) done(error ?? new Error('no address'), '')
    else if (!found.every(({ address }) => isLoopbackAddress(address))) done(new Error('not this machine'), '')
    else if (options.all === true) done(null, found)
    else done(null, first.address, first.family)
  })
}

/** Whether a name leads to another machine, as far as it resolves. */
export const leadsAway = (host: string): Promise<boolean> =>
  new Promise((resolve) => {
    resolveName(host, { all: true }, (error, found) => {
      resolve(error === null && !found.every(({ address }) => isLoopbackAddress(address)))
    })
  })
