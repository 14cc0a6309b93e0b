import process from 'node:process'
import { run } from './run.js'

/** The command in this process. */
export async function start(argv: readonly string[]): Promise<void> {
  process.exitCode = await run({
    argv,
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
  })
}
