import { mkdtemp, writeFile } from 'node:fs/promises'
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
 * @param {string} [program] another one that takes the same arguments, such as Valkey's, by its path
 */
export function startRedis(config = [], program = FOLDER && join(FOLDER, PROGRAM)) {
  if (program === undefined) throw new Error(`there is no ${PROGRAM} on this machine`)
  return onFreePort((port) => startOn(port, config, program))
}

/**
 * A Sentinel that watches a master.
 * @param {{ name: string, port: number, quorum: number }} master
 * @param {string} [program] as of {@link startRedis}
 */
export function startSentinel({ name, port: master, quorum }, program = FOLDER && join(FOLDER, PROGRAM)) {
  if (program === undefined) throw new Error(`there is no ${PROGRAM} on this machine`)
  return onFreePort(async (port) => {
    const folder = await mkdtemp(join(tmpdir(), 'countersign-sentinel-'))
    const file = join(folder, 'sentinel.conf')
    // It writes what it finds out into this file.
    const lines = [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${folder}`,
      `sentinel monitor ${name} 127.0.0.1 ${master} ${quorum}`,
      `sentinel down-after-milliseconds ${name} 1000`,
      `sentinel failover-timeout ${name} 3000`,
    ]
    await writeFile(file, `${lines.join('\n')}\n`)
    const start = () => launch(program, [file, '--sentinel'], { folder, ready: () => answersPing(port) })
    return { port, url: `redis://127.0.0.1:${port}`, ...(await controlled(start, folder)) }
  })
}

async function onFreePort(start) {
  // Another process may take the free port before the server does.
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(await freePort())
    } catch (error) {
      if (attempt === 5) throw error
    }
  }
}

async function startOn(port, config, program) {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-redis-'))
  const address = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder]
  const args = [...address, '--save', '', '--appendonly', 'no', ...config]
  const start = () => launch(program, args, { folder, ready: () => answersPing(port) })
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
