import { connect, createServer } from 'node:net'

/**
 * A port that leads to another one over a line on which everything takes `delayMs` each way, in the order it was sent.
 * @param {number} port
 * @param {number} delayMs
 */
export async function delayedPort(port, delayMs) {
  const open = new Set()
  const pass = (from, to) => {
    from.on('data', (bytes) => setTimeout(() => to.writable && to.write(bytes), delayMs))
    from.on('error', () => {})
    from.on('close', () => to.destroy())
    open.add(from)
  }
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1').setNoDelay(true)
    near.setNoDelay(true)
    pass(near, far)
    pass(far, near)
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    port: server.address().port,
    close: () => {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}
