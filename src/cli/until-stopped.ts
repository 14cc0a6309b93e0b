import process from 'node:process'
import { type Call, hide } from './world.js'

/** Resolves when the process is asked to end. */
const stopped = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })

/** Runs something that listens until the process is asked to end, and lets what has begun end. */
export async function untilStopped(
  server: { close(): Promise<void> },
  ended: Promise<void> = stopped(),
): Promise<void> {
  await ended
  await server.close()
}

/** A line of the log of a proxy: text for people, or JSON. */
export function logLine(call: Call): (entry: object) => void {
  const { world, json } = call
  return (entry) => {
    world.stdout.write(`${hide(world, json ? JSON.stringify(entry) : lineText(entry))}\n`)
  }
}

/** An entry as a line of text. */
export const lineText = (entry: object): string =>
  Object.values(lineOf(entry as LogEntry))
    .filter(Boolean)
    .join(' ')

interface LogEntry {
  readonly time: string
  readonly requestId: string
  readonly method: string
  readonly path: string
  readonly upstream?: string
  readonly status: number
  readonly code?: string
  readonly detail?: string
  readonly keyId?: string
  readonly claimedKeyId?: string
  readonly upstreamRequestId?: string
  readonly attempts?: number
  readonly durationMs: number
}

/** The parts of a line, in their order. What a client chose is quoted where it is more than a word. */
const lineOf = (entry: LogEntry): Readonly<Record<string, string>> => ({
  time: entry.time,
  requestId: entry.requestId,
  request: `${word(entry.method)} ${word(entry.path)}`,
  upstream: entry.upstream === undefined ? '' : `-> ${entry.upstream}`,
  status: entry.status === 0 ? 'hung-up' : String(entry.status),
  code: entry.code ?? '',
  detail: entry.detail === undefined ? '' : JSON.stringify(entry.detail),
  keyId: entry.keyId === undefined ? '' : `key=${word(entry.keyId)}`,
  claimedKeyId: entry.claimedKeyId === undefined ? '' : `claimed=${word(entry.claimedKeyId)}`,
  upstreamRequestId: entry.upstreamRequestId === undefined ? '' : `upstream-id=${word(entry.upstreamRequestId)}`,
  attempts: (entry.attempts ?? 1) > 1 ? `attempts=${entry.attempts}` : '',
  durationMs: `${entry.durationMs}ms`,
})

const word = (text: string): string => (text === '' ? '-' : /^[!#-~]+$/.test(text) ? text : JSON.stringify(text))
