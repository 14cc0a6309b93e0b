import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endAll, folderOf, freePort, launch, signalAll } from './server-process.mjs'

const PROGRAM = 'redis-server'
const FOLDER = folderOf([PROGRAM])

export const hasRedis = FOLDER !== undefined

/**
 * A Redis on the loopback, without persistence: whoever kills it finds it empty.
 * @param {readonly string[]} config more arguments of the server
 */
export async function startRedis(config = []) {
  if (FOLDER === undefined) throw new Error(`there is no ${PROGRAM} on this machine`)
  const folder = await mkdtemp(join(tmpdir(), 'countersign-redis-'))
  const port = await freePort()
  const address = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder]
  const args = [...address, '--save', '', '--appendonly', 'no', ...config]
  const start = () => launch(join(FOLDER, PROGRAM), args, { folder, ready: () => answersPing(port) })
  let child = await start()
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    kill: () => endAll(child),
    pause: () => signalAll(child, 'SIGSTOP'),
    resume: () => signalAll(child, 'SIGCONT'),
    restart: async () => {
      await endAll(child)
      child = await start()
    },
    stop: async () => {
      await endAll(child)
      await rm(folder, { recursive: true, force: true })
    },
  }
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
    socket.once('data', (data) => finish(String(data).startsWith('+PONG')))
  })
