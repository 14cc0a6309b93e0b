#!/usr/bin/env node
import process from 'node:process'
import { run } from './run.js'

// A reader that has seen enough (`| head`) is no fault; a full disk is.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') return
  process.stderr.write(`countersign: standard output cannot be written: ${code}\n`)
  process.exit(2)
})
// Where nothing can be said any more, the exit code says it.
process.stderr.on('error', () => {})

process.exitCode = await run({
  argv: process.argv.slice(2),
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
})
