import type { Engine } from './engine-types.js'
import { loadPart, partText } from './load-part.js'

type Asked = {
  readonly [Name in keyof Engine]: {
    readonly args: Parameters<Engine[Name]>
    readonly answer: Awaited<ReturnType<Engine[Name]>>
  }
}
/** What the worker says: an answer, a fault of the program, or that a part is missing there. */
type Said = { readonly id: number; readonly answer?: unknown; readonly fault?: string } | { readonly needs: string }

interface Waiting {
  readonly name: keyof Engine
  readonly args: readonly unknown[]
  readonly settle: (answer: never) => void
  readonly fail: (error: Error) => void
}

// The last lines of the worker's script: each question is a call of the engine.
const ANSWER = `
onmessage = async ({ data: { id, name, args } }) => {
  try {
    postMessage({ id, answer: await countersignEngine.engine[name](...args) })
  } catch (error) {
    postMessage({ id, fault: String(error) })
  }
}`

const waiting = new Map<number, Waiting>()
let last = 0
/** Parts that were needed: the curves, the readers of rarer forms. */
const parts = new Set<string>()
let worker: Worker | undefined

/**
 * Asks the engine, which runs beside the page: thousands of hypotheses must not stop the typing. A question about an older form is
 * given up with its worker.
 */
export function ask<Name extends keyof Engine>(name: Name, args: Asked[Name]['args']): Promise<Asked[Name]['answer']> {
  const stale = [...waiting].filter(([, one]) => one.name !== 'schemes')
  for (const [id] of stale) waiting.delete(id)
  // Whatever is checked needs them: to begin with them is sooner there than to be told so.
  const isMore = name === 'check' && !parts.has('readers')
  if (isMore) parts.add('readers')
  if (stale.length > 0 || isMore) stop()
  return new Promise((settle, fail) => {
    const id = ++last
    waiting.set(id, { name, args, settle, fail })
    if (worker === undefined) begin()
    else worker.postMessage({ id, name, args })
  })
}

/** Ends the worker, with every key that it was given. */
export function forget(): void {
  waiting.clear()
  stop()
}

function stop(): void {
  worker?.terminate()
  worker = undefined
}

/** Begins with everything that waits. A part is in the script once something of it was needed. */
function begin(): void {
  const script = [...[...parts].map(partText), partText('engine'), ANSWER]
  try {
    const url = URL.createObjectURL(
      new Blob(
        script.map((text) => `${text}\n`),
        { type: 'text/javascript' },
      ),
    )
    worker = new Worker(url)
    URL.revokeObjectURL(url)
  } catch {
    here()
    return
  }
  const own = worker
  // What an ended one has said before is about a question that was given up, or is asked again.
  worker.onmessage = ({ data }: MessageEvent<Said>) => own === worker && hear(data)
  worker.onerror = () => {
    // One that was ended must not end its successor.
    if (own !== worker) return
    stop()
    here()
  }
  for (const [id, { name, args }] of waiting) worker.postMessage({ id, name, args })
}

function hear(said: Said): void {
  if ('needs' in said) {
    parts.add(said.needs)
    stop()
    begin()
    return
  }
  const one = waiting.get(said.id)
  if (one === undefined) return
  waiting.delete(said.id)
  if (said.fault === undefined) one.settle(said.answer as never)
  else one.fail(new Error(said.fault))
}

/** Where a browser gives the page no worker, the engine runs in it. */
function here(): void {
  const page = globalThis as { countersignEngine?: { readonly engine: Engine } }
  if (page.countersignEngine === undefined) loadPart('engine')
  const engine = page.countersignEngine?.engine as unknown as Record<string, (...args: readonly unknown[]) => unknown>
  for (const [id, { name, args }] of [...waiting])
    Promise.resolve()
      .then(() => engine[name]?.(...args))
      .then(
        (answer) => hear({ id, answer }),
        (error: unknown) => hear({ id, fault: String(error) }),
      )
}
