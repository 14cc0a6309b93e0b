import { parentPort, workerData } from 'node:worker_threads'
import { measure } from './measure.js'
import { SUBJECTS } from './subjects.js'

const { count, seed, seconds } = workerData as {
  readonly count: number
  readonly seed: number
  readonly seconds: number
}

/** Asks for one subject after another, by its place, and answers with what was measured. */
parentPort?.on('message', (at: number) => {
  const subject = SUBJECTS[at]
  if (subject === undefined) return parentPort?.close()
  measure(subject, count, seed, seconds * 1_000).then(
    (measured) => parentPort?.postMessage({ measured }),
    (error: unknown) => parentPort?.postMessage({ error: error instanceof Error ? error.stack : String(error) }),
  )
})

parentPort?.postMessage({ names: SUBJECTS.map(({ name, algorithm, group }) => ({ name, algorithm, group })) })
