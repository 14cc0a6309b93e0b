import { once } from 'node:events'
import { connect } from 'node:net'

// Every server here answers `ok` to what it accepts.
const END = '\r\n\r\nok'

/**
 * A connection that sends prepared requests one after the other and waits for each answer. Written on the bare socket: a
 * client library would take more CPU time than the server that is being measured.
 * @param {number} port
 */
export async function openConnection(port) {
  const socket = connect(port, '127.0.0.1').setNoDelay(true)
  await once(socket, 'connect')
  let received = ''
  let answered
  let failed
  socket.setEncoding('latin1')
  socket.on('data', (text) => {
    received += text
    if (received.endsWith(END) && received.startsWith('HTTP/1.1 200')) {
      received = ''
      answered()
    } else if (received.includes('\r\n\r\n') && !received.startsWith('HTTP/1.1 200')) {
      failed(new Error(`a server refused what it should accept: ${received.slice(0, 300)}`))
    }
  })
  socket.on('error', (error) => failed?.(error))
  socket.on('close', () => failed?.(new Error('a server hung up')))
  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        answered = resolve
        failed = reject
        socket.write(request)
      }),
    close: () => socket.destroy(),
  }
}

/** Sends all requests over the connections, each as fast as its answers come. */
export async function sendAll(connections, requests) {
  let next = 0
  // A client that sleeps has to be woken by the server's write, which is charged to the server, and to a slow one more
  // often. This one never sleeps, as no client at the other end of a network would have to be woken.
  let busy = true
  const stayAwake = () => busy && setImmediate(stayAwake)
  stayAwake()
  const worker = async (connection) => {
    while (next < requests.length) await connection.send(requests[next++])
  }
  try {
    await Promise.all(connections.map(worker))
  } finally {
    busy = false
  }
}

/** One request as bytes on the wire. */
export function wire(method, target, headers, body = '') {
  let head = `${method} ${target} HTTP/1.1\r\n`
  for (const name in headers) head += `${name}: ${headers[name]}\r\n`
  if (method === 'POST') head += `content-length: ${Buffer.byteLength(body)}\r\n`
  return Buffer.from(`${head}\r\n${body}`)
}
