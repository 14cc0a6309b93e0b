import { once } from 'node:events'
import { connect } from 'node:net'

/**
 * A keep-alive connection for requests that may be refused; it is opened again when the server closed it.
 * @param {number} port
 */
export function openLine(port) {
  let socket
  let waiting
  let received = ''

  const answered = () => {
    const end = received.indexOf('\r\n\r\n')
    if (end === -1) return
    const head = received.slice(0, end).toLowerCase()
    const length = /\r\ncontent-length: (\d+)/.exec(head)?.[1]
    if (length === undefined) return waiting?.reject(new Error('an answer without a length'))
    if (received.length < end + 4 + Number(length)) return
    const body = received.slice(end + 4)
    received = ''
    if (/\r\nconnection: close/.test(head)) drop()
    const asker = waiting
    waiting = undefined
    asker?.resolve({
      status: Number(head.slice(9, 12)),
      retryAfter: /\r\nretry-after: (\d{1,5})/.exec(head)?.[1],
      body,
    })
  }
  const drop = () => {
    socket?.removeAllListeners('close')
    socket?.destroy()
    socket = undefined
    received = ''
  }
  const open = async () => {
    socket = connect(port, '127.0.0.1').setNoDelay(true).setEncoding('latin1')
    socket.on('error', () => {})
    socket.on('data', (text) => {
      received += text
      answered()
    })
    socket.on('close', () => {
      drop()
      waiting?.reject(new Error('the server hung up'))
      waiting = undefined
    })
    await once(socket, 'connect')
  }
  return {
    busy: false,
    /** Rejects where there was no answer. */
    send: async (bytes) => {
      if (socket === undefined) await open()
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(bytes)
      })
    },
    close: drop,
  }
}
