import { mkdtemp } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { controlled, folderOf, freePort, launch } from './process.mjs'

const PROGRAM = 'redis-server'
const FOLDER = folderOf([PROGRAM])

export const hasRedis = FOLDER !== undefined

/**
 * A Redis on a free port of the loopback, without persistence: restarted, it is empty.
 * @param {readonly string[]} config more arguments of the server: `['--maxmemory', '1mb']`
 */
export async function startRedis(config = []) {
  if (FOLDER === undefined) throw new Error(`there is no ${PROGRAM} on this machine`)
  // Another process may take the free port before the server does.
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOn(await freePort(), config)
    } catch (error) {
      if (attempt === 5) throw error
    }
  }
}

async function startOn(port, config) {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-redis-'))
  const address = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder]
  const args = [...address, '--save', '', '--appendonly', 'no', ...config]
  const start = () => launch(join(FOLDER, PROGRAM), args, { folder, ready: () => answersPing(port) })
  return { port, url: `redis://127.0.0.1:${port}`, ...(await controlled(start, folder)) }
}

const answersPing = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const finish = (answer) => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(500, () => finish(false))
    socket.once('error', () => finish(false))
    socket.once('connect', () => socket.write('PING\r\n'))
    // -NOAUTH is an answer too.
    socket.once('data', (data) => finish(/^(\+PONG|-NOAUTH)/.test(data.toString('latin1'))))
  })
