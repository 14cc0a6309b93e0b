import { fork } from 'node:child_process'
import { BENCH } from './paths.mjs'

/**
 * A process of this package with a channel to it.
 * @param {string} file
 * @param {readonly string[]} args
 */
export function startChild(file, args = [], execArgv = []) {
  const child = fork(`${BENCH}processes/${file}`, args, { execArgv })
  const messages = []
  let waiting
  child.on('message', (message) => {
    if (waiting === undefined) messages.push(message)
    else waiting.resolve(message)
    waiting = undefined
  })
  child.on('exit', (code) => waiting?.reject(new Error(`${file} ended with ${code}`)))
  /** The next message of the process. */
  const answer = () =>
    messages.length > 0
      ? Promise.resolve(messages.shift())
      : new Promise((resolve, reject) => {
          waiting = { resolve, reject }
        })
  return {
    answer,
    ask: (question) => {
      child.send(question)
      return answer()
    },
    stop: () => child.connected && child.disconnect(),
  }
}

/** A server of one mode. */
export async function startServer(mode, secret = Buffer.alloc(0)) {
  const child = startChild('server.mjs', [mode, Buffer.from(secret).toString('hex')])
  const { port } = await child.answer()
  return {
    port,
    /** Microseconds of CPU time used so far. */
    cpu: async () => {
      const { cpu } = await child.ask('cpu')
      return cpu.user + cpu.system
    },
    stop: child.stop,
  }
}
