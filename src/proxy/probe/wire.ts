import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** Where requests are written to. */
export interface Target {
  readonly host: string
  readonly port: number
  readonly tls: boolean
  /** What its certificate is of. */
  readonly name: string
}

/** What a request came to: the status of its answer, or how it was left without one. */
export type Got = number | 'closed' | 'no answer'

/** How much of an answer is read: its status line stands at the beginning. */
const MOST_BYTES = 16_384
const STATUS_LINE = /^HTTP\/1\.[01] (\d{3})[ \r]/
const INTERIM = /^(?:HTTP\/1\.[01] 1\d\d[^\n]*\n(?:[^\r\n][^\n]*\n)*\r?\n)+/

/** Writes bytes on a connection of their own, exactly as they are, and reads the status of the first final answer. */
export function exchange(target: Target, bytes: Uint8Array, timeoutMs: number): Promise<Got> {
  return new Promise((resolve) => {
    const socket = openSocket(target)
    let read = ''
    const settle = (got: Got): void => {
      resolve(got)
      socket.destroy()
    }
    socket.setTimeout(timeoutMs, () => settle('no answer'))
    socket.on('data', (chunk: Buffer) => {
      read = (read + chunk.toString('latin1')).slice(0, MOST_BYTES)
      const status = STATUS_LINE.exec(read.replace(INTERIM, ''))?.[1]
      if (status !== undefined && !status.startsWith('1')) settle(Number(status))
    })
    // A server that refuses early may close while the request is still being written.
    socket.on('error', () => {})
    socket.on('close', () => settle('closed'))
    socket.write(bytes)
  })
}

function openSocket({ host, port, tls, name }: Target): Socket {
  // RFC 6066 3: an address is no server name.
  const server = /^[\d.]+$|:/.test(name) ? {} : { servername: name }
  return tls ? connectTls({ host, port, ALPNProtocols: ['http/1.1'], ...server }) : connectPlain({ host, port })
}
