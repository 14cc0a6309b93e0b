import { Readable } from 'node:stream'
import { run } from '../../src/cli/run.js'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** The command inside this process, from its sources: quick, and with whatever terminal a test likes. */
export async function invoke(
  argv: readonly string[],
  {
    stdin = '',
    env = {},
    tty = false,
  }: { stdin?: string | Uint8Array; env?: Record<string, string>; tty?: boolean } = {},
): Promise<Ran> {
  const chunks = { out: [] as Uint8Array[], err: [] as Uint8Array[] }
  const into = (list: Uint8Array[]) => ({
    isTTY: tty,
    write: (text: string | Uint8Array) => list.push(typeof text === 'string' ? Buffer.from(text) : text),
  })
  const code = await run({
    argv,
    env,
    stdin: Readable.from(stdin.length === 0 ? [] : [Buffer.from(stdin)]),
    stdout: into(chunks.out),
    stderr: into(chunks.err),
  })
  return { code, stdout: Buffer.concat(chunks.out).toString(), stderr: Buffer.concat(chunks.err).toString() }
}
