import { fork } from 'node:child_process'
import { BENCH } from './paths.mjs'

/**
 * A process that answers questions by number, any number at a time, and tells of itself in between.
 * @param {string} file
 * @param {unknown} setup the first message it gets
 * @param {(message: unknown) => void} onTold
 */
export function startRemote(file, setup, onTold = () => {}) {
  const child = fork(`${BENCH}processes/${file}`)
  const waiting = new Map()
  let count = 0
  let ended = false
  const exit = new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      ended = true
      for (const { reject } of waiting.values()) reject(new Error(`${file} ended with ${code ?? signal}`))
      resolve({ code, signal })
    })
  })
  child.on('message', (message) => {
    if (message.answerTo === undefined) return onTold(message)
    const asker = waiting.get(message.answerTo)
    waiting.delete(message.answerTo)
    if (message.error === undefined) asker?.resolve(message.value)
    else asker?.reject(Object.assign(new Error(message.error.message), { code: message.error.code }))
  })
  const ask = (what, argument) =>
    new Promise((resolve, reject) => {
      if (ended) return reject(new Error(`${file} has ended`))
      waiting.set(++count, { resolve, reject })
      child.send({ number: count, what, argument })
    })
  return {
    ready: ask('start', setup),
    ask,
    /** Whether it ended before it was told to. */
    get ended() {
      return ended
    },
    exit,
    stop: async () => {
      if (ended) return
      child.disconnect()
      await exit
    },
  }
}
