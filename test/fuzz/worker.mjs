import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import { search } from './search.mjs'
import { mark } from './watch.mjs'

/**
 * The targets of one room, one after the other: in a thread, because an input that a parser never comes back from can be stopped
 * and named only from outside.
 *
 * @typedef {{ bundle: string, asked: readonly string[], done: number, milliseconds: number, seed: number, shared: SharedArrayBuffer }} Work
 * @typedef {{ name: string, inputs: number, reached: number, corpus: readonly string[], finding?: { problem: string, input: string } }} Result
 */

const { bundle, asked, done, milliseconds, seed, shared } = /** @type {Work} */ (workerData)
const CORPUS = fileURLToPath(new URL('corpus/', import.meta.url))

const { targets } = /** @type {{ targets: readonly import('./search.mjs').Target[] }} */ (await import(bundle))
for (const [at, target] of targets.entries()) {
  const { name } = target
  if (at < done || (asked.length > 0 && !asked.some((one) => name.startsWith(one)))) continue
  parentPort?.postMessage({ started: name, at })
  const file = `${CORPUS}${name}.json`
  /** @type {readonly string[]} */
  const texts = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
  const known = texts.map((one) => Buffer.from(one, 'base64'))
  const found = await search(marked(target), { known, milliseconds, seed })
  const { inputs, reached, corpus, finding } = found
  parentPort?.postMessage({
    result: {
      ...{ name, inputs, reached, corpus: corpus.map((one) => one.toString('base64')) },
      ...(finding && { finding: { problem: finding.problem, input: finding.input.toString('base64') } }),
    },
  })
}

/** @param {import('./search.mjs').Target} target @returns {import('./search.mjs').Target} */
function marked({ name, run, seeds }) {
  return {
    ...{ name, seeds },
    async run(bytes) {
      const end = mark(shared, bytes)
      try {
        return await run(bytes)
      } finally {
        end()
      }
    },
  }
}
